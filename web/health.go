package web

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"parley/desk"
)

// Check asks something the node depends on whether it works.
type Check struct {
	Ask func(context.Context) error
	// Vital is what the node cannot do anything without; without the rest it goes
	// on, and is degraded.
	Vital bool
	// Remedy is what whoever operates the node does about it.
	Remedy string
}

// Health is what /readyz tells.
type Health struct {
	Status HealthStatus           `json:"status"`
	Node   string                 `json:"node,omitempty"`
	Checks map[string]CheckResult `json:"checks"`
}

// HealthStatus sums the checks up.
type HealthStatus string

// A degraded node works and should get requests; an unavailable one should not.
const (
	Healthy     HealthStatus = "ok"
	Degraded    HealthStatus = "degraded"
	Unavailable HealthStatus = "unavailable"
)

// CheckResult is one check.
type CheckResult struct {
	Status string    `json:"status"` // ok or failed
	Vital  bool      `json:"vital"`
	Since  time.Time `json:"since"` // when it was first seen so
	Error  string    `json:"error,omitempty"`
	Remedy string    `json:"remedy,omitempty"`
}

// healthTimeout bounds each check; load balancers give up after a few seconds.
const healthTimeout = 2 * time.Second

// health asks the checks and remembers since when each answers as it does.
type health struct {
	checks map[string]Check
	now    func() time.Time

	mu   sync.Mutex
	last map[string]CheckResult
}

func newHealth(cfg Config) *health {
	checks := map[string]Check{"database": {Ask: cfg.Store.Ping, Vital: true,
		Remedy: "Bring the database back, or correct --database-url. Everything goes on by itself then."}}
	for name, c := range cfg.Checks {
		checks[name] = c
	}
	return &health{checks: checks, now: cfg.Now, last: map[string]CheckResult{}}
}

// ask gives the state of everything, and the checks whose state has changed,
// with their errors.
func (h *health) ask(ctx context.Context) (Health, map[string]error) {
	var asking sync.WaitGroup
	var mu sync.Mutex
	failed := map[string]error{}
	for name, c := range h.checks {
		asking.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, healthTimeout)
			defer cancel()
			if err := c.Ask(ctx); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed[name] = err
			}
		})
	}
	asking.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	out := Health{Status: Healthy, Checks: map[string]CheckResult{}}
	changed := map[string]error{}
	for name, c := range h.checks {
		err := failed[name]
		r := CheckResult{Status: "ok", Vital: c.Vital, Since: h.now().UTC()}
		if err != nil {
			r.Status, r.Error, r.Remedy = "failed", reason(err), c.Remedy
			if c.Vital {
				out.Status = Unavailable
			} else if out.Status == Healthy {
				out.Status = Degraded
			}
		}
		if before, known := h.last[name]; known && before.Status == r.Status {
			r.Since = before.Since
		} else if known || err != nil {
			changed[name] = err
		}
		h.last[name] = r
		out.Checks[name] = r
	}
	return out, changed
}

// healthz tells that the process lives, and nothing of what it depends on: who
// restarts it for that would make an outage of the database a worse one.
func (s *Server) healthz(c echo.Context) error {
	return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
}

// readyz tells whether this node should get requests.
func (s *Server) readyz(c echo.Context) error {
	out, changed := s.health.ask(c.Request().Context())
	for name, err := range changed {
		if err != nil {
			s.api.Log.Warn("check failed", "part", name, "error", err)
		} else {
			s.api.Log.Info("check passes again", "part", name)
		}
	}
	if s.live != nil {
		out.Node = s.live.Node
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	status := http.StatusOK
	if out.Status == Unavailable {
		status = http.StatusServiceUnavailable
		c.Response().Header().Set("Retry-After", "2")
	}
	return c.JSON(status, out)
}

// reason is what may be told of why a part does not work: errors of drivers can
// name hosts and accounts.
func reason(err error) string {
	if code := desk.CodeOf(err); code != desk.Internal {
		return problem(context.Background(), err).Detail
	}
	return "does not answer"
}
