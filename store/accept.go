package store

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"parley/desk"
)

// Accept makes what a provider told us durable and returns the work that is
// new; what was accepted before gives none. Calls that arrive while a commit is
// in flight share the next one. Items must not be changed afterwards.
func (s *Store) Accept(ctx context.Context, items []desk.Inbound) ([]desk.Work, error) {
	if len(items) == 0 {
		return nil, nil
	}
	rows := make([]acceptedRow, len(items))
	for i := range items {
		in := &items[i]
		if in.ID == "" {
			in.ID = desk.NewID()
		}
		body, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		now := s.cfg.Now()
		rows[i] = acceptedRow{item: in,
			inbound: inboundRow{ID: in.ID, InboxID: in.InboxID, ProviderID: in.ProviderID, Body: body, Raw: in.Raw, AcceptedAt: now},
			intake:  intakeRow{ID: in.ID, InboxID: in.InboxID, Key: in.Identity.Key(), State: intakeOpen, AcceptedAt: now}}
	}
	return s.accept.submit(ctx, rows)
}

// accepter gathers rows of concurrent calls into one commit, without a timer:
// whatever queued up while the last commit was in flight is the next batch.
type accepter struct {
	s    *Store
	in   chan *acceptCall
	done sync.WaitGroup
}

type acceptCall struct {
	ctx  context.Context
	rows []acceptedRow
	new  []desk.Work
	err  error
	done chan struct{}
}

// acceptQueue bounds the calls waiting for a commit; beyond it callers are told
// to come again, so memory stays bounded when the database is slow.
const (
	acceptQueue = 4096
	acceptBatch = 500
	// When a commit had as many rows as acceptBusy, more are on their way: the
	// next begins acceptPace after it began. That is no wait for a lone message,
	// and under load half as much work for the database and fewer, larger commits.
	acceptBusy = 3
	acceptPace = 4 * time.Millisecond
)

func newAccepter(s *Store) *accepter {
	a := &accepter{s: s, in: make(chan *acceptCall, acceptQueue)}
	a.done.Go(a.run)
	return a
}

func (a *accepter) close() {
	close(a.in)
	a.done.Wait()
}

func (a *accepter) submit(ctx context.Context, rows []acceptedRow) ([]desk.Work, error) {
	call := &acceptCall{ctx: ctx, rows: rows, done: make(chan struct{})}
	select {
	case a.in <- call:
	default:
		return nil, &desk.Error{Code: desk.Unavailable, Message: "too much is waiting to be stored"}
	}
	select {
	case <-call.done:
		return call.new, call.err
	case <-ctx.Done():
		return nil, unavailable(ctx.Err())
	}
}

func (a *accepter) run() {
	var last time.Time
	n := 0
	for call := range a.in {
		if n >= acceptBusy {
			time.Sleep(time.Until(last.Add(acceptPace)))
		}
		batch := []*acceptCall{call}
		n = len(call.rows)
	gather:
		for n < acceptBatch {
			select {
			case more, ok := <-a.in:
				if !ok {
					break gather
				}
				batch = append(batch, more)
				n += len(more.rows)
			default:
				break gather
			}
		}
		last = time.Now()
		a.commit(batch)
	}
}

// acceptTimeout is well under the 15 s Twilio waits: better a 503 in time than silence.
const acceptTimeout = 5 * time.Second

func (a *accepter) commit(batch []*acceptCall) {
	// Who has given up meanwhile was told so, and sends it again: storing it now
	// would only keep those waiting who have not.
	batch = slices.DeleteFunc(batch, func(c *acceptCall) bool { return c.ctx.Err() != nil })
	var rows []acceptedRow
	for _, c := range batch {
		rows = append(rows, c.rows...)
	}
	ctx, cancel := context.WithTimeout(context.Background(), acceptTimeout)
	defer cancel()
	fresh, err := a.s.insertInbound(ctx, rows)
	for _, c := range batch {
		c.err = err
		if err != nil && len(batch) > 1 && desk.CodeOf(err) != desk.Unavailable {
			// One bad row must not fail its neighbours.
			alone, aloneErr := a.s.insertInbound(ctx, c.rows)
			c.err = aloneErr
			c.keep(alone)
		} else if err == nil {
			c.keep(fresh)
		}
		close(c.done)
	}
}

func (c *acceptCall) keep(fresh map[desk.ID]bool) {
	for _, r := range c.rows {
		if fresh[r.intake.ID] {
			c.new = append(c.new, desk.Work{ID: r.intake.ID, Key: r.intake.Key})
		}
	}
}
