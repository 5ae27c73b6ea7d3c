package web

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/coder/websocket"
	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"parley/channels/webchat"
	"parley/desk"
	"parley/routing"
	"parley/visitor"
)

// widgetView is a visitor's conversation as the widget shows it.
type widgetView struct {
	ID       desk.ID         `json:"id"`
	State    desk.State      `json:"state"`
	Seq      int64           `json:"seq"`
	Agent    *widgetAgent    `json:"agent"`
	Line     *widgetPlace    `json:"line"`
	Rating   widgetRating    `json:"rating"`
	Messages []widgetMessage `json:"messages"`
}

type widgetAgent struct {
	Name     string `json:"name"`
	Initials string `json:"initials"`
}

type widgetPlace struct {
	Type     string `json:"type,omitempty"`
	Position int    `json:"position"`
	Of       int    `json:"of"`
	Low      *int   `json:"low_seconds,omitempty"`
	High     *int   `json:"high_seconds,omitempty"`
}

type widgetRating struct {
	Asked   bool   `json:"asked"`
	Score   int    `json:"score"`
	Comment string `json:"comment"`
}

type widgetMessage struct {
	ID          desk.ID        `json:"id"`
	Direction   desk.Direction `json:"direction"`
	Author      desk.Author    `json:"author"`
	Kind        desk.Kind      `json:"kind"`
	Text        string         `json:"text"`
	Name        string         `json:"name"`
	Status      desk.Status    `json:"status"`
	At          time.Time      `json:"at"`
	Attachments []widgetFile   `json:"attachments"`
}

type widgetFile struct {
	ID   desk.ID   `json:"id"`
	Name string    `json:"name"`
	Type string    `json:"type"`
	Size int64     `json:"size"`
	Kind desk.Kind `json:"kind"`
	URL  string    `json:"url"`
}

// widgetMessages is how much of a thread the widget starts with.
const widgetMessages = 50

// shown tells whether customers may see a message: never notes and notices.
func shown(m *desk.Message) bool { return m.Kind != desk.Note && m.Kind != desk.Notice }

func (s *sockets) widgetMessage(m *desk.Message) widgetMessage {
	out := widgetMessage{ID: m.ID, Direction: m.Direction, Author: m.Author, Kind: m.Kind, Text: m.Text, Status: m.Status, At: m.At, Attachments: []widgetFile{}}
	if m.AgentID != "" {
		out.Name = s.api.names.get().agent(m.AgentID)
	}
	for _, f := range m.Attachments {
		out.Attachments = append(out.Attachments, widgetFile{f.ID, f.Name, f.Type, f.Size, f.Kind, s.api.fileURL(f)})
	}
	return out
}

func (s *sockets) widgetAgent(c *desk.Conversation) *widgetAgent {
	if c.AgentID == "" || c.State == desk.Offered {
		return nil
	}
	name := s.api.names.get().agent(c.AgentID)
	return &widgetAgent{Name: name, Initials: initials(name)}
}

func initials(name string) string {
	var out []rune
	for _, w := range strings.Fields(name) {
		if r := []rune(w); unicode.IsLetter(r[0]) && len(out) < 2 {
			out = append(out, unicode.ToUpper(r[0]))
		}
	}
	return string(out)
}

func ratingOf(c *desk.Conversation) widgetRating {
	return widgetRating{Asked: c.CSAT != desk.CSATNone, Score: c.CSATScore, Comment: c.CSATComment}
}

// widgetConversation reads a visitor's conversation; nil when there is none.
func (s *sockets) widgetConversation(ctx context.Context, claims webchat.Claims) (*widgetView, error) {
	// The number first: whatever is committed after it comes again as an event.
	seq := s.Feed.Next() - 1
	c, err := s.api.Store.VisitorConversation(ctx, claims.Inbox, claims.Visitor)
	if err != nil || c == nil {
		return nil, err
	}
	messages, _, err := s.api.Store.Messages(ctx, c.ID, widgetMessages, "")
	if err != nil {
		return nil, err
	}
	v := &widgetView{ID: c.ID, State: c.State, Seq: seq, Agent: s.widgetAgent(c), Rating: ratingOf(c), Messages: []widgetMessage{}}
	if c.State.InLine() {
		v.Line = s.place(c)
	}
	for _, m := range messages {
		if shown(m) {
			v.Messages = append(v.Messages, s.widgetMessage(m))
		}
	}
	return v, nil
}

// place is where a conversation stands and how long that may take.
func (s *sockets) place(c *desk.Conversation) *widgetPlace {
	position, of := s.Floor.Place(c.ID)
	if position == 0 {
		return nil
	}
	p := &widgetPlace{Position: position, Of: of}
	if low, high, ok := s.Estimator.Wait(c.QueueID, c.Channel, position); ok {
		l, h := int(low.Seconds()), int(high.Seconds())
		p.Low, p.High = &l, &h
	}
	return p
}

// showPlaces tells waiting visitors their place in line, when it changed.
func (s *sockets) showPlaces(ctx context.Context) {
	if err := s.Estimator.Refresh(ctx); err != nil && ctx.Err() == nil {
		s.api.Log.Debug("rates not read", "error", err)
	}
	for _, id := range s.visitors.Conversations() {
		c := s.Floor.Conversation(id)
		if c == nil || !c.State.InLine() {
			continue
		}
		p := s.place(c)
		if p == nil {
			continue
		}
		p.Type = "line"
		said := visitor.Place{Position: p.Position, Of: p.Of}
		if p.Low != nil {
			said.Low, said.High = time.Duration(*p.Low), time.Duration(*p.High)
		}
		var frame []byte
		s.visitors.To(id, func(v *visitor.Socket) {
			if v.Placed(said) {
				if frame == nil {
					frame = encode(p)
				}
				v.Send(frame)
			}
		})
	}
}

// showVisitors shows a change to the widgets it concerns.
func (s *sockets) showVisitors(ch desk.Change) {
	if ch.Type == desk.EvConversationCreated && ch.Conversation != nil && ch.Data.Fields["visitor"] != "" {
		s.visitors.Began(ch.InboxID, ch.Data.Fields["visitor"], ch.ConversationID)
	}
	if !s.visitors.Present(ch.ConversationID) {
		return
	}
	for _, frame := range s.visitorFrames(ch) {
		s.visitors.To(ch.ConversationID, func(v *visitor.Socket) { v.Send(frame) })
	}
}

func (s *sockets) visitorFrames(ch desk.Change) [][]byte {
	var frames [][]byte
	if m := ch.Message; m != nil && shown(m) {
		switch ch.Type {
		case desk.EvMessageReceived, desk.EvMessageCreated, desk.EvMessageUpdated, desk.EvMessageStatus:
			frames = append(frames, encode(map[string]any{"type": "message", "seq": ch.Seq, "message": s.widgetMessage(m)}))
		}
	}
	if c := ch.Conversation; c != nil && ch.Message == nil {
		frames = append(frames, encode(map[string]any{"type": "state", "seq": ch.Seq, "state": c.State, "agent": s.widgetAgent(c), "rating": ratingOf(c)}))
	}
	return frames
}

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

// widgetSocket is the visitors' socket; docs/widget-protocol.md says what is spoken.
// It uses no cookie: the token in the first frame is all that counts.
func (s *sockets) widgetSocket(c echo.Context) error {
	r := c.Request()
	ws, err := acceptSocket(c.Response(), r, widgetFrameLimit)
	if err != nil {
		return nil
	}
	defer ws.CloseNow()
	socketsOpen.WithLabelValues("widget").Inc()
	defer socketsOpen.WithLabelValues("widget").Dec()
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	defer cancel()
	var hello widgetFrame
	if err := readFrame(ctx, ws, helloTimeout, &hello); err != nil || hello.Type != "hello" {
		_ = ws.Close(websocket.StatusPolicyViolation, "say hello first")
		return nil
	}
	inbox, err := s.api.Store.InboxByName(ctx, hello.Inbox)
	if err != nil {
		_ = ws.Close(websocket.StatusPolicyViolation, "there is no such inbox")
		return nil
	}
	claims, err := s.Tokens.Verify(hello.Token, inbox.ID, s.api.Now())
	if err != nil {
		_ = ws.Close(websocket.StatusCode(4401), "get a session again")
		return nil
	}
	sock := visitor.NewSocket(inbox.ID, claims.Visitor)
	greeting, err := s.joinVisitor(ctx, sock, claims, hello)
	if err != nil {
		_ = ws.Close(websocket.StatusTryAgainLater, "try again")
		return nil
	}
	defer s.leaveVisitor(sock)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if greet(ctx, ws, slices.Values(greeting), sock.Cut, sock.Why) {
			write(ctx, ws, sock.Out, sock.Cut, sock.Why)
		}
		cancel()
	}()
	s.listenVisitor(ctx, ws, sock)
	cancel()
	<-done
	return nil
}

// joinVisitor connects and gives the greeting, to be written before anything
// from Out: the gap where that is exact and short, the whole view otherwise.
func (s *sockets) joinVisitor(ctx context.Context, sock *visitor.Socket, claims webchat.Claims, hello widgetFrame) ([][]byte, error) {
	// Joined before anything is read: what is committed from here on reaches the
	// socket, perhaps twice; messages are replaced by id, states by the later number.
	s.visitors.Join(sock, "")
	c, err := s.api.Store.VisitorConversation(ctx, claims.Inbox, claims.Visitor)
	if err != nil {
		s.visitors.Leave(sock)
		return nil, err
	}
	if c != nil && sock.Conversation() == "" {
		s.visitors.Began(claims.Inbox, claims.Visitor, c.ID)
	}
	id := sock.Conversation()
	if id != "" {
		beat, cancel := context.WithTimeout(ctx, time.Second)
		_ = s.Beats.Beat(beat, routing.VisitorSockets, []string{id})
		cancel()
	}
	seq := s.Feed.Next() - 1
	if hello.Last != nil && id != "" {
		if missed, ok := s.missedBy(id, *hello.Last); ok {
			return append([][]byte{encode(map[string]any{"type": "welcome", "seq": seq, "reset": false})}, missed...), nil
		}
	}
	view, err := s.widgetConversation(ctx, claims)
	if err != nil {
		s.visitors.Leave(sock)
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

func (s *sockets) listenVisitor(ctx context.Context, ws *websocket.Conn, sock *visitor.Socket) {
	limit := rate.NewLimiter(widgetFrameRate, 2*widgetFrameRate)
	for {
		var f widgetFrame
		if readFrame(ctx, ws, silenceLimit, &f) != nil || !limit.Allow() {
			sock.End(1008, "not understood")
			return
		}
		switch f.Type {
		case "ping":
			sock.Send([]byte(`{"type":"pong"}`))
		case "typing":
			if c := s.Floor.Conversation(sock.Conversation()); c != nil {
				s.pass(ctx, passing{Type: "typing", Conversation: c.ID, Who: "customer", Name: c.ContactName, On: f.On})
			}
		case "hello":
		default:
			sock.End(1008, "not understood")
			return
		}
	}
}
