package bench

import (
	"context"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"parley/channels/webchat"
)

// Overload is what happens when ten times as much comes as usual: nothing that
// was acknowledged may be lost, memory stays bounded, whoever is refused is told
// to come again, and the usual latency is soon back.
type Overload struct {
	Mode Mode `json:"mode"`
	// Usual is the load before, and after.
	Usual Figures `json:"usual"`
	// Offered is how much was to be sent each second, and Sent how much the load
	// itself could send: beyond its connections it waits for answers.
	Offered          float64 `json:"offered_per_second"`
	Sent             float64 `json:"sent_per_second"`
	Accepted         float64 `json:"accepted_per_second"`
	PutOff           float64 `json:"put_off_per_second"` // 503 with Retry-After
	OtherwiseRefused int     `json:"otherwise_refused"`
	AcceptP99        float64 `json:"accept_p99_ms"` // from the moment it was sent
	Lost             int     `json:"lost"`
	Repeated         int     `json:"duplicates"`
	UsualMB          float64 `json:"usual_mb"`
	PeakMB           float64 `json:"peak_mb"`
	// Recovery is how many seconds after the last message too many the 99th
	// percentile was within twice the usual for three seconds in a row; -1: not
	// while it was looked at.
	Recovery float64 `json:"recovery_seconds"`
	// After is the 99th percentile to the agents' sockets of each second afterwards.
	After []float64 `json:"after_shown_p99_ms"`
}

const (
	overloadFactor      = 10
	overloadConnections = 2048
)

// RunOverload measures one mode: the usual load, ten times as much, and the usual again.
func RunOverload(ctx context.Context, cfg Config) (*Overload, error) {
	if cfg.Rate == 0 {
		cfg.Rate = usualRate(cfg.Mode) / 5
	}
	cfg, err := cfg.checked()
	if err != nil {
		return nil, err
	}
	cfg.Progress("starting", 0, 0)
	p, err := openParts(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer p.close()
	key := newKey()
	w := newWorld(cfg, webchat.NewTokens(key))
	if err := w.install(ctx, p.storeConfig(key), 0, func(int, int) {}); err != nil {
		return nil, fmt.Errorf("setup: %w", err)
	}
	s, err := startServer(ctx, cfg.Command, p, key)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	d := newDriver(s.addr, w)
	defer d.close()
	alive, end := context.WithCancel(ctx)
	defer end()
	go d.keepAlive(alive)
	if err := d.connect(ctx); err != nil {
		return nil, fmt.Errorf("agents: %w\n%s", err, s.logTail())
	}
	if err := d.arrive(ctx, func(done, total int) { cfg.Progress("customers arrive", done, total) }); err != nil {
		return nil, fmt.Errorf("customers: %w\n%s", err, s.logTail())
	}
	return flood(ctx, cfg, s, d)
}

// flood is the three phases.
func flood(ctx context.Context, cfg Config, s *server, d *driver) (*Overload, error) {
	usual := Load{Rate: cfg.Rate, Duration: cfg.Duration}
	r := &Overload{Mode: cfg.Mode, Offered: overloadFactor * cfg.Rate}
	var err error
	if r.Usual, err = (&meter{cfg: cfg, server: s, driver: d}).take(ctx, "the usual load", usual); err != nil {
		return nil, err
	}
	r.UsualMB = resident(s.pid())
	few := d.senders
	d.senders = d.more(overloadConnections)
	over := d.begin(Load{Rate: r.Offered, Duration: cfg.Duration})
	// The load is open: what cannot be sent in time is not sent at all, so that the
	// end of the overload is the end.
	over.until = over.start.Add(cfg.Duration)
	if err := d.sendAll(ctx, over, func(p *phase) {
		cfg.Progress(fmt.Sprintf("overload: %.0f/s", r.Offered), int(p.ackedN.Load()), len(p.contactOf))
	}); err != nil {
		return nil, err
	}
	took := time.Since(over.start).Seconds()
	d.hangUp()
	d.senders = few
	after := d.begin(Load{Rate: cfg.Rate, Duration: 2 * cfg.Duration})
	after.earlier = over
	if err := d.sendAll(ctx, after, func(p *phase) { cfg.Progress("recovery", int(p.shownN.Load()), len(p.contactOf)) }); err != nil {
		return nil, err
	}
	_ = await(ctx, drainPatience, func() (int, bool) {
		return int(after.shownN.Load() + over.shownN.Load()), after.complete() && over.complete()
	})
	sent := over.ackedN.Load() + over.refused.Load()
	r.Sent, r.Accepted, r.PutOff = float64(sent)/took, float64(over.ackedN.Load())/took, float64(over.put.Load())/took
	r.OtherwiseRefused = int(over.refused.Load()-over.put.Load()) + int(after.refused.Load()-after.put.Load())
	r.AcceptP99 = over.answer.ms(0.99)
	for _, p := range []*phase{over, after} {
		lost, duplicates := p.balance()
		r.Lost, r.Repeated = r.Lost+lost, r.Repeated+duplicates
	}
	r.PeakMB = mostResident(s.pid())
	r.After = after.bySecond()
	r.Recovery = recovered(r.After, 2*r.Usual.ShownP99)
	return r, ctx.Err()
}

// steady is how many seconds in a row count as recovered: one may be luck, and
// neighbours on the machine make a single bad one later.
const steady = 3

// recovered is the first second from which steady ones are within most; -1 when there is none.
func recovered(seconds []float64, most float64) float64 {
	for i := range len(seconds) - steady + 1 {
		if slices.Max(seconds[i:i+steady]) <= most {
			return float64(i)
		}
	}
	return -1
}

// more gives as many connections, for as long as the contacts' order does not matter.
func (d *driver) more(n int) []*sender {
	all := make([]*sender, n)
	for i := range all {
		all[i] = &sender{httpConn{addr: d.addr}, newSigner(d.addr, d.run)}
	}
	return all
}

// bySecond is the 99th percentile, in ms, of the messages due in each second. What
// was refused or never shown counts as a minute.
func (p *phase) bySecond() []float64 {
	seconds := map[int][]time.Duration{}
	for i := range p.took {
		at := int(time.Duration(i) * p.gap / time.Second)
		took := time.Duration(p.took[i].Load())
		if took == 0 {
			took = time.Minute
		}
		seconds[at] = append(seconds[at], took)
	}
	out := make([]float64, len(seconds))
	for at, all := range seconds {
		slices.Sort(all)
		out[at] = float64(all[len(all)*99/100].Microseconds()) / 1000
	}
	return out
}

// WriteOverload prints results for people.
func WriteOverload(w io.Writer, results []*Overload) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := tableOf(t, results)
	number := func(name, format string, of func(*Overload) float64) {
		row(name, func(r *Overload) string { return fmt.Sprintf(format, of(r)) })
	}
	row("", func(r *Overload) string { return string(r.Mode) })
	number("usual load, messages a second", "%.0f", func(r *Overload) float64 { return r.Usual.Offered })
	number("accepted p99, ms", "%.1f", func(r *Overload) float64 { return r.Usual.AcceptP99 })
	number("shown p99, ms", "%.1f", func(r *Overload) float64 { return r.Usual.ShownP99 })
	row("", func(*Overload) string { return "" })
	number("ten times as much, offered", "%.0f", func(r *Overload) float64 { return r.Offered })
	number("sent, as far as there were connections", "%.0f", func(r *Overload) float64 { return r.Sent })
	number("accepted, per second", "%.0f", func(r *Overload) float64 { return r.Accepted })
	number("503 with Retry-After, per second", "%.0f", func(r *Overload) float64 { return r.PutOff })
	row("refused otherwise / lost / duplicates", func(r *Overload) string { return fmt.Sprintf("%d / %d / %d", r.OtherwiseRefused, r.Lost, r.Repeated) })
	number("accepted p99 from sending, ms", "%.1f", func(r *Overload) float64 { return r.AcceptP99 })
	number("server's memory before, MB", "%.0f", func(r *Overload) float64 { return r.UsualMB })
	number("server's memory, most, MB", "%.0f", func(r *Overload) float64 { return r.PeakMB })
	number("p99 within twice the usual after, s", "%.0f", func(r *Overload) float64 { return r.Recovery })
	return t.Flush()
}
