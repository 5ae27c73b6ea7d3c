package agent

import (
	"iter"
	"maps"
	"slices"
	"sync"

	"parley/desk"
)

// Floor is what deciding about recipients needs.
type Floor interface {
	Agent(id desk.ID) *desk.Agent
	Queue(id desk.ID) *desk.Queue
	Conversation(id desk.ID) *desk.Conversation
}

// Past gives the changes since a number; false when they are no longer kept.
// What it gave is never changed.
type Past interface {
	Since(seq int64) ([]desk.Change, bool)
}

// Hub knows the consoles connected to this node.
type Hub struct {
	floor  Floor
	encode func(desk.Change) []byte

	mu        sync.RWMutex
	consoles  map[*Console]struct{}
	byAgent   map[desk.ID]map[*Console]struct{}
	views     map[desk.ID]map[*Console]struct{}    // conversation ▶ consoles that have it open
	elsewhere map[desk.ID]map[string]remoteViewers // conversation ▶ node ▶ viewers there
}

// NewHub makes a hub. encode makes the frame of a change, once for everybody
// who is shown the same of it.
func NewHub(floor Floor, encode func(desk.Change) []byte) *Hub {
	return &Hub{floor: floor, encode: encode, consoles: map[*Console]struct{}{}, byAgent: map[desk.ID]map[*Console]struct{}{}, views: map[desk.ID]map[*Console]struct{}{},
		elsewhere: map[desk.ID]map[string]remoteViewers{}}
}

// Hello is how a console introduces itself.
type Hello struct {
	Resume bool  // it has seen changes of this log, up to Last
	Last   int64 // number of the newest one
}

// Join connects a console and gives its greeting: what to write to the socket
// before anything from Out. That is the welcome and, where resuming is possible,
// exactly the changes after Last that concern the console; if not, it has to
// read everything again, from now on. Each change is looked at and encoded when
// its turn comes, so a long gap takes neither memory nor the hub's lock, and a
// console that is cut in the middle comes back with a later Last. now gives the
// newest number delivered; it is asked when nothing can be delivered in between,
// or what comes before the console is known here would be missing.
func (h *Hub) Join(c *Console, past Past, hello Hello, now func() int64, welcome func(seq int64, reset bool) []byte) iter.Seq[[]byte] {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.consoles[c] = struct{}{}
	if h.byAgent[c.AgentID] == nil {
		h.byAgent[c.AgentID] = map[*Console]struct{}{}
	}
	h.byAgent[c.AgentID][c] = struct{}{}
	newest := now()
	c.upto = newest
	var missed []desk.Change
	reset := true
	if hello.Resume {
		if list, ok := past.Since(hello.Last); ok {
			missed, reset = list, false
			if len(list) > 0 {
				c.upto = list[len(list)-1].Seq
			}
		}
	}
	return func(yield func([]byte) bool) {
		if !yield(welcome(newest, reset)) {
			return
		}
		for _, ch := range missed {
			if s := h.seen(c, ch); s != unseen && !yield(h.encode(s.cutDown(ch))) {
				return
			}
		}
	}
}

// Leave disconnects a console.
func (h *Hub) Leave(c *Console) {
	h.View(c, nil)
	h.mu.Lock()
	delete(h.consoles, c)
	if delete(h.byAgent[c.AgentID], c); len(h.byAgent[c.AgentID]) == 0 {
		delete(h.byAgent, c.AgentID)
	}
	h.mu.Unlock()
}

// Apply sends a change to the consoles it concerns. The floor has it already.
func (h *Hub) Apply(ch desk.Change) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if len(h.consoles) == 0 {
		return
	}
	if ch.Type == desk.EvSessionEnded {
		for c := range h.consoles {
			if c.AgentID == ch.AgentID && (c.Ended == nil || c.Ended(ch.Event)) {
				c.End(4401, "the session has ended")
			}
		}
		return
	}
	var frames [sights][]byte
	for c := range h.candidates(ch) {
		s := h.seen(c, ch)
		if s == unseen || ch.Seq <= c.upto {
			continue
		}
		if frames[s] == nil {
			frames[s] = h.encode(s.cutDown(ch))
		}
		c.Send(frames[s])
	}
}

// candidates are the consoles that may be shown a change, each once; seen has
// the last word. Talk in a conversation that somebody has is by far the most of
// what happens, and concerns so few that asking everybody would be the dearest part.
func (h *Hub) candidates(ch desk.Change) iter.Seq[*Console] {
	if !outOfLine(ch) {
		return maps.Keys(h.consoles)
	}
	return func(yield func(*Console) bool) {
		open, who := h.views[ch.ConversationID], [...]desk.ID{ch.Conversation.AgentID, ch.AgentID, ch.Data.FromAgentID, ch.ActorID}
		for c := range open {
			if !yield(c) {
				return
			}
		}
		for i, agent := range who {
			if slices.Contains(who[:i], agent) {
				continue
			}
			for c := range h.byAgent[agent] {
				if _, had := open[c]; !had && !yield(c) {
					return
				}
			}
		}
	}
}

// Each calls f with every console.
func (h *Hub) Each(f func(*Console)) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for c := range h.consoles {
		f(c)
	}
}

// Agents lists the agents connected to this node.
func (h *Hub) Agents() []desk.ID {
	h.mu.RLock()
	defer h.mu.RUnlock()
	seen := map[desk.ID]bool{}
	var out []desk.ID
	for c := range h.consoles {
		if !seen[c.AgentID] {
			seen[c.AgentID] = true
			out = append(out, c.AgentID)
		}
	}
	return out
}
