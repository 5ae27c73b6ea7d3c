package web_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"parley/desk"
	"parley/store/storetest"
	"parley/web"
)

func TestEveryErrorIsAProblem(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.Web.Echo().GET("/api/panics", func(echo.Context) error { panic("secret-of-the-panic") })
	s.Web.Echo().GET("/api/fails", func(echo.Context) error { return errors.New("secret-of-the-driver") })
	s.Web.Echo().GET("/api/down", func(echo.Context) error {
		return &desk.Error{Code: desk.Unavailable, Message: "the database cannot be reached just now", Cause: errors.New("secret-of-the-driver")}
	})
	admin := s.session(s.people[desk.RoleAdmin])
	for _, c := range []struct {
		method, path string
		body         any
		status       int
		code         desk.Code
		fields       []web.ProblemField
	}{
		{"GET", "/api/v1/nothing", nil, 404, desk.NotFound, nil},
		{"PATCH", "/api/v1/me", `{}`, 405, desk.Invalid, nil},
		{"GET", "/api/panics", nil, 500, desk.Internal, nil},
		{"GET", "/api/fails", nil, 500, desk.Internal, nil},
		{"GET", "/api/down", nil, 503, desk.Unavailable, nil},
		{"GET", "/api/v1/conversations?limit=0", nil, 422, desk.Invalid, []web.ProblemField{{Location: "query.limit", Message: "expected number >= 1"}}},
		{"GET", "/api/v1/contacts?cursor=x", nil, 422, desk.Invalid, []web.ProblemField{{Location: "cursor", Message: "is not one this server made; start again without it"}}},
		{"GET", "/api/v1/contacts/not-an-id", nil, 422, desk.Invalid, nil},
		{"GET", "/api/v1/contacts/00000000-0000-7000-8000-000000000000", nil, 404, desk.NotFound, nil},
		{"POST", "/api/v1/queues", `{"name":`, 400, desk.Invalid, nil},
		{"POST", "/api/v1/queues", `{"name":["x"]}`, 422, desk.Invalid, []web.ProblemField{{Location: "body.name", Message: "expected string"}}},
		{"POST", "/api/v1/queues", `{"name":"mine"}`, 422, desk.Invalid, []web.ProblemField{{Location: "name", Message: "is taken by another queue"}}},
		{"POST", "/api/v1/queues", `{"name":"p","policy":"fastest"}`, 422, desk.Invalid, nil},
		{"POST", "/api/v1/queues", `{"name":"r","rings":[{"after_seconds":60}]}`, 422, desk.Invalid, []web.ProblemField{{Location: "rings[0]", Message: "does nothing; give it relax, queue_id, skill_id, priority or offer, or remove it"}}},
		{"POST", "/api/v1/queues", `{"name":"h","after_hours":"overflow"}`, 422, desk.Invalid, []web.ProblemField{{Location: "after_hours_queue_id", Message: "is missing; name the queue that takes over after hours"}}},
		{"POST", "/api/v1/queues", strings.Repeat(" ", 2<<20) + `{}`, 413, desk.TooLarge, nil},
		{"POST", "/api/v1/agents", `{"email":"x@example.com","name":"X","password":"short"}`, 422, desk.Invalid, []web.ProblemField{{Location: "password", Message: "needs at least 10 characters"}}},
		{"GET", "/assets/none.js", nil, 404, desk.NotFound, nil},
	} {
		p := s.call(c.method, c.path, admin, c.body)
		got := p.problem(t, c.status)
		if got.Code != c.code {
			t.Errorf("%s %s: code %s, want %s", c.method, c.path, got.Code, c.code)
		}
		if c.fields != nil {
			if diff := cmp.Diff(c.fields, got.Errors); diff != "" {
				t.Errorf("%s %s: %s", c.method, c.path, diff)
			}
		}
		if strings.Contains(string(p.Body), "secret-of") {
			t.Errorf("%s %s shows what is inside: %s", c.method, c.path, p.Body)
		}
		if c.status == 503 && p.Header.Get("Retry-After") == "" {
			t.Errorf("%s: 503 without Retry-After", c.path)
		}
		if c.status >= 500 && !strings.Contains(s.logged(), got.RequestID) {
			t.Errorf("%s: the log does not know request %s", c.path, got.RequestID)
		}
	}
	if !strings.Contains(s.logged(), "secret-of-the-panic") || !strings.Contains(s.logged(), "secret-of-the-driver") {
		t.Error("the log does not say what went wrong")
	}
}

func TestHeaders(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	admin := s.session(s.people[desk.RoleAdmin])
	for _, path := range []string{"/", "/healthz", "/api/v1/me", "/api/v1/nothing"} {
		h := s.call("GET", path, admin, nil).Header
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("X-Request-Id") == "" {
			t.Errorf("%s: %v", path, h)
		}
		csp := h.Get("Content-Security-Policy")
		if !strings.Contains(csp, "frame-ancestors 'none'") || !strings.Contains(csp, "script-src 'self';") || !strings.Contains(csp, "object-src 'none'") {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
	if got := s.call("GET", "/api/v1/me", admin, nil).Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("answers about people may be cached: %q", got)
	}
}

func TestHealth(t *testing.T) {
	var redis, node error
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	s := newSite(t, storetest.SQLite(t), func(c *web.Config) {
		c.Checks = checks(&redis, &node)
		c.Now = func() time.Time { return now }
	})
	ready := func(want int) web.Health {
		t.Helper()
		got := s.call("GET", "/readyz", "", nil)
		if got.Status != want || strings.Contains(string(got.Body), "secret") || (got.Header.Get("Retry-After") != "") != (want == 503) {
			t.Errorf("answered %d %s, Retry-After %q; want %d", got.Status, got.Body, got.Header.Get("Retry-After"), want)
		}
		var h web.Health
		if err := json.Unmarshal(got.Body, &h); err != nil {
			t.Error(err)
		}
		return h
	}
	start := now
	ok := web.CheckResult{Status: "ok", Vital: true, Since: start}
	fine := web.Health{Status: web.Healthy, Node: "test", Checks: map[string]web.CheckResult{"database": ok, "node": ok, "redis": {Status: "ok", Since: start}}}
	if diff := cmp.Diff(fine, ready(200)); diff != "" {
		t.Error(diff)
	}
	// Without Redis the node works on, and says since when and what to do.
	now = now.Add(time.Minute)
	redis = errors.New("dial tcp 10.1.2.3:6379: password=secret")
	worse := web.Health{Status: web.Degraded, Node: "test", Checks: map[string]web.CheckResult{"database": ok, "node": ok,
		"redis": {Status: "failed", Since: now, Error: "does not answer", Remedy: "Start it."}}}
	ready(200)
	now = now.Add(time.Minute)
	if diff := cmp.Diff(worse, ready(200)); diff != "" {
		t.Error(diff)
	}
	// A node that leaves must get no more requests.
	node = desk.Errorf(desk.Unavailable, "the node is leaving")
	if h := ready(503); h.Status != web.Unavailable || h.Checks["node"].Error != "the node is leaving" || h.Checks["node"].Since != now {
		t.Errorf("%+v", h)
	}
	redis, node = nil, nil
	if h := ready(200); h.Status != web.Healthy || h.Checks["redis"].Since != now || h.Checks["database"].Since != start {
		t.Errorf("%+v", h)
	}
	if n := strings.Count(s.logged(), "check failed"); n != 2 {
		t.Errorf("%d failures are logged, want each when it begins", n)
	}
	if got := s.call("GET", "/healthz", "", nil); got.Status != 200 {
		t.Errorf("the process lives nevertheless: %d", got.Status)
	}
	metrics := s.call("GET", "/metrics", "", nil)
	if metrics.Status != 200 || !strings.Contains(string(metrics.Body), `parley_http_request_seconds_count{method="GET",route="/readyz",status="503"} 1`) {
		t.Errorf("metrics: %d %s", metrics.Status, metrics.Body)
	}
	if strings.Contains(string(s.call("BREW", "/x", "", nil).Body), "secret") || strings.Contains(string(s.call("GET", "/metrics", "", nil).Body), `"BREW"`) {
		t.Error("an invented method became a label")
	}
}

var _ http.Handler = (*web.Server)(nil)
