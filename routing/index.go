package routing

import (
	"container/heap"
	"reflect"
	"slices"
	"strings"

	"parley/desk"
)

// Index is the line and the agents, kept so that the next choice is found in
// microseconds however many there are. It is told of each change and asked with
// Decide; it gives the choices that a scan of everybody would give.
//
// How: agents are numbered, and there is a set of them per skill and level, per
// number of skills, per load, and per kind of conversation (cost, channel,
// ringing or not) of those who can take one now; who is eligible is the
// intersection of a few sets. Conversations that ask for the same are a class
// with one line, and each agent knows the classes they have the skills for, so
// their next customer is the first of a few heads. After each decision nobody
// waits who could be served; so the next one looks only at those who came and
// at the agents who can take more than before.
//
// One goroutine owns it. What it was given must not be changed in place, but
// for an agent's and a conversation's figures by whoever then tells it again.
type Index struct {
	cfg     IndexConfig
	explain bool // decisions say why not the others

	queues   map[desk.ID]*queue
	keepers  []*queue // with a reserve
	strict   []*queue
	scarce   []*queue
	unranked bool // skills changed since the scarce queues were ranked
	names    map[desk.ID]string
	skills   map[desk.ID]int
	levels   [][maxLevel + 1]bitset // skill ▶ level ▶ agents with at least this level
	channels map[desk.Channel]int
	kinds    []*kind
	kindOf   map[kindKey]int

	agents   []*server
	serverOf map[desk.ID]*server
	staff    bitset // who works here
	enabled  bitset
	online   bitset // at work, with room or without
	offline  bitset
	off      bitset // outside their hours
	away     bitset
	open     bitset   // available, and not about to leave
	breadth  []bitset // number of skills ▶ agents
	loads    []loadLevel
	spareSet []bitset // emptied sets to use again

	classes   []*class
	most      int // classes before those are forgotten in which nobody waits
	heads     []head
	classOf   map[string]*class
	bySkill   [][]way // first demanded skill of a way ▶ those
	unskilled []way   // those that demand none
	waiters   map[desk.ID]*waiter
	outside   map[desk.ID]*desk.Conversation // waiting where the queue is closed
	holds     map[desk.ID]hold
	flights   map[desk.ID]*flight
	parked    map[desk.ID][]*waiter
	alarms    alarms
	rises     alarms              // next steps of ring plans
	steps     map[desk.ID]reached // steps that hold and may not be recorded yet
	turns     rotations           // of the policies that go round
	planned   int                 // classes with steps to come
	stale     []*class            // to see whether anybody online can take them
	stuck     []*class            // nobody online can, at any step
	clock     *instant            // of the last decision
	weighted  bool                // queues age differently
	costed    map[desk.ID]bool    // queues for which somebody has a cost of their own
	outdated  bool                // kinds are to be made anew
	fresh     freshLine
	gained    []*server
	pass      uint64
	scratch   scratch
}

const maxLevel = 5

// queue is a queue with its policy and what its number of servers makes it.
type queue struct {
	*desk.Queue
	policy Policy
	needs  []need
	rank   int
	line   line   // of a strict queue
	serves bitset // scratch: who meets the needs
}

// hold is a conversation that an agent holds.
type hold struct {
	agent   *server
	channel int
	rings   bool
}

// flight is a claim on its way, or done and not told of yet.
type flight struct {
	c       *desk.Conversation
	agent   *server
	epoch   int64
	cost    int
	channel int
	rings   bool
}

// IndexConfig says what an index works with.
type IndexConfig struct {
	Queues []*desk.Queue
	Skills []*desk.Skill // for the words of decisions
	// Explain fills a decision's reasons; without, it has agent and rule only.
	Explain bool
}

// NewIndex makes an index with nobody in it.
func NewIndex(cfg IndexConfig) *Index {
	x := &Index{cfg: cfg, explain: cfg.Explain, most: leastClasses, queues: map[desk.ID]*queue{}, names: map[desk.ID]string{}, skills: map[desk.ID]int{},
		channels: map[desk.Channel]int{}, kindOf: map[kindKey]int{}, serverOf: map[desk.ID]*server{}, classOf: map[string]*class{},
		waiters: map[desk.ID]*waiter{}, outside: map[desk.ID]*desk.Conversation{}, holds: map[desk.ID]hold{}, flights: map[desk.ID]*flight{}, parked: map[desk.ID][]*waiter{},
		steps: map[desk.ID]reached{}, turns: rotations{}, clock: new(instant), costed: map[desk.ID]bool{}}
	for _, k := range cfg.Skills {
		x.names[k.ID] = k.Name
	}
	queues := slices.Clone(cfg.Queues)
	slices.SortFunc(queues, func(a, b *desk.Queue) int { return strings.Compare(a.ID, b.ID) })
	for _, q := range queues {
		r := &queue{Queue: q, policy: policyOf(q), line: line{class: -1}}
		for _, n := range q.Requirements {
			if !n.Preferred {
				r.needs = append(r.needs, need{x.skill(n.SkillID), n.Level})
			}
		}
		x.queues[q.ID] = r
		x.weighted = x.weighted || q.Ageing() != queues[0].Ageing()
		if r.policy.Reserve > 0 && q.Open {
			x.keepers = append(x.keepers, r)
		}
		if r.policy.Blocks && q.Open {
			x.strict = append(x.strict, r)
		}
		if r.policy.ScarceFirst {
			x.scarce = append(x.scarce, r)
		}
	}
	x.unranked = len(x.scarce) > 0
	return x
}

// Configure is for changed queues and skills: everything is arranged anew.
func (x *Index) Configure(cfg IndexConfig) {
	fresh := NewIndex(cfg)
	fresh.most, fresh.steps, fresh.costed, fresh.turns = x.most, x.steps, x.costed, x.turns
	*fresh.clock = *x.clock
	for _, s := range x.agents {
		if s.a != nil {
			fresh.PutAgent(s.a)
		}
	}
	for id, h := range x.holds {
		fresh.hold(id, hold{fresh.server(h.agent.id), fresh.channel(x.channelName(h.channel)), h.rings})
	}
	for _, w := range x.waiters {
		fresh.PutConversation(w.c)
	}
	for _, c := range x.outside {
		fresh.PutConversation(c)
	}
	for _, f := range x.flights {
		fresh.fly(f.c, fresh.server(f.agent.id), f.rings)
	}
	*x = *fresh
}

// leastClasses is how many classes are kept at least, so that those which come
// back need not be made again.
const leastClasses = 1 << 15

// tidy forgets the classes in which nobody waits once there are many.
func (x *Index) tidy() {
	if x.outdated {
		x.Configure(x.cfg)
	}
	if len(x.classes) <= x.most {
		return
	}
	least := min(x.most, leastClasses)
	x.Configure(x.cfg)
	x.most = max(least, 2*len(x.classes))
}

// PutConversation tells of a conversation as it is now, in whatever state.
func (x *Index) PutConversation(c *desk.Conversation) {
	if f := x.flights[c.ID]; f != nil {
		if c.State == desk.Waiting && c.Epoch <= f.epoch {
			f.c = c // the claim is still on its way
			return
		}
		x.land(f)
	}
	switch {
	case c.State == desk.Waiting:
		x.holdNothing(c.ID)
		x.wait(c)
		return
	case c.State.HoldsCapacity() && c.AgentID != "":
		if !c.State.InLine() {
			delete(x.steps, c.ID)
		}
		x.hold(c.ID, hold{x.server(c.AgentID), x.channel(c.Channel), c.State == desk.Offered})
	default:
		delete(x.steps, c.ID)
		x.holdNothing(c.ID)
	}
	x.drop(c.ID)
}

// RemoveConversation tells that a conversation is no longer open.
func (x *Index) RemoveConversation(id desk.ID) {
	if f := x.flights[id]; f != nil {
		x.land(f)
	}
	delete(x.steps, id)
	x.holdNothing(id)
	x.drop(id)
}

// wait puts c in line, or in its changed place.
func (x *Index) wait(c *desk.Conversation) {
	q := x.queues[c.QueueID]
	if q == nil || !q.Open {
		x.drop(c.ID)
		x.outside[c.ID] = c
		return
	}
	plan := q.RingPlanOf(c)
	step := x.stepOf(c, plan)
	raised := raisedBy(plan, c, step)
	at := instantOf(q.LineKey(c, raised))
	if old := x.waiters[c.ID]; old != nil && old.at == at && old.class.step == step && alike(old.c, c) {
		old.c = c
		return
	}
	x.drop(c.ID)
	w := &waiter{standing: standing{rank: q.rank, weight: q.Ageing(), at: at, id: c.ID}, c: c, class: x.class(c, q, step), now: x.clock}
	if c.PreferredAgentID != "" {
		w.kept = instantOf(keptUntil(c, q.Queue))
	}
	if opens := instantOf(c.OpensAt); opens > *x.clock {
		w.opens = opens
		x.lookAgain(w, opens)
	}
	if next := nextStep(plan, c, step); !next.IsZero() {
		w.due = instantOf(next)
		heap.Push(&x.rises, alarm{w.due, w})
	}
	x.waiters[c.ID] = w
	x.join(w)
	x.enter(w)
	x.freshen(w)
}

// alike tells whether nothing that routing looks at differs, but for the place in
// line and the step of the ring plan.
func alike(a, b *desk.Conversation) bool {
	if a == b {
		return false // changed in place: who knows what
	}
	return a.Epoch == b.Epoch && a.QueueID == b.QueueID && a.Channel == b.Channel && a.Cost == b.Cost &&
		a.QueuedAt.Equal(b.QueuedAt) && a.OpensAt.Equal(b.OpensAt) && a.StateSince.Equal(b.StateSince) && a.PreferredAgentID == b.PreferredAgentID &&
		slices.Equal(a.AvoidAgentIDs, b.AvoidAgentIDs) && slices.Equal(a.Requirements, b.Requirements) &&
		(a.Rings == nil) == (b.Rings == nil) && slices.EqualFunc(a.Rings, b.Rings, func(a, b desk.Ring) bool { return reflect.DeepEqual(a, b) })
}

// drop takes a conversation out of line for good.
func (x *Index) drop(id desk.ID) {
	delete(x.outside, id)
	w := x.waiters[id]
	if w == nil {
		return
	}
	delete(x.waiters, id)
	x.part(w)
	x.leave(w)
	w.gone = true
	if w.kept != 0 {
		if list := x.parked[w.c.PreferredAgentID]; len(list) > 0 {
			x.parked[w.c.PreferredAgentID] = slices.DeleteFunc(list, func(o *waiter) bool { return o == w })
		}
	}
}

// Waiting counts who is in line without a claim on its way.
func (x *Index) Waiting() int { return len(x.waiters) }

// Claimed tells whether a conversation's claim is still on its way.
func (x *Index) Claimed(conversation desk.ID) bool { return x.flights[conversation] != nil }

// Sync makes the index what a whole floor is: everybody and every open
// conversation. What the index knows as the same value is not looked at again.
func (x *Index) Sync(agents []*desk.Agent, open []*desk.Conversation) {
	for _, a := range agents {
		if s := x.serverOf[a.ID]; s == nil || s.a != a {
			x.PutAgent(a)
		}
	}
	here := make(map[desk.ID]struct{}, len(open))
	for _, c := range open {
		here[c.ID] = struct{}{}
		if w := x.waiters[c.ID]; w == nil || w.c != c {
			x.PutConversation(c)
		}
	}
	var gone []desk.ID
	note := func(id desk.ID) {
		if _, still := here[id]; !still {
			gone = append(gone, id)
		}
	}
	for id := range x.waiters {
		note(id)
	}
	for id := range x.outside {
		note(id)
	}
	for id := range x.holds {
		note(id)
	}
	for id := range x.flights {
		note(id)
	}
	for _, id := range gone {
		x.RemoveConversation(id)
	}
}
