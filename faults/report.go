package faults

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"

	"parley/desk"
)

// Report is a run in figures.
type Report struct {
	Name     string
	Seed     uint64
	Commit   string
	Length   time.Duration // from the first message to the last
	Messages int           // that were acknowledged
	Offered  float64       // messages a second that customers sent
	Acked    float64       // of these, acknowledged
	Sockets  int
	Events   int
	Faults   map[string]int // by kind
	Breaches map[int]int    // by invariant
	// LongestGap is the longest time without any acknowledgement.
	LongestGap time.Duration
	// Recovery is, for each fault, from its end until acknowledgements take at
	// most twice their time before the first fault, at the 99th percentile.
	Recovery []time.Duration
	Baseline time.Duration // that time before the first fault
	// Processed is from the acknowledgement until the message is in its
	// conversation: median, 99th percentile and maximum.
	Processed []time.Duration
	Refused   map[string]int // messages given up, by the last answer
}

// NewReport sums a history up.
func NewReport(name string, seed uint64, h *History, breaches []Breach) *Report {
	r := &Report{Name: name, Seed: seed, Commit: commit(), Sockets: len(h.Sockets), Events: len(h.Tables.Events), Faults: map[string]int{}, Refused: map[string]int{}, Breaches: map[int]int{}}
	for _, f := range h.Faults {
		r.Faults[f.Kind]++
	}
	for _, b := range breaches {
		r.Breaches[b.Invariant]++
	}
	acked := acknowledgements(h)
	for _, s := range h.Said {
		if s.Acked.IsZero() {
			r.Refused[s.Refused]++
		}
	}
	if len(acked) == 0 {
		return r
	}
	r.Messages, r.Length = len(acked), acked[len(acked)-1].at.Sub(acked[0].at)
	r.Offered, r.Acked = float64(len(h.Said))/r.Length.Seconds(), float64(len(acked))/r.Length.Seconds()
	for i := 1; i < len(acked); i++ {
		r.LongestGap = max(r.LongestGap, acked[i].at.Sub(acked[i-1].at))
	}
	first := acked[len(acked)-1].at
	if i := slices.IndexFunc(h.Faults, func(f Fault) bool { return f.Node != "" }); i >= 0 {
		first = h.Faults[i].Begin
	}
	r.Baseline = percentile(took(acked, acked[0].at, first), 0.99)
	for _, f := range h.Faults {
		if f.Node == "" {
			continue // of the machine
		}
		r.Recovery = append(r.Recovery, recovered(acked, f.End, 2*max(r.Baseline, leastBaseline)))
	}
	r.Processed = processed(h)
	return r
}

// leastBaseline keeps the yardstick off the noise of a busy machine.
const leastBaseline = 25 * time.Millisecond

func commit() string {
	out, err := exec.Command("git", "describe", "--always", "--dirty").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// ack is one acknowledgement and how long it took from the first try.
type ack struct {
	at   time.Time
	took time.Duration
}

func acknowledgements(h *History) []ack {
	var out []ack
	for _, s := range h.Said {
		if !s.Acked.IsZero() {
			out = append(out, ack{s.Acked, s.Acked.Sub(s.Began)})
		}
	}
	slices.SortFunc(out, func(a, b ack) int { return a.at.Compare(b.at) })
	return out
}

// took lists how long the acknowledgements of a span took.
func took(acked []ack, from, to time.Time) []time.Duration {
	var out []time.Duration
	for _, a := range acked {
		if !a.at.Before(from) && a.at.Before(to) {
			out = append(out, a.took)
		}
	}
	return out
}

// recovered is after how long a second of acknowledgements is within the limit.
func recovered(acked []ack, end time.Time, limit time.Duration) time.Duration {
	const step, window = 100 * time.Millisecond, time.Second
	last := acked[len(acked)-1].at
	for at := end; at.Before(last); at = at.Add(step) {
		list := took(acked, at, at.Add(window))
		if len(list) > 0 && percentile(list, 0.99) <= limit {
			return at.Sub(end)
		}
	}
	return max(0, last.Sub(end))
}

func processed(h *History) []time.Duration {
	shown := map[desk.ID]time.Time{}
	for i := range h.Tables.Events {
		if e := &h.Tables.Events[i]; e.Type == desk.EvMessageReceived {
			shown[e.MessageID] = e.At
		}
	}
	at := map[string]time.Time{}
	for i := range h.Tables.Messages {
		m := &h.Tables.Messages[i]
		at[m.InboxID+" "+m.ExternalID] = shown[m.ID]
	}
	var list []time.Duration
	for _, s := range h.Said {
		if t := at[s.InboxID+" "+s.ExternalID]; !t.IsZero() && !s.Acked.IsZero() {
			list = append(list, max(0, t.Sub(s.Acked)))
		}
	}
	return []time.Duration{percentile(list, 0.5), percentile(list, 0.99), percentile(list, 1)}
}

// percentile is the nearest rank; 0 of nothing.
func percentile(list []time.Duration, p float64) time.Duration {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	return sorted[min(len(sorted)-1, int(p*float64(len(sorted))))]
}

// String is the report for people.
func (r *Report) String() string {
	var b strings.Builder
	n := 0
	for kind, k := range r.Faults {
		if !strings.HasPrefix(kind, "machine") { // not ours
			n += k
		}
	}
	of := func(invariants ...int) int {
		sum := 0
		for _, i := range invariants {
			sum += r.Breaches[i]
		}
		return sum
	}
	ms := func(d time.Duration) string { return d.Round(time.Millisecond).String() }
	fmt.Fprintf(&b, "%s: seed %d, commit %s, %s\n", r.Name, r.Seed, r.Commit, r.Length.Round(time.Second))
	fmt.Fprintf(&b, "  %d messages; offered %.0f/s, acknowledged %.0f/s, given up by providers %v, %d sockets, %d events, %d faults\n", r.Messages, r.Offered, r.Acked, r.Refused, r.Sockets, r.Events, n)
	fmt.Fprintf(&b, "  lost or duplicated %d, out of order %d, ownership %d, capacity %d, sent twice or falsely shown %d, all breaches %d\n",
		of(1), of(2), of(3, 4, 5, 6, 11, 14), of(7), of(12), of(sortedKeys(r.Breaches)...))
	fmt.Fprintf(&b, "  longest gap without an acknowledgement %s; recovery p50 %s, p99 %s, max %s (to 2 × %s)\n", ms(r.LongestGap),
		ms(percentile(r.Recovery, 0.5)), ms(percentile(r.Recovery, 0.99)), ms(percentile(r.Recovery, 1)), ms(max(r.Baseline, leastBaseline)))
	if len(r.Processed) == 3 {
		fmt.Fprintf(&b, "  from 2xx to the conversation: p50 %s, p99 %s, max %s\n", ms(r.Processed[0]), ms(r.Processed[1]), ms(r.Processed[2]))
	}
	for _, kind := range sortedKeys(r.Faults) {
		fmt.Fprintf(&b, "  %4d × %s\n", r.Faults[kind], kind)
	}
	return b.String()
}
