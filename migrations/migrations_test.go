package migrations

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	_ "github.com/glebarez/go-sqlite"
	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib"

	"parley/testenv"
)

// id makes a UUID of a number.
func id(n int) string { return fmt.Sprintf("018f2b6e-0000-7000-8000-%012d", n) }

// before is a database as the first release left it, with some rows.
var before = []string{
	`INSERT INTO queues VALUES ('` + id(1) + `', 'Support', true, '[]', 'longest_idle', 0, 20, false, 0, 60, 80, 0, 0, '{}', NULL, 1)`,
	`INSERT INTO inboxes VALUES ('` + id(2) + `', 'sms', 'SMS', 'sms', 'twilio-sms', '` + id(1) + `', true, '{}', '', 0, '[]', '', false, '', 1)`,
	`INSERT INTO contacts VALUES ('` + id(3) + `', 'Anna', '', '', '', NULL, 0, '', 'en', '', false, '{}', 'anna', 1, 1)`,
	`INSERT INTO identities VALUES ('` + id(4) + `', '` + id(3) + `', 'phone', '', '+1', '', true, false, 1)`,
	`INSERT INTO conversations VALUES ('` + id(5) + `', '` + id(2) + `', 'sms', '` + id(3) + `', 'Anna', '` + id(4) + `', '` + id(1) + `', NULL, NULL, 'resolved', false, 3, 20, 0, '[]', NULL, '[]',
		1, 1, 0, 0, 1, 1, 1, 0, 1, 0, 0, 9, 1, 9, 'bye', 'agent', NULL, 0, 0, 'en', '{}', '', 0, 0, '', 0)`,
	`INSERT INTO messages VALUES ('` + id(6) + `', '` + id(5) + `', '` + id(3) + `', '` + id(2) + `', 'out', 'agent', NULL, 'text', 'hi', '{}', 'sent', '', '', 'SM1', '', false, 1, 0, '', 5, 5)`,
	`INSERT INTO inbound VALUES ('` + id(7) + `', '` + id(2) + `', 'SM0', 'phone||+1', 'done', 0, '', '', NULL, 5)`,
}

func many(db *sql.DB, n int) error {
	for i := 1; i <= n; i++ {
		event := fmt.Sprintf(`INSERT INTO events (seq, at, type, conversation_id, data) VALUES (%d, %d, 'message.received', '%s', '{}')`, i, i*1000, id(5))
		fact := fmt.Sprintf(`INSERT INTO facts VALUES ('%s', 'resolved', %d, '2026-01-%02d', '%s', '%s', 'sms', NULL, '%s', 0, 0, 0, 0, 0, false, false)`, id(1000+i), i*1000, 1+i%9, id(2), id(1), id(5))
		for _, statement := range []string{event, fact} {
			if _, err := db.Exec(statement); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
	}
	_, err := db.Exec("UPDATE counters SET n = $1 WHERE name = 'events'", n)
	return err
}

func TestADatabaseOfTheFirstReleaseKeepsItsRows(t *testing.T) {
	for name, open := range map[string]func() (*sql.DB, error){
		"sqlite":   func() (*sql.DB, error) { return sql.Open("sqlite", filepath.Join(t.TempDir(), "parley.db")) },
		"postgres": func() (*sql.DB, error) { return sql.Open("pgx", testenv.Postgres(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			db, err := open()
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			pg := name == "postgres"
			p, err := provider(db, pg)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := applied(p.UpTo(t.Context(), 1)); err != nil {
				t.Fatal(err)
			}
			for _, statement := range before {
				if _, err := db.Exec(statement); err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
			}
			if err := many(db, 300); err != nil {
				t.Fatal(err)
			}
			had := counts(t, db)
			if v, err := Up(t.Context(), db, pg); err != nil || len(v) == 0 {
				t.Fatalf("applied %v: %v", v, err)
			}
			if diff := cmp.Diff(had, counts(t, db)); diff != "" {
				t.Errorf("rows by table (-before +after):\n%s", diff)
			}
			if v, err := Up(t.Context(), db, pg); err != nil || len(v) != 0 {
				t.Errorf("a second time applied %v: %v", v, err)
			}
			if pg {
				isSplit(t, db)
			}
			// A number is given once, in whatever part of the log it is.
			if _, err := db.Exec(`INSERT INTO events (seq, at, type, data) VALUES (300, 1, 'x', '{}')`); err == nil {
				t.Error("an event's number was given twice")
			}
			if _, err := db.Exec(`INSERT INTO events (seq, at, type, data) VALUES (301, 1, 'x', '{}')`); err != nil {
				t.Error(err)
			}
		})
	}
}

func counts(t *testing.T, db *sql.DB) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, table := range []string{"queues", "inboxes", "contacts", "identities", "conversations", "messages", "inbound", "events", "facts"} {
		var n int
		if err := db.QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		out[table] = n
	}
	return out
}

// isSplit checks that log and facts are partitioned, with all their indexes in each part.
func isSplit(t *testing.T, db *sql.DB) {
	t.Helper()
	var split, missing int
	if err := db.QueryRow(`SELECT count(*) FROM pg_partitioned_table WHERE partrelid IN ('events'::regclass, 'facts'::regclass)`).Scan(&split); err != nil || split != 2 {
		t.Errorf("%d of 2 tables are partitioned: %v", split, err)
	}
	err := db.QueryRow(`SELECT count(*) FROM pg_inherits p JOIN pg_index i ON i.indrelid = p.inhparent
		WHERE NOT EXISTS (SELECT 1 FROM pg_inherits c JOIN pg_index ci ON ci.indexrelid = c.inhrelid WHERE c.inhparent = i.indexrelid AND ci.indrelid = p.inhrelid)
		AND p.inhparent IN ('events'::regclass, 'facts'::regclass)`).Scan(&missing)
	if err != nil || missing != 0 {
		t.Errorf("%d indexes are missing in a part: %v", missing, err)
	}
}
