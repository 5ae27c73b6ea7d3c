package routing

import (
	"cmp"
	"slices"

	"parley/desk"
)

// server is an agent as the index knows them.
type server struct {
	id      desk.ID
	i       int
	a       *desk.Agent // nil: only named by a conversation so far
	able    bool        // available and working here
	skills  []need      // every skill with its level
	classes []int       // the classes they have the skills for
	kinds   int         // how many they can take one of now
	gained  bool        // can take more than when last looked at

	load, capacity int
	claimed        int   // load of the claims on their way
	limits         []int // by channel; -1: none
	held           []int // by channel, claims on their way too
	ringing        int   // offers that ring, claims on their way too
	level          float64
	leveled        bool // in a set of loads

	turn, idle instant // last assignment; since when free
}

func (s *server) free() int { return s.capacity - s.load }

// extend makes room for n channels.
func (s *server) extend(n int) {
	for len(s.held) < n {
		s.held = append(s.held, 0)
		s.limits = append(s.limits, -1)
	}
}

// levelOf a skill by the index's number; -1: they do not have it.
func (s *server) levelOf(skill int) int {
	for _, k := range s.skills {
		if k.skill == skill {
			return k.level
		}
	}
	return -1
}

// meets tells whether they have all the skills.
func (s *server) meets(needs []need) bool {
	for _, n := range needs {
		if s.levelOf(n.skill) < n.level {
			return false
		}
	}
	return true
}

// meetsAny tells whether they have all the skills of one of the ways.
func (s *server) meetsAny(ways [][]need) bool { return slices.ContainsFunc(ways, s.meets) }

// cost is what one of a kind takes from them.
func (s *server) cost(k *kind) int {
	if k.queue != "" && s.a != nil {
		if n, own := s.a.Costs[k.queue]; own {
			return n
		}
	}
	return k.kindKey.cost
}

// server finds or makes the place of an agent.
func (x *Index) server(id desk.ID) *server {
	s := x.serverOf[id]
	if s == nil {
		s = &server{id: id, i: len(x.agents)}
		s.extend(len(x.channels))
		x.serverOf[id] = s
		x.agents = append(x.agents, s)
	}
	return s
}

// PutAgent tells of an agent as they are now.
func (x *Index) PutAgent(a *desk.Agent) {
	s := x.server(a.ID)
	same := s.a == a
	s.a, s.load, s.capacity = a, a.Load, a.Capacity
	s.turn, s.idle = instantOf(a.LastAssignedAt), instantOf(idleSince(a))
	staff := works(a)
	x.recost(a)
	here, was := online(a), x.online.has(s.i)
	if was && !here {
		x.doubt(s)
	}
	x.online.put(s.i, here)
	if staff != x.staff.has(s.i) || a.Enabled != x.enabled.has(s.i) || !same && !sameSkills(x, s, a.Skills) {
		x.setSkills(s, a)
	}
	x.offline.put(s.i, a.Presence == desk.Offline)
	x.away.put(s.i, a.Presence == desk.Away)
	x.off.put(s.i, a.OffHours)
	open := a.Presence == desk.Available && a.Next == ""
	x.open.put(s.i, open)
	s.able = open && staff && a.Enabled && !a.OffHours
	if here && !was {
		x.hope()
	}
	x.readLimits(s)
	x.refresh(s)
	x.releaseParked(a.ID)
}

// recost sees to it that conversations of a queue for which an agent has a cost
// of their own are a kind of their own.
func (x *Index) recost(a *desk.Agent) {
	for q := range a.Costs {
		if !x.costed[q] {
			x.costed[q] = true
			x.outdated = true
		}
	}
}

func (x *Index) readLimits(s *server) {
	if s.a == nil {
		return
	}
	for i := range s.limits {
		s.limits[i] = -1
	}
	for c, n := range s.a.ChannelLimits {
		if i, known := x.channels[c]; known {
			s.limits[i] = n
		}
	}
}

func sameSkills(x *Index, s *server, skills map[desk.ID]int) bool {
	if len(skills) != len(s.skills) {
		return false
	}
	for id, level := range skills {
		if n, known := x.skills[id]; !known || s.levelOf(n) != level {
			return false
		}
	}
	return true
}

// setSkills files an agent under what they can do, and finds their classes.
func (x *Index) setSkills(s *server, a *desk.Agent) {
	x.scratch.of = nil
	x.doubt(s)
	defer x.hope()
	staff := works(a)
	x.staff.put(s.i, staff)
	x.enabled.put(s.i, a.Enabled)
	if len(s.skills) < len(x.breadth) {
		x.breadth[len(s.skills)].put(s.i, false)
	}
	for _, k := range s.skills {
		for l := range x.levels[k.skill] {
			x.levels[k.skill][l].put(s.i, false)
		}
	}
	s.skills = s.skills[:0]
	for id, level := range a.Skills {
		k := need{x.skill(id), level}
		s.skills = append(s.skills, k)
		for l := 0; l <= min(level, maxLevel); l++ {
			x.levels[k.skill][l].put(s.i, true)
		}
	}
	for len(x.breadth) <= len(s.skills) {
		x.breadth = append(x.breadth, nil)
	}
	x.breadth[len(s.skills)].put(s.i, true)
	s.classes = s.classes[:0]
	if staff {
		x.theirs(s, x.unskilled)
		for _, k := range s.skills {
			x.theirs(s, x.bySkill[k.skill])
		}
	}
	x.unranked = len(x.scarce) > 0
	x.gain(s)
}

// gain has an agent's next customer looked for.
func (x *Index) gain(s *server) {
	if !s.gained {
		s.gained = true
		x.gained = append(x.gained, s)
	}
}

// refresh files an agent by what they can take now.
func (x *Index) refresh(s *server) {
	for _, k := range x.kinds {
		x.fit(s, k)
	}
	level := share(s.load+s.claimed, s.capacity)
	if s.leveled && level == s.level {
		return
	}
	if s.leveled {
		x.unlevel(s)
	}
	s.level, s.leveled = level, true
	i, found := slices.BinarySearchFunc(x.loads, level, func(l loadLevel, v float64) int { return cmp.Compare(l.share, v) })
	if !found {
		var set bitset
		if n := len(x.spareSet); n > 0 {
			set, x.spareSet = x.spareSet[n-1], x.spareSet[:n-1]
		}
		x.loads = slices.Insert(x.loads, i, loadLevel{share: level, agents: set})
	}
	x.loads[i].agents.put(s.i, true)
	x.loads[i].n++
}

// unlevel takes an agent out of their set of loads; an empty set goes.
func (x *Index) unlevel(s *server) {
	i, _ := slices.BinarySearchFunc(x.loads, s.level, func(l loadLevel, v float64) int { return cmp.Compare(l.share, v) })
	x.loads[i].agents.put(s.i, false)
	if x.loads[i].n--; x.loads[i].n == 0 {
		x.spareSet = append(x.spareSet, x.loads[i].agents)
		x.loads = slices.Delete(x.loads, i, i+1)
	}
}

// fit files an agent in a kind's sets.
func (x *Index) fit(s *server, k *kind) {
	cost := s.cost(k)
	room := s.able && s.free() >= cost
	free := room && s.free()-s.claimed >= cost && (k.accepted || s.ringing == 0) && (s.limits[k.channel] < 0 || s.held[k.channel] < s.limits[k.channel])
	k.room.put(s.i, room)
	switch was := k.free.has(s.i); {
	case free && !was:
		s.kinds++
		x.gain(s)
	case was && !free:
		s.kinds--
	default:
		return
	}
	k.free.put(s.i, free)
	x.scratch.of = nil
}

// reserved tells whether it is only what is on its way or rings that keeps an
// agent from taking one of this kind.
func (s *server) reserved(k *kind) bool {
	cost := s.cost(k)
	return s.able && s.free() >= cost && (s.free()-s.claimed < cost || !k.accepted && s.ringing > 0)
}

// hold notes that an agent holds a conversation.
func (x *Index) hold(id desk.ID, h hold) {
	if x.holds[id] == h {
		return
	}
	x.holdNothing(id)
	x.holds[id] = h
	x.count(h.agent, h.channel, h.rings, 1)
}

// holdNothing notes that nobody holds it.
func (x *Index) holdNothing(id desk.ID) {
	h, held := x.holds[id]
	if !held {
		return
	}
	delete(x.holds, id)
	x.count(h.agent, h.channel, h.rings, -1)
}

// count changes what an agent has of a channel, and what rings.
func (x *Index) count(s *server, channel int, rings bool, n int) {
	s.held[channel] += n
	if rings {
		s.ringing += n
	}
	if s.a != nil {
		x.refresh(s)
		if n < 0 {
			x.releaseParked(s.id)
		}
	}
}

// fly reserves an agent for a conversation whose claim is on its way.
func (x *Index) fly(c *desk.Conversation, s *server, rings bool) {
	x.drop(c.ID)
	cost := c.Cost
	if s.a != nil {
		cost = s.a.CostOf(c)
	}
	f := &flight{c: c, agent: s, epoch: c.Epoch, cost: cost, channel: x.channel(c.Channel), rings: rings}
	x.flights[c.ID] = f
	s.claimed += f.cost
	x.count(s, f.channel, f.rings, 1)
}

// land gives back what a claim had reserved.
func (x *Index) land(f *flight) {
	delete(x.flights, f.c.ID)
	f.agent.claimed -= f.cost
	x.count(f.agent, f.channel, f.rings, -1)
}

// Release tells that a claim was not granted, or that its effect never showed:
// the conversation is in line again and the agent has what was reserved.
func (x *Index) Release(conversation desk.ID) {
	if f := x.flights[conversation]; f != nil {
		x.land(f)
		x.wait(f.c)
	}
}
