package web

import (
	"context"
	"strings"
	"time"
	"unicode"

	"parley/channels/webchat"
	"parley/desk"
	"parley/store"
	"parley/visitor"
)

// widgetView is a visitor's conversation as the widget shows it.
type widgetView struct {
	ID       desk.ID         `json:"id"`
	State    desk.State      `json:"state"`
	Seq      int64           `json:"seq"`
	Agent    *widgetAgent    `json:"agent"`
	Line     *widgetPlace    `json:"line"`
	Instead  widgetInstead   `json:"instead"`
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

// widgetInstead is what the visitor may have, or has chosen, instead of waiting,
// and when the queue opens for who came after hours.
type widgetInstead struct {
	Offered desk.Instead `json:"offered,omitempty"`
	Chosen  desk.Instead `json:"chosen,omitempty"`
	OpensAt *time.Time   `json:"opens_at,omitempty"`
}

func insteadOf(c *desk.Conversation) widgetInstead {
	return widgetInstead{c.InsteadOffer, c.Instead, optional(c.OpensAt)}
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
	c, err := s.lookups.find(ctx, store.VisitorKey{Inbox: claims.Inbox, Visitor: claims.Visitor})
	if err != nil || c == nil {
		return nil, err
	}
	return s.widgetView(ctx, c, seq)
}

// widgetView is a conversation as its visitor sees it; seq is from before it was read.
func (s *sockets) widgetView(ctx context.Context, c *desk.Conversation, seq int64) (*widgetView, error) {
	messages, _, err := s.api.Store.Messages(ctx, c.ID, widgetMessages, "")
	if err != nil {
		return nil, err
	}
	v := &widgetView{ID: c.ID, State: c.State, Seq: seq, Agent: s.widgetAgent(c), Instead: insteadOf(c), Rating: ratingOf(c), Messages: []widgetMessage{}}
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
	if low, high, ok := s.Estimator.Wait(c); ok {
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
		frames = append(frames, encode(map[string]any{"type": "state", "seq": ch.Seq, "state": c.State, "agent": s.widgetAgent(c), "instead": insteadOf(c), "rating": ratingOf(c)}))
	}
	return frames
}
