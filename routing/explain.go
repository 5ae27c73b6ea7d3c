package routing

import (
	"time"

	"parley/desk"
)

// Explanation says why a conversation in line has nobody yet.
type Explanation struct {
	desk.Decision
	Rings []RingState // its plan, step by step
	// Next is when something changes by time alone: the next step of the plan, the
	// opening, the end of being kept for somebody, the beginning of somebody's
	// hours; zero when only people can change it. NextWords says what it is.
	Next      time.Time
	NextWords string
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
	e.Decision = ch.decision
	if e.AgentID != "" {
		e.Words = "About to be offered. " + e.Words
	}
	e.comes(ch.wait, ch.until)
	if q == nil {
		return e
	}
	names, plan := Names(v), q.RingPlanOf(c)
	for i, r := range plan {
		e.Rings = append(e.Rings, RingState{Words: r.Words(names), At: c.RingsFrom().Add(r.After()), Holds: i < e.Ring})
	}
	if e.AgentID != "" || e.Rule == ruleClosed {
		return e
	}
	if e.Ring < len(plan) {
		e.comes(nextStep(plan, c, e.Ring), plan[e.Ring].Words(names))
	}
	l.shifts(l.ask(c, q), &e)
	return e
}

// comes takes what happens at a moment, if nothing happens before.
func (e *Explanation) comes(at time.Time, words string) {
	if !at.IsZero() && (e.Next.IsZero() || at.Before(e.Next)) {
		e.Next, e.NextWords = at, words
	}
}

// shifts adds whose hours begin who are here and may take it then.
func (l *look) shifts(x asked, e *Explanation) {
	for _, a := range l.view.Agents() {
		if !works(a) || !a.Enabled || !a.OffHours || a.Presence == desk.Offline || !x.last.meets(a) {
			continue
		}
		if at, ok := a.Hours.NextOpen(l.now); ok && at.After(l.now) {
			e.comes(at, "the hours of "+a.Name+" begin")
		}
	}
}

// What has gone meanwhile is called.
const (
	unnamedSkill = "a skill"
	unnamedQueue = "another queue"
)

// Names gives the names that the floor knows.
func Names(v View) desk.Names {
	return desk.Names{
		Skill: func(id desk.ID) string {
			if k := v.Skill(id); k != nil {
				return k.Name
			}
			return unnamedSkill
		},
		Queue: func(id desk.ID) string {
			if q := v.Queue(id); q != nil {
				return q.Name
			}
			return unnamedQueue
		},
	}
}
