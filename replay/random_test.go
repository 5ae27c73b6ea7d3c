package replay_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/desk"
	"parley/feed"
	"parley/floor"
	"parley/replay"
	"parley/routing"
	"parley/store"
	"parley/store/storetest"
)

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// center is a running contact center: the real store, feed, floor and router on
// a clock that the test moves, with people who do things at random, at once.
type center struct {
	*store.Store
	t       *testing.T
	seed    uint64
	offset  atomic.Int64 // of the clock
	floor   *floor.Floor
	router  *routing.Router
	queues  []desk.ID
	inboxes []desk.Inbox
	skills  []desk.ID
	agents  []desk.ID
	persons atomic.Int64
}

func (c *center) clock() time.Time { return monday.Add(time.Duration(c.offset.Load())) }

func (c *center) pass(d time.Duration) {
	c.offset.Add(int64(d))
	c.router.Wake()
}

func (c *center) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// openCenter sets a center up and lets it run until the test ends.
func openCenter(t *testing.T, open storetest.Open, seed uint64, setUp func(*center)) *center {
	c := &center{t: t, seed: seed}
	log := slog.New(slog.DiscardHandler)
	var f *feed.Feed
	c.Store = open(func(cfg *store.Config) {
		cfg.Now = c.clock
		cfg.OnCommit = func(changes []desk.Change) {
			if f != nil {
				f.Committed(changes)
			}
		}
	})
	setUp(c)
	f = feed.New(c.Store, nil, log)
	snapshot, err := c.Live(t.Context())
	c.must(err)
	c.must(f.Start(t.Context(), snapshot.Seq))
	c.floor = floor.New(snapshot)
	c.router = routing.New(c.floor, c.Store, log, c.clock)
	f.Subscribe(func(ch desk.Change) {
		if ch.Type == desk.EvQueueChanged {
			c.ForgetConfig()
		}
		c.floor.Apply(ch)
		c.router.Changed(ch)
	})
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = f.Run(ctx) })
	running.Go(func() { _ = c.router.Lead(ctx) })
	t.Cleanup(func() {
		stop()
		running.Wait()
	})
	return c
}

// atRandom sets up queues, inboxes and agents.
func atRandom(c *center) {
	rng, ctx := rand.New(rand.NewPCG(c.seed, 1)), c.t.Context()
	for i := range 3 {
		k, err := c.CreateSkill(ctx, "", desk.Skill{Name: fmt.Sprint("skill ", i)})
		c.must(err)
		c.skills = append(c.skills, k.ID)
	}
	policies := routing.Policies()
	for i := range 3 {
		q := desk.QueueDefaults()
		q.Name, q.Policy, q.AutoAccept = fmt.Sprint("queue ", i), policies[rng.IntN(len(policies))], rng.IntN(3) == 0
		q.PreferredSeconds = rng.IntN(2) * 60
		if i > 0 {
			q.Requirements = []desk.Requirement{{SkillID: c.skills[i-1], Level: 1 + rng.IntN(3)}}
		}
		q.Weight = []int{100, 100, 200}[rng.IntN(3)]
		q.Rings = desk.RingPlan{{AfterSeconds: 5 + rng.IntN(10), Relax: []desk.Relaxation{{SkillID: c.skills[rng.IntN(3)], Level: rng.IntN(2)}}},
			{AfterSeconds: 20, Priority: 1 + rng.IntN(3), SkillID: c.skills[rng.IntN(3)]}}
		made, err := c.CreateQueue(ctx, "", q)
		c.must(err)
		c.queues = append(c.queues, made.ID)
		for _, ch := range []desk.Channel{desk.WebChat, desk.SMS} {
			in := desk.Inbox{Name: fmt.Sprintf("%s-%d", ch, i), Label: "x", Channel: ch, Provider: map[desk.Channel]string{desk.WebChat: "webchat", desk.SMS: "twilio-sms"}[ch],
				QueueID: made.ID, Enabled: true, CSAT: true, Requirements: []desk.Requirement{}}
			if rng.IntN(3) == 0 {
				in.Requirements = append(in.Requirements, desk.Requirement{SkillID: c.skills[2], Level: 2, Preferred: rng.IntN(2) == 0})
			}
			made, err := c.CreateInbox(ctx, "", in)
			c.must(err)
			c.inboxes = append(c.inboxes, *made)
		}
	}
	for i := range 7 {
		a := desk.Agent{Email: fmt.Sprintf("a%d@example.com", i), Name: fmt.Sprint("Agent ", i), Role: desk.RoleAgent, Enabled: true, Capacity: 40 + 20*rng.IntN(4), Skills: c.someSkills(rng)}
		if i == 0 {
			a.Role = desk.RoleAdmin
		}
		if rng.IntN(3) == 0 {
			a.Costs = map[desk.ID]int{c.queues[rng.IntN(3)]: 10 + rng.IntN(40)}
		}
		made, err := c.CreateAgent(ctx, "", a, "hash")
		c.must(err)
		c.agents = append(c.agents, made.ID)
		c.must(c.SetPresence(ctx, made.ID, desk.Available, "", false, made.ID))
	}
}

func (c *center) someSkills(rng *rand.Rand) map[desk.ID]int {
	out := map[desk.ID]int{}
	for _, k := range c.skills {
		if rng.IntN(4) > 0 {
			out[k] = 1 + rng.IntN(5)
		}
	}
	return out
}

// arrive lets a new customer, or one of the last, write.
func (c *center) arrive(rng *rand.Rand) error {
	in := c.inboxes[rng.IntN(len(c.inboxes))]
	n := c.persons.Add(1)
	if rng.IntN(4) == 0 {
		n = 1 + rng.Int64N(n)
	}
	kind, value := desk.Phone, fmt.Sprintf("+1500555%04d", n)
	if in.Channel == desk.WebChat {
		kind, value = desk.Visitor, fmt.Sprintf("00000000-0000-7000-8000-%012d", n)
	}
	items := []desk.Inbound{{InboxID: in.ID, ProviderID: desk.NewID(), Kind: desk.InMessage, Identity: desk.Identity{Kind: kind, Value: value}, At: c.clock(),
		Message: &desk.Message{Kind: desk.Text, Text: "hello"}}}
	work, err := c.Accept(c.t.Context(), items)
	if err != nil {
		return err
	}
	ids := []desk.ID{}
	for _, w := range work {
		ids = append(ids, w.ID)
	}
	return c.Receive(c.t.Context(), ids)
}

// some is a conversation in one of these states; nil when there is none.
func (c *center) some(rng *rand.Rand, states ...desk.State) *desk.Conversation {
	var fit []*desk.Conversation
	c.floor.Each(func(v *desk.Conversation) {
		for _, s := range states {
			if v.State == s {
				fit = append(fit, v)
			}
		}
	})
	if len(fit) == 0 {
		return nil
	}
	return fit[rng.IntN(len(fit))]
}

// step lets one thing happen. That it comes too late is part of the game.
func (c *center) step(rng *rand.Rand) error {
	ctx := c.t.Context()
	agent := c.agents[rng.IntN(len(c.agents))]
	on := func(do func(v *desk.Conversation) error, states ...desk.State) error {
		if v := c.some(rng, states...); v != nil {
			return do(v)
		}
		return nil
	}
	switch n := rng.IntN(100); {
	case n < 25:
		return c.arrive(rng)
	case n < 45:
		return on(func(v *desk.Conversation) error { return c.AcceptOffer(ctx, v.ID, v.AgentID) }, desk.Offered)
	case n < 50:
		return on(func(v *desk.Conversation) error { return c.DeclineOffer(ctx, v.ID, v.AgentID, "") }, desk.Offered)
	case n < 65:
		return on(func(v *desk.Conversation) error { return c.Resolve(ctx, v.ID, v.AgentID) }, desk.Active, desk.Active, desk.Waiting)
	case n < 69:
		return on(func(v *desk.Conversation) error { return c.Abandon(ctx, v.ID, c.clock()) }, desk.Waiting, desk.Offered)
	case n < 72:
		return on(func(v *desk.Conversation) error { return c.Snooze(ctx, v.ID, v.AgentID, c.clock().Add(time.Minute)) }, desk.Active)
	case n < 74:
		return c.WakeDue(ctx)
	case n < 77:
		return on(func(v *desk.Conversation) error {
			return c.Transfer(ctx, store.Transfer{ConversationID: v.ID, ActorID: v.AgentID, QueueID: c.queues[rng.IntN(3)], Note: "see this"})
		}, desk.Active, desk.Waiting)
	case n < 79:
		return on(func(v *desk.Conversation) error {
			return c.Transfer(ctx, store.Transfer{ConversationID: v.ID, ActorID: v.AgentID, AgentID: agent})
		}, desk.Active)
	case n < 81:
		return on(func(v *desk.Conversation) error { return c.Assign(ctx, v.ID, agent, c.agents[0]) }, desk.Waiting, desk.Offered, desk.Active)
	case n < 83:
		return on(func(v *desk.Conversation) error { return c.Prioritize(ctx, v.ID, agent, rng.IntN(10)) }, desk.Waiting)
	case n < 89:
		p := []desk.Presence{desk.Available, desk.Available, desk.Available, desk.Away, desk.Offline, desk.Busy}[rng.IntN(6)]
		return c.SetPresence(ctx, agent, p, "", rng.IntN(4) == 0, agent)
	case n < 91:
		_, err := c.UpdateAgent(ctx, "", agent, "", "", func(a *desk.Agent) error {
			a.Skills, a.Capacity, a.ChannelLimits = c.someSkills(rng), 40+20*rng.IntN(4), map[desk.Channel]int{desk.SMS: rng.IntN(4)}
			return nil
		})
		return err
	case n < 92:
		_, err := c.UpdateQueue(ctx, "", c.queues[rng.IntN(3)], func(q *desk.Queue) error {
			q.Policy, q.OfferSeconds = routing.Policies()[rng.IntN(len(routing.Policies()))], 10+rng.IntN(20)
			return nil
		})
		return err
	default:
		c.pass(time.Duration(rng.IntN(12)) * time.Second)
	}
	return nil
}

// TestEachRecordedChoiceComesOutTheSame: whatever happened, and however it raced,
// the log alone is enough to make each choice of the router again.
func TestEachRecordedChoiceComesOutTheSame(t *testing.T) {
	for seed := range uint64(2) {
		storetest.Each(t, func(t *testing.T, open storetest.Open) {
			c := openCenter(t, open, seed, atRandom)
			var people sync.WaitGroup
			for i := range uint64(3) {
				people.Go(func() {
					rng := rand.New(rand.NewPCG(seed, 10+i))
					for range 350 {
						c.pass(time.Duration(rng.IntN(400)) * time.Millisecond)
						if err := c.step(rng); err != nil && desk.CodeOf(err) == desk.Internal {
							t.Errorf("seed %d: %v", seed, err)
						}
					}
				})
			}
			people.Wait()
			c.pass(time.Second)
			p, err := replay.Read(t.Context(), c.Store, monday, c.clock(), replay.MostEvents, nil)
			c.must(err)
			k := &p.Check
			if k.Decisions < 60 || k.ByHand == 0 || k.Unrecorded > 0 {
				t.Errorf("seed %d: too little happened: %s", seed, k)
			}
			t.Logf("seed %d: %s", seed, k)
			if k.Equal != k.Decisions {
				t.Errorf("seed %d: %s", seed, k)
			}
			for _, m := range k.Mismatches[:min(5, len(k.Mismatches))] {
				t.Errorf("%s after %d with claims %v: %s", m.At.Sub(monday), m.Seq, m.Recorded.Claims, m.Words)
			}
			r, err := p.Run(t.Context(), replay.Config{Replications: 3}, nil)
			c.must(err)
			if r.Recorded.Customers == 0 || r.Replayed.Customers == 0 || !strings.Contains(r.Words, "same") {
				t.Errorf("seed %d: replayed as %+v", seed, r)
			}
		})
	}
}
