package web

import (
	"bytes"
	"context"
	"encoding/json"
	"runtime/debug"
	"time"

	"github.com/coder/websocket"
	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"parley/channels/webchat"
	"parley/desk"
	"parley/routing"
	"parley/store"
	"parley/visitor"
)

// widgetFrame is anything a widget says.
type widgetFrame struct {
	Type  string `json:"type"`
	Inbox string `json:"inbox"`
	Token string `json:"token"`
	Last  *int64 `json:"last"`
	On    bool   `json:"on"`
}

const (
	widgetFrameLimit = 8 << 10
	widgetFrameRate  = 10 // a second
	// visitorGrace is how long a visitor may be without any socket before they
	// have left the line.
	visitorGrace = 45 * time.Second
)

// widgetWire is a widget's connection.
type widgetWire struct{ ws *websocket.Conn }

func (w widgetWire) Write(frame []byte) bool { return writeFrame(context.Background(), w.ws, frame) }

func (w widgetWire) Close(code int, why string) { _ = w.ws.Close(websocket.StatusCode(code), why) }

// widgetSocket is the visitors' socket; docs/widget-protocol.md says what is spoken.
// It uses no cookie: the token in the first frame is all that counts. The request
// ends with the greeting; from then on the socket has a goroutine of its own with
// nothing of the request in it, which is a fraction of the memory.
func (s *sockets) widgetSocket(c echo.Context) error {
	if within := s.arrivals.admit(s.api.Now()); within > 0 {
		return s.turnAway(c, within)
	}
	ws, err := acceptLean(c.Response(), c.Request(), widgetFrameLimit)
	if err != nil {
		return nil
	}
	refuse := func(code websocket.StatusCode, why string) error {
		_ = ws.Close(code, why)
		return nil
	}
	ctx := context.Background()
	var hello widgetFrame
	if err := readFrame(ctx, ws, helloTimeout, &hello); err != nil || hello.Type != "hello" {
		return refuse(websocket.StatusPolicyViolation, "say hello first")
	}
	inbox, err := s.api.Store.InboxByName(ctx, hello.Inbox)
	if err != nil {
		return refuse(websocket.StatusPolicyViolation, "there is no such inbox")
	}
	claims, err := s.Tokens.Verify(hello.Token, inbox.ID, s.api.Now())
	if err != nil {
		return refuse(4401, "get a session again")
	}
	sock := visitor.NewSocket(inbox.ID, claims.Visitor, widgetWire{ws})
	sock.Heard(s.api.Now())
	greeting, err := s.joinVisitor(ctx, sock, claims, hello)
	if err != nil {
		return refuse(websocket.StatusTryAgainLater, "try again")
	}
	socketsOpen.WithLabelValues("widget").Inc()
	for _, frame := range greeting {
		if _, _, cut := sock.Cut(); cut || !writeFrame(ctx, ws, frame) {
			break
		}
	}
	go s.serveVisitor(ws, sock)
	sock.Start()
	return nil
}

// turnAway asks a visitor to come again at a random moment within a time.
func (s *sockets) turnAway(c echo.Context, within time.Duration) error {
	socketsPostponed.Inc()
	if !s.arrivals.tell() {
		return desk.Errorf(desk.Unavailable, "too many are coming at once; try again in a moment")
	}
	defer s.arrivals.told()
	ws, err := acceptLean(c.Response(), c.Request(), widgetFrameLimit)
	if err != nil {
		return nil
	}
	if writeFrame(context.Background(), ws, moveFrame(within)) {
		_ = ws.Close(websocket.StatusTryAgainLater, "come again a little later")
	}
	return nil
}

// serveVisitor reads a widget's socket until it ends.
func (s *sockets) serveVisitor(ws *websocket.Conn, sock *visitor.Socket) {
	defer func() {
		if p := recover(); p != nil {
			s.api.Log.Error("widget socket", "panic", p, "stack", string(debug.Stack()))
		}
		if _, _, cut := sock.Cut(); !cut { // else it is being closed, with the reason
			_ = ws.CloseNow()
		}
		socketsOpen.WithLabelValues("widget").Dec()
		s.leaveVisitor(sock)
	}()
	s.listenVisitor(context.Background(), ws, sock)
}

// joinVisitor connects and gives the greeting, to be written before anything
// queued: the gap where that is exact and short, the whole view otherwise.
func (s *sockets) joinVisitor(ctx context.Context, sock *visitor.Socket, claims webchat.Claims, hello widgetFrame) (greeting [][]byte, err error) {
	// Joined before anything is read: what is committed from here on reaches the
	// socket, perhaps twice; messages are replaced by id, states by the later number.
	s.visitors.Join(sock, "")
	defer func() {
		if err != nil {
			s.visitors.Leave(sock)
		}
	}()
	seq := s.Feed.Next() - 1
	key := store.VisitorKey{Inbox: claims.Inbox, Visitor: claims.Visitor}
	c, err := s.lookups.find(ctx, key)
	if err == nil && c == nil && sock.Conversation() != "" { // it began while we looked
		c, err = s.lookups.find(ctx, key)
	}
	if err != nil {
		return nil, err
	}
	if c == nil {
		return [][]byte{encode(map[string]any{"type": "welcome", "seq": seq, "reset": true, "conversation": nil})}, nil
	}
	if sock.Conversation() == "" {
		s.visitors.Began(claims.Inbox, claims.Visitor, c.ID)
	}
	id := sock.Conversation()
	beat, cancel := context.WithTimeout(ctx, time.Second)
	_ = s.Beats.Beat(beat, routing.VisitorSockets, []string{id})
	cancel()
	if hello.Last != nil {
		if missed, ok := s.missedBy(id, *hello.Last); ok {
			return append([][]byte{encode(map[string]any{"type": "welcome", "seq": seq, "reset": false})}, missed...), nil
		}
	}
	view, err := s.widgetView(ctx, c, seq)
	if err != nil {
		return nil, err
	}
	// The number from before the view was read: what it may lack is above that.
	return [][]byte{encode(map[string]any{"type": "welcome", "seq": seq, "reset": true, "conversation": view})}, nil
}

// widgetGap is how many missed frames are sent one by one; after more the whole
// view is smaller.
const widgetGap = 100

// missedBy gives the frames of a conversation since a number; false when they
// are not kept or too many.
func (s *sockets) missedBy(conversation desk.ID, last int64) ([][]byte, bool) {
	missed, ok := s.Feed.Since(last)
	if !ok {
		return nil, false
	}
	var frames [][]byte
	for _, ch := range missed {
		if ch.ConversationID == conversation {
			if frames = append(frames, s.visitorFrames(ch)...); len(frames) > widgetGap {
				return nil, false
			}
		}
	}
	return frames, true
}

// leaveVisitor starts the grace of a visitor whose last socket here is gone.
func (s *sockets) leaveVisitor(sock *visitor.Socket) {
	id := s.visitors.Leave(sock)
	if id == "" {
		return
	}
	left := s.api.Now().UTC()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = s.Beats.Gone(ctx, routing.VisitorSockets, s.Node, []string{id})
	select {
	case <-s.moving:
		return // this node is leaving; another will know whether they came back
	default:
	}
	s.graces.add(id, left)
}

var pingFrame = []byte(`{"type":"ping"}`)

// listenVisitor takes what a widget says. A ping, which is nearly all that most
// ever say, is answered without decoding it: that keeps the stack small.
func (s *sockets) listenVisitor(ctx context.Context, ws *websocket.Conn, sock *visitor.Socket) {
	var limit *rate.Limiter
	for {
		kind, data, err := ws.Read(ctx)
		if err != nil {
			return
		}
		now := s.api.Now()
		sock.Heard(now)
		if limit == nil {
			limit = rate.NewLimiter(widgetFrameRate, 2*widgetFrameRate)
		}
		switch {
		case kind != websocket.MessageText || !limit.AllowN(now, 1):
		case bytes.Equal(data, pingFrame):
			sock.Send(s.pong())
			continue
		case s.visitorSaid(ctx, sock, data):
			continue
		}
		sock.End(1008, "not understood")
		return
	}
}

// visitorSaid acts on a frame; false when it means nothing.
func (s *sockets) visitorSaid(ctx context.Context, sock *visitor.Socket, data []byte) bool {
	var f widgetFrame
	if json.Unmarshal(data, &f) != nil {
		return false
	}
	switch f.Type {
	case "ping":
		sock.Send(s.pong())
	case "typing":
		if c := s.Floor.Conversation(sock.Conversation()); c != nil {
			s.pass(ctx, passing{Type: "typing", Conversation: c.ID, Who: "customer", Name: c.ContactName, On: f.On})
		}
	case "hello":
	default:
		return false
	}
	return true
}
