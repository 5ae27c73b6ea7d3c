package replay

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"parley/desk"
)

// Shelf is where jobs are kept, so that any node can tell how one is going.
type Shelf interface {
	BeginReplay(ctx context.Context, j desk.Job) error
	// ReplayProgress notes the share done; wanted is false once somebody has cancelled it.
	ReplayProgress(ctx context.Context, id desk.ID, share float64) (wanted bool, err error)
	EndReplay(ctx context.Context, id desk.ID, state desk.JobState, words string, result []byte) error
}

// Request is what to try on a recorded period.
type Request struct {
	From, To     time.Time
	Name         string // of what is otherwise
	Change       *Change
	Replications int
	AgentID      desk.ID // who asks
	Text         []byte  // as it was asked, JSON
}

// Jobs runs replays in the background, one at a time on a node.
type Jobs struct {
	Log   Log
	Shelf Shelf
	Slog  *slog.Logger

	mu      sync.Mutex
	running bool
}

const (
	// A replay beside the work of a server: less than what the tool may take.
	mostEventsInServer = 300_000
	jobTime            = 5 * time.Minute
	progressEvery      = time.Second
	shelfTime          = 10 * time.Second
	readingShare       = 0.3 // of a replay's time, about
)

// Start begins a replay and gives its id; Conflict while another runs here.
func (j *Jobs) Start(ctx context.Context, r Request) (desk.ID, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.running {
		return "", desk.Errorf(desk.Conflict, "another replay is running on this server; wait for it, or cancel it")
	}
	id := desk.NewID()
	if err := j.Shelf.BeginReplay(ctx, desk.Job{ID: id, AgentID: r.AgentID, Request: r.Text}); err != nil {
		return "", err
	}
	j.running = true
	// It outlives the request that asked for it.
	go j.run(context.WithoutCancel(ctx), id, r)
	return id, nil
}

func (j *Jobs) run(ctx context.Context, id desk.ID, r Request) {
	ctx, stop := context.WithTimeout(ctx, jobTime)
	defer stop()
	defer func() {
		j.mu.Lock()
		j.running = false
		j.mu.Unlock()
	}()
	var share shareOf
	told := make(chan struct{})
	var teller sync.WaitGroup
	teller.Go(func() { j.tell(ctx, stop, id, &share, told) })
	result, err := j.replay(ctx, r, &share)
	close(told)
	teller.Wait()
	state, words := desk.JobDone, ""
	var e *desk.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		state, words = desk.JobFailed, "it took longer than "+jobTime.String()+"; choose a shorter period"
	case errors.As(err, &e):
		state, words = desk.JobFailed, e.Message
	case err != nil:
		state, words = desk.JobFailed, "it could not be done; the log of the server says why"
		j.Slog.Error("replay failed", "replay", id, "error", err)
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), shelfTime)
	defer cancel()
	if err := j.Shelf.EndReplay(end, id, state, words, result); err != nil {
		j.Slog.Warn("the end of a replay is not noted", "replay", id, "error", err)
	}
}

func (j *Jobs) replay(ctx context.Context, r Request, share *shareOf) ([]byte, error) {
	p, err := Read(ctx, j.Log, r.From, r.To, mostEventsInServer, func(s float64) { share.set(readingShare * s) })
	if err != nil {
		return nil, err
	}
	out, err := p.Run(ctx, Config{Change: r.Change, Name: r.Name, Replications: r.Replications, Seed: 1, Parallel: 1},
		func(s float64) { share.set(readingShare + (1-readingShare)*s) })
	if err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

// tell notes the progress now and then, and stops the work when it is cancelled.
func (j *Jobs) tell(ctx context.Context, stop func(), id desk.ID, share *shareOf, told <-chan struct{}) {
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case <-told:
			return
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if wanted, err := j.Shelf.ReplayProgress(ctx, id, share.get()); err == nil && !wanted {
			stop()
			return
		}
	}
}

// shareOf is how far something is, told by one goroutine and read by another.
type shareOf struct {
	mu    sync.Mutex
	share float64
}

func (s *shareOf) set(v float64) {
	s.mu.Lock()
	s.share = v
	s.mu.Unlock()
}

func (s *shareOf) get() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.share
}
