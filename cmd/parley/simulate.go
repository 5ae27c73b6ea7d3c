package main

import (
	"context"
	"errors"
	"fmt"
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
	Scenario     string   `arg:"" help:"Scenario file (YAML); docs/routing.md describes it." type:"existingfile"`
	Compare      []string `help:"Policies to compare on the same customers, instead of the scenario's."`
	JSON         bool     `name:"json" help:"Print one JSON object a policy."`
	HTML         string   `name:"html" placeholder:"FILE" help:"Write a report with pictures, too."`
	Seed         *uint64  `help:"Instead of the scenario's."`
	Replications *int     `help:"Instead of the scenario's."`
	Quiet        bool     `help:"Show no progress."`
}

// Run simulates and prints; an interrupt ends it without figures.
func (c *simulateCommand) Run() error {
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
		if p.Reserve == 0 {
			p = p.WithReserve(s.Reserve)
		}
		policies = append(policies, p)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	results, err := simulate.Run(ctx, s, policies, c.progress())
	if err != nil {
		return err
	}
	if c.HTML != "" {
		if err := c.report(s, results); err != nil {
			return fmt.Errorf("--html: %w", err)
		}
	}
	if c.JSON {
		return simulate.WriteJSON(os.Stdout, results)
	}
	return simulate.WriteTable(os.Stdout, s, results)
}

func (c *simulateCommand) report(s *simulate.Scenario, results []simulate.Result) error {
	f, err := os.Create(c.HTML)
	if err != nil {
		return err
	}
	return errors.Join(simulate.WriteHTML(f, s, results), f.Close())
}

// progress draws a bar on standard error; where that is no terminal, a line for
// each tenth.
func (c *simulateCommand) progress() func(done, total int) {
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
				fmt.Fprintf(os.Stderr, "simulated %d %% after %s\n", 10*tenth, took)
			}
			return
		}
		full := width * done / total
		fmt.Fprintf(os.Stderr, "\r[%s%s] %d of %d replications, %s ", strings.Repeat("█", full), strings.Repeat("·", width-full), done, total, took)
		if done == total {
			fmt.Fprint(os.Stderr, "\r\033[K")
		}
	}
}
