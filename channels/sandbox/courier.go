package sandbox

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

const (
	maxAttempts   = 8
	firstBackoff  = 500 * time.Millisecond
	longestPause  = 15 * time.Second
	reorderWait   = 1500 * time.Millisecond
	laneMost      = 500
	maxReplyBytes = 64 << 10
)

// delivery is one signed webhook on its way to Parley.
type delivery struct {
	lane   string // deliveries of one lane keep their order
	url    string // where it is posted
	header http.Header
	body   []byte
	done   func(ok bool) // told once, when it was taken or given up; may be nil
	swaps  bool          // it already let another pass
}

type courierConfig struct {
	client *http.Client
	log    *slog.Logger
	faults *faultSwitches
	pace   func(time.Duration) time.Duration
}

// courier delivers webhooks: one goroutine for each lane that has work.
type courier struct {
	courierConfig
	mu      sync.Mutex
	lanes   map[string][]*delivery
	working map[string]bool
	ctx     context.Context // of Run; nil before
	wg      sync.WaitGroup
}

func newCourier(cfg courierConfig) *courier {
	return &courier{courierConfig: cfg, lanes: map[string][]*delivery{}, working: map[string]bool{}}
}

// run works until ctx ends and waits for what is in the middle of an attempt.
func (c *courier) run(ctx context.Context) error {
	c.mu.Lock()
	c.ctx = ctx
	for name := range c.lanes {
		c.start(name)
	}
	c.mu.Unlock()
	<-ctx.Done()
	c.mu.Lock() // no lane starts after this
	c.ctx = nil
	c.mu.Unlock()
	c.wg.Wait()
	return nil
}

// post queues a delivery; one lane holds a bounded number.
func (c *courier) post(d *delivery) {
	c.mu.Lock()
	full := len(c.lanes[d.lane]) >= laneMost
	if !full {
		c.lanes[d.lane] = append(c.lanes[d.lane], d)
		c.start(d.lane)
	}
	c.mu.Unlock()
	if !full {
		return
	}
	c.log.Warn("sandbox: webhook dropped, too many wait", "lane", d.lane)
	if d.done != nil {
		d.done(false)
	}
}

// start gives a lane its goroutine; the caller holds the lock.
func (c *courier) start(lane string) {
	if c.ctx == nil || c.working[lane] {
		return
	}
	c.working[lane] = true
	c.wg.Add(1)
	go func(ctx context.Context) {
		defer c.wg.Done()
		c.work(ctx, lane)
	}(c.ctx)
}

func (c *courier) work(ctx context.Context, lane string) {
	for {
		c.mu.Lock()
		waiting := c.lanes[lane]
		if len(waiting) == 0 || ctx.Err() != nil {
			delete(c.lanes, lane)
			delete(c.working, lane)
			c.mu.Unlock()
			return
		}
		d := waiting[0]
		c.lanes[lane] = waiting[1:]
		c.mu.Unlock()

		f := c.faults.get()
		if f.Reorder && !d.swaps && c.letPass(ctx, d) {
			continue
		}
		if f.DelayMS > 0 && !pause(ctx, time.Duration(f.DelayMS)*time.Millisecond) {
			continue
		}
		ok := c.deliver(ctx, d)
		if ok && f.Duplicate {
			c.deliver(ctx, d)
		}
		if d.done != nil && ctx.Err() == nil {
			d.done(ok)
		}
	}
}

// letPass waits a moment for a later delivery of the lane and puts d behind it.
func (c *courier) letPass(ctx context.Context, d *delivery) bool {
	d.swaps = true
	for waited := time.Duration(0); waited < reorderWait; waited += reorderWait / 10 {
		c.mu.Lock()
		if rest := c.lanes[d.lane]; len(rest) > 0 {
			rest[0].swaps = true
			c.lanes[d.lane] = append([]*delivery{rest[0], d}, rest[1:]...)
			c.mu.Unlock()
			return true
		}
		c.mu.Unlock()
		if !pause(ctx, c.pace(reorderWait/10)) {
			return false
		}
	}
	return false
}

// deliver tries until a 2xx or until it gives up.
func (c *courier) deliver(ctx context.Context, d *delivery) bool {
	wait := firstBackoff
	for attempt := 1; ; attempt++ {
		status, err := c.attempt(ctx, d)
		if err == nil && status/100 == 2 {
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		if attempt == maxAttempts {
			c.log.Warn("sandbox: webhook given up", "lane", d.lane, "status", status, "error", err)
			return false
		}
		if !pause(ctx, c.pace(wait)) {
			return false
		}
		wait = min(2*wait, longestPause)
	}
}

func (c *courier) attempt(ctx context.Context, d *delivery) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url, bytes.NewReader(d.body))
	if err != nil {
		return 0, err
	}
	req.Header = d.header.Clone()
	res, err := c.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxReplyBytes)) // so that the connection is used again
	return res.StatusCode, nil
}

// pause waits; false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
