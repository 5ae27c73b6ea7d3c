package routing

import (
	"slices"
	"time"

	"parley/desk"
)

// View is what choosing looks at.
type View interface {
	Agents() []*desk.Agent
	Queues() []*desk.Queue
	Queue(id desk.ID) *desk.Queue
	Skill(id desk.ID) *desk.Skill
	Held(agent desk.ID) []*desk.Conversation
}

// Why an agent cannot take a conversation; the words of desk.Decision.Excluded.
const (
	whyDisabled = "disabled"
	whyOffline  = "offline"
	whyHours    = "hours" // outside their working times
	whyAway     = "away"
	whyBusy     = "busy"
	whyRing     = "ring" // a later step of the plan will let them take it
	whySkill    = "skill"
	whyLevel    = "level"
	whyCapacity = "capacity"
	whyChannel  = "channel_limit"
	whyDeclined = "declined"
	whyReserved = "reserved" // something rings at them, or is on its way to
	whyKept     = "kept"     // for another queue, by its reserve
	maxExamples = 3
	// avoidFor is how long whoever declined or missed a customer is spared that
	// one when nobody else can take it.
	avoidFor = 30 * time.Second
)

// Rules of a decision that no criterion made.
const (
	ruleClosed    = "closed"
	ruleNobody    = "nobody"
	ruleOnly      = "only_one"
	rulePreferred = "preferred_agent"
	ruleKept      = "waits_for_preferred"
	ruleBlocked   = "blocked"
)

// room is what the router has reserved while its claims are on their way: more
// load, and what rings in a moment.
type room struct {
	load  map[desk.ID]int
	held  map[desk.ID]map[desk.Channel]int
	rings map[desk.ID]int
}

// take reserves for a conversation that takes cost from the agent.
func (r *room) take(agent desk.ID, c *desk.Conversation, cost int, rings bool) {
	r.load[agent] += cost
	if r.held[agent] == nil {
		r.held[agent] = map[desk.Channel]int{}
	}
	r.held[agent][c.Channel]++
	if rings {
		r.rings[agent]++
	}
}

func newRoom() *room {
	return &room{load: map[desk.ID]int{}, held: map[desk.ID]map[desk.Channel]int{}, rings: map[desk.ID]int{}}
}

// look is one glance at the floor: everything that choosing depends on. It
// scans; the index finds the same faster and is tested against it.
type look struct {
	view  View
	room  *room
	now   time.Time
	steps map[desk.ID]int // steps of ring plans that hold and are not recorded yet
	turns rotations       // of the policies that go round
}

// lacks says which demanded skill an agent misses, or "" when none.
func lacks(a *desk.Agent, reqs []desk.Requirement) string {
	for _, q := range reqs {
		if q.Preferred {
			continue
		}
		if level, has := a.Skills[q.SkillID]; !has {
			return whySkill
		} else if level < q.Level {
			return whyLevel
		}
	}
	return ""
}

// unfree says why an agent who is not offline can take nothing of this cost and
// channel now. One offer rings at a time: a second one would time out behind it.
func (l *look) unfree(a *desk.Agent, c *desk.Conversation, accepted bool) string {
	cost := a.CostOf(c)
	switch {
	case a.Presence == desk.Away:
		return whyAway
	case a.Presence != desk.Available || a.Next != "":
		return whyBusy
	case a.Free() < cost:
		return whyCapacity
	case a.Free()-l.room.load[a.ID] < cost:
		return whyReserved
	}
	limit, limited := a.ChannelLimits[c.Channel]
	if !limited && accepted {
		return ""
	}
	n, rings := l.room.held[a.ID][c.Channel], l.room.rings[a.ID] > 0
	for _, h := range l.view.Held(a.ID) {
		if h.Channel == c.Channel && h.State.HoldsCapacity() {
			n++
		}
		rings = rings || h.State == desk.Offered
	}
	switch {
	case rings && !accepted:
		return whyReserved
	case limited && n >= limit:
		return whyChannel
	}
	return ""
}

// keeping lists the other queues whose agents are reserved from c now: no more
// of them are idle than the queue keeps.
func (l *look) keeping(c *desk.Conversation, accepted bool) []*desk.Queue {
	var out []*desk.Queue
	for _, q := range l.view.Queues() {
		reserve := policyOf(q).Reserve
		if reserve == 0 || !q.Open || q.ID == c.QueueID {
			continue
		}
		idle := 0
		for _, a := range l.view.Agents() {
			if online(a) && q.Accepts(a) && l.unfree(a, c, accepted) == "" {
				idle++
			}
		}
		if idle <= reserve {
			out = append(out, q)
		}
	}
	return out
}

// works tells whether somebody takes conversations at all.
func works(a *desk.Agent) bool { return desk.Allowed(a.Role, desk.WorkConversation) }

// asked is a conversation with what its queue makes of it.
type asked struct {
	c       *desk.Conversation
	queue   *desk.Queue
	policy  Policy
	step    int   // how many steps of the plan hold
	raised  int   // minutes they add that are not recorded yet
	stage   stage // what is asked for now
	last    stage // and once the whole plan holds
	keeping []*desk.Queue
}

// ask finds what c asks for now.
func (l *look) ask(c *desk.Conversation, q *desk.Queue) asked {
	plan := q.RingPlanOf(c)
	n := l.step(c, q)
	return asked{c: c, queue: q, policy: policyOf(q), step: n, raised: raisedBy(plan, c, n), stage: stageOf(q, c, n, l.view.Queue),
		last: stageOf(q, c, len(plan), l.view.Queue), keeping: l.keeping(c, q.AutoAccept)}
}

// lacks says which demand an agent misses, or that they come with a later step;
// "" when they may take it now.
func (x asked) lacks(a *desk.Agent) string {
	switch {
	case x.stage.meets(a):
		return ""
	case x.last.meets(a):
		return whyRing
	}
	return lacks(a, x.stage.ways[0])
}

// excluded says why a cannot take it, or "" when they can.
func (l *look) excluded(a *desk.Agent, x asked) string {
	switch {
	case !a.Enabled:
		return whyDisabled
	case a.Presence == desk.Offline:
		return whyOffline
	case a.OffHours:
		return whyHours
	}
	if why := x.lacks(a); why != "" {
		return why
	}
	if why := l.unfree(a, x.c, x.queue.AutoAccept); why != "" {
		return why
	}
	if slices.ContainsFunc(x.keeping, func(q *desk.Queue) bool { return q.Accepts(a) }) {
		return whyKept
	}
	if slices.Contains(x.c.AvoidAgentIDs, a.ID) {
		return whyDeclined
	}
	return ""
}

func (l *look) candidate(a *desk.Agent, reqs []desk.Requirement) candidate {
	c := weigh(a, reqs)
	c.load = share(a.Load+l.room.load[a.ID], a.Capacity)
	c.idle = idleSince(a)
	return c
}

// choice is the outcome for one conversation.
type choice struct {
	agent    *desk.Agent
	decision desk.Decision
	// wait, when set, is until when the conversation is kept for its preferred
	// agent, or spared whoever declined it; until says what comes then.
	wait  time.Time
	until string
}

// began is a decision with what is known before anybody is looked at. step and
// raised are those of asked.
func began(c *desk.Conversation, q *desk.Queue, step, raised int, now time.Time) desk.Decision {
	p := policies[0]
	if q != nil {
		p = policyOf(q)
	}
	return desk.Decision{At: now, Policy: p.Name, Waited: now.Sub(c.QueuedAt).Seconds(), Score: q.Score(c, raised, now), Ring: step,
		Excluded: map[string]int{}, Examples: map[string][]string{}}
}

// sorted is everybody, by whether they can take a conversation.
type sorted struct {
	fit, declined []candidate
	preferred     *desk.Agent
	preferredWhy  string
}

func (l *look) sort(x asked, d *desk.Decision) sorted {
	var s sorted
	for _, a := range l.view.Agents() {
		if !works(a) {
			continue
		}
		why := l.excluded(a, x)
		if a.ID == x.c.PreferredAgentID {
			s.preferred, s.preferredWhy = a, why
		}
		if why == "" {
			s.fit = append(s.fit, l.candidate(a, x.stage.reqs))
			continue
		}
		if why == whyDeclined {
			s.declined = append(s.declined, l.candidate(a, x.stage.reqs))
		}
		d.Excluded[why]++
		if len(d.Examples[why]) < maxExamples {
			d.Examples[why] = append(d.Examples[why], a.Name)
		}
	}
	d.Eligible = len(s.fit)
	return s
}

// choose picks the agent for one waiting conversation, or says why nobody.
func (l *look) choose(c *desk.Conversation) choice {
	q := l.view.Queue(c.QueueID)
	if q == nil || !q.Open {
		d := began(c, q, c.Ring, 0, l.now)
		d.Rule, d.Words = ruleClosed, "The queue is closed."
		return choice{decision: d}
	}
	if l.now.Before(c.OpensAt) {
		d := began(c, q, c.Ring, 0, l.now)
		d.Rule, d.Words = ruleClosed, "The queue is closed until "+moment(q, c.OpensAt)+"."
		return choice{decision: d, wait: c.OpensAt, until: "the queue opens"}
	}
	x := l.ask(c, q)
	d := began(c, q, x.step, x.raised, l.now)
	s := l.sort(x, &d)
	names := Names(l.view)
	with := skillWords(names.Skill, x.stage.ways)
	if s.preferred != nil && s.preferredWhy == "" {
		d.Rule, d.AgentID, d.Words = rulePreferred, s.preferred.ID, preferredWords(s.preferred)
		return choice{agent: s.preferred, decision: d}
	}
	// The last agent is online and only momentarily not free: wait a little for them.
	if until := keptUntil(c, q); s.preferred != nil && s.preferredWhy == whyReserved && l.now.Before(until) {
		d.Rule, d.Words = ruleKept, "Kept a moment for "+s.preferred.Name+", who took care of this customer last."
		return choice{decision: d, wait: until, until: "others may take it"}
	}
	if len(s.fit) == 0 && len(s.declined) > 0 {
		if again := sparedUntil(c); l.now.Before(again) {
			d.Rule, d.Words = ruleNobody, nobody(d, with)+passedWords(s.preferred, s.preferredWhy)
			return choice{decision: d, wait: again, until: "whoever declined or missed it may be asked again"}
		}
		s.fit = s.declined
	}
	if len(s.fit) == 0 {
		d.Rule, d.Words = ruleNobody, nobody(d, with)+passedWords(s.preferred, s.preferredWhy)
		return choice{decision: d}
	}
	if x.policy.rotates() {
		d.Turn = l.turnOf(c)
		for i := range s.fit {
			s.fit[i].behind = behindTurn(s.fit[i].agent.ID, d.Turn)
		}
	}
	best, rule := pick(s.fit, x.policy.criteria)
	settle(&d, best, rule, outcome{of: len(s.fit), with: with, steps: q.RingPlanOf(c)[:x.step], names: names, preferred: s.preferred, why: s.preferredWhy})
	return choice{agent: best.agent, decision: d}
}

// keptUntil is until when a conversation may be kept for its preferred agent.
func keptUntil(c *desk.Conversation, q *desk.Queue) time.Time {
	return c.QueuedAt.Add(time.Duration(q.PreferredSeconds) * time.Second)
}

// sparedUntil is until when nobody is asked again who declined or missed it.
func sparedUntil(c *desk.Conversation) time.Time { return c.StateSince.Add(avoidFor) }

// pick finds the best by the criteria, and the criterion that decided: the
// first by which the best differs from the next best.
func pick(fit []candidate, criteria []criterion) (candidate, criterion) {
	order := func(a, b candidate) int {
		for _, k := range criteria {
			if n := k.compare(a, b); n != 0 {
				return n
			}
		}
		return 0
	}
	slices.SortFunc(fit, order)
	if len(fit) > 1 {
		for _, k := range criteria {
			if k.compare(fit[0], fit[1]) != 0 {
				return fit[0], k
			}
		}
	}
	return fit[0], criteria[len(criteria)-1]
}
