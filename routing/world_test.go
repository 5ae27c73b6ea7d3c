package routing

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"parley/desk"
)

// world is a small contact center that changes at random: what the database and
// the floor are in the product. It gives offers their effects and tells an index
// of each change.
type world struct {
	*rand.Rand
	seed    uint64
	now     time.Time
	queues  []*desk.Queue
	skills  []*desk.Skill
	agents  map[desk.ID]*desk.Agent
	talks   map[desk.ID]*desk.Conversation // open ones
	flights map[desk.ID]desk.Proposal
	steps   map[desk.ID]int       // of ring plans, not recorded yet
	rings   map[desk.ID]time.Time // conversation ▶ when its offer ends
	index   *Index
	offers  map[offerOf]*offerEnds
	wake    time.Time // when the index wants to decide again
	n       int
	costs   map[desk.ID]int // what conversations cost while nobody holds them
	history []string
}

// offerOf is one offer: a conversation in the epoch in which it rings.
type offerOf struct {
	talk  desk.ID
	epoch int64
}

type offerEnds struct{ ends int }

var worldChannels = []desk.Channel{desk.WebChat, desk.SMS, desk.WhatsApp}

func newWorld(seed uint64, policy func(*rand.Rand) string) *world {
	w := &world{Rand: rand.New(rand.NewPCG(seed, 7)), seed: seed, now: noon, agents: map[desk.ID]*desk.Agent{}, talks: map[desk.ID]*desk.Conversation{},
		flights: map[desk.ID]desk.Proposal{}, steps: map[desk.ID]int{}, rings: map[desk.ID]time.Time{}, offers: map[offerOf]*offerEnds{}, costs: map[desk.ID]int{}}
	for i := range 2 + w.IntN(4) {
		w.skills = append(w.skills, &desk.Skill{ID: fmt.Sprintf("s%d", i), Name: fmt.Sprintf("Skill%d", i)})
	}
	for i := range 1 + w.IntN(3) {
		q := desk.QueueDefaults()
		q.ID, q.Name, q.Policy = fmt.Sprintf("q%d", i), fmt.Sprintf("Queue%d", i), policy(w.Rand)
		q.Open, q.AutoAccept, q.PreferredSeconds = w.IntN(10) > 0, w.IntN(2) == 0, w.IntN(3)*30
		q.Requirements = w.requirements(2)
		w.queues = append(w.queues, &q)
	}
	for _, q := range w.queues {
		w.arrangeQueue(q)
	}
	w.index = NewIndex(IndexConfig{Queues: w.queues, Skills: w.skills, Explain: true})
	if seed%3 == 0 {
		w.index.most = 3 // classes are forgotten all the time
	}
	for i := range 1 + w.IntN(8) {
		w.hire(fmt.Sprintf("a%d", i))
	}
	return w
}

// arrangeQueue gives a queue a ring plan and an order, often none.
func (w *world) arrangeQueue(q *desk.Queue) {
	q.Rings, q.Order, q.Weight = nil, desk.OrderScore, 100
	if w.IntN(2) == 0 {
		q.Rings = w.plan()
	}
	if w.IntN(6) == 0 {
		q.Order = desk.OrderPriority
	}
	if w.IntN(5) == 0 {
		q.Weight = []int{50, 100, 300}[w.IntN(3)]
	}
}

// plan makes a random ring plan.
func (w *world) plan() desk.RingPlan {
	out := desk.RingPlan{}
	after := 0
	for range w.IntN(desk.MaxRings + 1) {
		after += w.IntN(4) * 5
		r := desk.Ring{AfterSeconds: after}
		switch w.IntN(5) {
		case 0:
			r.QueueID = w.queues[w.IntN(len(w.queues))].ID
		case 1:
			r.SkillID = w.skills[w.IntN(len(w.skills))].ID
		case 2:
			r.Priority = w.IntN(4)
		case 3:
			if w.IntN(3) == 0 {
				r.Offer = desk.LeaveMessage
			}
		}
		for range w.IntN(3) {
			r.Relax = append(r.Relax, desk.Relaxation{SkillID: w.skills[w.IntN(len(w.skills))].ID, Level: w.IntN(4)})
		}
		out = append(out, r)
	}
	return out
}

// stay tells whether a conversation is still in the stay in line that it was in.
func (w *world) stay(old, c *desk.Conversation) {
	if old == nil || !c.State.InLine() || !old.QueuedAt.Equal(c.QueuedAt) {
		delete(w.steps, c.ID)
	}
}

// climb takes in which steps have come; some are recorded at once.
func (w *world) climb(steps []desk.RingStep) {
	for _, s := range steps {
		w.steps[s.ConversationID] = s.Ring
		w.say("%s is at step %d, early %v", s.ConversationID, s.Ring, s.Early)
	}
	for _, s := range steps {
		if w.IntN(2) == 0 {
			w.recordStep(s.ConversationID)
		}
	}
}

// recordStep does what the store does of a step.
func (w *world) recordStep(id desk.ID) {
	n := w.steps[id]
	c := *w.talks[id]
	if n <= c.Ring || c.State != desk.Waiting {
		return
	}
	delete(w.steps, id)
	c.Raised += raisedBy(w.Queue(c.QueueID).RingPlanOf(&c), &c, n)
	c.Ring = n
	w.say("%s is recorded at step %d", id, n)
	w.putTalk(&c)
}

func (w *world) requirements(most int) []desk.Requirement {
	out := []desk.Requirement{}
	for range w.IntN(most + 1) {
		r := desk.Requirement{SkillID: w.skills[w.IntN(len(w.skills))].ID, Level: 1 + w.IntN(5), Preferred: w.IntN(3) == 0}
		if !slices.ContainsFunc(out, func(o desk.Requirement) bool { return o.SkillID == r.SkillID && o.Preferred == r.Preferred }) {
			out = append(out, r)
		}
	}
	return out
}

func (w *world) hire(id desk.ID) {
	a := &desk.Agent{ID: id, Name: strings.ToUpper(id), Role: desk.RoleAgent, Enabled: true, Capacity: []int{20, 60, 100}[w.IntN(3)], Presence: desk.Available,
		Skills: w.someSkills(), ChannelLimits: map[desk.Channel]int{}}
	if w.IntN(4) == 0 {
		a.ChannelLimits[worldChannels[w.IntN(3)]] = w.IntN(3)
	}
	if w.IntN(5) == 0 {
		a.Costs = map[desk.ID]int{w.queues[w.IntN(len(w.queues))].ID: 5 + w.IntN(60)}
	}
	w.putAgent(a)
}

func (w *world) someSkills() map[desk.ID]int {
	out := map[desk.ID]int{}
	for _, k := range w.skills {
		if w.IntN(2) == 0 {
			out[k.ID] = 1 + w.IntN(5)
		}
	}
	return out
}

func (w *world) putAgent(a *desk.Agent) {
	if old := w.agents[a.ID]; old != nil && a.Load < old.Load {
		a.FreedAt = w.now
	}
	w.agents[a.ID] = a
	w.index.PutAgent(a)
}

// change replaces an agent by a changed copy, as the floor does.
func (w *world) change(id desk.ID, f func(*desk.Agent)) {
	a := *w.agents[id]
	f(&a)
	w.putAgent(&a)
}

// move gives a conversation another state and owner, and keeps loads in step.
func (w *world) move(id desk.ID, to desk.State, owner desk.ID) {
	c := *w.talks[id]
	was, freed := "", 0
	if c.State.HoldsCapacity() {
		was, freed = c.AgentID, c.Cost
		c.Cost = w.costs[id]
	}
	if to == desk.Waiting && c.State == desk.Offered && w.IntN(4) > 0 {
		c.AvoidAgentIDs = append(slices.Clone(c.AvoidAgentIDs), c.AgentID)
	}
	if c.State == desk.Offered {
		w.offers[offerOf{id, c.Epoch}].ends++
	}
	if err := c.Move(to, w.now); err != nil {
		panic(err)
	}
	if to == desk.Offered {
		w.offers[offerOf{id, c.Epoch}] = &offerEnds{}
	}
	c.AgentID = owner
	delete(w.flights, id)
	delete(w.rings, id)
	holds := ""
	if to.HoldsCapacity() {
		holds = owner
		if c.Cost = w.agents[owner].CostOf(&c); was == holds {
			c.Cost = freed
		}
	}
	w.say("%s %s %s", id, to, owner)
	w.putTalk(&c)
	if was == holds {
		return
	}
	if was != "" {
		w.change(was, func(a *desk.Agent) { a.Load -= freed })
	}
	if holds != "" {
		w.change(holds, func(a *desk.Agent) { a.Load += c.Cost; a.LastAssignedAt = w.now })
	}
}

func (w *world) putTalk(c *desk.Conversation) {
	w.stay(w.talks[c.ID], c)
	if !c.State.Open() {
		delete(w.talks, c.ID)
		if w.IntN(2) == 0 {
			w.index.RemoveConversation(c.ID)
			return
		}
	} else {
		w.talks[c.ID] = c
	}
	w.index.PutConversation(c)
}

func (w *world) say(format string, args ...any) {
	w.history = append(w.history, w.now.Sub(noon).String()+" "+fmt.Sprintf(format, args...))
}

// recent is the last of the history, for a failure.
func (w *world) recent() string {
	return strings.Join(w.history[max(0, len(w.history)-40):], "\n")
}

func pickOf[T any](w *world, all map[desk.ID]T, ok func(T) bool) desk.ID {
	var ids []desk.ID
	for id, v := range all {
		if ok(v) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	slices.Sort(ids)
	return ids[w.IntN(len(ids))]
}

func (w *world) arrive() {
	w.n++
	q := w.queues[w.IntN(len(w.queues))]
	c := &desk.Conversation{ID: fmt.Sprintf("c%04d", w.n), QueueID: q.ID, Channel: worldChannels[w.IntN(3)], State: desk.Waiting, QueuedAt: w.now.Add(-time.Duration(w.IntN(3)) * time.Second),
		StateSince: w.now, Epoch: 1, Cost: []int{10, 20, 30}[w.IntN(3)], Requirements: w.requirements(2)}
	if w.IntN(4) == 0 {
		c.PreferredAgentID = pickOf(w, w.agents, func(*desk.Agent) bool { return true })
	}
	if w.IntN(6) == 0 {
		c.Priority = w.IntN(5)
	}
	if w.IntN(6) == 0 {
		c.Rings = w.plan()
	}
	if w.IntN(8) == 0 {
		c.OpensAt = w.now.Add(time.Duration(w.IntN(40)) * time.Second)
	}
	w.costs[c.ID] = c.Cost
	w.say("%s waits in %s for %v, prefers %s", c.ID, q.ID, c.Requirements, c.PreferredAgentID)
	w.putTalk(c)
}

// step lets one thing happen.
func (w *world) step() {
	inState := func(s desk.State) desk.ID {
		return pickOf(w, w.talks, func(c *desk.Conversation) bool { return c.State == s })
	}
	switch n := w.IntN(100); {
	case n < 26:
		w.arrive()
	case n < 50: // a claim is answered
		if id := pickOf(w, w.flights, func(desk.Proposal) bool { return true }); id != "" {
			w.land(id, w.IntN(6) > 0)
		}
	case n < 60:
		if id := inState(desk.Offered); id != "" {
			w.move(id, desk.Active, w.talks[id].AgentID)
		}
	case n < 66:
		if id := inState(desk.Offered); id != "" {
			w.move(id, desk.Waiting, "")
		}
	case n < 80:
		if id := inState(desk.Active); id != "" {
			w.move(id, desk.Resolved, "")
		}
	case n < 83:
		if id := inState(desk.Waiting); id != "" {
			w.move(id, desk.Abandoned, "")
		}
	case n < 91:
		w.disturb()
	case n < 93:
		w.alter()
	case n < 94:
		w.takeover()
	default:
		w.now = w.now.Add(time.Duration(w.IntN(20000)) * time.Millisecond)
	}
	w.now = w.now.Add(time.Duration(w.IntN(3)) * 250 * time.Millisecond)
}

// takeover has another index begin with what the database knows: what was on its
// way or not recorded is lost.
func (w *world) takeover() {
	w.say("another router takes over")
	clear(w.flights)
	clear(w.steps)
	most := w.index.most
	w.index = NewIndex(IndexConfig{Queues: w.queues, Skills: w.skills, Explain: true})
	w.index.most = most
	var open []*desk.Conversation
	for _, id := range slices.Sorted(maps.Keys(w.talks)) {
		open = append(open, w.talks[id])
	}
	w.index.Sync(w.Agents(), open)
}

// land gives a claim its effect, or refuses it.
func (w *world) land(id desk.ID, granted bool) {
	p := w.flights[id]
	c, a := w.talks[id], w.agents[p.AgentID]
	if c == nil || c.Epoch != p.Epoch || a.Presence != desk.Available || a.OffHours || a.Free() < a.CostOf(c) {
		granted = false
	}
	switch {
	case !granted:
		delete(w.flights, id)
		w.say("%s refused to %s", id, p.AgentID)
		w.index.Release(id)
	case p.AutoAccept:
		w.move(id, desk.Active, p.AgentID)
	default:
		w.move(id, desk.Offered, p.AgentID)
		w.rings[id] = w.now.Add(p.For)
	}
}

// disturb changes an agent.
func (w *world) disturb() {
	id := pickOf(w, w.agents, func(*desk.Agent) bool { return true })
	w.change(id, func(a *desk.Agent) {
		switch w.IntN(9) {
		case 8:
			a.OffHours = w.IntN(2) == 0
		case 0, 1, 2:
			a.Presence, a.Next = []desk.Presence{desk.Available, desk.Available, desk.Busy, desk.Away, desk.Offline}[w.IntN(5)], ""
			a.PresenceSince = w.now
		case 3:
			a.Next = []desk.Presence{"", "", desk.Away}[w.IntN(3)]
		case 4:
			a.Skills = w.someSkills()
		case 5:
			a.Enabled = w.IntN(3) > 0
		case 6:
			a.ChannelLimits = map[desk.Channel]int{worldChannels[w.IntN(3)]: w.IntN(3)}
		default:
			a.Presence, a.Next, a.Enabled, a.OffHours = desk.Available, "", true, false
		}
		w.say("%s is %s, next %q, enabled %v, off %v, skills %v, limits %v", a.ID, a.Presence, a.Next, a.Enabled, a.OffHours, a.Skills, a.ChannelLimits)
	})
}

// alter changes a waiting conversation, or a queue.
func (w *world) alter() {
	id := pickOf(w, w.talks, func(c *desk.Conversation) bool {
		return c.State == desk.Waiting && w.flights[c.ID].ConversationID == ""
	})
	if id == "" || w.IntN(4) == 0 {
		i := w.IntN(len(w.queues))
		q := *w.queues[i]
		q.Open, q.AutoAccept, q.Requirements = w.IntN(4) > 0, w.IntN(2) == 0, w.requirements(2)
		w.arrangeQueue(&q)
		w.queues = slices.Clone(w.queues)
		w.queues[i] = &q
		w.say("%s open %v, accepts %v, asks %v", q.ID, q.Open, q.AutoAccept, q.Requirements)
		w.index.Configure(IndexConfig{Queues: w.queues, Skills: w.skills, Explain: true})
		return
	}
	c := *w.talks[id]
	switch w.IntN(5) {
	case 0:
		c.Priority = w.IntN(10)
	case 1:
		c.Requirements = w.requirements(2)
	case 2:
		c.Rings = w.plan()
	case 3:
		w.recordStep(id)
		return
	default:
		c.QueueID = w.queues[w.IntN(len(w.queues))].ID
	}
	w.say("%s now priority %d in %s for %v", id, c.Priority, c.QueueID, c.Requirements)
	w.putTalk(&c)
}

// The world as choosing sees it.

func (w *world) Agents() []*desk.Agent {
	out := make([]*desk.Agent, 0, len(w.agents))
	for _, a := range w.agents {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b *desk.Agent) int { return strings.Compare(a.ID, b.ID) })
	return out
}

func (w *world) Queues() []*desk.Queue { return w.queues }

func (w *world) Queue(id desk.ID) *desk.Queue {
	for _, q := range w.queues {
		if q.ID == id {
			return q
		}
	}
	return nil
}

func (w *world) Skill(id desk.ID) *desk.Skill {
	for _, k := range w.skills {
		if k.ID == id {
			return k
		}
	}
	return nil
}

func (w *world) Held(agent desk.ID) []*desk.Conversation {
	var out []*desk.Conversation
	for _, c := range w.talks {
		if c.AgentID == agent {
			out = append(out, c)
		}
	}
	return out
}

func (w *world) Line(queue desk.ID) []*desk.Conversation {
	var out []*desk.Conversation
	for _, c := range w.talks {
		if c.QueueID == queue && c.State.InLine() {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b *desk.Conversation) int {
		if n := w.Queue(queue).LineKey(a, 0).Compare(w.Queue(queue).LineKey(b, 0)); n != 0 {
			return n
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}

// look is a scan's view of the world, with the claims on their way.
func (w *world) look() (*look, map[desk.ID]bool) {
	l := &look{view: w, room: newRoom(), now: w.now, steps: w.steps, turns: maps.Clone(w.index.turns)}
	busy := map[desk.ID]bool{}
	for id, p := range w.flights {
		busy[id] = true
		l.room.take(p.AgentID, w.talks[id], w.agents[p.AgentID].CostOf(w.talks[id]), !p.AutoAccept)
	}
	return l, busy
}
