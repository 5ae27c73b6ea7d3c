package faults

import (
	"context"
	"fmt"
	mrand "math/rand/v2"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// Injection is one kind of fault. Run puts it in, keeps it for its time and takes
// it out; the rig is waited for afterwards.
type Injection struct {
	Kind string
	Run  func(ctx context.Context, on *Target) error
}

// Target is what an injection works on.
type Target struct {
	rig    *Rig
	driver *Driver
	dice   *mrand.Rand
	node   *Node // one node, chosen by the dice
	// Hold is how long faults that last are kept.
	hold time.Duration
}

func (t *Target) index() int {
	for i, n := range t.rig.nodes {
		if n == t.node {
			return i
		}
	}
	return 0
}

// wait lets the fault last.
func (t *Target) wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// NodeFaults are those of the nodes themselves; any mode knows them.
var NodeFaults = []Injection{
	{"node: kill -9", func(ctx context.Context, on *Target) error {
		on.node.kill()
		on.wait(ctx, on.hold/2)
		return nil
	}},
	{"node: SIGSTOP, SIGCONT", func(ctx context.Context, on *Target) error {
		on.node.signal(syscall.SIGSTOP)
		on.wait(ctx, on.hold)
		on.node.signal(syscall.SIGCONT)
		return nil
	}},
	{"node: SIGTERM, drain", func(_ context.Context, on *Target) error {
		if !on.node.drain() {
			return fmt.Errorf("node %s did not end within %v of SIGTERM\n%s", on.node.Name, drainPatience, on.node.logTail())
		}
		return nil
	}},
	{"sockets: all dropped", func(_ context.Context, on *Target) error {
		for _, a := range on.driver.agents {
			a.console.drop()
		}
		for _, c := range on.driver.watchers {
			c.drop()
		}
		return nil
	}},
}

// maxRevoked keeps enough agents at work.
const maxRevoked = 2

// Revoke disables an agent, whose sockets have to end wherever they are.
var Revoke = Injection{"agent: disabled by the administrator", func(ctx context.Context, on *Target) error {
	d := on.driver
	if d.revoked == maxRevoked {
		return nil
	}
	d.revoked++
	who := d.agents[len(d.agents)-d.revoked].me
	for try := 0; ; try++ {
		began := time.Now()
		status := d.ask(ctx, on.rig.admin().token, "PATCH", "/api/v1/agents/"+who.id, map[string]any{"enabled": false}, nil)
		d.record(Action{Kind: Disable, Agent: who.id, Status: status, At: began, Done: time.Now()})
		if status == http.StatusOK {
			return nil
		}
		if try == 20 {
			return fmt.Errorf("an agent could not be disabled: %d", status)
		}
		on.wait(ctx, 200*time.Millisecond)
	}
}}

// inject runs one injection and writes down when it was.
func (d *Driver) inject(ctx context.Context, in Injection, on *Target) error {
	f := Fault{Kind: in.Kind, Node: on.node.Name, Begin: time.Now(), ClockLies: strings.HasPrefix(in.Kind, "clock")}
	err := in.Run(ctx, on)
	f.End = time.Now()
	if err == nil {
		err = d.rig.awaitReady(ctx)
	}
	f.Ready = time.Now()
	d.mu.Lock()
	d.faults = append(d.faults, f)
	d.mu.Unlock()
	if err != nil {
		return fmt.Errorf("%s: %w", in.Kind, err)
	}
	return nil
}
