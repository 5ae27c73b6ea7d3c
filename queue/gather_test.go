package queue

import (
	"context"
	"sync"
	"testing"
	"time"

	"parley/desk"
)

// Under load calls are few and large; none begins before its time, nothing stays
// behind, and what is alone does not wait.
func TestBusyCallsKeepAPace(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		const pace, calls = 60 * time.Millisecond, 6
		r := node(t, b)
		type call struct {
			began time.Time
			size  int
		}
		var mu sync.Mutex
		var seen []call
		handled := func() (n int) {
			mu.Lock()
			defer mu.Unlock()
			for _, c := range seen {
				n += c.size
			}
			return n
		}
		ended := func() bool {
			mu.Lock()
			defer mu.Unlock()
			return len(seen) >= calls
		}
		background(t, r.Consumer(ConsumerConfig{Kind: Inbound, Workers: 1, Pace: pace, Batch: 100_000, Handle: func(_ context.Context, ids []string) error {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, call{time.Now(), len(ids)})
			return nil
		}}).Run)
		pushed := 0
		for !ended() {
			work := make([]desk.Work, 20)
			for i := range work {
				work[i] = item(pushed%37, pushed)
				pushed++
			}
			push(t, r, work...)
		}
		await(t, "everything", func() bool { return handled() == pushed })
		mu.Lock()
		defer mu.Unlock()
		for i, c := range seen[1:] {
			if before := seen[i]; before.size >= gatherBusy && c.began.Sub(before.began) < pace {
				t.Errorf("call %d began %v after one of %d ids, want at least %v", i+1, c.began.Sub(before.began), before.size, pace)
			}
		}
	})
}
