package wire_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"parley/channels"
	"parley/channels/wire"
)

func try(t *testing.T, ctx context.Context, address string) (*wire.Answer, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return wire.Do(&http.Transport{}, req)
}

func class(err error) channels.Class {
	var d *channels.DeliveryError
	if errors.As(err, &d) {
		return d.Class
	}
	return ""
}

func TestNoConnectionIsRetried(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	if _, err := try(t, context.Background(), "http://"+address); class(err) != channels.Retry {
		t.Errorf("refused connection: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := try(t, ctx, "http://"+address); class(err) != channels.Retry {
		t.Errorf("canceled before connecting: %v", err)
	}
}

func TestNoAnswerIsAmbiguous(t *testing.T) {
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/break":
			panic(http.ErrAbortHandler)
		case "/hang":
			<-release
		case "/cut":
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "cut")
		}
	}))
	defer s.Close()
	defer close(release)
	for _, path := range []string{"/break", "/hang", "/cut"} {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		if _, err := try(t, ctx, s.URL+path); class(err) != channels.Ambiguous {
			t.Errorf("%s: %v", path, err)
		}
		cancel()
	}
}

func TestByStatus(t *testing.T) {
	for status, want := range map[int]channels.Class{
		429: channels.SlowDown, 500: channels.Retry, 503: channels.Retry, 502: channels.Ambiguous, 504: channels.Ambiguous,
		401: channels.Broken, 403: channels.Broken, 400: channels.Permanent, 404: channels.Permanent,
	} {
		if d := wire.ByStatus(&wire.Answer{Status: status}, nil); d.Class != want || d.Reason == "" {
			t.Errorf("%d: %s %q, want %s", status, d.Class, d.Reason, want)
		}
	}
	d := wire.ByStatus(&wire.Answer{Status: 503, Header: http.Header{"Retry-After": {"7"}}}, nil)
	if d.After != 7*time.Second {
		t.Errorf("Retry-After 7 gave %s", d.After)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)
	for v, want := range map[string]time.Duration{
		"": 0, "3": 3 * time.Second, " 3 ": 3 * time.Second, "-3": 0, "x": 0, "99999999999999": 0, "86400": time.Hour,
		"Sat, 01 Mar 2025 12:00:20 GMT": 20 * time.Second, "Sat, 01 Mar 2025 11:00:00 GMT": 0,
	} {
		if got := wire.RetryAfter(http.Header{"Retry-After": {v}}, now); got != want {
			t.Errorf("%q: %s, want %s", v, got, want)
		}
	}
}

func TestPartly(t *testing.T) {
	cause := &channels.DeliveryError{Class: channels.Retry, Code: "4", Reason: "Busy."}
	if err := wire.Partly(0, 3, cause); class(err) != channels.Retry {
		t.Errorf("nothing sent: %v", err)
	}
	if err := wire.Partly(1, 3, cause); class(err) != channels.Permanent {
		t.Errorf("one sent: %v must not be tried again", err)
	}
	if err := wire.Partly(1, 3, errors.New("?")); class(err) != channels.Ambiguous {
		t.Errorf("unknown: %v", err)
	}
}
