package sandbox

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/google/go-cmp/cmp"
)

func someone(language string, seed uint64) *talk {
	rng := rand.New(rand.NewPCG(seed, seed))
	for {
		if a := newActor(rng); a.Language == language {
			return newTalk(a)
		}
	}
}

func TestTalksAnswerWhatIsAsked(t *testing.T) {
	for language, asked := range map[string][]string{
		"en": {"What is your order number?", "Could you send a photo?", "Which email address did you use?"},
		"it": {"Mi dà il numero d'ordine?", "Può mandarmi una foto?", "Qual è la sua e-mail?"},
		"pl": {"Jaki jest numer zamówienia?", "Czy może Pani przesłać zdjęcie?", "Jaki e-mail?"},
		"ro": {"Care este numărul comenzii?", "Puteți trimite o poză?", "Ce e-mail?"},
	} {
		for seed := range uint64(20) {
			c := someone(language, seed)
			order, photo, mail := c.next(asked[0]), c.next(asked[1]), c.next(asked[2])
			if !strings.Contains(order.text, c.order) || !photo.photo || mail.text != c.email {
				t.Errorf("%s: order %+v, photo %+v, mail %+v", language, order, photo, mail)
			}
		}
	}
}

func TestTalksComeToAnEnd(t *testing.T) {
	for seed := range uint64(200) {
		c := newTalk(newActor(rand.New(rand.NewPCG(seed, seed))))
		for _, text := range append(c.opening(), c.script.more...) {
			if strings.ContainsAny(c.fill(text), "{}") {
				t.Errorf("seed %d: unfilled %q", seed, text)
			}
		}
		said := 0
		for done := false; !done; said++ {
			done = c.next("I understand. What else?").done
			if said > maxRounds {
				t.Fatalf("seed %d goes on and on", seed)
			}
		}
		if said < 2 {
			t.Errorf("seed %d said only %d things", seed, said)
		}
		r := c.next("How did we do? Reply with a number from 1 (poor) to 5 (great).")
		if r.rate < 1 || r.rate > 5 {
			t.Errorf("seed %d rated %d", seed, r.rate)
		}
	}
}

func TestSameSeedSamePeople(t *testing.T) {
	names := func() []string {
		rng := rand.New(rand.NewPCG(3, 3))
		var out []string
		for range 30 {
			a := newActor(rng)
			out = append(out, a.Name+" "+a.Phone+" "+a.order)
		}
		return out
	}
	if d := cmp.Diff(names(), names()); d != "" {
		t.Error(d)
	}
}

func TestCustomersArriveAndAreBounded(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Pace = 0.0005 })
	if a := w.api("POST", "/sandbox/api/customers", object{"running": true, "per_minute": 100000}); a.body["per_minute"] != float64(maxPerMinute) {
		t.Errorf("rate: %v", a.body)
	}
	seen := func(path, sub string) func([]hook) bool {
		return func(all []hook) bool {
			return slices.ContainsFunc(all, func(h hook) bool { return h.path == path && strings.Contains(string(h.body), sub) })
		}
	}
	w.wait("an SMS", seen("/webhooks/demo-sms", "Body="))
	w.wait("a WhatsApp message", seen("/webhooks/demo-whatsapp", `"messages"`))
	w.wait("a Messenger message", seen("/webhooks/demo-messenger", `"mid"`))
	w.api("POST", "/sandbox/api/customers", object{"running": false})
	if n := w.s.customers.state().Active; n > maxActive {
		t.Errorf("%d at once", n)
	}
}

func TestSimulatedCustomerReadsAnswersAndRates(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Pace = 0.002 })
	a := someone("en", 5).actor
	done := make(chan bool, 1)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { done <- w.s.customers.visit(ctx, a, "whatsapp") }()
	key := threadKey{WhatsApp, a.WaID}
	written := func(n int) []Message {
		t.Helper()
		return w.waitState(key, func(m []Message) bool {
			return len(slices.DeleteFunc(slices.Clone(m), func(m Message) bool { return m.Direction != In })) >= n
		})
	}
	opened := len(written(1))
	company := func(text string) {
		w.must(w.graph("/v23.0/"+WhatsAppPhoneNumberID+"/messages", whatsAppText(a.WaID, text)))
	}
	company("What is your order number?")
	w.waitState(key, func(m []Message) bool {
		return slices.ContainsFunc(m[opened:], func(m Message) bool { return m.Direction == In && strings.Contains(m.Text, a.order) }) &&
			slices.ContainsFunc(m, func(m Message) bool { return m.Direction == Out && m.Status == statusRead })
	})
	company("How did we do? Reply with a number from 1 (poor) to 5 (great).")
	if gaveUp := <-done; gaveUp {
		t.Error("counted as having given up")
	}
	last := w.s.phones.history(key, 50)
	if text := last[len(last)-1].Text; !slices.Contains([]string{"1", "2", "3", "4", "5"}, text) {
		t.Errorf("rating %q", text)
	}
}

// desk plays the widget's side of Parley.
type webDesk struct {
	mu     sync.Mutex
	posted []map[string]any
	frames chan any
	gone   chan struct{}
}

func (d *webDesk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/widget/api/demo-webchat/session":
		writeJSON(w, http.StatusOK, object{"token": "visitor-token", "visitor_id": "v", "inbox": object{}, "conversation": nil})
	case "/webhooks/demo-webchat":
		var v map[string]any
		if r.Header.Get("Authorization") != "Bearer visitor-token" || json.NewDecoder(r.Body).Decode(&v) != nil {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		d.mu.Lock()
		d.posted = append(d.posted, v)
		d.mu.Unlock()
		w.WriteHeader(http.StatusAccepted)
	case "/widget/ws":
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer close(d.gone)
		var hello map[string]any
		if wsjson.Read(r.Context(), c, &hello) != nil || hello["type"] != "hello" || hello["token"] != "visitor-token" {
			_ = c.Close(websocket.StatusPolicyViolation, "hello first")
			return
		}
		_ = wsjson.Write(r.Context(), c, object{"type": "welcome", "seq": 1, "reset": true, "conversation": nil})
		go func() {
			for f := range d.frames {
				_ = wsjson.Write(r.Context(), c, f)
			}
		}()
		for {
			if _, _, err := c.Read(r.Context()); err != nil {
				return
			}
		}
	}
}

func (d *webDesk) has(kind string) map[string]any {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, p := range d.posted {
		if p["type"] == kind {
			return p
		}
	}
	return nil
}

func webVisit(t *testing.T, pace float64) (*webDesk, <-chan bool) {
	t.Helper()
	d := &webDesk{frames: make(chan any, 8), gone: make(chan struct{})}
	server := httptest.NewServer(d)
	s := New(Config{PublicURL: server.URL, Pace: pace, Seed: 1})
	done := make(chan bool, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { done <- s.customers.visit(ctx, someone("en", 9).actor, "webchat") }()
	t.Cleanup(func() {
		cancel()
		close(d.frames)
		server.Close()
	})
	return d, done
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for late := time.Now().Add(10 * time.Second); !ok(); {
		if time.Now().After(late) {
			t.Fatalf("did not see %s", what)
		}
		<-time.After(2 * time.Millisecond)
	}
}

func TestWebVisitorTalksAndRates(t *testing.T) {
	d, done := webVisit(t, 0.004)
	eventually(t, "a message", func() bool { return d.has("message") != nil })
	if m := d.has("message"); m["id"] == "" || !strings.Contains(m["page"].(string), "/sandbox/shop/") {
		t.Errorf("message: %v", m)
	}
	d.frames <- object{"type": "message", "seq": 2, "message": object{"id": "m1", "direction": "out", "author": "agent", "text": "How can I help?", "status": "sent"}}
	eventually(t, "a read mark", func() bool { r := d.has("read"); return r != nil && r["id"] == "m1" })
	d.frames <- object{"type": "state", "seq": 3, "state": "resolved", "rating": object{"asked": true, "score": 0}}
	eventually(t, "a rating", func() bool { return d.has("rating") != nil })
	if <-done {
		t.Error("counted as having given up")
	}
	<-d.gone
}

func TestWebVisitorLosesPatience(t *testing.T) {
	d, done := webVisit(t, 0.0005)
	if !<-done {
		t.Error("nobody answered, and the visitor does not count as having given up")
	}
	<-d.gone
}
