package faults

import (
	"context"
	"flag"
	"os"
	"slices"
	"testing"
	"time"

	"parley/channels/sandbox"
)

var withMutants = flag.Bool("faults.mutants", false, "build and run every mutant; without it they are only checked to fit the source")

// mutant is a server with one bug on purpose, the faults under which it shows,
// and the invariants by any of which the checker has to notice.
type mutant struct {
	name    string
	edits   []Edit
	tamper  []string
	faults  []Injection
	rounds  int // of all faults
	catches []int
}

// slowThenKilled gives what is answered too early the time to be lost.
var slowThenKilled = Injection{"postgres slow, then kill -9", func(ctx context.Context, on *Target) error {
	l := on.rig.postgres[on.index()]
	if err := l.add("latency", "upstream", map[string]any{"latency": 60}); err != nil {
		return err
	}
	defer l.heal()
	on.wait(ctx, 700*time.Millisecond)
	on.node.kill()
	return nil
}}

// lateClaims lets every node route, and the claims of one come late.
var lateClaims = Injection{"redis killed, and postgres slow for one node", func(ctx context.Context, on *Target) error {
	on.rig.cfg.Redis.Kill()
	l := on.rig.postgres[on.index()]
	if err := l.add("latency", "upstream", map[string]any{"latency": 400}); err != nil {
		return err
	}
	on.wait(ctx, 2*on.hold)
	l.heal()
	on.rig.cfg.Redis.Start()
	return nil
}}

// afterSendUntold is AfterSend while the provider's news of what it sent are late:
// else they would tell what became of the message.
var afterSendUntold = Injection{"kill -9 after the provider took a message, which it does not tell for long", func(ctx context.Context, on *Target) error {
	on.rig.provider.trouble(sandbox.Faults{DelayMS: 20_000})
	return AfterSend.Run(ctx, on)
}}

var mutants = []mutant{
	{name: "without the unique index on what was accepted",
		edits:  []Edit{{"store/intake.go", `"(inbox_id, provider_id) DO NOTHING RETURNING id"`, `"(id) DO NOTHING RETURNING id"`}},
		tamper: []string{"ALTER TABLE inbound DROP CONSTRAINT inbound_inbox_id_provider_id_key"}, catches: []int{1}},
	{name: "acknowledges before the commit",
		edits: []Edit{{"web/hooks.go", "if err := s.take(ctx, items); err != nil {",
			"go func() { _ = s.take(context.WithoutCancel(ctx), items) }()\n\tif err := error(nil); err != nil {"}},
		faults: []Injection{slowThenKilled}, rounds: 4, catches: []int{1}},
	{name: "without the epoch fence",
		edits: []Edit{
			{"store/offer.go", "if c.State != desk.Waiting || c.Epoch != p.Epoch {", "c.State, c.Epoch = desk.Waiting, p.Epoch\n\t\tif false {"},
		},
		// The index alone refuses a second offer of a conversation that rings.
		tamper: []string{"DROP INDEX offers_one_pending"}, faults: []Injection{lateClaims}, rounds: 4, catches: []int{4, 5, 6, 10, 14}},
	{name: "marks as done before the commit",
		edits:  []Edit{{"store/intake.go", `err := t.Raw("DELETE FROM intake`, `err := t.s.writer.WithContext(t.Statement.Context).Raw("DELETE FROM intake`}},
		faults: pickKinds(Points, "kill -9 before COMMIT"), rounds: 6, catches: []int{1}},
	{name: "XACK before the work, and no sweep",
		edits: []Edit{
			{"queue/gather.go", "err := g.consumer.call(ctx, ids)", "_ = g.consumer.redis.finish(ctx, g.consumer.config.Kind, parts)\n\terr := g.consumer.call(ctx, ids)"},
			{"routing/upkeep.go", "work, err := u.Durable.Unprocessed(ctx, age, sweepLimit)", "work, err := u.Durable.Unprocessed(ctx, age+1000*time.Hour, sweepLimit)"},
		},
		faults: pickKinds(Points, "kill -9 before COMMIT"), rounds: 6, catches: []int{1, 22}},
	{name: "sends again what may have been sent",
		edits: []Edit{{"store/outbox.go", `if err := s.MaybeSent(ctx, id, "The server stopped while sending; it is not known whether the customer got this."); err != nil {`,
			`if err := s.TryLater(ctx, id, s.cfg.Now(), false); err != nil {`}},
		faults: []Injection{afterSendUntold}, rounds: 3, catches: []int{12}},
	{name: "everybody has room for everything",
		edits: []Edit{
			{"desk/agent.go", "func (a *Agent) Free() int { return a.Capacity - a.Load }", "func (a *Agent) Free() int { return a.Capacity }"},
			{"routing/servers.go", "s.a, s.load, s.capacity = a, a.Load, a.Capacity", "s.a, s.load, s.capacity = a, 0, a.Capacity"},
		}, catches: []int{7}},
	{name: "a console that comes back gets nothing of what it missed",
		edits:  []Edit{{"agent/hub.go", "missed, reset = list, false", "missed, reset = list[:0], false"}},
		faults: pickKinds(NodeFaults, "sockets"), rounds: 5, catches: []int{15}},
}

// fits tells whether the edits can still be made.
func (m *mutant) fits(t *testing.T) {
	t.Helper()
	root, err := moduleRoot()
	if err == nil {
		_, err = writeOverlay(root, t.TempDir(), m.edits)
	}
	if err != nil {
		t.Errorf("the mutant does not fit the source any more: %v", err)
	}
}

// The checker must catch real servers with real bugs. `make test-mutants` runs them.
func TestMutantsAreCaught(t *testing.T) {
	t.Parallel()
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			m.fits(t)
			if !*withMutants || t.Failed() {
				return
			}
			t.Parallel()
			dir, err := os.MkdirTemp("", "parley-mutant-")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.RemoveAll(dir) })
			program, err := Build(dir, m.edits...)
			if err != nil {
				t.Fatal(err)
			}
			cfg := several(t, 2)
			cfg.Program, cfg.Tamper = program, m.tamper
			found := m.play(t, cfg)
			caught := slices.IndexFunc(found, func(b Breach) bool { return slices.Contains(m.catches, b.Invariant) })
			if caught < 0 {
				t.Fatalf("FAULT_SEED=%d: not caught by any of %v; the checker says: %s", cfg.Seed, m.catches, Summary(found))
			}
			t.Logf("caught: %s", found[caught])
		})
	}
}

// play is a short run; that the center does not come to rest may be the bug.
func (m *mutant) play(t *testing.T, cfg RigConfig) []Breach {
	t.Helper()
	p := Plan{Driver: DriverConfig{Customers: 24, Think: 300 * time.Millisecond}, Warm: 3 * time.Second, Cool: 2 * time.Second, Gap: 500 * time.Millisecond,
		Hold: 6 * time.Second, Settle: 10 * time.Second, Unrest: true, Progress: t.Logf}
	for range m.rounds {
		p.Injections = append(p.Injections, m.faults...)
	}
	if m.rounds == 0 {
		p.Length = 8 * time.Second
	}
	h, err := Play(t.Context(), start(t, cfg), p)
	if err != nil {
		t.Fatal(err)
	}
	return Check(h)
}
