// Package visitor is customers at the chat widget: their sockets on this node,
// what they are shown, and when they have gone.
//
// A visitor's socket follows one conversation, once there is one. What it is
// shown comes from the event log; notes and notices for agents never do.
package visitor

import (
	"sync"

	"parley/desk"
)

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

// Len is how many sockets there are.
func (h *Hub) Len() (n int) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, sockets := range h.byVisitor {
		n += len(sockets)
	}
	return n
}
