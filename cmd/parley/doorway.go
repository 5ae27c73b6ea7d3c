package main

import (
	"encoding/json"
	"net/http"
	"sync/atomic"
	"time"

	"parley/web"
)

// doorway answers from the first moment on. While the node starts, which can
// take minutes when tables change, it lives and is not ready; then it hands
// everything over.
type doorway struct {
	began  time.Time
	inside atomic.Pointer[web.Server]
}

func (d *doorway) open(s *web.Server) { d.inside.Store(s) }

func (d *doorway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s := d.inside.Load(); s != nil {
		s.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if r.URL.Path == "/healthz" {
		_, _ = w.Write([]byte(`{"status":"ok"}`))
		return
	}
	w.Header().Set("Retry-After", "2")
	w.WriteHeader(http.StatusServiceUnavailable)
	_ = json.NewEncoder(w).Encode(web.Health{Status: web.Unavailable, Checks: map[string]web.CheckResult{"node": {
		Status: "failed", Vital: true, Since: d.began.UTC(), Error: "the node is starting", Remedy: startRemedy}}})
}

const startRemedy = "Wait until it has started; its log says what it does."
