package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"parley/desk"
	"parley/testenv"
)

// grown is a past of 20,000 conversations with 100,000 messages, written in SQL.
// Numbers make ids: the kind in front, so that they are told apart.
const grown = `
CREATE FUNCTION id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT ('018f2b6e-' || lpad(kind::text, 4, '0') || '-7000-8000-' || lpad(n::text, 12, '0'))::uuid $$;
INSERT INTO contacts (id, name, title, email, phone, value_minor, value_currency, language, country, vip, fields, search, created_at, seen_at)
	SELECT id(1, n), 'Customer ' || n, '', '', '', 0, '', 'en', '', false, '{}', 'customer ' || n || ' +1500' || n, 1, n FROM generate_series(1, 10000) n;
INSERT INTO identities (id, contact_id, kind, scope, value, name, verified, opted_out, created_at)
	SELECT id(2, n), id(1, n), 'phone', '', '+1500' || n, '', true, false, 1 FROM generate_series(1, 10000) n;
INSERT INTO conversations (id, inbox_id, channel, contact_id, contact_name, identity_id, queue_id, agent_id, state, open, epoch, cost, priority, requirements, avoid_agent_ids, created_at, state_since,
		queued_at, line_key, asked_at, handoff_at, answered_at, unanswered_since, accepted_at, snoozed_until, snoozed_seconds, resolved_at, last_customer_at, last_at, last_text, last_author, unread, reopened,
		language, context, csat, csat_asked_at, csat_score, csat_comment, csat_at)
	SELECT id(3, n), i.id, 'sms', id(1, 1 + n % 10000), 'Customer', id(2, 1 + n % 10000), i.queue_id, a.id, CASE WHEN n > 19800 THEN 'active' ELSE 'resolved' END, n > 19800, 4, 20, 0, '[]', '[]', n, n,
		0, 0, n, n, n, 0, n, 0, 0, CASE WHEN n > 19800 THEN 0 ELSE n END, n, n, 'text', 'customer', 0, 0, 'en', '{}', '', 0, 0, '', 0
	FROM generate_series(1, 20000) n, (SELECT * FROM inboxes LIMIT 1) i, (SELECT * FROM agents ORDER BY email LIMIT 1) a;
INSERT INTO messages (id, conversation_id, contact_id, inbox_id, direction, author, kind, text, detail, status, error, error_code, external_id, reply_to, outside, attempts, next_attempt_at, claimed_by, at, provider_at)
	SELECT id(4, n), id(3, 1 + n / 5), id(1, 1 + (1 + n / 5) % 10000), i.id, CASE n % 2 WHEN 0 THEN 'in' ELSE 'out' END, 'agent', 'text', 'some words ' || n, '{}', CASE n % 2 WHEN 0 THEN 'received' ELSE 'sent' END,
		'', '', 'SM' || n, '', false, 1, 0, '', n, n
	FROM generate_series(1, 99999) n, (SELECT * FROM inboxes LIMIT 1) i;
INSERT INTO events (seq, at, type, conversation_id, message_id, data)
	SELECT c.n + i, i, 'message.received', id(3, 1 + i / 10), id(4, i / 2), '{}' FROM counters c, generate_series(1, 199999) i WHERE c.name = 'events';
UPDATE counters SET n = n + 199999 WHERE name = 'events';
INSERT INTO inbound (id, inbox_id, provider_id, body, raw, accepted_at)
	SELECT id(5, n), i.id, 'SM' || n, '', '', n FROM generate_series(1, 50000) n, (SELECT * FROM inboxes LIMIT 1) i;
INSERT INTO inbound (id, inbox_id, provider_id, body, raw, accepted_at)
	SELECT id(9, n), i.id, 'waiting' || n, '', '', n FROM generate_series(1, 20000) n, (SELECT * FROM inboxes LIMIT 1) i;
INSERT INTO intake (id, inbox_id, key, state, attempts, error, accepted_at)
	SELECT id(9, n), i.id, 'phone||+1', 'accepted', 0, '', n FROM generate_series(1, 20000) n, (SELECT * FROM inboxes LIMIT 1) i;
UPDATE messages SET status = 'queued' WHERE direction = 'out' AND at > 60000;
INSERT INTO offers (id, conversation_id, agent_id, state, made_at, expires_at, ended_at, decision)
	SELECT id(6, n), id(3, n), c.agent_id, 'accepted', n, n, n, '{}' FROM generate_series(1, 20000) n JOIN conversations c ON c.id = id(3, n);
INSERT INTO facts (id, metric, ended_at, day, inbox_id, queue_id, channel, conversation_id, seconds, business_seconds, bucket, business_bucket, value, within_target, short)
	SELECT id(7, n), CASE n % 2 WHEN 0 THEN 'handle_time' ELSE 'resolved' END, extract(epoch FROM timestamp '2026-01-01' + n * interval '2 minutes') * 1000000,
		to_char(timestamp '2026-01-01' + n * interval '2 minutes', 'YYYY-MM-DD'), i.id, i.queue_id, 'sms', id(3, 1 + n / 5), 1, 1, 1, 1, 0, false, false
	FROM generate_series(1, 99999) n, (SELECT * FROM inboxes LIMIT 1) i;
INSERT INTO attachments (id, message_id, conversation_id, owner, position, kind, name, type, size, state, source, blob, error, attempts, next_attempt_at, created_at)
	SELECT id(8, n), id(4, n), id(3, 1 + n / 5), '', 0, 'image', 'x', 'image/png', 1, 'stored', '', id(8, n), '', 0, 0, n FROM generate_series(1, 20000) n;
INSERT INTO blobs (id, part, data) SELECT id(8, n), 0, 'x' FROM generate_series(1, 20000) n;
ANALYZE;`

// growing are the tables that grow with each conversation.
var growing = map[string]bool{"contacts": true, "identities": true, "conversations": true, "messages": true, "events_1": true, "facts_1": true, "inbound": true, "intake": true, "offers": true,
	"attachments": true, "blobs": true}

// mostRead is how many rows a page, a batch or a look may read of one index.
const mostRead = 3000

type hotCall struct {
	name string
	most int64 // rows read of one index; 0: mostRead
	call func(ctx context.Context, s *Store, x *hotIDs) error
}

type hotIDs struct {
	inbox, queue, agent, other     desk.ID
	conversation, contact, message desk.ID
	open                           desk.ID
}

func ignore[T any](_ T, err error) error { return err }

// hotCalls are what is done for each message, each second, or each look of somebody.
var hotCalls = []hotCall{
	{"a message into an open conversation", 0, func(ctx context.Context, s *Store, x *hotIDs) error { return s.take(ctx, x, "+150019850", "hello") }},
	{"a message that begins a conversation", 0, func(ctx context.Context, s *Store, x *hotIDs) error { return s.take(ctx, x, "+150042", "hello") }},
	{"a message of somebody new", 0, func(ctx context.Context, s *Store, x *hotIDs) error { return s.take(ctx, x, "+4915", "hello") }},
	{"news of a message by the provider's id", 0, func(ctx context.Context, s *Store, x *hotIDs) error {
		return s.takeItem(ctx, desk.Inbound{InboxID: x.inbox, ProviderID: desk.NewID(), Kind: desk.InStatus, Identity: desk.Identity{Kind: desk.Phone, Value: "+150042"},
			Status: &desk.StatusUpdate{ExternalID: "SM777", Status: desk.Delivered}})
	}},
	{"an answer, claimed and sent", 0, func(ctx context.Context, s *Store, x *hotIDs) error {
		m, err := s.Reply(ctx, Reply{ID: desk.NewID(), ConversationID: x.open, AgentID: x.agent, Text: "hi", Seen: 5})
		if err != nil {
			return err
		}
		if _, err := s.ClaimOutgoing(ctx, m.ID); err != nil {
			return err
		}
		return s.Sent(ctx, m.ID, "SMx")
	}},
	{"resolving", 0, func(ctx context.Context, s *Store, x *hotIDs) error { return s.Resolve(ctx, x.open, x.agent) }},
	{"the sweeps of each second", 0, func(ctx context.Context, s *Store, _ *hotIDs) error {
		for _, err := range []error{ignore(s.Unprocessed(ctx, time.Second, 1000)), ignore(s.Unsent(ctx, time.Second, 1000)), s.GiveUpSending(ctx), s.WakeDue(ctx),
			ignore(s.ClaimFiles(ctx, 10)), ignore(s.PendingOffers(ctx, ""))} {
			if err != nil {
				return err
			}
		}
		return nil
	}},
	{"figures of the backlog, which is counted", 60_000, func(ctx context.Context, s *Store, _ *hotIDs) error { return ignore(s.Backlog(ctx)) }},
	{"dead letters on the board", 0, func(ctx context.Context, s *Store, _ *hotIDs) error { return ignore(s.CountDeadLetters(ctx)) }},
	{"a gap in the log", 0, func(ctx context.Context, s *Store, _ *hotIDs) error { return ignore(s.After(ctx, 100_000, 200)) }},
	{"a node's start", 0, func(ctx context.Context, s *Store, _ *hotIDs) error { return ignore(s.Live(ctx)) }},
	{"opening a conversation", 0, func(ctx context.Context, s *Store, x *hotIDs) error {
		if _, _, err := s.Conversation(ctx, x.conversation); err != nil {
			return err
		}
		for _, err := range []error{ignore(s.Offers(ctx, x.conversation)), ignore(s.ConversationEvents(ctx, x.conversation)), ignore(s.LastExternalID(ctx, x.conversation)),
			ignore(s.Contact(ctx, x.contact)), ignore(s.MessageByID(ctx, x.message))} {
			if err != nil {
				return err
			}
		}
		_, _, err := s.Messages(ctx, x.conversation, 50, "")
		return err
	}},
	{"lists", 0, func(ctx context.Context, s *Store, x *hotIDs) error {
		for _, f := range []ConversationFilter{{}, {States: []desk.State{desk.Resolved}}, {States: []desk.State{desk.Abandoned}}, {AgentID: x.agent}, {AgentID: x.other}, {QueueIDs: []desk.ID{x.queue}},
			{ContactID: x.contact}, {Line: true}, {VisibleTo: x.other, VisibleQueues: []desk.ID{desk.NewID()}}, {VisibleTo: x.agent, VisibleQueues: []desk.ID{x.queue}}, {Channel: desk.Messenger},
			{InboxID: desk.NewID()}} {
			f.Limit = 50
			if _, _, err := s.Conversations(ctx, f); err != nil {
				return fmt.Errorf("%+v: %w", f, err)
			}
		}
		_, _, err := s.Contacts(ctx, "", 50, "")
		return err
	}},
	{"words in conversations", 10 * searchDepth, func(ctx context.Context, s *Store, _ *hotIDs) error {
		_, _, err := s.Conversations(ctx, ConversationFilter{Words: "nobody wrote that", Limit: 6})
		return err
	}},
	{"words in contacts", 0, func(ctx context.Context, s *Store, _ *hotIDs) error {
		_, _, err := s.Contacts(ctx, "+15007777", 50, "")
		return err
	}},
	{"the facts behind a figure", 0, func(ctx context.Context, s *Store, _ *hotIDs) error {
		f := FactFilter{Limit: 50, ReportFilter: ReportFilter{From: "2026-02-01", To: "2026-04-30"}}
		if _, _, err := s.Facts(ctx, f); err != nil {
			return err
		}
		f.Metric = desk.HandleTime
		_, _, err := s.Facts(ctx, f)
		return err
	}},
	{"a report of months, packed", 0, func(ctx context.Context, s *Store, _ *hotIDs) error {
		return ignore(s.Report(ctx, ByQueue, ReportFilter{From: "2026-01-01", To: "2026-05-19"}))
	}},
	{"the board's figures", 0, func(ctx context.Context, s *Store, _ *hotIDs) error { return ignore(s.Today(ctx)) }},
	{"pruning a little", 30_000, func(ctx context.Context, s *Store, _ *hotIDs) error {
		for _, err := range []error{ignore(s.Prune(ctx, 24*time.Hour, 500)), ignore(s.PruneConversations(ctx, 24*time.Hour, 500)), s.PruneUploads(ctx), s.Cut(ctx, 0, 0)} {
			if err != nil {
				return err
			}
		}
		return nil
	}},
}

func (s *Store) take(ctx context.Context, x *hotIDs, from, text string) error {
	return s.takeItem(ctx, desk.Inbound{InboxID: x.inbox, ProviderID: desk.NewID(), Kind: desk.InMessage, At: time.Now(), Identity: desk.Identity{Kind: desk.Phone, Value: from},
		Message: &desk.Message{Kind: desk.Text, Text: text, ExternalID: "SMy", Author: desk.ByCustomer}})
}

func (s *Store) takeItem(ctx context.Context, in desk.Inbound) error {
	work, err := s.Accept(ctx, []desk.Inbound{in})
	if err != nil {
		return err
	}
	return s.Receive(ctx, []desk.ID{work[0].ID})
}

// planNow is the last day of the facts.
var planNow = time.Date(2026, 5, 19, 20, 0, 0, 0, time.UTC)

func (x *hotIDs) setUp(ctx context.Context, s *Store, db *sql.DB) error {
	q := desk.QueueDefaults()
	q.ID, q.Name = desk.NewID(), "Support"
	if _, err := s.CreateQueue(ctx, "", q); err != nil {
		return err
	}
	in, err := s.CreateInbox(ctx, "", desk.Inbox{ID: desk.NewID(), Name: "sms", Label: "SMS", Channel: desk.SMS, Provider: "twilio-sms", QueueID: q.ID, Enabled: true})
	if err != nil {
		return err
	}
	var agents [2]desk.ID
	for i := range agents {
		a, err := s.CreateAgent(ctx, "", desk.Agent{ID: desk.NewID(), Email: fmt.Sprintf("a%d@example.com", i), Name: "Ana", Role: desk.RoleAgent, Enabled: true, Capacity: 1000, Presence: desk.Offline}, "hash")
		if err != nil {
			return err
		}
		agents[i] = a.ID
		if err := s.SetPresence(ctx, a.ID, desk.Available, "", false, a.ID); err != nil {
			return err
		}
	}
	*x = hotIDs{inbox: in.ID, queue: q.ID, agent: agents[0], other: agents[1], conversation: "018f2b6e-0003-7000-8000-000000007000", contact: "018f2b6e-0001-7000-8000-000000007001",
		message: "018f2b6e-0004-7000-8000-000000035000", open: "018f2b6e-0003-7000-8000-000000019900"}
	_, err = db.ExecContext(ctx, grown)
	return err
}

// reads are rows read by sequential scans of a table, or of an index, so far.
func reads(t *testing.T, db *sql.DB) map[string]int64 {
	t.Helper()
	rows, err := db.Query(`SELECT relname, 'all of ' || relname, seq_tup_read FROM pg_stat_user_tables
		UNION ALL SELECT relname, relname || ' by ' || indexrelname, idx_tup_read FROM pg_stat_user_indexes`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[string]int64{}
	for rows.Next() {
		var table, how string
		var n int64
		if err := rows.Scan(&table, &how, &n); err != nil {
			t.Fatal(err)
		}
		if growing[table] {
			out[how] = n
		}
	}
	if len(out) < 2*len(growing) || rows.Err() != nil {
		t.Fatalf("only %d counters, %v", len(out), rows.Err())
	}
	return out
}

// What is done all day reads no growing table from end to end, nor much of an
// index, and so costs the same whatever has happened before. PostgreSQL itself
// counts what the real statements read.
func TestNothingHotReadsAGrowingTableWhole(t *testing.T) {
	ctx, url := t.Context(), testenv.Postgres(t)
	open := func() *Store {
		s, err := Open(ctx, Config{URL: url, Key: make([]byte, 32), Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return planNow }})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := open()
	x := &hotIDs{}
	if err := x.setUp(ctx, s, db); err != nil {
		t.Fatal(err)
	}
	if err := s.packUpTo(ctx, "2026-05-19"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range hotCalls {
		before := settled(t, db)
		s := open()
		if err := c.call(ctx, s, x); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if err := s.Close(); err != nil { // a connection tells its counts at the latest when it ends
			t.Fatal(err)
		}
		for how, n := range settled(t, db) {
			if n -= before[how]; n > max(c.most, mostRead) {
				t.Errorf("%s reads %d rows: %s", c.name, n, how)
			}
		}
	}
}

// settled gives the counts once all other connections have ended.
func settled(t *testing.T, db *sql.DB) map[string]int64 {
	t.Helper()
	for {
		var others int
		err := db.QueryRow("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type IN ('client backend', 'autovacuum worker', 'parallel worker')").Scan(&others)
		if err != nil {
			t.Fatal(err)
		}
		if others == 0 {
			return reads(t, db)
		}
		time.Sleep(time.Millisecond)
	}
}
