package routing_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/routing"
)

// heap is what there is to tidy up: rows left, by kind, and what was asked.
type heap struct {
	mu      sync.Mutex
	left    map[string]int
	ages    map[string]time.Duration
	calls   map[string]int
	failing string
}

func (h *heap) prune(what string, age time.Duration, limit int) (int64, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ages[what] = age
	h.calls[what]++
	if h.failing == what {
		return 0, errors.New("locked")
	}
	n := min(limit, h.left[what])
	h.left[what] -= n
	return int64(n), nil
}

func (h *heap) Prune(_ context.Context, age time.Duration, limit int) (int64, error) {
	return h.prune("webhooks", age, limit)
}

func (h *heap) PruneConversations(_ context.Context, age time.Duration, limit int) (int64, error) {
	return h.prune("conversations", age, limit)
}

func (h *heap) PruneLog(_ context.Context, age time.Duration, limit int) (int64, error) {
	return h.prune("log", age, limit)
}

func (h *heap) PruneFacts(_ context.Context, age time.Duration, limit int) (int64, error) {
	return h.prune("facts", age, limit)
}

func (h *heap) Cut(_ context.Context, log, facts time.Duration) error {
	_, err := h.prune("cut", log+facts, 0)
	return err
}

func (h *heap) PruneSessions(context.Context) error {
	_, err := h.prune("sessions", 0, 0)
	return err
}

func (h *heap) PruneUploads(context.Context) error {
	_, err := h.prune("uploads", 0, 0)
	return err
}

func TestTidyingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &heap{left: map[string]int{"webhooks": 1_000_000, "log": 3}, ages: map[string]time.Duration{}, calls: map[string]int{}, failing: "cut"}
		const day = 24 * time.Hour
		tidy := &routing.Tidying{Tidy: h, Rest: h, Keep: routing.Keep{Webhooks: 14 * day, Log: 365 * day}, Log: slog.New(slog.DiscardHandler), Now: time.Now}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() {
			if err := tidy.Lead(ctx); err != nil {
				t.Error(err)
			}
		})
		time.Sleep(2*time.Hour + time.Second)
		cancel()
		running.Wait()
		if h.left["webhooks"] != 0 || h.left["log"] != 0 {
			t.Errorf("left after two hours: %v", h.left)
		}
		if diff := cmp.Diff(map[string]time.Duration{"webhooks": 14 * day, "log": 365 * day, "cut": 365 * day, "sessions": 0, "uploads": 0}, h.ages); diff != "" {
			t.Errorf("ages asked for (-want +got):\n%s", diff)
		}
		if h.calls["cut"] < 100 || h.calls["sessions"] < 100 || h.calls["uploads"] < 2 || h.calls["uploads"] > 3 {
			t.Errorf("asked %v: want cuts and sessions each minute, whatever fails, and uploads each hour", h.calls)
		}
		if n := h.calls["log"]; n < 100 || n > 130 {
			t.Errorf("the log was pruned %d times in two hours, want each minute", n)
		}
	})
}
