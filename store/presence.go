package store

import (
	"context"

	"parley/desk"
)

// SetPresence changes an agent's presence now, or once their last conversation
// ends. Anything but available takes ringing offers back.
func (s *Store) SetPresence(ctx context.Context, agent desk.ID, p desk.Presence, reason string, next bool, actor desk.ID) error {
	return s.write(ctx, func(t *tx) error {
		ringing, err := t.lockRinging(agent)
		if err != nil {
			return err
		}
		a, err := t.agent(agent)
		if err != nil {
			return err
		}
		if !a.Enabled && p != desk.Offline {
			return desk.Errorf(desk.Conflict, "%s is disabled", a.Name)
		}
		if next && a.Load > 0 && p != desk.Available {
			a.Next = p
			t.saveAgent(a)
			t.tell(desk.EvAgentPresence, nil, desk.Event{AgentID: a.ID, ActorID: actor, Data: desk.EventData{Presence: a.Presence, Reason: a.Reason, After: &desk.Setup{Agent: a}}})
			return nil
		}
		if a.Presence == p && a.Reason == reason && a.Next == "" {
			return nil
		}
		if p != desk.Available {
			for _, c := range ringing {
				if err := t.takeBack(c, desk.OfferWithdrawn, string(p)); err != nil {
					return err
				}
			}
		}
		t.present(a, p, reason, actor)
		return nil
	})
}

// lockRinging locks the conversations offered to an agent, before the agent.
func (t *tx) lockRinging(agent desk.ID) ([]*desk.Conversation, error) {
	var ids []desk.ID
	if err := t.Model(&offerRow{}).Where("agent_id = ? AND state = 'pending'", agent).Pluck("conversation_id", &ids).Error; err != nil || len(ids) == 0 {
		return nil, err
	}
	if err := t.lockConversations(ids); err != nil {
		return nil, err
	}
	var out []*desk.Conversation
	for _, id := range ids {
		if c := t.conversations[id]; c != nil && c.State == desk.Offered && c.AgentID == agent {
			out = append(out, c)
		}
	}
	return out, nil
}

// Requeue puts an active conversation whose agent is gone back in line, in the
// place it had before. The wait that is reported begins anew.
func (s *Store) Requeue(ctx context.Context, id, agent desk.ID) error {
	return s.write(ctx, func(t *tx) error {
		c, err := t.conversation(id)
		if err != nil || c.State != desk.Active || c.AgentID != agent {
			return err
		}
		a, err := t.agent(agent)
		if err != nil || a.Presence != desk.Offline {
			return err
		}
		place := c.PlaceAt
		if err := t.move(c, desk.Waiting, ""); err != nil {
			return err
		}
		if !place.IsZero() {
			c.PlaceAt = place
		}
		c.PreferredAgentID = ""
		fromQueue := t.afterHours(c)
		t.notice(c, a.Name+" went offline; the conversation is back in line.")
		t.tell(desk.EvConversationQueued, c, desk.Event{AgentID: agent, Data: c.Route(desk.EventData{From: desk.Active, FromAgentID: agent, FromQueueID: fromQueue, Reason: "agent gone"})})
		return nil
	})
}
