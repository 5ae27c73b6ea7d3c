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
	Queues() []*desk.Queue
	Line(queue desk.ID) []*desk.Conversation
}

// plan is what to do now and when to look again.
type plan struct {
	proposals []desk.Proposal
	wake      time.Time // zero: only when something changes
}

// decide goes through everybody who waits, first in line first over all
// queues, and proposes an agent for each who can be served. busy conversations
// have a claim on its way already; reserved is what those claims will take.
func decide(v Lines, busy map[desk.ID]bool, reserved *room, now time.Time) plan {
	var p plan
	// Customers who ask for the same are alike: when the first of them finds
	// nobody, neither do the others, so a head nobody can serve blocks nobody
	// and costs one look.
	hopeless := map[string]bool{}
	for _, c := range waiting(v) {
		if busy[c.ID] {
			continue
		}
		class := classOf(c)
		if hopeless[class] {
			continue
		}
		ch := choose(v, reserved, c, now)
		if !ch.wait.IsZero() && (p.wake.IsZero() || ch.wait.Before(p.wake)) {
			p.wake = ch.wait
		}
		if ch.agent == nil {
			if len(c.AvoidAgentIDs) == 0 && ch.decision.Rule != "waits_for_preferred" {
				hopeless[class] = true
			}
			continue
		}
		q := v.Queue(c.QueueID)
		reserved.take(ch.agent.ID, c)
		p.proposals = append(p.proposals, desk.Proposal{ConversationID: c.ID, Epoch: c.Epoch, AgentID: ch.agent.ID,
			For: time.Duration(q.OfferSeconds) * time.Second, AutoAccept: q.AutoAccept, Decision: ch.decision})
	}
	return p
}

// waiting merges the lines into one order.
func waiting(v Lines) []*desk.Conversation {
	var all []*desk.Conversation
	for _, q := range v.Queues() {
		for _, c := range v.Line(q.ID) {
			if c.State == desk.Waiting {
				all = append(all, c)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *desk.Conversation) int {
		if n := a.LineKey().Compare(b.LineKey()); n != 0 {
			return n
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all
}

// classOf names what a conversation asks for; those of one class can be taken
// by the same agents.
func classOf(c *desk.Conversation) string {
	var b strings.Builder
	b.WriteString(c.QueueID)
	b.WriteString(string(c.Channel))
	b.WriteString(strconv.Itoa(c.Cost))
	for _, r := range c.Requirements {
		b.WriteByte(' ')
		b.WriteString(r.SkillID)
		b.WriteString(strconv.Itoa(r.Level))
		if r.Preferred {
			b.WriteByte('p')
		}
	}
	return b.String()
}

// Explain says why a waiting conversation has nobody yet, with the floor as it is.
func Explain(v Lines, c *desk.Conversation, now time.Time) desk.Decision {
	d := choose(v, newRoom(), c, now).decision
	if d.AgentID != "" {
		d.Words = "About to be offered. " + d.Words
	}
	return d
}
