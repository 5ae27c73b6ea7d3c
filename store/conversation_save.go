package store

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"parley/desk"
)

// extent is how much of a conversation a transaction writes.
type extent bool

const (
	heard extent = false // what a customer's message changes
	whole extent = true
)

// heardColumns are what desk.Conversation.Hear changes: most writes are that,
// and a conversation has fifty columns.
var heardColumns = []string{"id", "version", "asked_at", "unanswered_since", "last_customer_at", "last_at", "last_text", "last_author", "last_agent_id", "unread"}

// save has the conversation written at the end of the transaction.
func (t *tx) save(c *desk.Conversation) { t.saveExtent(c, whole) }

// saveHeard is save where nothing but Hear has changed it.
func (t *tx) saveHeard(c *desk.Conversation) { t.saveExtent(c, heard) }

func (t *tx) saveExtent(c *desk.Conversation, much extent) {
	before, known := t.saved[c.ID]
	if !known {
		t.dirty = append(t.dirty, c.ID)
	}
	t.saved[c.ID] = before || much
	t.conversations[c.ID] = c
}

// saveConversations writes conversations and the messages in them. Those that
// exist must be as they were when they were read; else it fails with errStale
// and nothing holds.
func (t *tx) saveConversations() error {
	// In one order everywhere, as they are locked: so no two wait for each other.
	slices.Sort(t.dirty)
	var made, changed, heardOf []conversationRecord
	for _, id := range t.dirty {
		c := t.conversations[id]
		c.Version++
		row := conversationToRecord(c, t.config.queues[c.QueueID])
		switch {
		case c.Version == 1:
			made = append(made, row)
		case t.saved[id] == whole:
			changed = append(changed, row)
		default:
			heardOf = append(heardOf, row)
		}
	}
	if !t.s.pg {
		return t.saveEach(slices.Concat(changed, made), heardOf)
	}
	if len(made) > 0 && slices.ContainsFunc(changed, func(r conversationRecord) bool { return !r.Open }) {
		// A contact has one open conversation an inbox: the ended one goes first.
		if err := t.saveTogether(nil, changed, nil, nil); err != nil {
			return err
		}
		changed = nil
	}
	return t.saveTogether(made, changed, heardOf, t.messages)
}

// saveEach is for SQLite, where a statement costs little.
func (t *tx) saveEach(rows, heardOf []conversationRecord) error {
	var kept []desk.ID
	if err := createAll(t.DB, t.s, rows, "next", &kept); err != nil {
		return err
	}
	if len(kept) != len(rows) {
		return errStale
	}
	if len(heardOf) > 0 {
		b, err := t.s.bulkOfColumns(t.Statement.Context, reflect.TypeFor[conversationRecord](), heardColumns)
		if err != nil {
			return err
		}
		kept, err := b.updateNext(t.DB, t.s, reflect.ValueOf(heardOf))
		if err != nil {
			return err
		}
		if kept != int64(len(heardOf)) {
			return errStale
		}
	}
	return createAll(t.DB, t.s, t.messages, "")
}

// saveTogether is for PostgreSQL, where each statement is a round trip that
// somebody waits for: there is one.
func (t *tx) saveTogether(made, changed, heardOf []conversationRecord, messages []messageRecord) error {
	ctx := t.Statement.Context
	w := togetherStatement{s: t.s}
	if len(changed) > 0 {
		w.update(ctx, "changed", reflect.ValueOf(changed))
	}
	if len(heardOf) > 0 {
		w.update(ctx, "heard", reflect.ValueOf(heardOf), heardColumns...)
	}
	if len(made) > 0 {
		w.insert(ctx, "made", reflect.ValueOf(made))
	}
	if len(messages) > 0 {
		w.insert(ctx, "said", reflect.ValueOf(messages))
	}
	if w.err != nil || len(w.parts) == 0 {
		return w.err
	}
	var kept int
	t.s.stats.n.Add(1)
	err := t.Statement.ConnPool.QueryRowContext(ctx, "WITH "+strings.Join(w.parts, ", ")+" SELECT "+strings.Join(append(w.counts, "0"), " + "), w.args...).Scan(&kept)
	if err == nil && kept != len(changed)+len(heardOf) {
		return errStale
	}
	return err
}

// togetherStatement puts several writes into one.
type togetherStatement struct {
	s      *Store
	parts  []string
	counts []string
	args   []any
	err    error
}

func (w *togetherStatement) insert(ctx context.Context, name string, rows reflect.Value) {
	w.add(ctx, rows, nil, func(b *bulk, after int) string { return name + " AS (" + b.statement(after) + ")" })
}

func (w *togetherStatement) update(ctx context.Context, name string, rows reflect.Value, columns ...string) {
	w.add(ctx, rows, columns, func(b *bulk, after int) string { return name + " AS (" + b.update(after) + " RETURNING 1)" })
	w.counts = append(w.counts, fmt.Sprintf("(SELECT count(*) FROM %s)", name))
}

func (w *togetherStatement) add(ctx context.Context, rows reflect.Value, columns []string, text func(*bulk, int) string) {
	b, err := w.s.bulkOfColumns(ctx, rows.Type().Elem(), columns)
	if err != nil || w.err != nil {
		w.err = err
		return
	}
	w.parts = append(w.parts, text(b, len(w.args)))
	w.args, w.err = b.arrays(ctx, w.args, rows)
}
