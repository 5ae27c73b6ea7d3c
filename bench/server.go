package bench

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"parley/store"
)

// server is a parley of the bench's own, in a process of its own.
type server struct {
	addr   string
	dir    string
	cmd    *exec.Cmd
	exited chan struct{}
	parts  *parts
	idleMB float64
	// readyAfter is how long the start took.
	readyAfter time.Duration
}

const (
	startPatience = 30 * time.Second
	stopPatience  = 12 * time.Second
)

// key is the secret key of one run.
func newKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	return key
}

// startServer runs `serve` on a free port. It is stopped by stop.
func startServer(ctx context.Context, command []string, p *parts, key []byte) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := l.Addr().String()
	_ = l.Close()
	return startServerAt(ctx, addr, command, p, key)
}

// startServerAt runs `serve` on an address that is free.
func startServerAt(ctx context.Context, addr string, command []string, p *parts, key []byte) (*server, error) {
	s := &server{addr: addr, dir: p.dir, parts: p, exited: make(chan struct{})}
	args := append(command[1:len(command):len(command)], "serve", "--addr", s.addr, "--data-dir", p.dir, "--log-level", "warn", "--node", "bench")
	if p.databaseURL != "" {
		args = append(args, "--database-url", p.databaseURL)
	}
	if p.redisURL != "" {
		args = append(args, "--redis-url", p.redisURL, "--redis-prefix", p.prefix)
	}
	out, err := os.Create(filepath.Join(p.dir, "server.log"))
	if err != nil {
		return nil, err
	}
	defer out.Close()
	s.cmd = exec.Command(command[0], args...)
	s.cmd.Stdout, s.cmd.Stderr = out, out
	s.cmd.Env = []string{"PARLEY_SECRET_KEY=" + hex.EncodeToString(key)}
	for _, v := range os.Environ() {
		// Settings meant for another server must not reach this one.
		if !strings.HasPrefix(v, "PARLEY_") || strings.HasPrefix(v, "PARLEY_PPROF=") {
			s.cmd.Env = append(s.cmd.Env, v)
		}
	}
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = s.cmd.Wait()
		close(s.exited)
	}()
	if err := s.ready(ctx); err != nil {
		err = fmt.Errorf("the server did not become ready: %w\n%s", err, s.logTail())
		s.stop()
		return nil, err
	}
	s.readyAfter = time.Since(began)
	s.idleMB = resident(s.pid())
	return s, nil
}

func (s *server) pid() int { return s.cmd.Process.Pid }

func (s *server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.addr+"/readyz", nil)
		if err != nil {
			return err
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-s.exited:
			return errors.New("it ended by itself")
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.exited:
	case <-time.After(stopPatience):
		_ = s.cmd.Process.Kill()
		<-s.exited
	}
}

// logTail is the end of what the server has logged: warnings and errors.
func (s *server) logTail() string {
	b, _ := os.ReadFile(filepath.Join(s.dir, "server.log"))
	return string(b[max(0, len(b)-4000):])
}

// usage is what has been used since the start, by part.
type usage struct {
	server, database, redis, load time.Duration
	statements, commands          float64
}

// usage reads what all parts have used up to now.
func (s *server) usage(ctx context.Context) (usage, error) {
	u := usage{server: cpu(s.pid())}
	if s.parts.databasePID > 0 {
		u.database = cpu(s.parts.databasePID)
	}
	if s.parts.redisPID > 0 {
		u.redis = cpu(s.parts.redisPID)
	}
	// The load is this process, whose children are counted by themselves.
	own := stat(os.Getpid())
	u.load = time.Duration(field(own, statUser)+field(own, statSystem)) * tick
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.addr+"/metrics", nil)
	if err != nil {
		return u, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return u, err
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		switch name {
		case "parley_database_statements_total":
			u.statements, _ = strconv.ParseFloat(value, 64)
		case "parley_redis_commands_total":
			u.commands, _ = strconv.ParseFloat(value, 64)
		}
	}
	return u, lines.Err()
}

// since is what was used between two moments.
func (u usage) since(before usage) usage {
	return usage{u.server - before.server, u.database - before.database, u.redis - before.redis, u.load - before.load,
		u.statements - before.statements, u.commands - before.commands}
}

// storeConfig is how the bench itself opens the database, before the server does.
func (p *parts) storeConfig(key []byte) store.Config {
	url := p.databaseURL
	if url == "" {
		url = filepath.Join(p.dir, "parley.db")
	}
	return store.Config{URL: url, Key: key, Node: "bench"}
}
