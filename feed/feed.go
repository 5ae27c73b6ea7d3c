// Package feed gives every node the one event log as it happens: each committed
// change once, in the order of its number, without gaps.
//
// The database is authoritative. A node that commits hands its changes over at
// once and publishes them on Redis for the others; whatever does not arrive in
// a moment (a node died before publishing, Redis is away) is read from the
// database. So Redis buys speed here, never correctness.
package feed

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"parley/desk"
)

// Log is where the changes are for good.
type Log interface {
	LastSeq(ctx context.Context) (int64, error)
	After(ctx context.Context, seq int64, limit int) ([]desk.Change, error)
}

// Bus carries changes between nodes; it may lose any of them.
type Bus interface {
	Publish(ctx context.Context, channel string, payload []byte) error
}

// Channel is the bus channel changes travel on.
const Channel = "changes"

const (
	// gapPatience is how long a missing number may still arrive by itself.
	gapPatience = 15 * time.Millisecond
	// pollEvery finds what was committed but never published.
	pollEvery = 500 * time.Millisecond
	// ringSize is how many changes are kept for consoles that come back.
	ringSize  = 20000
	readLimit = 2000
	// helloEvery is how often a feed says on the bus that it is there, and
	// helloHolds for how long that counts. Changes are published only while
	// somebody listens: making the text costs more than committing them.
	helloEvery = time.Second
	helloHolds = 5 * helloEvery
)

// Feed orders changes and hands them to its subscribers.
type Feed struct {
	self []byte // begins what this feed publishes
	log  Log
	bus  Bus
	slog *slog.Logger

	in  chan []desk.Change
	out chan []desk.Change
	// lost is set when in was full: what was dropped is read from the log.
	lost chan struct{}

	// othersHeard is when another feed was last heard on the bus; 0: never.
	othersHeard atomic.Int64

	subscribers []func(desk.Change)
	pending     map[int64]desk.Change

	mu   sync.RWMutex
	ring []desk.Change // the last ones delivered, oldest first
	next int64
}

// New makes a feed; Subscribe before Run. A nil bus is for the only node there is.
func New(log Log, bus Bus, logger *slog.Logger) *Feed {
	return &Feed{self: []byte(rand.Text()), log: log, bus: bus, slog: logger, in: make(chan []desk.Change, 8192), out: make(chan []desk.Change, 8192),
		lost: make(chan struct{}, 1), pending: map[int64]desk.Change{}}
}

// Subscribe adds a receiver. Receivers are called one after the other, in order
// of number, from one goroutine; they must be quick.
func (f *Feed) Subscribe(receive func(desk.Change)) { f.subscribers = append(f.subscribers, receive) }

// Committed takes changes this node has just committed. It never blocks.
func (f *Feed) Committed(changes []desk.Change) {
	f.offer(changes)
	if f.bus == nil || !f.accompanied() {
		return
	}
	select {
	case f.out <- changes:
	default: // the others will find them in the log
	}
}

// Received takes a payload a node published. Its own comes back too, and is
// known by its beginning: reading it would cost as much as writing it did.
func (f *Feed) Received(payload []byte) {
	if bytes.HasPrefix(payload, f.self) {
		return
	}
	f.othersHeard.Store(time.Now().UnixNano())
	text := payload[min(len(f.self), len(payload)):]
	if len(text) == 0 {
		return // its hello
	}
	var changes []desk.Change
	if err := json.Unmarshal(text, &changes); err != nil {
		f.slog.Warn("unreadable changes on the bus", "error", err)
		return
	}
	f.offer(changes)
}

// accompanied tells whether there are other feeds. One that begins is not heard
// for a moment; it finds what it missed in the log.
func (f *Feed) accompanied() bool {
	last := f.othersHeard.Load()
	return last != 0 && time.Since(time.Unix(0, last)) < helloHolds
}

func (f *Feed) offer(changes []desk.Change) {
	select {
	case f.in <- changes:
	default:
		f.Look()
	}
}

// Look makes the feed look into the log now: something may have been missed.
func (f *Feed) Look() {
	select {
	case f.lost <- struct{}{}:
	default:
	}
}

// Start puts the feed behind seq and fills the ring with what came before, so
// that consoles can resume over a restart.
func (f *Feed) Start(ctx context.Context, seq int64) error {
	from := max(0, seq-ringSize/4)
	var ring []desk.Change
	for from < seq {
		page, err := f.log.After(ctx, from, readLimit)
		if desk.CodeOf(err) == desk.Gone { // pruned to less than the ring: it begins empty
			break
		}
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		for _, ch := range page {
			if ch.Seq <= seq {
				ring = append(ring, ch)
			}
		}
		from = page[len(page)-1].Seq
	}
	f.mu.Lock()
	f.ring, f.next = ring, seq+1
	f.mu.Unlock()
	return nil
}

// Run delivers until ctx ends. It fails when this node has slept for longer than
// the log is kept, or when the log is another one (ErrOther), and has to start anew.
func (f *Feed) Run(ctx context.Context) error {
	ctx, end := context.WithCancel(ctx)
	var publishing sync.WaitGroup
	if f.bus != nil {
		publishing.Go(func() { f.publish(ctx) })
	}
	defer publishing.Wait()
	defer end()
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	gap := time.NewTimer(time.Hour)
	defer gap.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case changes := <-f.in:
			if err = f.take(changes); err == nil && len(f.pending) > 0 {
				gap.Reset(gapPatience)
			}
		case <-gap.C:
			if len(f.pending) > 0 {
				err = f.readLog(ctx)
			}
			gap.Reset(time.Hour)
		case <-f.lost:
			err = f.readLog(ctx)
		case <-poll.C:
			switch last, lastErr := f.log.LastSeq(ctx); {
			case lastErr != nil:
			case last < f.Next()-1:
				err = ErrOther
			case last >= f.Next():
				err = f.readLog(ctx)
			}
		}
		if err != nil {
			return err
		}
	}
}

// publish sends this node's changes to the others, several commits at once when
// they come faster than Redis answers.
func (f *Feed) publish(ctx context.Context) {
	hello := time.NewTicker(helloEvery)
	defer hello.Stop()
	_ = f.bus.Publish(ctx, Channel, f.self) // without it, changes are read from the log
	for {
		var batch []desk.Change
		select {
		case <-ctx.Done():
			return
		case <-hello.C:
			_ = f.bus.Publish(ctx, Channel, f.self)
			continue
		case batch = <-f.out:
		}
	more:
		for len(batch) < 200 {
			select {
			case next := <-f.out:
				batch = append(batch[:len(batch):len(batch)], next...)
			default:
				break more
			}
		}
		payload, err := json.Marshal(batch)
		if err == nil {
			err = f.bus.Publish(ctx, Channel, append(f.self[:len(f.self):len(f.self)], payload...))
		}
		if err != nil && ctx.Err() == nil {
			f.slog.Debug("changes not published; others read them from the log", "error", err)
		}
	}
}

func (f *Feed) take(changes []desk.Change) error {
	for _, ch := range changes {
		if ch.Seq >= f.Next() {
			f.pending[ch.Seq] = ch
		} else if was, kept := f.delivered(ch.Seq); kept && !sameEvent(was, ch) {
			return ErrOther
		}
	}
	f.drain()
	return nil
}

// ErrOther: what has been delivered is not in the log any more. A standby that had
// not received the last of it was promoted, or a backup restored, and the numbers
// have been given again.
var ErrOther = errors.New("feed: the event log has lost its end; this node has to start anew")

// delivered finds a change that was delivered; false when it is not kept.
func (f *Feed) delivered(seq int64) (desk.Change, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if len(f.ring) == 0 || seq < f.ring[0].Seq || seq >= f.next {
		return desk.Change{}, false
	}
	return f.ring[seq-f.ring[0].Seq], true
}

// sameEvent tells whether two changes with one number are of one event.
func sameEvent(a, b desk.Change) bool {
	return a.Type == b.Type && a.At.Equal(b.At) && a.ConversationID == b.ConversationID && a.MessageID == b.MessageID && a.AgentID == b.AgentID
}

// drain delivers the pending changes that follow on without a gap.
func (f *Feed) drain() {
	for {
		ch, ok := f.pending[f.next]
		if !ok {
			return
		}
		delete(f.pending, f.next)
		f.deliver(ch)
	}
}

func (f *Feed) deliver(ch desk.Change) {
	f.mu.Lock()
	f.next = ch.Seq + 1
	if len(f.ring) >= ringSize {
		f.ring = append(f.ring[:0:0], f.ring[ringSize/4:]...)
	}
	f.ring = append(f.ring, ch)
	f.mu.Unlock()
	for _, receive := range f.subscribers {
		receive(ch)
	}
}

// readLog closes a gap, page by page. It fails only when the log does not reach
// back to the gap any more: then this node's picture is beyond repair.
func (f *Feed) readLog(ctx context.Context) error {
	for {
		page, err := f.log.After(ctx, f.Next()-1, readLimit)
		if desk.CodeOf(err) == desk.Gone {
			return err
		}
		if err != nil {
			if ctx.Err() == nil {
				f.slog.Warn("event log not readable", "error", err)
			}
			return nil
		}
		for _, ch := range page {
			if _, have := f.pending[ch.Seq]; !have {
				f.pending[ch.Seq] = ch
			}
		}
		f.drain()
		for seq := range f.pending { // overtaken while reading
			if seq < f.next {
				delete(f.pending, seq)
			}
		}
		if len(page) < readLimit {
			return nil
		}
	}
}

// Next is the number of the change that will be delivered next.
func (f *Feed) Next() int64 {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.next
}

// Since gives the changes after seq that have been delivered; false when they
// reach back further than is kept.
func (f *Feed) Since(seq int64) ([]desk.Change, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	switch {
	case seq >= f.next:
		return nil, false // from another history
	case seq == f.next-1:
		return nil, true
	case len(f.ring) == 0 || f.ring[0].Seq > seq+1:
		return nil, false
	}
	return f.ring[seq+1-f.ring[0].Seq:], true
}
