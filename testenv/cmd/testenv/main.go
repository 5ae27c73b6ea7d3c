// Command testenv runs a command with a private PostgreSQL and Redis, which
// the command finds in PARLEY_TEST_POSTGRES and PARLEY_TEST_REDIS, and ends
// both with it. PARLEY_CHROMIUM names the installed browser, if there is one.
//
//	go run ./testenv/cmd/testenv go test ./...
//
// Without a command it prints the variables and waits for Ctrl-C or the end of
// its standard input.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"parley/testenv"
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

func run(command []string) (int, error) {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)

	pg, err := testenv.StartPostgres()
	if err != nil {
		return 1, err
	}
	defer pg.Close()
	redis, err := testenv.StartRedis()
	if err != nil {
		return 1, err
	}
	defer redis.Close()

	env := []string{testenv.PostgresVar + "=" + pg.URL, "PARLEY_TEST_REDIS=" + redis.URL}
	if chromium, err := testenv.ChromiumBin(); err == nil {
		env = append(env, "PARLEY_CHROMIUM="+chromium)
	}
	if len(command) == 0 {
		for _, line := range env {
			fmt.Println(line)
		}
		ended := make(chan struct{})
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			close(ended)
		}()
		select {
		case <-signals:
		case <-ended:
		}
		return 0, nil
	}
	return child(command, env, signals)
}

// child runs command, passes signals on to it and gives its exit code.
func child(command, env []string, signals <-chan os.Signal) (int, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return 127, err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	for {
		select {
		case sig := <-signals:
			_ = cmd.Process.Signal(sig)
		case err := <-done:
			var exit *exec.ExitError
			if errors.As(err, &exit) {
				return max(exit.ExitCode(), 1), nil // -1: ended by a signal
			}
			if err != nil {
				return 1, err
			}
			return 0, nil
		}
	}
}
