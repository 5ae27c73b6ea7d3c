package queue

import (
	"context"
	"fmt"
	"sync"

	"github.com/redis/go-redis/v9"

	"parley/desk"
)

// maxBatch bounds the entries of one pipeline.
const maxBatch = 1000

// maxStream bounds a partition's length, for the case that nobody consumes for
// long. The oldest entries go; the sweeper pushes them again from the database.
const maxStream = 100_000

// Push adds items, whose Key is the contact's, to the kind's streams and returns when Redis has them all.
// Calls that arrive while a pipeline is under way go out together in the next
// one. After an error some of the items may be there nevertheless; pushing an
// item twice is harmless, as handlers look at the row.
func (r *Redis) Push(ctx context.Context, kind Kind, items []desk.Work) error {
	if len(items) == 0 {
		return nil
	}
	req := &pushRequest{kind: kind, items: items, done: make(chan struct{})}
	if err := r.pusher.add(req); err != nil {
		return err
	}
	select {
	case <-req.done:
		return req.err
	case <-ctx.Done():
		return fmt.Errorf("queue: push: %w", ctx.Err())
	}
}

type pushRequest struct {
	kind  Kind
	items []desk.Work
	done  chan struct{}
	err   error // read after done
}

// pusher is the group commit. Its goroutine lives only while there is
// something to push; close waits for it.
type pusher struct {
	redis *Redis

	mu       sync.Mutex
	waiting  []*pushRequest
	flushing bool
	closed   bool
	flusher  sync.WaitGroup
}

func (p *pusher) add(req *pushRequest) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	p.waiting = append(p.waiting, req)
	if !p.flushing {
		p.flushing = true
		p.flusher.Go(p.run)
	}
	return nil
}

func (p *pusher) run() {
	for {
		batch := p.take()
		if batch == nil {
			return
		}
		p.flush(batch)
	}
}

// take gives the requests for the next pipeline, at least one if any waits.
func (p *pusher) take() []*pushRequest {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiting) == 0 {
		p.flushing = false
		return nil
	}
	n, items := 0, 0
	for n < len(p.waiting) && (n == 0 || items+len(p.waiting[n].items) <= maxBatch) {
		items += len(p.waiting[n].items)
		n++
	}
	batch := p.waiting[:n:n]
	p.waiting = p.waiting[n:]
	if len(p.waiting) == 0 {
		p.waiting = nil // let the array go
	}
	return batch
}

// flush has a time limit of its own: one caller's context must not fail the others.
func (p *pusher) flush(batch []*pushRequest) {
	ctx, cancel := context.WithTimeout(context.Background(), ioTimeout)
	defer cancel()
	pipe := p.redis.client.Pipeline()
	var added []*redis.StringCmd
	for _, req := range batch {
		for _, item := range req.items {
			added = append(added, pipe.XAdd(ctx, &redis.XAddArgs{
				Stream: p.redis.stream(req.kind, partition(item.Key, p.redis.partitions)),
				MaxLen: maxStream,
				Approx: true,
				Values: []string{"id", item.ID},
			}))
		}
	}
	_, _ = pipe.Exec(ctx) // each command has its own error
	for _, req := range batch {
		for _, cmd := range added[:len(req.items)] {
			if err := cmd.Err(); err != nil {
				req.err = fmt.Errorf("queue: push: %w", err)
				break
			}
		}
		added = added[len(req.items):]
		close(req.done)
	}
}

func (p *pusher) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.flusher.Wait()
}
