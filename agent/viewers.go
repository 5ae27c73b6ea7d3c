package agent

import (
	"time"

	"parley/desk"
)

// Viewer is an agent who has a conversation open.
type Viewer struct {
	ID   desk.ID `json:"id"`
	Name string  `json:"name"`
}

type remoteViewers struct {
	agents []Viewer
	at     time.Time
}

// viewersFor is how long another node's word about viewers is good for.
const viewersFor = time.Minute

// View says which conversation the console has open; nil none. The caller has
// checked that its agent may see it.
func (h *Hub) View(c *Console, conversation *desk.Conversation) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c.mu.Lock()
	old := c.open
	c.open = conversation
	c.mu.Unlock()
	if old != nil {
		delete(h.views[old.ID], c)
		if len(h.views[old.ID]) == 0 {
			delete(h.views, old.ID)
		}
	}
	if conversation != nil {
		if h.views[conversation.ID] == nil {
			h.views[conversation.ID] = map[*Console]struct{}{}
		}
		h.views[conversation.ID][c] = struct{}{}
	}
}

// Watchers calls f with the consoles that follow a conversation: its owner's,
// and those that have it open and may still see it.
func (h *Hub) Watchers(conversation desk.ID, f func(*Console)) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	owner := desk.ID("")
	if c := h.floor.Conversation(conversation); c != nil && c.State != desk.Offered {
		owner = c.AgentID
	}
	for c := range h.consoles {
		_, open := h.views[conversation][c]
		if owner != "" && c.AgentID == owner || open && h.mayView(c) != nil {
			f(c)
		}
	}
}

// Here lists who has a conversation open on this node.
func (h *Hub) Here(conversation desk.ID) []Viewer {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.here(conversation)
}

func (h *Hub) here(conversation desk.ID) []Viewer {
	out := []Viewer{}
	seen := map[desk.ID]bool{}
	for c := range h.views[conversation] {
		if a := h.mayView(c); a != nil && !seen[a.ID] {
			seen[a.ID] = true
			out = append(out, Viewer{a.ID, a.Name})
		}
	}
	return out
}

// Elsewhere takes another node's viewers of a conversation.
func (h *Hub) Elsewhere(conversation desk.ID, node string, agents []Viewer, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.elsewhere[conversation] == nil {
		h.elsewhere[conversation] = map[string]remoteViewers{}
	}
	if len(agents) == 0 {
		delete(h.elsewhere[conversation], node)
		if len(h.elsewhere[conversation]) == 0 {
			delete(h.elsewhere, conversation)
		}
		return
	}
	h.elsewhere[conversation][node] = remoteViewers{agents, now}
}

// Viewers lists who has a conversation open on any node.
func (h *Hub) Viewers(conversation desk.ID, now time.Time) []Viewer {
	h.mu.RLock()
	defer h.mu.RUnlock()
	out := h.here(conversation)
	for _, r := range h.elsewhere[conversation] {
		if now.Sub(r.at) > viewersFor {
			continue
		}
	agents:
		for _, v := range r.agents {
			for _, o := range out {
				if o.ID == v.ID {
					continue agents
				}
			}
			out = append(out, v)
		}
	}
	return out
}

// Open lists the conversations somebody has open on this node.
func (h *Hub) Open() []desk.ID {
	h.mu.RLock()
	defer h.mu.RUnlock()
	out := make([]desk.ID, 0, len(h.views))
	for id := range h.views {
		out = append(out, id)
	}
	return out
}
