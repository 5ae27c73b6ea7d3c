package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"parley/channels/sandbox"
	"parley/desk"
)

// provider is the simulated providers in this process, so that they outlive the
// nodes, with a record of every request to send.
type provider struct {
	sandbox *sandbox.Sandbox
	server  *http.Server
	addr    string
	end     context.CancelFunc
	running sync.WaitGroup

	mu       sync.Mutex
	sends    []Send
	accepted func() // told after a send was accepted and before it is answered
}

// newProvider starts it. public is what Parley calls itself.
func newProvider(public string, seed uint64) (*provider, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &provider{addr: l.Addr().String()}
	p.sandbox = sandbox.New(sandbox.Config{PublicURL: public, Log: slog.New(slog.DiscardHandler), Seed: seed, Pace: 0.5})
	ctx, end := context.WithCancel(context.Background())
	p.end = end
	p.running.Go(func() { _ = p.sandbox.Run(ctx) })
	p.server = &http.Server{Handler: p}
	go func() { _ = p.server.Serve(l) }()
	return p, nil
}

func (p *provider) close() {
	_ = p.server.Close()
	p.end()
	p.running.Wait()
}

func (p *provider) history() []Send {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Send(nil), p.sends...)
}

// afterAccept sets what is done between a send's acceptance and its answer.
func (p *provider) afterAccept(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.accepted = f
}

// ServeHTTP passes everything to the sandbox and writes down the sends.
func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	isSend := r.Method == http.MethodPost && (strings.HasSuffix(r.URL.Path, "/Messages.json") || strings.HasSuffix(r.URL.Path, "/messages"))
	if !isSend {
		p.sandbox.Handler().ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the node is gone: nothing was asked
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	s := readSend(r, body)
	if s.Text == "" { // a typing or read mark
		p.sandbox.Handler().ServeHTTP(w, r)
		return
	}
	answer := &held{header: http.Header{}}
	defer func() {
		broken := recover() // the sandbox takes a message and breaks the connection
		s.Status, s.Accepted = answer.status, broken != nil || answer.status/100 == 2
		p.mu.Lock()
		p.sends = append(p.sends, s)
		accepted := p.accepted
		p.mu.Unlock()
		if s.Accepted && accepted != nil {
			accepted()
		}
		if broken != nil {
			panic(broken)
		}
		answer.pass(w)
	}()
	p.sandbox.Handler().ServeHTTP(answer, r)
}

// held is an answer that waits until it is written down.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *held) Header() http.Header { return h.header }

func (h *held) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

func (h *held) Write(b []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.body.Write(b)
}

func (h *held) pass(w http.ResponseWriter) {
	for k, v := range h.header {
		w.Header()[k] = v
	}
	w.WriteHeader(h.status)
	_, _ = w.Write(h.body.Bytes())
}

// readSend finds what is sent to whom in any of the providers' forms.
func readSend(r *http.Request, body []byte) Send {
	s := Send{At: time.Now()}
	if strings.HasSuffix(r.URL.Path, "/Messages.json") {
		form, err := url.ParseQuery(string(body))
		if err == nil {
			s.Channel, s.To, s.Text = desk.SMS, form.Get("To"), form.Get("Body")
		}
		return s
	}
	var b struct {
		To        string `json:"to"`
		Text      struct{ Body string }
		Recipient struct{ ID string }
		Message   struct{ Text string }
	}
	if json.Unmarshal(body, &b) != nil {
		return s
	}
	if b.Text.Body != "" {
		s.Channel, s.To, s.Text = desk.WhatsApp, b.To, b.Text.Body
	} else {
		s.Channel, s.To, s.Text = desk.Messenger, b.Recipient.ID, b.Message.Text
	}
	return s
}

// trouble switches the providers' own faults on or off.
func (p *provider) trouble(f sandbox.Faults) {
	body, err := json.Marshal(f)
	if err != nil {
		return
	}
	req, err := http.NewRequest(http.MethodPut, "http://"+p.addr+"/sandbox/api/faults", bytes.NewReader(body))
	if err != nil {
		return
	}
	req.Header.Set("Content-Type", "application/json")
	if res, err := http.DefaultClient.Do(req); err == nil {
		_ = res.Body.Close()
	}
}
