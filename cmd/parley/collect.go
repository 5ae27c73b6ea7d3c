package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	collectLook = time.Second
	// collectRoom bounds what garbage may add to the heap, in bytes.
	collectRoom = 256 << 20
	// collectUsual and collectMost are GOGC's percentages.
	collectUsual, collectMost = 100, 400
)

// collect spares the garbage collector work under load: memory is given until
// there is about one collection a second, within bounds, and taken back when it
// is quiet again. Without it a seventh of a busy server's time goes into
// collections, and an idle one must stay small. Whoever sets GOGC has decided.
func collect(ctx context.Context) error {
	if os.Getenv("GOGC") != "" {
		return nil
	}
	defer debug.SetGCPercent(collectUsual)
	tick := time.NewTicker(collectLook)
	defer tick.Stop()
	figures := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/live:bytes"}}
	metrics.Read(figures)
	before, now := figures[0].Value.Uint64(), collectUsual
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		metrics.Read(figures)
		made, live := figures[0].Value.Uint64()-before, figures[1].Value.Uint64()
		before = figures[0].Value.Uint64()
		// Each change stops the world for a moment: small ones are not worth it.
		if want := collectPercent(made, live); want < now*3/4 || want > now*4/3 || want == collectUsual && now != want {
			debug.SetGCPercent(want)
			now = want
		}
	}
}

// collectPercent is GOGC for a heap of live bytes to which made bytes are added
// in a second.
func collectPercent(made, live uint64) int {
	percent := min(made, collectRoom) * 100 / max(live, 1)
	return int(min(max(percent, collectUsual), collectMost))
}
