package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

type serveCommand struct {
	settings     `embed:""`
	network      `embed:""`
	retention    `embed:""`
	Demo         bool   `env:"PARLEY_DEMO" help:"Demo data and the sandbox at /sandbox. Its passwords are public."`
	DemoAnywhere bool   `name:"demo-anywhere" env:"PARLEY_DEMO_ANYWHERE" help:"Allow --demo on an address others can reach."`
	DemoHistory  int    `name:"demo-history" env:"PARLEY_DEMO_HISTORY" default:"600" help:"Conversations in the demo's past week."`
	Pprof        string `name:"pprof" env:"PARLEY_PPROF" help:"Serve Go profiles at /debug/pprof/ on this loopback address. Default: off." placeholder:"HOST:PORT"`
	Node         string `env:"PARLEY_NODE" help:"Name of this node. Default: host name and process id." placeholder:"NAME"`
}

// Draining, in all under 10 s: sockets are told to go, requests end, then the
// work in hand.
const (
	moveWithin   = 2 * time.Second
	httpPatience = 4 * time.Second
	workPatience = 4 * time.Second
)

func (c *serveCommand) Run() error {
	if _, err := c.keep(); err != nil {
		return err
	}
	if c.Demo && !c.loopback() && !c.DemoAnywhere {
		return fmt.Errorf("--demo has public passwords and %s can be reached by others; listen on localhost, or add --demo-anywhere if you mean it", c.Addr)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := c.logger()
	began := time.Now()
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	defer listener.Close()
	door := &doorway{began: began}
	server := &http.Server{Handler: door, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	defer server.Close()
	work, endWork := context.WithCancel(context.Background())
	defer endWork()
	g, failed := errgroup.WithContext(work)
	g.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	n, err := newNode(ctx, c, log)
	if err != nil {
		return err
	}
	defer n.close()
	if c.Pprof != "" {
		if err := n.profile(failed, g, c.Pprof); err != nil {
			return err
		}
	}
	debug.FreeOSMemory() // a start takes much that serving never needs again
	n.run(failed, g)
	door.open(n.web)
	n.announce(time.Since(began))
	select {
	case <-ctx.Done():
		stop() // a second signal ends the process at once
		log.Info("draining")
	case <-failed.Done():
	}
	n.drain(server)
	endWork()
	return n.wait(g)
}

// drain moves the sockets elsewhere and ends the requests in hand.
func (n *node) drain(server *http.Server) {
	n.ready.Store(false)
	n.web.Drain(moveWithin)
	ctx, cancel := context.WithTimeout(context.Background(), httpPatience)
	defer cancel()
	moved := time.After(moveWithin + 200*time.Millisecond)
	if err := server.Shutdown(ctx); err != nil {
		n.log.Warn("some requests were cut off", "error", err)
		_ = server.Close()
	}
	<-moved
	n.web.Dismiss()
}

// wait lets the work in hand end.
func (n *node) wait(g *errgroup.Group) error {
	ended := make(chan error, 1)
	go func() { ended <- g.Wait() }()
	select {
	case err := <-ended:
		n.log.Info("stopped")
		return err
	case <-time.After(workPatience):
		return errors.New("stopped with work unfinished; what was accepted is safe and goes on at the next start")
	}
}
