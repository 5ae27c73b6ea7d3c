package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"golang.org/x/sync/errgroup"
)

// profile serves Go's profiles on an address that only this machine reaches:
// they tell a lot about the process, and taking one slows it down.
func (n *node) profile(ctx context.Context, g *errgroup.Group, addr string) error {
	if at := (network{Addr: addr}); !at.loopback() {
		return fmt.Errorf("--pprof: %q can be reached by others; take an address such as localhost:6060", addr)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("--pprof: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	n.start(ctx, g, "profiles", func(ctx context.Context) error {
		defer context.AfterFunc(ctx, func() { _ = server.Close() })()
		return server.Serve(l)
	})
	return nil
}
