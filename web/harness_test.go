package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/channels"
	"parley/channels/sms"
	"parley/channels/twilio"
	"parley/channels/webchat"
	"parley/desk"
	"parley/feed"
	"parley/floor"
	"parley/queue"
	"parley/routing"
	"parley/store"
	"parley/store/storetest"
	"parley/web"
)

const password = "correct horse battery"

var passwordHash = sync.OnceValue(func() string {
	h, err := web.HashPassword(password)
	if err != nil {
		panic(err)
	}
	return h
})

// site is a whole server behind a real listener, with one person of each role,
// two queues and an inbox. Agents have the skill of queue "mine" and lack that
// of queue "foreign".
type site struct {
	t        *testing.T
	Store    *store.Store
	Web      *web.Server
	floor    *floor.Floor
	URL      string
	Log      *bytes.Buffer
	people   map[desk.Role]*desk.Agent
	mine     *desk.Queue
	foreign  *desk.Queue
	skill    *desk.Skill
	sms      *desk.Inbox
	far      *desk.Inbox // of queue foreign
	n        int
	lag      atomic.Int64 // of the inbound streams, nanoseconds; 0: as it is
	logGuard sync.Mutex
}

// Write takes the log in.
func (s *site) Write(p []byte) (int, error) {
	s.logGuard.Lock()
	defer s.logGuard.Unlock()
	return s.Log.Write(p)
}

func (s *site) logged() string {
	s.logGuard.Lock()
	defer s.logGuard.Unlock()
	return s.Log.String()
}

func newSite(t *testing.T, open storetest.Open, change ...func(*web.Config)) *site {
	t.Helper()
	s := &site{t: t, Log: &bytes.Buffer{}, people: map[desk.Role]*desk.Agent{}}
	log := slog.New(slog.NewTextHandler(s, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var server *web.Server
	s.Store = open(func(c *store.Config) {
		c.OnCommit = func(changes []desk.Change) {
			if server != nil {
				server.Observe(changes)
			}
		}
	})
	s.fill()
	redis, err := queue.Open(t.Context(), queue.Config{Node: "test", Log: log})
	s.ok(err)
	t.Cleanup(func() { _ = redis.Close() })

	listener := httptest.NewUnstartedServer(nil)
	public, err := url.Parse("http://" + listener.Listener.Addr().String())
	s.ok(err)
	tokens := webchat.NewTokens(storetest.Key)
	adapters := map[string]channels.Adapter{}
	for _, a := range []channels.Adapter{webchat.New(tokens, nil), sms.New(twilio.Options{Log: log})} {
		adapters[a.Provider()] = a
	}
	cfg := web.Config{Store: s.Store, PublicURL: public, Key: storetest.Key, Limiter: redis, Adapters: adapters, Version: "test", Log: log}
	for _, f := range change {
		f(&cfg)
	}
	server, err = web.New(cfg)
	s.ok(err)
	snapshot, err := s.Store.Live(t.Context())
	s.ok(err)
	place := floor.New(snapshot)
	server.Live(web.LiveConfig{Floor: place, Feed: feed.New(s.Store, redis, log), Bus: redis, Beats: redis, Connected: streams{redis, &s.lag}, Inbound: streams{redis, &s.lag},
		Estimator: &routing.Estimator{History: s.Store, Floor: place, Now: time.Now}, Tokens: tokens, Node: "test", Epoch: "test"})
	s.Web, s.floor = server, place
	listener.Config.Handler = server
	listener.Start()
	t.Cleanup(listener.Close)
	s.URL = listener.URL
	return s
}

type streams struct {
	redis *queue.Redis
	lag   *atomic.Int64
}

func (s streams) PushInbound(ctx context.Context, work []desk.Work) error {
	return s.redis.Push(ctx, queue.Inbound, work)
}

func (s streams) InboundLag(ctx context.Context) (time.Duration, error) {
	if lag := s.lag.Load(); lag > 0 {
		return time.Duration(lag), nil
	}
	return s.redis.Lag(ctx, queue.Inbound)
}

func (s streams) Connected(ctx context.Context, kind string) (map[string]time.Time, bool, error) {
	return s.redis.Members(ctx, kind)
}

// look brings the floor to what the store has; no feed runs here.
func (s *site) look() {
	s.t.Helper()
	now, err := s.Store.Live(s.t.Context())
	s.ok(err)
	s.floor.Reset(now)
}

func (s *site) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) fill() {
	s.t.Helper()
	ctx := s.t.Context()
	var err error
	s.skill, err = s.Store.CreateSkill(ctx, "", desk.Skill{Name: "Italian"})
	s.ok(err)
	rare, err := s.Store.CreateSkill(ctx, "", desk.Skill{Name: "Wiring"})
	s.ok(err)
	q := desk.QueueDefaults()
	q.Name, q.Requirements = "mine", []desk.Requirement{{SkillID: s.skill.ID, Level: 1}}
	s.mine, err = s.Store.CreateQueue(ctx, "", q)
	s.ok(err)
	q = desk.QueueDefaults()
	q.Name, q.Requirements = "foreign", []desk.Requirement{{SkillID: rare.ID, Level: 3}}
	s.foreign, err = s.Store.CreateQueue(ctx, "", q)
	s.ok(err)
	s.sms = s.inbox("near", s.mine)
	s.far = s.inbox("far", s.foreign)
	for _, r := range []desk.Role{desk.RoleAgent, desk.RoleSupervisor, desk.RoleAdmin} {
		s.people[r] = s.person(string(r), r)
	}
}

func (s *site) inbox(name string, q *desk.Queue) *desk.Inbox {
	s.t.Helper()
	in, err := s.Store.CreateInbox(s.t.Context(), "", desk.Inbox{Name: name, Label: "Label " + name, Channel: desk.SMS, Provider: "twilio-sms", QueueID: q.ID, Enabled: true,
		Config: map[string]string{"account_sid": "AC0"}, Secrets: map[string]string{"auth_token": "do-not-tell-anybody"}})
	s.ok(err)
	return in
}

func (s *site) person(name string, role desk.Role) *desk.Agent {
	s.t.Helper()
	g, err := s.Store.CreateAgent(s.t.Context(), "", desk.Agent{Email: name + "@example.com", Name: name, Role: role, Enabled: true, Capacity: 100,
		Skills: map[desk.ID]int{s.skill.ID: 3}}, passwordHash())
	s.ok(err)
	return g
}

// customer has somebody write to an inbox and gives the conversation.
func (s *site) customer(in *desk.Inbox, from string) *desk.Conversation {
	s.t.Helper()
	ctx := s.t.Context()
	s.n++
	id := desk.NewID()
	work, err := s.Store.Accept(ctx, []desk.Inbound{{InboxID: in.ID, ProviderID: id, Kind: desk.InMessage, At: time.Now(),
		Identity: desk.Identity{Kind: desk.Phone, Value: from}, Message: &desk.Message{ID: id, Kind: desk.Text, Text: "hello", Author: desk.ByCustomer}}})
	s.ok(err)
	s.ok(s.Store.Receive(ctx, []desk.ID{work[0].ID}))
	m, err := s.Store.MessageByID(ctx, id)
	s.ok(err)
	c, _, err := s.Store.Conversation(ctx, m.ConversationID)
	s.ok(err)
	return c
}

// answer is a response read whole.
type answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// call sends JSON (nil: no body) with a bearer token ("": none). edit may
// change the request before it goes.
func (s *site) call(method, path, token string, in any, edit ...func(*http.Request)) answer {
	s.t.Helper()
	var body io.Reader
	switch v := in.(type) {
	case nil:
	case io.Reader:
		body = v
	case string:
		body = strings.NewReader(v)
	default:
		b, err := json.Marshal(v)
		s.ok(err)
		body = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, body)
	s.ok(err)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for _, f := range edit {
		f(r)
	}
	res, err := plain.Do(r)
	s.ok(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	s.ok(err)
	return answer{res.StatusCode, res.Header, b}
}

// plain follows no redirect, keeps no cookie and undoes no compression.
var plain = &http.Client{
	Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 32},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (a answer) into(t *testing.T, out any) {
	t.Helper()
	if a.Status != http.StatusOK {
		t.Fatalf("status %d: %s", a.Status, a.Body)
	}
	if err := json.Unmarshal(a.Body, out); err != nil {
		t.Fatalf("%v in %s", err, a.Body)
	}
}

// problem reads the answer as problem+json and checks its form.
func (a answer) problem(t *testing.T, status int) web.Problem {
	t.Helper()
	var p web.Problem
	if a.Status != status {
		t.Fatalf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	if typ := a.Header.Get("Content-Type"); typ != "application/problem+json" {
		t.Fatalf("content type %q, want problem+json: %s", typ, a.Body)
	}
	if err := json.Unmarshal(a.Body, &p); err != nil {
		t.Fatalf("%v in %s", err, a.Body)
	}
	if p.Status != status || p.Title == "" || p.Detail == "" || p.Code == "" || p.RequestID == "" && status != 0 {
		t.Errorf("incomplete problem: %s", a.Body)
	}
	return p
}

func (s *site) login(email, password string, edit ...func(*http.Request)) answer {
	s.t.Helper()
	return s.call("POST", "/api/v1/session", "", map[string]string{"email": email, "password": password}, edit...)
}

// token logs somebody in.
func (s *site) token(g *desk.Agent) string {
	s.t.Helper()
	var out web.Session
	s.login(g.Email, password).into(s.t, &out)
	return out.Token
}

func trusting(prefix string) func(*web.Config) {
	return func(c *web.Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix(prefix)} }
}
