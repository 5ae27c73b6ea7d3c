package sandbox

import (
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	maxThreads         = 3000
	maxThreadMessages  = 200
	messagesKeptLoaded = 5000
)

// threadKey names the conversation of one customer in one app.
type threadKey struct {
	app   App
	phone string
}

func (k threadKey) String() string { return string(k.app) + "|" + k.phone }

type thread struct {
	messages []*Message
	name     string
	lastIn   time.Time
	lastAt   time.Time
	optedOut bool
}

// phones is the state of all phones: threads, newest statuses, opt-outs.
// It does no I/O; its methods return copies.
type phones struct {
	mu      sync.Mutex
	threads map[threadKey]*thread
	index   map[string]*Message // by provider id
	media   map[string]Media
	open    map[threadKey]time.Time // on a screen until
	// closedAt: windows opened before are over (switched by hand).
	closedAt time.Time
}

func newPhones() *phones {
	return &phones{
		threads: map[threadKey]*thread{}, index: map[string]*Message{},
		media: map[string]Media{}, open: map[threadKey]time.Time{},
	}
}

// add puts a new message into its thread.
func (p *phones) add(m Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := threadKey{m.App, m.Phone}
	t := p.threads[key]
	if t == nil {
		if len(p.threads) >= maxThreads {
			p.evict()
		}
		t = &thread{}
		p.threads[key] = t
	}
	if m.Name != "" {
		t.name = m.Name
	}
	m.Name = t.name
	kept := &m
	t.messages = append(t.messages, kept)
	if len(t.messages) > maxThreadMessages {
		delete(p.index, t.messages[0].ProviderID)
		t.messages = slices.Delete(t.messages, 0, 1)
	}
	t.lastAt = m.At
	p.index[m.ProviderID] = kept
	for _, f := range m.Media {
		p.media[f.ID] = f
	}
	if m.Direction == In {
		t.lastIn = m.At
		if m.App == SMS {
			switch keyword(m.Text) {
			case optStop:
				t.optedOut = true
			case optStart:
				t.optedOut = false
			}
		}
	}
}

// evict forgets the thread that was quiet the longest; the caller holds the lock.
func (p *phones) evict() {
	var oldest threadKey
	var at time.Time
	for k, t := range p.threads {
		if _, person := personAt(k.app, k.phone); person {
			continue
		}
		if at.IsZero() || t.lastAt.Before(at) {
			oldest, at = k, t.lastAt
		}
	}
	if t := p.threads[oldest]; t != nil {
		for _, m := range t.messages {
			delete(p.index, m.ProviderID)
		}
		delete(p.threads, oldest)
	}
}

// advance moves a message's status forward; false when that is no news.
func (p *phones) advance(providerID, status, reason string) (Message, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.index[providerID]
	if m == nil || m.Status == statusFailed || statusRank[status] <= statusRank[m.Status] {
		return Message{}, false
	}
	m.Status, m.Error = status, reason
	return *m, true
}

// unread gives the delivered, unread messages of one direction, oldest first.
func (p *phones) unread(key threadKey, direction string) []Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []Message
	if t := p.threads[key]; t != nil {
		for _, m := range t.messages {
			if m.Direction == direction && m.Status == statusDelivered {
				out = append(out, *m)
			}
		}
	}
	return out
}

func (p *phones) find(providerID string) (Message, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if m := p.index[providerID]; m != nil {
		return *m, true
	}
	return Message{}, false
}

// history copies the newest messages of a thread, oldest first.
func (p *phones) history(key threadKey, limit int) []Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := []Message{}
	if t := p.threads[key]; t != nil {
		for _, m := range t.messages[max(0, len(t.messages)-limit):] {
			out = append(out, *m)
		}
	}
	return out
}

// all copies the messages of one app, newest first.
func (p *phones) all(app App, limit int) []Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := []Message{}
	for k, t := range p.threads {
		if k.app == app {
			for _, m := range t.messages {
				out = append(out, *m)
			}
		}
	}
	slices.SortFunc(out, func(a, b Message) int { return b.At.Compare(a.At) })
	return out[:min(len(out), limit)]
}

func (p *phones) optedOut(key threadKey) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.threads[key]
	return t != nil && t.optedOut
}

// windowSince gives how long ago the customer last wrote. A customer never
// seen has written just now, as far as we know: see the package comment.
func (p *phones) windowSince(key threadKey, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := now
	if t := p.threads[key]; t != nil && !t.lastIn.IsZero() {
		last = t.lastIn
	} else if !p.closedAt.IsZero() {
		last = p.closedAt
	}
	since := now.Sub(last)
	if !p.closedAt.IsZero() && !last.After(p.closedAt) {
		since += 25 * time.Hour
	}
	return since
}

// closeWindows makes every window that is open now over, or undoes that.
func (p *phones) closeWindows(on bool, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case !on:
		p.closedAt = time.Time{}
	case p.closedAt.IsZero():
		p.closedAt = now
	}
}

func (p *phones) windowsClosed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.closedAt.IsZero()
}

// show says that a thread is on somebody's screen until then; the zero time takes it off.
func (p *phones) show(key threadKey, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.IsZero() {
		delete(p.open, key)
		return
	}
	p.open[key] = until
}

func (p *phones) onScreen(key threadKey, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open[key].After(now)
}

// name is the profile name of a customer; false when the address is unknown.
func (p *phones) name(key threadKey) (string, bool) {
	if person, ok := personAt(key.app, key.phone); ok {
		return person.Name, true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.threads[key]
	return strings.TrimSpace(nameOf(t)), nameOf(t) != ""
}

func nameOf(t *thread) string {
	if t == nil {
		return ""
	}
	return t.name
}

func (p *phones) remember(m Media) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.media[m.ID] = m
}

func (p *phones) mediaInfo(id string) (Media, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m, ok := p.media[id]
	return m, ok
}
