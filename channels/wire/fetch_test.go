package wire_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/channels/wire"
	"parley/desk"
)

func get(t *testing.T, p wire.Policy, source string) (string, error) {
	t.Helper()
	body, _, err := p.Get(context.Background(), source)
	if err != nil {
		return "", err
	}
	defer body.Close()
	b, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), nil
}

func bearer(r *http.Request) { r.Header.Set("Authorization", "Bearer secret") }

func TestFetchFromTheConfiguredBase(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "image/png; charset=binary")
		_, _ = io.WriteString(w, "bytes of "+r.URL.Path)
	}))
	defer s.Close()
	p := wire.Policy{Base: s.URL + "/graph", Authorize: bearer}
	body, kind, err := p.Get(context.Background(), s.URL+"/media/1")
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if b, _ := io.ReadAll(body); string(b) != "bytes of /media/1" || kind != "image/png; charset=binary" {
		t.Errorf("got %q of type %q", b, kind)
	}
}

// A host on the list is still refused when its name turns out to be ours.
func TestFetchRefusesPrivateAddressesWhenConnecting(t *testing.T) {
	hit := false
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hit = true }))
	defer s.Close()
	hosts := []string{"localhost", "127.0.0.1", "::1", "2130706433", "0x7f000001", "127.1", "169.254.169.254", "::ffff:127.0.0.1"}
	for _, host := range hosts {
		name := host
		if strings.Contains(name, ":") {
			name = "[" + name + "]"
		}
		_, err := get(t, wire.Policy{Hosts: hosts, Base: "https://simulator.example"}, "https://"+name+"/file")
		if err == nil {
			t.Errorf("fetched from %s", host)
			continue
		}
		var private *wire.ErrPrivate
		// The odd spellings of an address are names to some resolvers and nothing to others.
		if odd := strings.ContainsAny(host, "x") || host == "2130706433" || host == "127.1"; !odd && !errors.As(err, &private) {
			t.Errorf("%s: %v, want a refused address", host, err)
		}
	}
	if hit {
		t.Error("a private address was reached")
	}
}

func TestFetchRefusesByAddressText(t *testing.T) {
	p := wire.Policy{Hosts: []string{"api.example.com", ".cdn.example.com"}, Base: "http://127.0.0.1:1"}
	for _, source := range []string{
		"http://api.example.com/file",            // no TLS
		"https://api.example.com:8443/file",      // another port
		"https://api.example.com@evil.example/x", // a user that looks like a host
		"https://user:pass@api.example.com/file",
		"https://evil-api.example.com/file",
		"https://cdn.example.com.evil.example/file",
		"https://notcdn.example.com/file",
		"file:///etc/passwd", "gopher://api.example.com/", "//api.example.com/file", "", "\x00", "https://",
		"http://127.0.0.1:2/file",  // the base's host, another port
		"https://127.0.0.1:1/file", // the base's host, another scheme
		"http://x@127.0.0.1:1/file",
	} {
		if _, err := get(t, p, source); desk.CodeOf(err) != desk.Forbidden {
			t.Errorf("%q: %v, want forbidden", source, err)
		}
	}
}

func TestFetchJudgesEachHop(t *testing.T) {
	var reached, leaked bool
	inner := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		reached, leaked = true, leaked || r.Header.Get("Authorization") != ""
	}))
	defer inner.Close()
	var target string
	outer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, target, http.StatusFound)
	}))
	defer outer.Close()
	for _, target = range []string{inner.URL + "/admin", "http://169.254.169.254/latest/meta-data", "http://[::ffff:127.0.0.1]:80/", "https://evil.example/", "file:///etc/passwd", outer.URL + "/again"} {
		if _, err := get(t, wire.Policy{Hosts: []string{"127.0.0.1"}, Base: outer.URL, Authorize: bearer}, outer.URL+"/start"); desk.CodeOf(err) != desk.Forbidden {
			t.Errorf("redirect to %s: %v, want forbidden", target, err)
		}
	}
	if reached || leaked {
		t.Error("a redirect led to another server")
	}
}

func TestFetchWithoutCredentials(t *testing.T) {
	var given []string
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		given = append(given, r.Header.Get("Authorization"))
	}))
	defer s.Close()
	if _, err := get(t, wire.Policy{Base: s.URL}, s.URL); err != nil || len(given) != 1 || given[0] != "" {
		t.Errorf("credentials seen: %q, error %v", given, err)
	}
}

func TestFetchStatuses(t *testing.T) {
	status := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	defer s.Close()
	for code, want := range map[int]desk.Code{
		404: desk.NotFound, 410: desk.NotFound, 401: desk.Forbidden, 403: desk.Forbidden, 500: desk.Unavailable, 503: desk.Unavailable, 429: desk.Unavailable, 302: desk.NotFound,
	} {
		status = code
		if _, err := get(t, wire.Policy{Base: s.URL}, s.URL); desk.CodeOf(err) != want {
			t.Errorf("status %d: %v, want %s", code, err, want)
		}
	}
	s.Close()
	if _, err := get(t, wire.Policy{Base: s.URL}, s.URL); desk.CodeOf(err) != desk.Unavailable {
		t.Errorf("closed server: %v", err)
	}
}

// A small compressed answer must not become a huge one here.
func TestFetchDoesNotDecompress(t *testing.T) {
	asked := "?"
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked = r.Header.Get("Accept-Encoding") }))
	defer s.Close()
	if _, err := get(t, wire.Policy{Base: s.URL}, s.URL); err != nil || asked != "" {
		t.Errorf("asked for encoding %q, error %v", asked, err)
	}
}
