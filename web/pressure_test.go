package web_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"parley/desk"
	"parley/store/storetest"
)

// While more has come than gets done, webhooks are told to come again, and
// nothing of them is kept; when it is done, they are taken.
func TestWebhooksComeAgainWhileTheCenterIsBehind(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		in := s.chat()
		running := make(chan error, 1)
		go func() { running <- s.Web.Run(t.Context()) }()
		t.Cleanup(func() {
			if err := <-running; err != nil {
				t.Error(err)
			}
		})
		n := 0
		write := func() answer {
			n++
			return s.call(http.MethodPost, "/webhooks/chat", visitorToken(in, fmt.Sprint("v", n)), map[string]string{"type": "message", "id": desk.NewID(), "text": "hello"})
		}
		if got := write(); got.Status != http.StatusOK {
			t.Fatalf("at first: %d %s", got.Status, got.Body)
		}
		s.lag.Store(int64(time.Hour))
		got := write()
		for ; got.Status == http.StatusOK; got = write() {
		}
		p := got.problem(t, http.StatusServiceUnavailable)
		if p.Code != desk.Unavailable || got.Header.Get("Retry-After") == "" {
			t.Errorf("%s, Retry-After %q", p.Code, got.Header.Get("Retry-After"))
		}
		before, err := s.Store.Backlog(t.Context())
		s.ok(err)
		write()
		after, err := s.Store.Backlog(t.Context())
		s.ok(err)
		if before.Unprocessed != after.Unprocessed {
			t.Errorf("%d items are kept, %d before it was refused", after.Unprocessed, before.Unprocessed)
		}
		s.lag.Store(1)
		for got = write(); got.Status != http.StatusOK; got = write() {
		}
	})
}
