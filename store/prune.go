package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"parley/desk"
)

// What is removed when its time is over. Each call removes a bounded amount and
// tells how many rows (or, of what is in partitions, partitions) went: none
// means that it is done for now. What is still of use is never removed.

// Prune removes processed inbound rows, and with them the key against
// duplicates, older than age.
func (s *Store) Prune(ctx context.Context, age time.Duration, limit int) (int64, error) {
	// Found in the order on disk, which is that of time: whole pages come free.
	res := s.writer.WithContext(ctx).Exec("DELETE FROM inbound WHERE id "+s.first("SELECT id FROM inbound i WHERE accepted_at < ? AND NOT EXISTS (SELECT 1 FROM intake t WHERE t.id = i.id) LIMIT ?"),
		micros(s.cfg.Now().Add(-age)), limit)
	return res.RowsAffected, down(res.Error)
}

// PruneLog removes events older than age. Whoever asks for them afterwards is
// told that they are gone.
func (s *Store) PruneLog(ctx context.Context, age time.Duration, limit int) (int64, error) {
	before := s.cfg.Now().Add(-age)
	if s.pg {
		return s.dropParts(ctx, splits[0], before, nil)
	}
	res := s.writer.WithContext(ctx).Exec("DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE at < ? ORDER BY at, seq LIMIT ?)", micros(before), limit)
	return res.RowsAffected, down(res.Error)
}

// PruneFacts removes facts older than age. Reports stay as they are: they are
// made from the packs of days that are over.
func (s *Store) PruneFacts(ctx context.Context, age time.Duration, limit int) (int64, error) {
	before := s.cfg.Now().Add(-age)
	pack := func(last time.Time) error {
		return s.packUpTo(ctx, last.In(s.cfg.Zone).AddDate(0, 0, 1).Format(time.DateOnly))
	}
	if s.pg {
		return s.dropParts(ctx, splits[1], before, pack)
	}
	if err := pack(before); err != nil {
		return 0, down(err)
	}
	// Whole days only, or a pack made later would lack what went.
	res := s.writer.WithContext(ctx).Exec("DELETE FROM facts WHERE id IN (SELECT id FROM facts WHERE day < ? LIMIT ?)", before.In(s.cfg.Zone).Format(time.DateOnly), limit)
	return res.RowsAffected, down(res.Error)
}

// rowsEach is about how many rows a conversation has in all tables.
const rowsEach = 10

// PruneConversations removes conversations that ended longer than age ago, with
// their messages, files and offers. Contacts and facts stay. It tells how many
// conversations went; limit is of rows, roughly.
func (s *Store) PruneConversations(ctx context.Context, age time.Duration, limit int) (int64, error) {
	var n int64
	err := s.writer.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		var ids []desk.ID
		err := db.Model(&conversationRecord{}).Where("NOT open AND resolved_at < ?", micros(s.cfg.Now().Add(-age))).
			Order("resolved_at, id").Limit(max(1, limit/rowsEach)).Pluck("id", &ids).Error
		if err != nil || len(ids) == 0 {
			return err
		}
		// Locked as everybody locks them, and looked at again: one may have been reopened.
		locked := &tx{DB: db, s: s, conversations: map[desk.ID]*desk.Conversation{}}
		if err := locked.lockConversations(ids); err != nil {
			return err
		}
		ids = ids[:0]
		for id, c := range locked.conversations {
			if !c.State.Open() {
				ids = append(ids, id)
			}
		}
		n = int64(len(ids))
		return s.deleteConversations(db, ids)
	})
	return n, down(err)
}

// deleteConversations removes conversations with all that refers to them.
func (s *Store) deleteConversations(db *gorm.DB, ids []desk.ID) error {
	of, list := s.oneOf("conversation_id", ids)
	var messages, files []desk.ID
	if err := db.Model(&messageRecord{}).Where(of, list).Pluck("id", &messages).Error; err != nil {
		return err
	}
	with, theirs := s.oneOf("message_id", messages)
	if err := db.Model(&attachmentRecord{}).Where(with, theirs).Pluck("id", &files).Error; err != nil {
		return err
	}
	for _, d := range []struct {
		from, column string
		ids          []desk.ID
	}{{"blobs", "id", files}, {"attachments", "id", files}, {"messages", "id", messages}, {"offers", "conversation_id", ids}, {"conversations", "id", ids}} {
		condition, list := s.oneOf(d.column, d.ids)
		if err := db.Exec("DELETE FROM "+d.from+" WHERE "+condition, list).Error; err != nil {
			return err
		}
	}
	return nil
}

// first is a condition on an id: it is among those of a query, which is run first.
func (s *Store) first(query string) string {
	if s.pg {
		return "= ANY(ARRAY(" + query + "))"
	}
	return "IN (" + query + ")"
}
