package routing

import (
	"strings"
	"time"

	"parley/desk"
)

// choose picks the agent for a waiter who can be served.
func (x *Index) choose(w *waiter, now time.Time) (desk.Decision, *server) {
	x.eligible(w.class)
	fit := x.scratch.fit
	n := 0
	spared := true
	if len(w.c.AvoidAgentIDs) > 0 {
		if spared = x.spare(w); spared {
			fit = x.scratch.spared
		}
	}
	var d desk.Decision
	preferred, why := x.serverOf[w.c.PreferredAgentID], ""
	if x.explain {
		d = began(w.c, w.class.queue.Queue, w.class.step, raisedBy(w.class.plan, w.c, w.class.step), now)
		why = x.reasons(w, preferred, &d)
		if spared {
			d.Eligible = fit.count()
		}
	}
	if preferred != nil && spared && fit.has(preferred.i) {
		d.AgentID, d.Rule = preferred.id, rulePreferred
		if x.explain {
			d.Words = preferredWords(preferred.a)
		}
		return d, preferred
	}
	x.scratch.narrowed.become(fit)
	n = fit.count()
	if w.class.queue.policy.rotates() {
		d.Turn = x.turnOf(w)
	}
	s, rule := x.narrow(w.class, n, d.Turn)
	if w.class.queue.policy.rotates() {
		x.turned(w, s.id)
	}
	d.AgentID, d.Rule = s.id, rule.rule()
	if n == 1 {
		d.Rule = ruleOnly
	}
	if x.explain {
		names := x.named()
		o := outcome{of: n, with: skillWords(names.Skill, w.class.asks), steps: w.class.plan[:w.class.step], names: names, why: why}
		if preferred != nil && why != "" {
			o.preferred = preferred.a
		}
		settle(&d, candidate{agent: s.a, load: s.level}, rule, o)
	}
	return d, s
}

// named gives the names that the index knows, as Names those of a floor.
func (x *Index) named() desk.Names {
	return desk.Names{
		Skill: func(id desk.ID) string {
			if name := x.names[id]; name != "" {
				return name
			}
			return unnamedSkill
		},
		Queue: func(id desk.ID) string {
			if q := x.queues[id]; q != nil {
				return q.Name
			}
			return unnamedQueue
		},
	}
}

// narrow keeps the best by one criterion after the other until one is left of
// the n in the scratch, and tells which criterion left one. turn is whose turn was
// the last.
func (x *Index) narrow(c *class, n int, turn desk.ID) (*server, criterion) {
	set := &x.scratch.narrowed
	criteria := c.queue.policy.criteria
	wished := false
	for _, k := range criteria {
		if n == 1 {
			break
		}
		switch k {
		case byMatch:
			wished = x.narrowMatch(c, set)
		case byDedication:
			// Who all have the skills demanded differ by the others' number.
			if wished || len(c.ways) > 1 {
				x.narrowBy(set, func(s *server) instant { return instant(x.spareOf(s, c)) })
				break
			}
			for _, sized := range x.breadth {
				if x.scratch.other.meet(*set, sized) {
					*set, x.scratch.other = x.scratch.other, *set
					break
				}
			}
		case byLeastLoad:
			for i := range x.loads {
				if x.narrowLoad(set, i) {
					break
				}
			}
		case byMostLoad:
			for i := range x.loads {
				if x.narrowLoad(set, len(x.loads)-1-i) {
					break
				}
			}
		case byLevel:
			x.narrowBy(set, func(s *server) instant { return -instant(x.levelsOf(s, c)) })
		case byTurn:
			x.narrowBy(set, func(s *server) instant { return s.turn })
		case byIdle:
			x.narrowBy(set, func(s *server) instant { return s.idle })
		case byRotation:
			x.narrowTurn(set, turn)
		case byID:
			return x.lowest(*set), k
		}
		if m := set.count(); m == 1 {
			return x.lowest(*set), k
		}
	}
	return x.lowest(*set), criteria[len(criteria)-1]
}

func (x *Index) narrowLoad(set *bitset, level int) bool {
	if !x.scratch.other.meet(*set, x.loads[level].agents) {
		return false
	}
	*set, x.scratch.other = x.scratch.other, *set
	return true
}

// narrowMatch keeps those with most of the wished skills, and tells whether
// anybody has any; then what is spare depends on which.
func (x *Index) narrowMatch(c *class, set *bitset) bool {
	some := false
	best, any := 0, bitset(nil)
	for _, n := range c.wished {
		if x.scratch.other.meet(*set, x.at(n)) {
			some = true
			for len(any) < len(*set) {
				any = append(any, 0)
			}
			any.or(x.scratch.other)
		}
	}
	if !some {
		return false
	}
	clear(*set)
	any.each(func(i int) bool {
		n := 0
		for _, k := range c.wished {
			if level := x.agents[i].levelOf(k.skill); level >= k.level {
				n += level
			}
		}
		if n > best {
			clear(*set)
			best = n
		}
		if n == best {
			set.put(i, true)
		}
		return true
	})
	return true
}

// narrowBy keeps those with the lowest value.
func (x *Index) narrowBy(set *bitset, value func(*server) instant) {
	out := &x.scratch.other
	out.become(*set)
	clear(*out)
	best, first := instant(0), true
	set.each(func(i int) bool {
		v := value(x.agents[i])
		if first || v < best {
			if !first {
				clear((*out)[:i>>6+1])
			}
			best, first = v, false
		}
		if v == best {
			out.put(i, true)
		}
		return true
	})
	*set, x.scratch.other = *out, *set
}

func (x *Index) lowest(set bitset) *server {
	var best *server
	set.each(func(i int) bool {
		if s := x.agents[i]; best == nil || strings.Compare(s.id, best.id) < 0 {
			best = s
		}
		return true
	})
	return best
}

// spareOf and levelsOf are weigh's figures by the index's numbers.
func (x *Index) spareOf(s *server, c *class) int { return weigh(s.a, c.reqs).spare }

func (x *Index) levelsOf(s *server, c *class) int { return weigh(s.a, c.reqs).levels }

// reasons counts why the others cannot take w, as a scan would, from the sets,
// and tells why one of them cannot: "" when they can, or there is no such one.
func (x *Index) reasons(w *waiter, one *server, d *desk.Decision) (why string) {
	left := &x.scratch.narrowed
	left.become(x.staff)
	count := func(reason string, set bitset) {
		if one != nil && set.has(one.i) {
			why = reason
		}
		x.note(d, reason, set)
	}
	note := func(reason string, keep bitset) {
		out := &x.scratch.other
		out.become(*left)
		out.without(keep)
		left.and(keep)
		count(reason, *out)
	}
	without := func(reason string, gone bitset) {
		out := &x.scratch.other
		out.meet(*left, gone)
		left.without(gone)
		count(reason, *out)
	}
	single := func(reason string, i int) {
		if one != nil && one.i == i {
			why = reason
		}
		x.example(d, reason, i)
		d.Excluded[reason]++
	}
	note(whyDisabled, x.enabled)
	without(whyOffline, x.offline)
	without(whyHours, x.off)
	x.unskilledFor(w.class, left, count, note)
	without(whyAway, x.away)
	note(whyBusy, x.open)
	k := x.kinds[w.class.kind]
	note(whyCapacity, k.room)
	// What is left and not free is reserved or at a limit; few are.
	full := &x.scratch.other
	full.become(*left)
	full.without(k.free)
	full.each(func(i int) bool {
		reason := whyChannel
		if x.agents[i].reserved(k) {
			reason = whyReserved
		}
		single(reason, i)
		return true
	})
	left.and(k.free)
	note(whyKept, x.scratch.fit)
	for _, id := range w.c.AvoidAgentIDs {
		if s := x.serverOf[id]; s != nil && left.has(s.i) {
			left.put(s.i, false)
			single(whyDeclined, s.i)
		}
	}
	return why
}

// unskilledFor counts who lacks the skills for a class, and takes them from left.
func (x *Index) unskilledFor(c *class, left *bitset, count, note func(string, bitset)) {
	if len(c.ways) > 1 || c.last != nil {
		// Who may take it by another way than the first, or later, is kept apart
		// while the others are counted.
		some, late := &x.scratch.skilled, &x.scratch.late
		x.within(*left, c.ways, some)
		late.become(*left)
		late.without(*some)
		x.within(*late, c.last, &x.scratch.other)
		late.become(x.scratch.other)
		count(whyRing, *late)
		left.without(*some)
		left.without(*late)
		defer func() { left.become(*some) }()
	}
	for _, n := range c.ways[0] {
		note(whySkill, x.levels[n.skill][0])
		note(whyLevel, x.at(n))
	}
}

// within sets out to those of a set who meet one of the ways.
func (x *Index) within(set bitset, ways [][]need, out *bitset) {
	out.become(set)
	clear(*out)
	for _, way := range ways {
		x.scratch.one.become(set)
		for _, n := range way {
			x.scratch.one.and(x.at(n))
		}
		out.join(x.scratch.one)
	}
}

// note counts a set under a reason, with examples.
func (x *Index) note(d *desk.Decision, why string, set bitset) {
	n := set.count()
	if n == 0 {
		return
	}
	d.Excluded[why] += n
	set.each(func(i int) bool {
		x.example(d, why, i)
		return len(d.Examples[why]) < maxExamples
	})
}

func (x *Index) example(d *desk.Decision, why string, i int) {
	if len(d.Examples[why]) < maxExamples {
		d.Examples[why] = append(d.Examples[why], x.agents[i].a.Name)
	}
}
