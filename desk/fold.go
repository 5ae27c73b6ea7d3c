package desk

import "slices"

// Follow brings the fields that routing looks at to where an event put them:
// state, owner, place in line, requirements, cost. The log holds nothing of the
// others. It needs the events of the conversation in order, from its first or
// from one with which it entered the line; others change nothing.
func (c *Conversation) Follow(e Event) {
	d := e.Data
	switch e.Type {
	case EvConversationQueued, EvConversationReturned, EvConversationTransfer, EvConversationReopened, EvConversationPriority,
		EvConversationWidened, EvConversationHours:
		c.QueuedAt, c.Priority, c.Cost, c.Requirements, c.PreferredAgentID, c.AvoidAgentIDs = d.QueuedAt, d.Priority, d.Cost, d.Requirements, d.Preferred, d.Avoid
		c.Rings, c.Ring, c.Raised, c.OpensAt, c.PlaceAt = d.Rings, d.Ring, d.Raised, d.OpensAt, d.PlaceAt
	case EvConversationCreated, EvConversationOffered, EvConversationAssigned, EvConversationSnoozed, EvConversationWoken, EvConversationResolved,
		EvConversationGone, EvConversationExpired:
	default:
		return
	}
	moved := e.Type != EvConversationTransfer || c.State != d.To // from one line to another it stays what it is
	if d.Epoch > c.Epoch || e.Type == EvConversationCreated {
		if c.Epoch = d.Epoch; moved {
			c.StateSince = e.At
		}
	}
	if e.Type == EvConversationCreated {
		c.CreatedAt = e.At
	}
	c.State, c.QueueID, c.OfferID = d.To, e.QueueID, ""
	switch c.State {
	case Waiting:
		c.AgentID = ""
	case Offered:
		c.AgentID, c.OfferID = e.AgentID, d.OfferID
	case Active, Wrapping, Snoozed, Resolved:
		c.AgentID = e.AgentID
	case Abandoned, Expired:
		c.AgentID = ""
	}
	if c.State.HoldsCapacity() && d.Cost > 0 { // of this agent
		c.Cost = d.Cost
	}
	if !c.State.InLine() {
		c.leaveLine()
		c.QueuedAt = d.QueuedAt
	}
}

// FollowLoads keeps the agents' figures in step with a conversation that an
// event has brought from before to after: whoever held it is freed of its cost,
// whoever holds it then takes it. find gives an agent to change, or nil.
func FollowLoads(before, after *Conversation, e Event, find func(ID) *Agent) {
	held, holds := ID(""), ID("")
	if before.State.HoldsCapacity() {
		held = before.AgentID
	}
	if after.State.HoldsCapacity() {
		holds = after.AgentID
	}
	if held == holds {
		return
	}
	if a := find(held); a != nil {
		a.Load, a.FreedAt = max(0, a.Load-before.Cost), e.At
	}
	if a := find(holds); a != nil {
		a.Load += after.Cost
		if e.Type != EvConversationWoken { // who comes back is nothing new
			a.LastAssignedAt = e.At
		}
	}
}

// Route puts into an event what the line needs to know of a conversation, for
// Follow to read.
func (c *Conversation) Route(d EventData) EventData {
	d.QueuedAt, d.PlaceAt, d.OpensAt, d.Priority, d.Raised, d.Ring, d.Rings = c.QueuedAt, c.PlaceAt, c.OpensAt, c.Priority, c.Raised, c.Ring, c.Rings
	d.Cost, d.Requirements, d.Preferred, d.Avoid = c.Cost, c.Requirements, c.PreferredAgentID, slices.Clone(c.AvoidAgentIDs)
	return d
}
