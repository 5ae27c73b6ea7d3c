package faults

import (
	"flag"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"parley/testenv"
)

var length = flag.Duration("faults.for", 0, "how long the suite injects faults; 0: the short form")

// seed is printed with every result; FAULT_SEED gives the same again.
func seed(t *testing.T) uint64 {
	t.Helper()
	if text := os.Getenv("FAULT_SEED"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("FAULT_SEED: %q is not a number", text)
		}
		return n
	}
	return uint64(time.Now().UnixNano())
}

var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "parley-faults-")
	if err != nil {
		return "", err
	}
	return Build(dir)
})

func server(t *testing.T) string {
	t.Helper()
	p, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func start(t *testing.T, cfg RigConfig) *Rig {
	t.Helper()
	if cfg.Program == "" {
		cfg.Program = server(t)
	}
	cfg.Dir = t.TempDir()
	r, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func plan(t *testing.T, injections ...Injection) Plan {
	p := Plan{Driver: DriverConfig{Customers: 24, Think: 400 * time.Millisecond}, Warm: 2 * time.Second, Cool: 2 * time.Second,
		Gap: time.Second, Hold: 3 * time.Second, Injections: injections, Progress: t.Logf}
	if *length > 0 {
		p.Length, p.Gap, p.Hold = *length, 3*time.Second, 8*time.Second
		p.Driver.Customers = 60
	}
	return p
}

// run plays a plan and fails with what the checker tells.
func run(t *testing.T, cfg RigConfig, p Plan) {
	t.Helper()
	t.Logf("FAULT_SEED=%d", cfg.Seed)
	h, err := Play(t.Context(), start(t, cfg), p)
	if err != nil {
		t.Fatalf("FAULT_SEED=%d\n%v", cfg.Seed, err)
	}
	if b := Check(h); len(b) > 0 {
		t.Errorf("FAULT_SEED=%d\n%s", cfg.Seed, Summary(b))
	}
	t.Logf("%d said, %d events, %d actions, %d sends", len(h.Said), len(h.Tables.Events), len(h.Actions), len(h.Sends))
}

func several(t *testing.T, nodes int) RigConfig {
	return RigConfig{Nodes: nodes, Agents: 10, Seed: seed(t), Postgres: testenv.PostgresServer(t), Redis: testenv.RedisServer(t, "--enable-protected-configs", "yes")}
}

func TestNodesComeAndGo(t *testing.T) {
	t.Parallel()
	run(t, several(t, 2), plan(t, NodeFaults...))
}

func TestRedisComesAndGoes(t *testing.T) {
	t.Parallel()
	run(t, several(t, 2), plan(t, RedisFaults...))
}

func TestTheDatabaseComesAndGoes(t *testing.T) {
	t.Parallel()
	run(t, several(t, 2), plan(t, PostgresFaults...))
}

func TestKilledAtTheWorstMoments(t *testing.T) {
	t.Parallel()
	run(t, several(t, 2), plan(t, append(Points, ProviderFaults...)...))
}

func TestDefaultMode(t *testing.T) {
	t.Parallel()
	run(t, RigConfig{Nodes: 1, Agents: 10, Seed: seed(t)}, plan(t, append(append(append([]Injection{}, NodeFaults...), DiskFull...), AfterSend)...))
}
