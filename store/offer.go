package store

import (
	"context"

	"parley/desk"
)

// Offer reserves a waiting conversation for an agent, or gives it at once when
// the queue accepts for its agents. It fails with Conflict when conversation or
// agent are no longer as the router saw them: this update, not the router, is
// the truth about ownership and capacity.
func (s *Store) Offer(ctx context.Context, p desk.Proposal) error {
	return s.write(ctx, func(t *tx) error {
		c, err := t.conversation(p.ConversationID)
		if err != nil {
			return err
		}
		if c.State != desk.Waiting || c.Epoch != p.Epoch {
			return desk.Errorf(desk.Conflict, "the conversation moved on")
		}
		a, err := t.agent(p.AgentID)
		if err != nil {
			return err
		}
		if err := t.fits(c, a); err != nil {
			return err
		}
		if t.now.Before(c.OpensAt) {
			return desk.Errorf(desk.Conflict, "the queue is not open yet")
		}
		o := desk.Offer{ID: desk.NewID(), ConversationID: c.ID, AgentID: a.ID, State: desk.OfferPending, MadeAt: t.now,
			ExpiresAt: t.now.Add(p.For), Decision: p.Decision}
		if !p.AutoAccept { // two routers at once may both have found the agent quiet
			if rings, err := t.any(&offerRow{}, "agent_id = ? AND state = ?", a.ID, desk.OfferPending); err != nil {
				return err
			} else if rings {
				return desk.Errorf(desk.Conflict, "another offer rings at %s", a.Name)
			}
		}
		if p.AutoAccept {
			o.State, o.EndedAt = desk.OfferAccepted, t.now
			t.offers = append(t.offers, offerRow(o))
			return t.give(c, a.ID, "", &o)
		}
		if err := t.move(c, desk.Offered, a.ID); err != nil {
			return err
		}
		c.OfferID = o.ID
		t.offers = append(t.offers, offerRow(o))
		t.tell(desk.EvConversationOffered, c, desk.Event{Data: desk.EventData{From: desk.Waiting, OfferID: o.ID, ExpiresAt: o.ExpiresAt, Cost: c.Cost}}).Offer = &o
		return nil
	})
}

// give makes agent the owner of a conversation in line and measures the wait.
func (t *tx) give(c *desk.Conversation, agent, actor desk.ID, o *desk.Offer) error {
	from := c.State
	t.leaveLine(c, desk.WaitAnswered, agent, t.now)
	if err := t.move(c, desk.Active, agent); err != nil {
		return err
	}
	e := desk.Event{ActorID: actor, Data: desk.EventData{From: from, Cost: c.Cost}}
	if o != nil {
		e.Data.OfferID = o.ID
	}
	t.tell(desk.EvConversationAssigned, c, e).Offer = o
	return nil
}

// AcceptOffer makes the agent the owner. Only the one offered to can, and only
// while it rings; accepting what one owns already changes nothing.
func (s *Store) AcceptOffer(ctx context.Context, id, agent desk.ID) error {
	return s.write(ctx, func(t *tx) error {
		c, err := t.conversation(id)
		if err != nil {
			return err
		}
		if c.State == desk.Active && c.AgentID == agent {
			return nil
		}
		if c.State != desk.Offered || c.AgentID != agent {
			return desk.Errorf(desk.Conflict, "this is not offered to you any more")
		}
		o, err := t.endOffer(c, desk.OfferAccepted)
		if err != nil {
			return err
		}
		return t.give(c, agent, agent, o)
	})
}

// DeclineOffer puts it back in line, in its place, for somebody else.
func (s *Store) DeclineOffer(ctx context.Context, id, agent desk.ID, reason string) error {
	return s.write(ctx, func(t *tx) error {
		c, err := t.conversation(id)
		if err != nil {
			return err
		}
		if c.State != desk.Offered || c.AgentID != agent {
			return desk.Errorf(desk.Conflict, "this is not offered to you any more")
		}
		t.facts = append(t.facts, t.measure(c).Count(c, desk.DeclineCount, agent))
		return t.takeBack(c, desk.OfferDeclined, reason)
	})
}

// takeBack ends the pending offer and returns the conversation to its place.
func (t *tx) takeBack(c *desk.Conversation, how desk.OfferState, reason string) error {
	agent := c.AgentID
	o, err := t.endOffer(c, how)
	if err != nil {
		return err
	}
	if err := t.move(c, desk.Waiting, ""); err != nil {
		return err
	}
	if how != desk.OfferWithdrawn {
		c.AvoidAgentIDs = append(c.AvoidAgentIDs, agent)
		c.Declines++
	}
	if how != desk.OfferWithdrawn && c.PreferredAgentID == agent {
		c.PreferredAgentID = ""
	}
	if reason == "" {
		reason = string(how)
	}
	ch := t.tell(desk.EvConversationReturned, c, desk.Event{AgentID: agent,
		Data: c.Route(desk.EventData{From: desk.Offered, Reason: reason, OfferID: o.ID, Fields: map[string]string{"how": string(how)}})})
	ch.Offer = o
	if q := t.config.queues[c.QueueID]; how != desk.OfferWithdrawn && q != nil && q.AlertDeclines == c.Declines {
		t.tell(desk.EvConversationUnwanted, c, desk.Event{Data: desk.EventData{Score: c.Declines}})
	}
	return nil
}

// ExpireOffer ends an offer nobody answered: the customer keeps the place in
// line, the agent is set to away. It does nothing when the offer has ended, or
// rings still by the store's clock.
func (s *Store) ExpireOffer(ctx context.Context, conversation, offer desk.ID) error {
	return s.write(ctx, func(t *tx) error {
		c, err := t.conversation(conversation)
		if err != nil {
			return err
		}
		if c.State != desk.Offered || c.OfferID != offer {
			return nil
		}
		agent := c.AgentID
		t.facts = append(t.facts, t.measure(c).Count(c, desk.MissedOffer, agent))
		if err := t.takeBack(c, desk.OfferTimedOut, ""); err != nil {
			return err
		}
		a, err := t.agent(agent)
		if err != nil {
			return err
		}
		if a.Presence == desk.Available {
			t.present(a, desk.Away, desk.ReasonMissedOffer, "")
		}
		return nil
	})
}

// PendingOffers lists what rings for an agent; for everybody with agent "".
func (s *Store) PendingOffers(ctx context.Context, agent desk.ID) ([]desk.Offer, error) {
	q := s.read(ctx).Where("state = 'pending'")
	if agent != "" {
		q = q.Where("agent_id = ?", agent)
	}
	return s.offersOf(q.Order("made_at"))
}

// Offers lists the offers and assignments of a conversation, newest first.
func (s *Store) Offers(ctx context.Context, conversation desk.ID) ([]desk.Offer, error) {
	return s.offersOf(s.read(ctx).Where("conversation_id = ?", conversation).Order("made_at DESC").Limit(50))
}
