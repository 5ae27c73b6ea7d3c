package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Put keeps value under key for ttl, which must be positive. It may vanish
// earlier: Redis may be emptied.
func (r *Redis) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if ttl <= 0 {
		return fmt.Errorf("queue: put %s: ttl must be positive, got %s", key, ttl)
	}
	if err := r.client.Set(ctx, r.valueKey(key), value, ttl).Err(); err != nil {
		return fmt.Errorf("queue: put: %w", err)
	}
	return nil
}

// Get answers what Put kept; ok is false when there is nothing.
func (r *Redis) Get(ctx context.Context, key string) (value []byte, ok bool, err error) {
	value, err = r.client.Get(ctx, r.valueKey(key)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("queue: get: %w", err)
	}
	return value, true, nil
}

// Delete forgets key.
func (r *Redis) Delete(ctx context.Context, key string) error {
	if err := r.client.Del(ctx, r.valueKey(key)).Err(); err != nil {
		return fmt.Errorf("queue: delete: %w", err)
	}
	return nil
}

func (r *Redis) valueKey(key string) string { return r.config.Prefix + "value:" + key }
