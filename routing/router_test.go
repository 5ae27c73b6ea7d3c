package routing

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/desk"
	"parley/floor"
)

// ledger stands in for the database: conditional updates with a delay, whose
// changes reach the floor and then the router.
type ledger struct {
	mu     sync.Mutex
	floor  *floor.Floor
	router *Router
	seq    int64
	took   time.Duration // a claim takes this long
	behind time.Duration // the news of it come this much later
	refuse func(p desk.Proposal) error
	log    []string
	began  time.Time
}

func (l *ledger) note(format string, args ...any) {
	l.log = append(l.log, fmt.Sprintf("%v ", time.Since(l.began).Round(time.Millisecond))+fmt.Sprintf(format, args...))
}

func (l *ledger) Offer(ctx context.Context, p desk.Proposal) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	took := l.took
	l.mu.Unlock()
	time.Sleep(took)
	l.mu.Lock()
	c, a := l.floor.Conversation(p.ConversationID), l.floor.Agent(p.AgentID)
	if l.refuse != nil {
		if err := l.refuse(p); err != nil {
			l.note("%s refused to %s", p.ConversationID, p.AgentID)
			return err
		}
	}
	if c == nil || c.State != desk.Waiting || c.Epoch != p.Epoch || a.Free() < c.Cost {
		l.note("%s conflicts", p.ConversationID)
		return desk.Errorf(desk.Conflict, "too late")
	}
	l.note("%s rings at %s", p.ConversationID, p.AgentID)
	t := *c
	must(t.Move(desk.Offered, time.Now()))
	t.AgentID, t.OfferID = a.ID, "offer-"+t.ID
	b := *a
	b.Load += t.Cost
	b.LastAssignedAt = time.Now()
	o := &desk.Offer{ID: t.OfferID, ConversationID: t.ID, AgentID: a.ID, State: desk.OfferPending, MadeAt: time.Now(), ExpiresAt: time.Now().Add(p.For)}
	l.publish(desk.Change{Event: desk.Event{Type: desk.EvConversationOffered}, Conversation: &t, Agents: []*desk.Agent{&b}, Offer: o})
	return nil
}

func (l *ledger) ExpireOffer(ctx context.Context, conversation, offer desk.ID) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.floor.Conversation(conversation); c.OfferID == offer {
		l.note("%s missed by %s", c.ID, c.AgentID)
		l.end(c, desk.Waiting, func(a *desk.Agent) { a.Presence = desk.Away })
	}
	return nil
}

func (l *ledger) Climb(ctx context.Context, steps []desk.RingStep) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, step := range steps {
		c := l.floor.Conversation(step.ConversationID)
		if c == nil || step.Ring <= c.Ring {
			continue
		}
		l.note("%s is at step %d", c.ID, step.Ring)
		t := *c
		t.Ring = step.Ring
		l.publish(desk.Change{Event: desk.Event{Type: desk.EvConversationWidened}, Conversation: &t})
	}
	return nil
}

// end moves a conversation on and gives its agent the load back.
func (l *ledger) end(c *desk.Conversation, to desk.State, change func(*desk.Agent)) {
	t, a := *c, *l.floor.Agent(c.AgentID)
	if to == desk.Waiting {
		t.AvoidAgentIDs = append(slices.Clone(t.AvoidAgentIDs), a.ID)
	}
	if to != desk.Active {
		a.Load -= t.Cost
	}
	if change != nil {
		change(&a)
	}
	must(t.Move(to, time.Now()))
	if to == desk.Active {
		t.AgentID = a.ID
	}
	l.publish(desk.Change{Event: desk.Event{Type: desk.EvConversationReturned}, Conversation: &t, Agents: []*desk.Agent{&a}})
}

func (l *ledger) publish(ch desk.Change) {
	l.seq++
	ch.Seq, ch.At = l.seq, time.Now()
	tell := func() {
		l.floor.Apply(ch)
		l.router.Changed(ch)
	}
	if l.behind == 0 {
		tell()
		return
	}
	time.AfterFunc(l.behind, tell)
}

// do is something that people do, told as the database would.
func (l *ledger) do(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// lead runs a router over agents and a line in a bubble of virtual time, lets
// story happen and gives what the database saw.
func lead(t *testing.T, agents []*desk.Agent, line []*desk.Conversation, story func(l *ledger), change ...func(*desk.Queue)) string {
	t.Helper()
	var log string
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		for _, c := range line {
			c.QueuedAt, c.StateSince = began.Add(c.QueuedAt.Sub(noon)), began.Add(c.StateSince.Sub(noon))
		}
		l := &ledger{floor: center(agents, line...), took: 5 * time.Millisecond, began: began}
		l.router = New(l.floor, l, slog.New(slog.DiscardHandler), time.Now)
		for _, f := range change {
			f(l.floor.Queue("q"))
		}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { must(l.router.Lead(ctx)) })
		synctest.Wait()
		story(l)
		cancel()
		running.Wait()
		log = strings.Join(l.log, "\n")
	})
	return log
}

func same(t *testing.T, got string, want ...string) {
	t.Helper()
	if w := strings.Join(want, "\n"); got != w {
		t.Errorf("happened:\n%s\nwant:\n%s", got, w)
	}
}

func TestOneOfferRingsAtATime(t *testing.T) {
	got := lead(t, []*desk.Agent{person("ana", nil)}, []*desk.Conversation{waits("one", 2*time.Second), waits("two", time.Second)}, func(l *ledger) {
		time.Sleep(3 * time.Second)
		l.do(func() { l.end(l.floor.Conversation("one"), desk.Active, nil) })
		time.Sleep(time.Second)
	})
	same(t, got, "5ms one rings at ana", "3.005s two rings at ana")
}

func TestAnOfferThatIsMissedGoesToSomebodyElse(t *testing.T) {
	got := lead(t, []*desk.Agent{person("ana", nil), person("ben", nil)}, []*desk.Conversation{waits("one", 0)}, func(*ledger) {
		time.Sleep(21 * time.Second)
	})
	same(t, got, "5ms one rings at ana", "20.005s one missed by ana", "20.01s one rings at ben")
}

func TestAClaimOnItsWayIsNotMadeAgain(t *testing.T) {
	got := lead(t, []*desk.Agent{person("ana", nil), person("ben", nil)}, []*desk.Conversation{waits("one", 0)}, func(l *ledger) {
		l.do(func() { l.took, l.behind = 100*time.Millisecond, 500*time.Millisecond })
		for range 20 { // whatever else happens meanwhile
			time.Sleep(20 * time.Millisecond)
			a := *l.floor.Agent("ben")
			l.do(func() {
				ch := desk.Change{Event: desk.Event{Type: desk.EvAgentChanged}, Agent: &a}
				l.floor.Apply(ch)
				l.router.Changed(ch)
			})
		}
		time.Sleep(time.Second)
	})
	same(t, got, "5ms one rings at ana")
}

func TestARefusedClaimIsTriedAgainOnceTheNewsOfItCome(t *testing.T) {
	got := lead(t, []*desk.Agent{person("ana", nil), person("ben", nil, func(a *desk.Agent) { a.Load = 20 })}, []*desk.Conversation{waits("one", 0)}, func(l *ledger) {
		l.do(func() {
			l.refuse = func(p desk.Proposal) error { // ana has just left, here nobody knows yet
				if p.AgentID == "ana" {
					return desk.Errorf(desk.Conflict, "ana is not available")
				}
				return nil
			}
		})
		time.Sleep(50 * time.Millisecond)
		l.do(func() {
			a := *l.floor.Agent("ana")
			a.Presence = desk.Away
			l.publish(desk.Change{Event: desk.Event{Type: desk.EvAgentPresence}, Agent: &a})
		})
		time.Sleep(time.Second)
	})
	same(t, got, "5ms one refused to ana", "55ms one rings at ben")
}

func TestAFailedDatabaseIsTriedAgainAfterAPause(t *testing.T) {
	down := true
	got := lead(t, []*desk.Agent{person("ana", nil)}, []*desk.Conversation{waits("one", 0)}, func(l *ledger) {
		l.do(func() {
			l.refuse = func(desk.Proposal) error {
				if down {
					return desk.Errorf(desk.Unavailable, "the database is away")
				}
				return nil
			}
		})
		time.Sleep(1500 * time.Millisecond)
		l.do(func() { down = false })
		time.Sleep(time.Second)
	})
	same(t, got, "5ms one refused to ana", "1.01s one refused to ana", "2.015s one rings at ana")
}

func TestACustomerIsKeptForThePreferredAgentOnlySoLong(t *testing.T) {
	longRing := func(q *desk.Queue) { q.OfferSeconds, q.PreferredSeconds = 90, 60 }
	forBen := func(c *desk.Conversation) { c.PreferredAgentID = "ben" }
	agents := func() []*desk.Agent { return []*desk.Agent{person("ana", nil), person("ben", nil)} }
	line := func() []*desk.Conversation {
		return []*desk.Conversation{waits("other", time.Minute, forBen), waits("one", 0, forBen)}
	}
	got := lead(t, agents(), line(), func(l *ledger) { time.Sleep(80 * time.Second) }, longRing)
	same(t, got, "5ms other rings at ben", "1m0.005s one rings at ana")

	got = lead(t, agents(), line(), func(l *ledger) {
		time.Sleep(30 * time.Second)
		l.do(func() { l.end(l.floor.Conversation("other"), desk.Active, nil) })
		time.Sleep(10 * time.Second)
	}, longRing)
	same(t, got, "5ms other rings at ben", "30.005s one rings at ben")
}

func TestTheNextTermKnowsWhatHappenedBetween(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{floor: center([]*desk.Agent{person("ana", nil)}), took: time.Millisecond, began: time.Now()}
		l.router = New(l.floor, l, slog.New(slog.DiscardHandler), time.Now)
		for i := range 2 {
			c := waits(fmt.Sprintf("c%d", i), 0)
			c.QueuedAt, c.StateSince = time.Now(), time.Now()
			l.publish(desk.Change{Event: desk.Event{Type: desk.EvConversationQueued}, Conversation: c}) // nobody leads
			ctx, cancel := context.WithCancel(t.Context())
			var running sync.WaitGroup
			running.Go(func() { must(l.router.Lead(ctx)) })
			time.Sleep(time.Second)
			cancel()
			running.Wait()
			if l.router.Leading() {
				t.Error("still leading after the end")
			}
			l.end(l.floor.Conversation(c.ID), desk.Resolved, nil)
		}
		same(t, strings.Join(l.log, "\n"), "1ms c0 rings at ana", "1.001s c1 rings at ana")
	})
}

func TestASkillIsAskedForOnlySoLong(t *testing.T) {
	german := func(q *desk.Queue) {
		q.Requirements = []desk.Requirement{{SkillID: "de", Level: 3}}
		q.Rings = desk.RingPlan{{AfterSeconds: 30, Relax: []desk.Relaxation{{SkillID: "de", Level: 1}}}, {AfterSeconds: 60, Relax: []desk.Relaxation{{SkillID: "de"}}}}
	}
	full := person("ana", map[desk.ID]int{"de": 5}, func(a *desk.Agent) { a.Load = 100 })
	got := lead(t, []*desk.Agent{full, person("ben", map[desk.ID]int{"de": 1}), person("cleo", nil)}, []*desk.Conversation{waits("one", 0), waits("two", -time.Second)}, func(l *ledger) {
		time.Sleep(70 * time.Second)
	}, german)
	same(t, got, "30s one is at step 1", "30.005s one rings at ben", "31s two is at step 1",
		"50.005s one missed by ben", "1m0s one is at step 2", "1m0.005s one rings at cleo", "1m1s two is at step 2")
}

func TestNobodyIsWaitedForWhoIsNotThere(t *testing.T) {
	german := func(q *desk.Queue) {
		q.Requirements = []desk.Requirement{{SkillID: "de", Level: 3}}
		q.Rings = desk.RingPlan{{AfterSeconds: 30, Priority: 5}, {AfterSeconds: 60, Relax: []desk.Relaxation{{SkillID: "de"}}}}
	}
	gone := person("ana", map[desk.ID]int{"de": 5}, func(a *desk.Agent) { a.Presence = desk.Offline })
	off := person("ben", map[desk.ID]int{"de": 5}, func(a *desk.Agent) { a.OffHours = true })
	got := lead(t, []*desk.Agent{gone, off, person("cleo", nil)}, []*desk.Conversation{waits("one", 0)}, func(l *ledger) { time.Sleep(time.Second) }, german)
	same(t, got, "0s one is at step 2", "5ms one rings at cleo")
}
