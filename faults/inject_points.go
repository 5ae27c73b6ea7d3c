package faults

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"parley/desk"
)

// Points are kill -9 at chosen moments. They are seen on the wire, so nothing in
// the server knows of them. Events are written and committed by what is sent at
// once: before the commit is before that.
var Points = []Injection{
	{"kill -9 before COMMIT", func(ctx context.Context, on *Target) error {
		return on.killAt(ctx, on.rig.postgres[on.index()], "upstream", func(b []byte) bool { return bytes.Contains(b, []byte(desk.EvMessageReceived)) })
	}},
	{"kill -9 after COMMIT, before anybody knows", func(ctx context.Context, on *Target) error {
		return on.killAt(ctx, on.rig.postgres[on.index()], "downstream", func(b []byte) bool { return bytes.Contains(b, []byte("COMMIT\x00")) })
	}},
	{"kill -9 after accepting, before the 2xx", func(ctx context.Context, on *Target) error {
		return on.killAt(ctx, on.rig.postgres[on.index()], "downstream", acceptedAlone)
	}},
	{"kill -9 before XACK", func(ctx context.Context, on *Target) error {
		return on.killAt(ctx, on.rig.redis[on.index()], "upstream", func(b []byte) bool { return bytes.Contains(bytes.ToUpper(b), []byte("\r\nXACK\r\n")) })
	}},
	AfterSend,
}

// AfterSend kills a node when a provider has taken a message from it and has not
// answered yet. Whoever sends is not known beforehand: all of them go.
var AfterSend = Injection{"kill -9 after the provider took a message", func(ctx context.Context, on *Target) error {
	reached := make(chan struct{})
	var once sync.Once
	on.rig.provider.afterAccept(func() {
		once.Do(func() {
			for _, n := range on.rig.nodes {
				n.kill()
			}
			close(reached)
		})
	})
	defer on.rig.provider.afterAccept(nil)
	return on.reach(ctx, reached)
}}

// pointPatience is how long a chosen moment may take to come.
const pointPatience = 30 * time.Second

func (t *Target) reach(ctx context.Context, reached <-chan struct{}) error {
	select {
	case <-reached:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(pointPatience):
		return fmt.Errorf("the moment did not come within %v", pointPatience)
	}
}

// killAt kills the node when it is about to send, or to hear, something on a link.
func (t *Target) killAt(ctx context.Context, l *link, direction string, moment func([]byte) bool) error {
	reached := make(chan struct{})
	var once sync.Once
	err := l.listen(direction, func(data []byte) bool {
		if !moment(data) {
			return true
		}
		once.Do(func() {
			t.node.kill()
			close(reached)
		})
		return false
	})
	if err != nil {
		return err
	}
	defer l.heal()
	return t.reach(ctx, reached)
}

// acceptedAlone recognizes PostgreSQL's answer to an INSERT that is a transaction
// of its own, which is how webhooks are made durable: "INSERT 0 n", then ready
// and idle.
func acceptedAlone(b []byte) bool {
	return bytes.Contains(b, []byte("INSERT 0 ")) && !bytes.Contains(b, []byte("INSERT 0 0\x00")) && bytes.Contains(b, []byte{'Z', 0, 0, 0, 5, 'I'})
}
