package routing_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"parley/desk"
	"parley/floor"
	"parley/routing"
)

// upkept is a center with upkeep over it, on a synctest bubble's clock: a real
// floor, and a database in memory by desk's rules (the real one keeps goroutines
// that a bubble cannot end). Redis says what the test says.
type upkept struct {
	*testing.T
	floor *floor.Floor

	mu       sync.Mutex
	seq      int64
	talks    map[desk.ID]*desk.Conversation // ended ones, too
	left     map[desk.ID]time.Time          // abandoned ▶ when they left
	waiting  map[desk.ID]time.Time          // accepted, not processed yet
	unsent   map[desk.ID]time.Time
	failing  int                        // writes that the database refuses first
	sweeps   int                        // looks for snoozed ones and broken-off calls, both
	away     error                      // of Redis
	complete bool                       // what Redis says of sockets
	sockets  map[string]map[string]bool // kind ▶ members connected
	silent   map[string]time.Time       // member ▶ last beat of a node that died
	lag      time.Duration              // of the streams
	sent     []desk.ID                  // without the streams
	slow     map[string]bool            // messages whose provider does not answer
	inbound  []desk.Work
	outbound []desk.Work
}

const ana = "ana"

func newUpkept(t *testing.T, change ...func(*desk.Queue)) *upkept {
	q := desk.QueueDefaults()
	q.ID, q.Name = "q", "Support"
	for _, f := range change {
		f(&q)
	}
	a := &desk.Agent{ID: ana, Name: "Ana", Role: desk.RoleAgent, Enabled: true, Capacity: 100, Presence: desk.Available, PresenceSince: time.Now()}
	return &upkept{T: t, floor: floor.New(&desk.Snapshot{Queues: []*desk.Queue{&q}, Agents: []*desk.Agent{a}}), complete: true,
		talks: map[desk.ID]*desk.Conversation{}, left: map[desk.ID]time.Time{}, waiting: map[desk.ID]time.Time{}, unsent: map[desk.ID]time.Time{},
		sockets: map[string]map[string]bool{routing.AgentSockets: {ana: true}, routing.VisitorSockets: {}}, silent: map[string]time.Time{}}
}

// lead runs the upkeep until the test ends.
func (u *upkept) lead() {
	up := &routing.Upkeep{Durable: u, Endings: u, Streams: u, Sockets: u, Sender: u, Floor: u.floor, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	ctx, cancel := context.WithCancel(u.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := up.Lead(ctx); err != nil {
			u.Error(err)
		}
	})
	u.Cleanup(func() {
		cancel()
		running.Wait()
	})
}

func (u *upkept) set(f func()) {
	u.mu.Lock()
	defer u.mu.Unlock()
	f()
}

func (u *upkept) connect(kind, member string) { u.set(func() { u.sockets[kind][member] = true }) }

// leave closes a member's last socket in order.
func (u *upkept) leave(kind, member string) { u.set(func() { delete(u.sockets[kind], member) }) }

// dies is the end of a member's node, whose last beat was so long ago.
func (u *upkept) dies(kind, member string, beat time.Duration) {
	u.set(func() {
		delete(u.sockets[kind], member)
		u.silent[member] = time.Now().Add(-beat)
	})
}

// writes commits a conversation or agent and folds it in.
func (u *upkept) writes(c *desk.Conversation, a *desk.Agent) {
	u.seq++
	if c != nil {
		u.talks[c.ID] = c
	}
	u.floor.Apply(desk.Change{Event: desk.Event{Seq: u.seq}, Conversation: c, Agent: a})
}

// move is a conversation's move by desk's rules.
func (u *upkept) move(id desk.ID, to desk.State, agent desk.ID) error {
	c := *u.talks[id]
	var err error
	if !c.State.Open() && to == desk.Waiting {
		err = c.Reopen(time.Now())
	} else {
		err = c.Move(to, time.Now())
	}
	if err == nil {
		c.AgentID = agent
		u.writes(&c, nil)
	}
	return err
}

// customer enters the line.
func (u *upkept) customer(id desk.ID, channel desk.Channel) desk.ID {
	u.set(func() {
		u.talks[id] = &desk.Conversation{ID: id, QueueID: "q", Channel: channel, State: desk.New}
		u.ok(u.move(id, desk.Waiting, ""))
	})
	return id
}

// becomes moves a conversation as a person does.
func (u *upkept) becomes(id desk.ID, to desk.State, agent desk.ID) {
	u.Helper()
	u.set(func() { u.ok(u.move(id, to, agent)) })
}

func (u *upkept) ok(err error) {
	u.Helper()
	if err != nil {
		u.Fatal(err)
	}
}

func (u *upkept) state(id desk.ID) desk.State {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.talks[id].State
}

func (u *upkept) presence() desk.Presence { return u.floor.Agent(ana).Presence }

// refused tells whether the database is away for this write.
func (u *upkept) refused() error {
	if u.failing > 0 {
		u.failing--
		return desk.Errorf(desk.Unavailable, "the database is away")
	}
	return nil
}

func (u *upkept) SetPresence(_ context.Context, agent desk.ID, p desk.Presence, reason string, _ bool, _ desk.ID) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.refused(); err != nil {
		return err
	}
	a := *u.floor.Agent(agent)
	a.Presence, a.Reason, a.PresenceSince = p, reason, time.Now()
	u.writes(nil, &a)
	return nil
}

func (u *upkept) Abandon(_ context.Context, id desk.ID, at time.Time) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.refused(); err != nil {
		return err
	}
	if !u.talks[id].State.InLine() {
		return nil
	}
	u.left[id] = at
	return u.move(id, desk.Abandoned, "")
}

func (u *upkept) Expire(_ context.Context, id desk.ID) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.move(id, desk.Expired, "")
}

func (u *upkept) Requeue(_ context.Context, id, agent desk.ID) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if c := u.talks[id]; c.State != desk.Active || c.AgentID != agent {
		return desk.Errorf(desk.Conflict, "not theirs")
	}
	return u.move(id, desk.Waiting, "")
}

func (u *upkept) WakeDue(context.Context) error {
	u.set(func() { u.sweeps++ })
	return nil
}

func (u *upkept) GiveUpSending(context.Context) error {
	u.set(func() { u.sweeps++ })
	return nil
}

func older(all map[desk.ID]time.Time, age time.Duration) (out []desk.Work) {
	for id, at := range all {
		if time.Since(at) >= age {
			out = append(out, desk.Work{ID: id, Key: "key of " + id})
		}
	}
	return out
}

func (u *upkept) Unprocessed(_ context.Context, age time.Duration, _ int) ([]desk.Work, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return older(u.waiting, age), nil
}

func (u *upkept) Unsent(_ context.Context, age time.Duration, _ int) ([]desk.Work, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return older(u.unsent, age), nil
}

func (u *upkept) Receive(_ context.Context, ids []desk.ID) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, id := range ids {
		delete(u.waiting, id)
	}
	return nil
}

// Connected is Redis' word: nodes beat every 10 s, and what a dead one said is
// good for 25 s.
func (u *upkept) Connected(_ context.Context, kind string) (map[string]time.Time, bool, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.away != nil {
		return nil, false, u.away
	}
	seen := map[string]time.Time{}
	for m := range u.sockets[kind] {
		seen[m] = time.Now().Truncate(10 * time.Second)
	}
	for m, at := range u.silent {
		if time.Since(at) < 25*time.Second {
			seen[m] = at
		}
	}
	return seen, u.complete, nil
}

func (u *upkept) PushInbound(_ context.Context, work []desk.Work) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.away == nil {
		u.inbound = append(u.inbound, work...)
	}
	return u.away
}

func (u *upkept) PushOutbound(_ context.Context, work []desk.Work) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.away == nil {
		u.outbound = append(u.outbound, work...)
	}
	return u.away
}

func (u *upkept) InboundLag(context.Context) (time.Duration, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.lag, u.away
}

func (u *upkept) Handle(ctx context.Context, ids []desk.ID) error {
	for _, id := range ids {
		u.mu.Lock()
		slow := u.slow[id]
		if !slow {
			u.sent = append(u.sent, id)
			delete(u.unsent, id)
		}
		u.mu.Unlock()
		if slow {
			<-ctx.Done()
			return ctx.Err()
		}
	}
	return nil
}

// until waits for something, at most so long.
func (u *upkept) until(what string, within time.Duration, is func() bool) {
	u.Helper()
	for began := time.Now(); !is(); time.Sleep(100 * time.Millisecond) {
		if time.Since(began) > within {
			u.Fatalf("not %s within %v", what, within)
		}
	}
}

// holds checks that something stays for a time.
func (u *upkept) holds(what string, during time.Duration, is func() bool) {
	u.Helper()
	for began := time.Now(); time.Since(began) < during; time.Sleep(100 * time.Millisecond) {
		if !is() {
			u.Fatalf("not %s any more after %v", what, time.Since(began))
		}
	}
}

// near tells whether a time is at most that much off.
func near(a, b time.Time, off time.Duration) bool { return a.Sub(b).Abs() <= off }
