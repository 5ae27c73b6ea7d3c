package testenv_test

import (
	"bufio"
	"context"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"parley/testenv"
)

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func TestPostgresGivesEachTestADatabaseOfItsOwn(t *testing.T) {
	for range 2 {
		conn := connect(t, testenv.Postgres(t))
		if _, err := conn.Exec(t.Context(), "CREATE TABLE only_here (n int)"); err != nil {
			t.Fatal(err) // the second one fails if it sees the first one's table
		}
	}
}

func TestPostgresDropsTheDatabaseOfAFinishedTest(t *testing.T) {
	var url string
	t.Run("finished", func(t *testing.T) { url = testenv.Postgres(t) })
	if conn, err := pgx.Connect(t.Context(), url); err == nil {
		_ = conn.Close(t.Context())
		t.Fatal("the database is still there")
	}
}

func TestPostgresServerKeepsDataOverAKill(t *testing.T) {
	s := testenv.PostgresServer(t)
	conn := connect(t, s.URL)
	if _, err := conn.Exec(t.Context(), "CREATE TABLE kept AS SELECT 42 AS n"); err != nil {
		t.Fatal(err)
	}
	s.Kill()
	// Its child answers until it notices; the test's own time limit ends this.
	for _, err := conn.Exec(t.Context(), "SELECT 1"); err == nil; _, err = conn.Exec(t.Context(), "SELECT 1") {
		continue
	}
	s.Start()
	var n int
	if err := connect(t, s.URL).QueryRow(t.Context(), "SELECT n FROM kept").Scan(&n); err != nil || n != 42 {
		t.Fatalf("after the restart: %d, %v", n, err)
	}
}

func TestPostgresServerTakesSettings(t *testing.T) {
	s := testenv.PostgresServer(t, "fsync=on")
	var fsync string
	if err := connect(t, s.URL).QueryRow(t.Context(), "SHOW fsync").Scan(&fsync); err != nil || fsync != "on" {
		t.Fatalf("fsync = %q, %v", fsync, err)
	}
}

func TestPauseFreezesAndResumeThaws(t *testing.T) {
	pg, redisServer := testenv.PostgresServer(t), testenv.RedisServer(t)
	conn := connect(t, pg.URL)
	options, err := redis.ParseURL(redisServer.URL)
	if err != nil {
		t.Fatal(err)
	}
	options.ContextTimeoutEnabled = true
	client := redis.NewClient(options)
	defer client.Close()

	asks := map[string]func(context.Context) error{
		"postgres": conn.Ping,
		"redis":    func(ctx context.Context) error { return client.Ping(ctx).Err() },
	}
	for name, server := range map[string]*testenv.Server{"postgres": pg, "redis": redisServer} {
		server.Pause()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		if err := asks[name](ctx); err == nil {
			t.Errorf("%s answered while frozen", name)
		}
		cancel()
		server.Resume()
	}
	if err := client.Ping(t.Context()).Err(); err != nil {
		t.Errorf("redis after Resume: %v", err)
	}
	connect(t, pg.URL)
}

func TestRedisServerStopsAndStartsOnTheSameAddress(t *testing.T) {
	s := testenv.RedisServer(t)
	options, err := redis.ParseURL(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	defer client.Close()
	if err := client.Set(t.Context(), "k", "v", 0).Err(); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	if conn, err := net.Dial("tcp", s.Addr); err == nil {
		_ = conn.Close()
		t.Fatal("a stopped server accepts connections")
	}
	s.Start()
	if n, err := client.Exists(t.Context(), "k").Result(); err != nil || n != 0 {
		t.Fatalf("after the restart: %d keys, %v; want an empty server", n, err)
	}
}

func TestChromiumRuns(t *testing.T) {
	out, err := exec.Command(testenv.Chromium(t), "--version").Output()
	if err != nil || !strings.Contains(string(out), "Chrom") {
		t.Fatalf("%q, %v", out, err)
	}
}

// TestMain turns this binary into the process that TestKilled kills.
func TestMain(m *testing.M) {
	if os.Getenv("TESTENV_VICTIM") == "" {
		os.Exit(m.Run())
	}
	for _, start := range []func(...string) (*testenv.Server, error){testenv.StartPostgres, testenv.StartRedis} {
		s, err := start()
		if err != nil {
			panic(err)
		}
		os.Stdout.WriteString(s.Addr + "\n")
	}
	select {}
}

func TestKilledProcessLeavesNoServerAndNoFiles(t *testing.T) {
	folder := t.TempDir()
	for dir := folder; dir != os.TempDir() && dir != "/"; dir = dir[:strings.LastIndexByte(dir, '/')] {
		if err := os.Chmod(dir, 0o755); err != nil { // PostgreSQL's user must reach it
			t.Fatal(err)
		}
	}
	victim := exec.Command(os.Args[0])
	victim.Env = append(os.Environ(), "TESTENV_VICTIM=1", "TMPDIR="+folder)
	victim.Stderr = os.Stderr
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var addrs []string
	for len(addrs) < 2 && lines.Scan() {
		addrs = append(addrs, lines.Text())
	}
	if len(addrs) != 2 {
		t.Fatalf("the victim started %d servers", len(addrs))
	}
	if err := victim.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = victim.Wait()

	await(t, "the servers to end", func() bool {
		for _, addr := range addrs {
			if conn, err := net.Dial("tcp", addr); err == nil {
				_ = conn.Close()
				return false
			}
		}
		return true
	})
	await(t, "the folder to be empty", func() bool {
		left, err := os.ReadDir(folder)
		return err == nil && len(left) == 0
	})
}

func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(15 * time.Second); !ok(); {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
