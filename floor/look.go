package floor

import (
	"maps"
	"slices"
	"strings"
	"time"

	"parley/desk"
)

// Seq is the number of the last change folded in.
func (f *Floor) Seq() int64 {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.seq
}

// Agent finds an agent; nil when there is none.
func (f *Floor) Agent(id desk.ID) *desk.Agent {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.agents[id]
}

// Queue finds a queue; nil when there is none.
func (f *Floor) Queue(id desk.ID) *desk.Queue {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.queues[id]
}

// Inbox finds an inbox; nil when there is none.
func (f *Floor) Inbox(id desk.ID) *desk.Inbox {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.inboxes[id]
}

// Skill finds a skill; nil when there is none.
func (f *Floor) Skill(id desk.ID) *desk.Skill {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.skills[id]
}

// Conversation finds an open conversation; nil when it is not open.
func (f *Floor) Conversation(id desk.ID) *desk.Conversation {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.conversations[id]
}

// Offer finds what rings for a conversation; nil when nothing does.
func (f *Floor) Offer(conversation desk.ID) *desk.Offer {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.offers[conversation]
}

// Agents lists everybody, by name.
func (f *Floor) Agents() []*desk.Agent {
	f.mu.RLock()
	defer f.mu.RUnlock()
	out := make([]*desk.Agent, 0, len(f.agents))
	for _, a := range f.agents {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b *desk.Agent) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
	return out
}

// Queues lists the queues, by name.
func (f *Floor) Queues() []*desk.Queue {
	f.mu.RLock()
	defer f.mu.RUnlock()
	out := make([]*desk.Queue, 0, len(f.queues))
	for _, q := range f.queues {
		out = append(out, q)
	}
	slices.SortFunc(out, func(a, b *desk.Queue) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Serves lists the queues an agent serves.
func (f *Floor) Serves(a *desk.Agent) []*desk.Queue {
	var out []*desk.Queue
	for _, q := range f.Queues() {
		if q.Accepts(a) {
			out = append(out, q)
		}
	}
	return out
}

// Line copies a queue's line, first in line first; offered ones keep their place.
func (f *Floor) Line(queue desk.ID) []*desk.Conversation {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if l := f.lines[queue]; l != nil {
		return slices.Clone(l.list)
	}
	return nil
}

// Place is a conversation's position in its line, from 1, and how many wait; 0 when not in line.
func (f *Floor) Place(id desk.ID) (position, of int) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	c := f.conversations[id]
	if c == nil || !c.State.InLine() || f.lines[c.QueueID] == nil {
		return 0, 0
	}
	l := f.lines[c.QueueID]
	i, ok := l.find(c)
	if !ok {
		return 0, 0
	}
	return i + 1, len(l.list)
}

// Ahead counts who stands in a line before a place: those with an earlier key.
func (f *Floor) Ahead(queue desk.ID, key time.Time) int {
	f.mu.RLock()
	defer f.mu.RUnlock()
	l := f.lines[queue]
	if l == nil {
		return 0
	}
	n, _ := slices.BinarySearchFunc(l.list, key, func(c *desk.Conversation, key time.Time) int { return l.queue.LineKey(c, 0).Compare(key) })
	return n
}

// Held lists an agent's open conversations, oldest first.
func (f *Floor) Held(agent desk.ID) []*desk.Conversation {
	f.mu.RLock()
	defer f.mu.RUnlock()
	out := make([]*desk.Conversation, 0, len(f.held[agent]))
	for id := range f.held[agent] {
		out = append(out, f.conversations[id])
	}
	slices.SortFunc(out, func(a, b *desk.Conversation) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Each calls look with every open conversation, under the floor's lock: look
// must be quick and must not call the floor.
func (f *Floor) Each(look func(*desk.Conversation)) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	for _, c := range f.conversations {
		look(c)
	}
}

// Whole is agents, queues and open conversations as of one change, in no order.
// In the middle of a commit it is nil.
func (f *Floor) Whole() *desk.Snapshot {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if f.rest > 0 {
		return nil
	}
	return &desk.Snapshot{Seq: f.seq, Agents: slices.Collect(maps.Values(f.agents)), Queues: slices.Collect(maps.Values(f.queues)),
		Conversations: slices.Collect(maps.Values(f.conversations))}
}

// Offers lists what rings now.
func (f *Floor) Offers() []*desk.Offer {
	f.mu.RLock()
	defer f.mu.RUnlock()
	out := make([]*desk.Offer, 0, len(f.offers))
	for _, o := range f.offers {
		out = append(out, o)
	}
	return out
}

// Peaks gives the most in line at once for each of the last 60 minutes, oldest
// first, as this node has seen them.
func (f *Floor) Peaks(queue desk.ID, now time.Time) []Peak {
	f.mu.RLock()
	defer f.mu.RUnlock()
	minute := now.UTC().Truncate(time.Minute)
	out := make([]Peak, peakMinutes)
	seen := f.peaks[queue]
	carried := 0 // a minute without any change has as many as the one before ended with
	for i := range out {
		at := minute.Add(-time.Duration(peakMinutes-1-i) * time.Minute)
		for len(seen) > 0 && seen[0].minute.Before(at) {
			carried, seen = seen[0].last, seen[1:]
		}
		n := carried
		if len(seen) > 0 && seen[0].minute.Equal(at) {
			n = seen[0].most
		}
		out[i] = Peak{At: at, Waiting: n}
	}
	return out
}

// Peak is the most that waited at once within a minute.
type Peak struct {
	At      time.Time
	Waiting int
}

// State is the whole floor, for comparing a fold with a fresh snapshot.
func (f *Floor) State() *desk.Snapshot {
	f.mu.RLock()
	defer f.mu.RUnlock()
	s := &desk.Snapshot{Seq: f.seq}
	for _, c := range f.conversations {
		s.Conversations = append(s.Conversations, c)
	}
	for _, a := range f.agents {
		s.Agents = append(s.Agents, a)
	}
	for _, o := range f.offers {
		s.Offers = append(s.Offers, o)
	}
	slices.SortFunc(s.Conversations, func(a, b *desk.Conversation) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(s.Agents, func(a, b *desk.Agent) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(s.Offers, func(a, b *desk.Offer) int { return strings.Compare(a.ID, b.ID) })
	return s
}
