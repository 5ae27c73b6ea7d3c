package store

import (
	"fmt"
	"time"

	"parley/desk"
)

// message takes a customer's message in: into the open conversation, into the
// one that ended lately (which goes back in line), or into a new one.
func (r *reception) message(in *desk.Inbound, inbox *desk.Inbox) error {
	if in.Message == nil {
		return desk.Errorf(desk.Invalid, "a message item without its message")
	}
	if r.taken[in.Message.ID] {
		return nil // a visitor's message under an id that is another's: not theirs to use
	}
	c := r.conversationOf(in)
	if c != nil && !c.State.Open() {
		if done, err := r.answersRating(c, in, inbox); done || err != nil {
			return err
		}
	}
	if c != nil {
		if done, err := r.answersWait(c, in, inbox); done || err != nil {
			return err
		}
	}
	fresh := false
	if c == nil {
		var err error
		if c, err = r.begin(in, inbox); err != nil {
			return err
		}
		fresh = true
	}
	m := r.record(c, in, inbox)
	c.Hear(m, m.At)
	if fresh {
		r.facts = append(r.facts, r.measure(c).Started(c))
	}
	r.saveHeard(c)
	if fresh || c.State == desk.Snoozed || !c.State.Open() {
		r.save(c) // as wake changes it
	}
	r.tell(desk.EvMessageReceived, c, desk.Event{MessageID: m.ID}).Message = m
	return r.wake(c, fresh, in, inbox)
}

// wake moves the conversation to where a message from the customer puts it.
func (r *reception) wake(c *desk.Conversation, fresh bool, in *desk.Inbound, inbox *desk.Inbox) error {
	switch {
	case fresh:
		r.seen = append(r.seen, c.ContactID)
		if err := c.Move(desk.Waiting, r.now); err != nil {
			return err
		}
		fromQueue := r.afterHours(c)
		r.tell(desk.EvConversationQueued, c, desk.Event{Data: r.told(c.Route(desk.EventData{From: desk.New, FromQueueID: fromQueue, Rule: r.matched[c.ID]}), c)})
	case !c.State.Open():
		r.seen = append(r.seen, c.ContactID)
		from := c.State
		decision, err := r.direct(c, in, inbox)
		if err != nil {
			return err
		}
		if err := c.Reopen(r.now); err != nil {
			return err
		}
		c.AskedAt, c.UnansweredSince = c.LastCustomerAt, c.LastCustomerAt
		r.facts = append(r.facts, r.measure(c).Count(c, desk.ReopenedCount, c.PreferredAgentID))
		fromQueue := r.afterHours(c)
		r.tell(desk.EvConversationReopened, c, desk.Event{Data: r.told(c.Route(desk.EventData{From: from, FromQueueID: fromQueue, Rule: decision.Match}), c)})
		r.tellFailed(c, decision.Failed)
	case c.State == desk.Snoozed:
		return r.wakeSnoozed(c, "customer")
	}
	return nil
}

// told notes the expected wait of who enters a line.
func (r *reception) told(d desk.EventData, c *desk.Conversation) desk.EventData {
	if r.s.cfg.Expect == nil || !c.State.InLine() {
		return d
	}
	if low, high, ok := r.s.cfg.Expect(c); ok {
		d.Told = &desk.WaitRange{Low: low.Seconds(), High: high.Seconds()}
		c.ToldLow, c.ToldHigh = int(low.Seconds()), int(high.Seconds())
	}
	return d
}

// wakeSnoozed gives a conversation back to its owner: a returning customer may
// exceed the owner's capacity, up to the hard limit. With the owner gone or that
// full it goes back in line. by is what woke it: customer or time.
func (r *reception) wakeSnoozed(c *desk.Conversation, by string) error {
	owner, err := r.agent(c.AgentID)
	if err != nil {
		return err
	}
	cost := owner.CostOf(c)
	if owner.Presence == desk.Offline || !owner.Enabled || !owner.Hours.OpenAt(r.now) || owner.Load+cost > owner.Hard() {
		c.PreferredAgentID = c.AgentID
		if err := c.Move(desk.Waiting, r.now); err != nil {
			return err
		}
		fromQueue := r.afterHours(c)
		r.tell(desk.EvConversationQueued, c, desk.Event{Data: c.Route(desk.EventData{From: desk.Snoozed, FromQueueID: fromQueue})})
		return nil
	}
	if err := c.Move(desk.Active, r.now); err != nil {
		return err
	}
	c.Cost = cost
	owner.Load += cost
	r.saveAgent(owner)
	r.tell(desk.EvConversationWoken, c, desk.Event{Data: desk.EventData{From: desk.Snoozed, Reason: by, Cost: cost}})
	return nil
}

// begin makes a new conversation for the item's contact.
func (r *reception) begin(in *desk.Inbound, inbox *desk.Inbox) (*desk.Conversation, error) {
	id := r.identities[in.Identity.Key()]
	if id == nil {
		return nil, desk.Errorf(desk.Invalid, "a message from nobody")
	}
	contact, err := r.contact(id.ContactID)
	if err != nil {
		return nil, err
	}
	q := r.config.queues[inbox.QueueID]
	if q == nil {
		return nil, fmt.Errorf("inbox %s has no queue", inbox.Name)
	}
	c := &desk.Conversation{
		ID: desk.NewID(), InboxID: inbox.ID, Channel: inbox.Channel, ContactID: contact.ID, ContactName: contact.Name,
		IdentityID: id.ID, QueueID: q.ID, State: desk.New, Cost: q.Cost(inbox.Channel), Priority: q.Priority + inbox.Priority,
		Requirements: inbox.Requirements, CreatedAt: r.now, StateSince: r.now, Context: in.Context, Language: contact.Language,
	}
	if last, err := r.lastAgent(contact.ID); err == nil {
		c.PreferredAgentID = last
	} else {
		return nil, err
	}
	decision, err := r.direct(c, in, inbox)
	if err != nil {
		return nil, err
	}
	r.matched[c.ID] = decision.Match
	r.conversations[c.ID] = c
	r.byPair[pair{c.InboxID, c.ContactID}] = c
	r.tell(desk.EvConversationCreated, c, desk.Event{Data: desk.EventData{Fields: map[string]string{"page": in.Context.Page, string(id.Kind): id.Value}}})
	r.tellFailed(c, decision.Failed)
	return c, nil
}

// lastAgent is who last took care of the contact, on any channel.
func (r *reception) lastAgent(contact desk.ID) (desk.ID, error) {
	if r.isNew(contact) {
		return "", nil
	}
	var row conversationRecord
	err := r.Select("agent_id").Where("contact_id = ? AND agent_id IS NOT NULL", contact).Order("last_at DESC").Limit(1).Find(&row).Error
	return row.AgentID, err
}

// record makes the message's row and those of its files.
func (r *reception) record(c *desk.Conversation, in *desk.Inbound, inbox *desk.Inbox) *desk.Message {
	m := *in.Message
	if !desk.ValidID(m.ID) {
		m.ID = desk.NewID()
	}
	m.ConversationID, m.ContactID, m.Direction, m.Status = c.ID, c.ContactID, desk.In, desk.Received
	if m.Author == "" {
		m.Author = desk.ByCustomer
	}
	// When it was accepted, not when its turn came: what a sweep brings late
	// stands where it belongs.
	m.At, m.ProviderAt = r.acceptedAt[in.ID], in.At
	m.Attachments = []desk.Attachment{}
	for i, f := range in.Files {
		a := desk.Attachment{ID: desk.NewID(), Kind: f.Kind, Name: f.Name, Type: f.Type, State: desk.AttachmentPending, Source: f.Source}
		if f.Stored != "" {
			up, there := r.uploaded[f.Stored]
			if !there || up.Owner != "visitor:"+in.Identity.Value || up.MessageID != "" {
				continue
			}
			a = desk.Attachment(up.AttachmentRow)
			r.uploads = append(r.uploads, upload{f.Stored, m.ID, c.ID, "visitor:" + in.Identity.Value})
		} else {
			r.attachments = append(r.attachments, attachmentRecord{AttachmentRow: AttachmentRow(a), MessageID: m.ID, ConversationID: c.ID,
				Owner: "inbox:" + inbox.ID, Position: i, CreatedAt: r.now, NextAttemptAt: r.now})
		}
		m.Attachments = append(m.Attachments, a)
	}
	if m.Kind == desk.File && m.Text == "" && len(m.Attachments) > 0 {
		m.Kind = m.Attachments[0].Kind
	}
	r.messages = append(r.messages, messageRecord{MessageRow: MessageRow(m), InboxID: inbox.ID})
	return &m
}

// loadTaken finds which ids that visitors made for their messages exist already.
func (r *reception) loadTaken() error {
	var ids []desk.ID
	for _, in := range r.items {
		if in.Identity.Kind == desk.Visitor && in.Message != nil && desk.ValidID(in.Message.ID) {
			ids = append(ids, in.Message.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var found []desk.ID
	err := r.Model(&messageRecord{}).Where(r.s.oneOf("id", ids)).Pluck("id", &found).Error
	r.taken = map[desk.ID]bool{}
	for _, id := range found {
		r.taken[id] = true
	}
	return err
}

// loadUploads reads the files that customers' messages name.
func (r *reception) loadUploads() error {
	var ids []desk.ID
	for _, in := range r.items {
		for _, f := range in.Files {
			if f.Stored != "" {
				ids = append(ids, f.Stored)
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var rows []attachmentRecord
	err := r.Where("id IN ?", ids).Find(&rows).Error
	r.uploaded = map[desk.ID]attachmentRecord{}
	for _, row := range rows {
		r.uploaded[row.ID] = row
	}
	return err
}

// echo is a human's answer from the provider's own app: shown in the thread,
// credited to nobody here.
func (r *reception) echo(in *desk.Inbound, inbox *desk.Inbox) error {
	c := r.conversationOf(in)
	if c == nil || in.Message == nil {
		return nil
	}
	m := r.record(c, in, inbox)
	m.Direction, m.Author, m.Status, m.Outside = desk.Out, desk.ByAgent, desk.Sent, true
	r.messages[len(r.messages)-1].MessageRow = MessageRow(*m)
	c.Mention(m)
	c.UnansweredSince = time.Time{}
	r.save(c)
	r.tell(desk.EvMessageCreated, c, desk.Event{MessageID: m.ID}).Message = m
	return nil
}

// optOut mirrors STOP and START, which the provider has answered already.
func (r *reception) optOut(in *desk.Inbound, inbox *desk.Inbox) error {
	id := r.identities[in.Identity.Key()]
	if id == nil {
		return nil
	}
	out := in.Kind == desk.InOptOut
	if !out && !id.OptedOut && in.Message != nil {
		return r.message(in, inbox) // "yes" from somebody who never opted out is an answer
	}
	if id.OptedOut != out {
		id.OptedOut = out
		r.optChanged[id.ID] = out
	}
	c := r.conversationOf(in)
	if c == nil || !c.State.Open() {
		return nil
	}
	if in.Message != nil {
		m := r.record(c, in, inbox)
		c.Mention(m)
		r.tell(desk.EvMessageReceived, c, desk.Event{MessageID: m.ID}).Message = m
	}
	words := "The customer opted out (STOP). Nothing can be sent until they write START."
	if !out {
		words = "The customer opted in again (START)."
	}
	r.notice(c, words)
	return nil
}

// notice puts words of Parley's own into the thread, for agents.
func (t *tx) notice(c *desk.Conversation, text string) {
	m := desk.Message{ID: desk.NewID(), ConversationID: c.ID, ContactID: c.ContactID, Direction: desk.Out, Author: desk.BySystem,
		Kind: desk.Notice, Text: text, Status: desk.Sent, At: t.now.Add(time.Millisecond), Attachments: []desk.Attachment{}}
	t.messages = append(t.messages, messageRecord{MessageRow: MessageRow(m), InboxID: c.InboxID})
	t.save(c)
	t.tell(desk.EvMessageCreated, c, desk.Event{MessageID: m.ID}).Message = &m
}

// left ends a visitor's stay: whoever still waited has abandoned the line, at
// the moment they left.
func (r *reception) left(in *desk.Inbound) error {
	c := r.conversationOf(in)
	if c == nil || !c.State.Open() {
		return nil
	}
	if c.State.InLine() && c.Instead == "" {
		return r.abandon(c, in.At)
	}
	r.notice(c, "The customer ended the chat.")
	return nil
}
