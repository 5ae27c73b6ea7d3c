package store

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"parley/desk"
)

// tx is one use case at work: what it has locked, changed and has to tell.
// Everything is written at the end, one statement a table, events last.
type tx struct {
	*gorm.DB
	s      *Store
	now    time.Time
	config *config

	conn      *sql.Conn // with PostgreSQL: what the transaction runs on
	committed bool      // with its last statement

	conversations map[desk.ID]*desk.Conversation // locked or new
	dirty         []desk.ID                      // of these, changed, in order
	saved         map[desk.ID]extent             // how much of each
	agents        map[desk.ID]*desk.Agent        // locked
	dirtyAgents   []desk.ID
	messages      []messageRecord
	offers        []offerRow
	facts         []desk.Fact
	changes       []desk.Change
}

// write runs a use case in one transaction and tells the changes after the
// commit. The use case may run again when another transaction was faster.
func (s *Store) write(ctx context.Context, work func(*tx) error) error {
	var err error
	for range 4 {
		var changes []desk.Change
		changes, err = s.try(ctx, work)
		if err == nil {
			if len(changes) > 0 {
				for i := range changes {
					s.Saw(&changes[i])
				}
				s.cfg.OnCommit(changes)
			}
			return nil
		}
		if !again(err) || ctx.Err() != nil {
			break
		}
	}
	return down(err)
}

func (s *Store) try(ctx context.Context, work func(*tx) error) (changes []desk.Change, err error) {
	config, err := s.configNow(ctx)
	if err != nil {
		return nil, err
	}
	committed := false
	err = s.begin(ctx, func(db *gorm.DB, conn *sql.Conn) error {
		t := &tx{DB: db, conn: conn, s: s, now: s.cfg.Now().UTC().Truncate(time.Microsecond), config: config,
			conversations: map[desk.ID]*desk.Conversation{}, saved: map[desk.ID]extent{}, agents: map[desk.ID]*desk.Agent{}}
		if err := work(t); err != nil {
			return err
		}
		if err := t.flush(); err != nil {
			return err
		}
		changes, committed = t.changes, t.committed
		return nil
	})
	if committed { // what came after changed nothing
		err = nil
	}
	return changes, err
}

// begin runs a transaction; with PostgreSQL it tells on which connection.
func (s *Store) begin(ctx context.Context, do func(db *gorm.DB, conn *sql.Conn) error) error {
	if !s.pg {
		return s.writer.WithContext(ctx).Transaction(func(db *gorm.DB) error { return do(db, nil) })
	}
	return s.writer.WithContext(ctx).Connection(func(on *gorm.DB) error {
		conn, _ := on.Statement.ConnPool.(*sql.Conn)
		return on.Transaction(func(db *gorm.DB) error { return do(db, conn) })
	})
}

// conversation locks and reads one.
func (t *tx) conversation(id desk.ID) (*desk.Conversation, error) {
	if err := t.lockConversations([]desk.ID{id}); err != nil {
		return nil, err
	}
	c := t.conversations[id]
	if c == nil {
		return nil, &desk.Error{Code: desk.NotFound, Message: "there is no such conversation"}
	}
	return c, nil
}

// lockConversations locks by id, in order, so that two transactions never wait
// for each other.
func (t *tx) lockConversations(ids []desk.ID) error {
	var rows []conversationRecord
	err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Where(t.s.oneOf("id", ids)).Order("id").Find(&rows).Error
	for _, r := range rows {
		t.conversations[r.ID] = r.conversation()
		t.after(r.StateSince)
	}
	return err
}

// after moves the transaction's time behind that of one which it waited for: what
// is measured of a conversation would overlap otherwise. A time that is far ahead
// comes from a wrong clock and is left alone.
func (t *tx) after(at time.Time) {
	if ahead := at.Sub(t.now); ahead > 0 && ahead < time.Minute {
		t.now = at
	}
}

// agent locks and reads one; after the conversations, always.
func (t *tx) agent(id desk.ID) (*desk.Agent, error) {
	if a := t.agents[id]; a != nil {
		return a, nil
	}
	var row agentRow
	err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Limit(1).Find(&row).Error
	if err != nil {
		return nil, err
	}
	if row.ID == "" {
		return nil, &desk.Error{Code: desk.NotFound, Message: "there is no such agent"}
	}
	a := desk.Agent(row)
	t.agents[id] = &a
	return &a, nil
}

func (t *tx) saveAgent(a *desk.Agent) {
	if !slices.Contains(t.dirtyAgents, a.ID) {
		t.dirtyAgents = append(t.dirtyAgents, a.ID)
	}
}

func (t *tx) measure(c *desk.Conversation) desk.Measure {
	return desk.Measure{Zone: t.s.cfg.Zone, Queue: t.config.queues[c.QueueID], Now: t.now}
}

// tell adds an event about a conversation to the log.
func (t *tx) tell(typ desk.EventType, c *desk.Conversation, e desk.Event) *desk.Change {
	e.Type, e.At = typ, t.now
	if c != nil {
		e.ConversationID, e.ContactID, e.InboxID, e.QueueID = c.ID, c.ContactID, c.InboxID, c.QueueID
		if e.AgentID == "" {
			e.AgentID = c.AgentID
		}
		e.Data.Epoch, e.Data.To = c.Epoch, c.State
	}
	t.changes = append(t.changes, desk.Change{Event: e})
	return &t.changes[len(t.changes)-1]
}

// flush writes everything the use case changed. Order matters: rows that others
// refer to first, the event numbers last.
func (t *tx) flush() error {
	if err := t.saveConversations(); err != nil {
		return err
	}
	if len(t.offers) > 0 {
		err := t.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns([]string{"state", "ended_at"})}).Create(&t.offers).Error
		if err != nil {
			return err
		}
	}
	for _, id := range t.dirtyAgents {
		a := t.agents[id]
		err := t.Exec("UPDATE agents SET presence = ?, reason = ?, next = ?, presence_since = ?, load = ?, last_assigned_at = ?, freed_at = ? WHERE id = ?",
			a.Presence, a.Reason, a.Next, micros(a.PresenceSince), a.Load, micros(a.LastAssignedAt), micros(a.FreedAt), a.ID).Error
		if err != nil {
			return err
		}
	}
	if err := t.insertFacts(); err != nil {
		return err
	}
	return t.insertEvents()
}

func (t *tx) insertFacts() error {
	if len(t.facts) == 0 {
		return nil
	}
	if err := t.lateFacts(); err != nil {
		return err
	}
	rows := make([]factRecord, len(t.facts))
	for i, f := range t.facts {
		rows[i] = factRecord{FactRow: FactRow(f), Bucket: desk.Bucket(f.Seconds), BusinessBucket: desk.Bucket(f.BusinessSeconds)}
	}
	return createAll(t.DB, t.s, rows, "")
}

// insertEvents numbers and writes the events, and completes the changes with
// what they are about, as committed.
func (t *tx) insertEvents() error {
	n := len(t.changes)
	if n == 0 {
		return nil
	}
	rows := make([]eventRow, n)
	for i := range t.changes {
		rows[i] = eventRow(t.changes[i].Event)
		rows[i].Seq = int64(i + 1 - n) // from the last one back
	}
	last, err := t.numberEvents(rows)
	if err != nil {
		return err
	}
	newest := &t.changes[n-1]
	for _, id := range t.dirtyAgents {
		newest.Agents = append(newest.Agents, t.agents[id])
	}
	for i := range t.changes {
		ch := &t.changes[i]
		ch.Seq, ch.Rest = last+int64(i+1-n), n-1-i
		if c := t.conversations[ch.ConversationID]; c != nil && ch.Conversation == nil {
			ch.Conversation = c
		}
		if a := t.agents[ch.AgentID]; a != nil && ch.Agent == nil {
			ch.Agent = a
		}
	}
	return nil
}

// numberEvents takes as many numbers as there are rows, whose own count back
// from the last one, and writes them. From here to the commit all other
// transactions with events wait, so PostgreSQL is given both in one statement,
// and the commit along with it: a node that freezes here would hold up everybody
// else, and then the next of its transactions that stood in line for the numbers.
func (t *tx) numberEvents(rows []eventRow) (last int64, err error) {
	const take = "UPDATE counters SET n = n + %s WHERE name = 'events' RETURNING n"
	if !t.s.pg {
		if err := t.Raw(fmt.Sprintf(take, "?"), len(rows)).Scan(&last).Error; err != nil {
			return 0, err
		}
		for i := range rows {
			rows[i].Seq += last
		}
		return last, createAll(t.DB, t.s, rows, "")
	}
	ctx := t.Statement.Context
	b, err := t.s.bulkOf(ctx, reflect.TypeFor[eventRow]())
	if err != nil {
		return 0, err
	}
	args, err := b.arrays(ctx, []any{len(rows)}, reflect.ValueOf(rows))
	if err != nil {
		return 0, err
	}
	// The number is the first column.
	insert := strings.NewReplacer("SELECT c0::", "SELECT last.n + c0::", "FROM unnest", "FROM last, unnest").Replace(b.statement(1))
	t.s.stats.n.Add(1)
	err = t.conn.Raw(func(driver any) error {
		var both pgx.Batch
		both.Queue("WITH last AS ("+fmt.Sprintf(take, "$1::int8")+"), written AS ("+insert+") SELECT n FROM last", args...).
			QueryRow(func(row pgx.Row) error { return row.Scan(&last) })
		// The transaction that follows is empty, for whoever began this one to end.
		both.Queue("COMMIT AND CHAIN")
		return driver.(*stdlib.Conn).Conn().SendBatch(ctx, &both).Close()
	})
	t.committed = err == nil
	return last, err
}
