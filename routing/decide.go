package routing

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/desk"
)

// Lines is the floor as deciding sees it.
type Lines interface {
	View
	Line(queue desk.ID) []*desk.Conversation
}

// Plan is what to do now and when to look again.
type Plan struct {
	Proposals []desk.Proposal
	Steps     []desk.RingStep // of ring plans that have come, to be recorded
	Wake      time.Time       // zero: only when something changes
	More      bool            // cut off at the limit: decide again
}

func (p *Plan) wakeAt(at time.Time) {
	if !at.IsZero() && (p.Wake.IsZero() || at.Before(p.Wake)) {
		p.Wake = at
	}
}

// decide goes through everybody who waits, first in line first over all
// queues, and proposes an agent for each who can be served. busy conversations
// have a claim on its way already; the room is what those claims will take. It
// stops after limit proposals (0: no limit).
//
// It is the definition of what the index finds faster, and the index is tested
// against it.
func (l *look) decide(lines Lines, busy map[desk.ID]bool, limit int) Plan {
	p := l.advance(lines, busy)
	// Customers who ask for the same are alike: when the first of them finds
	// nobody, neither do the others, so a head nobody can serve blocks nobody
	// and costs one look.
	hopeless, blocked := map[string]bool{}, map[desk.ID]bool{}
	for _, c := range l.waiting(lines) {
		if busy[c.ID] || blocked[c.QueueID] {
			continue
		}
		q := l.view.Queue(c.QueueID)
		if q == nil || !q.Open {
			continue
		}
		class := classOf(c, q, l.step(c, q))
		if hopeless[class] {
			continue
		}
		ch := l.choose(c)
		p.wakeAt(ch.wait)
		if ch.agent == nil {
			if len(c.AvoidAgentIDs) == 0 && ch.decision.Rule != ruleKept && ch.decision.Rule != ruleClosed {
				hopeless[class] = true
			}
			blocked[c.QueueID] = policyOf(q).Blocks
			continue
		}
		l.room.take(ch.agent.ID, c, ch.agent.CostOf(c), !q.AutoAccept)
		if policyOf(q).rotates() && ch.decision.Rule != rulePreferred {
			l.turned(c, ch.agent.ID)
		}
		p.Proposals = append(p.Proposals, propose(c, q, ch.decision))
		if len(p.Proposals) == limit {
			break
		}
	}
	return p
}

func propose(c *desk.Conversation, q *desk.Queue, d desk.Decision) desk.Proposal {
	return desk.Proposal{ConversationID: c.ID, Epoch: c.Epoch, AgentID: d.AgentID,
		For: time.Duration(q.OfferSeconds) * time.Second, AutoAccept: q.AutoAccept, Decision: d}
}

// advance finds which steps of ring plans have come, and when the next will.
func (l *look) advance(v Lines, busy map[desk.ID]bool) Plan {
	var p Plan
	for _, q := range v.Queues() {
		for _, c := range v.Line(q.ID) {
			if c.State != desk.Waiting || !q.Open || busy[c.ID] {
				continue
			}
			plan := q.RingPlanOf(c)
			n := l.step(c, q)
			if n > max(c.Ring, l.steps[c.ID]) {
				p.Steps = append(p.Steps, desk.RingStep{ConversationID: c.ID, QueuedAt: c.QueuedAt, Ring: n, Early: n > plan.Due(l.now.Sub(c.RingsFrom()))})
			}
			p.wakeAt(nextStep(plan, c, n))
		}
	}
	return p
}

// standing is where a conversation stands against those of other queues.
type standing struct {
	rank   int // of scarce queues; the higher first
	weight int // percent at which it ages
	at     instant
	id     desk.ID
}

// compare is negative when s comes before o: by rank, then by score at now, then
// by id.
func (s standing) compare(o standing, now instant) int {
	switch {
	case s.rank != o.rank:
		return o.rank - s.rank
	case s.weight == o.weight:
		if n := cmp.Compare(s.at, o.at); n != 0 {
			return n
		}
	default:
		if n := cmp.Compare(float64(o.weight)*float64(now-o.at), float64(s.weight)*float64(now-s.at)); n != 0 {
			return n
		}
	}
	return strings.Compare(s.id, o.id)
}

// waiting merges the lines into one order: scarce queues that ask for it, then
// by score, then by id.
func (l *look) waiting(v Lines) []*desk.Conversation {
	ranks := ranksOf(v)
	var all []*desk.Conversation
	at := map[desk.ID]standing{}
	for _, q := range v.Queues() {
		for _, c := range v.Line(q.ID) {
			if c.State == desk.Waiting {
				all = append(all, c)
				raised := raisedBy(q.RingPlanOf(c), c, l.step(c, q))
				at[c.ID] = standing{ranks[q.ID], q.Ageing(), instantOf(q.LineKey(c, raised)), c.ID}
			}
		}
	}
	now := instantOf(l.now)
	slices.SortStableFunc(all, func(a, b *desk.Conversation) int { return at[a.ID].compare(at[b.ID], now) })
	return all
}

// ranksOf gives each scarce-first queue how many of the others more people can
// serve. Who is present does not matter, so that ranks seldom change.
func ranksOf(v View) map[desk.ID]int {
	servers := map[desk.ID]int{}
	for _, q := range v.Queues() {
		if !policyOf(q).ScarceFirst {
			continue
		}
		servers[q.ID] = 0
		for _, a := range v.Agents() {
			if works(a) && q.Accepts(a) {
				servers[q.ID]++
			}
		}
	}
	return rank(servers)
}

// rank counts for each queue how many have more servers.
func rank(servers map[desk.ID]int) map[desk.ID]int {
	ranks := make(map[desk.ID]int, len(servers))
	for q, n := range servers {
		for _, m := range servers {
			if m > n {
				ranks[q]++
			}
		}
	}
	return ranks
}

// classOf names what a conversation asks for; those of one class can be taken
// by the same agents. step is how many steps of its ring plan hold.
func classOf(c *desk.Conversation, q *desk.Queue, step int) string {
	b := make([]byte, 0, 128)
	b = append(append(append(b, c.QueueID...), ' '), c.Channel...)
	b = strconv.AppendInt(append(b, ' '), int64(c.Cost), 10)
	for _, r := range c.Requirements {
		b = append(append(append(b, ' '), r.SkillID...), '=')
		b = strconv.AppendInt(b, int64(r.Level), 10)
		if r.Preferred {
			b = append(b, 'p')
		}
	}
	return string(appendRings(b, c, q.RingPlanOf(c), step))
}

// blocker is who c stands behind in a queue that serves strictly in order; nil when nobody.
func blocker(v Lines, c *desk.Conversation) *desk.Conversation {
	q := v.Queue(c.QueueID)
	if q == nil || !q.Open || !policyOf(q).Blocks {
		return nil
	}
	for _, o := range v.Line(q.ID) {
		if o.ID == c.ID {
			break
		}
		if o.State == desk.Waiting {
			return o
		}
	}
	return nil
}
