package store

import (
	"slices"
	"time"

	"parley/desk"
)

// move changes state and owner of a locked conversation by desk's table and
// keeps the agents' loads in step: whoever held it is freed of its cost, whoever
// holds it then takes it. owner "" leaves nobody.
func (t *tx) move(c *desk.Conversation, to desk.State, owner desk.ID) error {
	held := desk.ID("")
	if c.State.HoldsCapacity() {
		held = c.AgentID
	}
	holds := desk.ID("")
	if to.HoldsCapacity() {
		holds = owner
	}
	if err := t.lockAgents(held, holds); err != nil {
		return err
	}
	if err := c.Move(to, t.now); err != nil {
		return err
	}
	if owner != "" || to == desk.Waiting {
		c.AgentID = owner
	}
	t.save(c)
	if held == holds {
		return nil
	}
	if a := t.agents[held]; a != nil {
		a.Load, a.FreedAt = max(0, a.Load-c.Cost), t.now
		t.saveAgent(a)
		t.goNext(a)
	}
	if held != "" {
		if q := t.config.queues[c.QueueID]; q != nil {
			c.Cost = q.Cost(c.Channel) // what it took was this agent's
		}
	}
	if a := t.agents[holds]; a != nil {
		c.Cost = a.CostOf(c)
		a.Load += c.Cost
		a.LastAssignedAt = t.now
		t.saveAgent(a)
	}
	return nil
}

// lockAgents locks in order of id; "" is nobody.
func (t *tx) lockAgents(ids ...desk.ID) error {
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if id == "" {
			continue
		}
		if _, err := t.agent(id); err != nil {
			return err
		}
	}
	return nil
}

// goNext applies the presence an agent asked for "after this one".
func (t *tx) goNext(a *desk.Agent) {
	if a.Load == 0 && a.Next != "" {
		t.present(a, a.Next, "", a.ID)
	}
}

// present sets a presence and tells it.
func (t *tx) present(a *desk.Agent, p desk.Presence, reason string, actor desk.ID) {
	a.Presence, a.Reason, a.Next, a.PresenceSince = p, reason, "", t.now
	t.saveAgent(a)
	t.tell(desk.EvAgentPresence, nil, desk.Event{AgentID: a.ID, ActorID: actor, Data: desk.EventData{Presence: p, Reason: reason, After: &desk.Setup{Agent: a}}})
}

// fits tells whether the agent can hold one more conversation of c's cost.
func (t *tx) fits(c *desk.Conversation, a *desk.Agent) error {
	if !a.Enabled || a.Presence != desk.Available {
		return desk.Errorf(desk.Conflict, "%s is not available", a.Name)
	}
	if !a.Hours.OpenAt(t.now) {
		return desk.Errorf(desk.Conflict, "%s is outside their working hours", a.Name)
	}
	if a.Free() < a.CostOf(c) {
		return desk.Errorf(desk.Conflict, "%s has no room", a.Name)
	}
	limit, limited := a.ChannelLimits[c.Channel]
	if !limited {
		return nil
	}
	var n int64
	err := t.Model(&conversationRecord{}).Where("open AND agent_id = ? AND channel = ? AND state IN ?", a.ID, c.Channel,
		[]desk.State{desk.Offered, desk.Active, desk.Wrapping}).Count(&n).Error
	if err == nil && n >= int64(limit) {
		return desk.Errorf(desk.Conflict, "%s has all the %s conversations they may", a.Name, c.Channel)
	}
	return err
}

// endOffer closes the pending offer of c, if any, and tells which it was.
func (t *tx) endOffer(c *desk.Conversation, how desk.OfferState) (*desk.Offer, error) {
	if c.OfferID == "" {
		return nil, nil
	}
	var row offerRow
	if err := t.Where("id = ? AND state = ?", c.OfferID, desk.OfferPending).Limit(1).Find(&row).Error; err != nil {
		return nil, err
	}
	if row.ID == "" {
		return nil, desk.Errorf(desk.Conflict, "the offer has ended")
	}
	row.State, row.EndedAt = how, t.now
	t.offers = append(t.offers, row)
	o := desk.Offer(row)
	return &o, nil
}

// leaveLine records how long a stay in line was and how it ended.
func (t *tx) leaveLine(c *desk.Conversation, metric desk.Metric, agent desk.ID, at time.Time) {
	if c.QueuedAt.IsZero() {
		return
	}
	m := t.measure(c)
	if at.After(c.QueuedAt) && at.Before(m.Now) {
		m.Now = at
	}
	t.facts = append(t.facts, m.LeftLine(c, metric, agent, c.QueuedAt))
	if metric == desk.WaitAnswered && c.ToldHigh > 0 {
		t.facts = append(t.facts, m.Expected(c, agent, c.QueuedAt))
	}
}
