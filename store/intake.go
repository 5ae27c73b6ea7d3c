package store

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"gorm.io/gorm"

	"parley/desk"
)

// inboundRow is what a provider told us, once; it is written and never changed.
type inboundRow struct {
	ID         desk.ID `gorm:"primaryKey"`
	InboxID    desk.ID
	ProviderID string
	Body       []byte    // desk.Inbound as JSON
	Raw        []byte    // as it came
	AcceptedAt time.Time `gorm:"serializer:micros"`
}

func (inboundRow) TableName() string { return "inbound" }

// intakeRow is an inbound item that is still to be processed, or that cannot be.
// It goes when it is done with: what is rewritten with each message stays small.
type intakeRow struct {
	ID         desk.ID `gorm:"primaryKey"` // the item's
	InboxID    desk.ID
	Key        string
	State      string
	Attempts   int
	Error      string
	AcceptedAt time.Time `gorm:"serializer:micros"`
}

func (intakeRow) TableName() string { return "intake" }

const (
	intakeOpen = "accepted"
	intakeDead = "dead"
)

// acceptedRow is an item on its way into both tables.
type acceptedRow struct {
	item    *desk.Inbound
	inbound inboundRow
	intake  intakeRow
}

// insertInbound writes rows that are not there yet and tells which those were.
func (s *Store) insertInbound(ctx context.Context, rows []acceptedRow) (map[desk.ID]bool, error) {
	fresh := make(map[desk.ID]bool, len(rows))
	for part := range slices.Chunk(rows, insertRows) {
		insert := s.insertApart
		if s.pg {
			insert = s.insertAtOnce
		}
		ids, err := insert(ctx, part)
		if err != nil {
			return nil, down(err)
		}
		for _, id := range ids {
			fresh[id] = true
		}
	}
	s.recent.keep(rows, fresh)
	return fresh, nil
}

// insertRows keeps one statement under the 32,766 parameters SQLite takes.
const insertRows = 2000

// accepted before: nothing is written, and no work follows.
const acceptedOnce = "(inbox_id, provider_id) DO NOTHING RETURNING id"

// insertAtOnce writes both tables in one statement, so that accepting is one
// round trip.
func (s *Store) insertAtOnce(ctx context.Context, rows []acceptedRow) (ids []desk.ID, err error) {
	inbound, err := s.bulkOf(ctx, reflect.TypeFor[inboundRow]())
	if err != nil {
		return nil, err
	}
	intake, err := s.bulkOf(ctx, reflect.TypeFor[intakeRow]())
	if err != nil {
		return nil, err
	}
	first, second := apart(rows)
	args, err := inbound.arrays(ctx, nil, reflect.ValueOf(first))
	if err != nil {
		return nil, err
	}
	n := len(args)
	if args, err = intake.arrays(ctx, args, reflect.ValueOf(second)); err != nil {
		return nil, err
	}
	text := "WITH fresh AS (" + inbound.statement(0) + inbound.conflict(acceptedOnce) + ") " +
		intake.statement(n) + " WHERE c0::uuid IN (SELECT id FROM fresh) RETURNING id"
	return ids, s.run(s.writer.WithContext(ctx), text, args, []*[]desk.ID{&ids})
}

func (s *Store) insertApart(ctx context.Context, rows []acceptedRow) (ids []desk.ID, err error) {
	first, second := apart(rows)
	err = s.writer.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		if err := createAll(db, s, first, acceptedOnce, &ids); err != nil {
			return err
		}
		second = slices.DeleteFunc(second, func(r intakeRow) bool { return !slices.Contains(ids, r.ID) })
		return createAll(db, s, second, "")
	})
	return ids, err
}

func apart(rows []acceptedRow) ([]inboundRow, []intakeRow) {
	first, second := make([]inboundRow, len(rows)), make([]intakeRow, len(rows))
	for i, r := range rows {
		first[i], second[i] = r.inbound, r.intake
	}
	return first, second
}

// Unprocessed gives accepted work older than age that is still open: what never
// reached a stream, or was lost from it. At most limit, oldest first.
func (s *Store) Unprocessed(ctx context.Context, age time.Duration, limit int) ([]desk.Work, error) {
	var out []desk.Work
	// Ids begin with their time.
	err := s.read(ctx).Model(&intakeRow{}).Select("id", "key").
		Where("state = ? AND accepted_at < ?", intakeOpen, micros(s.cfg.Now().Add(-age))).
		Order("id").Limit(limit).Scan(&out).Error
	return out, down(err)
}

// takeIn takes items out of the intake: done with, if the transaction commits.
// They come in the order of ids; those that are done already are not among them.
func (t *tx) takeIn(ids []desk.ID) ([]desk.Inbound, map[desk.ID]time.Time, error) {
	condition, list := t.s.oneOf("id", ids)
	var rows []intakeRow
	err := t.Raw("DELETE FROM intake WHERE "+condition+" AND state = ? RETURNING id, inbox_id, accepted_at", list, intakeOpen).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, nil, err
	}
	order := make(map[desk.ID]int, len(ids))
	for i, id := range ids {
		order[id] = i
	}
	slices.SortFunc(rows, func(a, b intakeRow) int { return order[a.ID] - order[b.ID] })
	items, at := make([]desk.Inbound, len(rows)), make(map[desk.ID]time.Time, len(rows))
	var unread []desk.ID
	for i, row := range rows {
		at[row.ID] = row.AcceptedAt
		if known := t.s.recent.get(row.ID); known != nil {
			items[i] = *known
		} else {
			unread = append(unread, row.ID)
		}
		items[i].ID, items[i].InboxID = row.ID, row.InboxID
	}
	return items, at, t.readBodies(items, unread)
}

// readBodies fills in those items that this node did not accept lately.
func (t *tx) readBodies(items []desk.Inbound, ids []desk.ID) error {
	if len(ids) == 0 {
		return nil
	}
	condition, list := t.s.oneOf("id", ids)
	var rows []inboundRow
	if err := t.Select("id", "body").Where(condition, list).Find(&rows).Error; err != nil {
		return err
	}
	bodies := make(map[desk.ID][]byte, len(rows))
	for _, row := range rows {
		bodies[row.ID] = row.Body
	}
	for i := range items {
		body, there := bodies[items[i].ID]
		if !there {
			continue
		}
		id, inbox := items[i].ID, items[i].InboxID
		if err := json.Unmarshal(body, &items[i]); err != nil {
			return fmt.Errorf("inbound %s: %w", id, err)
		}
		items[i].ID, items[i].InboxID = id, inbox
	}
	return nil
}

// putBack leaves items in the intake after all: their turn is not yet.
func (r *reception) putBack(ids []desk.ID) error {
	rows := make([]intakeRow, 0, len(ids))
	for i := range r.items {
		if in := &r.items[i]; slices.Contains(ids, in.ID) {
			rows = append(rows, intakeRow{ID: in.ID, InboxID: in.InboxID, Key: in.Identity.Key(), State: intakeOpen, AcceptedAt: r.acceptedAt[in.ID]})
		}
	}
	return createAll(r.DB, r.s, rows, "")
}

// setAside counts a failure; at maxAttempts the item becomes a dead letter.
func (s *Store) setAside(ctx context.Context, id desk.ID, cause error) error {
	return s.write(ctx, func(t *tx) error {
		var row intakeRow
		if err := t.Where("id = ? AND state = ?", id, intakeOpen).Limit(1).Find(&row).Error; err != nil || row.ID == "" {
			return err
		}
		row.Attempts++
		if row.Attempts >= maxAttempts {
			row.State = intakeDead
			t.changes = append(t.changes, desk.Change{Event: desk.Event{Type: desk.EvInboundQuarantined, At: t.now, InboxID: row.InboxID,
				Data: desk.EventData{Reason: desk.Truncate(cause.Error(), 300)}}})
		}
		return t.Exec("UPDATE intake SET attempts = ?, error = ?, state = ? WHERE id = ? AND state = ?",
			row.Attempts, desk.Truncate(cause.Error(), 2000), row.State, id, intakeOpen).Error
	})
}

// recentItems is how many accepted items stay in memory: more than are on their
// way through Redis unless much is waiting, and then reading them is cheap.
const recentItems = 4096

// recent holds the items this node accepted last. Most are processed here in a
// moment, and need not be read and understood again.
type recent struct {
	mu    sync.Mutex
	items map[desk.ID]*desk.Inbound
	order [recentItems]desk.ID // a ring; next is the oldest
	next  int
}

func newRecent() *recent { return &recent{items: make(map[desk.ID]*desk.Inbound, recentItems)} }

func (r *recent) keep(rows []acceptedRow, fresh map[desk.ID]bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, row := range rows {
		if !fresh[row.intake.ID] || row.item == nil {
			continue
		}
		delete(r.items, r.order[r.next])
		r.order[r.next] = row.intake.ID
		r.next = (r.next + 1) % recentItems
		r.items[row.intake.ID] = row.item
	}
}

func (r *recent) get(id desk.ID) *desk.Inbound {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.items[id]
}

// drop forgets items that are done with.
func (r *recent) drop(ids []desk.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range ids {
		delete(r.items, id)
	}
}
