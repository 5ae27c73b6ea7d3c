package faults

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	_ "github.com/glebarez/go-sqlite"  // registers "sqlite"
	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"

	"parley/desk"
)

// openDatabase opens a database for reading beside the nodes: the checker reads
// the tables itself, not through the code that it checks.
func openDatabase(url string) (*sql.DB, error) {
	if strings.HasPrefix(url, "postgres://") {
		return sql.Open("pgx", url)
	}
	return sql.Open("sqlite", "file:"+url+"?_pragma=busy_timeout(5000)")
}

// ReadTables reads what the checker looks at.
func ReadTables(ctx context.Context, db *sql.DB) (Tables, error) {
	t := Tables{Conversations: map[desk.ID]*desk.Conversation{}, Agents: map[desk.ID]*desk.Agent{}, Queues: map[desk.ID]*desk.Queue{}, Inbound: map[string]int{}}
	for _, part := range []struct {
		name string
		read func(context.Context, *sql.DB) error
	}{
		{"counter", func(ctx context.Context, db *sql.DB) error {
			return db.QueryRowContext(ctx, "SELECT n FROM counters WHERE name = 'events'").Scan(&t.Counter)
		}},
		{"events", t.readEvents}, {"conversations", t.readConversations}, {"messages", t.readMessages}, {"offers", t.readOffers},
		{"agents", t.readAgents}, {"queues", t.readQueues}, {"facts", t.readFacts}, {"inbound", t.readInbound},
	} {
		if err := part.read(ctx, db); err != nil {
			return t, fmt.Errorf("read %s: %w", part.name, err)
		}
	}
	return t, nil
}

// each runs a query and hands every row to scan.
func each(ctx context.Context, db *sql.DB, query string, scan func(*sql.Rows) error) error {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// id scans an id that may be absent; micros a time, asJSON anything as text.
type id struct{ to *desk.ID }

func (s id) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*s.to = ""
	case string:
		*s.to = v
	case []byte:
		*s.to = string(v)
	case [16]byte:
		*s.to = fmt.Sprintf("%x-%x-%x-%x-%x", v[0:4], v[4:6], v[6:8], v[8:10], v[10:])
	default:
		return fmt.Errorf("an id cannot be a %T", v)
	}
	return nil
}

type micros struct{ to *time.Time }

func (s micros) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("a time cannot be a %T", v)
	}
	*s.to = time.Time{}
	if n != 0 {
		*s.to = time.UnixMicro(n).UTC()
	}
	return nil
}

type asJSON struct{ to any }

func (s asJSON) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(v), s.to)
	case []byte:
		return json.Unmarshal(v, s.to)
	}
	return fmt.Errorf("JSON cannot be a %T", v)
}

func (t *Tables) readEvents(ctx context.Context, db *sql.DB) error {
	return each(ctx, db, "SELECT seq, at, type, conversation_id, contact_id, inbox_id, queue_id, agent_id, actor_id, message_id, data FROM events ORDER BY seq", func(r *sql.Rows) error {
		var e desk.Event
		err := r.Scan(&e.Seq, micros{&e.At}, &e.Type, id{&e.ConversationID}, id{&e.ContactID}, id{&e.InboxID}, id{&e.QueueID}, id{&e.AgentID}, id{&e.ActorID}, id{&e.MessageID}, asJSON{&e.Data})
		t.Events = append(t.Events, e)
		return err
	})
}

func (t *Tables) readConversations(ctx context.Context, db *sql.DB) error {
	return each(ctx, db, "SELECT id, inbox_id, contact_id, channel, queue_id, agent_id, offer_id, state, epoch, cost, priority, requirements, queued_at, snoozed_until, reopened FROM conversations", func(r *sql.Rows) error {
		c := &desk.Conversation{}
		err := r.Scan(id{&c.ID}, id{&c.InboxID}, id{&c.ContactID}, &c.Channel, id{&c.QueueID}, id{&c.AgentID}, id{&c.OfferID}, &c.State, &c.Epoch, &c.Cost,
			&c.Priority, asJSON{&c.Requirements}, micros{&c.QueuedAt}, micros{&c.SnoozedUntil}, &c.Reopened)
		t.Conversations[c.ID] = c
		return err
	})
}

func (t *Tables) readMessages(ctx context.Context, db *sql.DB) error {
	return each(ctx, db, "SELECT id, conversation_id, inbox_id, direction, author, agent_id, kind, text, status, external_id, at, provider_at, next_attempt_at FROM messages ORDER BY conversation_id, at, id", func(r *sql.Rows) error {
		var m Row
		err := r.Scan(id{&m.ID}, id{&m.ConversationID}, id{&m.InboxID}, &m.Direction, &m.Author, id{&m.AgentID}, &m.Kind, &m.Text, &m.Status, &m.ExternalID,
			micros{&m.At}, micros{&m.ProviderAt}, micros{&m.NextAttemptAt})
		t.Messages = append(t.Messages, m)
		return err
	})
}

func (t *Tables) readOffers(ctx context.Context, db *sql.DB) error {
	return each(ctx, db, "SELECT id, conversation_id, agent_id, state, made_at, expires_at, ended_at, decision FROM offers ORDER BY made_at, id", func(r *sql.Rows) error {
		var o desk.Offer
		err := r.Scan(id{&o.ID}, id{&o.ConversationID}, id{&o.AgentID}, &o.State, micros{&o.MadeAt}, micros{&o.ExpiresAt}, micros{&o.EndedAt}, asJSON{&o.Decision})
		t.Offers = append(t.Offers, o)
		return err
	})
}

func (t *Tables) readAgents(ctx context.Context, db *sql.DB) error {
	return each(ctx, db, "SELECT id, name, role, enabled, capacity, channel_limits, skills, presence, reason, load FROM agents", func(r *sql.Rows) error {
		a := &desk.Agent{}
		err := r.Scan(id{&a.ID}, &a.Name, &a.Role, &a.Enabled, &a.Capacity, asJSON{&a.ChannelLimits}, asJSON{&a.Skills}, &a.Presence, &a.Reason, &a.Load)
		t.Agents[a.ID] = a
		return err
	})
}

func (t *Tables) readQueues(ctx context.Context, db *sql.DB) error {
	return each(ctx, db, "SELECT id, name, open, requirements, policy, offer_seconds, auto_accept, preferred_seconds, costs FROM queues", func(r *sql.Rows) error {
		q := &desk.Queue{}
		err := r.Scan(id{&q.ID}, &q.Name, &q.Open, asJSON{&q.Requirements}, &q.Policy, &q.OfferSeconds, &q.AutoAccept, &q.PreferredSeconds, asJSON{&q.Costs})
		t.Queues[q.ID] = q
		return err
	})
}

func (t *Tables) readFacts(ctx context.Context, db *sql.DB) error {
	return each(ctx, db, "SELECT id, metric, ended_at, conversation_id, agent_id, queue_id, seconds, business_seconds FROM facts", func(r *sql.Rows) error {
		var f desk.Fact
		err := r.Scan(id{&f.ID}, &f.Metric, micros{&f.EndedAt}, id{&f.ConversationID}, id{&f.AgentID}, id{&f.QueueID}, &f.Seconds, &f.BusinessSeconds)
		t.Facts = append(t.Facts, f)
		return err
	})
}

func (t *Tables) readInbound(ctx context.Context, db *sql.DB) error {
	return each(ctx, db, "SELECT state, count(*) FROM intake GROUP BY state", func(r *sql.Rows) error {
		var state string
		var n int
		err := r.Scan(&state, &n)
		t.Inbound[state] = n
		return err
	})
}
