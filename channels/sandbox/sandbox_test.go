package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// hook is one webhook as Parley got it.
type hook struct {
	path   string
	url    string // public, with query
	header http.Header
	body   []byte
}

func (h hook) form(t *testing.T) url.Values {
	t.Helper()
	f, err := url.ParseQuery(string(h.body))
	if err != nil {
		t.Fatalf("webhook is no form: %v", err)
	}
	return f
}

func (h hook) json(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(h.body, &v); err != nil {
		t.Fatalf("webhook is no JSON: %v\n%s", err, h.body)
	}
	return v
}

// world is a sandbox on a server that also plays Parley's webhooks.
type world struct {
	t   *testing.T
	s   *Sandbox
	url string

	mu     sync.Mutex
	hooks  []hook
	change chan struct{}           // closed and made anew with each webhook
	answer func(n int, h hook) int // status for the n-th webhook, from 1
}

func newWorld(t *testing.T, edit func(*Config)) *world {
	t.Helper()
	w := &world{t: t, change: make(chan struct{})}
	var sandbox http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/sandbox/") {
			sandbox.ServeHTTP(rw, r)
			return
		}
		w.receive(rw, r)
	}))
	t.Cleanup(server.Close)
	w.url = server.URL
	cfg := Config{PublicURL: server.URL, Pace: 0.01, Seed: 7, Log: slog.New(slog.DiscardHandler)}
	if edit != nil {
		edit(&cfg)
	}
	w.s = New(cfg)
	sandbox = w.s.Handler()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return w
}

func (w *world) receive(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		rw.WriteHeader(http.StatusBadRequest)
		return
	}
	h := hook{path: r.URL.Path, url: w.url + r.URL.RequestURI(), header: r.Header.Clone(), body: body}
	w.mu.Lock()
	w.hooks = append(w.hooks, h)
	n, answer := len(w.hooks), w.answer
	close(w.change)
	w.change = make(chan struct{})
	w.mu.Unlock()
	if answer != nil {
		rw.WriteHeader(answer(n, h))
	}
}

// wait blocks until ok is content with the webhooks so far.
func (w *world) wait(what string, ok func([]hook) bool) []hook {
	w.t.Helper()
	late := time.After(10 * time.Second)
	for {
		w.mu.Lock()
		got, change := slices.Clone(w.hooks), w.change
		w.mu.Unlock()
		if ok(got) {
			return got
		}
		select {
		case <-change:
		case <-late:
			for _, h := range got {
				w.t.Logf("%s %s", h.path, h.body)
			}
			w.t.Fatalf("did not see %s", what)
		}
	}
}

func (w *world) waitFor(n int) []hook {
	w.t.Helper()
	return w.wait("enough webhooks", func(h []hook) bool { return len(h) >= n })
}

// waitState blocks until the newest message of a thread is as wanted.
func (w *world) waitState(key threadKey, ok func([]Message) bool) []Message {
	w.t.Helper()
	events, joined := w.s.live.join()
	if !joined {
		w.t.Fatal("cannot watch the sandbox")
	}
	defer w.s.live.leave(events)
	late := time.After(10 * time.Second)
	for {
		h := w.s.phones.history(key, 50)
		if ok(h) {
			return h
		}
		select {
		case <-events:
		case <-late:
			w.t.Fatalf("thread stayed at %+v", h)
		}
	}
}

type answer struct {
	status int
	body   map[string]any
}

func (w *world) do(req *http.Request) (answer, error) {
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{}, err
	}
	a := answer{status: res.StatusCode}
	if len(data) > 0 && strings.Contains(res.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(data, &a.body); err != nil {
			w.t.Fatalf("%s: %v", data, err)
		}
	}
	return a, nil
}

func (w *world) must(a answer, err error) answer {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

func (w *world) api(method, path string, body any) answer {
	w.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	req, err := http.NewRequest(method, w.url+path, bytes.NewReader(data))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	return w.must(w.do(req))
}

func (w *world) twilio(f url.Values) (answer, error) {
	req, err := http.NewRequest(http.MethodPost, w.url+TwilioPath+"/2010-04-01/Accounts/"+TwilioAccountSID+"/Messages.json", strings.NewReader(f.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(TwilioAccountSID, TwilioAuthToken)
	return w.do(req)
}

func (w *world) graph(path string, body any) (answer, error) {
	data, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, w.url+GraphPath+path, bytes.NewReader(data))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+MetaAccessToken)
	return w.do(req)
}

func whatsAppText(to, text string) object {
	return object{"messaging_product": "whatsapp", "to": to, "type": "text", "text": object{"body": text}, "biz_opaque_callback_data": "ours-1"}
}

func messengerText(to, text string) object {
	return object{"recipient": object{"id": to}, "messaging_type": "RESPONSE", "message": object{"text": text, "metadata": "ours-2"}}
}

// dig walks maps and slices: a string is a key, an int an index.
func dig(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, ok := v.(map[string]any)
			if !ok {
				return nil
			}
			v = m[step]
		case int:
			l, ok := v.([]any)
			if !ok || step >= len(l) {
				return nil
			}
			v = l[step]
		}
	}
	return v
}

// memory is a Store for tests.
type memory struct {
	mu       sync.Mutex
	messages []Message
}

func (s *memory) Append(_ context.Context, m Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
	return nil
}

func (s *memory) Update(_ context.Context, m Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.messages {
		if s.messages[i].ID == m.ID {
			s.messages[i] = m
		}
	}
	return nil
}

func (s *memory) Recent(_ context.Context, limit int) ([]Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages[max(0, len(s.messages)-limit):]), nil
}
