package queue

import (
	"context"
	"crypto/rand"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
)

// ConsumerConfig says what a consumer does.
type ConsumerConfig struct {
	Kind Kind
	// Handle does the work named by ids. The ids of one contact are in order. nil
	// means that all of it is done. After an error all of it comes again, later and
	// in the same order, first one by one; a panic counts as an error. Its context
	// ends when this node may no longer act.
	Handle func(ctx context.Context, ids []string) error
	// Workers > 0 gathers what is read from all partitions into common calls, at
	// most Workers at a time: large batches under load, for handlers whose cost is
	// a transaction. 0 calls for each partition by itself, at most Partitions at a
	// time: for handlers that wait for others.
	Workers int
	// Pace is how long after a busy batch began its partitions read again at the
	// earliest. A lone message does not wait; under load there are fewer and larger
	// batches, each of which costs about the same. 0: at once.
	Pace time.Duration
	// Batch is the most ids of one call; 200 if 0.
	Batch int
	// Attempts is how often one id alone may fail before Quarantine; 5 if 0.
	// Errors with the code desk.Unavailable do not count: they are not the id's fault.
	Attempts int
	// Quarantine puts an id aside for good, so that the others behind it go on. If
	// it fails, or is nil, the id stays first in its partition and is tried again.
	Quarantine func(ctx context.Context, id string, cause error) error
}

// Consumer works through the streams of one kind, together with the consumers
// of that kind on other nodes.
type Consumer struct {
	config ConsumerConfig
	redis  *Redis
	log    *slog.Logger
	shares shares
	gather *gatherer // nil without Workers

	// What follows belongs to Run's goroutine.
	term    *trust
	workers map[int]*worker
	poke    chan struct{} // a worker has ended
}

// Consumer makes one; it does nothing before Run.
func (r *Redis) Consumer(config ConsumerConfig) *Consumer {
	if config.Batch == 0 {
		config.Batch = 200
	}
	if config.Attempts == 0 {
		config.Attempts = 5
	}
	return &Consumer{config: config, redis: r, log: r.config.Log.With("stream", string(config.Kind), "node", r.config.Node)}
}

// Run consumes until ctx ends and then returns nil, after the handlers under way
// have returned. While Redis is away it waits. It may be called again, but not twice at once.
func (c *Consumer) Run(ctx context.Context) error {
	ttl := c.redis.config.LeaseTTL
	c.shares = shares{redis: c.redis, kind: c.config.Kind, token: c.redis.config.Node + "/" + rand.Text()[:8]}
	c.workers, c.poke, c.term = map[int]*worker{}, make(chan struct{}, 1), nil

	reader := c.redis.reader()
	defer reader.Close()
	// A blocked read does not notice the end of a context, but that of its connection.
	defer context.AfterFunc(ctx, func() { _ = reader.Close() })()

	if c.config.Workers > 0 {
		c.gather = newGatherer(c)
		defer c.gather.close()
	}
	var failed bool
	for ctx.Err() == nil {
		started := time.Now()
		share, owned, err := c.shares.balance(ctx, ttl/3, c.working())
		switch {
		case ctx.Err() != nil:
		case err != nil:
			if !failed {
				c.log.Warn("cannot renew partitions; trying again", "error", err)
			}
			failed = true
			c.reap(ctx, nil)
		default:
			if failed {
				c.log.Info("partitions renewed again")
			}
			failed = false
			c.adopt(ctx, reader, share, owned, started.Add(trustFor(ttl)))
		}
		c.idle(ctx, ttl/6)
	}
	return c.leave(ctx)
}

// idle waits for the next heartbeat, or for a worker's end, which frees a
// partition for another node.
func (c *Consumer) idle(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-c.poke:
	}
}

// working lists the partitions that a worker of ours still handles.
func (c *Consumer) working() []int {
	var partitions []int
	for p, w := range c.workers {
		if !w.over() {
			partitions = append(partitions, p)
		}
	}
	return partitions
}

// adopt brings the workers in line with what this node owns until then.
func (c *Consumer) adopt(ctx context.Context, reader redis.UniversalClient, share int, owned []int, until time.Time) {
	if c.term == nil || !c.term.extend(until) {
		if c.term != nil {
			c.log.Warn("partitions were not renewed in time; beginning anew")
		}
		c.term = newTrust(ctx, until)
	}
	c.reap(ctx, owned)
	for p, w := range c.workers {
		if w.term == c.term && !slices.Contains(owned, p) {
			c.log.Warn("a partition has another owner", "partition", p)
			w.cancel(errLost)
		}
	}
	// Over the share: the highest finish what they are at and then go.
	surplus := owned
	if len(owned) > share {
		owned, surplus = owned[:share], owned[share:]
	} else {
		surplus = nil
	}
	for _, p := range surplus {
		if w := c.workers[p]; w != nil {
			w.surrender()
		} else if err := c.shares.release(ctx, false, p); err != nil {
			c.log.Warn("cannot release a partition", "partition", p, "error", err)
		}
	}
	for _, p := range owned {
		if c.workers[p] == nil {
			c.workers[p] = c.start(reader, p)
		}
	}
}

// reap forgets workers that have ended and releases what they surrendered. One
// that outlives its term keeps its place, so that no second one works beside it.
func (c *Consumer) reap(ctx context.Context, owned []int) {
	for p, w := range c.workers {
		if !w.over() {
			continue
		}
		delete(c.workers, p)
		if w.surrendered() && slices.Contains(owned, p) {
			if err := c.shares.release(ctx, false, p); err != nil {
				c.log.Warn("cannot release a partition", "partition", p, "error", err)
			}
		}
	}
}

// leave ends all workers and gives everything back, for others to take at once.
func (c *Consumer) leave(ctx context.Context) error {
	if c.term != nil {
		c.term.end()
	}
	partitions := slices.Collect(maps.Keys(c.workers))
	for _, w := range c.workers {
		<-w.done
	}
	if err := c.shares.release(ctx, true, partitions...); err != nil {
		c.log.Warn("cannot release partitions; others wait until they expire", "error", err)
	}
	return nil
}
