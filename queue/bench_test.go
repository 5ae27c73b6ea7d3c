package queue

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"parley/desk"
	"parley/testenv"
)

func benchEach(b *testing.B, bench func(b *testing.B, r *Redis, counter *Counter)) {
	for _, name := range []string{"embedded", "redis"} {
		b.Run(name, func(b *testing.B) {
			counter := &Counter{}
			config := Config{Log: slog.New(slog.DiscardHandler), Hooks: []redis.Hook{counter}}
			if name == "redis" {
				config.URL = testenv.Redis(b)
			}
			r, err := Open(context.Background(), config)
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = r.Close() })
			bench(b, r, counter)
		})
	}
}

// BenchmarkPush is many callers pushing one item each.
func BenchmarkPush(b *testing.B) {
	benchEach(b, func(b *testing.B, r *Redis, _ *Counter) {
		var n atomic.Int64
		b.SetParallelism(16)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				id := fmt.Sprint(n.Add(1))
				if err := r.Push(context.Background(), Inbound, []desk.Work{{Key: id, ID: id}}); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

// BenchmarkCycle is an item's whole way: pushed, read, handled, acknowledged, deleted.
func BenchmarkCycle(b *testing.B) {
	for _, workers := range []int{0, 1} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			benchEach(b, func(b *testing.B, r *Redis, counter *Counter) {
				var handled, calls atomic.Int64
				background(b, r.Consumer(ConsumerConfig{Kind: Inbound, Workers: workers, Handle: func(_ context.Context, ids []string) error {
					handled.Add(int64(len(ids)))
					calls.Add(1)
					return nil
				}}).Run)
				var n atomic.Int64
				before := counter.RoundTrips.Load()
				b.SetParallelism(64)
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						id := fmt.Sprint(n.Add(1))
						if err := r.Push(context.Background(), Inbound, []desk.Work{{Key: id, ID: id}}); err != nil {
							b.Error(err)
						}
					}
				})
				await(b, "all items", func() bool { return handled.Load() == n.Load() })
				b.ReportMetric(float64(n.Load())/float64(calls.Load()), "items/call")
				b.ReportMetric(float64(counter.RoundTrips.Load()-before)/float64(n.Load()), "trips/item")
			})
		})
	}
}

// BenchmarkLatency is one item at a time: from before its push to its handler.
func BenchmarkLatency(b *testing.B) {
	benchEach(b, func(b *testing.B, r *Redis, _ *Counter) {
		arrived := make(chan struct{}, 1)
		background(b, r.Consumer(ConsumerConfig{Kind: Inbound, Workers: 1, Handle: func(context.Context, []string) error {
			arrived <- struct{}{}
			return nil
		}}).Run)
		once := func(n int) {
			id := fmt.Sprint(n)
			if err := r.Push(context.Background(), Inbound, []desk.Work{{Key: id, ID: id}}); err != nil {
				b.Error(err)
			}
			<-arrived
		}
		once(0) // the partitions are taken
		b.ResetTimer()
		for n := range b.N {
			once(n)
		}
	})
}

// BenchmarkAtRate shows what each item costs at a steady 5,000/s with a handler
// that takes as long as a transaction.
func BenchmarkAtRate(b *testing.B) {
	benchEach(b, func(b *testing.B, r *Redis, counter *Counter) {
		var handled, calls atomic.Int64
		background(b, r.Consumer(ConsumerConfig{Kind: Inbound, Workers: 1, Handle: func(_ context.Context, ids []string) error {
			time.Sleep(5 * time.Millisecond)
			handled.Add(int64(len(ids)))
			calls.Add(1)
			return nil
		}}).Run)
		before := counter.RoundTrips.Load()
		n := 0
		b.ResetTimer()
		for start := time.Now(); n < b.N; {
			due := min(b.N, int(time.Since(start)*5/time.Millisecond))
			var items []desk.Work
			for ; n < due; n++ {
				items = append(items, desk.Work{Key: fmt.Sprint(n % 997), ID: fmt.Sprint(n)})
			}
			if err := r.Push(context.Background(), Inbound, items); err != nil {
				b.Error(err)
			}
			time.Sleep(time.Millisecond)
		}
		await(b, "all items", func() bool { return handled.Load() == int64(n) })
		b.ReportMetric(float64(n)/float64(calls.Load()), "items/call")
		b.ReportMetric(float64(counter.RoundTrips.Load()-before)/float64(n), "trips/item")
	})
}
