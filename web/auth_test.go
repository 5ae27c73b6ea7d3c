package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/desk"
	"parley/store/storetest"
	"parley/web"
)

func TestLogin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		res := s.login("Agent@Example.com", password)
		var out web.Session
		res.into(t, &out)
		if out.Me.Agent.Name != "agent" || len(out.Me.Queues) != 1 || out.Me.Queues[0].Name != "mine" || len(out.Token) < 43 {
			t.Errorf("session: %s", res.Body)
		}
		cookie := readCookie(t, res)
		if cookie.Name != "parley_session" || cookie.Value != out.Token || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Secure || cookie.Path != "/" {
			t.Errorf("cookie: %v", cookie)
		}
		for how, edit := range map[string]func(*http.Request){
			"cookie": func(r *http.Request) { r.AddCookie(cookie) },
			"bearer": func(r *http.Request) { r.Header.Set("Authorization", "bearer "+out.Token) },
		} {
			if got := s.call("GET", "/api/v1/me", "", nil, edit); got.Status != 200 {
				t.Errorf("by %s: %d %s", how, got.Status, got.Body)
			}
		}
		for name, token := range map[string]string{"none": "", "made up": strings.Repeat("A", 43)} {
			s.call("GET", "/api/v1/me", token, nil).problem(t, 401)
			_ = name
		}
		if log := s.logged(); strings.Contains(log, out.Token) || strings.Contains(log, password) {
			t.Error("the log holds a token or a password")
		}
	})
}

func readCookie(t *testing.T, res answer) *http.Cookie {
	t.Helper()
	c, err := http.ParseSetCookie(res.Header.Get("Set-Cookie"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCookieOverHTTPS(t *testing.T) {
	s := newSite(t, storetest.SQLite(t), func(c *web.Config) {
		c.PublicURL = &url.URL{Scheme: "https", Host: "desk.example"}
	})
	c := readCookie(t, s.login("agent@example.com", password))
	if c.Name != "__Host-parley" || !c.Secure || c.Path != "/" || c.Domain != "" {
		t.Errorf("cookie: %v", c)
	}
	if got := s.call("GET", "/healthz", "", nil).Header.Get("Strict-Transport-Security"); got == "" {
		t.Error("no HSTS over https")
	}
}

// A token planted in the browser before login must not become the session.
func TestLoginIsNotFixed(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	old := s.token(s.people[desk.RoleAgent])
	res := s.login("agent@example.com", password, func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "parley_session", Value: old}) })
	if fresh := readCookie(t, res).Value; fresh == old {
		t.Fatal("the token stayed the same over a login")
	}
	s.call("GET", "/api/v1/me", old, nil).problem(t, 401)
	res = s.login("agent@example.com", password, func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "parley_session", Value: "planted"}) })
	if readCookie(t, res).Value == "planted" {
		t.Fatal("a planted token became the session")
	}
}

func TestWrongLogins(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	off := s.person("gone", desk.RoleAgent)
	_, err := s.Store.UpdateAgent(t.Context(), "", off.ID, "", "", func(g *desk.Agent) error { g.Enabled = false; return nil })
	s.ok(err)
	var words string
	for _, try := range [][2]string{{"agent@example.com", "wrong"}, {"nobody@example.com", password}, {"gone@example.com", password}} {
		p := s.login(try[0], try[1]).problem(t, 401)
		if words != "" && p.Detail != words {
			t.Errorf("%s is told %q, others %q: this tells who works here", try[0], p.Detail, words)
		}
		words = p.Detail
	}
	const secret = "hunter2hunter2"
	for name, body := range map[string]string{
		"wrong type":    `{"email":"agent@example.com","password":{"a":"` + secret + `"}}`,
		"not an e-mail": `{"email":"` + secret + `","password":"` + secret + `"}`,
		"unknown field": `{"email":"agent@example.com","password":"x","secret":"` + secret + `"}`,
		"too long":      `{"email":"agent@example.com","password":"` + strings.Repeat(secret, 20) + `"}`,
		"broken":        `{"email":"agent@example.com","password":"` + secret,
	} {
		res := s.call("POST", "/api/v1/session", "", body)
		if res.Status != 422 && res.Status != 400 {
			t.Errorf("%s: %d", name, res.Status)
		}
		res.problem(t, res.Status)
		if strings.Contains(string(res.Body), secret) {
			t.Errorf("%s: what was sent is repeated: %s", name, res.Body)
		}
	}
}

func TestLoginLimit(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	refusedAfter := func(email string, edit func(n int) func(*http.Request)) int {
		for n := range 60 {
			if res := s.login(email, "wrong", edit(n)); res.Status == 429 {
				res.problem(t, 429)
				if res.Header.Get("Retry-After") == "" {
					t.Error("429 without Retry-After")
				}
				return n
			}
		}
		return 60
	}
	none := func(int) func(*http.Request) { return func(*http.Request) {} }
	if n := refusedAfter("admin@example.com", none); n >= 60 {
		t.Fatalf("%d guesses at one account went through", n)
	}
	// Right or wrong makes no difference now, and nor do capitals or a made-up address.
	forged := func(n int) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("X-Forwarded-For", "203.0.113."+string(rune('0'+n%10))) }
	}
	if n := refusedAfter("ADMIN@example.com", forged); n != 0 {
		t.Errorf("a forged X-Forwarded-For or capitals gave %d more guesses", n)
	}
	if res := s.login("admin@example.com", password); res.Status != 429 {
		t.Errorf("the right password while limited: %d", res.Status)
	}
	if res := s.login("agent@example.com", password); res.Status != 200 {
		t.Errorf("another account suffers: %d", res.Status)
	}
}

func TestAddressLimitBehindProxy(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  []func(*web.Config)
		forward func(n int) string
		want    int // attempts of distinct accounts before refusal, at most
	}{
		{"nobody is trusted: the header is only words", nil, func(n int) string { return "203.0.113.7" }, 300},
		{"the proxy is trusted", []func(*web.Config){trusting("127.0.0.0/8")}, func(n int) string { return "198.51.100.1, 203.0.113.7" }, 300},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var keys []string
			s := newSite(t, storetest.SQLite(t), append(c.change, func(cfg *web.Config) { cfg.Limiter = recorder{&keys, cfg.Limiter} })...)
			s.login("nobody@example.com", "wrong", func(r *http.Request) { r.Header.Set("X-Forwarded-For", c.forward(0)) })
			want := "login-address:127.0.0.1"
			if c.change != nil {
				want = "login-address:203.0.113.7"
			}
			if len(keys) == 0 || keys[0] != want {
				t.Errorf("counted by %v, want %s", keys, want)
			}
		})
	}
}

func TestForgedRequests(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	cookie := readCookie(t, s.login("agent@example.com", password))
	in := `{"presence":"away"}`
	for _, c := range []struct {
		name   string
		method string
		path   string
		header map[string]string
		body   string
		want   int
	}{
		{"our own page", "PUT", "/api/v1/me/presence", map[string]string{"Origin": s.URL, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}, in, 200},
		{"a script with JSON", "PUT", "/api/v1/me/presence", map[string]string{"Content-Type": "application/json"}, in, 200},
		{"another site", "PUT", "/api/v1/me/presence", map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Content-Type": "application/json"}, in, 403},
		{"another site in an old browser", "PUT", "/api/v1/me/presence", map[string]string{"Origin": "https://evil.example", "Content-Type": "application/json"}, in, 403},
		{"a sister site", "PUT", "/api/v1/me/presence", map[string]string{"Sec-Fetch-Site": "same-site", "Content-Type": "application/json"}, in, 403},
		{"a form of another site", "POST", "/api/v1/uploads?name=a", map[string]string{"Content-Type": "text/plain"}, "x", 403},
		{"multipart of another site", "POST", "/api/v1/uploads?name=a", map[string]string{"Content-Type": "multipart/form-data; boundary=x"}, "x", 403},
		{"no content type", "POST", "/api/v1/uploads?name=a", nil, "x", 403},
		{"upload from our page", "POST", "/api/v1/uploads?name=a", map[string]string{"Content-Type": "text/plain", "Origin": s.URL, "Sec-Fetch-Site": "same-origin"}, "x", 200},
		{"reading from another site without its page seeing it", "GET", "/api/v1/me", map[string]string{"Sec-Fetch-Site": "cross-site"}, "", 200},
		{"null origin", "DELETE", "/api/v1/session", map[string]string{"Origin": "null"}, "", 403},
	} {
		res := s.call(c.method, c.path, "", c.body, func(r *http.Request) {
			r.Header.Del("Content-Type")
			r.AddCookie(cookie)
			for k, v := range c.header {
				r.Header.Set(k, v)
			}
		})
		if res.Status != c.want {
			t.Errorf("%s: %d, want %d: %s", c.name, res.Status, c.want, res.Body)
		}
	}
	if res := s.call("GET", "/api/v1/me", "", nil); res.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("another origin may read answers")
	}
}

// Another site must not log its own account in at one of our people's browsers.
func TestForgedLogin(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	for name, edit := range map[string]func(*http.Request){
		"foreign origin": func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
		"cross-site":     func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"a form":         func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") },
	} {
		res := s.login("agent@example.com", password, edit)
		if res.Status != 403 && res.Status != 415 || res.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %s", name, res.Status, res.Body)
		}
		res.problem(t, res.Status)
	}
}

func TestSocketsNeedOurOrigin(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	g := s.people[desk.RoleAgent]
	token := s.session(g)
	for _, c := range []struct {
		name    string
		origin  string
		cookie  bool
		allowed bool
	}{
		{"our page", s.URL, true, true},
		{"another site", "https://evil.example", true, false},
		{"our host on another scheme's page", "https://evil.example/" + strings.TrimPrefix(s.URL, "http://"), true, false},
		{"an empty origin", "", true, false},
		{"null", "null", true, false},
		{"a script with the token", "", false, true},
	} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+"/console/ws", nil)
		s.ok(err)
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if c.cookie {
			r.AddCookie(&http.Cookie{Name: "parley_session", Value: token})
		} else {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		if who, err := s.Web.Authenticate(r); (err == nil) != c.allowed || err == nil && who.Agent.ID != g.ID {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestWhichSessionsAnEventEnds(t *testing.T) {
	who := web.Caller{Agent: &desk.Agent{ID: "ana"}, Session: "s1"}
	ended := func(agent desk.ID, fields map[string]string) desk.Event {
		return desk.Event{Type: desk.EvSessionEnded, AgentID: agent, Data: desk.EventData{Fields: fields}}
	}
	for _, c := range []struct {
		name string
		e    desk.Event
		want bool
	}{
		{"all of them", ended("ana", nil), true},
		{"all of somebody else", ended("ben", nil), false},
		{"this one", ended("ana", map[string]string{"session": "s1"}), true},
		{"another one", ended("ana", map[string]string{"session": "s2"}), false},
		{"all but this one", ended("ana", map[string]string{"except": "s1"}), false},
		{"all but another one", ended("ana", map[string]string{"except": "s2"}), true},
		{"a change of name", desk.Event{Type: desk.EvAgentChanged, AgentID: "ana"}, false},
	} {
		if got := who.Ended(c.e); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		ctx, agent, admin := t.Context(), s.people[desk.RoleAgent], s.token(s.people[desk.RoleAdmin])
		online := func() desk.Presence {
			g, err := s.Store.Agent(ctx, agent.ID)
			s.ok(err)
			return g.Presence
		}
		one, two := s.token(agent), s.token(agent)
		s.ok(s.Store.SetPresence(ctx, agent.ID, desk.Available, "", false, agent.ID))

		if res := s.call("DELETE", "/api/v1/session", one, nil); res.Status != 200 {
			t.Fatalf("logout: %d %s", res.Status, res.Body)
		}
		s.call("GET", "/api/v1/me", one, nil).problem(t, 401)
		if got := s.call("GET", "/api/v1/me", two, nil); got.Status != 200 || online() != desk.Available {
			t.Errorf("the other session: %d, presence %s", got.Status, online())
		}
		s.call("DELETE", "/api/v1/session", two, nil)
		if online() != desk.Offline {
			t.Errorf("after the last logout the presence is %s", online())
		}

		// A new password ends what was open with the old one.
		one = s.token(agent)
		res := s.call("PATCH", "/api/v1/agents/"+agent.ID, admin, map[string]string{"password": "another long password"})
		if res.Status != 200 || strings.Contains(string(res.Body), "argon2") {
			t.Fatalf("password change: %d %s", res.Status, res.Body)
		}
		s.call("GET", "/api/v1/me", one, nil).problem(t, 401)
		s.login(agent.Email, password).problem(t, 401)
		// One's own keeps the session that changed it.
		me := s.people[desk.RoleAdmin]
		other := s.token(me)
		s.call("PATCH", "/api/v1/agents/"+me.ID, admin, map[string]string{"password": "another long password"})
		s.call("GET", "/api/v1/me", other, nil).problem(t, 401)
		if got := s.call("GET", "/api/v1/me", admin, nil); got.Status != 200 {
			t.Errorf("changing one's own password ended this session too: %d", got.Status)
		}

		// Disabling ends everything at once.
		var session web.Session
		s.login(agent.Email, "another long password").into(t, &session)
		s.call("PATCH", "/api/v1/agents/"+agent.ID, admin, map[string]bool{"enabled": false})
		s.call("GET", "/api/v1/me", session.Token, nil).problem(t, 401)
		s.login(agent.Email, "another long password").problem(t, 401)
	})
}

func TestRoleCountsAtOnce(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	boss := s.people[desk.RoleSupervisor]
	token, path := s.token(boss), "/api/v1/agents/"+s.people[desk.RoleAgent].ID+"/presence"
	if got := s.call("PUT", path, token, `{"presence":"away"}`); got.Status != 200 {
		t.Fatalf("as a supervisor: %d %s", got.Status, got.Body)
	}
	_, err := s.Store.UpdateAgent(t.Context(), "", boss.ID, "", "", func(g *desk.Agent) error { g.Role = desk.RoleAgent; return nil })
	s.ok(err)
	s.call("PUT", path, token, `{"presence":"busy"}`).problem(t, 403)
}
