package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"parley/desk"
)

// ConversationFilter narrows a list; zero fields do not.
type ConversationFilter struct {
	States    []desk.State
	InboxID   desk.ID
	QueueIDs  []desk.ID // nil: any; empty: none
	AgentID   desk.ID
	ContactID desk.ID
	Channel   desk.Channel
	// Words must each occur in the contact's name or a message.
	Words string
	// VisibleTo limits to an agent's own and to these queues; "" sees all.
	VisibleTo     desk.ID
	VisibleQueues []desk.ID
	// Line orders by place in line instead of latest activity.
	Line   bool
	Limit  int
	Cursor string
}

// Conversations lists by latest activity, or by place in line, with the cursor
// of the next page ("" at the end).
func (s *Store) Conversations(ctx context.Context, f ConversationFilter) ([]*desk.Conversation, string, error) {
	q, err := s.filtered(ctx, f)
	if err != nil {
		return nil, "", err
	}
	column, dir, cmp := "last_at", "DESC", "<"
	if f.Line {
		column, dir, cmp = "line_key", "ASC", ">"
	}
	if f.Cursor != "" {
		at, id, err := readCursor(f.Cursor)
		if err != nil {
			return nil, "", err
		}
		q = q.Where(fmt.Sprintf("(%s, id) %s (?, ?)", column, cmp), at, id)
	}
	var rows []conversationRecord
	if err := q.Order(fmt.Sprintf("%s %s, id %s", column, dir, dir)).Limit(f.Limit + 1).Find(&rows).Error; err != nil {
		return nil, "", down(err)
	}
	next := ""
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		last := rows[f.Limit-1]
		at := last.LastAt
		if f.Line {
			at = last.LineKey
		}
		next = writeCursor(micros(at), last.ID)
	}
	out := make([]*desk.Conversation, len(rows))
	for i, r := range rows {
		out[i] = r.conversation()
	}
	return out, next, nil
}

func (s *Store) filtered(ctx context.Context, f ConversationFilter) (*gorm.DB, error) {
	q := s.read(ctx).Model(&conversationRecord{})
	if len(f.States) > 0 {
		q = q.Where("state IN ?", f.States)
	}
	if f.InboxID != "" {
		q = q.Where("inbox_id = ?", f.InboxID)
	}
	if f.QueueIDs != nil {
		q = q.Where("queue_id IN ?", f.QueueIDs)
	}
	if f.AgentID != "" {
		q = q.Where("agent_id = ?", f.AgentID)
	}
	if f.ContactID != "" {
		q = q.Where("contact_id = ?", f.ContactID)
	}
	if f.Channel != "" {
		q = q.Where("channel = ?", f.Channel)
	}
	if f.Line {
		q = q.Where("queued_at > 0")
	}
	if f.VisibleTo != "" {
		q = q.Where("agent_id = ? OR queue_id IN ?", f.VisibleTo, f.VisibleQueues)
	}
	for _, word := range strings.Fields(strings.ToLower(f.Words)) {
		like := "%" + likeEscape.Replace(word) + "%"
		q = q.Where(`lower(contact_name) LIKE ? ESCAPE '\' OR EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = conversations.id AND lower(m.text) LIKE ? ESCAPE '\')`, like, like)
	}
	return q, q.Error
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func writeCursor(at int64, id desk.ID) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s", at, id))
}

func readCursor(c string) (at int64, id desk.ID, err error) {
	b, err := base64.RawURLEncoding.DecodeString(c)
	if err == nil {
		_, err = fmt.Sscanf(string(b), "%d %s", &at, &id)
	}
	if err != nil || !desk.ValidID(id) {
		return 0, "", desk.FieldError("cursor", "is not one this server made; start again without it")
	}
	return at, id, nil
}

// Conversation reads one, with the identity answers go to.
func (s *Store) Conversation(ctx context.Context, id desk.ID) (*desk.Conversation, *desk.Identity, error) {
	var row conversationRecord
	if err := s.read(ctx).Where("id = ?", id).Limit(1).Find(&row).Error; err != nil {
		return nil, nil, down(err)
	}
	if row.ID == "" {
		return nil, nil, desk.Errorf(desk.NotFound, "there is no such conversation")
	}
	var identity identityRow
	if err := s.read(ctx).Where("id = ?", row.IdentityID).First(&identity).Error; err != nil {
		return nil, nil, down(err)
	}
	i := desk.Identity(identity)
	return row.conversation(), &i, nil
}

// Messages reads a page of a thread, oldest first: the newest page without a
// cursor, and with it the one before.
func (s *Store) Messages(ctx context.Context, conversation desk.ID, limit int, cursor string) ([]*desk.Message, string, error) {
	q := s.read(ctx).Where("conversation_id = ?", conversation)
	if cursor != "" {
		at, id, err := readCursor(cursor)
		if err != nil {
			return nil, "", err
		}
		q = q.Where("(at, id) < (?, ?)", at, id)
	}
	var rows []messageRecord
	if err := q.Order("at DESC, id DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", down(err)
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = writeCursor(micros(rows[limit-1].At), rows[limit-1].ID)
	}
	out := make([]*desk.Message, len(rows))
	for i, r := range rows {
		out[len(rows)-1-i] = r.message()
	}
	return out, next, s.loadAttachments(s.read(ctx), out)
}

// VisitorConversation finds the latest conversation of a web chat visitor in an inbox; nil when none.
func (s *Store) VisitorConversation(ctx context.Context, inbox desk.ID, visitor string) (*desk.Conversation, error) {
	var row conversationRecord
	err := s.read(ctx).Where("inbox_id = ? AND contact_id = (SELECT contact_id FROM identities WHERE kind = ? AND scope = '' AND value = ?)", inbox, desk.Visitor, visitor).
		Order("last_at DESC").Limit(1).Find(&row).Error
	if err != nil || row.ID == "" {
		return nil, down(err)
	}
	return row.conversation(), nil
}

// MessageByID reads one message with its files.
func (s *Store) MessageByID(ctx context.Context, id desk.ID) (*desk.Message, error) {
	m, err := s.messagesByID(s.read(ctx), []desk.ID{id})
	if err == nil && m[id] == nil {
		return nil, desk.Errorf(desk.NotFound, "there is no such message")
	}
	return m[id], err
}

// LastExternalID is the provider's id of the customer's latest message; "" when none.
func (s *Store) LastExternalID(ctx context.Context, conversation desk.ID) (string, error) {
	var row messageRecord
	err := s.read(ctx).Select("external_id").Where("conversation_id = ? AND direction = ?", conversation, desk.In).Order("at DESC, id DESC").Limit(1).Find(&row).Error
	return row.ExternalID, down(err)
}
