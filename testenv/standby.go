package testenv

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// Standby starts a PostgreSQL that follows this one by streaming replication: with
// synchronous, the primary waits for it with every commit from now on. It reaches
// the primary at by, a host:port that leads there. The caller must Close it. Its URL
// has the same database and account.
func (s *Server) Standby(by string, synchronous bool) (*Server, error) {
	bin, err := PostgresBin()
	if err != nil {
		return nil, err
	}
	dir, err := newFolder(s.spec.user)
	if err != nil {
		return nil, err
	}
	janitor, err := newJanitor(dir, "QUIT")
	if err != nil {
		return nil, err
	}
	addr, port, err := freeAddr()
	if err == nil {
		err = s.copyTo(bin, dir, by)
	}
	if err != nil {
		janitor.close()
		return nil, err
	}
	argv := []string{filepath.Join(bin, "postgres"), "-D", filepath.Join(dir, "data")}
	for _, word := range s.spec.argv[3:] {
		if strings.HasPrefix(word, "port=") {
			word = "port=" + port
		}
		argv = append(argv, word)
	}
	standby := &Server{URL: strings.Replace(s.URL, s.Addr, addr, 1), Addr: addr, dir: dir, janitor: janitor,
		spec: spec{name: "postgres standby", argv: argv, user: s.spec.user, ready: postgresReady, orderly: syscall.SIGINT, abrupt: syscall.SIGQUIT}}
	if err := launch(standby); err != nil {
		return nil, err
	}
	if err := s.followed(synchronous); err != nil {
		standby.close()
		return nil, err
	}
	return standby, nil
}

// copyTo copies the server's files as they are, set up to follow it.
func (s *Server) copyTo(bin, dir, by string) error {
	cmd := exec.Command(filepath.Join(bin, "pg_basebackup"), "-D", filepath.Join(dir, "data"), "-d", strings.Replace(s.URL, s.Addr, by, 1), "-X", "stream", "--checkpoint=fast", "--no-sync", "-R")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "HOME="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: s.spec.user}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("testenv: pg_basebackup: %w\n%s", err, out)
	}
	return nil
}

// followed waits until a standby streams, and makes the primary wait for it.
func (s *Server) followed(synchronous bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.URL)
	if err != nil {
		return err
	}
	defer conn.Close(context.Background())
	want := "async"
	if synchronous {
		want = "sync"
		// After the copy was made: the standby itself must wait for nobody.
		for _, statement := range []string{"ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"} {
			if _, err := conn.Exec(ctx, statement); err != nil {
				return err
			}
		}
	}
	for n := 0; n == 0; pause(ctx, pollPause) {
		if err := conn.QueryRow(ctx, "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = $1", want).Scan(&n); err != nil {
			return err
		}
	}
	return nil
}

// Promote makes a standby a primary, and returns when it takes writes.
func (s *Server) Promote() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.URL)
	if err != nil {
		return err
	}
	defer conn.Close(context.Background())
	done := false
	if err := conn.QueryRow(ctx, "SELECT pg_promote(true, 20)").Scan(&done); err != nil {
		return err
	}
	if !done {
		return fmt.Errorf("testenv: the standby was not promoted")
	}
	return nil
}
