package routing

import (
	"slices"
	"strconv"
	"time"

	"parley/desk"
)

// stage is what a conversation asks for at a step of its plan.
type stage struct {
	// reqs are the demands and wishes by which the eligible are compared. What a
	// step dropped is a wish, so who has it comes first still.
	reqs []desk.Requirement
	// ways are sets of demands: who meets all of one of them may take it. The
	// first is that of the queue itself, others are of overflow queues and teams.
	ways [][]desk.Requirement
}

// stageOf puts together what c asks for once n steps of its plan hold. queueOf
// may find nil.
func stageOf(q *desk.Queue, c *desk.Conversation, n int, queueOf func(desk.ID) *desk.Queue) stage {
	steps := q.RingPlanOf(c)
	steps = steps[:min(n, len(steps))]
	s := stage{reqs: relaxed(requirements(q.Requirements, c), steps)}
	s.ways = append(s.ways, demands(s.reqs))
	for _, r := range steps {
		if o := queueOf(r.QueueID); r.QueueID != "" && o != nil {
			s.ways = append(s.ways, demands(relaxed(requirements(o.Requirements, c), steps)))
		}
		if r.SkillID != "" {
			own := demands(relaxed(requirements(nil, c), steps))
			s.ways = append(s.ways, append(own, desk.Requirement{SkillID: r.SkillID, Level: 1}))
		}
	}
	if len(s.ways) > 1 { // the queue's own people come first
		for _, r := range s.ways[0] {
			s.reqs = wish(s.reqs, r)
		}
	}
	return s
}

// relaxed is reqs with the relaxations of the steps; what no longer is demanded
// stays as a wish.
func relaxed(reqs []desk.Requirement, steps desk.RingPlan) []desk.Requirement {
	fresh := false
	for _, step := range steps {
		for _, x := range step.Relax {
			i := slices.IndexFunc(reqs, func(r desk.Requirement) bool {
				return !r.Preferred && r.SkillID == x.SkillID && r.Level > x.Level
			})
			if i < 0 {
				continue
			}
			if !fresh {
				reqs, fresh = slices.Clone(reqs), true
			}
			was := reqs[i]
			if x.Level == 0 {
				reqs = slices.Delete(reqs, i, i+1)
			} else {
				reqs[i].Level = x.Level
			}
			reqs = wish(reqs, was)
		}
	}
	return reqs
}

// wish adds a demand as a wish, unless its skill is wished for already.
func wish(reqs []desk.Requirement, r desk.Requirement) []desk.Requirement {
	if slices.ContainsFunc(reqs, func(o desk.Requirement) bool { return o.Preferred && o.SkillID == r.SkillID }) {
		return reqs
	}
	r.Preferred = true
	return append(slices.Clip(reqs), r)
}

// demands are the hard ones of reqs.
func demands(reqs []desk.Requirement) []desk.Requirement {
	var out []desk.Requirement
	for _, r := range reqs {
		if !r.Preferred {
			out = append(out, r)
		}
	}
	return out
}

// meets tells whether an agent may take what is asked for.
func (s stage) meets(a *desk.Agent) bool {
	return slices.ContainsFunc(s.ways, a.Meets)
}

// online tells whether somebody is at work, with room or without.
func online(a *desk.Agent) bool {
	return works(a) && a.Enabled && a.Presence != desk.Offline && !a.OffHours
}

// step tells how many steps of c's plan hold now: those that have come by time
// or have been recorded, and those that come at once because nobody online could
// ever take it before them. A step that offers the customer something else needs
// nobody.
func (l *look) step(c *desk.Conversation, q *desk.Queue) int {
	plan := q.RingPlanOf(c)
	n := min(len(plan), max(c.Ring, l.steps[c.ID], plan.Due(l.now.Sub(c.RingsFrom()))))
	if l.now.Before(c.OpensAt) {
		return n
	}
	for k := n; k <= len(plan); k++ {
		if k > 0 && plan[k-1].Offer != "" || l.anybody(stageOf(q, c, k, l.view.Queue)) {
			return k
		}
	}
	return n
}

// anybody tells whether somebody online could take what is asked for, now or later.
func (l *look) anybody(s stage) bool {
	return slices.ContainsFunc(l.view.Agents(), func(a *desk.Agent) bool { return online(a) && s.meets(a) })
}

// raisedBy is what the steps up to n add to the score beyond what is recorded.
func raisedBy(plan desk.RingPlan, c *desk.Conversation, n int) int {
	if n <= c.Ring {
		return 0
	}
	return plan.Raised(n) - plan.Raised(c.Ring)
}

// nextStep is when the step after n comes by time; zero when there is none.
func nextStep(plan desk.RingPlan, c *desk.Conversation, n int) time.Time {
	if n >= len(plan) {
		return time.Time{}
	}
	return c.RingsFrom().Add(plan[n].After())
}

// appendRings names, for a class, what the plan makes of a conversation.
func appendRings(b []byte, c *desk.Conversation, plan desk.RingPlan, step int) []byte {
	if len(plan) == 0 {
		return b
	}
	b = strconv.AppendInt(append(b, '@'), int64(step), 10)
	if c.Rings == nil {
		return b
	}
	for _, r := range plan {
		b = strconv.AppendInt(append(b, '|'), int64(r.AfterSeconds), 10)
		b = append(append(append(append(b, ' '), r.QueueID...), ' '), r.SkillID...)
		b = append(append(b, ' '), r.Offer...)
		b = strconv.AppendInt(b, int64(r.Priority), 10)
		for _, x := range r.Relax {
			b = strconv.AppendInt(append(append(append(b, ' '), x.SkillID...), '>'), int64(x.Level), 10)
		}
	}
	return b
}
