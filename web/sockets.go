package web

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/prometheus/client_golang/prometheus"

	"parley/agent"
	"parley/channels/webchat"
	"parley/desk"
	"parley/feed"
	"parley/floor"
	"parley/routing"
	"parley/visitor"
)

// Bus carries what is worth nothing a moment later (typing, who has what open)
// between nodes.
type Bus interface {
	Publish(ctx context.Context, channel string, payload []byte) error
}

// Beats keeps the list of who is connected anywhere.
type Beats interface {
	Beat(ctx context.Context, kind string, members []string) error
	Gone(ctx context.Context, kind, node string, members []string) error
}

// Connected tells who is connected anywhere; complete is false while absence
// means nothing yet.
type Connected interface {
	Connected(ctx context.Context, kind string) (seen map[string]time.Time, complete bool, err error)
}

// PassingChannel is the bus channel of passing things.
const PassingChannel = "passing"

// LiveConfig is what the sockets need.
type LiveConfig struct {
	Floor     *floor.Floor
	Feed      *feed.Feed
	Bus       Bus
	Beats     Beats
	Connected Connected
	Inbound   Inbound
	Estimator *routing.Estimator
	Tokens    *webchat.Tokens
	Node      string
	Epoch     string // names the event log: numbers of another one mean nothing
}

// sockets is everything live: consoles, widgets and webhooks of this node.
type sockets struct {
	LiveConfig
	api      *API
	consoles *agent.Hub
	visitors *visitor.Hub
	board    boardFeed
	graces   graces
	stages   *stages
	typings  typings
	moving   chan struct{} // closed when the node is leaving
}

var (
	hooksAccepted = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "parley_webhook_items_accepted_total", Help: "Items of webhooks made durable, by inbox."}, []string{"inbox"})
	hooksRefused  = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "parley_webhooks_refused_total", Help: "Webhooks refused, by inbox and reason."}, []string{"inbox", "reason"})
	socketsOpen   = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "parley_sockets", Help: "Open sockets, by kind."}, []string{"kind"})
)

func newSockets(api *API, cfg LiveConfig) *sockets {
	s := &sockets{LiveConfig: cfg, api: api, visitors: visitor.NewHub(), moving: make(chan struct{})}
	s.consoles = agent.NewHub(cfg.Floor, s.changeFrame)
	s.typings = typings{wanted: make(chan mark, 256), last: map[desk.ID]time.Time{}}
	return s
}

// apply shows a change to whom it concerns. The floor has it already.
func (s *sockets) apply(ch desk.Change) {
	s.stages.count(ch)
	s.consoles.Apply(ch)
	s.showVisitors(ch)
	s.board.changed(ch)
}

const (
	tickEvery = time.Second
	beatEvery = 10 * time.Second
	// frameTimeout bounds writing one frame to a socket.
	frameTimeout = 10 * time.Second
	// silenceLimit is how long a socket may say nothing; clients ping every 20 s.
	silenceLimit = 60 * time.Second
	helloTimeout = 10 * time.Second
)

// run does what the sockets need in time: lines and boards once a second, beats.
func (s *sockets) run(ctx context.Context) error {
	tick, beat := time.NewTicker(tickEvery), time.NewTicker(beatEvery)
	defer tick.Stop()
	defer beat.Stop()
	s.beat(ctx)
	var typing sync.WaitGroup
	typing.Go(func() { s.markAtProviders(ctx) })
	defer typing.Wait()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			s.showLines(ctx)
			s.showPlaces(ctx)
			s.showBoards(ctx)
			s.endGraces(ctx)
		case <-beat.C:
			s.beat(ctx)
			for _, id := range s.consoles.Open() {
				s.tellViewers(ctx, id)
			}
		}
	}
}

// beat reports who is connected here.
func (s *sockets) beat(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	err := s.Beats.Beat(ctx, routing.AgentSockets, s.consoles.Agents())
	if err == nil {
		err = s.Beats.Beat(ctx, routing.VisitorSockets, s.visitors.Conversations())
	}
	if err != nil && ctx.Err() == nil {
		s.api.Log.Debug("beat failed", "error", err)
	}
}

// drain tells every socket to go elsewhere, spread over within, and then closes
// what is left.
func (s *sockets) drain(within time.Duration) {
	close(s.moving)
	frame := encode(map[string]any{"type": "move", "within_ms": within.Milliseconds()})
	s.consoles.Each(func(c *agent.Console) { c.Send(frame) })
	s.visitors.Each(func(v *visitor.Socket) { v.Send(frame) })
}

// dismiss closes the sockets that have not gone by themselves.
func (s *sockets) dismiss() {
	s.consoles.Each(func(c *agent.Console) { c.End(1012, "restarting") })
	s.visitors.Each(func(v *visitor.Socket) { v.End(1012, "restarting") })
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // only our own types are encoded here
	}
	return b
}

// passing is what travels on PassingChannel.
type passing struct {
	Node         string         `json:"node"`
	Type         string         `json:"type"` // typing, viewers
	Conversation desk.ID        `json:"conversation_id"`
	Who          string         `json:"who,omitempty"` // customer, agent
	AgentID      desk.ID        `json:"agent_id,omitempty"`
	Name         string         `json:"name,omitempty"`
	On           bool           `json:"on"`
	Agents       []agent.Viewer `json:"agents,omitempty"`
}

// pass shows something passing here and on the other nodes.
func (s *sockets) pass(ctx context.Context, p passing) {
	p.Node = s.Node
	s.showPassing(p)
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if err := s.Bus.Publish(ctx, PassingChannel, encode(p)); err != nil {
		s.api.Log.Debug("passing not published", "error", err)
	}
}

// passed takes what another node published.
func (s *sockets) passed(payload []byte) {
	var p passing
	if json.Unmarshal(payload, &p) != nil || p.Node == s.Node {
		return
	}
	if p.Type == "viewers" {
		s.consoles.Elsewhere(p.Conversation, p.Node, p.Agents, s.api.Now())
	}
	s.showPassing(p)
}

func (s *sockets) showPassing(p passing) {
	switch p.Type {
	case "typing":
		frame := encode(map[string]any{"type": "typing", "conversation_id": p.Conversation, "who": p.Who, "agent_id": p.AgentID, "name": p.Name, "on": p.On})
		s.consoles.Watchers(p.Conversation, func(c *agent.Console) {
			if c.AgentID != p.AgentID {
				c.Send(frame)
			}
		})
		if p.Who == "agent" {
			frame := encode(map[string]any{"type": "typing", "on": p.On, "name": p.Name})
			s.visitors.To(p.Conversation, func(v *visitor.Socket) { v.Send(frame) })
		}
	case "viewers":
		frame := encode(map[string]any{"type": "viewers", "conversation_id": p.Conversation, "agents": s.consoles.Viewers(p.Conversation, s.api.Now())})
		s.consoles.Watchers(p.Conversation, func(c *agent.Console) {
			if c.Viewing() == p.Conversation {
				c.Send(frame)
			}
		})
	}
}

func (s *sockets) tellViewers(ctx context.Context, conversation desk.ID) {
	if conversation != "" {
		s.pass(ctx, passing{Type: "viewers", Conversation: conversation, Agents: s.consoles.Here(conversation)})
	}
}

// greet writes what comes before anything live; false when the socket is gone.
// One that is cut meanwhile gets none of the live frames: its client would take
// them for all up to there.
func greet(ctx context.Context, ws *websocket.Conn, greeting iter.Seq[[]byte], cut <-chan struct{}, why func() (int, string)) bool {
	for frame := range greeting {
		select {
		case <-cut:
			code, reason := why()
			_ = ws.Close(websocket.StatusCode(code), reason)
			return false
		default:
		}
		if !writeFrame(ctx, ws, frame) {
			return false
		}
	}
	return true
}

// write is a socket's writer: frames in order until cut, ctx ends, or a write fails.
func write(ctx context.Context, ws *websocket.Conn, out <-chan []byte, cut <-chan struct{}, why func() (int, string)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-cut:
			code, reason := why()
			_ = ws.Close(websocket.StatusCode(code), reason)
			return
		case frame := <-out:
			if !writeFrame(ctx, ws, frame) {
				return
			}
		}
	}
}

// writeFrame writes one frame within its time; false when the socket is gone.
func writeFrame(ctx context.Context, ws *websocket.Conn, frame []byte) bool {
	ctx, cancel := context.WithTimeout(ctx, frameTimeout)
	defer cancel()
	if err := ws.Write(ctx, websocket.MessageText, frame); err != nil {
		_ = ws.CloseNow()
		return false
	}
	return true
}

// readFrame reads one JSON frame within a time.
func readFrame(ctx context.Context, ws *websocket.Conn, within time.Duration, into any) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	kind, data, err := ws.Read(ctx)
	if err != nil {
		return err
	}
	if kind != websocket.MessageText {
		return errBadFrame
	}
	if err := json.Unmarshal(data, into); err != nil {
		return errBadFrame
	}
	return nil
}

var errBadFrame = &desk.Error{Code: desk.Invalid, Message: "frames are JSON objects in text"}

// acceptSocket upgrades a request. Origins are checked by the caller.
func acceptSocket(w http.ResponseWriter, r *http.Request, limit int64) (*websocket.Conn, error) {
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true, CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(limit)
	return ws, nil
}
