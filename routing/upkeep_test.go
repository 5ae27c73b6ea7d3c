package routing_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/desk"
	"parley/floor"
	"parley/routing"
	"parley/store"
	"parley/store/storetest"
)

// upkept is a real database and floor with upkeep over them, and what Redis
// would say. Everything in it runs on a synctest bubble's clock.
type upkept struct {
	*testing.T
	*store.Store
	floor *floor.Floor
	queue *desk.Queue
	chat  *desk.Inbox
	sms   *desk.Inbox
	ana   *desk.Agent
	n     int

	mu       sync.Mutex
	sockets  map[string]map[string]bool // kind ▶ members connected
	silent   map[string]time.Time       // member ▶ last beat of a node that died
	complete bool
	away     error // of Redis
	inbound  []desk.Work
	outbound []desk.Work
	failing  int // abandonments and presences the database refuses
}

// newUpkept makes the center; change may alter its queue.
func newUpkept(t *testing.T, change ...func(*desk.Queue)) *upkept {
	u := &upkept{T: t, complete: true, sockets: map[string]map[string]bool{routing.AgentSockets: {}, routing.VisitorSockets: {}}, silent: map[string]time.Time{}}
	u.Store = storetest.SQLite(t)(func(c *store.Config) {
		c.OnCommit = func(changes []desk.Change) {
			if u.floor != nil {
				for _, ch := range changes {
					u.floor.Apply(ch)
				}
			}
		}
	})
	ctx := t.Context()
	q := desk.QueueDefaults()
	q.Name = "Support"
	for _, f := range change {
		f(&q)
	}
	var err error
	u.queue, err = u.CreateQueue(ctx, "", q)
	u.ok(err)
	u.chat, err = u.CreateInbox(ctx, "", desk.Inbox{Name: "chat", Label: "Chat", Channel: desk.WebChat, Provider: "webchat", QueueID: u.queue.ID, Enabled: true})
	u.ok(err)
	u.sms, err = u.CreateInbox(ctx, "", desk.Inbox{Name: "sms", Label: "SMS", Channel: desk.SMS, Provider: "twilio-sms", QueueID: u.queue.ID, Enabled: true})
	u.ok(err)
	u.ana, err = u.CreateAgent(ctx, "", desk.Agent{Email: "ana@example.com", Name: "Ana", Role: desk.RoleAgent, Enabled: true, Capacity: 100, Presence: desk.Offline}, "hash")
	u.ok(err)
	snapshot, err := u.Live(ctx)
	u.ok(err)
	u.floor = floor.New(snapshot)
	u.connect(routing.AgentSockets, u.ana.ID)
	u.ok(u.SetPresence(ctx, u.ana.ID, desk.Available, "", false, u.ana.ID))
	return u
}

func (u *upkept) ok(err error) {
	u.Helper()
	if err != nil {
		u.Fatal(err)
	}
}

// lead runs the upkeep until the test ends.
func (u *upkept) lead() {
	up := &routing.Upkeep{Durable: u.Store, Endings: sometimes{u.Store, u}, Tidy: u.Store, Streams: u, Sockets: u, Floor: u.floor, Log: slog.New(slog.DiscardHandler), Now: time.Now}
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

// sometimes is the database where it refuses when the test says so.
type sometimes struct {
	*store.Store
	u *upkept
}

func (s sometimes) refuses() error {
	s.u.mu.Lock()
	defer s.u.mu.Unlock()
	if s.u.failing > 0 {
		s.u.failing--
		return desk.Errorf(desk.Unavailable, "the database is away")
	}
	return nil
}

func (s sometimes) Abandon(ctx context.Context, id desk.ID, at time.Time) error {
	if err := s.refuses(); err != nil {
		return err
	}
	return s.Store.Abandon(ctx, id, at)
}

func (s sometimes) SetPresence(ctx context.Context, agent desk.ID, p desk.Presence, reason string, next bool, actor desk.ID) error {
	if err := s.refuses(); err != nil {
		return err
	}
	return s.Store.SetPresence(ctx, agent, p, reason, next, actor)
}

func (u *upkept) set(f func()) {
	u.mu.Lock()
	defer u.mu.Unlock()
	f()
}

func (u *upkept) connect(kind, member string) { u.set(func() { u.sockets[kind][member] = true }) }

// leave closes a member's last socket in order.
func (u *upkept) leave(kind, member string) { u.set(func() { delete(u.sockets[kind], member) }) }

// dies is the end of a member's node: its last beat was so long ago, and it
// counts as connected for 25 s after that.
func (u *upkept) dies(kind, member string, beat time.Duration) {
	u.set(func() {
		delete(u.sockets[kind], member)
		u.silent[member] = time.Now().Add(-beat)
	})
}

// Connected is Redis' word, with beats every 10 s.
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

// accepts takes a customer's message in, as far as a webhook does.
func (u *upkept) accepts(in *desk.Inbox, from string) desk.ID {
	u.Helper()
	u.n++
	kind := desk.Phone
	if in.Channel == desk.WebChat {
		kind = desk.Visitor
	}
	id := desk.NewID()
	work, err := u.Accept(u.Context(), []desk.Inbound{{InboxID: in.ID, ProviderID: id, Kind: desk.InMessage, At: time.Now(), Identity: desk.Identity{Kind: kind, Value: from},
		Message: &desk.Message{ID: id, Kind: desk.Text, Text: "hello", Author: desk.ByCustomer}}})
	u.ok(err)
	return work[0].ID
}

// customer writes and waits in line.
func (u *upkept) customer(in *desk.Inbox, from string) desk.ID {
	u.Helper()
	u.ok(u.Receive(u.Context(), []desk.ID{u.accepts(in, from)}))
	list, _, err := u.Conversations(u.Context(), store.ConversationFilter{InboxID: in.ID, Limit: 50})
	u.ok(err)
	for _, c := range list {
		if _, who, err := u.Conversation(u.Context(), c.ID); err == nil && who.Value == from {
			return c.ID
		}
	}
	u.Fatal("no conversation of " + from)
	return ""
}

func (u *upkept) state(id desk.ID) desk.State {
	u.Helper()
	c, _, err := u.Conversation(u.Context(), id)
	u.ok(err)
	return c.State
}

func (u *upkept) presence() desk.Presence {
	u.Helper()
	a, err := u.Agent(u.Context(), u.ana.ID)
	u.ok(err)
	return a.Presence
}

func (u *upkept) facts(metric desk.Metric) []store.FactDetail {
	u.Helper()
	all, _, err := u.Facts(u.Context(), store.FactFilter{Limit: 200})
	u.ok(err)
	var out []store.FactDetail
	for _, f := range all {
		if f.Metric == metric {
			out = append(out, f)
		}
	}
	return out
}

// until waits for something within a time, and tells how long it took.
func (u *upkept) until(what string, within time.Duration, is func() bool) time.Duration {
	u.Helper()
	began := time.Now()
	for !is() {
		if time.Since(began) > within {
			u.Fatalf("not %s within %v", what, within)
		}
		time.Sleep(100 * time.Millisecond)
	}
	return time.Since(began)
}

// holds checks that something stays for a time.
func (u *upkept) holds(what string, during time.Duration, is func() bool) {
	u.Helper()
	for began := time.Now(); time.Since(began) < during; time.Sleep(500 * time.Millisecond) {
		if !is() {
			u.Fatalf("not %s any more after %v", what, time.Since(began))
		}
	}
}

// near tells whether a time is at most that much off.
func near(a, b time.Time, off time.Duration) bool { return a.Sub(b).Abs() <= off }

func TestAnAgentWhoseSocketsAreGoneIsOfflineAfterTheGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpkept(t)
		available := func() bool { return u.presence() == desk.Available }
		u.lead()
		u.holds("available while connected", 5*time.Minute, available)
		u.leave(routing.AgentSockets, u.ana.ID)
		u.holds("available within the grace", 29*time.Second, available)
		u.connect(routing.AgentSockets, u.ana.ID) // reloaded the page
		u.holds("available after coming back", 5*time.Minute, available)

		id := u.customer(u.sms, "+15005550100")
		u.ok(u.Offer(t.Context(), desk.Proposal{ConversationID: id, Epoch: u.floor.Conversation(id).Epoch, AgentID: u.ana.ID, For: time.Hour}))
		u.leave(routing.AgentSockets, u.ana.ID)
		u.holds("ringing within the grace", 29*time.Second, func() bool { return u.state(id) == desk.Offered })
		u.until("offline", 8*time.Second, func() bool { return u.presence() == desk.Offline })
		a, err := u.Agent(t.Context(), u.ana.ID)
		u.ok(err)
		if a.Reason != desk.ReasonDisconnected || u.state(id) != desk.Waiting || a.Load != 0 {
			t.Errorf("offline for %q, what rang is %s, load %d", a.Reason, u.state(id), a.Load)
		}
		if n := len(u.facts(desk.MissedOffer)); n != 0 {
			t.Errorf("%d missed offers; it was taken back", n)
		}
	})
}

func TestNothingIsConcludedWhileNobodyKnowsWhoIsConnected(t *testing.T) {
	for name, blind := range map[string]func(*upkept){
		"incomplete": func(u *upkept) { u.complete = false },
		"Redis away": func(u *upkept) { u.away = errors.New("connection refused") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				u := newUpkept(t)
				id := u.customer(u.chat, "visitor-1")
				u.leave(routing.AgentSockets, u.ana.ID)
				u.lead()
				time.Sleep(20 * time.Second) // most of both graces
				u.set(func() { blind(u) })
				as := func() bool { return u.presence() == desk.Available && u.state(id) == desk.Waiting }
				u.holds("as it was", 5*time.Minute, as)
				u.set(func() { u.complete, u.away = true, nil })
				u.holds("as it was: the graces begin anew", 29*time.Second, as)
				u.until("offline", 8*time.Second, func() bool { return u.presence() == desk.Offline })
				u.until("abandoned", 16*time.Second, func() bool { return u.state(id) == desk.Abandoned })
			})
		})
	}
}

func TestAnAgentIsSetOfflineWhenTheDatabaseIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpkept(t)
		u.leave(routing.AgentSockets, u.ana.ID)
		u.failing = 2
		u.lead()
		u.until("offline at the third try", 45*time.Second, func() bool { return u.presence() == desk.Offline })
	})
}

func TestAVisitorWhoHasGoneAbandonsTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpkept(t)
		chat, sms, served := u.customer(u.chat, "visitor-1"), u.customer(u.sms, "+15005550100"), u.customer(u.chat, "visitor-2")
		u.ok(u.Assign(t.Context(), served, u.ana.ID, u.ana.ID))
		u.connect(routing.VisitorSockets, chat)
		u.lead()
		waiting := func() bool { return u.state(chat) == desk.Waiting }
		u.holds("waiting while connected", 2*time.Minute, waiting)
		u.leave(routing.VisitorSockets, chat)
		u.holds("waiting within the grace", 44*time.Second, waiting)
		u.connect(routing.VisitorSockets, chat)
		u.holds("waiting after coming back", 2*time.Minute, waiting)
		u.leave(routing.VisitorSockets, chat)
		left := time.Now()
		u.holds("waiting within the new grace", 44*time.Second, waiting)
		u.until("abandoned", 8*time.Second, func() bool { return u.state(chat) == desk.Abandoned })
		f := u.facts(desk.WaitAbandoned)
		if len(f) != 1 || !near(f[0].EndedAt, left, 3*time.Second) {
			t.Errorf("abandoned %+v, want one at %v", f, left)
		}
		if u.state(sms) != desk.Waiting || u.state(served) != desk.Active {
			t.Errorf("without sockets the SMS is %s and the chat being served %s", u.state(sms), u.state(served))
		}
	})
}

// The node that knew when they left is dead: what is known is its last beat.
func TestAVisitorWhoWentWithTheirNodeLeftAtItsLastBeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpkept(t)
		id := u.customer(u.chat, "visitor-1")
		u.connect(routing.VisitorSockets, id)
		u.lead()
		time.Sleep(2*time.Minute + 8*time.Second)
		beat := time.Now().Add(-6 * time.Second)
		u.dies(routing.VisitorSockets, id, 6*time.Second)
		u.failing = 1 // the first try is not the last; the moment stays the same
		u.until("abandoned", 90*time.Second, func() bool { return u.state(id) == desk.Abandoned })
		f := u.facts(desk.WaitAbandoned)
		if len(f) != 1 || !near(f[0].EndedAt, beat, time.Second) || !near(f[0].EndedAt, time.Now(), 90*time.Second) {
			t.Errorf("abandoned %+v, want one at %v", f, beat)
		}
	})
}

// Who was served while away, and writes again much later, has the whole grace.
func TestAnOldAbsenceIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpkept(t)
		id := u.customer(u.chat, "visitor-1")
		u.lead()
		time.Sleep(20 * time.Second)
		u.ok(u.Resolve(t.Context(), id, u.ana.ID))
		time.Sleep(10 * time.Minute)
		if again := u.customer(u.chat, "visitor-1"); again != id {
			t.Fatal("a new conversation, want the reopened one")
		}
		u.holds("waiting within the grace", 44*time.Second, func() bool { return u.state(id) == desk.Waiting })
		u.until("abandoned", 8*time.Second, func() bool { return u.state(id) == desk.Abandoned })
	})
}

func TestWhatNobodyTookExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpkept(t, func(q *desk.Queue) { q.ExpireHours = 2 })
		sms, chat, offered := u.customer(u.sms, "+15005550100"), u.customer(u.chat, "visitor-1"), u.customer(u.sms, "+15005550101")
		u.connect(routing.VisitorSockets, chat)
		u.ok(u.Offer(t.Context(), desk.Proposal{ConversationID: offered, Epoch: u.floor.Conversation(offered).Epoch, AgentID: u.ana.ID, For: 24 * time.Hour}))
		time.Sleep(2*time.Hour - time.Minute)
		u.lead()
		u.holds("waiting", time.Minute, func() bool { return u.state(sms) == desk.Waiting })
		u.until("expired", 5*time.Second, func() bool { return u.state(sms) == desk.Expired })
		if u.state(chat) != desk.Waiting || u.state(offered) != desk.Offered {
			t.Errorf("the chat is %s, what rings %s", u.state(chat), u.state(offered))
		}
		if f := u.facts(desk.WaitExpired); len(f) != 1 || f[0].Seconds < 7200 || f[0].ConversationID != sms {
			t.Errorf("expired: %+v", f)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		u := newUpkept(t, func(q *desk.Queue) { q.ExpireHours = 0 })
		sms := u.customer(u.sms, "+15005550100")
		time.Sleep(10 * 24 * time.Hour)
		u.lead()
		u.holds("waiting for ever", 30*time.Second, func() bool { return u.state(sms) == desk.Waiting })
	})
}

func TestWhatAGoneAgentHoldsGoesBackInLine(t *testing.T) {
	for name, c := range map[string]struct {
		minutes int
		back    time.Duration // the agent comes back after; 0: never
		want    desk.State
	}{
		"after the queue's minutes": {5, 0, desk.Waiting},
		"not when they come back":   {5, 4 * time.Minute, desk.Active},
		"not where the queue keeps": {0, 0, desk.Active},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				u := newUpkept(t, func(q *desk.Queue) { q.RequeueMinutes = c.minutes })
				id := u.customer(u.sms, "+15005550100")
				u.ok(u.Assign(t.Context(), id, u.ana.ID, u.ana.ID))
				u.lead()
				u.leave(routing.AgentSockets, u.ana.ID)
				u.until("offline", 40*time.Second, func() bool { return u.presence() == desk.Offline })
				if c.back > 0 {
					time.Sleep(c.back)
					u.connect(routing.AgentSockets, u.ana.ID)
					u.ok(u.SetPresence(t.Context(), u.ana.ID, desk.Available, "", false, u.ana.ID))
				}
				u.holds("theirs", 5*time.Minute-c.back, func() bool { return u.state(id) == desk.Active })
				time.Sleep(6 * time.Second)
				if s := u.state(id); s != c.want {
					t.Errorf("after the queue's time it is %s, want %s", s, c.want)
				}
				time.Sleep(2 * time.Minute)
				if s := u.state(id); s != c.want {
					t.Errorf("later it is %s, want %s", s, c.want)
				}
			})
		})
	}
}

func TestSweepBringsBackWhatMissedItsStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpkept(t)
		pushed := func() (in, out int) {
			u.mu.Lock()
			defer u.mu.Unlock()
			return len(u.inbound), len(u.outbound)
		}
		served := u.customer(u.sms, "+15005550100")
		u.ok(u.Assign(t.Context(), served, u.ana.ID, u.ana.ID))
		u.lead()
		lost := u.accepts(u.sms, "+15005550101")
		m, err := u.Reply(t.Context(), store.Reply{ID: desk.NewID(), ConversationID: served, AgentID: u.ana.ID, Text: "hi"})
		u.ok(err)
		u.holds("left to its stream", 1900*time.Millisecond, func() bool { in, out := pushed(); return in+out == 0 })
		u.until("put back", 2*time.Second, func() bool { in, out := pushed(); return in > 0 && out > 0 })
		if u.inbound[0].ID != lost || u.outbound[0].ID != m.ID || u.outbound[0].Key != served || u.inbound[0].Key == "" {
			t.Errorf("put back %+v and %+v", u.inbound[0], u.outbound[0])
		}
		if list, _, _ := u.Conversations(t.Context(), store.ConversationFilter{Limit: 10}); len(list) != 1 {
			t.Errorf("%d conversations: it was processed beside the stream", len(list))
		}

		// Without Redis it is done here and now, everything of it.
		u.set(func() { u.away = errors.New("connection refused") })
		for i := range 30 {
			u.accepts(u.sms, fmt.Sprintf("+1500555%04d", 200+i))
		}
		u.until("processed", 4*time.Second, func() bool {
			list, _, err := u.Conversations(t.Context(), store.ConversationFilter{Limit: 50})
			u.ok(err)
			return len(list) == 32
		})
	})
}

func TestSweepEndsWhatTimeEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpkept(t)
		id := u.customer(u.sms, "+15005550100")
		u.ok(u.Assign(t.Context(), id, u.ana.ID, u.ana.ID))
		m, err := u.Reply(t.Context(), store.Reply{ID: desk.NewID(), ConversationID: id, AgentID: u.ana.ID, Text: "hi"})
		u.ok(err)
		if out, err := u.ClaimOutgoing(t.Context(), m.ID); err != nil || out == nil {
			t.Fatal("not claimed", err)
		}
		status := func() desk.Status {
			got, err := u.MessageByID(t.Context(), m.ID)
			u.ok(err)
			return got.Status
		}
		u.ok(u.Snooze(t.Context(), id, u.ana.ID, time.Now().Add(time.Minute)))
		u.lead() // the node that was sending never says how it went
		u.holds("snoozed", 59*time.Second, func() bool { return u.state(id) == desk.Snoozed })
		u.until("back with its agent", 3*time.Second, func() bool { return u.state(id) == desk.Active })
		u.holds("being sent, for all we know", 55*time.Second, func() bool { return status() == desk.Sending })
		u.until("unknown", 5*time.Second, func() bool { return status() == desk.Unknown })
		u.set(func() { u.outbound = nil })
		time.Sleep(time.Minute)
		if len(u.outbound) != 0 {
			t.Errorf("an unknown message is sent again: %v", u.outbound)
		}
	})
}
