package routing

import (
	"time"

	"parley/desk"
)

// Past is a floor as it was, with every conversation that was open.
type Past interface {
	Lines
	Conversation(id desk.ID) *desk.Conversation
}

// Next is the first choice on a floor, made as the recorded one of a conversation
// was: at its time, with the claims that were on their way then, the steps of ring
// plans that had come early and were not recorded, and whose turn it was. It goes by
// the definition, not by the index. found is false when nobody can be served;
// wake is when that could change by time alone, zero when not.
func Next(v Past, conversation desk.ID, as *desk.Decision) (p desk.Proposal, found bool, wake time.Time) {
	l := &look{view: v, room: newRoom(), now: as.At, steps: make(map[desk.ID]int, len(as.Steps)), turns: rotations{}}
	if c := v.Conversation(conversation); c != nil {
		l.turned(c, as.Turn)
	}
	for _, s := range as.Steps {
		if c := v.Conversation(s.ConversationID); c != nil && c.QueuedAt.Equal(s.QueuedAt) {
			l.steps[s.ConversationID] = s.Ring
		}
	}
	busy := make(map[desk.ID]bool, len(as.Claims))
	for _, k := range as.Claims {
		c := v.Conversation(k.ConversationID)
		if c == nil || c.State != desk.Waiting {
			continue
		}
		busy[c.ID] = true
		q := v.Queue(c.QueueID)
		cost := c.Cost
		if a := agentOf(v, k.AgentID); a != nil {
			cost = a.CostOf(c)
		}
		l.room.take(k.AgentID, c, cost, q == nil || !q.AutoAccept)
	}
	plan := l.decide(v, busy, 1)
	if len(plan.Proposals) == 0 {
		return p, false, plan.Wake
	}
	return plan.Proposals[0], true, plan.Wake
}

func agentOf(v View, id desk.ID) *desk.Agent {
	for _, a := range v.Agents() {
		if a.ID == id {
			return a
		}
	}
	return nil
}

// Steps are those of ring plans that have come by now and are not recorded.
func Steps(v Lines, now time.Time) []desk.RingStep {
	l := &look{view: v, room: newRoom(), now: now}
	return l.advance(v, nil).Steps
}
