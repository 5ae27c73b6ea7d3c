package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/channels/webchat"
	"parley/desk"
	"parley/store/storetest"
	"parley/web"
)

// tab is a widget's socket.
type tab struct {
	*testing.T
	ws *websocket.Conn
}

func (s *site) chat() *desk.Inbox {
	s.t.Helper()
	in, err := s.Store.CreateInbox(s.t.Context(), "", desk.Inbox{Name: "chat", Label: "Chat", Channel: desk.WebChat, Provider: "webchat", QueueID: s.mine.ID, Enabled: true})
	s.ok(err)
	return in
}

func visitorToken(in *desk.Inbox, visitor string) string {
	return webchat.NewTokens(storetest.Key).Sign(webchat.Claims{Inbox: in.ID, Visitor: visitor, Expires: time.Now().Add(time.Hour)})
}

// dialWidget opens a widget's socket, saying nothing yet.
func (s *site) dialWidget() (*tab, *http.Response, error) {
	ws, res, err := websocket.Dial(s.t.Context(), "ws"+strings.TrimPrefix(s.URL, "http")+"/widget/ws", nil)
	if err == nil {
		s.t.Cleanup(func() { _ = ws.CloseNow() })
	}
	return &tab{s.t, ws}, res, err
}

func (b *tab) say(frame any) {
	b.Helper()
	data, err := json.Marshal(frame)
	if err == nil {
		err = b.ws.Write(b.Context(), websocket.MessageText, data)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// hear gives the next frame, or the code the socket was closed with.
func (b *tab) hear() (map[string]any, websocket.StatusCode) {
	b.Helper()
	_, data, err := b.ws.Read(b.Context())
	if err != nil {
		return nil, websocket.CloseStatus(err)
	}
	var f map[string]any
	if err := json.Unmarshal(data, &f); err != nil {
		b.Fatal(err)
	}
	return f, 0
}

func TestAWidgetIsGreetedAndAnswered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		in := s.chat()
		b, _, err := s.dialWidget()
		s.ok(err)
		b.say(map[string]any{"type": "hello", "inbox": "chat", "token": visitorToken(in, "v1")})
		if f, code := b.hear(); f["type"] != "welcome" || f["reset"] != true || f["conversation"] != nil {
			t.Fatalf("greeted with %v, %d", f, code)
		}
		s.ok(b.ws.Write(t.Context(), websocket.MessageText, []byte(`{"type":"ping"}`)))
		first, _ := b.hear()
		b.say(map[string]any{"type": "ping", "more": 1})
		again, _ := b.hear()
		for _, f := range []map[string]any{first, again} {
			if _, has := f["seq"].(float64); f["type"] != "pong" || !has {
				t.Errorf("a ping is answered with %v", f)
			}
		}
		// A change that is none of theirs moves the number on.
		s.Web.Apply(desk.Change{Event: desk.Event{Seq: 4711, Type: desk.EvAgentPresence}})
		b.say(map[string]any{"type": "ping"})
		if f, _ := b.hear(); f["seq"] != 4711.0 {
			t.Errorf("all up to 4711 has been shown; the pong says %v", f["seq"])
		}
		b.say(map[string]any{"type": "nonsense"})
		if f, code := b.hear(); code != websocket.StatusPolicyViolation {
			t.Errorf("nonsense is answered with %v, %d", f, code)
		}
	})
}

func TestAWidgetNeedsItsToken(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		in := s.chat()
		for name, c := range map[string]struct {
			hello any
			code  websocket.StatusCode
		}{
			"no hello":       {map[string]any{"type": "ping"}, websocket.StatusPolicyViolation},
			"not JSON":       {7, websocket.StatusPolicyViolation},
			"no such inbox":  {map[string]any{"type": "hello", "inbox": "shop", "token": visitorToken(in, "v1")}, websocket.StatusPolicyViolation},
			"another secret": {map[string]any{"type": "hello", "inbox": "chat", "token": visitorToken(in, "v1") + "x"}, 4401},
			"another inbox":  {map[string]any{"type": "hello", "inbox": "chat", "token": visitorToken(s.sms, "v1")}, 4401},
		} {
			b, _, err := s.dialWidget()
			s.ok(err)
			b.say(c.hello)
			if f, code := b.hear(); code != c.code {
				t.Errorf("%s: %v, %d, want %d", name, f, code, c.code)
			}
		}
	})
}

// What is said behind the upgrade's request, in the same packet, is not lost
// with the buffer it came in.
func TestAnEagerHelloIsHeard(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		in := s.chat()
		hello := fmt.Sprintf(`{"type":"hello","inbox":"chat","token":%q}`, visitorToken(in, "v1"))
		if answer := eagerly(t, strings.TrimPrefix(s.URL, "http://"), hello); !strings.Contains(answer, `"type":"welcome"`) {
			t.Errorf("answered %q", answer)
		}
	})
}

// Beyond the pace visitors are told when to come, agents are let in.
func TestTooManyVisitorsComeLater(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open, func(c *web.Config) {
			c.VisitorPace = 1
			c.Now = func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }
		})
		s.chat()
		_, _, err := s.dialWidget() // the pace's only one
		s.ok(err)
		b, _, err := s.dialWidget()
		s.ok(err)
		if f, _ := b.hear(); f["type"] != "move" || f["within_ms"].(float64) < 2000 {
			t.Errorf("told %v", f)
		}
		if _, code := b.hear(); code != websocket.StatusTryAgainLater {
			t.Errorf("closed with %d", code)
		}
		ws, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(s.URL, "http")+"/console/ws",
			&websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Bearer " + s.token(s.people[desk.RoleAgent])}}})
		s.ok(err)
		defer ws.CloseNow()
		console := &tab{t, ws}
		console.say(map[string]any{"type": "hello"})
		if f, code := console.hear(); f["type"] != "welcome" {
			t.Errorf("an agent is greeted with %v, %d", f, code)
		}
	})
}

// Two hundred who come at once are looked up together.
func TestManyWhoComeAtOnceTakeFewStatements(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		const people = 200
		s := newSite(t, open)
		in := s.chat()
		tabs := make([]*tab, people)
		for i := range tabs {
			b, _, err := s.dialWidget()
			s.ok(err)
			tabs[i] = b
		}
		before := s.Store.Statements()
		var all sync.WaitGroup
		errs := make(chan error, people)
		for i, b := range tabs {
			all.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				err := b.ws.Write(ctx, websocket.MessageText, fmt.Appendf(nil, `{"type":"hello","inbox":"chat","token":%q,"last":0}`, visitorToken(in, fmt.Sprint("v", i))))
				if err == nil {
					_, data, readErr := b.ws.Read(ctx)
					if err = readErr; err == nil && !strings.Contains(string(data), `"welcome"`) {
						err = errors.New(string(data))
					}
				}
				errs <- err
			})
		}
		all.Wait()
		for range people {
			s.ok(<-errs)
		}
		if took := s.Store.Statements() - before; took > people/2 {
			t.Errorf("%d statements for %d visitors", took, people)
		}
	})
}
