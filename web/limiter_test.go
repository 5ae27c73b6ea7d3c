package web_test

import (
	"context"
	"time"

	"parley/web"
)

// recorder writes down what is counted by, and counts.
type recorder struct {
	keys *[]string
	web.Limiter
}

func (r recorder) Allow(ctx context.Context, key string, n int, window time.Duration) bool {
	*r.keys = append(*r.keys, key)
	return r.Limiter.Allow(ctx, key, n, window)
}
