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
		Queues() []*desk.Queue
		Ahead(queue desk.ID, key time.Time) int
		Queue(id desk.ID) *desk.Queue
	}
	Now func() time.Time

	mu    sync.Mutex
	rates map[desk.ID]desk.Rates
	read  time.Time
	crews map[desk.Channel]channelCrews
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

// Rates are a queue's, as of the last reading.
func (e *Estimator) Rates(queue desk.ID) desk.Rates {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.rates[queue]
}

// crewsAge is how long a count of who serves what serves: it is asked for each
// customer who comes, and agents are many.
const crewsAge = time.Second

// channelCrews are the agents at work, by what they serve, for one channel.
type channelCrews struct {
	at    time.Time
	crews []Crew
}

// Wait estimates how long a conversation in line, or about to be, still waits, as
// a range that 8 of 10 find themselves in; ok is false when too little is known
// or nobody serves the queue now.
func (e *Estimator) Wait(c *desk.Conversation) (low, high time.Duration, ok bool) {
	e.mu.Lock()
	r, known := e.rates[c.QueueID]
	e.mu.Unlock()
	if !known || r.Handled < minObservations || r.HandleSeconds <= 0 || e.Now().Before(c.OpensAt) {
		return 0, 0, false
	}
	key := e.Floor.Queue(c.QueueID).LineKey(c, 0)
	ahead := map[desk.ID]int{}
	count := func(queue desk.ID) int {
		n, known := ahead[queue]
		if !known {
			n = e.Floor.Ahead(queue, key)
			ahead[queue] = n
		}
		return n
	}
	slots := SlotsFor(c.QueueID, e.crewsFor(c.Channel), count)
	if slots <= 0 {
		return 0, 0, false
	}
	x := Expect(slots, 1/r.HandleSeconds, r.AbandonPerHour/3600, 1+count(c.QueueID))
	// Rounded to whole half minutes.
	round := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)).Round(30 * time.Second) }
	return round(x.Low), max(30*time.Second, round(x.High)), true
}

// crewsFor counts who is at work, by the queues they serve.
func (e *Estimator) crewsFor(channel desk.Channel) []Crew {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.Now()
	if k := e.crews[channel]; !k.at.IsZero() && now.Sub(k.at) < crewsAge && !now.Before(k.at) {
		return k.crews
	}
	byQueues := map[string]*Crew{}
	queues := e.Floor.Queues()
	for _, a := range e.Floor.Agents() {
		if a.Presence != desk.Available && a.Presence != desk.Busy || a.OffHours || !works(a) {
			continue
		}
		crew, key, cost := Crew{}, "", 0
		for _, q := range queues {
			if q.Open && q.Accepts(a) {
				crew.Queues = append(crew.Queues, q.ID)
				key += q.ID
				cost = max(cost, q.Cost(channel))
			}
		}
		if key == "" {
			continue
		}
		if byQueues[key] == nil {
			byQueues[key] = &crew
		}
		byQueues[key].Slots += a.Capacity / max(1, cost)
	}
	k := channelCrews{at: now}
	for _, c := range byQueues {
		k.crews = append(k.crews, *c)
	}
	if e.crews == nil {
		e.crews = map[desk.Channel]channelCrews{}
	}
	e.crews[channel] = k
	return k.crews
}
