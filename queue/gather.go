package queue

import (
	"context"
	"sync"
)

// gatherer joins parts of different partitions into common calls of the handler:
// whatever arrived while the call before was under way. No timer is involved, so
// a lone message does not wait, and batches grow with the load.
type gatherer struct {
	consumer *Consumer
	jobs     chan *job
	workers  sync.WaitGroup
}

type job struct {
	ctx     context.Context // ends when the partition is lost
	part    part
	done    chan struct{}
	handled bool  // the handler did it
	err     error // why not, or why it is not acknowledged
}

func newGatherer(c *Consumer) *gatherer {
	// A partition waits for its job, so there is never more than one of each.
	g := &gatherer{consumer: c, jobs: make(chan *job, c.redis.partitions)}
	for range c.config.Workers {
		g.workers.Go(g.run)
	}
	return g
}

func (g *gatherer) submit(ctx context.Context, p part) (handled bool, err error) {
	j := &job{ctx: ctx, part: p, done: make(chan struct{})}
	g.jobs <- j
	<-j.done
	return j.handled, j.err
}

// close ends the workers; nobody submits any more.
func (g *gatherer) close() {
	close(g.jobs)
	g.workers.Wait()
}

func (g *gatherer) run() {
	var over *job // taken, but too much for the batch before
	for {
		batch := []*job{over}
		if over == nil {
			j, ok := <-g.jobs
			if !ok {
				return
			}
			batch[0] = j
		}
		batch, over = g.more(batch)
		g.handle(batch)
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
func (g *gatherer) handle(batch []*job) {
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
		j.handled, j.err = handled, err
		close(j.done)
	}
}
