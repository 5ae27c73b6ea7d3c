package store

import (
	"context"

	"parley/desk"
)

// VisitorKey names a visitor of a web chat inbox.
type VisitorKey struct {
	Inbox   desk.ID
	Visitor string
}

// VisitorConversations finds the latest conversation of each visitor who has one,
// in one statement: after a restart everybody asks at once.
func (s *Store) VisitorConversations(ctx context.Context, keys []VisitorKey) (map[VisitorKey]*desk.Conversation, error) {
	values := make([]string, len(keys))
	asked := make(map[VisitorKey]bool, len(keys))
	for i, k := range keys {
		values[i], asked[k] = k.Visitor, true
	}
	var rows []struct {
		Found   conversationRecord `gorm:"embedded"`
		Visitor string
	}
	err := s.read(ctx).Raw(`SELECT * FROM (
			SELECT c.*, i.value AS visitor, ROW_NUMBER() OVER (PARTITION BY c.inbox_id, i.value ORDER BY c.last_at DESC, c.id DESC) AS nth
			FROM identities i JOIN conversations c ON c.contact_id = i.contact_id
			WHERE i.kind = ? AND i.scope = '' AND i.value IN ?) AS latest
		WHERE nth = 1`, desk.Visitor, values).Scan(&rows).Error
	if err != nil {
		return nil, down(err)
	}
	found := make(map[VisitorKey]*desk.Conversation, len(rows))
	for i := range rows {
		if k := (VisitorKey{rows[i].Found.InboxID, rows[i].Visitor}); asked[k] {
			found[k] = rows[i].Found.conversation()
		}
	}
	return found, nil
}
