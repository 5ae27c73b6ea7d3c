package routing

import (
	"fmt"
	"time"

	"parley/desk"
)

// Explanation says why a conversation in line has nobody yet.
type Explanation struct {
	desk.Decision
	Rings []RingState // its plan, step by step
	// Next is when something changes by time alone: the next step of the plan, the
	// opening, the end of being kept for somebody; zero when only people can
	// change it.
	Next time.Time
}

// RingState is one step of a plan.
type RingState struct {
	Words string
	At    time.Time // when it comes by time
	Holds bool
}

// Explain says why a waiting conversation has nobody yet, with the floor as it
// is. It looks at every agent: for one answer, not for routing.
func Explain(v Lines, c *desk.Conversation, now time.Time) Explanation {
	l := &look{view: v, room: newRoom(), now: now}
	e := Explanation{}
	q := v.Queue(c.QueueID)
	if head := blocker(v, c); head != nil {
		e.Decision = began(c, q, c.Ring, 0, now)
		e.Rule, e.Words = ruleBlocked, "Behind the first in line, whom this queue serves before anybody else. "+l.choose(head).decision.Words
		return e
	}
	ch := l.choose(c)
	e.Decision, e.Next = ch.decision, ch.wait
	if e.AgentID != "" {
		e.Words = "About to be offered. " + e.Words
	}
	if q == nil {
		return e
	}
	e.ringStates(v, q, c, now)
	return e
}

// ringStates adds the plan and says in words what comes next.
func (e *Explanation) ringStates(v View, q *desk.Queue, c *desk.Conversation, now time.Time) {
	names := Names(v)
	plan := q.RingPlanOf(c)
	for i, r := range plan {
		e.Rings = append(e.Rings, RingState{Words: r.Words(names), At: c.RingsFrom().Add(r.After()), Holds: i < e.Ring})
	}
	next := nextStep(plan, c, e.Ring)
	if next.IsZero() || e.AgentID != "" || e.Rule == ruleClosed {
		return
	}
	if e.Next.IsZero() || next.Before(e.Next) {
		e.Next = next
	}
	e.Words += fmt.Sprintf(" In %s: %s.", next.Sub(now).Round(time.Second), plan[e.Ring].Words(names))
}

// Names gives the names that the floor knows.
func Names(v View) desk.Names {
	return desk.Names{
		Skill: func(id desk.ID) string {
			if k := v.Skill(id); k != nil {
				return k.Name
			}
			return "a skill"
		},
		Queue: func(id desk.ID) string {
			if q := v.Queue(id); q != nil {
				return q.Name
			}
			return "another queue"
		},
	}
}
