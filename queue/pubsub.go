package queue

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/redis/go-redis/v9"
)

// silence is how long a subscriber listens without a word before it asks whether
// the connection still lives, and then how long it waits for the answer.
const silence = 5 * time.Second

// Publish sends payload to all nodes that are subscribed to channel right now.
func (r *Redis) Publish(ctx context.Context, channel string, payload []byte) error {
	if err := r.client.Publish(ctx, r.config.Prefix+channel, payload).Err(); err != nil {
		return fmt.Errorf("queue: publish: %w", err)
	}
	return nil
}

// Subscribe calls onMessage with every payload published to channel until ctx
// ends, and then returns nil. Redis keeps nothing for absent subscribers, so
// onReset is called each time the subscription has come into force, the first
// time included: whatever was published before may have been missed, whatever is
// published from now on arrives. Both are called by one goroutine, in order.
// Redis disconnects whoever is so slow that megabytes pile up, which makes a reset.
func (r *Redis) Subscribe(ctx context.Context, channel string, onMessage func(payload []byte), onReset func()) error {
	retry := backoff{min: 20 * time.Millisecond, max: time.Second}
	for down := false; ctx.Err() == nil; {
		err := r.listen(ctx, channel, onMessage, func() {
			if down {
				r.config.Log.Info("subscribed again", "channel", channel)
			}
			down = false
			retry.reset()
			onReset()
		})
		if ctx.Err() != nil {
			return nil
		}
		if !down {
			r.config.Log.Warn("subscription lost; trying again", "channel", channel, "error", err)
		}
		down = true
		retry.wait(ctx)
	}
	return nil
}

// listen is one subscription, from its making to its first failure.
func (r *Redis) listen(ctx context.Context, channel string, onMessage func([]byte), onReset func()) error {
	sub := r.client.Subscribe(ctx, r.config.Prefix+channel)
	defer sub.Close()
	defer context.AfterFunc(ctx, func() { _ = sub.Close() })()
	asked := false
	for {
		got, err := sub.ReceiveTimeout(ctx, silence)
		var netErr net.Error
		switch {
		case err == nil:
			asked = false
		case errors.As(err, &netErr) && netErr.Timeout() && !asked:
			asked = true
			if err := sub.Ping(ctx); err != nil {
				return fmt.Errorf("queue: subscribe: %w", err)
			}
			continue
		default:
			return fmt.Errorf("queue: subscribe: %w", err)
		}
		switch got := got.(type) {
		case *redis.Subscription:
			onReset()
		case *redis.Message:
			onMessage([]byte(got.Payload))
		}
	}
}
