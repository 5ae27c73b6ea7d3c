package web

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/coder/websocket"
	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"parley/agent"
	"parley/desk"
	"parley/routing"
)

// consoleFrame is anything a console says.
type consoleFrame struct {
	Type         string  `json:"type"`
	Epoch        string  `json:"epoch"`
	Last         *int64  `json:"last"`
	Conversation desk.ID `json:"conversation_id"`
	On           bool    `json:"on"`
}

const (
	consoleFrameLimit = 16 << 10
	consoleFrameRate  = 20 // a second
)

// console is the agents' socket; docs/console-protocol.md says what is spoken.
// The caller has authenticated the request.
func (s *sockets) console(c echo.Context) error {
	r := c.Request()
	who := caller(r.Context())
	me := who.Agent
	ws, err := acceptSocket(c.Response(), r, consoleFrameLimit)
	if err != nil {
		return nil // the upgrade has answered
	}
	defer ws.CloseNow()
	socketsOpen.WithLabelValues("console").Inc()
	defer socketsOpen.WithLabelValues("console").Dec()
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	defer cancel()
	var hello consoleFrame
	if err := readFrame(ctx, ws, helloTimeout, &hello); err != nil || hello.Type != "hello" {
		_ = ws.Close(websocket.StatusPolicyViolation, "say hello first")
		return nil
	}
	con := agent.NewConsole(me.ID)
	con.Ended = who.Ended
	from := agent.Hello{}
	if hello.Last != nil && hello.Epoch == s.Epoch {
		from = agent.Hello{Resume: true, Last: *hello.Last}
	}
	greeting := s.consoles.Join(con, s.Feed, from, func() int64 { return s.Feed.Next() - 1 }, func(seq int64, reset bool) []byte {
		return encode(map[string]any{"type": "welcome", "epoch": s.Epoch, "seq": seq, "reset": reset})
	})
	defer s.leaveConsole(con)
	if _, err := s.api.auth.socket(r); err != nil { // it may have ended while we joined
		con.End(4401, "the session has ended")
	}
	s.beatOne(ctx, con)
	con.Send(s.linesFrame(me))
	done := make(chan struct{})
	go func() {
		defer close(done)
		if greet(ctx, ws, greeting, con.Cut, con.Why) {
			write(ctx, ws, con.Out, con.Cut, con.Why)
		}
		cancel()
	}()
	s.listen(ctx, ws, con)
	cancel()
	<-done
	return nil
}

func (s *sockets) beatOne(ctx context.Context, con *agent.Console) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_ = s.Beats.Beat(ctx, routing.AgentSockets, []string{con.AgentID}) // the next beat says it again
}

func (s *sockets) leaveConsole(con *agent.Console) {
	viewing := con.Viewing()
	s.consoles.Leave(con)
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	s.tellViewers(ctx, viewing)
	if !slices.Contains(s.consoles.Agents(), con.AgentID) {
		_ = s.Beats.Gone(ctx, routing.AgentSockets, s.Node, []string{con.AgentID})
	}
}

// listen serves a console's frames until it goes, is cut, or says nonsense.
func (s *sockets) listen(ctx context.Context, ws *websocket.Conn, con *agent.Console) {
	limit := rate.NewLimiter(consoleFrameRate, 2*consoleFrameRate)
	for {
		var f consoleFrame
		err := readFrame(ctx, ws, silenceLimit, &f)
		if err == nil && !limit.Allow() {
			err = desk.Errorf(desk.TooMany, "too many frames")
		}
		if err == nil {
			err = s.consoleSaid(ctx, con, f)
		}
		if err == nil {
			continue
		}
		var known *desk.Error
		if errors.As(err, &known) {
			// Past the queue: a cut console's queue is not written any more.
			writeFrame(ctx, ws, encode(map[string]any{"type": "error", "message": known.Message}))
			con.End(1008, "not allowed")
			<-ctx.Done()
		}
		return
	}
}

func (s *sockets) consoleSaid(ctx context.Context, con *agent.Console, f consoleFrame) error {
	me := s.Floor.Agent(con.AgentID)
	if me == nil || !me.Enabled {
		return desk.Errorf(desk.Unauthenticated, "you may not be here any more")
	}
	switch f.Type {
	case "ping":
		con.Send(s.pong())
	case "view":
		return s.view(ctx, con, me, f.Conversation)
	case "typing":
		c := s.Floor.Conversation(f.Conversation)
		if c == nil || !desk.CanWork(me, c) {
			return nil // it ended, or went elsewhere, while the frame was on its way
		}
		s.pass(ctx, passing{Type: "typing", Conversation: c.ID, Who: "agent", AgentID: me.ID, Name: me.Name, On: f.On})
		if f.On {
			s.markAtProvider(c, false)
		}
	case "board":
		if !desk.Allowed(me.Role, desk.ViewBoard) {
			return desk.Errorf(desk.Forbidden, "the board is for supervisors")
		}
		con.ShowBoard(f.On)
		if f.On {
			s.board.touch()
			con.Send(s.boardFrame(ctx))
		}
	case "hello":
	default:
		return desk.Errorf(desk.Invalid, "there is no frame type %q", desk.Truncate(f.Type, 40))
	}
	return nil
}

// view opens a conversation for a console, if its agent may see it.
func (s *sockets) view(ctx context.Context, con *agent.Console, me *desk.Agent, id desk.ID) error {
	before := con.Viewing()
	var open *desk.Conversation
	if id != "" {
		if !desk.ValidID(id) {
			return desk.Errorf(desk.Invalid, "conversation_id is not an id")
		}
		c, _, err := s.api.Store.Conversation(ctx, id)
		if err != nil || !desk.CanSee(me, c, s.Floor.Queue(c.QueueID)) {
			id = "" // not there for them
		} else {
			open = c
		}
	}
	s.consoles.View(con, open)
	if before != id {
		s.tellViewers(ctx, before)
	}
	s.tellViewers(ctx, id)
	return nil
}

// changeFrame is a change as consoles see it. A struct: it is made for each
// message, and a map would be sorted each time.
type changeFrame struct {
	Type         string            `json:"type"`
	Seq          int64             `json:"seq"`
	Event        EventItem         `json:"event"`
	Conversation *ConversationItem `json:"conversation,omitempty"`
	Message      *MessageItem      `json:"message,omitempty"`
	Agent        *AgentItem        `json:"agent,omitempty"`
	Offer        *OfferItem        `json:"offer,omitempty"`
}

// changeFrame encodes a change once for all consoles.
func (s *sockets) changeFrame(ch desk.Change) []byte {
	out := changeFrame{Type: "change", Seq: ch.Seq, Event: s.api.eventItem(ch.Event)}
	if ch.Conversation != nil {
		out.Conversation = new(s.api.conversationItem(ch.Conversation))
	}
	if ch.Message != nil {
		out.Message = new(s.api.messageItem(ch.Message))
	}
	if ch.Agent != nil {
		out.Agent = new(s.api.agentItem(ch.Agent))
	}
	if ch.Offer != nil && ch.Conversation != nil && ch.Offer.State == desk.OfferPending {
		out.Offer = new(s.api.offerItem(ch.Offer, ch.Conversation))
	}
	return encode(&out)
}

// showLines tells each console how the lines it serves stand, when that changed.
func (s *sockets) showLines(ctx context.Context) {
	if !s.board.linesMoved() {
		return
	}
	s.consoles.Each(func(c *agent.Console) {
		if a := s.Floor.Agent(c.AgentID); a != nil && ctx.Err() == nil {
			c.Send(s.linesFrame(a))
		}
	})
}

func (s *sockets) linesFrame(a *desk.Agent) []byte {
	type lineItem struct {
		ID           desk.ID    `json:"id"`
		Name         string     `json:"name"`
		Waiting      int        `json:"waiting"`
		LongestSince *time.Time `json:"longest_since,omitempty"`
	}
	items := []lineItem{}
	for _, q := range s.Floor.Serves(a) {
		line := s.Floor.Line(q.ID)
		item := lineItem{ID: q.ID, Name: q.Name, Waiting: len(line)}
		for _, c := range line {
			if from := c.RingsFrom(); item.LongestSince == nil || from.Before(*item.LongestSince) {
				item.LongestSince = optional(from)
			}
		}
		items = append(items, item)
	}
	return encode(map[string]any{"type": "lines", "queues": items})
}
