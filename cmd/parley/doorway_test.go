package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"parley/web"
)

// A node that starts lives, is not ready, and tells providers to come again.
func TestAStartingNodeLivesAndIsNotReady(t *testing.T) {
	r := startNode(t, nodeConfig{name: "a"})
	began := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	door := &doorway{began: began}
	ask := func(method, path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		door.ServeHTTP(w, httptest.NewRequest(method, path, nil))
		return w
	}
	if w := ask("GET", "/healthz"); w.Code != http.StatusOK {
		t.Errorf("alive: %d", w.Code)
	}
	for method, path := range map[string]string{"GET": "/readyz", "POST": "/webhooks/demo-sms"} {
		w := ask(method, path)
		var h web.Health
		if err := json.Unmarshal(w.Body.Bytes(), &h); err != nil || w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
			t.Errorf("%s %s: %d %s, %v", method, path, w.Code, w.Body, err)
		}
		if c := h.Checks["node"]; h.Status != web.Unavailable || !c.Since.Equal(began) || c.Error == "" || c.Remedy == "" {
			t.Errorf("%s %s: %+v", method, path, h)
		}
	}
	door.open(r.node.web)
	if w := ask("GET", "/readyz"); w.Code != http.StatusOK {
		t.Errorf("started: %d %s", w.Code, w.Body)
	}
}
