package simulate

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"parley/desk"
	"parley/routing"
)

// customer is somebody in the center. Slots are used again.
type customer struct {
	person
	n      int // of the arrival, from 0
	slot   int
	visit  int // rises when the slot is used again
	offers int
	talk   desk.Conversation
	left   float64 // work
	begun  float64
}

// agent is one of the scenario's.
type agent struct {
	n       int
	desk    desk.Agent
	speed   []float64
	serving []*customer
	at      float64 // until when the work of those is counted
	version int     // rises when the next end of work changes
	busy    float64 // seconds with anybody, while counting
}

// center is one replication as it runs.
type center struct {
	scenario *Scenario
	policy   routing.Policy
	index    *routing.Index
	crowd    *crowd
	calendar calendar
	queues   []*desk.Queue // by class
	asks     [][]desk.Requirement
	plans    []desk.RingPlan // by class
	agents   []*agent
	agentOf  map[desk.ID]*agent
	people   []*customer
	unused   []int
	inLine   map[desk.ID]*customer
	answers  *rand.Rand
	now      float64
	woken    float64
	polls    float64 // the next poll that is planned
	counted  figures
	counting bool                           // agents' time, from the first customer who counts to the last
	from     float64                        // when that began
	watch    func(w *customer, served bool) // tests look on: who begins to wait, and who is served
}

func newCenter(s *Scenario, p routing.Policy, seed uint64) *center {
	c := &center{scenario: s, policy: p, crowd: newCrowd(s, seed), agentOf: map[desk.ID]*agent{}, inLine: map[desk.ID]*customer{},
		answers: source(seed, 0, offerSource),
		counted: figures{dropped: s.dropped(), threshold: s.Threshold.Seconds(), classes: make([]tally, len(s.Classes))}}
	c.arrange()
	c.index = routing.NewIndex(routing.IndexConfig{Queues: c.distinct()})
	for _, g := range s.Groups {
		for range g.Count {
			a := &agent{n: len(c.agents), speed: g.Speed}
			a.desk = desk.Agent{ID: fmt.Sprintf("a%06d", len(c.agents)), Role: desk.RoleAgent, Enabled: true, Presence: desk.Available, Capacity: g.Concurrency, Skills: g.Skills}
			c.agents = append(c.agents, a)
			c.agentOf[a.desk.ID] = a
			c.index.PutAgent(&a.desk)
		}
	}
	return c
}

// arrange makes the queues: one for each class, or one for all when the policy
// blocks, because then everybody stands in one line.
func (c *center) arrange() {
	for i := range c.scenario.Classes {
		k := &c.scenario.Classes[i]
		var reqs []desk.Requirement
		for preferred, skills := range map[bool]map[string]int{false: k.Needs, true: k.Wishes} {
			for skill, level := range skills {
				reqs = append(reqs, desk.Requirement{SkillID: skill, Level: level, Preferred: preferred})
			}
		}
		slices.SortFunc(reqs, func(a, b desk.Requirement) int {
			if a.Preferred != b.Preferred && a.Preferred {
				return 1
			}
			return strings.Compare(a.SkillID, b.SkillID)
		})
		q := desk.QueueDefaults()
		q.AutoAccept = c.scenario.Offers.Ring == 0
		q.OfferSeconds = int(c.scenario.Offers.Ring.Seconds())
		if c.policy.Blocks {
			q.ID, q.Policy = "everybody", c.policy.WithReserve(0).Name
			c.asks = append(c.asks, reqs)
		} else {
			q.ID, q.Policy = fmt.Sprintf("q%04d", i), c.policy.WithReserve(c.scenario.reserveOf(i, c.policy.Reserve)).Name
			q.Requirements = reqs
			c.asks = append(c.asks, nil)
		}
		c.queues = append(c.queues, &q)
	}
	for i := range c.scenario.Classes {
		plan := c.plan(&c.scenario.Classes[i])
		if c.plans = append(c.plans, plan); !c.policy.Blocks {
			c.queues[i].Rings = plan
		}
	}
}

// plan is a class's as the line knows it.
func (c *center) plan(k *Class) desk.RingPlan {
	plan := desk.RingPlan{}
	for _, r := range k.Rings {
		step := desk.Ring{AfterSeconds: int(r.After.Seconds()), SkillID: r.Team, Priority: r.Priority}
		if r.Overflow != "" {
			step.QueueID = c.queues[c.scenario.class(r.Overflow)].ID
		}
		for _, skill := range slices.Sorted(maps.Keys(r.Relax)) {
			step.Relax = append(step.Relax, desk.Relaxation{SkillID: skill, Level: r.Relax[skill]})
		}
		plan = append(plan, step)
	}
	return plan
}

func (c *center) distinct() []*desk.Queue {
	if c.policy.Blocks {
		return c.queues[:1]
	}
	return c.queues
}

// run lets everybody come and be served.
func (c *center) run() figures {
	c.expect()
	for {
		e, any := c.calendar.next()
		if !any {
			break
		}
		c.now = e.at
		c.happen(e)
		switch every := c.scenario.Poll.Seconds(); {
		case every == 0 || e.kind == look:
			c.decide()
		case c.polls <= c.now: // what happened is seen at the next multiple
			c.polls = (math.Floor(c.now/every) + 1) * every
			c.calendar.plan(event{at: c.polls, kind: look})
		}
	}
	for _, w := range c.people { // nobody is left who could serve them
		if c.inLine[w.talk.ID] == w {
			c.counted.left(w, c.now)
		}
	}
	return c.counted
}

// expect plans the next arrival; after the last the agents' time counts no more.
func (c *center) expect() {
	p, any := c.crowd.next()
	if !any {
		c.count(false)
		return
	}
	i := len(c.people)
	if n := len(c.unused); n > 0 {
		i, c.unused = c.unused[n-1], c.unused[:n-1]
	} else {
		c.people = append(c.people, &customer{slot: i})
	}
	w := c.people[i]
	w.person, w.n, w.left = p, c.crowd.drawn-1, p.work
	w.visit++
	c.calendar.plan(event{at: p.at, kind: arrival, who: i})
}

func (c *center) happen(e event) {
	switch e.kind {
	case arrival:
		c.arrive(c.people[e.who])
		c.expect()
	case finished:
		if a := c.agents[e.who]; a.version == e.version {
			c.finish(a)
		}
	case impatient:
		if w := c.people[e.who]; w.visit == e.version && c.inLine[w.talk.ID] == w {
			c.counted.left(w, c.now)
			c.leave(w)
		}
	case answered, rangOut:
		c.answer(c.people[e.who], e)
	case back:
		a := c.agents[e.who]
		a.desk.Presence = desk.Available
		c.index.PutAgent(&a.desk)
	case look: // deciding follows
	}
}

const idDigits = 9

// arrive puts a customer in line, if there is a place.
func (c *center) arrive(w *customer) {
	if w.n == c.scenario.dropped() {
		c.count(true)
	}
	at := clock(c.now)
	class := &c.scenario.Classes[w.class]
	q := c.queues[w.class]
	w.talk = desk.Conversation{ID: numbered(w.n), QueueID: q.ID, Channel: desk.WebChat, State: desk.Waiting, Cost: 1, Epoch: 1, Priority: class.Priority,
		QueuedAt: at, StateSince: at, Requirements: c.asks[w.class]}
	if c.policy.Blocks { // one queue for all: each has the plan of its class
		w.talk.Rings = c.plans[w.class]
	}
	c.index.PutConversation(&w.talk)
	c.inLine[w.talk.ID] = w
	if c.scenario.Poll == 0 {
		c.decide()
	}
	if c.watch != nil && w.talk.State == desk.Waiting {
		c.watch(w, false)
	}
	if c.scenario.Places > 0 && w.talk.State == desk.Waiting && c.index.Waiting() > c.scenario.Places {
		c.counted.blocked(w)
		c.leave(w)
		return
	}
	if c.inLine[w.talk.ID] == w && w.patience < 1e12 {
		c.calendar.plan(event{at: c.now + w.patience, kind: impatient, who: w.slot, version: w.visit})
	}
}

// numbered makes ids that order as the arrivals do.
func numbered(n int) desk.ID {
	var b [idDigits]byte
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return string(b[:])
}

// decide gives everybody who can be served to whom the line says.
func (c *center) decide() {
	p := c.index.Decide(clock(c.now), 0)
	for _, choice := range p.Proposals {
		w, a := c.inLine[choice.ConversationID], c.agentOf[choice.AgentID]
		if c.scenario.Offers.Ring > 0 {
			c.offer(w, a)
			continue
		}
		c.give(w, a)
	}
	if p.Wake.IsZero() {
		return
	}
	if at := p.Wake.Sub(midnight).Seconds(); at != c.woken {
		c.woken = at
		c.calendar.plan(event{at: max(at, c.now) + 1e-6, kind: look})
	}
}

// give lets an agent begin with a customer.
func (c *center) give(w *customer, a *agent) {
	c.counted.answered(w, c.now)
	if c.watch != nil {
		c.watch(w, true)
	}
	delete(c.inLine, w.talk.ID)
	c.occupy(w, a, desk.Active)
	c.progress(a)
	w.begun = c.now
	a.serving = append(a.serving, w)
	c.planEnd(a)
}

// occupy gives the conversation to the agent, in a state that holds capacity.
func (c *center) occupy(w *customer, a *agent, s desk.State) {
	at := clock(c.now)
	if w.talk.State == desk.Waiting {
		a.desk.Load += w.talk.Cost
		a.desk.LastAssignedAt = at
	}
	w.talk.State, w.talk.StateSince, w.talk.AgentID = s, at, a.desk.ID
	w.talk.Epoch++
	c.index.PutConversation(&w.talk)
	c.index.PutAgent(&a.desk)
}

// progress counts the work done since it was last counted.
func (c *center) progress(a *agent) {
	if n := len(a.serving); n > 0 {
		passed := c.now - a.at
		each := a.speed[n-1] / float64(n)
		for _, w := range a.serving {
			w.left -= passed * each
		}
		if c.counting {
			a.busy += passed
		}
	}
	a.at = c.now
}

// planEnd plans the next end of work of an agent.
func (c *center) planEnd(a *agent) {
	a.version++
	n := len(a.serving)
	if n == 0 {
		return
	}
	least := a.serving[0].left
	for _, w := range a.serving[1:] {
		least = min(least, w.left)
	}
	c.calendar.plan(event{at: c.now + max(0, least)*float64(n)/a.speed[n-1], kind: finished, who: a.n, version: a.version})
}

// finish ends the work that is done.
func (c *center) finish(a *agent) {
	c.progress(a)
	least := 0
	for i, w := range a.serving {
		if w.left < a.serving[least].left {
			least = i
		}
	}
	w := a.serving[least]
	a.serving = slices.Delete(a.serving, least, least+1)
	c.counted.handled(w, c.now)
	a.desk.Load, a.desk.FreedAt = a.desk.Load-w.talk.Cost, clock(c.now)
	w.talk.State = desk.Resolved
	w.talk.Epoch++
	c.index.PutConversation(&w.talk)
	c.index.PutAgent(&a.desk)
	c.unused = append(c.unused, w.slot)
	c.planEnd(a)
}

// leave takes a customer out of the center who was not served.
func (c *center) leave(w *customer) {
	delete(c.inLine, w.talk.ID)
	if w.talk.State == desk.Offered {
		a := c.agentOf[w.talk.AgentID]
		a.desk.Load, a.desk.FreedAt = a.desk.Load-w.talk.Cost, clock(c.now)
		defer c.index.PutAgent(&a.desk)
	}
	w.talk.State = desk.Abandoned
	w.talk.Epoch++
	c.index.PutConversation(&w.talk)
	c.unused = append(c.unused, w.slot)
}

// count begins or ends the counting of the agents' time.
func (c *center) count(on bool) {
	for _, a := range c.agents {
		c.progress(a)
		if !on {
			c.counted.occupancy = append(c.counted.occupancy, a.busy/max(1e-9, c.now-c.from))
		}
	}
	c.counting, c.from = on, c.now
}

// offer rings at an agent, who answers in their way.
func (c *center) offer(w *customer, a *agent) {
	c.occupy(w, a, desk.Offered)
	o := c.scenario.Offers
	w.offers++
	e := event{kind: answered, who: w.slot, version: w.offers, at: c.now + o.Answer.Seconds()}
	if c.answers.Float64() < o.Miss {
		e.kind, e.at = rangOut, c.now+o.Ring.Seconds()
	}
	c.calendar.plan(e)
}

// answer ends an offer.
func (c *center) answer(w *customer, e event) {
	if w.offers != e.version || w.talk.State != desk.Offered {
		return
	}
	a := c.agentOf[w.talk.AgentID]
	if e.kind == answered && c.answers.Float64()*(1-c.scenario.Offers.Miss) >= c.scenario.Offers.Decline {
		c.give(w, a)
		return
	}
	w.talk.AvoidAgentIDs = append(w.talk.AvoidAgentIDs, a.desk.ID)
	w.talk.State, w.talk.StateSince, w.talk.AgentID = desk.Waiting, clock(c.now), ""
	w.talk.Epoch++
	a.desk.Load, a.desk.FreedAt = a.desk.Load-w.talk.Cost, clock(c.now)
	if e.kind == rangOut {
		a.desk.Presence, a.desk.PresenceSince = desk.Away, clock(c.now)
		c.calendar.plan(event{at: c.now + c.scenario.Offers.Away.Seconds(), kind: back, who: a.n})
	}
	c.index.PutConversation(&w.talk)
	c.index.PutAgent(&a.desk)
}
