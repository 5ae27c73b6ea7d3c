package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	_ "github.com/glebarez/go-sqlite" // registers "sqlite"
	"github.com/glebarez/sqlite"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"parley/desk"
	"parley/migrations"
)

// Config of a store. Only URL and Key are required.
type Config struct {
	// URL is postgres://… or the path of a SQLite file.
	URL string
	// Key encrypts provider credentials at rest: 32 bytes.
	Key []byte
	// Zone is the reporting time zone: where days begin. Nil: UTC.
	Zone *time.Location
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	// Node names this process in claims of outgoing messages.
	Node string
	// OnCommit is told of each committed transaction's changes, in no
	// particular order between transactions; it must not block.
	OnCommit func([]desk.Change)
	// CompileRules makes a rule set ready; nil: there are no rules.
	CompileRules func(desk.RuleSet) Rules
	Log          *slog.Logger
	// PartSize is how large a partition of the log or the facts grows in
	// PostgreSQL before the next one begins, in bytes with its indexes; 0: 12 GB.
	PartSize int64
	// Expect tells how long a customer who enters a line will wait; nil: nobody
	// knows. It is called in transactions and must not wait.
	Expect func(*desk.Conversation) (low, high time.Duration, ok bool)
}

// Store is the database.
type Store struct {
	cfg    Config
	pg     bool
	writer *gorm.DB
	reader *gorm.DB
	seal   sealer
	stats  *statements
	accept *accepter
	config configCache
	bulks  bulks
	recent *recent
	open   *remembered

	rules    readyRules
	failures failureLimit
}

// Open connects, brings the schema up to date and starts the accept batcher,
// which ends with Close.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.OnCommit == nil {
		cfg.OnCommit = func([]desk.Change) {}
	}
	if cfg.PartSize == 0 {
		cfg.PartSize = partSizeMost
	}
	seal, err := newSealer(cfg.Key)
	if err != nil {
		return nil, err
	}
	s := &Store{cfg: cfg, seal: seal, stats: &statements{}, recent: newRecent(), open: newRemembered()}
	s.pg = strings.HasPrefix(cfg.URL, "postgres://") || strings.HasPrefix(cfg.URL, "postgresql://")
	if s.pg {
		err = s.openPostgres()
	} else {
		err = s.openSQLite()
	}
	if err != nil {
		return nil, err
	}
	db, err := s.writer.DB()
	if err == nil {
		_, err = migrations.Up(ctx, db, s.pg)
	}
	if err == nil {
		err = s.checkKey(ctx)
	}
	if err != nil {
		_ = s.closeDB()
		return nil, err
	}
	s.accept = newAccepter(s)
	return s, nil
}

func (s *Store) gormConfig() *gorm.Config {
	return &gorm.Config{
		Logger: s.stats, TranslateError: true, PrepareStmt: !s.pg, SkipDefaultTransaction: true,
		NowFunc: s.cfg.Now,
	}
}

func (s *Store) openPostgres() error {
	u, err := url.Parse(s.cfg.URL)
	if err != nil {
		return fmt.Errorf("database URL: %w", err)
	}
	q := u.Query()
	for name, value := range map[string]string{
		"application_name": "parley", "timezone": "UTC",
		// A node that stalls inside a transaction loses it rather than
		// keeping what it has locked from everybody.
		"idle_in_transaction_session_timeout": "3000",
		"statement_timeout":                   "60000",
		"lock_timeout":                        "10000",
		// Compiling a plan takes longer than running any of these.
		"jit": "off",
	} {
		if !q.Has(name) {
			q.Set(name, value)
		}
	}
	if !q.Has("connect_timeout") {
		q.Set("connect_timeout", "5")
	}
	u.RawQuery = q.Encode()
	s.writer, err = gorm.Open(postgres.Open(u.String()), s.gormConfig())
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	db, err := s.writer.DB()
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(24)
	db.SetMaxIdleConns(12)
	db.SetConnMaxIdleTime(5 * time.Minute)
	s.reader = s.writer
	return nil
}

// openSQLite takes one connection that writes and a few that read: several
// writers would only wait for each other's lock.
func (s *Store) openSQLite() error {
	dsn := "file:" + (&url.URL{Path: s.cfg.URL}).EscapedPath() + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=cache_size(-32000)"
	var err error
	if s.writer, err = gorm.Open(sqlite.Open(dsn+"&_txlock=immediate"), s.gormConfig()); err != nil {
		return fmt.Errorf("database file %s: %w", s.cfg.URL, err)
	}
	if s.reader, err = gorm.Open(sqlite.Open(dsn+"&_pragma=query_only(1)"), s.gormConfig()); err != nil {
		return fmt.Errorf("database file %s: %w", s.cfg.URL, err)
	}
	w, err := s.writer.DB()
	if err != nil {
		return err
	}
	w.SetMaxOpenConns(1)
	r, err := s.reader.DB()
	if err != nil {
		return err
	}
	r.SetMaxOpenConns(6)
	return nil
}

// Close finishes what is being accepted and lets the database go.
func (s *Store) Close() error {
	s.accept.close()
	return s.closeDB()
}

func (s *Store) closeDB() error {
	w, err := s.writer.DB()
	if err != nil {
		return err
	}
	if s.reader != s.writer {
		if r, err := s.reader.DB(); err == nil {
			_ = r.Close()
		}
	}
	return w.Close()
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	db, err := s.writer.DB()
	if err != nil {
		return err
	}
	return down(db.PingContext(ctx))
}

// Connections tells how many connections to the database are in use and idle, and
// how long callers have waited for one in all.
func (s *Store) Connections() (inUse, idle int, waited time.Duration) {
	pools := []*gorm.DB{s.writer}
	if s.reader != s.writer {
		pools = append(pools, s.reader)
	}
	for _, p := range pools {
		if db, err := p.DB(); err == nil {
			stats := db.Stats()
			inUse, idle, waited = inUse+stats.InUse, idle+stats.Idle, waited+stats.WaitDuration
		}
	}
	return inUse, idle, waited
}

// Statements is how many SQL statements have been run, without BEGIN and COMMIT.
func (s *Store) Statements() int64 { return s.stats.n.Load() }

func (s *Store) read(ctx context.Context) *gorm.DB { return s.reader.WithContext(ctx) }

// down turns errors of a database that cannot be reached or is out of room into
// Unavailable, which providers and agents understand as "again later".
func down(err error) error {
	if err == nil {
		return nil
	}
	var known *desk.Error
	if errors.As(err, &known) {
		return err
	}
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return &desk.Error{Code: desk.NotFound, Message: "not found"}
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code[:2] {
		case "08", "53", "57", "58", "25", "40", "55": // connection, resources, operator, system, aborted, lock
			return unavailable(err)
		}
		if pg.Code == "23514" { // the only checks there are: where a partition is about to end
			return unavailable(err)
		}
		return err
	}
	if s := err.Error(); errors.Is(err, context.DeadlineExceeded) || s == "sql: database is closed" ||
		strings.Contains(s, "connect") || strings.Contains(s, "broken pipe") || strings.Contains(s, "EOF") ||
		strings.Contains(s, "SQLITE_BUSY") || strings.Contains(s, "SQLITE_FULL") || strings.Contains(s, "SQLITE_IOERR") ||
		strings.Contains(s, "bad connection") || strings.Contains(s, "conn closed") || strings.Contains(s, "i/o timeout") || strings.Contains(s, "reset by peer") {
		return unavailable(err)
	}
	return err
}

func unavailable(err error) error {
	return &desk.Error{Code: desk.Unavailable, Message: "the database cannot be reached just now", Cause: err}
}

// again tells whether a transaction failed only because another was faster.
func again(err error) bool {
	if errors.Is(err, gorm.ErrDuplicatedKey) || errors.Is(err, errStale) {
		return true
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01" || pg.Code == "23505"
	}
	return false
}
