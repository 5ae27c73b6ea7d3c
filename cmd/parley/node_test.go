package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/sync/errgroup"

	"parley/channels/sandbox"
	"parley/testenv"
)

// running is a node of the demo, in this process, on a port of its own.
type running struct {
	t    *testing.T
	url  string
	node *node
	stop func()
}

type nodeConfig struct {
	database, redis, name string
	history               int
	log                   *slog.Logger // nil: warnings, with the test
}

// modes runs a test in the default mode and in production's.
func modes(t *testing.T, test func(t *testing.T, start func(name string) *running)) {
	t.Run("default", func(t *testing.T) {
		t.Parallel()
		test(t, func(name string) *running { return startNode(t, nodeConfig{name: name}) })
	})
	t.Run("production", func(t *testing.T) {
		t.Parallel()
		pg, redis := testenv.Postgres(t), testenv.RedisServer(t).URL
		test(t, func(name string) *running { return startNode(t, nodeConfig{database: pg, redis: redis, name: name}) })
	})
}

func startNode(t *testing.T, c nodeConfig) *running {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if c.history == 0 {
		c.history = 30
	}
	s := &serveCommand{retention: retention{KeepWebhooks: 14}, Demo: true, DemoHistory: c.history, Node: c.name}
	s.Addr, s.RedisURL, s.DatabaseURL, s.DataDir, s.TimeZone = l.Addr().String(), c.redis, c.database, t.TempDir(), "UTC"
	s.SecretKey, s.LogLevel = strings.Repeat("ab", 32), "warn"
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	if c.log != nil {
		log = c.log
	}
	n, err := newNode(t.Context(), s, log)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: n.web}
	ctx, end := context.WithCancel(context.Background())
	g, ctx := errgroup.WithContext(ctx)
	n.run(ctx, g)
	g.Go(func() error {
		if err := server.Serve(l); err != http.ErrServerClosed {
			return err
		}
		return nil
	})
	r := &running{t: t, url: "http://" + s.Addr, node: n}
	stopped := false
	r.stop = func() {
		if stopped {
			return
		}
		stopped = true
		n.web.Dismiss()
		_ = server.Close()
		end()
		if err := n.wait(g); err != nil {
			t.Error(err)
		}
		n.close()
	}
	t.Cleanup(r.stop)
	return r
}

// call asks the API and decodes the answer; it fails the test on another status.
func (r *running) call(method, path, token string, body any, want int) map[string]any {
	r.t.Helper()
	status, out := r.ask(method, path, token, body)
	if status != want {
		r.t.Fatalf("%s %s: %d, want %d: %v", method, path, status, want, out)
	}
	return out
}

func (r *running) ask(method, path, token string, body any) (int, map[string]any) {
	r.t.Helper()
	b, _ := json.Marshal(body)
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.url+path, bytes.NewReader(b))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return r.do(req)
}

func (r *running) do(req *http.Request) (int, map[string]any) {
	r.t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	out := map[string]any{}
	_ = json.Unmarshal(text, &out) // not every answer is JSON
	return res.StatusCode, out
}

func (r *running) login(who string) string {
	r.t.Helper()
	return r.call("POST", "/api/v1/session", "", map[string]any{"email": who + "@parley.example", "password": "parley-demo"}, 200)["token"].(string)
}

// sms posts a signed webhook as Twilio does and gives the status answered.
func (r *running) sms(sid, from, text string) int {
	r.t.Helper()
	form := url.Values{"MessageSid": {sid}, "AccountSid": {sandbox.TwilioAccountSID}, "From": {from}, "To": {sandbox.SMSNumber}, "Body": {text}, "NumMedia": {"0"}}
	address := r.node.public.String() + "/webhooks/" + sandbox.InboxSMS
	keys := make([]string, 0, len(form))
	for k := range form {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	mac := hmac.New(sha1.New, []byte(sandbox.TwilioAuthToken))
	mac.Write([]byte(address))
	for _, k := range keys {
		mac.Write([]byte(k + form.Get(k)))
	}
	req, _ := http.NewRequestWithContext(r.t.Context(), "POST", r.url+"/webhooks/"+sandbox.InboxSMS, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Twilio-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	status, _ := r.do(req)
	return status
}

// until waits for a condition, or fails with what it saw last.
func until[T any](t *testing.T, what string, look func() (T, bool)) T {
	t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var last T
	for {
		var ok bool
		if last, ok = look(); ok {
			return last
		}
		select {
		case <-deadline:
			t.Fatalf("never: %s; last seen: %v", what, last)
		case <-tick.C:
		}
	}
}

// socket is a console or a widget, with every frame it was sent.
type socket struct {
	t      *testing.T
	ws     *websocket.Conn
	frames chan map[string]any
}

func (r *running) console(token string, hello map[string]any) *socket {
	r.t.Helper()
	return r.dial("/console/ws", http.Header{"Authorization": {"Bearer " + token}}, hello)
}

func (r *running) dial(path string, header http.Header, hello map[string]any) *socket {
	r.t.Helper()
	ws, _, err := websocket.Dial(r.t.Context(), "ws"+strings.TrimPrefix(r.url, "http")+path, &websocket.DialOptions{HTTPHeader: header})
	if err != nil {
		r.t.Fatal(err)
	}
	ws.SetReadLimit(1 << 20)
	s := &socket{t: r.t, ws: ws, frames: make(chan map[string]any, 4096)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(s.frames)
		for {
			_, data, err := ws.Read(context.Background())
			if err != nil {
				return
			}
			var f map[string]any
			if json.Unmarshal(data, &f) == nil {
				s.frames <- f
			}
		}
	}()
	r.t.Cleanup(func() {
		_ = ws.CloseNow()
		<-done
	})
	s.send(hello)
	return s
}

func (s *socket) send(frame map[string]any) {
	s.t.Helper()
	b, _ := json.Marshal(frame)
	if err := s.ws.Write(s.t.Context(), websocket.MessageText, b); err != nil {
		s.t.Fatal(err)
	}
}

// await reads frames until one is wanted.
func (s *socket) await(what string, want func(map[string]any) bool) map[string]any {
	s.t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		select {
		case f, open := <-s.frames:
			if !open {
				s.t.Fatalf("the socket closed before %s", what)
			}
			if want(f) {
				return f
			}
		case <-deadline:
			s.t.Fatalf("never on the socket: %s", what)
		}
	}
}

func typed(name string) func(map[string]any) bool {
	return func(f map[string]any) bool { return f["type"] == name }
}

// happened wants a change with an event of that type.
func happened(event string, also ...func(map[string]any) bool) func(map[string]any) bool {
	return func(f map[string]any) bool {
		if f["type"] != "change" || at(f, "event", "type") != event {
			return false
		}
		for _, a := range also {
			if !a(f) {
				return false
			}
		}
		return true
	}
}

// at walks down objects; nil where the way ends.
func at(v any, path ...string) any {
	for _, p := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[p]
	}
	return v
}

func newUUID(n int) string { return fmt.Sprintf("01999999-0000-4000-8000-%012d", n) }

func TestASecondProcessOnTheSameDataFolderIsRefused(t *testing.T) {
	dir := t.TempDir()
	release, err := lockDataDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := &serveCommand{retention: retention{KeepWebhooks: 14}}
	s.Addr, s.DataDir, s.TimeZone = "localhost:0", dir, "UTC"
	if _, err := newNode(t.Context(), s, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("a second node on %s: %v", dir, err)
	}
	release()
	n, err := newNode(t.Context(), s, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatalf("after the first has gone: %v", err)
	}
	n.close()
}

func TestTooShortATimeToKeepIsRefused(t *testing.T) {
	good := retention{KeepWebhooks: 14, KeepLog: 365}
	if k, err := good.keep(); err != nil || k.Webhooks != 14*24*time.Hour || k.Log != 365*24*time.Hour || k.Conversations != 0 || k.Facts != 0 {
		t.Errorf("%+v: %v", k, err)
	}
	for flag, r := range map[string]retention{
		"--keep-webhooks":      {KeepWebhooks: 0},
		"--keep-log":           {KeepWebhooks: 8, KeepLog: 6},
		"--keep-conversations": {KeepWebhooks: 8, KeepConversations: -1},
		"--keep-facts":         {KeepWebhooks: 8, KeepFacts: 30},
	} {
		if _, err := r.keep(); err == nil || !strings.HasPrefix(err.Error(), flag+":") {
			t.Errorf("%+v: %v, want %s to be named", r, err, flag)
		}
	}
}
