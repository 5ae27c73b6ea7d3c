package bench

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/glebarez/go-sqlite" // registers "sqlite"
	"github.com/jackc/pgx/v5/pgxpool"

	"parley/desk"
)

// thinRow is a message of the thin path.
type thinRow struct {
	ID      desk.ID `json:"id"`
	Contact int     `json:"contact"`
	Text    string  `json:"text"`
}

// thinStore is the least that stores messages in batches.
type thinStore interface {
	// insert writes rows that are not there yet.
	insert(ctx context.Context, rows []thinRow) error
	// receive writes messages and the conversations they belong to.
	receive(ctx context.Context, rows []thinRow) error
	writers() int
	close()
}

type thinPostgres struct{ pool *pgxpool.Pool }

func openThinPostgres(ctx context.Context, url string) (thinStore, error) {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return nil, err
	}
	_, err = pool.Exec(ctx, `CREATE SCHEMA thin;
		CREATE TABLE thin.rows (id uuid PRIMARY KEY, contact bigint NOT NULL, text text NOT NULL, at bigint NOT NULL);
		CREATE TABLE thin.conversations (contact bigint PRIMARY KEY, last_at bigint NOT NULL, last_text text NOT NULL, unread bigint NOT NULL);
		CREATE TABLE thin.messages (id uuid PRIMARY KEY, contact bigint NOT NULL, text text NOT NULL, at bigint NOT NULL)`)
	if err != nil {
		pool.Close()
		return nil, err
	}
	return &thinPostgres{pool}, nil
}

func (*thinPostgres) writers() int { return 2 }

func columns(rows []thinRow) (ids, texts []string, contacts []int64) {
	for _, r := range rows {
		ids, texts, contacts = append(ids, r.ID), append(texts, r.Text), append(contacts, int64(r.Contact))
	}
	return ids, texts, contacts
}

func (s *thinPostgres) insert(ctx context.Context, rows []thinRow) error {
	ids, texts, contacts := columns(rows)
	_, err := s.pool.Exec(ctx, `INSERT INTO thin.rows (id, contact, text, at) SELECT i::uuid, c, t, $4 FROM unnest($1::text[], $2::bigint[], $3::text[]) AS u (i, c, t) ON CONFLICT DO NOTHING`,
		ids, contacts, texts, time.Now().UnixMicro())
	return err
}

func (s *thinPostgres) receive(ctx context.Context, rows []thinRow) error {
	ids, texts, contacts := columns(rows)
	_, err := s.pool.Exec(ctx, `WITH input AS (SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[]) WITH ORDINALITY AS u (i, c, t, n)),
		conversations AS (
			INSERT INTO thin.conversations AS k (contact, last_at, last_text, unread)
			SELECT c, $4, (array_agg(t ORDER BY n DESC))[1], count(*) FROM input GROUP BY c
			ON CONFLICT (contact) DO UPDATE SET last_at = excluded.last_at, last_text = excluded.last_text, unread = k.unread + excluded.unread)
		INSERT INTO thin.messages (id, contact, text, at) SELECT i::uuid, c, t, $4 FROM input`,
		ids, contacts, texts, time.Now().UnixMicro())
	return err
}

func (s *thinPostgres) close() {
	ctx, cancel := context.WithTimeout(context.Background(), cleanTimeout)
	defer cancel()
	_, _ = s.pool.Exec(ctx, "DROP SCHEMA thin CASCADE")
	s.pool.Close()
}

type thinSQLite struct{ db *sql.DB }

func openThinSQLite(dir string) (thinStore, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "thin.db")+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // several writers would only wait for each other
	for _, table := range []string{
		"CREATE TABLE rows (id text PRIMARY KEY, contact integer NOT NULL, text text NOT NULL, at integer NOT NULL)",
		"CREATE TABLE conversations (contact integer PRIMARY KEY, last_at integer NOT NULL, last_text text NOT NULL, unread integer NOT NULL)",
		"CREATE TABLE messages (id text PRIMARY KEY, contact integer NOT NULL, text text NOT NULL, at integer NOT NULL)",
	} {
		if _, err := db.Exec(table); err != nil {
			_ = db.Close()
			return nil, err
		}
	}
	return &thinSQLite{db}, nil
}

func (*thinSQLite) writers() int { return 1 }

// values is "(?,?,?,?),…" behind a statement's head, with the arguments.
func values(head string, rows []thinRow, tail string) (string, []any) {
	now := time.Now().UnixMicro()
	args := make([]any, 0, 4*len(rows))
	for _, r := range rows {
		args = append(args, r.ID, r.Contact, r.Text, now)
	}
	return head + strings.Repeat("(?,?,?,?),", len(rows)-1) + "(?,?,?,?)" + tail, args
}

func (s *thinSQLite) insert(ctx context.Context, rows []thinRow) error {
	query, args := values("INSERT INTO rows (id, contact, text, at) VALUES ", rows, " ON CONFLICT DO NOTHING")
	_, err := s.db.ExecContext(ctx, query, args...)
	return err
}

// receive takes two statements: SQLite has none that writes two tables.
func (s *thinSQLite) receive(ctx context.Context, rows []thinRow) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	query, args := values("INSERT INTO messages (id, contact, text, at) VALUES ", rows, "")
	if _, err := tx.ExecContext(ctx, query, args...); err != nil {
		return err
	}
	args = args[:0]
	now := time.Now().UnixMicro()
	for _, r := range rows {
		args = append(args, r.Contact, now, r.Text, 1)
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO conversations (contact, last_at, last_text, unread) VALUES "+strings.Repeat("(?,?,?,?),", len(rows)-1)+
		"(?,?,?,?) ON CONFLICT (contact) DO UPDATE SET last_at = excluded.last_at, last_text = excluded.last_text, unread = unread + 1", args...)
	if err != nil {
		return err
	}
	return tx.Commit()
}

func (s *thinSQLite) close() { _ = s.db.Close() }
