// Package visitor is customers at the chat widget: their sockets on this node,
// what they are shown, and when they have gone.
//
// A visitor's socket follows one conversation, once there is one. What it is
// shown comes from the event log; notes and notices for agents never do.
package visitor

import (
	"sync"
	"time"

	"parley/desk"
)

// Socket is one connected widget: a browser tab of the visitor.
type Socket struct {
	InboxID desk.ID
	Visitor string // visitor id
	Out     chan []byte
	Cut     chan struct{}

	mu           sync.Mutex
	conversation desk.ID
	cut          bool
	code         int
	why          string
	place        Place
}

// Place is what was last said about the line.
type Place struct {
	Position, Of int
	Low, High    time.Duration
}

// outSize is how many frames a slow widget may be behind.
const outSize = 64

// NewSocket makes a socket that is not connected to the hub yet.
func NewSocket(inbox desk.ID, visitor string) *Socket {
	return &Socket{InboxID: inbox, Visitor: visitor, Out: make(chan []byte, outSize), Cut: make(chan struct{})}
}

// Send queues a frame, or cuts the socket when it is too far behind. After the
// cut nothing is queued any more: a frame behind one that was dropped would make
// the widget believe that it has seen both.
func (s *Socket) Send(frame []byte) {
	if frame == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cut {
		return
	}
	select {
	case s.Out <- frame:
	default:
		s.end(1008, "too slow")
	}
}

// End tells the socket's goroutine to close.
func (s *Socket) End(code int, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(code, why)
}

func (s *Socket) end(code int, why string) {
	if !s.cut {
		s.cut, s.code, s.why = true, code, why
		close(s.Cut)
	}
}

// Why is the code and reason given to End.
func (s *Socket) Why() (int, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.code, s.why
}

// Conversation is what the socket follows; "" before the first message.
func (s *Socket) Conversation() desk.ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conversation
}

// Placed remembers what is said about the line and tells whether that is new.
func (s *Socket) Placed(p Place) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := s.place != p
	s.place = p
	return changed
}

// Hub knows the widgets connected to this node.
type Hub struct {
	mu             sync.RWMutex
	byVisitor      map[string]map[*Socket]struct{} // inbox + visitor id
	byConversation map[desk.ID]map[*Socket]struct{}
}

// NewHub makes an empty hub.
func NewHub() *Hub {
	return &Hub{byVisitor: map[string]map[*Socket]struct{}{}, byConversation: map[desk.ID]map[*Socket]struct{}{}}
}

func add[K comparable](m map[K]map[*Socket]struct{}, k K, s *Socket) {
	if m[k] == nil {
		m[k] = map[*Socket]struct{}{}
	}
	m[k][s] = struct{}{}
}

func remove[K comparable](m map[K]map[*Socket]struct{}, k K, s *Socket) (last bool) {
	if _, there := m[k][s]; !there {
		return false
	}
	delete(m[k], s)
	if len(m[k]) == 0 {
		delete(m, k)
		return true
	}
	return false
}

// Join connects a socket, following a conversation if it has one. Join before
// reading what to greet it with: then nothing can fall between.
func (h *Hub) Join(s *Socket, conversation desk.ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	add(h.byVisitor, s.InboxID+s.Visitor, s)
	h.follow(s, conversation)
}

func (h *Hub) follow(s *Socket, conversation desk.ID) {
	s.mu.Lock()
	old := s.conversation
	s.conversation = conversation
	s.mu.Unlock()
	if old != "" {
		remove(h.byConversation, old, s)
	}
	if conversation != "" {
		add(h.byConversation, conversation, s)
	}
}

// Began makes the visitor's sockets follow the conversation just made for them.
func (h *Hub) Began(inbox desk.ID, visitor string, conversation desk.ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.byVisitor[inbox+visitor] {
		h.follow(s, conversation)
	}
}

// Leave disconnects a socket and tells which conversation has no socket here any more, "" if none.
func (h *Hub) Leave(s *Socket) desk.ID {
	h.mu.Lock()
	defer h.mu.Unlock()
	remove(h.byVisitor, s.InboxID+s.Visitor, s)
	c := s.Conversation()
	if c != "" && remove(h.byConversation, c, s) {
		return c
	}
	return ""
}

// Present tells whether a conversation has a socket on this node.
func (h *Hub) Present(conversation desk.ID) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.byConversation[conversation]) > 0
}

// To calls f with the sockets that follow a conversation.
func (h *Hub) To(conversation desk.ID, f func(*Socket)) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for s := range h.byConversation[conversation] {
		f(s)
	}
}

// Conversations lists what is followed here.
func (h *Hub) Conversations() []desk.ID {
	h.mu.RLock()
	defer h.mu.RUnlock()
	out := make([]desk.ID, 0, len(h.byConversation))
	for id := range h.byConversation {
		out = append(out, id)
	}
	return out
}

// Each calls f with every socket.
func (h *Hub) Each(f func(*Socket)) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, sockets := range h.byVisitor {
		for s := range sockets {
			f(s)
		}
	}
}
