package web

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"parley/desk"
	"parley/store"
)

// directory remembers what the few hundred things are called that every
// conversation row mentions, so that showing one needs no query.
type directory struct {
	store   *store.Store
	log     *slog.Logger
	reading sync.Mutex
	current atomic.Pointer[names]
	stale   atomic.Bool
}

// names is one reading; never changed once stored.
type names struct {
	queues  map[desk.ID]*desk.Queue
	inboxes map[desk.ID]*desk.Inbox
	agents  map[desk.ID]*desk.Agent
	at      time.Time
}

// namesAge bounds how old names may be when no word of a change arrived.
const namesAge = 5 * time.Second

// get gives the newest names there are. One caller at a time reads; the others
// meanwhile go on with what was known before.
func (d *directory) get() *names {
	known := d.current.Load()
	if known != nil && time.Since(known.at) < namesAge && !d.stale.Load() {
		return known
	}
	if known == nil {
		d.reading.Lock()
	} else if !d.reading.TryLock() {
		return known
	}
	defer d.reading.Unlock()
	if again := d.current.Load(); again != known {
		return again
	}
	d.stale.Store(false)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	fresh, err := d.read(ctx)
	if err != nil {
		d.log.Warn("names not read", "error", err)
		if known == nil {
			return &names{}
		}
		return known
	}
	d.current.Store(fresh)
	return fresh
}

func (d *directory) read(ctx context.Context) (*names, error) {
	n := &names{queues: map[desk.ID]*desk.Queue{}, inboxes: map[desk.ID]*desk.Inbox{}, agents: map[desk.ID]*desk.Agent{}, at: time.Now()}
	queues, err := d.store.Queues(ctx)
	if err != nil {
		return nil, err
	}
	inboxes, err := d.store.Inboxes(ctx)
	if err != nil {
		return nil, err
	}
	agents, err := d.store.Agents(ctx)
	if err != nil {
		return nil, err
	}
	for _, q := range queues {
		n.queues[q.ID] = q
	}
	for _, in := range inboxes {
		n.inboxes[in.ID] = in
	}
	for _, a := range agents {
		n.agents[a.ID] = a
	}
	return n, nil
}

// observe takes changes of the log in: those that rename something make the
// next use read again.
func (d *directory) observe(changes []desk.Change) {
	for _, ch := range changes {
		switch ch.Type {
		case desk.EvAgentChanged, desk.EvQueueChanged, desk.EvInboxChanged, desk.EvSkillChanged:
			d.stale.Store(true)
			return
		}
	}
}

func (n *names) agent(id desk.ID) string {
	if a := n.agents[id]; a != nil {
		return a.Name
	}
	return ""
}

func (n *names) queue(id desk.ID) string {
	if q := n.queues[id]; q != nil {
		return q.Name
	}
	return ""
}
