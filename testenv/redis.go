package testenv

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// Redis starts a Redis of the test's own and gives its URL. A start takes some
// 20 ms, and a server of its own is the only full separation: pub/sub and
// FLUSHALL reach over all databases of one server.
func Redis(t testing.TB) string {
	t.Helper()
	return RedisServer(t).URL
}

// RedisServer is Redis for tests that stop or freeze it. It keeps nothing on
// disk, so it comes back empty, unless args (after redis-server's own:
// "--appendonly", "yes") say otherwise. A first one without dashes is the path of
// a configuration file, which Sentinel needs.
func RedisServer(t testing.TB, args ...string) *Server {
	t.Helper()
	s, err := StartRedis(args...)
	if err != nil {
		t.Fatal(err)
	}
	s.t = t
	t.Cleanup(s.close)
	return s
}

// StartRedis is RedisServer outside a test; the caller must Close it.
func StartRedis(args ...string) (*Server, error) {
	bin, err := RedisBin()
	if err != nil {
		return nil, err
	}
	dir, err := newFolder(nil)
	if err != nil {
		return nil, err
	}
	janitor, err := newJanitor(dir, "KILL")
	if err != nil {
		return nil, err
	}
	addr, port, err := freeAddr()
	if err != nil {
		janitor.close()
		return nil, err
	}
	secret := password()
	if i := slices.Index(args, "--requirepass"); i >= 0 && i+1 < len(args) {
		secret = args[i+1] // replicas and the nodes of a cluster share one
	}
	argv := []string{bin}
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		argv, args = append(argv, args[0]), args[1:]
	}
	argv = append(argv, "--port", port, "--bind", "127.0.0.1", "--requirepass", secret, "--dir", dir,
		"--save", "", "--appendonly", "no", "--daemonize", "no")
	s := &Server{
		URL: "redis://:" + secret + "@" + addr + "/0", Addr: addr, dir: dir, janitor: janitor,
		spec: spec{
			name:  "redis-server",
			argv:  append(argv, args...),
			ready: redisReady, orderly: syscall.SIGTERM, abrupt: syscall.SIGKILL,
		},
	}
	if err := launch(s); err != nil {
		return nil, err
	}
	return s, nil
}

// redisReady speaks the few bytes that it takes to know our own server from
// whatever else may have taken the port: the password must fit.
func redisReady(ctx context.Context, rawURL string) error {
	u, err := url.Parse(rawURL)
	if err != nil {
		return err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return err
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	secret, _ := u.User.Password()
	if _, err := fmt.Fprintf(conn, "AUTH %s\r\nPING\r\n", secret); err != nil {
		return err
	}
	lines := bufio.NewScanner(conn)
	for _, want := range []string{"+OK", "+PONG"} {
		if !lines.Scan() {
			return fmt.Errorf("redis closed the connection: %w", context.Cause(ctx))
		}
		if got := strings.TrimSpace(lines.Text()); got != want {
			return fmt.Errorf("redis answered %q", got)
		}
	}
	return nil
}
