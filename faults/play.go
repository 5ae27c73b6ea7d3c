package faults

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parley/desk"
)

// Plan says what is done to a Rig.
type Plan struct {
	Driver     DriverConfig
	Warm, Cool time.Duration // before the first fault and after the last
	Length     time.Duration // how long faults are injected; each kind at least once
	Gap        time.Duration // mean time between faults
	Hold       time.Duration // how long faults that last are kept
	Injections []Injection
	Progress   func(format string, args ...any)
	// Settle is how long coming to rest may take, 0: long. With Unrest a center
	// that does not is read as it is.
	Settle time.Duration
	Unrest bool
}

// slowCommit is from when on an acknowledgement at the first try says that the
// disk stalls: the report shows how long they took, and other limits do not hold then.
const slowCommit = time.Second

func slowCommits(said []Said) []Fault {
	var out []Fault
	for _, s := range said {
		if s.Tries == 1 && s.Acked.Sub(s.Began) > slowCommit {
			out = append(out, Fault{Kind: "machine: slow to commit", Begin: s.Began, End: s.Acked, Ready: s.Acked})
		}
	}
	return out
}

// stallAfter is how late a wake-up must be for the machine itself to have stalled.
const stallAfter = 300 * time.Millisecond

// noticeStalls writes down as faults when this process did not get to run: what
// took long then says nothing about the servers.
func (d *Driver) noticeStalls() (stop func()) {
	end, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		const step = 20 * time.Millisecond
		for {
			slept := time.Now()
			select {
			case <-end:
				return
			case <-time.After(step):
			}
			if now := time.Now(); now.Sub(slept) > stallAfter {
				d.mu.Lock()
				d.stalls = append(d.stalls, Fault{Kind: "machine: stalled", Begin: slept, End: now, Ready: now})
				d.mu.Unlock()
			}
		}
	}()
	return func() { close(end); <-done }
}

func (p Plan) settle() time.Duration {
	if p.Settle == 0 {
		return settlePatience
	}
	return p.Settle
}

// Patience of the checker: routing decides at once, and a busy machine may take
// its time; after a fault the lease has to run out and be taken.
const (
	idlePatience     = 3 * time.Second
	recoveryPatience = 6 * time.Second
	settlePatience   = 90 * time.Second
)

// Play loads the rig, injects faults in an order given by the seed, lets
// everything come to rest and gives the history.
func Play(ctx context.Context, r *Rig, plan Plan) (*History, error) {
	d := newDriver(r, plan.Driver)
	stopWriting, stopWorking := d.Begin(ctx)
	defer d.noticeStalls()()
	dice := d.dice("faults", 0)
	pause := func(of time.Duration) {
		select {
		case <-ctx.Done():
		case <-time.After(of):
		}
	}
	pause(plan.Warm)
	began := time.Now()
	var left []Injection
	for round := 0; round == 0 || time.Since(began) < plan.Length; round++ {
		// Every kind comes once before any comes again.
		left = append(left[:0], plan.Injections...)
		dice.Shuffle(len(left), func(i, j int) { left[i], left[j] = left[j], left[i] })
		for _, in := range left {
			if round > 0 && time.Since(began) >= plan.Length {
				break
			}
			on := &Target{rig: r, driver: d, dice: dice, node: r.nodes[dice.IntN(len(r.nodes))], hold: plan.Hold}
			plan.Progress("%6.1f s  %s (node %s), %d acknowledged", time.Since(began).Seconds(), in.Kind, on.node.Name, d.acknowledged())
			if err := d.inject(ctx, in, on); err != nil {
				return nil, fmt.Errorf("%w\n%s", err, r.Logs())
			}
			pause(time.Duration((0.5 + dice.Float64()) * float64(plan.Gap)))
		}
		if len(plan.Injections) == 0 {
			pause(plan.Length)
		}
	}
	pause(plan.Cool)
	stopWriting()
	return d.finish(ctx, stopWorking, plan)
}

// finish waits for rest and reads everything.
func (d *Driver) finish(ctx context.Context, stopWorking func(), plan Plan) (*History, error) {
	r := d.rig
	if err := r.awaitReady(ctx); err != nil {
		return nil, err
	}
	stopWorking()
	for _, a := range d.agents { // the day ends: nothing rings any more
		a.setPresence(ctx, desk.Offline)
	}
	plan.Progress("at rest?")
	if err := r.Settle(ctx, plan.settle()); err != nil && !plan.Unrest {
		return nil, fmt.Errorf("%w\n%s", err, r.Logs())
	}
	plan.Progress("settled")
	h := &History{Boards: map[string]Board{}, Patience: idlePatience, Recovery: recoveryPatience}
	if err := r.readAtRest(ctx, h, plan.settle()); err != nil {
		return nil, err
	}
	plan.Progress("read")
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range d.said {
		h.Said = append(h.Said, *s)
	}
	h.Poisoned = d.poisoned
	h.Actions, h.Sends = d.actions, r.provider.history()
	h.Faults = append(append(slices.Clone(d.faults), d.stalls...), slowCommits(h.Said)...)
	slices.SortStableFunc(h.Faults, func(a, b Fault) int { return a.Begin.Compare(b.Begin) })
	for _, a := range d.agents {
		h.Sockets = append(h.Sockets, a.console.history())
	}
	for _, c := range d.watchers {
		h.Sockets = append(h.Sockets, c.history())
	}
	return h, nil
}

// readAtRest reads tables and boards while no event comes in between: offers
// that nobody answers any more end by themselves for a while.
func (r *Rig) readAtRest(ctx context.Context, h *History, patience time.Duration) error {
	late := time.After(patience)
	for {
		var err, unanswered error
		if h.Tables, err = ReadTables(ctx, r.db); err != nil {
			return err
		}
		same := true
		for _, n := range r.nodes {
			b, err := r.board(ctx, n)
			if err != nil { // busy: it is asked again
				unanswered, same = err, false
				continue
			}
			h.Boards[n.Name] = b
			same = same && b.Seq == h.Tables.Counter
		}
		var counter int64
		if err := r.db.QueryRowContext(ctx, "SELECT n FROM counters WHERE name = 'events'").Scan(&counter); err != nil {
			return err
		}
		if h.Rest.Pending, err = r.pending(ctx); err != nil {
			return err
		}
		busy := int64(0)
		for _, n := range h.Rest.Pending {
			busy += n
		}
		if same && counter == h.Tables.Counter && busy == 0 {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-late: // the checker tells what is left over
			return unanswered
		case <-time.After(200 * time.Millisecond):
		}
	}
	h.Rest.Goroutines = map[string][2]int{}
	for node, n := range r.goroutines(ctx) {
		h.Rest.Goroutines[node] = [2]int{r.idle[node], n}
	}
	return nil
}
