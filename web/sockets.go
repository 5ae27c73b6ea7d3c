package web

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

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
	lookups  lookups
	arrivals arrivals
	gate     gate
	shown    atomic.Int64 // number of the last change that has been queued for whom it concerns
	stages   *stages
	typings  typings
	moving   chan struct{} // closed when the node is leaving
}

var (
	hooksAccepted    = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "parley_webhook_items_accepted_total", Help: "Items of webhooks made durable, by inbox."}, []string{"inbox"})
	hooksRefused     = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "parley_webhooks_refused_total", Help: "Webhooks refused, by inbox and reason."}, []string{"inbox", "reason"})
	socketsOpen      = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "parley_sockets", Help: "Open sockets, by kind."}, []string{"kind"})
	socketsPostponed = prometheus.NewCounter(prometheus.CounterOpts{Name: "parley_sockets_postponed_total", Help: "Visitors' sockets told to come again later, because too many came at once."})
)

func newSockets(api *API, cfg LiveConfig) *sockets {
	s := &sockets{LiveConfig: cfg, api: api, visitors: visitor.NewHub(), moving: make(chan struct{})}
	s.consoles = agent.NewHub(cfg.Floor, s.changeFrame)
	s.lookups.store = api.Store
	s.gate = newGate()
	s.arrivals = newArrivals(api.VisitorPace)
	s.typings = typings{wanted: make(chan mark, 256), last: map[desk.ID]time.Time{}}
	return s
}

// apply shows a change to whom it concerns. The floor has it already.
func (s *sockets) apply(ch desk.Change) {
	s.stages.count(ch)
	s.consoles.Apply(ch)
	s.showVisitors(ch)
	s.board.changed(ch)
	s.shown.Store(ch.Seq)
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
	typing.Go(func() { s.gate.watch(ctx, s.Inbound.InboundLag) })
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
			s.endSilent()
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

// drain tells every socket to go elsewhere: the consoles spread over within, and
// the visitors over as long as a node takes to admit so many.
func (s *sockets) drain(within time.Duration) {
	close(s.moving)
	s.consoles.Each(func(c *agent.Console) { c.Send(moveFrame(within)) })
	frame := moveFrame(max(within, s.arrivals.spread(s.visitors.Len())))
	s.visitors.Each(func(v *visitor.Socket) { v.Send(frame) })
}

// pong answers a ping with the number that everybody has been shown the log up
// to. So a client that sees little keeps up with the log, and can resume later.
func (s *sockets) pong() []byte {
	return append(strconv.AppendInt([]byte(`{"seq":`), s.shown.Load(), 10), `,"type":"pong"}`...)
}

// moveFrame asks a client to connect anew at a random moment within a time.
func moveFrame(within time.Duration) []byte {
	return encode(map[string]any{"type": "move", "within_ms": within.Milliseconds()})
}

// endSilent ends the widgets that have said nothing for too long. One look at
// all of them now and then costs less memory than a timer for each.
func (s *sockets) endSilent() {
	since := s.api.Now().Add(-silenceLimit)
	s.visitors.Each(func(v *visitor.Socket) {
		if v.SilentSince().Before(since) {
			v.End(1008, "silent")
		}
	})
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
