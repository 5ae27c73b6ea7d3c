package routing

import (
	"slices"

	"parley/desk"
)

type kindKey struct {
	cost     int
	channel  int
	accepted bool
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
	hard     []need
	wished   []need
	demanded int // different skills in hard
	line     line
	hopeless uint64 // the pass in which nobody was found
}

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
func (x *Index) kind(cost int, channel desk.Channel, accepted bool) int {
	key := kindKey{cost, x.channel(channel), accepted}
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

// class finds or makes the class of a conversation.
func (x *Index) class(c *desk.Conversation, q *queue) *class {
	key := classOf(c)
	if k := x.classOf[key]; k != nil {
		return k
	}
	k := &class{n: len(x.classes), queue: q, kind: x.kind(c.Cost, c.Channel, q.AutoAccept), reqs: requirements(q.Queue, c)}
	k.line.class = k.n
	for i, r := range k.reqs {
		n := need{x.skill(r.SkillID), r.Level}
		if r.Preferred {
			k.wished = append(k.wished, n)
			continue
		}
		k.hard = append(k.hard, n)
		if !slices.ContainsFunc(k.reqs[:i], func(o desk.Requirement) bool { return !o.Preferred && o.SkillID == r.SkillID }) {
			k.demanded++
		}
	}
	x.classOf[key] = k
	x.classes = append(x.classes, k)
	x.heads = append(x.heads, head{})
	if len(k.hard) == 0 {
		x.unskilled = append(x.unskilled, k.n)
	} else {
		x.bySkill[k.hard[0].skill] = append(x.bySkill[k.hard[0].skill], k.n)
	}
	x.skilled(k.hard, &x.scratch.skilled)
	x.scratch.skilled.each(func(i int) bool {
		x.agents[i].classes = append(x.agents[i].classes, k.n)
		return true
	})
	return k
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
