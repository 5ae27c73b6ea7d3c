package main

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"parley/channels/sandbox"
	"parley/testenv"
)

// customer is somebody in the sandbox, or at the widget.
type customer struct {
	name, channel string
	write         func(text string)
}

// phones are the three customers with a phone.
func phones(r *running) []customer {
	var out []customer
	for app, from := range map[string]string{"sms": "+447700900811", "whatsapp": "447700900812", "messenger": "7100000000000813"} {
		out = append(out, customer{name: "Pat " + app, channel: app, write: func(text string) {
			r.t.Helper()
			r.call("POST", "/sandbox/api/send", "", map[string]any{"app": app, "from": from, "name": "Pat " + app, "text": text}, 202)
		}})
	}
	return out
}

// chat is a visitor at the widget, with its socket.
func chat(r *running) (customer, *socket, string) {
	r.t.Helper()
	begin := r.call("POST", "/widget/api/"+sandbox.InboxWebChat+"/session", "", map[string]any{"page": "http://shop.example/lamp"}, 200)
	token := begin["token"].(string)
	s := r.dial("/widget/ws", http.Header{}, map[string]any{"type": "hello", "inbox": sandbox.InboxWebChat, "token": token})
	s.await("welcome", typed("welcome"))
	n := 0
	return customer{name: "Visitor", channel: "webchat", write: func(text string) {
		r.t.Helper()
		n++
		r.call("POST", "/webhooks/"+sandbox.InboxWebChat, token, map[string]any{"type": "message", "id": newUUID(n), "text": text}, 200)
	}}, s, token
}

func TestACustomerOnEachChannelReachesTheAgentAndTheAnswerComesBack(t *testing.T) {
	modes(t, func(t *testing.T, start func(string) *running) {
		r := start("a")
		agent := r.login("agent")
		// Those left over from the demo would ring first.
		r.clearLine()
		console := r.console(agent, map[string]any{"type": "hello"})
		console.await("welcome", typed("welcome"))
		r.call("PUT", "/api/v1/me/presence", agent, map[string]any{"presence": "available"}, 200)
		visitor, widget, token := chat(r)
		for _, c := range append(phones(r), visitor) {
			c.write("hello from " + c.channel)
			ring := console.await("an offer for "+c.channel, func(f map[string]any) bool {
				return f["type"] == "change" && at(f, "offer") != nil && at(f, "offer", "conversation", "channel") == c.channel
			})
			id := at(ring, "offer", "conversation", "id").(string)
			if words, _ := at(ring, "offer", "words").(string); words == "" {
				t.Error("the offer does not say why")
			}
			r.call("POST", "/api/v1/conversations/"+id+"/accept", agent, map[string]any{}, 200)
			r.call("POST", "/api/v1/conversations/"+id+"/messages", agent, map[string]any{"id": newUUID(1000 + len(c.channel)), "text": "answer on " + c.channel}, 200)
			if c.channel == "webchat" {
				widget.await("the answer", func(f map[string]any) bool {
					return f["type"] == "message" && at(f, "message", "text") == "answer on webchat"
				})
			} else {
				until(t, "the answer is delivered on "+c.channel, func() (any, bool) {
					m := r.call("GET", "/api/v1/conversations/"+id+"/messages", agent, nil, 200)
					items := m["items"].([]any)
					last := items[len(items)-1]
					return last, at(last, "text") == "answer on "+c.channel && (at(last, "status") == "delivered" || at(last, "status") == "read")
				})
			}
			if c.channel == "messenger" { // the page learns the name by asking
				until(t, "the name from the profile", func() (any, bool) {
					d := r.call("GET", "/api/v1/conversations/"+id, agent, nil, 200)
					return d["contact"], at(d, "contact", "name") == "Pat messenger"
				})
			}
			c.write("thanks!")
			console.await("the thanks", happened("message.received", func(f map[string]any) bool { return at(f, "message", "text") == "thanks!" }))
			r.call("POST", "/api/v1/conversations/"+id+"/resolve", agent, map[string]any{}, 200)
			if c.channel == "webchat" {
				r.call("POST", "/webhooks/"+sandbox.InboxWebChat, token, map[string]any{"type": "rating", "score": 5, "comment": "lovely"}, 200)
			} else {
				c.write("5 lovely")
			}
			until(t, "the rating from "+c.channel, func() (any, bool) {
				d := r.call("GET", "/api/v1/conversations/"+id, agent, nil, 200)
				return d, at(d, "rating", "score") == 5.0 && at(d, "rating", "comment") == "lovely" && d["state"] == "resolved"
			})
		}
		supervisor := r.login("supervisor")
		report := r.call("GET", "/api/v1/reports?by=channel", supervisor, nil, 200)
		for _, row := range report["rows"].([]any) {
			if n, _ := at(row, "csat", "scores").([]any); len(n) == 5 && n[4].(float64) < 1 {
				t.Errorf("today's report has no 5 on %v", at(row, "key"))
			}
		}
		figures := r.metrics()
		for name, least := range map[string]float64{`parley_webhook_items_accepted_total{inbox="demo-sms"}`: 2, `parley_message_statuses_total{status="delivered"}`: 3,
			`parley_events_total{type="csat.answered"}`: 4, "parley_database_up": 1, "parley_redis_up": 1, "parley_routing": 1, `parley_intake_items_total{result="done"}`: 8,
			`parley_send_seconds_count{outcome="sent",provider="twilio-sms"}`: 1, "parley_intake_batch_seconds_count": 1, `parley_sockets{kind="widget"}`: 1} {
			if figures[name] < least {
				t.Errorf("/metrics says %s is %v, want at least %v", name, figures[name], least)
			}
		}
		until(t, "everything accepted is processed", func() (float64, bool) {
			n := r.metrics()["parley_inbound_unprocessed"]
			return n, n == 0
		})
		board := r.call("GET", "/api/v1/board", supervisor, nil, 200)
		if len(board["queues"].([]any)) == 0 || len(board["agents"].([]any)) == 0 {
			t.Error("the board is empty")
		}
	})
}

// clearLine resolves what the demo left waiting, so that tests ring alone.
func (r *running) clearLine() {
	r.t.Helper()
	admin := r.login("admin")
	list := r.call("GET", "/api/v1/conversations?state=open&limit=200", admin, nil, 200)
	for _, c := range list["items"].([]any) {
		r.call("POST", "/api/v1/conversations/"+at(c, "id").(string)+"/resolve", admin, map[string]any{}, 200)
	}
}

func TestAnAgentOnOneNodeGetsWhatCameInOnAnother(t *testing.T) {
	pg, redis := testenv.Postgres(t), testenv.RedisServer(t).URL
	a := startNode(t, nodeConfig{database: pg, redis: redis, name: "a"})
	b := startNode(t, nodeConfig{database: pg, redis: redis, name: "b"})
	agent := a.login("agent")
	a.clearLine()
	console := a.console(agent, map[string]any{"type": "hello"})
	console.await("welcome", typed("welcome"))
	a.call("PUT", "/api/v1/me/presence", agent, map[string]any{"presence": "available"}, 200)
	visitor, widget, _ := chat(b)
	visitor.write("hello from node b")
	widget.await("a place in line or an agent", func(f map[string]any) bool { return f["type"] == "line" || f["type"] == "state" })
	ring := console.await("the offer on node a", func(f map[string]any) bool { return at(f, "offer") != nil })
	id := at(ring, "offer", "conversation", "id").(string)
	a.call("POST", "/api/v1/conversations/"+id+"/accept", agent, map[string]any{}, 200)
	a.call("POST", "/api/v1/conversations/"+id+"/messages", agent, map[string]any{"text": "hello from node a"}, 200)
	widget.await("the answer on node b", func(f map[string]any) bool { return at(f, "message", "text") == "hello from node a" })
	seen := console.await("the latest number", happened("message.created"))["seq"]
	console.send(map[string]any{"type": "typing", "conversation_id": id, "on": true})
	widget.await("typing on node b", typed("typing"))
	widget.send(map[string]any{"type": "typing", "on": true})
	console.await("typing on node a", typed("typing"))

	// The console comes back on the other node and gets exactly what it missed.
	epoch := b.console(agent, map[string]any{"type": "hello"}).await("welcome", typed("welcome"))["epoch"]
	visitor.write("one more thing")
	until(t, "the message is there", func() (any, bool) {
		m := b.call("GET", "/api/v1/conversations/"+id+"/messages", agent, nil, 200)
		items := m["items"].([]any)
		return items, at(items[len(items)-1], "text") == "one more thing"
	})
	back := b.console(agent, map[string]any{"type": "hello", "epoch": epoch, "last": seen})
	if w := back.await("welcome", typed("welcome")); w["reset"] != false {
		t.Errorf("resuming from %v was a reset: %v", seen, w)
	}
	missed := back.await("what was missed", happened("message.received"))
	if at(missed, "message", "text") != "one more thing" || missed["seq"].(float64) <= seen.(float64) {
		t.Errorf("missed %v", missed)
	}

	// The first node goes; the second routes on.
	a.stop()
	b.call("POST", "/api/v1/conversations/"+id+"/resolve", agent, map[string]any{}, 200)
	if status := b.sms("SMafter", "+15005550190", "is anybody there?"); status >= 300 {
		t.Fatalf("webhook answered %d", status)
	}
	back.await("the offer from the node left", func(f map[string]any) bool { return at(f, "offer", "conversation", "channel") == "sms" })
}

func TestWithoutRedisNothingIsLostAndWorkGoesOn(t *testing.T) {
	redis := testenv.RedisServer(t)
	r := startNode(t, nodeConfig{database: testenv.Postgres(t), redis: redis.URL, name: "a"})
	admin := r.login("admin")
	redis.Stop()
	if status := r.sms("SMdown", "+15005550191", "without redis"); status >= 300 {
		t.Errorf("webhook answered %d without Redis; accepting needs only the database", status)
	}
	waiting := func() (any, bool) {
		l := r.call("GET", "/api/v1/conversations?state=open&q=redis", admin, nil, 200)
		return l["items"], len(l["items"].([]any)) == 1
	}
	until(t, "the message is processed by the sweep", waiting)
	if status, body := r.ask("GET", "/readyz", "", nil); status != 200 || body["status"] != "degraded" || at(body, "checks", "redis", "remedy") == "" {
		t.Errorf("/readyz answered %d %v without Redis; the node works on", status, body)
	}
	redis.Start()
	until(t, "ready again", func() (any, bool) {
		status, body := r.ask("GET", "/readyz", "", nil)
		return body, status == 200 && body["status"] == "ok"
	})
	if status := r.sms("SMup", "+15005550191", "with redis again"); status >= 300 {
		t.Errorf("webhook answered %d", status)
	}
	until(t, "the second message", func() (any, bool) {
		l := r.call("GET", "/api/v1/conversations?state=open&q=again", admin, nil, 200)
		return l["items"], len(l["items"].([]any)) == 1
	})
}

// A Redis that is out of memory, has a full disk or was made a replica answers
// PING and refuses writes: no lease can be taken then, and no stream be fed.
func TestARedisThatRefusesWritesIsAsGoodAsNone(t *testing.T) {
	server := testenv.RedisServer(t)
	r := startNode(t, nodeConfig{database: testenv.Postgres(t), redis: server.URL, name: "a"})
	admin := r.login("admin")
	options, err := redis.ParseURL(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	defer client.Close()
	if err := client.ConfigSet(t.Context(), "maxmemory", "1").Err(); err != nil {
		t.Fatal(err)
	}
	if status := r.sms("SMfull", "+15005550193", "redis is full"); status >= 300 {
		t.Errorf("webhook answered %d", status)
	}
	until(t, "degraded", func() (any, bool) {
		status, body := r.ask("GET", "/readyz", "", nil)
		return body, status == 200 && body["status"] == "degraded"
	})
	until(t, "the message is processed by the sweep", func() (any, bool) {
		l := r.call("GET", "/api/v1/conversations?state=open&q=full", admin, nil, 200)
		return l["items"], len(l["items"].([]any)) == 1
	})
	if err := client.ConfigSet(t.Context(), "maxmemory", "0").Err(); err != nil {
		t.Fatal(err)
	}
	until(t, "ready again", func() (any, bool) {
		status, body := r.ask("GET", "/readyz", "", nil)
		return body, status == 200 && body["status"] == "ok"
	})
}

func TestWithoutTheDatabaseProvidersAreTold503(t *testing.T) {
	pg := testenv.PostgresServer(t)
	r := startNode(t, nodeConfig{database: pg.URL, redis: testenv.RedisServer(t).URL, name: "a"})
	admin := r.login("admin")
	pg.Kill()
	began := time.Now()
	status := r.sms("SMdead", "+15005550192", "no database")
	if status != 503 {
		t.Errorf("webhook answered %d without a database, want 503", status)
	}
	if took := time.Since(began); took > 12*time.Second {
		t.Errorf("the answer took %v; Twilio gives up at 15 s", took)
	}
	pg.Start()
	until(t, "accepted again", func() (int, bool) {
		status := r.sms("SMdead", "+15005550192", "no database")
		return status, status < 300
	})
	until(t, "the message is in line", func() (any, bool) {
		status, l := r.ask("GET", "/api/v1/conversations?state=open&q=database", admin, nil)
		return l, status == 200 && len(l["items"].([]any)) == 1
	})
}

func TestBadWebhooksAreRefusedAndLeaveNothing(t *testing.T) {
	modes(t, func(t *testing.T, start func(string) *running) {
		r := start("a")
		before := r.rows()
		post := func(path, contentType, body string, header ...string) (int, map[string]any) {
			req, _ := http.NewRequestWithContext(t.Context(), "POST", r.url+path, strings.NewReader(body))
			req.Header.Set("Content-Type", contentType)
			for i := 0; i+1 < len(header); i += 2 {
				req.Header.Set(header[i], header[i+1])
			}
			return r.do(req)
		}
		for name, c := range map[string]struct {
			path, typ, body string
			want            int
		}{
			"forged SMS":       {"/webhooks/demo-sms", "application/x-www-form-urlencoded", "MessageSid=SM1&Body=x", 403},
			"forged WhatsApp":  {"/webhooks/demo-whatsapp", "application/json", `{"object":"whatsapp_business_account"}`, 403},
			"forged Messenger": {"/webhooks/demo-messenger", "application/json", `{"object":"page"}`, 403},
			"no visitor token": {"/webhooks/demo-webchat", "application/json", `{"type":"message"}`, 403},
			"unknown inbox":    {"/webhooks/nowhere", "application/json", `{}`, 404},
			"oversized":        {"/webhooks/demo-whatsapp", "application/json", strings.Repeat("x", 5<<20), 413},
		} {
			status, problem := post(c.path, c.typ, c.body)
			if status != c.want || problem["detail"] == "" || problem["status"] != float64(c.want) {
				t.Errorf("%s: %d %v, want a problem with %d", name, status, problem, c.want)
			}
		}
		for inbox, kind := range map[string]string{"demo-whatsapp": "application/json", "demo-messenger": "application/json"} {
			body := "\x00\xffgarbage{"
			status, problem := post("/webhooks/"+inbox, kind, body, "X-Hub-Signature-256", metaSignature(body))
			if status != 400 || problem["detail"] == "" {
				t.Errorf("garbage at %s: %d %v, want a problem with 400", inbox, status, problem)
			}
		}
		if after := r.rows(); after != before {
			t.Errorf("%d inbound rows after refused webhooks, %d before", after, before)
		}
	})
}

func metaSignature(body string) string {
	mac := hmac.New(sha256.New, []byte(sandbox.MetaAppSecret))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// rows counts what was accepted and not processed yet or dead, and all messages.
func (r *running) rows() int {
	r.t.Helper()
	work, err := r.node.store.Unprocessed(r.t.Context(), -time.Hour, 1000)
	if err != nil {
		r.t.Fatal(err)
	}
	seq, err := r.node.store.LastSeq(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return len(work) + int(seq)
}

// metrics reads /metrics: the value by name and labels.
func (r *running) metrics() map[string]float64 {
	r.t.Helper()
	res, err := http.Get(r.url + "/metrics")
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	out := map[string]float64{}
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		name, value, ok := strings.Cut(lines.Text(), " ")
		if n, err := strconv.ParseFloat(value, 64); ok && err == nil {
			out[name] = n
		}
	}
	return out
}
