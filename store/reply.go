package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm/clause"

	"parley/desk"
)

// Reply is a message an agent writes.
type Reply struct {
	ID             desk.ID // made by the client; a known id is the same message
	ConversationID desk.ID
	AgentID        desk.ID
	Text           string
	Note           bool
	Attachments    []desk.ID // uploads of the same agent
	Mentions       []desk.ID // of a note: agents who are asked, and may read along from now on
	// Seen, when above 0, makes it fail with Conflict if another agent wrote to
	// the customer after that event.
	Seen int64
}

// Reply commits an agent's message: to the customer as queued (this row is the
// outbox), or as a note that never leaves. It returns the message as stored;
// the same id again changes nothing.
func (s *Store) Reply(ctx context.Context, r Reply) (*desk.Message, error) {
	var out *desk.Message
	err := s.write(ctx, func(t *tx) error {
		out = nil
		c, err := t.conversation(r.ConversationID)
		if err != nil {
			return err
		}
		if same, err := t.sameMessage(r.ID, r.ConversationID); same != nil || err != nil {
			out = same
			return err
		}
		if r.Seen > 0 {
			if err := t.nobodyAnswered(c, r); err != nil {
				return err
			}
		}
		m := desk.Message{ID: r.ID, ConversationID: c.ID, ContactID: c.ContactID, Direction: desk.Out, Author: desk.ByAgent, AgentID: r.AgentID,
			Kind: desk.Text, Text: desk.CleanText(r.Text, 65536), Status: desk.Queued, At: t.now, Attachments: []desk.Attachment{}}
		if err := t.attach(&m, r); err != nil {
			return err
		}
		if r.Note {
			m.Kind, m.Status = desk.Note, desk.Sent
			if err := t.consult(c, r.Mentions); err != nil {
				return err
			}
			t.messages = append(t.messages, messageRecord{MessageRow: MessageRow(m), InboxID: c.InboxID})
			t.tell(desk.EvMessageCreated, c, desk.Event{MessageID: m.ID, ActorID: r.AgentID, Data: desk.EventData{Mentions: r.Mentions}}).Message = &m
			out = &m
			return nil
		}
		if err := t.maySend(c); err != nil {
			return err
		}
		if c.Channel.Live() {
			m.Status = desk.Sent
		}
		firstAsked, open := c.Answer(&m, t.now)
		t.facts = append(t.facts, t.measure(c).Answered(c, r.AgentID, firstAsked, open)...)
		t.messages = append(t.messages, messageRecord{MessageRow: MessageRow(m), InboxID: c.InboxID, NextAttemptAt: t.now})
		t.save(c)
		t.tell(desk.EvMessageCreated, c, desk.Event{MessageID: m.ID, ActorID: r.AgentID}).Message = &m
		out = &m
		return nil
	})
	return out, err
}

// consult lets agents read a conversation that they are asked about.
func (t *tx) consult(c *desk.Conversation, agents []desk.ID) error {
	for i, id := range agents {
		a, err := t.agent(id)
		if err != nil || !a.Enabled {
			return desk.FieldError(fmt.Sprintf("mentions[%d]", i), "there is no such agent")
		}
		if !slices.Contains(c.ConsultedAgentIDs, id) {
			c.ConsultedAgentIDs = append(slices.Clip(c.ConsultedAgentIDs), id)
			t.save(c)
		}
	}
	return nil
}

func (t *tx) sameMessage(id, conversation desk.ID) (*desk.Message, error) {
	var row messageRecord
	if err := t.Where("id = ?", id).Limit(1).Find(&row).Error; err != nil || row.ID == "" {
		return nil, err
	}
	if row.ConversationID != conversation {
		return nil, desk.FieldError("id", "is taken by another message; make a new one")
	}
	m := row.message()
	return m, t.s.loadAttachments(t.DB, []*desk.Message{m})
}

func (t *tx) nobodyAnswered(c *desk.Conversation, r Reply) error {
	var row eventRow
	err := t.Where("conversation_id = ? AND seq > ? AND type = ? AND actor_id IS NOT NULL AND actor_id <> ?", c.ID, r.Seen, desk.EvMessageCreated, r.AgentID).
		Order("seq DESC").Limit(1).Find(&row).Error
	if err != nil || row.Seq == 0 {
		return err
	}
	var note int64
	if err := t.Model(&messageRecord{}).Where("id = ? AND kind <> ?", row.MessageID, desk.Note).Count(&note).Error; err != nil || note == 0 {
		return err
	}
	a, err := t.agent(row.ActorID)
	if err != nil {
		return err
	}
	return desk.Errorf(desk.Conflict, "%s replied meanwhile", a.Name)
}

// maySend refuses what could not reach the customer anyway, before it is queued.
func (t *tx) maySend(c *desk.Conversation) error {
	if !c.State.Open() {
		return desk.Errorf(desk.Conflict, "the conversation is %s; reopen it to write", c.State)
	}
	if w := c.Channel.HumanWindow(); w > 0 && t.now.Sub(c.LastCustomerAt) > w {
		return desk.Errorf(desk.Conflict, "the customer last wrote more than %d hours ago; %s takes no free text until they write again", int(w.Hours()), c.Channel)
	}
	var id identityRow
	if err := t.Where("id = ?", c.IdentityID).Limit(1).Find(&id).Error; err != nil {
		return err
	}
	if id.OptedOut {
		return desk.Errorf(desk.Conflict, "the customer opted out (STOP); nothing can be sent until they write START")
	}
	return nil
}

// attach takes the agent's uploads into the message.
func (t *tx) attach(m *desk.Message, r Reply) error {
	if len(r.Attachments) == 0 {
		if m.Text == "" {
			return desk.FieldError("text", "is empty; write something or attach a file")
		}
		return nil
	}
	var rows []attachmentRecord
	err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id IN ? AND owner = ? AND message_id IS NULL", r.Attachments, "agent:"+r.AgentID).Find(&rows).Error
	if err != nil {
		return err
	}
	if len(rows) != len(r.Attachments) {
		return desk.FieldError("attachments", "an upload is not there or was sent already; upload it again")
	}
	for i, id := range r.Attachments {
		for _, row := range rows {
			if row.ID == id {
				m.Attachments = append(m.Attachments, desk.Attachment(row.AttachmentRow))
				err := t.Exec("UPDATE attachments SET message_id = ?, conversation_id = ?, position = ? WHERE id = ?", m.ID, m.ConversationID, i, id).Error
				if err != nil {
					return err
				}
			}
		}
	}
	if m.Text == "" {
		m.Kind = m.Attachments[0].Kind
	}
	return nil
}
