package visitor

import (
	"sync"
	"time"

	"parley/desk"
)

// Wire is the connection of a socket.
type Wire interface {
	// Write writes a frame; false when the connection is gone.
	Write(frame []byte) bool
	// Close says why and ends it.
	Close(code int, why string)
}

// Socket is one connected widget: a browser tab of the visitor. Most have nothing
// to say for hours, so a socket at rest has neither a queue nor a goroutine that
// writes; both come with the first frame and go with the last.
type Socket struct {
	InboxID desk.ID
	Visitor string // visitor id

	wire Wire

	mu           sync.Mutex
	out          [][]byte // not yet written
	writing      bool     // somebody is, and will look into out again
	conversation desk.ID
	cut          bool
	code         int
	why          string
	heard        time.Time
	place        Place
}

// Place is what was last said about the line.
type Place struct {
	Position, Of int
	Low, High    time.Duration
}

// outSize is how many frames a slow widget may be behind.
const outSize = 64

// NewSocket makes a socket that is not connected to the hub yet, and writes
// nothing before Start: until then the wire is whose greets.
func NewSocket(inbox desk.ID, visitor string, wire Wire) *Socket {
	return &Socket{InboxID: inbox, Visitor: visitor, wire: wire, writing: true}
}

// Start begins to write what has been queued and what will be.
func (s *Socket) Start() { s.write() }

// Send queues a frame, or cuts the socket when it is too far behind. After the
// cut nothing is queued any more: a frame behind one that was dropped would make
// the widget believe that it has seen both.
func (s *Socket) Send(frame []byte) {
	if frame == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.cut:
	case len(s.out) >= outSize:
		s.end(1008, "too slow")
	default:
		s.out = append(s.out, frame)
		s.rouse()
	}
}

// End closes the socket with a code and a reason; what is queued is not written.
func (s *Socket) End(code int, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(code, why)
}

func (s *Socket) end(code int, why string) {
	if !s.cut {
		s.cut, s.code, s.why, s.out = true, code, why, nil
		s.rouse()
	}
}

// rouse sees to it that somebody writes.
func (s *Socket) rouse() {
	if !s.writing {
		s.writing = true
		go s.write()
	}
}

// write writes until nothing is left, the socket is cut, or the wire is gone.
// A wire that is gone keeps writing set: nobody need try again.
func (s *Socket) write() {
	for {
		s.mu.Lock()
		if s.cut {
			code, why := s.code, s.why
			s.mu.Unlock()
			s.wire.Close(code, why)
			return
		}
		if len(s.out) == 0 {
			s.writing, s.out = false, nil
			s.mu.Unlock()
			return
		}
		frame := s.out[0]
		s.out = s.out[1:]
		s.mu.Unlock()
		if !s.wire.Write(frame) {
			return
		}
	}
}

// Cut tells whether the socket was ended, and why.
func (s *Socket) Cut() (code int, why string, cut bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.code, s.why, s.cut
}

// Heard notes a sign of life.
func (s *Socket) Heard(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = at
}

// SilentSince is when the widget last gave a sign of life.
func (s *Socket) SilentSince() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.heard
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
