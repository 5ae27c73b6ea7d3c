package testenv

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// PostgresVar names the environment variable by which testenv's command hands
// its PostgreSQL to the test processes that it runs.
const PostgresVar = "PARLEY_TEST_POSTGRES"

var shared struct {
	once   sync.Once
	server *Server // kept, or its janitor's pipe is collected and closes
	url    string
	err    error
}

// Postgres gives the URL of a fresh, empty database, dropped when the test
// ends. All tests of a process, and under testenv's command all processes,
// share one server: what a test must not share (a restart, server settings)
// wants a PostgresServer. It does not fsync: commits survive Kill, not power loss.
func Postgres(t testing.TB) string {
	t.Helper()
	shared.once.Do(func() {
		if shared.url = os.Getenv(PostgresVar); shared.url != "" {
			return
		}
		if shared.server, shared.err = StartPostgres(); shared.err == nil {
			shared.url = shared.server.URL // ended by its janitor when this process ends
		}
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return freshDatabase(t, shared.url)
}

// PostgresServer is a PostgreSQL of the test's own, to stop, kill and freeze.
// Its URL names an empty database. settings are "name=value" as in
// postgresql.conf; "fsync=on" where durability is what the test is about.
func PostgresServer(t testing.TB, settings ...string) *Server {
	t.Helper()
	s, err := StartPostgres(settings...)
	if err != nil {
		t.Fatal(err)
	}
	s.t = t
	t.Cleanup(s.close)
	return s
}

// StartPostgres is PostgresServer outside a test; the caller must Close it.
func StartPostgres(settings ...string) (*Server, error) { return startPostgres(settings, nil) }

// startPostgres starts the server by way of a wrapper, if one is given: what to put
// before its arguments, by its folder.
func startPostgres(settings []string, wrap func(dir string) ([]string, error)) (*Server, error) {
	bin, err := PostgresBin()
	if err != nil {
		return nil, err
	}
	account, err := unprivileged()
	if err != nil {
		return nil, err
	}
	dir, err := newFolder(account)
	if err != nil {
		return nil, err
	}
	janitor, err := newJanitor(dir, "QUIT")
	if err != nil {
		return nil, err
	}
	addr, port, err := freeAddr()
	if err != nil {
		janitor.close()
		return nil, err
	}
	secret := password()
	if err := initdb(bin, dir, secret, account); err != nil {
		janitor.close()
		return nil, err
	}
	argv := []string{filepath.Join(bin, "postgres"), "-D", filepath.Join(dir, "data")}
	for _, setting := range append([]string{
		"listen_addresses=127.0.0.1", "port=" + port, "unix_socket_directories=",
		"max_connections=300", "shared_buffers=64MB", "fsync=off",
		"timezone=UTC", "log_min_messages=fatal", "log_checkpoints=off",
	}, settings...) {
		argv = append(argv, "-c", setting)
	}
	if wrap != nil {
		before, err := wrap(dir)
		if err != nil {
			janitor.close()
			return nil, err
		}
		argv = append(before, argv...)
	}
	s := &Server{
		URL:  "postgres://parley:" + secret + "@" + addr + "/postgres?sslmode=disable",
		Addr: addr, dir: dir, janitor: janitor,
		spec: spec{name: "postgres", argv: argv, user: account, ready: postgresReady,
			orderly: syscall.SIGINT, abrupt: syscall.SIGQUIT},
	}
	if err := launch(s); err != nil {
		return nil, err
	}
	return s, nil
}

// initdb makes the cluster. The C locale sorts the same on every machine.
func initdb(bin, dir, secret string, account *syscall.Credential) error {
	pwfile := filepath.Join(dir, "password")
	if err := os.WriteFile(pwfile, []byte(secret), 0o600); err != nil {
		return fmt.Errorf("testenv: %w", err)
	}
	if account != nil {
		if err := os.Chown(pwfile, int(account.Uid), int(account.Gid)); err != nil {
			return fmt.Errorf("testenv: %w", err)
		}
	}
	cmd := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "parley",
		"-A", "scram-sha-256", "--pwfile", pwfile, "--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "HOME="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: account}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("testenv: initdb: %w\n%s", err, out)
	}
	return nil
}

// postgresReady logs in; the password tells our server from any other.
func postgresReady(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

func freshDatabase(t testing.TB, server string) string {
	t.Helper()
	name := "test_" + strings.ToLower(password())
	if err := adminExec(server, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		t.Fatalf("testenv: %v", err)
	}
	t.Cleanup(func() {
		// FORCE: a pool that the test left open must not keep its database alive.
		if err := adminExec(server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("testenv: %v", err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("testenv: %v", err)
	}
	u.Path = "/" + name
	return u.String()
}

func adminExec(server, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer conn.Close(context.Background())
	for {
		// 55006: the template is in use, by another process copying it just now.
		if _, err = conn.Exec(ctx, statement); err == nil || !strings.Contains(err.Error(), "55006") || ctx.Err() != nil {
			return err
		}
		pause(ctx, 20*time.Millisecond)
	}
}
