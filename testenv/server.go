package testenv

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// startTimeout bounds one start, shutdownTimeout one orderly end.
const (
	startTimeout    = 30 * time.Second
	pollPause       = 20 * time.Millisecond
	shutdownTimeout = 10 * time.Second
)

// Server is a private server of one test, which may stop, kill and freeze it.
// Its methods fail the test when they cannot do what they are named for. They
// are safe for concurrent use.
type Server struct {
	// URL reaches the server with full rights; it stays the same over restarts.
	URL string
	// Addr is its host:port, for a proxy in between.
	Addr string

	t       testing.TB // nil outside tests
	spec    spec
	dir     string
	janitor *janitor

	mu     sync.Mutex
	cmd    *exec.Cmd
	exited chan struct{} // closed when cmd has ended
	frozen []int
}

// spec is what differs between the kinds of server.
type spec struct {
	name    string
	argv    []string
	user    *syscall.Credential // nil: ours
	ready   func(ctx context.Context, url string) error
	orderly syscall.Signal // asks for a clean end
	abrupt  syscall.Signal // ends it at once, with its children
}

// launch makes the folder's janitor and starts the server once.
func launch(s *Server) error {
	if err := s.start(); err != nil {
		s.close()
		return err
	}
	return nil
}

// newFolder makes a temporary folder that user can reach.
func newFolder(user *syscall.Credential) (string, error) {
	var errs []error
	for _, root := range []string{os.TempDir(), "/tmp", "/var/tmp"} {
		if user != nil && !passable(root) {
			continue
		}
		dir, err := os.MkdirTemp(root, "parley-testenv-")
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if user != nil {
			if err := os.Chown(dir, int(user.Uid), int(user.Gid)); err != nil {
				return "", fmt.Errorf("testenv: %w", err)
			}
		}
		return dir, nil
	}
	return "", fmt.Errorf("testenv: no temporary folder that the server's user can enter; set TMPDIR to one: %w", errors.Join(errs...))
}

// passable tells whether everybody may pass through dir and all above it.
func passable(dir string) bool {
	for {
		info, err := os.Stat(dir)
		if err != nil || info.Mode().Perm()&0o001 == 0 {
			return false
		}
		up := filepath.Dir(dir)
		if up == dir {
			return true
		}
		dir = up
	}
}

// freeAddr finds a loopback port that is free now. Somebody may take it before
// the server does; then the server ends at once and the start is tried again.
func freeAddr() (addr, port string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", fmt.Errorf("testenv: %w", err)
	}
	defer l.Close()
	addr = l.Addr().String()
	_, port, err = net.SplitHostPort(addr)
	return addr, port, err
}

// start runs the server and waits until it answers. After a kill, PostgreSQL
// refuses to start until the last of its old children is gone: try until then.
func (s *Server) start() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd != nil {
		return fmt.Errorf("testenv: %s is already running", s.spec.name)
	}
	for {
		if err := s.spawn(); err != nil {
			return err
		}
		err := s.awaitReady(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			s.signal(syscall.SIGKILL)
			<-s.exited
			s.cmd = nil
			return fmt.Errorf("testenv: %s did not start within %s: %w\n%s", s.spec.name, startTimeout, err, s.logTail())
		}
		s.cmd = nil
		pause(ctx, 50*time.Millisecond)
	}
}

// spawn starts the process. Its output goes to a file: a pipe of ours would
// keep `go test` waiting for as long as any child held it.
func (s *Server) spawn() error {
	out, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("testenv: %w", err)
	}
	defer out.Close()
	cmd := exec.Command(s.spec.argv[0], s.spec.argv[1:]...)
	cmd.Dir = s.dir
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Env = append(os.Environ(), "LC_ALL=C", "HOME="+s.dir)
	// Its own session: Ctrl-C in a terminal ends the tests, and the janitor the server.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: s.spec.user}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("testenv: %s: %w", s.spec.name, err)
	}
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(exited)
	}()
	s.cmd, s.exited = cmd, exited
	return s.janitor.watch(cmd.Process.Pid)
}

// awaitReady answers nil when the server answers, an error when it ended or ctx did.
func (s *Server) awaitReady(ctx context.Context) error {
	for {
		once, cancel := context.WithTimeout(ctx, 2*time.Second)
		err := s.spec.ready(once, s.URL)
		cancel()
		if err == nil {
			return nil
		}
		select {
		case <-s.exited:
			return fmt.Errorf("it ended by itself (%w)", err)
		case <-ctx.Done():
			return err
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (s *Server) signal(sig syscall.Signal) {
	if s.cmd != nil {
		_ = s.cmd.Process.Signal(sig)
	}
}

// end sends sig and waits for the process; the caller holds the lock.
func (s *Server) end(sig syscall.Signal) {
	if s.cmd == nil {
		return
	}
	s.thaw()
	s.signal(sig)
	select {
	case <-s.exited:
	case <-time.After(shutdownTimeout):
		s.signal(syscall.SIGKILL)
		<-s.exited
	}
	s.cmd = nil
	_ = s.janitor.watch()
}

func (s *Server) thaw() {
	for _, pid := range s.frozen {
		_ = syscall.Kill(pid, syscall.SIGCONT)
	}
	s.frozen = nil
}

func (s *Server) close() {
	s.mu.Lock()
	s.end(s.spec.abrupt)
	s.mu.Unlock()
	s.janitor.close()
}

func (s *Server) logTail() string {
	log, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil {
		return ""
	}
	return string(log[max(0, len(log)-4000):])
}

// Stop ends the server in order: clients are cut off, data is written.
func (s *Server) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(s.spec.orderly)
}

// Kill ends the server with SIGKILL, as a crash would. PostgreSQL's children
// live on for about a second; Start waits for them.
func (s *Server) Kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(syscall.SIGKILL)
}

// Start starts the server again on the same port with the same files, and
// returns when it answers.
func (s *Server) Start() {
	if err := s.start(); err != nil {
		if s.t == nil {
			panic(err)
		}
		s.t.Helper()
		s.t.Fatal(err)
	}
}

// Pause freezes the server and its children: connections stay open and nothing
// answers. Resume lets it go on.
func (s *Server) Pause() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil || s.frozen != nil {
		return
	}
	pid := s.cmd.Process.Pid
	s.frozen = append([]int{pid}, childrenOf(pid)...)
	_ = s.janitor.watch(s.frozen...)
	for _, pid := range s.frozen {
		_ = syscall.Kill(pid, syscall.SIGSTOP)
	}
}

// Resume ends a Pause.
func (s *Server) Resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.thaw()
	if s.cmd != nil {
		_ = s.janitor.watch(s.cmd.Process.Pid)
	}
}

// Close ends the server and removes its files. Tests need not call it.
func (s *Server) Close() { s.close() }

func password() string { return rand.Text() }

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
