package queue

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// Lag is that of the middle partition: one that is stuck is not the center's.
func TestLag(t *testing.T) {
	onEach(t, func(t *testing.T, b backend) {
		r := node(t, b)
		ctx := t.Context()
		add := func(p int, id string) {
			t.Helper()
			if err := r.client.XAdd(ctx, &redis.XAddArgs{Stream: r.stream(Inbound, p), ID: id, Values: []string{"id", "x"}}).Err(); err != nil {
				t.Fatal(err)
			}
		}
		lag := func() time.Duration {
			t.Helper()
			d, err := r.Lag(ctx, Inbound)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		if d := lag(); d != 0 {
			t.Errorf("with nothing to do the lag is %v", d)
		}
		add(0, "1-1") // since 1970
		if d := lag(); d != 0 {
			t.Errorf("with one stuck partition the lag is %v", d)
		}
		for p := 1; p <= r.partitions/2; p++ {
			add(p, "1000-1")
		}
		now, err := r.now(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if d, want := lag(), now.Sub(time.UnixMilli(1000)); d < want-time.Minute || d > want+time.Minute {
			t.Errorf("with half of the partitions behind the lag is %v, want about %v", d, want)
		}
	})
}
