package routing

import (
	"context"
	"sync"
	"time"

	"parley/desk"
)

// minObservations is how much must be known before anything is promised.
const minObservations = 20

// ratesAge is how long rates serve before they are read again.
const ratesAge = 30 * time.Second

// History reads rates by queue.
type History interface {
	QueueRates(ctx context.Context) (map[desk.ID]desk.Rates, error)
}

// Estimator tells customers how long it may take.
type Estimator struct {
	History History
	Floor   interface {
		Agents() []*desk.Agent
		Queue(id desk.ID) *desk.Queue
	}
	Now func() time.Time

	mu    sync.Mutex
	rates map[desk.ID]desk.Rates
	read  time.Time
}

// Refresh reads the rates again when they are old.
func (e *Estimator) Refresh(ctx context.Context) error {
	e.mu.Lock()
	fresh := !e.read.IsZero() && e.Now().Sub(e.read) < ratesAge
	e.mu.Unlock()
	if fresh {
		return nil
	}
	rates, err := e.History.QueueRates(ctx)
	if err != nil {
		return err
	}
	e.mu.Lock()
	e.rates, e.read = rates, e.Now()
	e.mu.Unlock()
	return nil
}

// Wait estimates how long position (from 1) in a queue still waits, as a range;
// ok is false when too little is known or nobody serves the queue now.
//
// It is the sum over the places ahead of 1 / (n·mu + j·theta): each of the n
// conversations that can be handled at once ends at rate mu, and each of the j
// customers ahead gives up at rate theta (Whitt 1999, "Predicting queueing delays").
func (e *Estimator) Wait(queue desk.ID, channel desk.Channel, position int) (low, high time.Duration, ok bool) {
	e.mu.Lock()
	r, known := e.rates[queue]
	e.mu.Unlock()
	q := e.Floor.Queue(queue)
	if !known || q == nil || r.Handled < minObservations || r.HandleSeconds <= 0 {
		return 0, 0, false
	}
	n := 0
	for _, a := range e.Floor.Agents() {
		if q.Accepts(a) && (a.Presence == desk.Available || a.Presence == desk.Busy) {
			n += a.Capacity / max(1, q.Cost(channel))
		}
	}
	if n == 0 {
		return 0, 0, false
	}
	mu, theta := 1/r.HandleSeconds, r.AbandonPerHour/3600
	seconds := 0.0
	for j := range position {
		seconds += 1 / (float64(n)*mu + float64(j)*theta)
	}
	// Two thirds to one and a half of the estimate: about what the coefficient of
	// variation of a sum of a few exponentials leaves; rounded to whole half minutes.
	round := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)).Round(30 * time.Second) }
	low, high = round(seconds*2/3), round(seconds*3/2)
	if high < 30*time.Second {
		high = 30 * time.Second
	}
	return low, max(high, low), true
}
