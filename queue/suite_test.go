package queue

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"parley/desk"
	"parley/testenv"
)

// testTTL is short enough for a test and long enough for a busy machine.
const testTTL = 600 * time.Millisecond

// backend is a server for several nodes of one test.
type backend struct {
	url string
	// restart ends the server and starts an empty one on the same address.
	restart func()
}

// onEach runs the same test on the embedded server and on Redis.
func onEach(t *testing.T, test func(t *testing.T, b backend)) {
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		const password = "for-this-test-only"
		server, err := startEmbeddedAt("127.0.0.1:0", password)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = server.Close() }) // the last one
		test(t, backend{url: server.url, restart: func() {
			addr := server.server.Addr()
			_ = server.Close()
			for { // another test may hold the port for a moment
				again, err := startEmbeddedAt(addr, password)
				if err == nil {
					server = again
					return
				}
				time.Sleep(5 * time.Millisecond)
			}
		}})
	})
	t.Run("redis", func(t *testing.T) {
		t.Parallel()
		server := testenv.RedisServer(t)
		test(t, backend{url: server.URL, restart: func() { server.Kill(); server.Start() }})
	})
}

// node opens a node on the backend; adjust changes its Config.
func node(t testing.TB, b backend, adjust ...func(*Config)) *Redis {
	t.Helper()
	config := Config{URL: b.url, LeaseTTL: testTTL, Log: slog.New(slog.NewTextHandler(testLog{t}, nil))}
	for _, change := range adjust {
		change(&config)
	}
	r, err := Open(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// testLog shows the nodes' log with a failing test. What comes after the end of
// the test is dropped.
type testLog struct{ t testing.TB }

func (l testLog) Write(line []byte) (int, error) {
	if l.t.Context().Err() == nil {
		l.t.Log(strings.TrimSpace(string(line)))
	}
	return len(line), nil
}

// background runs f until the test ends or the answered function is called,
// which waits for f.
func background(t testing.TB, f func(ctx context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("ended with %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// await waits until ok answers true.
func await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// journal records what handlers were given.
type journal struct {
	mu    sync.Mutex
	ids   []string
	calls int
}

func (j *journal) handle(_ context.Context, ids []string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ids = append(j.ids, ids...)
	j.calls++
	return nil
}

func (j *journal) all() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]string(nil), j.ids...)
}

func (j *journal) has(n int) func() bool {
	return func() bool { return len(j.all()) >= n }
}

// item n of a contact: its id tells both.
func item(contact, n int) desk.Work {
	return desk.Work{Key: fmt.Sprintf("contact-%d", contact), ID: fmt.Sprintf("%d/%d", contact, n)}
}

func push(t testing.TB, r *Redis, items ...desk.Work) {
	t.Helper()
	if err := r.Push(context.Background(), Inbound, items); err != nil {
		t.Fatal(err)
	}
}

// checkOrder fails unless each contact's items are 0…n-1, once each and in order.
func checkOrder(t testing.TB, ids []string, contacts, n int) {
	t.Helper()
	next := map[int]int{}
	for _, id := range ids {
		var contact, at int
		if _, err := fmt.Sscanf(id, "%d/%d", &contact, &at); err != nil {
			t.Fatalf("id %q: %v", id, err)
		}
		if at != next[contact] {
			t.Fatalf("contact %d: got item %d, want item %d", contact, at, next[contact])
		}
		next[contact]++
	}
	for contact := range contacts {
		if next[contact] != n {
			t.Errorf("contact %d: %d items, want %d", contact, next[contact], n)
		}
	}
}

// raw is a client of the test's own.
func raw(t testing.TB, b backend) redis.UniversalClient {
	t.Helper()
	options, err := parseURL(b.url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewUniversalClient(options)
	t.Cleanup(func() { _ = client.Close() })
	return client
}
