package faults

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// clockVariable names the file in which a node with ClockEdits looks up by how
// many seconds its wall clock is off.
const clockVariable = "FAULTS_CLOCK_FILE"

// ClockEdits give a build of the server whose wall clock can be turned while it
// runs, for everything in the process. The monotonic clock goes on, as it does
// when a machine's time is set.
var ClockEdits = []Edit{
	{File: "$GOROOT/src/time/time.go", Old: "\tsec, nsec, mono := runtimeNow()\n\tif mono == 0 {\n\t\treturn Time{uint64(nsec), sec + unixToInternal, Local}",
		New: "\tsec, nsec, mono := runtimeNow()\n\tsec += turned.Load()\n\tif mono == 0 {\n\t\treturn Time{uint64(nsec), sec + unixToInternal, Local}"},
	{File: "$GOROOT/src/time/turned.go", New: `package time

import "sync/atomic"

var turned atomic.Int64

// TurnClock makes Now tell a time that is seconds off.
func TurnClock(seconds int64) { turned.Store(seconds) }
`},
	{File: "cmd/parley/clock_turned.go", New: `package main

import (
	"os"
	"strconv"
	"strings"
	"time"
)

func init() {
	go func() {
		for ; ; time.Sleep(20 * time.Millisecond) {
			b, _ := os.ReadFile(os.Getenv("` + clockVariable + `"))
			n, _ := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
			time.TurnClock(n)
		}
	}()
}
`},
}

// ClockFaults turn the clock of one node. They want a build with ClockEdits.
var ClockFaults = []Injection{
	turnClock("clock: one node 1 h ahead", time.Hour), turnClock("clock: one node 1 h behind", -time.Hour),
	turnClock("clock: one node 1 day ahead", 24*time.Hour), turnClock("clock: one node 1 day behind", -24*time.Hour),
}

func turnClock(kind string, by time.Duration) Injection {
	return Injection{kind, func(ctx context.Context, on *Target) error {
		if err := on.rig.setClock(on.node, by); err != nil {
			return err
		}
		on.wait(ctx, on.hold)
		return on.rig.setClock(on.node, 0)
	}}
}

func (r *Rig) clockFile(n *Node) string { return filepath.Join(r.cfg.Dir, "clock-"+n.Name) }

// setClock writes beside and renames, so that the node never reads half a number.
func (r *Rig) setClock(n *Node, by time.Duration) error {
	file := r.clockFile(n)
	if err := os.WriteFile(file+".new", []byte(strconv.Itoa(int(by.Seconds()))), 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}
