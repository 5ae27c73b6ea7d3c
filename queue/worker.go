package queue

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"parley/desk"
)

// maxBlock is the longest that a read waits in Redis: the time until a worker
// notices that it shall go.
const maxBlock = time.Second

// worker reads and handles one partition for as long as its term lasts.
type worker struct {
	consumer  *Consumer
	reader    redis.UniversalClient
	partition int
	key       string
	term      *trust
	ctx       context.Context
	cancel    context.CancelCauseFunc
	retry     backoff
	going     chan struct{} // closed: finish and end
	goOnce    sync.Once
	done      chan struct{}
}

func (c *Consumer) start(reader redis.UniversalClient, partition int) *worker {
	w := &worker{
		consumer: c, reader: reader, partition: partition,
		key:   c.redis.stream(c.config.Kind, partition),
		term:  c.term,
		retry: backoff{min: 20 * time.Millisecond, max: time.Second},
		going: make(chan struct{}), done: make(chan struct{}),
	}
	w.ctx, w.cancel = context.WithCancelCause(c.term.ctx)
	poke := c.poke
	go func() {
		defer func() {
			w.cancel(nil)
			close(w.done)
			select {
			case poke <- struct{}{}:
			default:
			}
		}()
		w.run()
	}()
	return w
}

func (w *worker) surrender() { w.goOnce.Do(func() { close(w.going) }) }

func (w *worker) surrendered() bool {
	select {
	case <-w.going:
		return true
	default:
		return false
	}
}

func (w *worker) over() bool {
	select {
	case <-w.done:
		return true
	default:
		return false
	}
}

// run reads what was left unfinished before it reads anything new: at the
// beginning, after every failure, and now and then, for what an owner that was
// cut off may have read in the very moment of the hand-over.
func (w *worker) run() {
	unfinished, looked := true, time.Now()
	recheck := 2 * w.consumer.redis.config.LeaseTTL
	for !w.surrendered() {
		block := min(maxBlock, w.term.left())
		if block < time.Millisecond || w.ctx.Err() != nil {
			return
		}
		if time.Since(looked) > recheck {
			unfinished = true
		}
		entries, err := w.consumer.redis.readStream(w.ctx, w.reader, w.key, unfinished, w.consumer.config.Batch, block)
		switch {
		case err != nil:
			unfinished = true
			w.recover(err)
		case len(entries) == 0:
			if unfinished {
				unfinished, looked = false, time.Now()
			}
		default:
			if err := w.finish(part{w.partition, entries}); err != nil {
				unfinished = true
				w.recover(err)
			} else {
				w.retry.reset()
			}
		}
	}
}

// recover makes the group again where it is missing, and otherwise waits.
func (w *worker) recover(err error) {
	if w.ctx.Err() != nil {
		return
	}
	if isNoGroup(err) {
		if err = w.consumer.redis.createGroup(w.ctx, w.key); err == nil {
			return
		}
	}
	w.consumer.log.Debug("partition failed", "partition", w.partition, "error", err)
	w.retry.wait(w.ctx)
}

// finish handles and acknowledges all of p, or answers why it could not. What
// the handler refused as a whole is given to it again from one on, doubling, so
// that one bad id is found while the others go through.
func (w *worker) finish(p part) error {
	handled, err := w.deliver(p)
	if handled || w.ctx.Err() != nil {
		return err
	}
	w.report(err, p)
	retry := backoff{min: 20 * time.Millisecond, max: time.Second}
	rest, size, attempts := p.entries, 1, 0
	for len(rest) > 0 {
		retry.wait(w.ctx)
		if w.ctx.Err() != nil {
			return context.Cause(w.ctx)
		}
		some := part{w.partition, rest[:min(size, len(rest))]}
		err := w.consumer.call(w.ctx, some.ids())
		if err != nil && size == 1 && desk.CodeOf(err) != desk.Unavailable {
			if attempts++; attempts >= w.consumer.config.Attempts {
				err = w.quarantine(some.entries[0].id, err)
			}
		}
		if err != nil {
			w.report(err, some)
			size = 1
			continue
		}
		if err := w.consumer.redis.finish(w.ctx, w.consumer.config.Kind, []part{some}); err != nil {
			return err
		}
		retry.reset()
		rest, attempts = rest[len(some.entries):], 0
		size = min(2*size, w.consumer.config.Batch)
	}
	return nil
}

// deliver makes the first attempt, together with other partitions' where the
// consumer gathers. handled says that the handler did it; an error then is
// of the acknowledgement.
func (w *worker) deliver(p part) (handled bool, err error) {
	c := w.consumer
	if c.gather != nil {
		return c.gather.submit(w.ctx, p)
	}
	if err := c.call(w.ctx, p.ids()); err != nil {
		return false, err
	}
	return true, c.redis.finish(w.ctx, c.config.Kind, []part{p})
}

func (w *worker) quarantine(id string, cause error) error {
	if w.consumer.config.Quarantine == nil {
		return cause
	}
	if err := w.consumer.config.Quarantine(w.ctx, id, cause); err != nil {
		return fmt.Errorf("quarantine: %w", err)
	}
	w.consumer.log.Error("quarantined", "id", id, "partition", w.partition, "error", cause)
	return nil
}

func (w *worker) report(err error, p part) {
	if w.ctx.Err() == nil {
		w.consumer.log.Warn("handler failed; trying again", "partition", w.partition, "count", len(p.entries), "error", err)
	}
}

// call runs the handler; a panic of it is an error, and the node goes on.
func (c *Consumer) call(ctx context.Context, ids []string) (err error) {
	if len(ids) == 0 {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	defer func() {
		if p := recover(); p != nil {
			err = errors.Join(err, fmt.Errorf("queue: handler panicked: %v", p))
		}
	}()
	return c.config.Handle(ctx, ids)
}
