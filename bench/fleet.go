package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// fleet is many clients whose sockets are always there again, as the widget's
// and the console's are: hello with the newest number, jittered pauses, pings,
// and a move when the server asks for one.
type fleet struct {
	members []*member
	// pause is how long to wait before attempt n.
	pause   func(attempt int) time.Duration
	up      atomic.Int64 // members that have been welcomed and not cut since
	moved   atomic.Int64 // sockets that were told to come at another moment
	refused atomic.Int64 // attempts that led to no socket
	running sync.WaitGroup
}

// member is one client.
type member struct {
	door    door
	path    string
	headers string
	// hello is its first frame; epoch is "" and last -1 before the first welcome.
	hello func(epoch string, last int64) string
	take  func(frame []byte, at time.Time)

	ws       atomic.Pointer[wsConn]
	welcomed atomic.Int64 // when, unix nanoseconds; 0: not connected
	epoch    string
	last     int64
}

const (
	longestPause = 15 * time.Second
	longestMove  = time.Minute
)

// widgetPause is that of ui/widget/frame/backoff.ts: half fixed, half chance.
func widgetPause(attempt int) time.Duration {
	most := min(longestPause, 500*time.Millisecond<<min(attempt, 10))
	return most/2 + rand.N(most/2+1)
}

// consolePause is that of ui/src/api/socket.ts.
func consolePause(attempt int) time.Duration {
	most := min(longestPause, time.Second<<min(max(0, attempt-8), 10))
	return most/2 + rand.N(most/2+1)
}

// sourceOf spreads connections over addresses of the loopback network, because
// one address has some 28,000 ports for them, and a closed connection keeps its
// port for a minute.
func sourceOf(n int) net.Addr {
	return &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+n%32))}
}

func (f *fleet) add(m *member) {
	m.last = -1
	f.members = append(f.members, m)
}

// start lets the clients connect, spread evenly over a time.
func (f *fleet) start(ctx context.Context, within time.Duration) {
	for i, m := range f.members {
		f.running.Go(func() {
			if sleep(ctx, within*time.Duration(i)/time.Duration(len(f.members))) {
				f.live(ctx, m)
			}
		})
	}
	f.running.Go(func() { f.ping(ctx) })
}

// live keeps one client connected until ctx ends.
func (f *fleet) live(ctx context.Context, m *member) {
	for attempt := 0; ctx.Err() == nil; attempt++ {
		welcomed, move := f.session(ctx, m)
		if welcomed {
			attempt = 0
		}
		wait := f.pause(attempt)
		if move >= 0 {
			f.moved.Add(1)
			wait = move
		}
		if !sleep(ctx, wait) {
			return
		}
	}
}

// session is one socket from the dial to its end. move is when to come back, if
// the server said so; else negative.
func (f *fleet) session(ctx context.Context, m *member) (welcomed bool, move time.Duration) {
	ws, err := m.door.open(ctx, m.path, m.headers)
	if err != nil {
		f.refused.Add(1)
		return false, -1
	}
	m.ws.Store(ws)
	stop := context.AfterFunc(ctx, ws.close)
	defer func() {
		stop()
		m.ws.Store(nil)
		ws.close()
		if m.welcomed.Swap(0) != 0 {
			f.up.Add(-1)
		}
	}()
	if ws.send(m.hello(m.epoch, m.last)) != nil {
		return false, -1
	}
	for {
		frame, err := ws.read()
		if err != nil {
			return welcomed, -1
		}
		at := time.Now()
		if contains(frame, changeType) {
			if seq, ok := seqOf(frame); ok {
				m.last = max(m.last, seq)
			}
			m.take(frame, at)
			continue
		}
		var said struct {
			Type   string
			Epoch  string
			Seq    int64
			Reset  bool
			Within int64 `json:"within_ms"`
		}
		if json.Unmarshal(frame, &said) != nil {
			continue
		}
		switch said.Type {
		case "welcome":
			welcomed, m.epoch = true, said.Epoch
			if said.Reset {
				m.last = said.Seq
			}
			m.welcomed.Store(at.UnixNano())
			f.up.Add(1)
		case "move":
			return welcomed, rand.N(min(longestMove, time.Duration(said.Within)*time.Millisecond) + 1)
		default:
			m.last = max(m.last, said.Seq)
			m.take(frame, at)
		}
	}
}

// ping keeps the sockets open, evenly: each every pingEvery.
func (f *fleet) ping(ctx context.Context) {
	const rounds = 200
	tick := time.NewTicker(pingEvery / rounds)
	defer tick.Stop()
	for round := 0; ; round = (round + 1) % rounds {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for i := round; i < len(f.members); i += rounds {
			if ws := f.members[i].ws.Load(); ws != nil && f.members[i].welcomed.Load() != 0 {
				_ = ws.send(`{"type":"ping"}`)
			}
		}
	}
}

// returned is how long after a moment the members were welcomed: the median and
// the last, and how many are not there.
func (f *fleet) returned(since time.Time) (p50, last time.Duration, missing int) {
	var all []time.Duration
	for _, m := range f.members {
		if at := m.welcomed.Load(); at > 0 && time.Unix(0, at).After(since) {
			all = append(all, time.Unix(0, at).Sub(since))
		}
	}
	if len(all) == 0 {
		return 0, 0, len(f.members)
	}
	slices.Sort(all)
	return all[len(all)/2], all[len(all)-1], len(f.members) - len(all)
}

// all waits until every member is connected; since: welcomed after that moment.
func (f *fleet) all(ctx context.Context, what string, since time.Time, progress func(done int)) error {
	err := await(ctx, arrivePatience, func() (int, bool) {
		_, _, missing := f.returned(since)
		progress(len(f.members) - missing)
		return missing, missing == 0
	})
	if err != nil {
		_, _, missing := f.returned(since)
		return fmt.Errorf("%d of %d %s have no socket: %w", missing, len(f.members), what, err)
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) bool { return sleepUntil(ctx, time.Now().Add(d)) }
