package routing

import "parley/desk"

type kindKey struct {
	cost     int
	channel  int
	accepted bool
	queue    desk.ID // whose cost some agent has of their own; else ""
}

// kind is what a conversation takes from an agent, whatever it asks for.
type kind struct {
	kindKey
	room bitset // agents whose load leaves room, claims on their way not counted
	free bitset // agents who can take one now
}

// loadLevel is the agents with one share of their capacity in use.
type loadLevel struct {
	share  float64
	agents bitset
	n      int
}

// class is conversations that the same agents can take.
type class struct {
	n        int
	queue    *queue
	kind     int
	reqs     []desk.Requirement
	ways     [][]need             // who meets all of one of them can take it
	asks     [][]desk.Requirement // the same, for people
	wished   []need
	line     line
	hopeless uint64 // the pass in which nobody was found

	plan    desk.RingPlan
	step    int       // of the plan
	last    [][]need  // ways once the whole plan holds; nil: it does
	all     []*waiter // everybody who waits here, parked ones too
	staffed bool      // somebody online can take it, now or later
	stale   bool      // among those of which that is to be looked at
}

// way is one of a class's.
type way struct{ class, n int }

// skill numbers a skill.
func (x *Index) skill(id desk.ID) int {
	n, known := x.skills[id]
	if !known {
		n = len(x.levels)
		x.skills[id] = n
		x.levels = append(x.levels, [maxLevel + 1]bitset{})
		x.bySkill = append(x.bySkill, nil)
	}
	return n
}

// channel numbers a channel.
func (x *Index) channel(c desk.Channel) int {
	n, known := x.channels[c]
	if !known {
		n = len(x.channels)
		x.channels[c] = n
		for _, s := range x.agents {
			s.extend(n + 1)
			x.readLimits(s)
		}
	}
	return n
}

func (x *Index) channelName(n int) desk.Channel {
	for c, i := range x.channels {
		if i == n {
			return c
		}
	}
	return ""
}

// kind numbers a kind and, when it is new, finds who is free for it.
func (x *Index) kind(cost int, channel desk.Channel, q *queue) int {
	key := kindKey{cost: cost, channel: x.channel(channel), accepted: q.AutoAccept}
	if x.costed[q.ID] {
		key.queue = q.ID
	}
	n, known := x.kindOf[key]
	if !known {
		n = len(x.kinds)
		x.kindOf[key] = n
		x.kinds = append(x.kinds, &kind{kindKey: key})
		for _, s := range x.agents {
			x.fit(s, x.kinds[n])
		}
	}
	return n
}

// class finds or makes the class of a conversation for which so many steps of
// its ring plan hold.
func (x *Index) class(c *desk.Conversation, q *queue, step int) *class {
	key := classOf(c, q.Queue, step)
	if k := x.classOf[key]; k != nil {
		return k
	}
	st := stageOf(q.Queue, c, step, x.queueOf)
	k := &class{n: len(x.classes), queue: q, kind: x.kind(c.Cost, c.Channel, q), reqs: st.reqs, ways: x.compile(st.ways), asks: st.ways, plan: q.RingPlanOf(c), step: step}
	if step < len(k.plan) {
		k.last = x.compile(stageOf(q.Queue, c, len(k.plan), x.queueOf).ways)
		x.planned++
	}
	k.line.class = k.n
	for _, r := range k.reqs {
		if r.Preferred {
			k.wished = append(k.wished, need{x.skill(r.SkillID), r.Level})
		}
	}
	x.classOf[key] = k
	x.classes = append(x.classes, k)
	x.heads = append(x.heads, head{})
	some := &x.scratch.skilled
	for i, needs := range k.ways {
		w := way{k.n, i}
		if len(needs) == 0 {
			x.unskilled = append(x.unskilled, w)
		} else {
			x.bySkill[needs[0].skill] = append(x.bySkill[needs[0].skill], w)
		}
		x.skilled(needs, &x.scratch.other)
		if i == 0 {
			some.become(x.scratch.other)
		} else {
			some.join(x.scratch.other)
		}
	}
	some.each(func(i int) bool {
		x.agents[i].classes = append(x.agents[i].classes, k.n)
		return true
	})
	return k
}

// compile gives ways with the index's numbers of skills.
func (x *Index) compile(ways [][]desk.Requirement) [][]need {
	out := make([][]need, len(ways))
	for i, reqs := range ways {
		for _, r := range reqs {
			out[i] = append(out[i], need{x.skill(r.SkillID), r.Level})
		}
	}
	return out
}

// theirs adds to an agent's classes those of the ways that they meet, each once.
func (x *Index) theirs(s *server, ways []way) {
	for _, w := range ways {
		c := x.classes[w.class]
		if s.meets(c.ways[w.n]) && !s.meetsAny(c.ways[:w.n]) {
			s.classes = append(s.classes, w.class)
		}
	}
}

// at is the set of agents with at least this level.
func (x *Index) at(n need) bitset { return x.levels[n.skill][max(0, min(n.level, maxLevel))] }

// skilled sets out to the staff who meet the needs.
func (x *Index) skilled(needs []need, out *bitset) {
	out.become(x.staff)
	for _, n := range needs {
		out.and(x.at(n))
	}
}
