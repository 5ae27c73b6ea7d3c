package store

import (
	"context"

	"gorm.io/gorm"

	"parley/desk"
)

// LastSeq is the number of the newest event.
func (s *Store) LastSeq(ctx context.Context) (int64, error) {
	var n int64
	return n, down(s.read(ctx).Raw("SELECT n FROM counters WHERE name = 'events'").Scan(&n).Error)
}

// After reads the changes after seq, in order, at most limit, each with what it
// is about as it stands now (which is that change or a later one). It fails with
// Gone when the log does not reach back to there any more.
func (s *Store) After(ctx context.Context, seq int64, limit int) ([]desk.Change, error) {
	var rows []eventRow
	if err := s.read(ctx).Where("seq > ?", seq).Order("seq").Limit(limit).Find(&rows).Error; err != nil {
		return nil, down(err)
	}
	if err := s.reaches(ctx, seq, rows); err != nil {
		return nil, err
	}
	return s.complete(s.read(ctx), rows)
}

// reaches tells whether rows are what followed seq. Numbers are dense and
// committed in their order, so what is missing has been pruned.
func (s *Store) reaches(ctx context.Context, seq int64, rows []eventRow) error {
	gone := len(rows) > 0 && rows[0].Seq != max(seq, 0)+1
	if len(rows) == 0 {
		var newest int64
		if err := s.read(ctx).Raw("SELECT n FROM counters WHERE name = 'events' AND NOT EXISTS (SELECT 1 FROM events WHERE seq > ?)", seq).Scan(&newest).Error; err != nil {
			return down(err)
		}
		gone = newest > seq
	}
	if gone {
		return desk.Errorf(desk.Gone, "what followed event %d is not kept any more; read the present state instead", seq)
	}
	return nil
}

// ConversationEvents reads the timeline of a conversation, oldest first.
func (s *Store) ConversationEvents(ctx context.Context, id desk.ID) ([]desk.Event, error) {
	var rows []eventRow
	err := s.read(ctx).Where("conversation_id = ?", id).Order("seq").Limit(2000).Find(&rows).Error
	out := make([]desk.Event, len(rows))
	for i, r := range rows {
		out[i] = desk.Event(r)
	}
	return out, down(err)
}

// complete joins events with what they are about: one query a table.
func (s *Store) complete(db *gorm.DB, rows []eventRow) ([]desk.Change, error) {
	var conversations, messages, agents, offers []desk.ID
	for _, r := range rows {
		conversations = appendID(conversations, r.ConversationID)
		messages = appendID(messages, r.MessageID)
		agents = appendID(appendID(agents, r.AgentID), r.Data.FromAgentID)
		offers = appendID(offers, r.Data.OfferID)
	}
	byConversation, err := s.conversationsByID(db, conversations)
	if err != nil {
		return nil, err
	}
	byMessage, err := s.messagesByID(db, messages)
	if err != nil {
		return nil, err
	}
	byAgent := map[desk.ID]*desk.Agent{}
	byOffer := map[desk.ID]*desk.Offer{}
	var agentRows []agentRow
	if len(agents) > 0 {
		if err := db.Where("id IN ?", agents).Find(&agentRows).Error; err != nil {
			return nil, down(err)
		}
	}
	for _, r := range agentRows {
		a := desk.Agent(r)
		byAgent[a.ID] = &a
	}
	var offerRows []offerRow
	if len(offers) > 0 {
		if err := db.Where("id IN ?", offers).Find(&offerRows).Error; err != nil {
			return nil, down(err)
		}
	}
	for _, r := range offerRows {
		o := desk.Offer(r)
		byOffer[o.ID] = &o
	}
	out := make([]desk.Change, len(rows))
	for i, r := range rows {
		out[i] = desk.Change{Event: desk.Event(r), Conversation: byConversation[r.ConversationID], Message: byMessage[r.MessageID],
			Agent: byAgent[r.AgentID], Offer: byOffer[r.Data.OfferID]}
		if from := byAgent[r.Data.FromAgentID]; from != nil {
			out[i].Agents = []*desk.Agent{from}
		}
	}
	return out, nil
}

func appendID(ids []desk.ID, id desk.ID) []desk.ID {
	if id == "" {
		return ids
	}
	return append(ids, id)
}

func (s *Store) conversationsByID(db *gorm.DB, ids []desk.ID) (map[desk.ID]*desk.Conversation, error) {
	out := map[desk.ID]*desk.Conversation{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []conversationRecord
	err := db.Where("id IN ?", ids).Find(&rows).Error
	for _, r := range rows {
		out[r.ID] = r.conversation()
	}
	return out, down(err)
}

func (s *Store) messagesByID(db *gorm.DB, ids []desk.ID) (map[desk.ID]*desk.Message, error) {
	out := map[desk.ID]*desk.Message{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []messageRecord
	if err := db.Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, down(err)
	}
	list := make([]*desk.Message, 0, len(rows))
	for _, r := range rows {
		m := r.message()
		out[m.ID] = m
		list = append(list, m)
	}
	return out, s.loadAttachments(db, list)
}

// loadAttachments fills in the files of messages, in one query.
func (s *Store) loadAttachments(db *gorm.DB, messages []*desk.Message) error {
	if len(messages) == 0 {
		return nil
	}
	ids := make([]desk.ID, len(messages))
	at := make(map[desk.ID]*desk.Message, len(messages))
	for i, m := range messages {
		ids[i], at[m.ID] = m.ID, m
		m.Attachments = []desk.Attachment{}
	}
	var rows []attachmentRecord
	if err := db.Where("message_id IN ?", ids).Order("position, id").Find(&rows).Error; err != nil {
		return down(err)
	}
	for _, r := range rows {
		m := at[r.MessageID]
		m.Attachments = append(m.Attachments, desk.Attachment(r.AttachmentRow))
	}
	return nil
}
