package routing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"parley/desk"
)

// A large center: every agent has 8 of 200 skills, customers ask for one to
// three of them, most of them rarely.
const (
	benchAgents = 10_000
	benchSkills = 200
	benchLine   = 100_000
	benchSets   = 23_000
)

type large struct {
	*world
	sets [][]desk.Requirement
	line []*desk.Conversation
}

// newLarge makes the center with nobody in line and everybody at load.
func newLarge(b *testing.B, load func(i int) int) *large {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	w := &world{Rand: r, now: noon, agents: map[desk.ID]*desk.Agent{}, talks: map[desk.ID]*desk.Conversation{}, flights: map[desk.ID]desk.Proposal{}}
	q := desk.QueueDefaults()
	q.ID, q.Name, q.AutoAccept = "q0", "Everything", true
	w.queues = []*desk.Queue{&q}
	for i := range benchSkills {
		w.skills = append(w.skills, &desk.Skill{ID: fmt.Sprintf("skill%03d", i), Name: fmt.Sprintf("Skill %d", i)})
	}
	w.index = NewIndex(IndexConfig{Queues: w.queues, Skills: w.skills, Explain: true})
	for i := range benchAgents {
		a := &desk.Agent{ID: fmt.Sprintf("agent%05d", i), Name: fmt.Sprintf("Agent %d", i), Role: desk.RoleAgent, Enabled: true, Capacity: 100, Presence: desk.Available,
			Load: load(i), LastAssignedAt: noon.Add(-time.Duration(r.IntN(3600)) * time.Second), Skills: map[desk.ID]int{}}
		for len(a.Skills) < 8 {
			a.Skills[w.skills[r.IntN(benchSkills)].ID] = 1 + r.IntN(5)
		}
		w.putAgent(a)
	}
	c := &large{world: w}
	seen := map[string]bool{}
	for len(c.sets) < benchSets {
		var set []desk.Requirement
		for _, k := range r.Perm(benchSkills)[:1+r.IntN(3)] {
			set = append(set, desk.Requirement{SkillID: w.skills[k].ID, Level: 1 + r.IntN(3)})
		}
		if key := fmt.Sprint(set); !seen[key] {
			seen[key] = true
			c.sets = append(c.sets, set)
		}
	}
	return c
}

func (c *large) customer(i int) *desk.Conversation {
	return &desk.Conversation{ID: fmt.Sprintf("c%08d", i), QueueID: "q0", Channel: desk.SMS, State: desk.Waiting, Cost: 20, Epoch: 1,
		QueuedAt: noon.Add(time.Duration(i) * time.Millisecond), StateSince: noon, Requirements: c.sets[c.IntN(len(c.sets))]}
}

// queue fills the line with customers nobody has room for.
func (c *large) fill() {
	for i := range benchLine {
		t := c.customer(i)
		c.line = append(c.line, t)
		c.index.PutConversation(t)
	}
	c.index.Decide(c.now, 0)
}

// free is agent i as they are with a full load, and with room for one.
func (c *large) free(i int) (full, room *desk.Agent) {
	full = c.agents[fmt.Sprintf("agent%05d", i)]
	a := *full
	a.Load -= 20
	return full, &a
}

// BenchmarkAgentFrees: an agent has room for one; who is next of all who wait?
func BenchmarkAgentFrees(b *testing.B) {
	for _, explain := range []bool{false, true} {
		b.Run(fmt.Sprintf("index/reasons=%v", explain), func(b *testing.B) {
			c := newLarge(b, func(int) int { return 100 })
			c.fill()
			c.index.explain = explain
			var deciding time.Duration
			b.ResetTimer()
			for n := range b.N {
				full, room := c.free(n % benchAgents)
				c.index.PutAgent(room)
				began := time.Now()
				p := c.index.Decide(c.now, 0).Proposals
				deciding += time.Since(began)
				c.index.PutAgent(full)
				if len(p) == 1 {
					c.index.Release(p[0].ConversationID)
					c.index.Decide(c.now, 0)
				}
			}
			b.ReportMetric(float64(deciding)/float64(b.N), "ns/decision")
		})
	}
	b.Run("scan", func(b *testing.B) {
		c := newLarge(b, func(int) int { return 100 })
		c.fill()
		l := &look{view: c, room: newRoom(), now: c.now}
		b.ResetTimer()
		for n := range b.N {
			_, room := c.free(n % benchAgents)
			_ = slices.IndexFunc(c.line, func(t *desk.Conversation) bool {
				return l.excluded(room, asked{c: t, queue: c.queues[0], stage: stage{ways: [][]desk.Requirement{t.Requirements}}}) == ""
			})
		}
	})
}

// BenchmarkCustomerArrives: who of the agents with room is best for a new one?
func BenchmarkCustomerArrives(b *testing.B) {
	some := func(i int) int { return i % 6 * 20 }
	for _, explain := range []bool{false, true} {
		b.Run(fmt.Sprintf("index/reasons=%v", explain), func(b *testing.B) {
			c := newLarge(b, some)
			for i := range benchSets { // every class is known
				t := c.customer(i)
				t.Requirements = c.sets[i]
				c.index.PutConversation(t)
				c.index.RemoveConversation(t.ID)
			}
			c.index.explain = explain
			customers := make([]*desk.Conversation, 10_000)
			for i := range customers {
				customers[i] = c.customer(i)
			}
			c.index.Decide(c.now, 0)
			var deciding time.Duration
			b.ResetTimer()
			for n := range b.N {
				t := customers[n%len(customers)]
				c.index.PutConversation(t)
				began := time.Now()
				c.index.Decide(c.now, 0)
				deciding += time.Since(began)
				c.index.RemoveConversation(t.ID)
			}
			b.ReportMetric(float64(deciding)/float64(b.N), "ns/decision")
		})
	}
	b.Run("scan", func(b *testing.B) {
		c := newLarge(b, some)
		agents := c.Agents()
		l := &look{view: steady{c.world, agents}, room: newRoom(), now: c.now}
		b.ResetTimer()
		for n := range b.N {
			l.choose(c.customer(n))
		}
	})
}

// BenchmarkCustomerWithoutNeeds is the widest choice: everybody is idle and
// would do.
func BenchmarkCustomerWithoutNeeds(b *testing.B) {
	c := newLarge(b, func(int) int { return 0 })
	c.index.explain = false
	t := c.customer(0)
	t.Requirements = nil
	c.index.Decide(c.now, 0)
	b.ResetTimer()
	for range b.N {
		c.index.PutConversation(t)
		c.index.Decide(c.now, 0)
		c.index.RemoveConversation(t.ID)
	}
}

// BenchmarkSkillsChange: an agent's skills are others, with 23,000 classes known.
func BenchmarkSkillsChange(b *testing.B) {
	c := newLarge(b, func(int) int { return 100 })
	c.fill()
	b.ResetTimer()
	for n := range b.N {
		full, _ := c.free(n % benchAgents)
		a := *full
		a.Skills = c.agents[fmt.Sprintf("agent%05d", (n+1)%benchAgents)].Skills
		c.index.PutAgent(&a)
		c.index.Decide(c.now, 0)
		c.index.PutAgent(full)
		c.index.Decide(c.now, 0)
	}
}

// BenchmarkTakeover: an index is made from the floor of the large center.
func BenchmarkTakeover(b *testing.B) {
	c := newLarge(b, func(int) int { return 100 })
	c.fill()
	agents := c.Agents()
	b.ResetTimer()
	for range b.N {
		x := NewIndex(IndexConfig{Queues: c.queues, Skills: c.skills})
		for _, a := range agents {
			x.PutAgent(a)
		}
		for _, t := range c.line {
			x.PutConversation(t)
		}
		x.Decide(c.now, 0)
	}
}

// steady spares the scan the sorting of agents at each look.
type steady struct {
	*world
	list []*desk.Agent
}

func (s steady) Agents() []*desk.Agent { return s.list }

func (s steady) Held(desk.ID) []*desk.Conversation { return nil }

// BenchmarkAgentFreesWithRings is AgentFrees where everybody who waits is at some
// step of a plan with relaxed demands and a team that helps.
func BenchmarkAgentFreesWithRings(b *testing.B) {
	c := newLarge(b, func(int) int { return 100 })
	plan := desk.RingPlan{{AfterSeconds: 0, Relax: []desk.Relaxation{{SkillID: c.skills[0].ID, Level: 1}}}, {AfterSeconds: 0, Priority: 1},
		{AfterSeconds: 1 << 19, SkillID: c.skills[1].ID}}
	q := *c.queues[0]
	q.Rings = plan
	c.queues = []*desk.Queue{&q}
	c.index.Configure(IndexConfig{Queues: c.queues, Skills: c.skills})
	c.fill()
	c.index.Decide(c.now, 0)
	b.ResetTimer()
	var deciding time.Duration
	for n := range b.N {
		full, room := c.free(n % benchAgents)
		c.index.PutAgent(room)
		began := time.Now()
		p := c.index.Decide(c.now, 0).Proposals
		deciding += time.Since(began)
		c.index.PutAgent(full)
		if len(p) == 1 {
			c.index.Release(p[0].ConversationID)
			c.index.Decide(c.now, 0)
		}
	}
	b.ReportMetric(float64(deciding)/float64(b.N), "ns/decision")
}
