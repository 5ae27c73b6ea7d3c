package testenv

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// PostgresBin finds the folder with PostgreSQL's server programs. Debian and
// Ubuntu keep them off PATH, one folder a version; the highest one wins.
func PostgresBin() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real // the other programs are beside it
		}
		return filepath.Dir(path), nil
	}
	best, version := "", -1
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	for _, path := range found {
		bin := filepath.Dir(path)
		if n, err := strconv.Atoi(filepath.Base(filepath.Dir(bin))); err == nil && n > version {
			best, version = bin, n
		}
	}
	if best != "" {
		return best, nil
	}
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		bin := strings.TrimSpace(string(out))
		if _, err := os.Stat(filepath.Join(bin, "initdb")); err == nil {
			return bin, nil
		}
	}
	return "", missing("PostgreSQL's server (initdb)", "postgresql")
}

// RedisBin finds redis-server, or valkey-server in its place.
func RedisBin() (string, error) {
	for _, name := range []string{"redis-server", "valkey-server"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", missing("redis-server", "redis-server")
}

// ChromiumBin finds a Chromium or Chrome; PARLEY_CHROMIUM names another one.
func ChromiumBin() (string, error) {
	if path := os.Getenv("PARLEY_CHROMIUM"); path != "" {
		if _, err := exec.LookPath(path); err != nil {
			return "", fmt.Errorf("testenv: PARLEY_CHROMIUM: %w; name an executable Chromium or unset it", err)
		}
		return path, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", missing("chromium", "chromium")
}

// Chromium gives the path of the installed browser.
func Chromium(t testing.TB) string {
	t.Helper()
	path, err := ChromiumBin()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func missing(what, pkg string) error {
	return fmt.Errorf("testenv: %s is not installed: run scripts/install-deps or `apt-get install %s`", what, pkg)
}

// unprivileged gives the account for servers that refuse to run as root: nil
// when we are not root ourselves.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.ParseUint(u.Uid, 10, 32)
		gid, errGID := strconv.ParseUint(u.Gid, 10, 32)
		if errUID == nil && errGID == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, fmt.Errorf("testenv: PostgreSQL does not run as root, and there is no user postgres or nobody: add one or run the tests as another user")
}

// childrenOf lists the processes whose parent is pid, from /proc; none where
// there is no /proc.
func childrenOf(pid int) []int {
	var found []int
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it ended meanwhile
		}
		// "pid (name) state parent …", and the name may hold blanks and brackets.
		_, rest, ok := strings.Cut(string(stat[max(0, strings.LastIndexByte(string(stat), ')')):]), " ")
		fields := strings.Fields(rest)
		if !ok || len(fields) < 2 || fields[1] != strconv.Itoa(pid) {
			continue
		}
		if child, err := strconv.Atoi(filepath.Base(filepath.Dir(path))); err == nil {
			found = append(found, child)
		}
	}
	return found
}
