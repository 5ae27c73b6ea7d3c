package web

import (
	"context"
	"runtime"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"parley/desk"
	"parley/store"
)

// arrivals lets visitors' sockets in at a pace that leaves the node room for its
// work. After a restart everybody comes back at once: agents' consoles are let in
// as they come, visitors beyond the pace are told to come a little later, spread
// over as long as those before them will take.
type arrivals struct {
	limit *rate.Limiter

	mu    sync.Mutex
	until time.Time // when all who were told to come later could be in
	busy  int       // being told so right now
}

const (
	// arrivalsPerCore is how many visitors a core is given in a second. One costs
	// about 0.2 ms with its greeting, so a tenth of the node goes there at most.
	arrivalsPerCore = 500
	leastDelay      = 2 * time.Second
	mostDelay       = 30 * time.Second
	// busyMost are told on a socket when to come again; more only get a 503,
	// which tells browsers no time, and they back off by themselves.
	busyMost = 1000
)

func newArrivals(pace int) arrivals {
	if pace == 0 {
		pace = arrivalsPerCore * runtime.GOMAXPROCS(0)
	}
	return arrivals{limit: rate.NewLimiter(rate.Limit(pace), pace)}
}

// admit gives 0 when a visitor may come in, and otherwise within which time they
// shall come again, at a moment of their choice.
func (a *arrivals) admit(now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.limit.AllowN(now, 1) {
		return 0
	}
	if a.until.Before(now) {
		a.until = now
	}
	a.until = a.until.Add(time.Duration(float64(time.Second) / float64(a.limit.Limit())))
	// Over twice the time: those who are on their way otherwise want in, too.
	return min(mostDelay, max(leastDelay, 2*a.until.Sub(now)))
}

// spread is over how long so many are let in.
func (a *arrivals) spread(n int) time.Duration {
	return min(mostDelay, max(leastDelay, time.Duration(float64(n)/float64(a.limit.Limit())*float64(time.Second))))
}

// tell reserves a turn for telling somebody on a socket; false when too many are.
func (a *arrivals) tell() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.busy >= busyMost {
		return false
	}
	a.busy++
	return true
}

func (a *arrivals) told() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.busy--
}

// lookups joins visitors' questions for their conversation into one statement:
// whatever is asked while the one before is under way. A lone one does not wait.
type lookups struct {
	store interface {
		VisitorConversations(ctx context.Context, keys []store.VisitorKey) (map[store.VisitorKey]*desk.Conversation, error)
	}

	mu      sync.Mutex
	waiting []*lookup
	running bool
}

type lookup struct {
	key   store.VisitorKey
	found *desk.Conversation
	err   error
	done  chan struct{}
}

const (
	lookupBatch   = 200
	lookupTimeout = 5 * time.Second
)

// find gives the latest conversation of a visitor; nil when there is none.
func (l *lookups) find(ctx context.Context, key store.VisitorKey) (*desk.Conversation, error) {
	call := &lookup{key: key, done: make(chan struct{})}
	l.mu.Lock()
	l.waiting = append(l.waiting, call)
	start := !l.running
	l.running = true
	l.mu.Unlock()
	if start {
		go l.run()
	}
	select {
	case <-call.done:
		return call.found, call.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *lookups) run() {
	for {
		l.mu.Lock()
		batch := l.waiting[:min(lookupBatch, len(l.waiting))]
		l.waiting = l.waiting[len(batch):]
		if len(batch) == 0 {
			l.running, l.waiting = false, nil
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		keys := make([]store.VisitorKey, len(batch))
		for i, call := range batch {
			keys[i] = call.key
		}
		ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
		found, err := l.store.VisitorConversations(ctx, keys)
		cancel()
		for _, call := range batch {
			call.found, call.err = found[call.key], err
			close(call.done)
		}
	}
}
