package testenv

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// The janitor ignores the signals a terminal sends to everybody, because it has
// to outlive the test process. A server that hangs gets five seconds, and a
// process that a test froze cannot act on anything but SIGKILL.
const janitorScript = `
trap "" INT TERM HUP
cat >/dev/null
pids=$(cat "$1/pids" 2>/dev/null)
if [ -n "$pids" ]; then
	kill -s "$2" $pids 2>/dev/null
	n=0
	while kill -0 $pids 2>/dev/null && [ $n -lt 50 ]; do sleep 0.1; n=$((n+1)); done
	kill -s KILL $pids 2>/dev/null
fi
n=0
until rm -rf "$1" 2>/dev/null || [ $n -ge 50 ]; do sleep 0.1; n=$((n+1)); done
`

// janitor owns a server's folder and, through the file pids in it, its processes.
type janitor struct {
	dir  string
	hold io.Closer // the write end of its standard input
	cmd  *exec.Cmd
}

// newJanitor watches over dir. end is the name of the signal (QUIT) for a server
// that is still there when we are not.
func newJanitor(dir, end string) (*janitor, error) {
	cmd := exec.Command("/bin/sh", "-c", janitorScript, "testenv-janitor", dir, end)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	hold, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("testenv: janitor: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("testenv: janitor: %w", err)
	}
	return &janitor{dir: dir, hold: hold, cmd: cmd}, nil
}

// watch names the processes that must not outlive us; none when pids is empty.
func (j *janitor) watch(pids ...int) error {
	words := make([]string, len(pids))
	for i, pid := range pids {
		words[i] = strconv.Itoa(pid)
	}
	path := filepath.Join(j.dir, "pids")
	// Written beside and renamed, so that the janitor never reads half a number.
	if err := os.WriteFile(path+".new", []byte(strings.Join(words, " ")), 0o600); err != nil {
		return fmt.Errorf("testenv: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("testenv: %w", err)
	}
	return nil
}

// close lets the janitor clean up and waits until it has.
func (j *janitor) close() {
	_ = j.hold.Close()
	_ = j.cmd.Wait()
}
