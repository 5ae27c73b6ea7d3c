package queue

import (
	"context"
	"sync"
	"time"
)

// gatherBusy is how many ids a batch has when more are on their way.
const gatherBusy = 4

// gatherLinger is how long partitions that read at the same moment take to have
// read; it is waited for only at a busy pace.
const gatherLinger = time.Millisecond

// gatherer joins parts of different partitions into common calls of the handler:
// whatever arrived while the call before was under way. A lone message does not
// wait; with Pace, under load, partitions read again at a common moment, so that
// one call has what came meanwhile in all of them.
type gatherer struct {
	consumer *Consumer
	jobs     chan *job
	workers  sync.WaitGroup
}

type job struct {
	ctx     context.Context // ends when the partition is lost
	part    part
	done    chan struct{}
	handled bool      // the handler did it
	err     error     // why not, or why it is not acknowledged
	next    time.Time // when the partition should read again; zero: at once
}

func newGatherer(c *Consumer) *gatherer {
	// A partition waits for its job, so there is never more than one of each.
	g := &gatherer{consumer: c, jobs: make(chan *job, c.redis.partitions)}
	for range c.config.Workers {
		g.workers.Go(g.run)
	}
	return g
}

// submit has a part handled. It returns when that is done, and at a busy pace
// not before it is time to read again.
func (g *gatherer) submit(ctx context.Context, p part) (handled bool, err error) {
	j := &job{ctx: ctx, part: p, done: make(chan struct{})}
	g.jobs <- j
	<-j.done
	if j.handled && j.err == nil {
		time.Sleep(time.Until(j.next))
	}
	return j.handled, j.err
}

// close ends the workers; nobody submits any more.
func (g *gatherer) close() {
	close(g.jobs)
	g.workers.Wait()
}

func (g *gatherer) run() {
	var over *job      // taken, but too much for the batch before
	var next time.Time // for the next batch; zero: at once
	for {
		batch := []*job{over}
		if over == nil {
			j, ok := <-g.jobs
			if !ok {
				return
			}
			if batch[0] = j; !next.IsZero() {
				time.Sleep(time.Until(next.Add(gatherLinger)))
			}
		}
		batch, over = g.more(batch)
		size := 0
		for _, j := range batch {
			size += len(j.part.entries)
		}
		if next = (time.Time{}); size >= gatherBusy && over == nil && g.consumer.config.Pace > 0 {
			next = time.Now().Add(g.consumer.config.Pace)
		}
		g.handle(batch, next)
	}
}

// more adds what is waiting, up to the size of a batch.
func (g *gatherer) more(batch []*job) (full []*job, over *job) {
	size := len(batch[0].part.entries)
	for size < g.consumer.config.Batch {
		select {
		case j, ok := <-g.jobs:
			if !ok {
				return batch, nil
			}
			if size += len(j.part.entries); size > g.consumer.config.Batch {
				return batch, j
			}
			batch = append(batch, j)
		default:
			return batch, nil
		}
	}
	return batch, nil
}

// handle calls the handler once for all, and acknowledges all in one pipeline.
// If one partition is lost meanwhile the call ends for all of them: the others
// try again by themselves.
func (g *gatherer) handle(batch []*job, next time.Time) {
	ctx, cancel := context.WithCancelCause(batch[0].ctx)
	defer cancel(nil)
	var ids []string
	parts := make([]part, len(batch))
	for i, j := range batch {
		ids = append(ids, j.part.ids()...)
		parts[i] = j.part
		defer context.AfterFunc(j.ctx, func() { cancel(context.Cause(j.ctx)) })()
	}
	err := g.consumer.call(ctx, ids)
	handled := err == nil
	if handled {
		err = g.consumer.redis.finish(ctx, g.consumer.config.Kind, parts)
	}
	for _, j := range batch {
		j.handled, j.err, j.next = handled, err, next
		close(j.done)
	}
}
