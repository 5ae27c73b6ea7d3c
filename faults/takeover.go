package faults

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"parley/desk"
)

// Takeover is what the drill of losing the node that routes has shown.
type Takeover struct {
	Waiting int // when the agents came
	// Killed and Stopped are from the loss of the routing node until another one
	// routes; the first assignment comes after FirstKilled and FirstStopped.
	Killed, Stopped           time.Duration
	FirstKilled, FirstStopped time.Duration
	Assigned                  int
}

func (t *Takeover) String() string {
	ms := func(d time.Duration) string { return d.Round(time.Millisecond).String() }
	return fmt.Sprintf("takeover with %d waiting: after kill -9 another node routes in %s (first choice %s), after SIGSTOP in %s (first choice %s); %d assignments in all",
		t.Waiting, ms(t.Killed), ms(t.FirstKilled), ms(t.Stopped), ms(t.FirstStopped), t.Assigned)
}

// takeoverHold is well above what taking over may take.
const takeoverHold = 6 * time.Second

// PlayTakeover lets everybody wait, brings the agents, kills the node that routes,
// and then stops the next one for as long as zombie and wakes it.
func PlayTakeover(ctx context.Context, r *Rig, waiting int, zombie time.Duration) (*History, *Takeover, error) {
	d := newDriver(r, DriverConfig{Customers: waiting, Think: time.Second, Messages: 1})
	stopWriting := d.beginWriting(ctx)
	d.writing.Wait()
	stopWriting()
	result := &Takeover{}
	err := r.await(ctx, "everybody in line", func() bool {
		err := r.db.QueryRowContext(ctx, "SELECT count(*) FROM conversations WHERE state = 'waiting'").Scan(&result.Waiting)
		return err == nil && result.Waiting >= waiting
	})
	if err != nil {
		return nil, nil, err
	}
	stopWorking := d.beginWork(ctx)
	assigned := func(n int) func() bool {
		return func() bool {
			var have int
			err := r.db.QueryRowContext(ctx, "SELECT count(*) FROM events WHERE type = 'conversation.assigned'").Scan(&have)
			return err == nil && have >= n
		}
	}
	if err := r.await(ctx, "the agents to have customers", assigned(5*r.cfg.Agents/2)); err != nil {
		return nil, nil, err
	}
	var begins [2]time.Time
	for i, fault := range []Injection{
		{"router: kill -9", func(ctx context.Context, on *Target) error {
			on.node.kill()
			on.wait(ctx, takeoverHold) // back sooner, it might route again itself
			return nil
		}},
		{"router: SIGSTOP, wakes as a zombie", func(ctx context.Context, on *Target) error {
			on.node.signal(syscall.SIGSTOP)
			on.wait(ctx, zombie)
			on.node.signal(syscall.SIGCONT)
			return nil
		}},
	} {
		begins[i] = time.Now()
		took, err := d.loseRouter(ctx, fault)
		if err != nil {
			return nil, nil, fmt.Errorf("%w\n%s", err, r.Logs())
		}
		*[]*time.Duration{&result.Killed, &result.Stopped}[i] = took
	}
	on := &Target{rig: r, driver: d}
	on.wait(ctx, 2*time.Second)
	h, err := d.finish(ctx, stopWorking, Plan{Progress: func(string, ...any) {}})
	if err != nil {
		return nil, nil, err
	}
	result.FirstKilled, result.FirstStopped = firstChoice(h, begins[0]), firstChoice(h, begins[1])
	for i := range h.Tables.Events {
		if h.Tables.Events[i].Type == desk.EvConversationAssigned {
			result.Assigned++
		}
	}
	return h, result, nil
}

// loseRouter does something to the node that routes and tells how long it takes
// until another one says that it does.
func (d *Driver) loseRouter(ctx context.Context, in Injection) (time.Duration, error) {
	old := d.rig.router()
	if old == nil {
		return 0, errors.New("no node says that it routes")
	}
	lost := time.Now()
	injected := make(chan error, 1)
	go func() { injected <- d.inject(ctx, in, &Target{rig: d.rig, driver: d, node: old}) }()
	var took time.Duration
	err := d.rig.await(ctx, "another node to route", func() bool {
		for _, n := range d.rig.nodes {
			if at := loggedAt(n.lastLogged("this node routes")); n != old && at.After(lost) {
				took = at.Sub(lost)
				return true
			}
		}
		return false
	})
	if err != nil {
		return 0, err
	}
	return took, <-injected
}

// loggedAt reads the time that a log line begins with.
func loggedAt(line string) time.Time {
	text, _, _ := strings.Cut(strings.TrimPrefix(line, "time="), " ")
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return at
}

// firstChoice is from a moment at which the router is lost until somebody is
// offered or given a customer again by choice: with 100 ms for what was under way.
func firstChoice(h *History, lost time.Time) time.Duration {
	for i := range h.Tables.Events {
		e := &h.Tables.Events[i]
		chosen := e.ActorID == "" && (e.Type == desk.EvConversationOffered || e.Type == desk.EvConversationAssigned)
		if chosen && e.At.After(lost.Add(100*time.Millisecond)) {
			return e.At.Sub(lost)
		}
	}
	return 0
}

// await waits for a condition, up to a generous time.
func (r *Rig) await(ctx context.Context, what string, done func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, settlePatience)
	defer cancel()
	for !done() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited in vain for %s\n%s", what, r.Logs())
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}
