package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/labstack/echo/v4"

	"parley/desk"
)

func TestBodiesTakeRoomInTheGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, ctx := newGate(), t.Context()
		var leaves []func()
		refused := false
		for range 100 { // of unknown length: as large as may be
			leave, err := g.enter(ctx, -1)
			if err != nil {
				refused = desk.CodeOf(err) == desk.Unavailable
				break
			}
			leaves = append(leaves, leave)
		}
		if n := len(leaves); !refused || n*2*maxWebhook > gateMemory || (n+2)*2*maxWebhook < gateMemory {
			t.Fatalf("%d of the largest bodies are let in", n)
		}
		// Who comes while it is full waits for a moment, and gets in when somebody leaves.
		entered := make(chan error)
		go func() {
			leave, err := g.enter(ctx, 1<<20)
			if err == nil {
				leave()
			}
			entered <- err
		}()
		synctest.Wait()
		leaves[0]()
		if err := <-entered; err != nil {
			t.Errorf("there is room again: %v", err)
		}
	})
}

func TestSmallRequestsAreBoundedToo(t *testing.T) {
	g := newGate()
	for i := range gateMemory / hookMemory {
		if _, err := g.enter(t.Context(), 0); err != nil {
			t.Fatalf("the %dth: %v", i, err)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.enter(gone, 0); desk.CodeOf(err) != desk.Unavailable {
		t.Errorf("one more: %v", err)
	}
}

func TestTheGateClosesWhileTheLagIsLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		lags := make(chan time.Duration)
		ctx, cancel := context.WithCancel(t.Context())
		watching := make(chan struct{})
		go func() {
			defer close(watching)
			g.watch(ctx, func(ctx context.Context) (time.Duration, error) {
				select {
				case lag := <-lags:
					if lag < 0 {
						return 0, errors.New("connection refused")
					}
					return lag, nil
				case <-ctx.Done():
					return 0, ctx.Err()
				}
			})
		}()
		for _, c := range []struct {
			lag  time.Duration
			open bool
		}{{0, true}, {lagMost, true}, {lagMost + 1, false}, {time.Hour, false}, {-1, true}, {time.Hour, false}, {time.Second, true}} {
			lags <- c.lag
			synctest.Wait()
			leave, err := g.enter(ctx, 100)
			if (err == nil) != c.open || err != nil && desk.CodeOf(err) != desk.Unavailable {
				t.Errorf("lag %v: %v", c.lag, err)
			}
			if err == nil {
				leave()
			}
		}
		cancel()
		<-watching
	})
}

// The API answers so many at a time; who waits too long is told when to come again.
func TestTheAPIAnswersSoManyAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := echo.New()
		e.HTTPErrorHandler = (&API{}).handleError
		e.Use(atMost(2, apiPatience, unlimited))
		busy := make(chan struct{})
		e.GET("/*", func(c echo.Context) error {
			if c.Request().URL.Path == apiPath+"/slow" {
				<-busy
			}
			return c.NoContent(http.StatusNoContent)
		})
		ask := func(path string) *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
			return w
		}
		done := make(chan int, 2)
		for range 2 {
			go func() { done <- ask(apiPath + "/slow").Code }()
		}
		synctest.Wait()
		if w := ask(apiPath + "/me"); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
			t.Errorf("the third: %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
		}
		for _, path := range []string{"/healthz", "/webhooks/x", apiPath + "/files/1"} {
			if w := ask(path); w.Code != http.StatusNoContent {
				t.Errorf("%s: %d", path, w.Code)
			}
		}
		waits := make(chan int)
		go func() { waits <- ask(apiPath + "/me").Code }()
		synctest.Wait()
		close(busy)
		if code := <-waits; code != http.StatusNoContent {
			t.Errorf("who waited: %d", code)
		}
		for range 2 {
			<-done
		}
	})
}
