// Package floor is the live picture of the contact center, folded from the
// event log: who waits where, what rings at whom, which agent is present with
// which load. Every node holds the same floor, so any of them can show boards
// and places in line, and can take over choosing without reading anything.
//
// The floor is a copy: whatever matters is decided by the database when it is
// claimed. Things in it are never changed in place, only replaced, so what a
// method returned stays as it was.
package floor

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"parley/desk"
)

// Floor is safe for concurrent use.
type Floor struct {
	mu            sync.RWMutex
	seq           int64
	rest          int                            // changes of the last one's commit still to come
	conversations map[desk.ID]*desk.Conversation // open ones
	agents        map[desk.ID]*desk.Agent
	offers        map[desk.ID]*desk.Offer // pending, by conversation
	queues        map[desk.ID]*desk.Queue
	inboxes       map[desk.ID]*desk.Inbox
	skills        map[desk.ID]*desk.Skill
	lines         map[desk.ID]*line                // by queue
	held          map[desk.ID]map[desk.ID]struct{} // agent ▶ conversations of theirs
	peaks         map[desk.ID][]waiting            // by queue: the minutes in which something changed, in order
}

// New makes a floor from a snapshot.
func New(s *desk.Snapshot) *Floor {
	f := &Floor{}
	f.Reset(s)
	return f
}

// Reset replaces everything.
func (f *Floor) Reset(s *desk.Snapshot) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seq, f.rest = s.Seq, 0
	f.conversations, f.agents, f.offers = map[desk.ID]*desk.Conversation{}, map[desk.ID]*desk.Agent{}, map[desk.ID]*desk.Offer{}
	f.lines, f.held = map[desk.ID]*line{}, map[desk.ID]map[desk.ID]struct{}{}
	if f.peaks == nil {
		f.peaks = map[desk.ID][]waiting{}
	}
	f.setConfig(s)
	for _, a := range s.Agents {
		f.agents[a.ID] = a
	}
	for _, o := range s.Offers {
		f.offers[o.ConversationID] = o
	}
	for queue := range f.peaks {
		f.peak(queue, 0)
	}
	for _, c := range s.Conversations {
		f.put(c)
	}
}

// Configure replaces queues, inboxes and skills.
func (f *Floor) Configure(s *desk.Snapshot) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.setConfig(s)
}

func (f *Floor) setConfig(s *desk.Snapshot) {
	f.queues, f.inboxes, f.skills = map[desk.ID]*desk.Queue{}, map[desk.ID]*desk.Inbox{}, map[desk.ID]*desk.Skill{}
	for _, q := range s.Queues {
		f.queues[q.ID] = q
	}
	for _, in := range s.Inboxes {
		f.inboxes[in.ID] = in
	}
	for _, k := range s.Skills {
		f.skills[k.ID] = k
	}
	for id, l := range f.lines {
		l.arrange(f.queues[id])
	}
}

// Apply folds one change in. Changes come in the order of their numbers.
func (f *Floor) Apply(ch desk.Change) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seq, f.rest = ch.Seq, ch.Rest
	if ch.Agent != nil {
		f.agents[ch.Agent.ID] = ch.Agent
	}
	for _, a := range ch.Agents {
		f.agents[a.ID] = a
	}
	if ch.Type == desk.EvQueueChanged {
		f.setQueue(ch.Event)
	}
	c := ch.Conversation
	if c == nil {
		return
	}
	if old := f.conversations[c.ID]; old != nil && old.Epoch > c.Epoch {
		return
	}
	if ch.Offer != nil && ch.Offer.State == desk.OfferPending {
		f.offers[c.ID] = ch.Offer
	}
	f.put(c)
}

// setQueue takes a changed queue from the log, so that it changes in its place
// between the other changes.
func (f *Floor) setQueue(e desk.Event) {
	if e.Data.After == nil && e.Data.Before == nil {
		return // from before the log kept it; Configure tells
	}
	queues := maps.Clone(f.queues)
	delete(queues, e.QueueID)
	if e.Data.After != nil && e.Data.After.Queue != nil {
		queues[e.QueueID] = e.Data.After.Queue
	}
	f.queues = queues
}

func (f *Floor) put(c *desk.Conversation) {
	if old := f.conversations[c.ID]; old != nil {
		f.drop(old)
	}
	if c.State != desk.Offered {
		delete(f.offers, c.ID)
	}
	if !c.State.Open() {
		delete(f.conversations, c.ID)
		return
	}
	f.conversations[c.ID] = c
	if c.AgentID != "" {
		if f.held[c.AgentID] == nil {
			f.held[c.AgentID] = map[desk.ID]struct{}{}
		}
		f.held[c.AgentID][c.ID] = struct{}{}
	}
	if c.State.InLine() {
		l := f.lines[c.QueueID]
		if l == nil {
			l = &line{queue: f.queues[c.QueueID]}
			f.lines[c.QueueID] = l
		}
		l.insert(c)
		f.peak(c.QueueID, l.len())
	}
}

func (f *Floor) drop(c *desk.Conversation) {
	delete(f.held[c.AgentID], c.ID)
	if l := f.lines[c.QueueID]; l != nil && c.State.InLine() {
		l.remove(c)
		f.peak(c.QueueID, l.len())
	}
}

// peakMinutes is how far back the board's small line chart reaches.
const peakMinutes = 60

func (f *Floor) peak(queue desk.ID, n int) {
	minute := time.Now().UTC().Truncate(time.Minute)
	m := f.peaks[queue]
	if len(m) > 0 && !m[len(m)-1].minute.Before(minute) {
		last := &m[len(m)-1]
		last.most, last.last = max(last.most, n), n
		return
	}
	// The newest of those too old to be shown stays: it says how many there
	// were at the beginning.
	for len(m) > 1 && minute.Sub(m[1].minute) > 2*peakMinutes*time.Minute {
		m = m[1:]
	}
	before := 0
	if len(m) > 0 {
		before = m[len(m)-1].last
	}
	f.peaks[queue] = append(m, waiting{minute: minute, most: max(before, n), last: n})
}

// waiting is how many were in line in a minute: at most at once, and at its end.
type waiting struct {
	minute     time.Time
	most, last int
}

// line is one queue's waiting customers, first in line first.
type line struct {
	queue *desk.Queue // says how they are ordered; nil while not known
	list  []*desk.Conversation
}

func (l *line) len() int { return len(l.list) }

func (l *line) compare(a, b *desk.Conversation) int {
	if n := l.queue.LineKey(a, 0).Compare(l.queue.LineKey(b, 0)); n != 0 {
		return n
	}
	return strings.Compare(a.ID, b.ID)
}

func (l *line) insert(c *desk.Conversation) {
	i, _ := slices.BinarySearchFunc(l.list, c, l.compare)
	l.list = slices.Insert(l.list, i, c)
}

func (l *line) find(c *desk.Conversation) (int, bool) {
	return slices.BinarySearchFunc(l.list, c, l.compare)
}

func (l *line) remove(c *desk.Conversation) {
	if i, ok := l.find(c); ok {
		l.list = slices.Delete(l.list, i, i+1)
	}
}

// arrange orders the line as its queue wants now.
func (l *line) arrange(q *desk.Queue) {
	was := l.queue
	l.queue = q
	if was == nil || q == nil || was.Order != q.Order || was.Ageing() != q.Ageing() {
		slices.SortFunc(l.list, l.compare)
	}
}
