package migrations

import (
	"context"
	"database/sql"
	"fmt"
)

// searchIndex lets PostgreSQL find words inside contacts' names and addresses by
// trigrams. The extension comes with PostgreSQL's usual packages, but a server may
// lack it or not allow it: then search reads all contacts, and works the same.
func searchIndex(ctx context.Context, db *sql.DB) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	var state sql.NullBool // valid; NULL: not there
	if err := conn.QueryRowContext(ctx, "SELECT (SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('contacts_search'))").Scan(&state); err != nil || state.Bool {
		return err
	}
	if _, err := conn.ExecContext(ctx, "CREATE EXTENSION IF NOT EXISTS pg_trgm"); err != nil {
		return nil //nolint:nilerr // as said above
	}
	if _, err := conn.ExecContext(ctx, "SET statement_timeout = 0"); err != nil {
		return err
	}
	defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), "RESET statement_timeout") }()
	// Without fastupdate no insert has to tidy up after many others.
	for _, statement := range []string{
		"DROP INDEX CONCURRENTLY IF EXISTS contacts_search", // of a try that broke off
		"CREATE INDEX CONCURRENTLY contacts_search ON contacts USING gin (search gin_trgm_ops) WITH (fastupdate = off)",
	} {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}
