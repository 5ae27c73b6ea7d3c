package queue

import (
	"context"
	"crypto/tls"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/redis/go-redis/v9"

	"parley/desk"
	"parley/testenv"
)

func TestParseURL(t *testing.T) {
	type options = redis.UniversalOptions
	for raw, want := range map[string]options{
		"redis://localhost":                        {Addrs: []string{"localhost:6379"}},
		"redis://:s%40crt@10.0.0.1:7000/3":         {Addrs: []string{"10.0.0.1:7000"}, Password: "s@crt", DB: 3},
		"redis://u:p@[::1]:7000?db=2":              {Addrs: []string{"[::1]:7000"}, Username: "u", Password: "p", DB: 2},
		"redis://[::1]":                            {Addrs: []string{"[::1]:6379"}},
		"redis+sentinel://a,b:7/mymaster?db=1":     {Addrs: []string{"a:26379", "b:7"}, MasterName: "mymaster", DB: 1},
		"redis+sentinel://:p@a/m/4":                {Addrs: []string{"a:26379"}, MasterName: "m", Password: "p", DB: 4},
		"redis+sentinel://a/m?sentinel_password=x": {Addrs: []string{"a:26379"}, MasterName: "m", SentinelPassword: "x"},
		"redis+cluster://u:p@a:1,b:2,c":            {Addrs: []string{"a:1", "b:2", "c:6379"}, Username: "u", Password: "p", IsClusterMode: true},
		"rediss://a":                               {Addrs: []string{"a:6379"}, TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12}},
	} {
		got, err := parseURL(raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if diff := cmp.Diff(&want, got, cmpopts.IgnoreUnexported(tls.Config{})); diff != "" {
			t.Errorf("%s: %s", raw, diff)
		}
	}
	for _, raw := range []string{
		"", "localhost:6379", "http://a", "redis://", "redis://a:0", "redis://a:99999", "redis://a,b", "redis://a/x", "redis://a/-1",
		"redis://:hunter2%zz@a", "redis://a?pool=3", "redis+sentinel://a", "redis+cluster://a/1", "redis+unix:///x", "redis://:hunter2@a:b",
	} {
		options, err := parseURL(raw)
		if err == nil {
			t.Errorf("%s: accepted as %+v", raw, options)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error shows the password: %v", err)
		}
	}
}

func FuzzParseURL(f *testing.F) {
	for _, raw := range []string{"redis://u:p@a:1/2", "rediss+sentinel://a,b:2/m?db=1", "redis+cluster://[::1]:7,a", "redis+://0]0", "redis://@:%"} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		options, err := parseURL(raw)
		if err != nil {
			return
		}
		for _, addr := range options.Addrs {
			if host, port, err := net.SplitHostPort(addr); err != nil || host == "" || port == "" {
				t.Errorf("%q gave the address %q", raw, addr)
			}
		}
	})
}

func TestOpenWithoutURLNeedsNothing(t *testing.T) {
	t.Parallel()
	r, seen := node(t, backend{}), &journal{}
	background(t, r.Consumer(ConsumerConfig{Kind: Inbound, Handle: seen.handle, Workers: 1}).Run)
	for n := range 10 {
		push(t, r, item(0, n))
	}
	await(t, "all items", seen.has(10))
	checkOrder(t, seen.all(), 1, 10)
}

func TestEmbeddedServerAsksForAPassword(t *testing.T) {
	t.Parallel()
	server, err := startEmbedded()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	host, _, _ := net.SplitHostPort(server.server.Addr())
	if !net.ParseIP(host).IsLoopback() {
		t.Errorf("it listens on %s", host)
	}
	client := redis.NewClient(&redis.Options{Addr: server.server.Addr()})
	defer client.Close()
	if err := client.Ping(t.Context()).Err(); err == nil {
		t.Error("it answers without a password")
	}
}

func TestOpenSaysWhenRedisIsNotThere(t *testing.T) {
	t.Parallel()
	server := testenv.RedisServer(t)
	server.Stop()
	begin := time.Now()
	if r, err := Open(t.Context(), Config{URL: server.URL}); err == nil {
		_ = r.Close()
		t.Error("opened")
	}
	if took := time.Since(begin); took > 3*time.Second {
		t.Errorf("took %s", took)
	}
}

// With Redis frozen nobody may wait long, and limits must not lock people out.
func TestAFrozenRedisHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	server := testenv.RedisServer(t)
	r := node(t, backend{url: server.URL})
	server.Pause()
	for what, call := range map[string]func() bool{
		"allow": func() bool { return r.Allow(t.Context(), "k", 0, time.Minute) },
		"push":  func() bool { return r.Push(t.Context(), Inbound, []desk.Work{item(0, 0)}) != nil },
		"push with a deadline": func() bool {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			defer cancel()
			return r.Push(ctx, Inbound, []desk.Work{item(0, 0)}) != nil
		},
	} {
		begin := time.Now()
		if !call() {
			t.Errorf("%s: the wrong answer", what)
		}
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%s took %s", what, took)
		}
	}
}
