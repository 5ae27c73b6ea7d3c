package faults

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
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
	built = dir
	return Build(dir)
})

// built is where it lies, for TestMain to remove.
var built string

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(built)
	os.Exit(code)
}

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

// plan is the short form, or the long one for a share of the time given.
func plan(t *testing.T, share float64, short, long []Injection) Plan {
	p := Plan{Driver: DriverConfig{Customers: 24, Think: 400 * time.Millisecond}, Warm: 2 * time.Second, Cool: 2 * time.Second,
		Gap: 700 * time.Millisecond, Hold: 2 * time.Second, Injections: short, Progress: t.Logf}
	if *length > 0 {
		p.Length, p.Gap, p.Hold, p.Injections = time.Duration(share*float64(*length)), 3*time.Second, 8*time.Second, long
		p.Warm, p.Cool, p.Driver = 10*time.Second, 8*time.Second, DriverConfig{Customers: 70, Think: 800 * time.Millisecond}
	}
	return p
}

// run plays a plan and fails with what the checker tells.
func run(t *testing.T, cfg RigConfig, p Plan) {
	t.Helper()
	t.Logf("FAULT_SEED=%d", cfg.Seed)
	r := start(t, cfg)
	h, err := Play(t.Context(), r, p)
	if err != nil {
		t.Fatalf("FAULT_SEED=%d\n%v", cfg.Seed, err)
	}
	breaches := check(h)
	if len(breaches) > 0 {
		t.Errorf("FAULT_SEED=%d\n%s%s", cfg.Seed, Summary(breaches), r.Logs())
	}
	report := NewReport(t.Name(), cfg.Seed, h, breaches)
	t.Log(report)
	if *length > 0 {
		fmt.Println(report) // also where the test passes
	}
}

// check is Check. The short form runs beside all other tests, perhaps on a machine
// that has much else to do: there waiting long is told, and waiting a little is not.
func check(h *History) []Breach { return checkWithin(h, idlePatience) }

func checkWithin(h *History, patience time.Duration) []Breach {
	if h.Patience = patience; *length == 0 {
		h.Patience = 8 * time.Second
	}
	return Check(h)
}

// crowdPatience is for a crowd that meets all agents at once: a hundred claims are
// made one after the other.
const crowdPatience = 6 * time.Second

func several(t *testing.T, nodes int) RigConfig {
	return RigConfig{Nodes: nodes, Agents: 10, Seed: seed(t), Postgres: testenv.PostgresServer(t), Redis: testenv.RedisServer(t, "--enable-protected-configs", "yes")}
}

// pickKinds takes the injections whose kinds begin with one of the words.
func pickKinds(from []Injection, words ...string) []Injection {
	var out []Injection
	for _, w := range words {
		i := slices.IndexFunc(from, func(in Injection) bool { return strings.HasPrefix(in.Kind, w) })
		if i < 0 {
			panic("no injection is called " + w)
		}
		out = append(out, from[i])
	}
	return out
}

func TestSeveralNodes(t *testing.T) {
	t.Parallel()
	all := slices.Concat(NodeFaults, RedisFaults, PostgresFaults, ProviderFaults, Points, []Injection{FailOver, Poison, SlowConsoles, Revoke})
	short := pickKinds(all, "agent: disabled", "poison", "node: kill", "node: SIGTERM", "sockets", "redis: kill", "redis: FLUSHALL", "redis: fail-over", "redis: one node hears",
		"postgres: kill", "postgres: pg_terminate", "postgres: fail-over", "provider: takes", "kill -9 after COMMIT", "kill -9 after accepting", "kill -9 before XACK")
	cfg := several(t, 2)
	if *length > 0 {
		cfg.Nodes = 3
	}
	run(t, cfg, plan(t, 1, short, all))
}

func TestDefaultMode(t *testing.T) {
	t.Parallel()
	all := slices.Concat(NodeFaults, ProviderFaults, DiskFull, []Injection{Poison, SlowConsoles, AfterSend})
	short := append(pickKinds(all, "node: kill", "node: SIGTERM", "provider: takes"), append(DiskFull, AfterSend)...)
	run(t, RigConfig{Nodes: 1, Agents: 10, Seed: seed(t)}, plan(t, 0.5, short, all))
}

func TestRedisCluster(t *testing.T) {
	t.Parallel()
	all := slices.Concat(NodeFaults, ClusterFaults)
	cfg := RigConfig{Nodes: 2, Agents: 10, Seed: seed(t), Postgres: testenv.PostgresServer(t), Cluster: testenv.RedisCluster(t)}
	run(t, cfg, plan(t, 0.25, pickKinds(all, "node: kill", "redis cluster: a master killed", "redis cluster: a master cut off", "redis cluster: FLUSHALL"), all))
}

func TestRedisSentinel(t *testing.T) {
	t.Parallel()
	all := append(slices.Clone(NodeFaults), SentinelFaults...)
	cfg := RigConfig{Nodes: 2, Agents: 10, Seed: seed(t), Postgres: testenv.PostgresServer(t), Sentinel: testenv.RedisSentinel(t)}
	run(t, cfg, plan(t, 0.25, pickKinds(all, "node: kill", "redis sentinel: master killed", "redis sentinel: the Sentinel cut off"), all))
}

// The node that routes is killed, and the next one becomes a zombie, while many wait.
func TestAnotherNodeTakesOver(t *testing.T) {
	t.Parallel()
	cfg := several(t, 3)
	cfg.Agents = 24
	waiting, zombie := 150, 5*time.Second
	if *length > 0 {
		waiting, zombie = 1000, 30*time.Second
	}
	t.Logf("FAULT_SEED=%d", cfg.Seed)
	r := start(t, cfg)
	h, result, err := PlayTakeover(t.Context(), r, waiting, zombie)
	if err != nil {
		t.Fatal(err)
	}
	b := checkWithin(h, crowdPatience)
	if len(b) > 0 {
		t.Errorf("FAULT_SEED=%d\n%s%s", cfg.Seed, Summary(b), r.Logs())
	}
	t.Log(result)
	if *length > 0 {
		fmt.Println(result)
	}
}

// A standby that had not received the last of it is promoted: that is lost, and it is
// all that is lost.
func TestAStandbyThatLagsIsPromoted(t *testing.T) {
	t.Parallel()
	cfg := several(t, 2)
	t.Logf("FAULT_SEED=%d", cfg.Seed)
	r := start(t, cfg)
	var loss Loss
	h, err := Play(t.Context(), r, plan(t, 0, []Injection{loseEnd(&loss)}, []Injection{loseEnd(&loss)}))
	if err != nil {
		t.Fatalf("FAULT_SEED=%d\n%v", cfg.Seed, err)
	}
	acked, lost := 0, 0
	h.Said = slices.DeleteFunc(h.Said, func(s Said) bool {
		at := s.Acked.After(loss.From) && s.Acked.Before(loss.To.Add(time.Second))
		if acked++; at && !recorded(h, &s) {
			lost++
			return true
		}
		return false
	})
	breaches := slices.DeleteFunc(check(h), func(b Breach) bool {
		// What agents were told, providers sent and consoles shown in that time is of
		// a log that is no more.
		return slices.Contains([]int{11, 12, 13, 15, 17}, b.Invariant)
	})
	if len(breaches) > 0 {
		t.Errorf("FAULT_SEED=%d\n%s%s", cfg.Seed, Summary(breaches), r.Logs())
	}
	said := fmt.Sprintf("an asynchronous standby %v behind is promoted: %d of %d acknowledged messages and %d events are lost, all of that time",
		loss.To.Sub(loss.From).Round(time.Millisecond), lost, acked, loss.Events)
	t.Log(said)
	if *length > 0 {
		fmt.Println(said)
	}
}

func recorded(h *History, s *Said) bool {
	return slices.ContainsFunc(h.Tables.Messages, func(m Row) bool { return m.InboxID == s.InboxID && m.ExternalID == s.ExternalID })
}

// The disk of the database is full for a while, which only its tables lie on.
func TestTheDatabasesDiskIsFull(t *testing.T) {
	t.Parallel()
	cfg := RigConfig{Nodes: 2, Agents: 10, Seed: seed(t), Postgres: testenv.PostgresOnSmallDisk(t, smallDisk), Redis: testenv.RedisServer(t)}
	only := []Injection{DatabaseDiskFull}
	run(t, cfg, plan(t, 0, only, append(only, NodeFaults[0], DatabaseDiskFull)))
}

// A node's wall clock jumps by hours and by a day while the others' go on. The
// server is built with a clock that can be turned, which means the whole standard
// library anew: the short form only looks whether that could be done.
func TestClocksJump(t *testing.T) {
	t.Parallel()
	if *length == 0 {
		(&mutant{edits: ClockEdits}).fits(t)
		return
	}
	program, err := Build(t.TempDir(), ClockEdits...)
	if err != nil {
		t.Fatal(err)
	}
	cfg := several(t, 2)
	cfg.Program = program
	run(t, cfg, plan(t, 0.25, nil, ClockFaults))
}
