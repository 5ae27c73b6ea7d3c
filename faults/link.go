package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/Shopify/toxiproxy/v2/stream"
	"github.com/Shopify/toxiproxy/v2/toxics"
	"github.com/rs/zerolog"
)

// link is a proxy on the way from one node to its database or Redis, to cut, to
// slow down, and to listen on.
type link struct {
	proxy *toxiproxy.Proxy
}

var proxies = sync.OnceValue(func() *toxiproxy.ApiServer {
	toxics.Register("tap", new(tap))
	return toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.New(io.Discard))
})

func newLink(name, upstream string) (*link, error) {
	l := &link{toxiproxy.NewProxy(proxies(), name, "127.0.0.1:0", upstream)}
	if err := l.proxy.Start(); err != nil {
		return nil, fmt.Errorf("faults: proxy %s: %w", name, err)
	}
	return l, nil
}

func (l *link) addr() string { return l.proxy.Listen }

// cut ends all connections and refuses new ones until mend.
func (l *link) cut() { l.proxy.Stop() }

func (l *link) mend() error {
	if l.proxy.Enabled {
		return nil
	}
	return l.proxy.Start()
}

// lead points the link at another server; connections to the old one end.
func (l *link) lead(upstream string) error {
	return l.proxy.Update(&toxiproxy.Proxy{Listen: l.proxy.Listen, Upstream: upstream, Enabled: true})
}

// add puts a toxic on the link; heal takes all away.
func (l *link) add(kind, direction string, attributes map[string]any) error {
	body, err := json.Marshal(map[string]any{"type": kind, "name": kind + direction, "stream": direction, "attributes": attributes})
	if err != nil {
		return err
	}
	_, err = l.proxy.Toxics.AddToxicJson(bytes.NewReader(body))
	return err
}

func (l *link) heal() { l.proxy.Toxics.ResetToxics(context.Background()) }

func (l *link) close() { l.proxy.Stop() }

// tap shows what passes to a function before it is passed on; when that says
// so, nothing passes on this connection any more.
type tap struct {
	ID int `json:"id"`
}

var taps = struct {
	sync.Mutex
	show []func([]byte) (pass bool)
}{}

// listen calls show with every piece of data in a direction ("upstream": to the server).
func (l *link) listen(direction string, show func([]byte) (pass bool)) error {
	taps.Lock()
	taps.show = append(taps.show, show)
	n := len(taps.show) - 1
	taps.Unlock()
	return l.add("tap", direction, map[string]any{"id": n})
}

// Pipe implements toxics.Toxic.
func (t *tap) Pipe(stub *toxics.ToxicStub) {
	taps.Lock()
	show := taps.show[t.ID]
	taps.Unlock()
	for {
		select {
		case <-stub.Interrupt:
			return
		case c := <-stub.Input:
			if c == nil || !show(c.Data) {
				stub.Close()
				drop(stub.Input)
				return
			}
			stub.Output <- c
		}
	}
}

// drop lets the sender of a closed connection go on.
func drop(input <-chan *stream.StreamChunk) {
	for range input {
		continue
	}
}
