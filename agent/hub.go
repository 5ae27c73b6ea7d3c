package agent

import (
	"sync"
	"time"

	"parley/desk"
)

// Floor is what deciding about recipients needs.
type Floor interface {
	Agent(id desk.ID) *desk.Agent
	Queue(id desk.ID) *desk.Queue
	Conversation(id desk.ID) *desk.Conversation
}

// Past gives the changes since a number; false when they are no longer kept.
type Past interface {
	Since(seq int64) ([]desk.Change, bool)
}

// Console is one connected console: a browser tab.
type Console struct {
	AgentID desk.ID
	// Out carries frames to the socket's writer. It is closed never; Cut is
	// closed when the console must go, with Why.
	Out chan []byte
	Cut chan struct{}
	// Ended tells whether an event ends the session behind the console; nil: any
	// session.ended of the agent does. Set it before Join.
	Ended func(desk.Event) bool

	mu      sync.Mutex
	cut     bool
	why     string
	code    int
	viewing desk.ID // open conversation
	contact desk.ID // its contact
	board   bool
}

// outSize is how many frames a slow console may be behind.
const outSize = 512

// NewConsole makes a console that is not connected to the hub yet.
func NewConsole(agent desk.ID) *Console {
	return &Console{AgentID: agent, Out: make(chan []byte, outSize), Cut: make(chan struct{})}
}

// Send queues a frame, or cuts the console when it is too far behind.
func (c *Console) Send(frame []byte) {
	if frame == nil {
		return
	}
	select {
	case c.Out <- frame:
	default:
		c.End(1008, "too slow")
	}
}

// End tells the socket's goroutine to close with a code and a reason.
func (c *Console) End(code int, why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.cut {
		c.cut, c.code, c.why = true, code, why
		close(c.Cut)
	}
}

// Why is the code and reason given to End.
func (c *Console) Why() (int, string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.code, c.why
}

// Viewing is the conversation the console has open.
func (c *Console) Viewing() desk.ID {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.viewing
}

// WantsBoard tells whether the board is on screen.
func (c *Console) WantsBoard() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.board
}

// ShowBoard turns the live board on or off.
func (c *Console) ShowBoard(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.board = on
}

// Hub knows the consoles connected to this node.
type Hub struct {
	floor  Floor
	encode func(desk.Change) []byte

	mu        sync.RWMutex
	consoles  map[*Console]struct{}
	views     map[desk.ID]map[*Console]struct{}    // conversation ▶ consoles that have it open
	elsewhere map[desk.ID]map[string]remoteViewers // conversation ▶ node ▶ viewers there
}

// NewHub makes a hub. encode makes the frame of a change, once for everybody.
func NewHub(floor Floor, encode func(desk.Change) []byte) *Hub {
	return &Hub{floor: floor, encode: encode, consoles: map[*Console]struct{}{}, views: map[desk.ID]map[*Console]struct{}{},
		elsewhere: map[desk.ID]map[string]remoteViewers{}}
}

// Join connects a console and sends it what it missed: with last and the right
// past, exactly the changes after last. It tells whether that was possible; if
// not, the console has to read everything again, from seq on.
func (h *Hub) Join(c *Console, past Past, last, now int64, resume bool, welcome func(seq int64, reset bool) []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.consoles[c] = struct{}{}
	if resume {
		if missed, ok := past.Since(last); ok && len(missed) <= maxResume {
			c.Send(welcome(now, false))
			sent := 0
			for _, ch := range missed {
				if h.concerns(c, ch) {
					c.Send(h.encode(ch))
					if sent++; sent > outSize/2 {
						c.End(1012, "resume in parts") // the rest after the next hello
						return
					}
				}
			}
			return
		}
	}
	c.Send(welcome(now, true))
}

// maxResume is how many changes are looked through for a console that comes back.
const maxResume = 20000

// Leave disconnects a console.
func (h *Hub) Leave(c *Console) {
	h.View(c, "", "")
	h.mu.Lock()
	delete(h.consoles, c)
	h.mu.Unlock()
}

// View says which conversation the console has open; "" none. The caller has
// checked that its agent may see it.
func (h *Hub) View(c *Console, conversation, contact desk.ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c.mu.Lock()
	old := c.viewing
	c.viewing, c.contact = conversation, contact
	c.mu.Unlock()
	if old != "" {
		delete(h.views[old], c)
		if len(h.views[old]) == 0 {
			delete(h.views, old)
		}
	}
	if conversation != "" {
		if h.views[conversation] == nil {
			h.views[conversation] = map[*Console]struct{}{}
		}
		h.views[conversation][c] = struct{}{}
	}
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
	var frame []byte
	for c := range h.consoles {
		if !h.concerns(c, ch) {
			continue
		}
		if frame == nil {
			frame = h.encode(ch)
		}
		c.Send(frame)
	}
}

// concerns decides whether a console is shown a change; the one place for it,
// live and on resume.
func (h *Hub) concerns(c *Console, ch desk.Change) bool {
	a := h.floor.Agent(c.AgentID)
	if a == nil || !a.Enabled {
		return false
	}
	over := desk.Allowed(a.Role, desk.AssignOthers)
	switch ch.Type {
	case desk.EvQueueChanged, desk.EvInboxChanged, desk.EvSkillChanged:
		return true
	case desk.EvAgentPresence, desk.EvAgentChanged:
		return over || ch.AgentID == a.ID
	case desk.EvInboundQuarantined:
		return desk.Allowed(a.Role, desk.Administer)
	case desk.EvContactChanged:
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.contact == ch.ContactID
	case desk.EvSessionEnded:
		return false
	}
	conv := ch.Conversation
	if conv == nil {
		conv = h.floor.Conversation(ch.ConversationID)
	}
	viewing := c.Viewing() == ch.ConversationID && ch.ConversationID != ""
	if conv == nil { // news of a message in an ended conversation
		return viewing
	}
	if !desk.CanSee(a, conv, h.floor.Queue(conv.QueueID)) {
		// Whoever just lost it must learn that it is gone.
		return a.ID == ch.AgentID || a.ID == ch.Data.FromAgentID
	}
	if viewing || conv.AgentID == a.ID || ch.AgentID == a.ID || ch.Data.FromAgentID == a.ID || ch.ActorID == a.ID {
		return true
	}
	switch ch.Type {
	case desk.EvMessageReceived, desk.EvMessageCreated, desk.EvMessageStatus, desk.EvMessageUpdated, desk.EvConversationRead, desk.EvCSATAsked:
		return conv.State.InLine() && ch.Type == desk.EvMessageReceived // the line shows the last words
	}
	return true // a change of state, to those who serve the queue and those over them
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

// Watchers calls f with the consoles that follow a conversation: its owner's,
// and those that have it open.
func (h *Hub) Watchers(conversation desk.ID, f func(*Console)) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	owner := desk.ID("")
	if c := h.floor.Conversation(conversation); c != nil && c.State != desk.Offered {
		owner = c.AgentID
	}
	for c := range h.consoles {
		if _, open := h.views[conversation][c]; open || owner != "" && c.AgentID == owner {
			f(c)
		}
	}
}

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
		if a := h.floor.Agent(c.AgentID); a != nil && !seen[a.ID] {
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
