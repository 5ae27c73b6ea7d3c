package agent

import (
	"sync"

	"parley/desk"
)

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

	upto int64 // changes up to this number come with the greeting; the hub's

	mu    sync.Mutex
	cut   bool
	why   string
	code  int
	open  *desk.Conversation // as it was when it was opened; nil: none
	board bool
}

// outSize is how many frames a slow console may be behind.
const outSize = 512

// NewConsole makes a console that is not connected to the hub yet.
func NewConsole(agent desk.ID) *Console {
	return &Console{AgentID: agent, Out: make(chan []byte, outSize), Cut: make(chan struct{})}
}

// Send queues a frame, or cuts the console when it is too far behind. After the
// cut nothing is queued any more: a frame behind one that was dropped would make
// the console believe that it has seen both.
func (c *Console) Send(frame []byte) {
	if frame == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cut {
		return
	}
	select {
	case c.Out <- frame:
	default:
		c.end(1008, "too slow")
	}
}

// End tells the socket's goroutine to close with a code and a reason.
func (c *Console) End(code int, why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end(code, why)
}

func (c *Console) end(code int, why string) {
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

// Viewing is the conversation the console has open; "" none.
func (c *Console) Viewing() desk.ID {
	if open := c.opened(); open != nil {
		return open.ID
	}
	return ""
}

func (c *Console) opened() *desk.Conversation {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.open
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
