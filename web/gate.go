package web

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/semaphore"

	"parley/desk"
)

// gate is where webhooks wait or are refused while there is more than the node
// can hold, or than the center gets done. Whoever is refused gets a 503 with
// Retry-After at once: nothing was accepted, and they send it again.
type gate struct {
	memory *semaphore.Weighted
	lag    *atomic.Int64 // nanoseconds, as of the last look
}

const (
	// gateMemory bounds what requests under way hold together, in bytes.
	gateMemory = 64 << 20
	// hookMemory is what a request takes besides its body, which is there twice:
	// as it came and as it is stored. So at most 4,096 are under way.
	hookMemory = 16 << 10
	// gatePatience is how long a webhook waits for room before it is refused.
	gatePatience = time.Second
	// lagMost is how long accepted work may wait for its turn. Beyond that more
	// is not accepted: it would only wait longer, and once the rush is over
	// everybody else would wait until it is done.
	lagMost  = 1500 * time.Millisecond
	lagEvery = 250 * time.Millisecond
)

func newGate() gate { return gate{memory: semaphore.NewWeighted(gateMemory), lag: &atomic.Int64{}} }

// enter makes room for a request with a body of length bytes (-1: not known)
// until leave is called.
func (g gate) enter(ctx context.Context, length int64) (leave func(), err error) {
	if time.Duration(g.lag.Load()) > lagMost {
		return nil, desk.Errorf(desk.Unavailable, "more has come than can be dealt with at once; send it again in a few seconds")
	}
	if length < 0 || length > maxWebhook {
		length = maxWebhook
	}
	weight := hookMemory + 2*length
	ctx, cancel := context.WithTimeout(ctx, gatePatience)
	defer cancel()
	if g.memory.Acquire(ctx, weight) != nil {
		return nil, desk.Errorf(desk.Unavailable, "too many requests are under way; send it again in a few seconds")
	}
	return func() { g.memory.Release(weight) }, nil
}

// watch looks at the lag until ctx ends. While it cannot be told (Redis is away)
// the database alone sets the pace.
func (g gate) watch(ctx context.Context, lag func(context.Context) (time.Duration, error)) {
	tick := time.NewTicker(lagEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		look, cancel := context.WithTimeout(ctx, lagEvery)
		now, err := lag(look)
		cancel()
		if err != nil {
			now = 0
		}
		g.lag.Store(int64(now))
	}
}

const (
	// apiMost is how many API requests are answered at once; the database takes
	// fewer, so more would only hold memory.
	apiMost     = 256
	apiPatience = 2 * time.Second
)

// unlimited is what is not the API, or takes as long as the other side's network.
func unlimited(c echo.Context) bool {
	p := c.Request().URL.Path
	return !strings.HasPrefix(p, apiPath+"/") || strings.HasPrefix(p, apiPath+"/files") || strings.HasPrefix(p, apiPath+"/uploads")
}

// atMost lets so many requests in at a time; who waits longer than patience is
// told to come again.
func atMost(n int, patience time.Duration, skip func(echo.Context) bool) echo.MiddlewareFunc {
	turns := make(chan struct{}, n)
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if skip(c) {
				return next(c)
			}
			select {
			case turns <- struct{}{}:
			default:
				wait := time.NewTimer(patience)
				defer wait.Stop()
				select {
				case turns <- struct{}{}:
				case <-wait.C:
					return desk.Errorf(desk.Unavailable, "too many requests at once; try again in a few seconds")
				case <-c.Request().Context().Done():
					return c.Request().Context().Err()
				}
			}
			defer func() { <-turns }()
			return next(c)
		}
	}
}
