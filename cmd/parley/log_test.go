package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"parley/channels/sandbox"
	"parley/testenv"
)

// logged is a log to look into.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// The whole story at the most talkative level, with everything that can go
// wrong on the way: what people wrote, who they are and what they prove it with
// is in no line.
func TestTheLogHoldsNothingPersonal(t *testing.T) {
	log := &logged{}
	redis := testenv.RedisServer(t)
	r := startNode(t, nodeConfig{database: testenv.Postgres(t), redis: redis.URL, name: "a", log: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	r.clearLine()
	agent := r.login("agent")
	console := r.console(agent, map[string]any{"type": "hello"})
	console.await("welcome", typed("welcome"))
	r.call("PUT", "/api/v1/me/presence", agent, map[string]any{"presence": "available"}, 200)
	visitor, widget, token := chat(r)
	secrets := map[string]string{"the agent's session": agent, "the visitor's token": token, "the agent's address": "agent@parley.example", "the password": "parley-demo"}
	for _, c := range append(phones(r), visitor) {
		words := "xylophone-" + c.channel
		c.write("hello " + words)
		secrets["what the customer wrote on "+c.channel] = words
		if c.name != visitor.name {
			secrets["the name of the customer on "+c.channel] = c.name
		}
		ring := console.await("an offer for "+c.channel, func(f map[string]any) bool {
			return f["type"] == "change" && at(f, "offer") != nil && at(f, "offer", "conversation", "channel") == c.channel
		})
		id := at(ring, "offer", "conversation", "id").(string)
		r.call("POST", "/api/v1/conversations/"+id+"/accept", agent, map[string]any{}, 200)
		answer := "marimba-" + c.channel
		secrets["the answer on "+c.channel] = answer
		r.call("POST", "/api/v1/conversations/"+id+"/messages", agent, map[string]any{"id": newUUID(2000 + len(c.channel)), "text": answer}, 200)
		until(t, "the answer is on its way on "+c.channel, func() (any, bool) {
			items := r.call("GET", "/api/v1/conversations/"+id+"/messages", agent, nil, 200)["items"].([]any)
			last := items[len(items)-1]
			return last, at(last, "text") == answer && at(last, "status") != "queued" && at(last, "status") != "sending"
		})
	}
	for _, number := range []string{"447700900811", "447700900812", "7100000000000813", "15005550177"} {
		secrets["the number "+number] = number
	}
	widget.await("the answer", func(f map[string]any) bool { return at(f, "message", "text") == "marimba-webchat" })
	// What goes wrong is logged too, and says no more.
	r.ask("POST", "/api/v1/session", "", map[string]any{"email": "castanet@example.com", "password": "tambourine-12"})
	secrets["a wrong password"], secrets["a wrong address"] = "tambourine-12", "castanet@"
	r.ask("GET", "/api/v1/me?token=glockenspiel", "glockenspiel", nil)
	r.ask("POST", "/webhooks/"+sandbox.InboxWebChat, "glockenspiel", map[string]any{"type": "message", "text": "glockenspiel"})
	r.ask("POST", "/webhooks/"+sandbox.InboxWebChat, token, map[string]any{"type": "glockenspiel", "text": "glockenspiel"})
	r.ask("GET", "/api/v1/contacts?q=glockenspiel", agent, nil)
	r.ask("GET", "/files/glockenspiel/glockenspiel/glockenspiel.txt", "", nil)
	r.dial("/widget/ws", http.Header{}, map[string]any{"type": "hello", "inbox": sandbox.InboxWebChat, "token": "glockenspiel"})
	secrets["what was refused"] = "glockenspiel"
	redis.Stop()
	if status := r.sms("SMlog", "+15005550177", "glockenspiel without redis"); status >= 300 {
		t.Errorf("webhook answered %d", status)
	}
	until(t, "the sweep processed it", func() (float64, bool) {
		n := r.metrics()["parley_inbound_unprocessed"]
		return n, n == 0
	})
	r.stop()
	text := log.String()
	if strings.Count(text, "\n") < 50 || !strings.Contains(text, `"level":"DEBUG"`) {
		t.Fatalf("the log has hardly anything in it:\n%s", text)
	}
	for what, secret := range secrets {
		if i := strings.Index(text, secret); i >= 0 {
			line := text[strings.LastIndex(text[:i], "\n")+1:]
			line, _, _ = strings.Cut(line, "\n")
			t.Errorf("%s is in the log: %s", what, line)
		}
	}
}
