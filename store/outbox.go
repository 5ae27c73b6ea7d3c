package store

import (
	"context"
	"time"

	"parley/desk"
)

// ClaimOutgoing takes a queued message for this node: from here on it counts as
// tried. It returns nil when there is nothing to do: sent, claimed elsewhere,
// not due yet, or an earlier one of the conversation is still on its way, so
// that customers read things in the order they were written.
func (s *Store) ClaimOutgoing(ctx context.Context, id desk.ID) (*desk.Outgoing, error) {
	config, err := s.configNow(ctx)
	if err != nil {
		return nil, err
	}
	var out *desk.Outgoing
	err = s.write(ctx, func(t *tx) error {
		out = nil
		var ids []desk.ID
		// By id and by thread, never by what all is in the outbox (hence no plain
		// status, which that index is of): it may hold a great many.
		// The attempt is on record before the call: a crash in between leaves
		// `sending`, which is never sent again blindly.
		err := t.Raw(`UPDATE messages SET status = ?, attempts = attempts + 1, claimed_by = ?, next_attempt_at = ? WHERE id = ? AND status || '' = ? AND next_attempt_at <= ?
			AND NOT EXISTS (SELECT 1 FROM messages e WHERE e.conversation_id = messages.conversation_id AND e.at > messages.at - ? AND (e.at, e.id) < (messages.at, messages.id)
				AND e.direction = 'out' AND e.status || '' IN ('queued', 'sending')) RETURNING id`,
			desk.Sending, s.cfg.Node, micros(t.now.Add(sendingFor)), id, desk.Queued, micros(t.now), orderedFor.Microseconds()).Scan(&ids).Error
		if err != nil || len(ids) == 0 {
			return err
		}
		var m messageRecord
		if err := t.Where("id = ?", id).First(&m).Error; err != nil {
			return err
		}
		var c conversationRecord
		if err := t.Where("id = ?", m.ConversationID).First(&c).Error; err != nil {
			return err
		}
		var i identityRow
		if err := t.Where("id = ?", c.IdentityID).First(&i).Error; err != nil {
			return err
		}
		msg := m.message()
		if err := s.loadAttachments(t.DB, []*desk.Message{msg}); err != nil {
			return err
		}
		out = &desk.Outgoing{Message: *msg, Identity: desk.Identity(i), LastCustomerAt: c.LastCustomerAt, Attempts: m.Attempts}
		if in := config.inboxes[c.InboxID]; in != nil {
			out.Inbox = *in
		}
		return nil
	})
	return out, err
}

// sendingFor is how long a call to a provider may take before its message
// counts as unknown: well above the adapters' time-out.
const sendingFor = 2 * time.Minute

// orderedFor bounds how far back a claim looks for earlier messages: longer than
// any is tried.
const orderedFor = 24 * time.Hour

// Sent records that the provider took the message.
func (s *Store) Sent(ctx context.Context, id desk.ID, externalID string) error {
	return s.outcome(ctx, id, desk.Sent, func(m *messageRecord) { m.ExternalID = externalID })
}

// NotSent records a final failure, in words for the agent.
func (s *Store) NotSent(ctx context.Context, id desk.ID, code, reason string) error {
	return s.outcome(ctx, id, desk.Failed, func(m *messageRecord) { m.Error, m.ErrorCode = reason, code })
}

// MaybeSent records that nobody knows whether the provider took it.
func (s *Store) MaybeSent(ctx context.Context, id desk.ID, reason string) error {
	return s.outcome(ctx, id, desk.Unknown, func(m *messageRecord) { m.Error = reason })
}

func (s *Store) outcome(ctx context.Context, id desk.ID, next desk.Status, change func(*messageRecord)) error {
	return s.write(ctx, func(t *tx) error {
		m, err := t.message(id)
		if err != nil {
			return err
		}
		had := m.ExternalID
		change(m)
		status, moved := m.Status.Advance(next)
		if !moved && m.ExternalID == had {
			return nil // its delivery was faster than this answer
		}
		if status != desk.Failed && status != desk.Unknown {
			m.Error, m.ErrorCode = "", ""
		}
		m.Status = status
		return t.saveStatus(m)
	})
}

// TryLater returns a claimed message to the outbox, due at at. With tried false
// the claim does not count as an attempt.
func (s *Store) TryLater(ctx context.Context, id desk.ID, at time.Time, tried bool) error {
	back := 1
	if tried {
		back = 0
	}
	return down(s.writer.WithContext(ctx).Exec("UPDATE messages SET status = ?, next_attempt_at = ?, attempts = attempts - ? WHERE id = ? AND status || '' = ?",
		desk.Queued, micros(at), back, id, desk.Sending).Error)
}

// Retry puts a failed or unknown message back in the outbox, because a person asked.
func (s *Store) Retry(ctx context.Context, id desk.ID) (*desk.Message, error) {
	var out *desk.Message
	err := s.write(ctx, func(t *tx) error {
		m, err := t.message(id)
		if err != nil {
			return err
		}
		if m.Status != desk.Failed && m.Status != desk.Unknown {
			return desk.Errorf(desk.Conflict, "the message is %s; only failed or unknown ones can be sent again", m.Status)
		}
		m.Status, m.Error, m.ErrorCode = desk.Queued, "", ""
		out = m.message()
		err = t.Exec("UPDATE messages SET status = ?, error = '', error_code = '', attempts = 0, next_attempt_at = ? WHERE id = ?", desk.Queued, micros(t.now), id).Error
		if err != nil {
			return err
		}
		return t.tellStatus(m)
	})
	return out, err
}

func (t *tx) message(id desk.ID) (*messageRecord, error) {
	var m messageRecord
	if err := t.Raw("SELECT * FROM messages WHERE id = ? AND direction = 'out'"+t.s.forUpdate(), id).Scan(&m).Error; err != nil {
		return nil, err
	}
	if m.ID == "" {
		return nil, &desk.Error{Code: desk.NotFound, Message: "there is no such message"}
	}
	return &m, nil
}

func (s *Store) forUpdate() string {
	if s.pg {
		return " FOR UPDATE"
	}
	return ""
}

func (t *tx) saveStatus(m *messageRecord) error {
	err := t.Exec("UPDATE messages SET status = ?, error = ?, error_code = ?, external_id = ? WHERE id = ?", m.Status, m.Error, m.ErrorCode, m.ExternalID, m.ID).Error
	if err != nil {
		return err
	}
	return t.tellStatus(m)
}

func (t *tx) tellStatus(m *messageRecord) error {
	msg := m.message()
	if err := t.s.loadAttachments(t.DB, []*desk.Message{msg}); err != nil {
		return err
	}
	t.tell(desk.EvMessageStatus, nil, desk.Event{MessageID: m.ID, ConversationID: m.ConversationID, ContactID: m.ContactID, InboxID: m.InboxID, AgentID: m.AgentID,
		Data: desk.EventData{Status: m.Status, Error: m.Error}}).Message = msg
	return nil
}

// Unsent gives outgoing messages that are due and older than age: what never
// reached a stream. Key is the partition key.
func (s *Store) Unsent(ctx context.Context, age time.Duration, limit int) ([]desk.Work, error) {
	var out []desk.Work
	err := s.read(ctx).Raw(`SELECT m.id, m.conversation_id AS key FROM messages m
		WHERE m.status IN ('queued', 'sending') AND m.status = 'queued' AND m.next_attempt_at <= ? ORDER BY m.next_attempt_at, m.id LIMIT ?`,
		micros(s.cfg.Now().Add(-age)), limit).Scan(&out).Error
	return out, down(err)
}

// GiveUpSending turns messages whose attempt never came back (the node died in
// the middle of the call) into unknown: they are never sent again blindly.
func (s *Store) GiveUpSending(ctx context.Context) error {
	var ids []desk.ID
	err := s.read(ctx).Model(&messageRecord{}).Where("status = 'sending' AND next_attempt_at <= ?", micros(s.cfg.Now())).Limit(200).Pluck("id", &ids).Error
	for _, id := range ids {
		if err := s.MaybeSent(ctx, id, "The server stopped while sending; it is not known whether the customer got this."); err != nil {
			return err
		}
	}
	return down(err)
}

// OptOut mirrors a refusal the provider told us of.
func (s *Store) OptOut(ctx context.Context, identity desk.ID) error {
	return down(s.writer.WithContext(ctx).Exec("UPDATE identities SET opted_out = ? WHERE id = ?", true, identity).Error)
}

// BreakInbox records why an inbox cannot send; "" when it can again.
func (s *Store) BreakInbox(ctx context.Context, id desk.ID, why string) error {
	defer s.ForgetConfig()
	return s.write(ctx, func(t *tx) error {
		res := t.Exec("UPDATE inboxes SET broken = ? WHERE id = ? AND broken <> ?", why, id, why)
		if res.Error != nil || res.RowsAffected == 0 {
			return res.Error
		}
		t.tell(desk.EvInboxChanged, nil, desk.Event{InboxID: id, Data: desk.EventData{Reason: why}})
		return nil
	})
}
