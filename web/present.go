package web

import (
	"time"

	"parley/desk"
)

// What people are shown of things in desk. Names come from the directory; none
// of these asks the database.

func (a *API) conversationItem(c *desk.Conversation) ConversationItem {
	known := a.names.get()
	item := ConversationItem{
		ID: c.ID, InboxID: c.InboxID, Channel: c.Channel, State: c.State, Epoch: c.Epoch, Queue: known.queue(c.QueueID), QueueID: c.QueueID,
		Agent: known.agent(c.AgentID), AgentID: c.AgentID, Contact: Named{ID: c.ContactID, Name: c.ContactName}, Priority: c.Priority,
		Unread: c.Unread, Reopened: c.Reopened, CSAT: c.CSAT, CreatedAt: c.CreatedAt, StateSince: c.StateSince,
		QueuedAt: optional(c.QueuedAt), UnansweredSince: optional(c.UnansweredSince), SnoozedUntil: optional(c.SnoozedUntil),
		LastMessage: LastMessage{Text: c.LastText, Author: c.LastAuthor, AgentID: c.LastAgentID, Agent: known.agent(c.LastAgentID), At: c.LastAt}, Context: c.Context, Tags: c.Tags,
	}
	item.Ring, item.Declines, item.OpensAt, item.Consulted = c.Ring, c.Declines, optional(c.OpensAt), c.ConsultedAgentIDs
	item.Instead, item.InsteadOffer, item.CallbackTo = c.Instead, c.InsteadOffer, c.CallbackTo
	if in := known.inboxes[c.InboxID]; in != nil {
		item.Inbox, item.InboxLabel = in.Name, in.Label
	}
	if q := known.queues[c.QueueID]; q != nil {
		item.Target = q.TargetSeconds
		item.Unwanted = unwanted(q, c)
		if c.State.InLine() {
			item.LineAt = optional(q.LineKey(c, 0))
		}
	}
	if w := c.Channel.HumanWindow(); w > 0 && !c.LastCustomerAt.IsZero() {
		item.WindowClosesAt = optional(c.LastCustomerAt.Add(w))
	}
	return item
}

// unwanted tells whether supervisors want to know of somebody in line.
func unwanted(q *desk.Queue, c *desk.Conversation) bool {
	return c.State.InLine() && q.AlertDeclines > 0 && c.Declines >= q.AlertDeclines
}

func (a *API) conversationItems(list []*desk.Conversation) []ConversationItem {
	out := make([]ConversationItem, len(list))
	for i, c := range list {
		out[i] = a.conversationItem(c)
	}
	return out
}

// conversationDetail shows one to the agent me.
func (a *API) conversationDetail(me *desk.Agent, c *desk.Conversation, identity *desk.Identity) ConversationDetail {
	out := ConversationDetail{
		ConversationItem: a.conversationItem(c), Identity: *identity, OptedOut: identity.OptedOut,
		CanWork: desk.CanWork(me, c), CanTake: a.canTake(me, c), CanAssign: desk.Allowed(me.Role, desk.AssignOthers),
		TextLimit: textLimit(c.Channel),
	}
	if in := a.names.get().inboxes[c.InboxID]; in != nil {
		out.Broken = in.Broken
	}
	if c.CSATScore > 0 {
		r := rating(c)
		out.Rating = &r
	}
	return out
}

// canTake tells whether me may pull c: from the line when they serve it, from a
// colleague only when they may assign.
func (a *API) canTake(me *desk.Agent, c *desk.Conversation) bool {
	if !desk.Allowed(me.Role, desk.TakeConversation) || c.AgentID == me.ID && c.State == desk.Active {
		return false
	}
	if desk.Allowed(me.Role, desk.AssignOthers) {
		return true
	}
	return (c.State == desk.Waiting || !c.State.Open()) && desk.CanSee(me, c, a.names.get().queues[c.QueueID])
}

// textLimit is the most characters the channel's provider takes in one message:
// Twilio SMS 1,600, WhatsApp 4,096, Messenger 2,000.
func textLimit(c desk.Channel) int {
	switch c {
	case desk.SMS:
		return 1600
	case desk.WhatsApp:
		return 4096
	case desk.Messenger:
		return 2000
	}
	return 0
}

func rating(c *desk.Conversation) Rating {
	return Rating{Score: c.CSATScore, Comment: c.CSATComment, At: optional(c.CSATAt)}
}

func (a *API) messageItem(m *desk.Message) MessageItem {
	item := MessageItem{Message: *m, AgentName: a.names.get().agent(m.AgentID)}
	if item.Attachments == nil {
		item.Attachments = []desk.Attachment{}
	}
	return item
}

func (a *API) offerItem(o *desk.Offer, c *desk.Conversation) OfferItem {
	return OfferItem{ID: o.ID, AgentID: o.AgentID, MadeAt: o.MadeAt, ExpiresAt: o.ExpiresAt, Words: o.Decision.Words, Conversation: a.conversationItem(c)}
}

func (a *API) eventItem(e desk.Event) EventItem {
	known := a.names.get()
	return EventItem{Event: e, AgentName: known.agent(e.AgentID), ActorName: known.agent(e.ActorID), QueueName: known.queue(e.QueueID)}
}

func (a *API) agentItem(g *desk.Agent) AgentItem {
	item := AgentItem{
		ID: g.ID, Name: g.Name, Email: g.Email, Role: g.Role, Enabled: g.Enabled, Presence: g.Presence, Reason: g.Reason, Next: g.Next,
		PresenceSince: g.PresenceSince, Load: g.Load, Capacity: g.Capacity, Skills: g.Skills, ChannelLimits: g.ChannelLimits,
		HardCapacity: g.HardCapacity, Costs: g.Costs, Hours: g.Hours, OffHours: g.OffHours,
	}
	if at, ok := g.Hours.NextChange(a.Now()); ok {
		item.HoursChange = &at
	}
	if item.Costs == nil {
		item.Costs = map[string]int{}
	}
	if item.Skills == nil {
		item.Skills = map[string]int{}
	}
	if item.ChannelLimits == nil {
		item.ChannelLimits = map[desk.Channel]int{}
	}
	return item
}

// lines names the queues an agent serves, in the order they were made.
func lines(all []*desk.Queue, g *desk.Agent) []Named {
	out := []Named{}
	for _, q := range all {
		if q.Accepts(g) {
			out = append(out, Named{ID: q.ID, Name: q.Name})
		}
	}
	return out
}

func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
