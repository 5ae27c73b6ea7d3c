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
		busy := 0
		for _, c := range seen[:calls] {
			if c.size >= gatherBusy {
				busy++
			}
		}
		// One pace is left to the machine: handlers tell the time a little late.
		if took, least := seen[calls-1].began.Sub(seen[0].began), time.Duration(busy-2)*pace; busy < 3 || took < least {
			t.Errorf("%d calls, %d of them busy, began within %v, want at least %v: %v", calls, busy, took, least, seen)
		}
	})
}
