package queue

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

func TestEachContactStaysInOrder(t *testing.T) {
	for _, workers := range []int{0, 1, 3} {
		t.Run(fmt.Sprintf("workers=%d", workers), func(t *testing.T) {
			onEach(t, func(t *testing.T, b backend) {
				const contacts, each = 40, 25
				r, seen := node(t, b), &journal{}
				background(t, r.Consumer(ConsumerConfig{Kind: Inbound, Handle: seen.handle, Workers: workers}).Run)
				var pushes sync.WaitGroup
				for contact := range contacts {
					pushes.Go(func() {
						for n := range each {
							if err := r.Push(context.Background(), Inbound, []desk.Work{item(contact, n)}); err != nil {
								t.Error(err)
							}
						}
					})
				}
				pushes.Wait()
				await(t, "all items", seen.has(contacts*each))
				checkOrder(t, seen.all(), contacts, each)
				await(t, "the streams to be empty", func() bool {
					depth, err := r.Depth(t.Context(), Inbound)
					return err == nil && depth == 0
				})
			})
		})
	}
}

func TestKindsDoNotMix(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		r, in, out := node(t, b), &journal{}, &journal{}
		background(t, r.Consumer(ConsumerConfig{Kind: Inbound, Handle: in.handle}).Run)
		background(t, r.Consumer(ConsumerConfig{Kind: Outbound, Handle: out.handle}).Run)
		push(t, r, desk.Work{Key: "k", ID: "received"})
		if err := r.Push(t.Context(), Outbound, []desk.Work{{Key: "k", ID: "to send"}}); err != nil {
			t.Fatal(err)
		}
		await(t, "both", func() bool { return in.has(1)() && out.has(1)() })
		if diff := cmp.Diff([][]string{{"received"}, {"to send"}}, [][]string{in.all(), out.all()}); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWhatWasNotAcknowledgedComesAgainFirst(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		r := node(t, b)
		for n := range 10 {
			push(t, r, item(0, n))
		}
		started := make(chan struct{}, 100)
		stop := background(t, r.Consumer(ConsumerConfig{Kind: Inbound, Batch: 4, Handle: func(ctx context.Context, _ []string) error {
			started <- struct{}{}
			<-ctx.Done()
			return ctx.Err()
		}}).Run)
		<-started // it has read the first four
		for n := 10; n < 20; n++ {
			push(t, r, item(0, n))
		}
		stop()

		seen := &journal{}
		background(t, node(t, b).Consumer(ConsumerConfig{Kind: Inbound, Handle: seen.handle}).Run)
		await(t, "all items", seen.has(20))
		checkOrder(t, seen.all(), 1, 20)
	})
}

func TestADeadNodesPartitionsAreTakenAfterItStopped(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		dying := node(t, b)
		var stopped atomic.Int64 // nanoseconds since start when the dying node's handler gave up
		start := time.Now()
		entered := make(chan struct{}, 100)
		background(t, dying.Consumer(ConsumerConfig{Kind: Inbound, Handle: func(ctx context.Context, _ []string) error {
			entered <- struct{}{}
			<-ctx.Done()
			stopped.Store(int64(time.Since(start)))
			return context.Cause(ctx)
		}}).Run)
		push(t, dying, item(0, 0), item(0, 1))
		<-entered
		_ = dying.client.Close() // cut off: it can neither renew nor release

		var tookOver atomic.Int64
		seen := &journal{}
		background(t, node(t, b).Consumer(ConsumerConfig{Kind: Inbound, Handle: func(ctx context.Context, ids []string) error {
			tookOver.CompareAndSwap(0, int64(time.Since(start)))
			return seen.handle(ctx, ids)
		}}).Run)
		await(t, "the other node to take over", seen.has(2))
		checkOrder(t, seen.all(), 1, 2)
		if at := stopped.Load(); at == 0 || at > tookOver.Load() {
			t.Errorf("the cut-off node stopped at %s, the other began at %s", time.Duration(at), time.Duration(tookOver.Load()))
		}
	})
}

func TestPartitionsSpreadFairly(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		client := raw(t, b)
		owners := func() map[string]string { // by partition
			held, _ := client.HGetAll(t.Context(), "parley:{share:in}:owners").Result()
			for partition, value := range held {
				_, held[partition], _ = strings.Cut(value, "|")
			}
			return held
		}
		// How many each node has, by name: who is first there has one more than the
		// others, and until they have given that up it is not settled.
		owned := func() []int {
			count := map[string]int{}
			for _, who := range owners() {
				count[who]++
			}
			var counts []int
			for _, who := range slices.Sorted(maps.Keys(count)) {
				counts = append(counts, count[who])
			}
			return counts
		}
		spread := func(want ...int) {
			t.Helper()
			await(t, fmt.Sprintf("a spread of %v", want), func() bool { return slices.Equal(owned(), want) })
		}
		nothing := func(context.Context, []string) error { return nil }
		background(t, node(t, b).Consumer(ConsumerConfig{Kind: Inbound, Handle: nothing}).Run)
		spread(16)
		background(t, node(t, b).Consumer(ConsumerConfig{Kind: Inbound, Handle: nothing}).Run)
		spread(8, 8)
		leave := background(t, node(t, b).Consumer(ConsumerConfig{Kind: Inbound, Handle: nothing}).Run)
		spread(6, 5, 5)
		before := owners()
		if err := client.FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		spread(6, 5, 5)
		if diff := cmp.Diff(before, owners()); diff != "" {
			t.Errorf("after a loss of all data the partitions moved: %s", diff)
		}
		leave()
		spread(8, 8)
	})
}

func TestHandOverKeepsOrder(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		const contacts, each = 32, 30
		first, seen := node(t, b), &journal{}
		config := ConsumerConfig{Kind: Inbound, Handle: seen.handle, Batch: 3}
		background(t, first.Consumer(config).Run)
		var leave func()
		for n := range each {
			for contact := range contacts {
				push(t, first, item(contact, n))
			}
			switch n {
			case each / 3:
				leave = background(t, node(t, b).Consumer(config).Run)
				await(t, "the second node to get its share", func() bool {
					count, err := first.client.ZCard(t.Context(), "parley:{share:in}:nodes").Result()
					return err == nil && count == 2
				})
			case 2 * each / 3:
				leave()
			}
		}
		await(t, "all items", seen.has(contacts*each))
		checkOrder(t, seen.all(), contacts, each)
	})
}

func TestLossOfAllDataIsSurvived(t *testing.T) {
	losses := map[string]func(t *testing.T, b backend){
		"flushall": func(t *testing.T, b backend) {
			if err := raw(t, b).FlushAll(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
		},
		"restart": func(_ *testing.T, b backend) { b.restart() },
	}
	for name, lose := range losses {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, b backend) {
				r, seen := node(t, b), &journal{}
				background(t, r.Consumer(ConsumerConfig{Kind: Inbound, Handle: seen.handle, Workers: 1}).Run)
				push(t, r, item(0, 0))
				await(t, "the first item", seen.has(1))
				lose(t, b)
				for n := 1; n < 50; n++ {
					await(t, "a push to go through", func() bool {
						return r.Push(t.Context(), Inbound, []desk.Work{item(0, n)}) == nil
					})
				}
				await(t, "the items after the loss", seen.has(50))
				checkOrder(t, seen.all(), 1, 50)
			})
		})
	}
}

func TestAFailingHandlerGetsTheSameAgainInOrder(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		r, seen := node(t, b), &journal{}
		var failures atomic.Int32
		push(t, r, item(0, 0), item(0, 1), item(0, 2), item(0, 3))
		background(t, r.Consumer(ConsumerConfig{
			Kind: Inbound, Attempts: 2,
			Handle: func(ctx context.Context, ids []string) error {
				if failures.Add(1) < 8 {
					return desk.Errorf(desk.Unavailable, "the database is away")
				}
				return seen.handle(ctx, ids)
			},
			Quarantine: func(_ context.Context, id string, _ error) error {
				t.Errorf("%s was put aside for an outage", id)
				return nil
			},
		}).Run)
		await(t, "all items", seen.has(4))
		checkOrder(t, seen.all(), 1, 4)
	})
}

func TestABadIDIsPutAsideAndTheOthersGoOn(t *testing.T) {
	for _, workers := range []int{0, 1} {
		t.Run(fmt.Sprintf("workers=%d", workers), func(t *testing.T) {
			onEach(t, func(t *testing.T, b backend) {
				r, seen := node(t, b), &journal{}
				aside := make(chan string, 10)
				var items []desk.Work
				for n := range 10 {
					items = append(items, item(0, n))
				}
				push(t, r, items...)
				background(t, r.Consumer(ConsumerConfig{
					Kind: Inbound, Workers: workers, Attempts: 3,
					Handle: func(ctx context.Context, ids []string) error {
						if slices.Contains(ids, "0/4") {
							panic("cannot digest this")
						}
						return seen.handle(ctx, ids)
					},
					Quarantine: func(_ context.Context, id string, cause error) error {
						if cause == nil {
							t.Error("no cause")
						}
						aside <- id
						return nil
					},
				}).Run)
				await(t, "the good items", seen.has(9))
				if diff := cmp.Diff([]string{"0/0", "0/1", "0/2", "0/3", "0/5", "0/6", "0/7", "0/8", "0/9"}, seen.all()); diff != "" {
					t.Error(diff)
				}
				if got := <-aside; got != "0/4" || len(aside) != 0 {
					t.Errorf("put aside %s and %d more", got, len(aside))
				}
			})
		})
	}
}

func TestGatheringJoinsPartitions(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		r, seen := node(t, b), &journal{}
		entered, proceed := make(chan struct{}, 1), make(chan struct{})
		first := sync.OnceFunc(func() { entered <- struct{}{}; <-proceed })
		background(t, r.Consumer(ConsumerConfig{Kind: Inbound, Workers: 1, Handle: func(ctx context.Context, ids []string) error {
			first()
			return seen.handle(ctx, ids)
		}}).Run)
		push(t, r, item(0, 0))
		<-entered
		for contact := 1; contact <= 60; contact++ {
			push(t, r, item(contact, 0))
		}
		close(proceed)
		await(t, "all items", seen.has(61))
		// The first call, at most one for each partition that had not read yet, and
		// far from one for each item.
		if seen.calls > Partitions+2 {
			t.Errorf("%d calls for 61 items", seen.calls)
		}
	})
}

func TestShutdownIsQuick(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		r, seen := node(t, b), &journal{}
		stop := background(t, r.Consumer(ConsumerConfig{Kind: Inbound, Handle: seen.handle}).Run)
		push(t, r, item(0, 0))
		await(t, "the item", seen.has(1))
		begin := time.Now()
		stop()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took > 500*time.Millisecond {
			t.Errorf("took %s", took)
		}
		if err := r.Push(t.Context(), Inbound, []desk.Work{item(0, 1)}); !errors.Is(err, ErrClosed) {
			t.Errorf("push after Close: %v", err)
		}
	})
}
