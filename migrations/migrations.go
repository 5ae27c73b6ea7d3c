// Package migrations holds the database schema as numbered SQL and applies it.
//
// One file serves both stores: what differs stands in braces and is filled in
// here. Files and words that have been released are never edited, only added to.
package migrations

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"testing/fstest"
	"text/template"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed *.sql
var files embed.FS

// words are what the two stores call things.
type words struct {
	PG                     bool
	UUID, JSON, Bytes, Hot string
}

var (
	postgres = words{PG: true, UUID: "uuid", JSON: "jsonb", Bytes: "bytea",
		// Room on the page keeps updates of a hot row in place.
		Hot: " WITH (fillfactor = 10)"}
	sqlite = words{UUID: "text", JSON: "text", Bytes: "blob"}
)

// Up brings the database to the newest schema and tells the versions applied.
// It fails, naming file and statement, without leaving a file half applied; what
// a file does outside a transaction may be repeated.
func Up(ctx context.Context, db *sql.DB, isPostgres bool) ([]int64, error) {
	p, err := provider(db, isPostgres)
	if err != nil {
		return nil, err
	}
	versions, err := applied(p.Up(ctx))
	if err == nil && isPostgres {
		err = searchIndex(ctx, db)
	}
	return versions, err
}

func applied(results []*goose.MigrationResult, err error) ([]int64, error) {
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	var versions []int64
	for _, r := range results {
		versions = append(versions, r.Source.Version)
	}
	return versions, nil
}

func provider(db *sql.DB, isPostgres bool) (*goose.Provider, error) {
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true),
		goose.WithAllowOutofOrder(true)} // a number may be released after a higher one
	w, dialect := sqlite, goose.DialectSQLite3
	if isPostgres {
		w, dialect = postgres, goose.DialectPostgres
		// Several nodes may start at once; the others wait for the first.
		one, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 3600))
		if err != nil {
			return nil, fmt.Errorf("migrations: %w", err)
		}
		options = append(options, goose.WithSessionLocker(one))
	}
	rendered, err := render(w)
	if err != nil {
		return nil, err
	}
	p, err := goose.NewProvider(dialect, db, rendered, options...)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return p, nil
}

func render(w words) (fs.FS, error) {
	out := fstest.MapFS{}
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		t, err := template.New(name).Option("missingkey=error").Parse(string(text))
		if err != nil {
			return nil, fmt.Errorf("migrations: %s: %w", name, err)
		}
		var b bytes.Buffer
		if err := t.Execute(&b, w); err != nil {
			return nil, fmt.Errorf("migrations: %s: %w", name, err)
		}
		out[name] = &fstest.MapFile{Data: b.Bytes()}
	}
	return out, nil
}
