package queue

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"

	"parley/desk"
)

func TestConcurrentPushesShareRoundTrips(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		const callers, each = 64, 20
		counter := &Counter{}
		r := node(t, b, func(c *Config) { c.Hooks = []redis.Hook{counter} })
		before := counter.RoundTrips.Load()
		var pushes sync.WaitGroup
		for caller := range callers {
			pushes.Go(func() {
				for n := range each {
					if err := r.Push(context.Background(), Inbound, []desk.Work{item(caller, n)}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		pushes.Wait()
		if trips := counter.RoundTrips.Load() - before; trips > callers*each/4 {
			t.Errorf("%d round trips for %d pushes by %d callers", trips, callers*each, callers)
		}
		if depth, err := r.Depth(t.Context(), Inbound); depth != callers*each || err != nil {
			t.Errorf("depth %d, %v; want %d", depth, err, callers*each)
		}
	})
}

func TestEachCallerLearnsOfItsOwnError(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		r := node(t, b)
		bad, good := desk.Work{Key: "bad", ID: "1"}, desk.Work{ID: "2"}
		for n := 0; good.Key == ""; n++ {
			if key := fmt.Sprint("good-", n); partition(key, r.partitions) != partition(bad.Key, r.partitions) {
				good.Key = key
			}
		}
		// A key of another type makes XADD fail in this partition only.
		if err := raw(t, b).Set(t.Context(), r.stream(Inbound, partition(bad.Key, r.partitions)), "x", 0).Err(); err != nil {
			t.Fatal(err)
		}
		var pushes sync.WaitGroup
		for range 20 {
			for item, fails := range map[desk.Work]bool{bad: true, good: false} {
				pushes.Go(func() {
					if err := r.Push(context.Background(), Inbound, []desk.Work{item}); (err != nil) != fails {
						t.Errorf("%s: %v", item.Key, err)
					}
				})
			}
		}
		pushes.Wait()
	})
}

// The partition of a key must never change: work that waits would lose its order.
func TestPartitionsAreStableAndEven(t *testing.T) {
	for key, want := range map[string]int{"": 9, "+15005550006": 6, "0199a3c1-7d3e-7000-8000-000000000001": 8} {
		if got := partition(key, Partitions); got != want {
			t.Errorf("partition(%q) = %d, want %d", key, got, want)
		}
	}
	var count [Partitions]int
	const keys = 16000
	for n := range keys {
		count[partition(fmt.Sprintf("+1500%07d", n), Partitions)]++
	}
	for p, n := range count {
		if n < keys/Partitions/2 || n > keys/Partitions*2 {
			t.Errorf("partition %d has %d of %d keys", p, n, keys)
		}
	}
}
