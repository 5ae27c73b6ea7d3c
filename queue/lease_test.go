package queue

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// holder tells when fn of a lease began and ended.
type holder struct {
	terms chan int64
	held  atomic.Bool
}

func newHolder() *holder { return &holder{terms: make(chan int64, 100)} }

func (h *holder) run(ctx context.Context, term int64) error {
	h.held.Store(true)
	h.terms <- term
	<-ctx.Done()
	h.held.Store(false)
	return context.Cause(ctx)
}

func TestLeaseHasOneHolderAndPassesOnAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		// A long TTL: the second holder must come by the first one's letting go.
		a, z := newHolder(), newHolder()
		stop := background(t, func(ctx context.Context) error {
			return node(t, b).Lease("router", 3*time.Second).Hold(ctx, a.run)
		})
		first := <-a.terms
		background(t, func(ctx context.Context) error {
			return node(t, b).Lease("router", 3*time.Second).Hold(ctx, z.run)
		})
		background(t, func(ctx context.Context) error { // another name is another lease
			return node(t, b).Lease("sweeper", 3*time.Second).Hold(ctx, newHolder().run)
		})
		select {
		case <-z.terms:
			t.Fatal("two holders")
		case <-time.After(700 * time.Millisecond): // longer than its polling
		}
		begin := time.Now()
		stop()
		if second := <-z.terms; second <= first {
			t.Errorf("term %d after %d", second, first)
		}
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("the lease passed on after %s", took)
		}
	})
}

func TestLeaseIsGivenUpBeforeAnotherTakesIt(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		cut, a, z := node(t, b), newHolder(), newHolder()
		background(t, func(ctx context.Context) error { return cut.Lease("router", 0).Hold(ctx, a.run) })
		first := <-a.terms
		background(t, func(ctx context.Context) error {
			return node(t, b).Lease("router", 0).Hold(ctx, func(ctx context.Context, term int64) error {
				if a.held.Load() {
					t.Error("the cut-off node still acts")
				}
				return z.run(ctx, term)
			})
		})
		_ = cut.client.Close()
		if second := <-z.terms; second <= first {
			t.Errorf("term %d after %d", second, first)
		}
	})
}

func TestTermsRiseOverTheLossOfAllData(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		h := newHolder()
		background(t, func(ctx context.Context) error { return node(t, b).Lease("router", 0).Hold(ctx, h.run) })
		last := <-h.terms
		for range 2 {
			if err := raw(t, b).FlushAll(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
			term := <-h.terms
			if term <= last {
				t.Fatalf("term %d after %d", term, last)
			}
			last = term
		}
	})
}

func TestLeaseIsTakenAgainAfterAnErrorAndAPanic(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		var calls atomic.Int32
		background(t, func(ctx context.Context) error {
			return node(t, b).Lease("router", 0).Hold(ctx, func(ctx context.Context, _ int64) error {
				switch calls.Add(1) {
				case 1:
					return errors.New("broken")
				case 2:
					panic("broken badly")
				}
				<-ctx.Done()
				return nil
			})
		})
		await(t, "the third call", func() bool { return calls.Load() == 3 })
	})
}

// TestMain turns this binary into the other process of TestAFrozenHolderStops.
func TestMain(m *testing.M) {
	url := os.Getenv("QUEUE_FROZEN_HOLDER")
	if url == "" {
		os.Exit(m.Run())
	}
	r, err := Open(context.Background(), Config{URL: url, LeaseTTL: testTTL})
	if err != nil {
		panic(err)
	}
	_ = r.Lease("router", 0).Hold(context.Background(), func(ctx context.Context, term int64) error {
		fmt.Println("held", term)
		<-ctx.Done()
		fmt.Println("lost", term)
		return nil
	})
}

func TestAFrozenHolderStops(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		other := exec.Command(os.Args[0])
		other.Env = append(os.Environ(), "QUEUE_FROZEN_HOLDER="+b.url)
		out, err := other.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := other.Start(); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = other.Process.Kill(); _ = other.Wait() }()
		lines := bufio.NewScanner(out)
		says := func(want string) int64 {
			t.Helper()
			var word string
			var term int64
			if !lines.Scan() {
				t.Fatal("the other process ended")
			}
			if _, err := fmt.Sscan(lines.Text(), &word, &term); err != nil || word != want {
				t.Fatalf("the other process says %q, want %q", lines.Text(), want)
			}
			return term
		}
		frozen := says("held")
		if err := other.Process.Signal(syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		h := newHolder()
		background(t, func(ctx context.Context) error { return node(t, b).Lease("router", 0).Hold(ctx, h.run) })
		if term := <-h.terms; term <= frozen {
			t.Errorf("term %d after the frozen one's %d", term, frozen)
		}
		if err := other.Process.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
		if term := says("lost"); term != frozen {
			t.Errorf("it lost term %d, want %d", term, frozen)
		}
		if !h.held.Load() {
			t.Error("the thawed one took the lease away")
		}
	})
}
