package store_test

import (
	"context"
	"log/slog"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
	"parley/testenv"
)

// freezer is a way to the database on which nothing moves any more once it is
// frozen, while its connections stay open: as of a node that has stopped.
type freezer struct {
	listener net.Listener
	server   string
	gate     sync.RWMutex
}

func newFreezer(t *testing.T, server string) *freezer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &freezer{listener: l, server: server}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s, err := net.Dial("tcp", server)
			if err != nil {
				_ = c.Close()
				return
			}
			go f.carry(c, s)
			go f.carry(s, c)
		}
	}()
	return f
}

func (f *freezer) carry(from, to net.Conn) {
	defer to.Close()
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		f.gate.RLock()
		if n > 0 {
			_, _ = to.Write(b[:n])
		}
		f.gate.RUnlock()
		if err != nil {
			return
		}
	}
}

// A node that freezes while it stands in line for event numbers must not hold up
// the others once it has them: whatever stood in line behind it would do the same.
func TestANodeThatFreezesWithTheNumbersHoldsUpNobody(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	at := testenv.Postgres(t)
	direct, err := pgx.Connect(ctx, at)
	if err != nil {
		t.Fatal(err)
	}
	defer direct.Close(context.Background())
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	way := newFreezer(t, u.Host)
	u.Host = way.listener.Addr().String()
	node, err := store.Open(ctx, store.Config{URL: u.String(), Key: storetest.Key, Node: "frozen", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer node.Close()
	if _, err := node.CreateSkill(ctx, "", desk.Skill{Name: "German"}); err != nil { // its statements are prepared
		t.Fatal(err)
	}
	ahead, err := direct.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ahead.Exec(ctx, "SELECT n FROM counters WHERE name = 'events' FOR UPDATE"); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := node.CreateSkill(ctx, "", desk.Skill{Name: "Italian"})
		done <- err
	}()
	observer, err := pgx.Connect(ctx, at)
	if err != nil {
		t.Fatal(err)
	}
	defer observer.Close(context.Background())
	count := func(query string) (n int) {
		if err := observer.QueryRow(ctx, query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	await := func(what, query string, want int) {
		t.Helper()
		for began := time.Now(); count(query) < want; time.Sleep(5 * time.Millisecond) {
			if time.Since(began) > 20*time.Second {
				t.Fatalf("waited in vain for %s", what)
			}
		}
	}
	await("the node to stand in line", "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%counters%'", 1)
	events := count("SELECT count(*) FROM events")
	way.gate.Lock() // the node is frozen
	if err := ahead.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	await("what the frozen node had asked for", "SELECT count(*) FROM events", events+1)
	if _, err := observer.Exec(ctx, "SELECT n FROM counters WHERE name = 'events' FOR UPDATE NOWAIT"); err != nil {
		t.Errorf("the numbers are held: %v", err)
	}
	way.gate.Unlock()
	if err := <-done; err != nil {
		t.Errorf("it was committed, and the node was told %v", err)
	}
}
