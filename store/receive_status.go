package store

import (
	"slices"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"parley/desk"
)

// loadStatuses reads and locks the sent messages that the batch has news of.
func (r *reception) loadStatuses() error {
	r.statuses, r.byExternal = map[desk.ID]*messageRecord{}, map[string]*messageRecord{}
	var ids, inboxes, external []string
	for _, in := range r.items {
		if in.Status == nil {
			continue
		}
		if desk.ValidID(in.Status.MessageID) {
			ids = append(ids, in.Status.MessageID)
		}
		if in.Status.ExternalID != "" {
			inboxes, external = append(inboxes, in.InboxID), append(external, in.Status.ExternalID)
		}
	}
	if len(ids)+len(external) == 0 {
		return nil
	}
	named, list := r.s.oneOf("id", ids)
	var rows []messageRecord
	// Each by an index of its own; with OR the database might read all of them.
	err := r.Clauses(clause.Locking{Strength: "UPDATE"}).Where("direction = 'out' AND id IN (SELECT id FROM messages WHERE "+named+
		" UNION SELECT id FROM messages WHERE direction = 'out' AND external_id <> '' AND "+r.s.pairsOf("inbox_id", "external_id")+")", list, r.s.list(inboxes), r.s.list(external)).
		Order("id").Find(&rows).Error
	if err != nil {
		return err
	}
	for i := range rows {
		r.keepStatus(&rows[i])
	}
	return r.loadSentFiles(rows)
}

// loadSentFiles fills in the files of messages there is news of: consoles
// replace the whole message by what they are told.
func (r *reception) loadSentFiles(rows []messageRecord) error {
	list := make([]*desk.Message, len(rows))
	for i := range rows {
		list[i] = (*desk.Message)(&rows[i].MessageRow)
	}
	return r.s.loadAttachments(r.DB, list)
}

func (r *reception) keepStatus(m *messageRecord) {
	if r.statuses[m.ID] != nil {
		return
	}
	r.statuses[m.ID] = m
	if m.ExternalID != "" {
		r.byExternal[m.InboxID+m.ExternalID] = m
	}
}

// status moves sent messages forward, never back. News of a message that is not
// there yet waits for it a while.
func (r *reception) status(in *desk.Inbound) error {
	u := in.Status
	if u == nil {
		return nil
	}
	if !u.Watermark.IsZero() {
		return r.watermark(in)
	}
	m := r.statuses[u.MessageID]
	if m == nil || m.InboxID != in.InboxID {
		m = r.byExternal[in.InboxID+u.ExternalID]
	}
	if m == nil {
		if r.now.Sub(r.acceptedAt[in.ID]) < unmatchedFor {
			r.later = append(r.later, in.ID)
		}
		return nil
	}
	// A status names its message; whose message that is, is ours to check.
	if id := r.identities[in.Identity.Key()]; id != nil && in.Identity.Kind == desk.Visitor && id.ContactID != m.ContactID {
		return nil
	}
	if m.ExternalID == "" && u.ExternalID != "" {
		m.ExternalID = u.ExternalID
	}
	return r.advance(m, u)
}

// watermark advances everything sent to the customer up to a moment: Messenger
// names no messages when it tells what was read.
func (r *reception) watermark(in *desk.Inbound) error {
	c := r.conversationOf(in)
	if c == nil {
		return nil
	}
	var rows []messageRecord
	err := r.Where("conversation_id = ? AND direction = ? AND status IN ? AND at <= ?", c.ID, desk.Out,
		[]desk.Status{desk.Sending, desk.Unknown, desk.Sent, desk.Delivered}, micros(in.Status.Watermark.Add(time.Second))).
		Where("kind NOT IN ?", []desk.Kind{desk.Note, desk.Notice}).Order("at").Limit(200).Find(&rows).Error
	if err != nil {
		return err
	}
	if err := r.loadSentFiles(rows); err != nil {
		return err
	}
	for i := range rows {
		r.keepStatus(&rows[i])
		if err := r.advance(r.statuses[rows[i].ID], in.Status); err != nil {
			return err
		}
	}
	return nil
}

func (r *reception) advance(m *messageRecord, u *desk.StatusUpdate) error {
	next, moved := m.Status.Advance(u.Status)
	if !moved {
		return nil
	}
	m.Status, m.Error, m.ErrorCode = next, "", ""
	if next == desk.Failed {
		m.Error, m.ErrorCode = u.Error, u.ErrorCode
	}
	msg := m.message()
	e := desk.Event{MessageID: m.ID, ConversationID: m.ConversationID, ContactID: m.ContactID, InboxID: m.InboxID, AgentID: m.AgentID,
		Data: desk.EventData{Status: next, Error: m.Error}}
	if c := r.conversations[m.ConversationID]; c != nil {
		e.QueueID, e.AgentID = c.QueueID, c.AgentID
	}
	r.tell(desk.EvMessageStatus, nil, e).Message = msg
	return nil
}

// saveStatuses writes the news in one statement; all these rows exist and are locked.
func (r *reception) saveStatuses() error {
	var rows []messageRecord
	for _, ch := range r.changes {
		if ch.Type == desk.EvMessageStatus && !slices.ContainsFunc(rows, func(m messageRecord) bool { return m.ID == ch.MessageID }) {
			rows = append(rows, *r.statuses[ch.MessageID])
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return r.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{"status", "error", "error_code", "external_id"})}).Create(&rows).Error
}

// answersRating takes a message after the end as the answer to "rate us", when
// that was asked and it reads like one. It tells whether that was all.
func (r *reception) answersRating(c *desk.Conversation, in *desk.Inbound, inbox *desk.Inbox) (bool, error) {
	if c.State != desk.Resolved || in.Message.Kind != desk.Text && in.Message.Kind != desk.Choice {
		return false, nil
	}
	text := strings.TrimSpace(in.Message.Text)
	switch {
	case c.CSAT == desk.CSATAsked && r.now.Sub(c.CSATAskedAt) < desk.CSATWindow:
		score, comment, ok := desk.ParseRating(text)
		if !ok {
			return false, nil
		}
		r.heard(c, in, inbox)
		r.rate(c, score, comment)
		if comment == "" {
			r.say(c, "Thank you! If you like, tell us in a few words why.")
		} else {
			r.say(c, "Thank you for your feedback!")
		}
		return true, nil
	case c.CSAT == desk.CSATRated && r.now.Sub(c.CSATAt) < desk.CSATCommentWindow && !strings.Contains(text, "?"):
		r.heard(c, in, inbox)
		r.rate(c, c.CSATScore, text)
		r.say(c, "Thank you for your feedback!")
		return true, nil
	}
	return false, nil
}

// heard records a message that reopens nothing.
func (r *reception) heard(c *desk.Conversation, in *desk.Inbound, inbox *desk.Inbox) {
	m := r.record(c, in, inbox)
	c.Mention(m)
	c.LastCustomerAt = m.At
	r.tell(desk.EvMessageReceived, c, desk.Event{MessageID: m.ID}).Message = m
}

// rating is web chat's form.
func (r *reception) rating(in *desk.Inbound) error {
	c := r.conversationOf(in)
	if c == nil || c.State != desk.Resolved || c.CSAT == desk.CSATNone || in.Score < 1 || in.Score > 5 {
		return nil
	}
	r.rate(c, in.Score, desk.CleanText(in.Comment, 4000))
	return nil
}

// rate keeps a score and its comment. The first score counts; a comment may follow once.
func (r *reception) rate(c *desk.Conversation, score int, comment string) {
	if c.CSATScore == 0 {
		c.CSATScore, c.CSATAt = score, r.now
		r.facts = append(r.facts, r.measure(c).Rated(c, score))
	}
	c.CSAT = desk.CSATRated
	if comment != "" {
		c.CSAT, c.CSATComment = desk.CSATComment, comment
	}
	r.save(c)
	r.tell(desk.EvCSATAnswered, c, desk.Event{Data: desk.EventData{Score: c.CSATScore, Note: c.CSATComment}})
}

// say queues words to the customer in Parley's own name: never counted as an answer.
func (t *tx) say(c *desk.Conversation, text string) *desk.Message {
	m := desk.Message{ID: desk.NewID(), ConversationID: c.ID, ContactID: c.ContactID, Direction: desk.Out, Author: desk.ByBot,
		Kind: desk.Text, Text: text, Status: desk.Queued, At: t.now.Add(2 * time.Millisecond), Attachments: []desk.Attachment{}}
	if c.Channel.Live() {
		m.Status = desk.Sent
	}
	t.messages = append(t.messages, messageRecord{MessageRow: MessageRow(m), InboxID: c.InboxID, NextAttemptAt: t.now})
	c.Mention(&m)
	t.save(c)
	t.tell(desk.EvMessageCreated, c, desk.Event{MessageID: m.ID}).Message = &m
	return &m
}
