package queue

import (
	"context"
	"errors"
	"sync"
	"time"
)

// errLost is the cause of a term's context ending.
var errLost = errors.New("queue: the lease could not be renewed in time")

// trust is how long the holder of a lease may act on it: until the start of the
// last successful renewal + TTL − margin, by the monotonic clock. Once it has
// run out it stays so; a new term is a new trust.
type trust struct {
	ctx    context.Context
	cancel context.CancelCauseFunc

	mu    sync.Mutex
	until time.Time
	timer *time.Timer
}

// trustFor is how much of a TTL may be trusted after a renewal began. The rest
// is for whoever is just about to write when the timer fires.
func trustFor(ttl time.Duration) time.Duration { return ttl - ttl/6 }

func newTrust(ctx context.Context, until time.Time) *trust {
	t := &trust{until: until}
	t.ctx, t.cancel = context.WithCancelCause(ctx)
	t.timer = time.AfterFunc(time.Until(until), func() { t.cancel(errLost) })
	return t
}

// extend moves the end. It answers false when the trust has run out already:
// after a freeze that may be known before the timer has had its turn.
func (t *trust) extend(until time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ctx.Err() != nil || !time.Now().Before(t.until) {
		t.cancel(errLost)
		return false
	}
	t.until = until
	t.timer.Reset(time.Until(until))
	return true
}

// left is how long the trust still lasts; 0 when it is over.
func (t *trust) left() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ctx.Err() != nil {
		return 0
	}
	return max(0, time.Until(t.until))
}

// end gives the trust up; its context ends.
func (t *trust) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.timer.Stop()
	t.cancel(errLost)
}
