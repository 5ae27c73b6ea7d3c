package sandbox

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"parley/desk"
)

// Config of a Sandbox.
type Config struct {
	// PublicURL is Parley's own, without a trailing slash: webhooks are signed
	// for it and posted to it.
	PublicURL string
	// LocalURL is where to reach this process when PublicURL is not reachable
	// from here; "" for PublicURL. Signatures stay those of PublicURL.
	LocalURL string
	Store    Store            // nil: the threads are lost with the process
	Dir      string           // folder for media; "" keeps them in memory only
	Log      *slog.Logger     // nil: slog.Default()
	Now      func() time.Time // nil: time.Now
	Seed     uint64           // of the simulated customers; 0: from the clock
	// Pace scales every pause: 1 is human and network speed, tests use less. 0 is 1.
	Pace float64
}

// Sandbox simulates the providers and their customers. Make it with New, mount
// Handler and keep Run running.
type Sandbox struct {
	cfg       Config
	phones    *phones
	files     *files
	live      *live
	timeline  *timeline
	courier   *courier
	faults    *faultSwitches
	customers *customers
	saves     chan save
	client    *http.Client
}

// save is one write that waits for the store.
type save struct {
	m      Message
	update bool
}

const (
	savesWaiting  = 4096
	shutdownGrace = 2 * time.Second
)

// New makes a Sandbox. It does no I/O before Run.
func New(cfg Config) *Sandbox {
	cfg.PublicURL = strings.TrimRight(cfg.PublicURL, "/")
	if cfg.LocalURL == "" {
		cfg.LocalURL = cfg.PublicURL
	}
	cfg.LocalURL = strings.TrimRight(cfg.LocalURL, "/")
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Pace == 0 {
		cfg.Pace = 1
	}
	if cfg.Seed == 0 {
		cfg.Seed = uint64(cfg.Now().UnixNano())
	}
	s := &Sandbox{
		cfg: cfg, phones: newPhones(), files: &files{dir: cfg.Dir, kept: map[string][]byte{}}, live: newLive(),
		timeline: newTimeline(), faults: &faultSwitches{}, saves: make(chan save, savesWaiting),
		client: &http.Client{Timeout: 15 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute}},
	}
	s.courier = newCourier(courierConfig{client: s.client, log: cfg.Log, faults: s.faults, pace: s.pace})
	s.customers = newCustomers(s)
	return s
}

// Run loads the threads, then delivers webhooks, statuses and simulated
// customers until ctx ends.
func (s *Sandbox) Run(ctx context.Context) error {
	if s.cfg.Dir != "" {
		if err := os.MkdirAll(s.cfg.Dir, 0o700); err != nil {
			return fmt.Errorf("sandbox media folder: %w", err)
		}
	}
	if s.cfg.Store != nil {
		kept, err := s.cfg.Store.Recent(ctx, messagesKeptLoaded)
		if err != nil {
			return fmt.Errorf("load sandbox threads: %w", err)
		}
		for _, m := range kept {
			s.phones.add(m)
		}
		s.live.publish(event{Type: "reload"})
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.timeline.run(ctx) })
	g.Go(func() error { return s.courier.run(ctx) })
	g.Go(func() error { return s.customers.run(ctx) })
	g.Go(func() error { return s.runSaves(ctx) })
	g.Go(func() error { <-ctx.Done(); s.live.close(); return nil })
	return g.Wait()
}

// runSaves is the only caller of the store, so writes keep their order.
func (s *Sandbox) runSaves(ctx context.Context) error {
	for {
		select {
		case w := <-s.saves:
			s.store(ctx, w)
		case <-ctx.Done():
			rest, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
			defer cancel()
			for {
				select {
				case w := <-s.saves:
					s.store(rest, w)
				default:
					return nil
				}
			}
		}
	}
}

func (s *Sandbox) store(ctx context.Context, w save) {
	if s.cfg.Store == nil {
		return
	}
	do := s.cfg.Store.Append
	if w.update {
		do = s.cfg.Store.Update
	}
	if err := do(ctx, w.m); err != nil {
		s.cfg.Log.Warn("sandbox: message not kept", "id", w.m.ID, "error", err)
	}
}

// keep hands a write to the store; when the store is that far behind, the
// phones' copy after a restart is what suffers.
func (s *Sandbox) keep(m Message, update bool) {
	select {
	case s.saves <- save{m, update}:
	default:
		s.cfg.Log.Warn("sandbox: store too slow, message not kept", "id", m.ID)
	}
}

func (s *Sandbox) now() time.Time { return s.cfg.Now() }

func (s *Sandbox) pace(d time.Duration) time.Duration {
	return time.Duration(float64(d) * s.cfg.Pace)
}

// add records a new message everywhere: thread, store, screens, simulated customer.
func (s *Sandbox) add(m Message) Message {
	if m.ID == "" {
		m.ID = desk.NewID()
	}
	if m.Media == nil {
		m.Media = []Media{}
	}
	m.At = s.now().UTC()
	if m.Name == "" {
		m.Name, _ = s.phones.name(threadKey{m.App, m.Phone})
	}
	s.phones.add(m)
	s.keep(m, false)
	s.live.publish(event{Type: "message", Message: &m})
	if m.Direction == Out {
		s.customers.hear(m)
	}
	return m
}

// advance moves a message's status; false when that is no news.
func (s *Sandbox) advance(providerID, status, reason string) bool {
	m, ok := s.phones.advance(providerID, status, reason)
	if ok {
		s.keep(m, true)
		s.live.publish(event{Type: "status", Message: &m})
	}
	return ok
}

// token makes a provider-like random id of n hex digits.
func token(n int) string {
	b := make([]byte, (n+1)/2)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return hex.EncodeToString(b)[:n]
}

// timeline calls functions later, one at a time, in order of their time.
type timeline struct {
	mu   sync.Mutex
	list []timed
	wake chan struct{}
}

type timed struct {
	at time.Time
	do func()
}

const timelineMost = 20000

func newTimeline() *timeline { return &timeline{wake: make(chan struct{}, 1)} }

// after plans do, which must not block.
func (t *timeline) after(d time.Duration, do func()) {
	at := time.Now().Add(d)
	t.mu.Lock()
	if len(t.list) < timelineMost {
		i := len(t.list)
		for i > 0 && t.list[i-1].at.After(at) {
			i--
		}
		t.list = append(t.list, timed{})
		copy(t.list[i+1:], t.list[i:])
		t.list[i] = timed{at, do}
	}
	t.mu.Unlock()
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

func (t *timeline) run(ctx context.Context) error {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		t.mu.Lock()
		wait := time.Hour
		var due []timed
		for len(t.list) > 0 {
			wait = time.Until(t.list[0].at)
			if wait > 0 {
				break
			}
			due = append(due, t.list[0])
			t.list = t.list[1:]
			wait = 0
		}
		t.mu.Unlock()
		for _, d := range due {
			d.do()
		}
		if len(due) > 0 {
			continue
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return nil
		case <-t.wake:
		case <-timer.C:
		}
	}
}
