package routing

import (
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
	Wake      time.Time // zero: only when something changes
	More      bool      // cut off at the limit: decide again
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
	var p Plan
	// Customers who ask for the same are alike: when the first of them finds
	// nobody, neither do the others, so a head nobody can serve blocks nobody
	// and costs one look.
	hopeless, blocked := map[string]bool{}, map[desk.ID]bool{}
	for _, c := range waiting(lines) {
		if busy[c.ID] || blocked[c.QueueID] {
			continue
		}
		class := classOf(c)
		if hopeless[class] {
			continue
		}
		ch := l.choose(c)
		p.wakeAt(ch.wait)
		q := l.view.Queue(c.QueueID)
		if ch.agent == nil {
			if len(c.AvoidAgentIDs) == 0 && ch.decision.Rule != ruleKept {
				hopeless[class] = true
			}
			blocked[c.QueueID] = q != nil && policyOf(q).Blocks
			continue
		}
		l.room.take(ch.agent.ID, c, !q.AutoAccept)
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

// waiting merges the lines into one order: scarce queues that ask for it, then
// by score, then by id.
func waiting(v Lines) []*desk.Conversation {
	ranks := ranksOf(v)
	var all []*desk.Conversation
	for _, q := range v.Queues() {
		for _, c := range v.Line(q.ID) {
			if c.State == desk.Waiting {
				all = append(all, c)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *desk.Conversation) int {
		if n := ranks[b.QueueID] - ranks[a.QueueID]; n != 0 {
			return n
		}
		if n := a.LineKey().Compare(b.LineKey()); n != 0 {
			return n
		}
		return strings.Compare(a.ID, b.ID)
	})
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
// by the same agents.
func classOf(c *desk.Conversation) string {
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
	return string(b)
}

// Explain says why a waiting conversation has nobody yet, with the floor as it
// is. It looks at every agent: for one answer, not for routing.
func Explain(v Lines, c *desk.Conversation, now time.Time) desk.Decision {
	l := &look{view: v, room: newRoom(), now: now}
	if head := blocker(v, c); head != nil {
		d := began(c, policyOf(v.Queue(c.QueueID)), now)
		d.Rule, d.Words = ruleBlocked, "Behind the first in line, whom this queue serves before anybody else. "+l.choose(head).decision.Words
		return d
	}
	d := l.choose(c).decision
	if d.AgentID != "" {
		d.Words = "About to be offered. " + d.Words
	}
	return d
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
