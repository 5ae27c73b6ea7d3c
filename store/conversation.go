package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
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
	// Words must each occur in the contact's name or a message; see searchDepth.
	Words string
	// VisibleTo limits to an agent's own and to these queues; "" sees all.
	VisibleTo     desk.ID
	VisibleQueues []desk.ID
	// Line is what waits, by place in line.
	Line   bool
	Limit  int
	Cursor string
}

// Conversations lists the open ones by latest activity and then those that have
// ended, the latest end first; or the line by place. With it comes the cursor of
// the next page ("" at the end).
func (s *Store) Conversations(ctx context.Context, f ConversationFilter) ([]*desk.Conversation, string, error) {
	from, id := int64(0), desk.ID("")
	if f.Cursor != "" {
		var err error
		if from, id, err = readCursor(f.Cursor); err != nil {
			return nil, "", err
		}
	}
	var rows []conversationRecord
	for _, part := range listParts(f, from) {
		q, err := s.filtered(ctx, f, part)
		if err != nil {
			return nil, "", err
		}
		if from != 0 {
			q = q.Where(fmt.Sprintf("(%s, id) %s (?, ?)", part.column, part.beyond), max(from, -from), id)
			from = 0 // the parts after this one from their beginning
		}
		order := fmt.Sprintf("%[1]s %[2]s, id %[2]s", part.column, part.order)
		limit := f.Limit + 1 - len(rows)
		q = s.visible(q, f, order, limit)
		var more []conversationRecord
		if err := s.searched(q.Order(order), f.Words, order).Limit(limit).Find(&more).Error; err != nil {
			return nil, "", down(err)
		}
		if rows = append(rows, more...); len(rows) > f.Limit {
			break
		}
	}
	next := ""
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		next = rows[f.Limit-1].cursor(f.Line)
	}
	out := make([]*desk.Conversation, len(rows))
	for i, r := range rows {
		out[i] = r.conversation()
	}
	return out, next, nil
}

// listPart is a part of a list that one index has in its order.
type listPart struct {
	where, column, order, beyond string
	states                       []desk.State // that can be in it; nil: any
}

var (
	linePart = listPart{"queued_at > 0", "line_key", "ASC", ">", nil}
	openPart = listPart{"open", "last_at", "DESC", "<", openStates(true)}
	// No index holds the latest activity, or each message would have to change
	// it there: what has ended is listed by its end.
	endedPart = listPart{"NOT open", "resolved_at", "DESC", "<", openStates(false)}
)

func openStates(open bool) []desk.State {
	return slices.DeleteFunc(desk.States(), func(state desk.State) bool { return state.Open() != open })
}

// listParts are the parts that a list has from a cursor's moment on; that is
// negative among those that have ended.
func listParts(f ConversationFilter, from int64) []listPart {
	if f.Line {
		return []listPart{linePart}
	}
	var out []listPart
	for _, part := range []listPart{openPart, endedPart} {
		if len(f.States) == 0 || slices.ContainsFunc(f.States, func(state desk.State) bool { return slices.Contains(part.states, state) }) {
			out = append(out, part)
		}
	}
	if from < 0 && len(out) > 1 {
		out = out[1:]
	}
	return out
}

func (r *conversationRecord) cursor(line bool) string {
	switch {
	case line:
		return writeCursor(micros(r.LineKey), r.ID)
	case r.Open:
		return writeCursor(micros(r.LastAt), r.ID)
	}
	return writeCursor(-micros(r.ResolvedAt), r.ID)
}

func (s *Store) filtered(ctx context.Context, f ConversationFilter, part listPart) (*gorm.DB, error) {
	q := s.read(ctx).Model(&conversationRecord{}).Where(part.where)
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
		config, err := s.configNow(ctx)
		if err != nil {
			return nil, err
		}
		q = q.Where("channel = ?", f.Channel)
		if !config.has(f.Channel) {
			q = q.Where("1 = 0") // or all would be read to find none
		}
	}
	return q, q.Error
}

// visible narrows a list to what an agent may see: their own, and their queues'.
// Each has an index in the list's order; of the two together, the database would
// read the whole list from its beginning until a page is full.
func (s *Store) visible(q *gorm.DB, f ConversationFilter, order string, limit int) *gorm.DB {
	if f.VisibleTo == "" {
		return q
	}
	if f.Words != "" {
		limit = searchDepth
	}
	ids := q.Session(&gorm.Session{}).Select("id").Order(order).Limit(limit).Session(&gorm.Session{})
	firsts := []*gorm.DB{ids.Where("agent_id = ?", f.VisibleTo)}
	for _, queue := range f.VisibleQueues {
		firsts = append(firsts, ids.Where("queue_id = ?", queue))
	}
	text, parts := together(firsts)
	return q.Session(&gorm.Session{NewDB: true}).Model(&conversationRecord{}).Where("id IN ("+text+")", parts...)
}

// together is the rows of all queries. Each may have an order and a limit.
func together(queries []*gorm.DB) (text string, parts []any) {
	for _, q := range queries {
		parts = append(parts, q)
	}
	const one = "SELECT * FROM (?) AS firsts"
	return one + strings.Repeat(" UNION ALL "+one, len(parts)-1), parts
}

// searchDepth is how many conversations of a list's part are searched for words,
// the first in its order: reading all messages there are would take minutes.
const searchDepth = 5000

// searched narrows a list to those with each of words in the contact's name or a message.
func (s *Store) searched(q *gorm.DB, words, order string) *gorm.DB {
	list := strings.Fields(strings.ToLower(words))
	if len(list) == 0 {
		return q
	}
	q = q.Session(&gorm.Session{NewDB: true}).Table("(?) AS conversations", q.Limit(searchDepth))
	// OFFSET keeps PostgreSQL from reading all messages beforehand.
	for _, word := range list {
		like := "%" + likeEscape.Replace(word) + "%"
		q = q.Where(`lower(contact_name) LIKE ? ESCAPE '\' OR EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = conversations.id AND lower(m.text) LIKE ? ESCAPE '\' LIMIT 1 OFFSET 0)`, like, like)
	}
	return q.Order(order)
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
