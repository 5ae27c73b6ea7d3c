package queue

import (
	"crypto/rand"
	"fmt"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// embeddedTick is how often the embedded server's expiry clock is moved. Its own
// ClockTTL would look at every key at every command.
const embeddedTick = 250 * time.Millisecond

// embedded is the server of the default mode. It listens on TCP: the library's
// in-process pipe has no buffer, and pipelines deadlock in it.
type embedded struct {
	url     string
	server  *miniredis.Miniredis
	stop    chan struct{}
	stopped chan struct{}
}

func startEmbedded() (*embedded, error) { return startEmbeddedAt("127.0.0.1:0", rand.Text()) }

func startEmbeddedAt(addr, password string) (*embedded, error) {
	server := miniredis.NewMiniRedis()
	server.RequireAuth(password)
	if err := server.StartAddr(addr); err != nil {
		return nil, fmt.Errorf("queue: embedded Redis: %w", err)
	}
	e := &embedded{
		url:     "redis://:" + password + "@" + server.Addr(),
		server:  server,
		stop:    make(chan struct{}),
		stopped: make(chan struct{}),
	}
	go e.tick()
	return e, nil
}

func (e *embedded) tick() {
	defer close(e.stopped)
	ticker := time.NewTicker(embeddedTick)
	defer ticker.Stop()
	last := time.Now()
	for {
		select {
		case <-e.stop:
			return
		case <-ticker.C:
			now := time.Now()
			e.server.FastForward(now.Sub(last))
			last = now
		}
	}
}

func (e *embedded) Close() error {
	close(e.stop)
	<-e.stopped
	e.server.Close()
	return nil
}
