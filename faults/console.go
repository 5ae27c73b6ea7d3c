package faults

import (
	"context"
	"encoding/json"
	mrand "math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"parley/desk"
)

// console is somebody's socket: it connects to any node, writes down what comes
// and, whenever it is cut, comes back elsewhere with the last number it has seen.
type console struct {
	driver *Driver
	me     worker
	dice   *mrand.Rand
	frames chan shown // for whoever plays the agent; nil: nobody does

	mu     sync.Mutex
	socket Socket
	last   int64
	epoch  string
	live   *websocket.Conn

	stalled chan struct{} // closed when it reads again; nil: it reads
}

// shown is a frame as it comes.
type shown struct {
	Type     string
	Epoch    string
	Seq      int64
	Reset    bool
	WithinMS int `json:"within_ms"`
	Event    *struct {
		Type           desk.EventType
		ConversationID desk.ID `json:"conversation_id"`
	}
	Conversation *conversationShown
	Message      *struct {
		Text      string
		Direction desk.Direction
	}
	Offer *struct {
		ID           desk.ID
		AgentID      desk.ID `json:"agent_id"`
		Conversation conversationShown
	}
	Agent *struct {
		ID       desk.ID
		Presence desk.Presence
	}
}

type conversationShown struct {
	ID      desk.ID
	State   desk.State
	Epoch   int64
	AgentID desk.ID `json:"agent_id"`
}

const frameLimit = 4 << 20

func newConsole(d *Driver, me worker, dice *mrand.Rand) *console {
	return &console{driver: d, me: me, dice: dice, socket: Socket{Agent: me.id}, last: -1}
}

// run keeps the console connected until ctx ends or its session does.
func (c *console) run(ctx context.Context) {
	for ctx.Err() == nil {
		move := c.connect(ctx)
		if move < 0 {
			return
		}
		wait := time.Duration(100+c.dice.IntN(400)) * time.Millisecond
		if move > 0 {
			wait = time.Duration(c.dice.Int64N(int64(move)))
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// connect reads one connection to its end. It gives the time within which the
// node asked to go elsewhere, or -1 when the session has ended.
func (c *console) connect(ctx context.Context) time.Duration {
	n := c.driver.rig.balancer.pick()
	if n == nil {
		return 0
	}
	dial, cancel := context.WithTimeout(ctx, 5*time.Second)
	ws, res, err := websocket.Dial(dial, "ws://"+n.Addr+"/console/ws", &websocket.DialOptions{HTTPClient: narrow, HTTPHeader: http.Header{"Authorization": {"Bearer " + c.me.token}}})
	cancel()
	if err != nil {
		if res != nil && res.StatusCode == http.StatusUnauthorized {
			c.note(Frame{At: time.Now(), Ended: true})
			return -1
		}
		return 0
	}
	defer func() { _ = ws.CloseNow() }()
	ws.SetReadLimit(frameLimit)
	c.mu.Lock()
	hello := map[string]any{"type": "hello"}
	resumed := c.last
	if c.last >= 0 {
		hello["last"], hello["epoch"] = c.last, c.epoch
	}
	c.live = ws
	c.mu.Unlock()
	if !c.send(ctx, ws, hello) {
		return 0
	}
	pinging, stop := context.WithCancel(ctx)
	defer stop()
	go c.ping(pinging, ws)
	return c.read(ctx, ws, resumed)
}

func (c *console) read(ctx context.Context, ws *websocket.Conn, resumed int64) (move time.Duration) {
	for {
		if !c.reads(ctx) {
			return move
		}
		// A live socket says something at least every 5 s: it is pinged that often.
		within, cancel := context.WithTimeout(ctx, 12*time.Second)
		_, data, err := ws.Read(within)
		cancel()
		if err != nil {
			if websocket.CloseStatus(err) == 4401 {
				c.note(Frame{At: time.Now(), Ended: true})
				return -1
			}
			return move
		}
		var s shown
		if json.Unmarshal(data, &s) != nil {
			continue
		}
		switch s.Type {
		case "move":
			move = time.Duration(s.WithinMS) * time.Millisecond
		case "welcome":
			c.mu.Lock()
			c.epoch = s.Epoch
			if s.Reset {
				c.last = s.Seq
			}
			c.mu.Unlock()
			c.note(Frame{At: time.Now(), Welcome: true, Reset: s.Reset, Resumed: resumed, Seq: s.Seq, Epoch: s.Epoch})
		case "change":
			c.change(s)
		}
		if c.frames != nil && (s.Type == "change" || s.Type == "welcome") {
			select {
			case c.frames <- s:
			default: // the agent looks at the list every few seconds
			}
		}
	}
}

func (c *console) change(s shown) {
	f := Frame{At: time.Now(), Seq: s.Seq}
	if s.Event != nil {
		f.Type, f.Conversation = s.Event.Type, s.Event.ConversationID
	}
	if s.Message != nil {
		f.Said = s.Message.Text
	}
	c.mu.Lock()
	c.last = s.Seq
	c.mu.Unlock()
	c.note(f)
}

func (c *console) note(f Frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.socket.Frames = append(c.socket.Frames, f)
}

func (c *console) ping(ctx context.Context, ws *websocket.Conn) {
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			c.send(ctx, ws, map[string]any{"type": "ping"})
		}
	}
}

func (c *console) send(ctx context.Context, ws *websocket.Conn, frame any) bool {
	b, err := json.Marshal(frame)
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return ws.Write(ctx, websocket.MessageText, b) == nil
}

// stall stops reading, or goes on.
func (c *console) stall(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if on {
		c.stalled = make(chan struct{})
	} else if c.stalled != nil {
		close(c.stalled)
		c.stalled = nil
	}
}

// reads waits while the console is stalled; false when its time is over.
func (c *console) reads(ctx context.Context) bool {
	c.mu.Lock()
	stalled := c.stalled
	c.mu.Unlock()
	if stalled == nil {
		return true
	}
	select {
	case <-stalled:
		return true
	case <-ctx.Done():
		return false
	}
}

// narrow dials with little room for what is not read yet, so that a console which
// does not read is noticed by who writes.
var narrow = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetReadBuffer(4 << 10)
	}
	return conn, err
}}}

// drop breaks the connection off, as a network does.
func (c *console) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.live != nil {
		_ = c.live.CloseNow()
	}
}

func (c *console) history() Socket {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Socket{c.socket.Agent, append([]Frame(nil), c.socket.Frames...)}
}
