// Package storetest runs a test against both databases that store speaks to.
package storetest

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"testing"

	"parley/store"
	"parley/testenv"
)

// Open opens the test's database. Each further call is another node on the same
// one. The stores close when the test ends.
type Open func(change ...func(*store.Config)) *store.Store

// Each runs the test twice, in parallel with others: on a fresh SQLite file and
// on a fresh PostgreSQL database.
func Each(t *testing.T, test func(t *testing.T, open Open)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, opener(t, testenv.Postgres(t)))
	})
}

// SQLite is a fresh file, for tests to which the database does not matter.
func SQLite(t testing.TB) Open {
	return opener(t, filepath.Join(t.TempDir(), "parley.db"))
}

// Key seals credentials in tests.
var Key = bytes.Repeat([]byte{7}, 32)

func opener(t testing.TB, url string) Open {
	return func(change ...func(*store.Config)) *store.Store {
		t.Helper()
		cfg := store.Config{URL: url, Key: Key, Node: "test", Log: slog.New(slog.DiscardHandler)}
		for _, f := range change {
			f(&cfg)
		}
		s, err := store.Open(context.Background(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return s
	}
}
