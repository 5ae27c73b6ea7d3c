package routing_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/routing"
)

// cluster is what a node sees of the others: whether it gets the lease, and
// whether Redis answers. It counts who leads.
type cluster struct {
	*testing.T
	stop func()

	mu      sync.Mutex
	held    chan struct{} // closed when the lease is lost; nil: not held
	wanted  chan struct{} // signals a grant to Hold
	silent  bool          // Redis does not even refuse
	down    error
	leading int
	most    int
	began   int
	slow    time.Duration // how long leading takes to end
}

// join runs a node's leadership until stop.
func join(t *testing.T) *cluster {
	c := &cluster{T: t, wanted: make(chan struct{}, 1)}
	l := &routing.Leadership{Lease: c, Probe: c.ping, Log: slog.New(slog.DiscardHandler), Lead: c.lead}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	c.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if c.leads() != 0 {
			t.Error("leading goes on after the end")
		}
	})
	t.Cleanup(c.stop)
	return c
}

func (c *cluster) ping(ctx context.Context) error {
	c.mu.Lock()
	silent, err := c.silent, c.down
	c.mu.Unlock()
	if silent {
		<-ctx.Done()
		return ctx.Err()
	}
	return err
}

func (c *cluster) lead(ctx context.Context) error {
	c.mu.Lock()
	c.leading++
	c.began++
	c.most = max(c.most, c.leading)
	slow := c.slow
	c.mu.Unlock()
	<-ctx.Done()
	time.Sleep(slow)
	c.mu.Lock()
	c.leading--
	c.mu.Unlock()
	return nil
}

// Hold is the lease: granted and lost as the test says, and given up only when
// the work has ended.
func (c *cluster) Hold(ctx context.Context, fn func(ctx context.Context, term int64) error) error {
	for term := int64(1); ; term++ {
		select {
		case <-ctx.Done():
			return nil
		case <-c.wanted:
		}
		c.mu.Lock()
		lost := c.held
		c.mu.Unlock()
		holding, end := context.WithCancel(ctx)
		go func() {
			select {
			case <-lost:
			case <-holding.Done():
			}
			end()
		}()
		err := fn(holding, term)
		end()
		if err != nil {
			c.Error(err)
		}
	}
}

func (c *cluster) grant() {
	c.mu.Lock()
	c.held = make(chan struct{})
	c.mu.Unlock()
	c.wanted <- struct{}{}
}

func (c *cluster) lose() { close(c.held) }

func (c *cluster) redis(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = err
}

func (c *cluster) leads() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.leading
}

// after checks who leads when a time has passed.
func (c *cluster) after(d time.Duration, why string, want int) {
	c.Helper()
	time.Sleep(d)
	synctest.Wait()
	if got := c.leads(); got != want {
		c.Errorf("%s: %d lead, want %d", why, got, want)
	}
}

var errDown = errors.New("connection refused")

func TestLeadingGoesByTheLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := join(t)
		c.after(time.Minute, "without the lease", 0)
		c.grant()
		c.after(0, "with it", 1)
		c.after(time.Hour, "with it for long", 1)
		c.lose()
		c.after(0, "lost", 0)
		c.grant()
		c.after(0, "with it again", 1)
		c.stop()
	})
}

func TestWithoutRedisEveryNodeLeads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := join(t)
		time.Sleep(time.Minute)
		c.redis(errDown)
		c.after(2500*time.Millisecond, "Redis away for a moment", 0)
		c.redis(nil)
		c.after(time.Second, "Redis back at once", 0)
		c.redis(errDown)
		c.after(2500*time.Millisecond, "away again: patience begins anew", 0)
		c.after(2500*time.Millisecond, "Redis away for 5 s", 1)
		c.after(time.Hour, "Redis away for long", 1)
		c.redis(nil)
		c.after(1500*time.Millisecond, "Redis back", 0)
		c.grant()
		c.after(0, "with the lease", 1)
		c.redis(errDown)
		c.lose()
		c.after(6*time.Second, "Redis away once more", 1)
		c.stop()
	})
	synctest.Test(t, func(t *testing.T) {
		c := join(t)
		time.Sleep(time.Minute)
		c.mu.Lock()
		c.silent = true // it hangs
		c.mu.Unlock()
		c.after(8*time.Second, "Redis silent", 1)
		c.stop()
	})
}

// Whatever overlaps: the lease is lost late, Redis comes and goes, and ending
// takes its time; one process never leads twice.
func TestOneProcessNeverLeadsTwice(t *testing.T) {
	for _, slow := range []time.Duration{0, 700 * time.Millisecond, 10 * time.Second} {
		t.Run(fmt.Sprint(slow), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := join(t)
				c.slow = slow
				for range 5 {
					c.grant()
					time.Sleep(time.Second)
					c.redis(errDown) // the lease is still trusted
					c.after(8*time.Second, "by the lease, with Redis away", 1)
					c.lose()
					time.Sleep(1500 * time.Millisecond)
					c.redis(nil) // at once, while whoever led is still ending
					time.Sleep(500 * time.Millisecond)
					c.redis(errDown)
					time.Sleep(20 * time.Second)
					c.after(0, "without Redis", 1)
					c.redis(nil)
					c.grant()
					c.after(30*time.Second, "by the lease again", 1)
					c.lose()
					c.after(20*time.Second, "without it", 0)
				}
				if c.most != 1 || c.began < 10 {
					t.Errorf("%d led at once; leading began %d times", c.most, c.began)
				}
				c.stop()
			})
		})
	}
}
