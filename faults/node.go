package faults

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Node is one `parley serve`. It keeps its address over restarts.
type Node struct {
	Name string
	Addr string
	dir  string
	argv []string
	env  []string

	mu     sync.Mutex
	cmd    *exec.Cmd
	exited chan struct{}
	ready  bool // as the balancer saw it last
	ended  bool // we ended it: that it is gone is no surprise
}

const (
	startPatience = 60 * time.Second
	drainPatience = 15 * time.Second
)

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// start runs the process; awaitReady tells when it serves.
func (n *Node) start() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	out, err := os.OpenFile(n.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	cmd := exec.Command(n.argv[0], n.argv[1:]...)
	cmd.Stdout, cmd.Stderr, cmd.Env = out, out, n.env
	// The kernel ends the node when this process ends, however it does.
	cmd.SysProcAttr = childAttributes()
	if err := cmd.Start(); err != nil {
		return err
	}
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(exited)
	}()
	n.cmd, n.exited, n.ended = cmd, exited, false
	return nil
}

func (n *Node) logPath() string { return filepath.Join(n.dir, n.Name+".log") }

// signal sends sig to the process, if there is one.
func (n *Node) signal(sig syscall.Signal) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cmd != nil {
		_ = n.cmd.Process.Signal(sig)
	}
}

func (n *Node) gone() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.exited
}

func (n *Node) expectEnd() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ended = true
}

// kill is kill -9, and waits until the process is gone.
func (n *Node) kill() {
	if gone := n.gone(); gone != nil {
		n.expectEnd()
		n.signal(syscall.SIGKILL)
		<-gone
	}
}

// drain is SIGTERM; false when the process had to be killed.
func (n *Node) drain() bool {
	n.expectEnd()
	n.signal(syscall.SIGTERM)
	select {
	case <-n.gone():
		return true
	case <-time.After(drainPatience):
		n.kill()
		return false
	}
}

// asksReady is what a load balancer asks: whether the node should get requests.
func (n *Node) asksReady(ctx context.Context) bool {
	status, _ := n.health(ctx)
	return status == http.StatusOK
}

// isWhole tells whether nothing that the node depends on is away.
func (n *Node) isWhole(ctx context.Context) bool {
	_, state := n.health(ctx)
	return state == "ok"
}

func (n *Node) health(ctx context.Context) (status int, state string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+n.Addr+"/readyz", nil)
	if err != nil {
		return 0, ""
	}
	res, err := probe.Do(req)
	if err != nil {
		return 0, ""
	}
	defer res.Body.Close()
	var body struct{ Status string }
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil {
		return res.StatusCode, ""
	}
	return res.StatusCode, body.Status
}

var probe = &http.Client{Timeout: 2 * time.Second}

// awaitReady waits until the node says that it is ready and misses nothing; an error when it ended
// or took too long.
func (n *Node) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	exited := n.gone()
	for !n.isWhole(ctx) {
		select {
		case <-exited:
			return fmt.Errorf("node %s ended by itself\n%s", n.Name, n.logTail())
		case <-ctx.Done():
			return fmt.Errorf("node %s did not become ready: %w\n%s", n.Name, ctx.Err(), n.logTail())
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

// logTail is the end of the node's log without what is logged for every request
// while something is down.
func (n *Node) logTail() string {
	b, _ := os.ReadFile(n.logPath())
	var kept []string
	for line := range strings.Lines(string(b)) {
		often := func(words string) bool { return strings.Contains(line, words) }
		if !slices.ContainsFunc([]string{"msg=request", `"check failed"`, `"no profile"`, "not on the stream"}, often) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept[max(0, len(kept)-25):], "")
}

// again starts the node when it has ended; an error when it did by itself.
func (n *Node) again() error {
	select {
	case <-n.gone():
	default:
		return nil
	}
	n.mu.Lock()
	expected := n.ended
	n.mu.Unlock()
	if !expected {
		return fmt.Errorf("node %s ended by itself\n%s", n.Name, n.logTail())
	}
	return n.start()
}

var errNobody = errors.New("faults: no node is ready")

// lastLogged gives the last line that the node has logged with some words; it
// begins with its time.
func (n *Node) lastLogged(words string) string {
	b, _ := os.ReadFile(n.logPath())
	last := ""
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "time=") && strings.Contains(line, words) {
			last = line
		}
	}
	return last
}
