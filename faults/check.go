package faults

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"parley/desk"
)

// Breach is an invariant broken once, told so that a reader can follow.
type Breach struct {
	Invariant int
	Story     string
}

func (b Breach) String() string {
	return fmt.Sprintf("invariant %d (%s): %s", b.Invariant, nameOf(b.Invariant), b.Story)
}

// Invariant is one rule that every history must keep.
type Invariant struct {
	Number int
	Name   string
	check  func(*checker)
}

// Invariants are all of them, by number. Those without a check of their own are
// checked while the log is replayed.
var Invariants = []Invariant{
	{1, "each acknowledged message is recorded once", (*checker).recordedOnce},
	{2, "one sender's messages stand in the order they were sent", (*checker).inOrder},
	{3, "at most one open conversation of a contact in an inbox", (*checker).oneOpen},
	{4, "at most one owner at any time", nil},
	{5, "epochs rise, and nothing is written from an older one", nil},
	{6, "the router never overwrites what a person decided", nil},
	{7, "nobody is given more than their capacity, per channel and in all", nil},
	{8, "nobody waits beside an idle agent who could take them", nil},
	{9, "nobody is overtaken by somebody behind them who asks for the same", nil},
	{10, "each offer ends once", (*checker).offersEndOnce},
	{11, "only the one who is offered it accepts", (*checker).rightfulAccepts},
	{12, "a provider is asked to send at most once, or the message is shown as unknown", (*checker).sentOnce},
	{13, "the status of a message only moves forward", (*checker).statusForward},
	{14, "who has left the line is offered to nobody", nil},
	{15, "a console gets every event after a resume, or is told to start anew", (*checker).consolesComplete},
	{16, "what is folded from events is what a fresh look finds", (*checker).foldIsState},
	{17, "no event reaches somebody who may not see it", (*checker).permitted},
	{18, "each committed row has its event, and each event its row", (*checker).rowsAndEvents},
	{19, "timers fire once, and not before their time", nil},
	{20, "figures are what the events say", (*checker).figures},
	{21, "the log has no gaps", (*checker).logDense},
	{22, "at rest nothing is left over", (*checker).atRest},
	{23, "what is acknowledged is worked off in time, with Redis or without", (*checker).workedOff},
}

func nameOf(number int) string {
	for _, i := range Invariants {
		if i.Number == number {
			return i.Name
		}
	}
	return "?"
}

// Check gives everything that a history breaks, by number.
func Check(h *History) []Breach {
	c := &checker{h: h, messages: map[desk.ID]*Row{}, offers: map[desk.ID]*desk.Offer{}, timeline: map[desk.ID][]*desk.Event{}}
	for i := range h.Tables.Messages {
		c.messages[h.Tables.Messages[i].ID] = &h.Tables.Messages[i]
	}
	for i := range h.Tables.Offers {
		c.offers[h.Tables.Offers[i].ID] = &h.Tables.Offers[i]
	}
	for i := range h.Tables.Events {
		e := &h.Tables.Events[i]
		if e.ConversationID != "" {
			c.timeline[e.ConversationID] = append(c.timeline[e.ConversationID], e)
		}
	}
	c.replay()
	for _, i := range Invariants {
		if i.check != nil {
			i.check(c)
		}
	}
	sort.SliceStable(c.breaches, func(a, b int) bool { return c.breaches[a].Invariant < c.breaches[b].Invariant })
	return c.breaches
}

// checker goes through one history.
type checker struct {
	h        *History
	messages map[desk.ID]*Row
	offers   map[desk.ID]*desk.Offer
	timeline map[desk.ID][]*desk.Event // of each conversation
	fold     *fold                     // as after the last event
	breaches []Breach
}

func (c *checker) breach(invariant int, format string, args ...any) {
	c.breaches = append(c.breaches, Breach{invariant, fmt.Sprintf(format, args...)})
}

// story is what happened to a conversation around an event.
func (c *checker) story(conversation desk.ID, around int64) string {
	list := c.timeline[conversation]
	at := sort.Search(len(list), func(i int) bool { return list[i].Seq >= around })
	var b strings.Builder
	for _, e := range list[max(0, at-6):min(len(list), at+4)] {
		mark := " "
		if e.Seq == around {
			mark = ">"
		}
		fmt.Fprintf(&b, "\n    %s %d %s %s agent=%s actor=%s epoch=%d %s→%s", mark, e.Seq, e.At.Format("15:04:05.000"), e.Type, short(e.AgentID), short(e.ActorID), e.Data.Epoch, e.Data.From, e.Data.To)
		if e.Data.Reason != "" {
			fmt.Fprintf(&b, " (%s)", e.Data.Reason)
		}
	}
	return b.String()
}

// short is the end of an id, which is the part that differs.
func short(id desk.ID) string {
	if id == "" {
		return "-"
	}
	return id[max(0, len(id)-6):]
}

// calm is how much of a span lies away from faults and the time to recover.
func (h *History) calm(from, to time.Time) time.Duration {
	left := to.Sub(from)
	for _, f := range h.merged() {
		b, e := later(f.Begin, from), earlier(f.End, to)
		if e.After(b) {
			left -= e.Sub(b)
		}
	}
	return left
}

// merged gives the faults' times with the time to recover, joined where they overlap.
func (h *History) merged() []Fault {
	var out []Fault
	for _, f := range h.Faults {
		f.End = later(f.End, f.Ready).Add(h.Recovery)
		if n := len(out); n > 0 && !f.Begin.After(out[n-1].End) {
			out[n-1].End = later(out[n-1].End, f.End)
			continue
		}
		out = append(out, f)
	}
	return out
}

func (h *History) clockLies() bool {
	for _, f := range h.Faults {
		if f.ClockLies {
			return true
		}
	}
	return false
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
