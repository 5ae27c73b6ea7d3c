package agent

import (
	"slices"

	"parley/desk"
)

// sight is how much of a change a console is shown.
type sight int

const (
	unseen   sight = iota
	whole          // everything in it
	farewell       // that a conversation is theirs no longer
	sights
)

// seen decides whether a console is shown a change; the one place for it, live
// and on resume. It goes by what the agent may see now, whenever the change was.
func (h *Hub) seen(c *Console, ch desk.Change) sight {
	a := h.floor.Agent(c.AgentID)
	if a == nil || !a.Enabled {
		return unseen
	}
	over := desk.Allowed(a.Role, desk.AssignOthers)
	switch ch.Type {
	case desk.EvQueueChanged, desk.EvInboxChanged, desk.EvSkillChanged:
		return whole
	case desk.EvAgentPresence, desk.EvAgentChanged:
		return wholeIf(over || ch.AgentID == a.ID)
	case desk.EvRulesChanged, desk.EvRuleFailed: // the conversation's own change tells the others
		return wholeIf(desk.Allowed(a.Role, desk.ViewRules))
	case desk.EvInboundQuarantined:
		return wholeIf(desk.Allowed(a.Role, desk.Administer))
	case desk.EvContactChanged:
		open := c.opened()
		return wholeIf(open != nil && open.ContactID == ch.ContactID && h.mayView(c) != nil)
	case desk.EvSessionEnded:
		return unseen
	}
	return h.seenOf(c, a, ch)
}

func wholeIf(yes bool) sight {
	if yes {
		return whole
	}
	return unseen
}

// seenOf is seen for what happens to conversations.
func (h *Hub) seenOf(c *Console, a *desk.Agent, ch desk.Change) sight {
	viewing := ch.ConversationID != "" && c.Viewing() == ch.ConversationID
	conv := ch.Conversation
	if conv == nil {
		conv = h.floor.Conversation(ch.ConversationID)
	}
	if conv == nil { // news of a message in an ended conversation
		return wholeIf(viewing && h.mayView(c) != nil)
	}
	mine := ch.AgentID == a.ID || ch.Data.FromAgentID == a.ID
	if !desk.CanSee(a, conv, h.floor.Queue(conv.QueueID)) {
		// Whoever just lost it must learn that it is gone, and no more: what is
		// said in it from here on is not theirs to read.
		if mine && moves(ch.Type) {
			return farewell
		}
		return unseen
	}
	if viewing || mine || conv.AgentID == a.ID || ch.ActorID == a.ID || slices.Contains(ch.Data.Mentions, a.ID) {
		return whole
	}
	if said(ch.Type) {
		return wholeIf(conv.State.InLine() && ch.Type == desk.EvMessageReceived) // the line shows the last words
	}
	return whole // a change of state, to those who serve the queue and those over them
}

// said tells whether an event is about what is said, and not about where a
// conversation stands.
func said(t desk.EventType) bool {
	switch t {
	case desk.EvMessageReceived, desk.EvMessageCreated, desk.EvMessageStatus, desk.EvMessageUpdated, desk.EvConversationRead, desk.EvCSATAsked:
		return true
	}
	return false
}

// outOfLine tells whether a change is of something said out of the line: only those
// who have to do with the conversation, or have it open, can be shown it.
func outOfLine(ch desk.Change) bool {
	return said(ch.Type) && ch.Conversation != nil && !ch.Conversation.State.InLine()
}

// moves tells whether an event can take a conversation away from an agent.
func moves(t desk.EventType) bool {
	switch t {
	case desk.EvConversationQueued, desk.EvConversationReturned, desk.EvConversationAssigned, desk.EvConversationTransfer,
		desk.EvConversationGone, desk.EvConversationExpired, desk.EvConversationResolved:
		return true
	}
	return false
}

// mayView gives the console's agent if they may see what it has open, as that
// stands now; else nil.
func (h *Hub) mayView(c *Console) *desk.Agent {
	a, conv := h.floor.Agent(c.AgentID), c.opened()
	if a == nil || !a.Enabled || conv == nil {
		return nil
	}
	if now := h.floor.Conversation(conv.ID); now != nil {
		conv = now
	}
	if !desk.CanSee(a, conv, h.floor.Queue(conv.QueueID)) {
		return nil
	}
	return a
}

// cutDown makes of a change what is shown with that much sight of it.
func (s sight) cutDown(ch desk.Change) desk.Change {
	if s != farewell {
		return ch
	}
	ch.Data.Note, ch.Message, ch.Offer = "", nil, nil
	if ch.Conversation != nil {
		c := *ch.Conversation
		c.LastText, c.LastAuthor, c.CSATComment, c.Context, c.Unread = "", "", "", desk.Context{}, 0
		ch.Conversation = &c
	}
	return ch
}
