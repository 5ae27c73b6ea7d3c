package faults

import (
	"context"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"
)

// balancer does what stands before the nodes in production: it asks each often
// whether it is ready, and gives requests to those that are. Providers reach the
// nodes through it; customers and agents ask it for a node.
type balancer struct {
	nodes  []*Node
	server *http.Server
	addr   string
	end    context.CancelFunc
	asking sync.WaitGroup
}

const askEvery = 100 * time.Millisecond

func newBalancer() (*balancer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &balancer{addr: l.Addr().String()}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			if n := b.pick(); n != nil {
				r.SetURL(&url.URL{Scheme: "http", Host: n.Addr})
			}
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
	b.server = &http.Server{Handler: proxy}
	go func() { _ = b.server.Serve(l) }()
	return b, nil
}

// watch begins to ask the nodes.
func (b *balancer) watch(ctx context.Context, nodes []*Node) {
	ctx, b.end = context.WithCancel(ctx)
	b.nodes = nodes
	for _, n := range nodes {
		b.asking.Go(func() {
			for ctx.Err() == nil {
				asked, cancel := context.WithTimeout(ctx, time.Second)
				ready := n.asksReady(asked)
				cancel()
				n.mu.Lock()
				n.ready = ready
				n.mu.Unlock()
				select {
				case <-ctx.Done():
				case <-time.After(askEvery):
				}
			}
		})
	}
}

// pick gives a node that is ready; any, when none is: readiness also says
// whether Redis answers, and without Redis the nodes go on.
func (b *balancer) pick() *Node {
	var ready []*Node
	for _, n := range b.nodes {
		n.mu.Lock()
		if n.ready {
			ready = append(ready, n)
		}
		n.mu.Unlock()
	}
	if len(ready) == 0 {
		ready = b.nodes
	}
	if len(ready) == 0 {
		return nil
	}
	return ready[rand.IntN(len(ready))]
}

func (b *balancer) close() {
	if b.end != nil {
		b.end()
	}
	b.asking.Wait()
	_ = b.server.Close()
}
