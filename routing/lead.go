package routing

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Lease lets one of several nodes do something; it blocks until ctx ends.
type Lease interface {
	Hold(ctx context.Context, fn func(ctx context.Context, term int64) error) error
}

// Leadership runs what one node should do for all: by the lease, and on every
// node while there is no Redis to hold leases, because nothing must wait for
// Redis and two routers at once only waste work.
type Leadership struct {
	Lease Lease
	Probe func(ctx context.Context) error // nil: Redis would take the lease's writes
	Log   *slog.Logger
	// Lead does the work until ctx ends.
	Lead func(ctx context.Context) error

	one chan struct{} // holds one while Lead runs: never twice in one process
}

const (
	pingEvery = time.Second
	// redisPatience is how long Redis may be silent before every node routes.
	redisPatience = 3 * time.Second
)

// Run takes part until ctx ends.
func (l *Leadership) Run(ctx context.Context) error {
	l.one = make(chan struct{}, 1)
	var alone sync.WaitGroup
	defer alone.Wait()
	alone.Go(func() { l.withoutRedis(ctx) })
	return l.Lease.Hold(ctx, func(ctx context.Context, term int64) error {
		l.Log.Info("this node routes", "term", term)
		defer l.Log.Info("this node no longer routes", "term", term)
		return l.lead(ctx)
	})
}

func (l *Leadership) lead(ctx context.Context) error {
	select {
	case l.one <- struct{}{}:
	case <-ctx.Done():
		return nil
	}
	defer func() { <-l.one }()
	return l.Lead(ctx)
}

// withoutRedis watches Redis and routes while it is away.
func (l *Leadership) withoutRedis(ctx context.Context) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	lastSeen := time.Now()
	end := func() {}
	alone := false
	defer func() { end() }()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		ping, cancel := context.WithTimeout(ctx, pingEvery)
		err := l.Probe(ping)
		cancel()
		switch {
		case err == nil:
			lastSeen = time.Now()
			if alone {
				l.Log.Info("Redis is back; routing goes by the lease again")
				end()
				end, alone = func() {}, false
			}
		case !alone && time.Since(lastSeen) > redisPatience && ctx.Err() == nil:
			l.Log.Warn("Redis is away; this node routes without the lease", "error", err)
			end, alone = l.begin(ctx), true
		}
	}
}

// begin leads in a goroutine and gives what ends it and waits.
func (l *Leadership) begin(ctx context.Context) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() {
		if err := l.lead(ctx); err != nil {
			l.Log.Warn("routing without the lease ended", "error", err)
		}
	})
	return func() {
		cancel()
		running.Wait()
	}
}
