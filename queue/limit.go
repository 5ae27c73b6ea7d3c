package queue

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// allowTimeout bounds the wait for a limit: it stands before the answer to a person.
const allowTimeout = 250 * time.Millisecond

// Allow counts one use of key and tells whether it is within n uses a window
// (sliding: the window before counts by the part that still overlaps). Uses that
// were refused do not count. The windows go by this node's clock.
//
// When Redis cannot be asked it allows. Limits protect against abuse, and an
// outage of Redis must not lock every agent out and silence every customer. So a
// guess at a password must cost enough by itself, without this.
func (r *Redis) Allow(ctx context.Context, key string, n int, window time.Duration) bool {
	return r.allowAt(ctx, key, n, window, time.Now())
}

func (r *Redis) allowAt(ctx context.Context, key string, n int, window time.Duration, at time.Time) bool {
	ctx, cancel := context.WithTimeout(ctx, allowTimeout)
	defer cancel()
	number := at.UnixNano() / int64(window)
	passed := float64(at.UnixNano()%int64(window)) / float64(window)
	current, previous := r.limitKey(key, number), r.limitKey(key, number-1)

	pipe := r.client.Pipeline()
	now := pipe.Incr(ctx, current)
	pipe.PExpire(ctx, current, 2*window)
	before := pipe.Get(ctx, previous)
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		r.config.Log.Debug("rate limit not checked; allowing", "error", err)
		return true
	}
	overlap, _ := before.Float64() // 0 when there is none
	if float64(now.Val())+overlap*(1-passed) <= float64(n) {
		return true
	}
	_ = r.client.Decr(ctx, current).Err()
	return false
}

func (r *Redis) limitKey(key string, window int64) string {
	return r.together("limit:"+key, strconv.FormatInt(window, 10))
}
