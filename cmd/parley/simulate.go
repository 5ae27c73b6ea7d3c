package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"parley/routing"
	"parley/routing/simulate"
)

type simulateCommand struct {
	settings     `embed:""`
	replayFlags  `embed:""`
	Scenario     string   `arg:"" optional:"" help:"Scenario file (YAML); docs/routing.md describes it." type:"existingfile"`
	Compare      []string `help:"Policies to compare on the same customers, instead of the scenario's."`
	JSON         bool     `name:"json" help:"Print one JSON object a policy."`
	HTML         string   `name:"html" placeholder:"FILE" help:"Write a report with pictures, too."`
	Seed         *uint64  `help:"Instead of the scenario's."`
	Replications *int     `help:"Instead of the scenario's."`
	Quiet        bool     `help:"Show no progress."`
}

// Run simulates and prints; an interrupt ends it without figures.
func (c *simulateCommand) Run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch {
	case c.Replay != "" && c.Scenario != "":
		return errors.New("give a scenario file or --replay, not both")
	case c.Replay != "":
		return c.replay(ctx)
	case c.Scenario == "":
		return errors.New("give a scenario file, or --replay FROM..TO for a recorded period")
	case len(c.Set)+len(c.Queue)+len(c.Skill) > 0:
		return errors.New("--set, --queue and --skill go with --replay; a scenario file says these things itself")
	}
	c.Compare = append(c.Policy, c.Compare...)
	s, err := simulate.ReadScenario(os.DirFS(filepath.Dir(c.Scenario)), filepath.Base(c.Scenario))
	if err != nil {
		return err
	}
	if c.Seed != nil {
		s.Seed = *c.Seed
	}
	if c.Replications != nil {
		if *c.Replications < 1 {
			return fmt.Errorf("--replications: must be at least 1")
		}
		s.Replications = *c.Replications
	}
	policies := []routing.Policy{s.Policy}
	if len(c.Compare) > 0 {
		policies = policies[:0]
	}
	for _, name := range c.Compare {
		p, err := routing.ParsePolicy(name)
		if err != nil {
			return fmt.Errorf("--compare: %w", err)
		}
		policies = append(policies, p)
	}
	results, err := simulate.Run(ctx, s, policies, c.progress("simulated"))
	if err != nil {
		return err
	}
	if c.HTML != "" {
		if err := c.write(func(w io.Writer) error { return simulate.WriteHTML(w, s, results) }); err != nil {
			return fmt.Errorf("--html: %w", err)
		}
	}
	if c.JSON {
		return simulate.WriteJSON(os.Stdout, results)
	}
	return simulate.WriteTable(os.Stdout, s, results)
}

func (c *simulateCommand) write(report func(io.Writer) error) error {
	f, err := os.Create(c.HTML)
	if err != nil {
		return err
	}
	return errors.Join(report(f), f.Close())
}

// progress draws a bar on standard error; where that is no terminal, a line for
// each tenth.
func (c *simulateCommand) progress(what string) func(done, total int) {
	if c.Quiet {
		return nil
	}
	info, err := os.Stderr.Stat()
	terminal := err == nil && info.Mode()&os.ModeCharDevice != 0
	began, shown := time.Now(), 0
	return func(done, total int) {
		const width = 40
		took := time.Since(began).Round(100 * time.Millisecond)
		if !terminal {
			if tenth := 10 * done / total; tenth > shown {
				shown = tenth
				fmt.Fprintf(os.Stderr, "%s %d %% after %s\n", what, 10*tenth, took)
			}
			return
		}
		full := width * done / total
		fmt.Fprintf(os.Stderr, "\r[%s%s] %s %3d %%, %s ", strings.Repeat("█", full), strings.Repeat("·", width-full), what, 100*done/total, took)
		if done == total {
			fmt.Fprint(os.Stderr, "\r\033[K")
		}
	}
}
