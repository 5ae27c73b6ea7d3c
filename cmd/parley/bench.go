package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"parley/bench"
)

type benchCommand struct {
	Mode          string        `enum:"default,production,both" default:"both" help:"default (SQLite, queue inside), production (PostgreSQL, Redis) or both."`
	Duration      time.Duration `default:"15s" help:"Length of the load phase."`
	Rate          float64       `help:"Messages a second. Default: 5000 in production mode, 1500 in default mode." placeholder:"N"`
	FindKnee      bool          `name:"find-knee" help:"Raise the rate until the 99th percentile exceeds 50 ms; --rate is where to begin."`
	Agents        int           `default:"200" help:"Agents connected and available."`
	Conversations int           `default:"4000" help:"Conversations they hold together."`
	History       int           `help:"Measure each mode twice: with an empty database, and with so many messages of the past half year in it." placeholder:"N"`
	Keep          bool          `help:"Leave the database with the history on the server of --database-url, and print its name."`
	Sockets       int           `help:"Instead of the load: so many visitors with an idle socket, and a restart of the server under all of them." placeholder:"N"`
	Overload      bool          `help:"Instead of the load: ten times --rate (default: a fifth of the usual), and how soon all is well afterwards."`
	JSON          bool          `name:"json" help:"Print the figures as JSON."`
	DatabaseURL   string        `name:"database-url" help:"A PostgreSQL to use in production mode; the bench makes a database of its own there and drops it. Default: a private one." placeholder:"URL"`
	RedisURL      string        `name:"redis-url" help:"A Redis to use in production mode, under a prefix of the bench's own. Default: a private one." placeholder:"URL"`
}

func (c *benchCommand) Run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	modes := []bench.Mode{bench.Mode(c.Mode)}
	if c.Mode == "both" {
		modes = []bench.Mode{bench.Default, bench.Production}
	}
	measure := func(mode bench.Mode) bench.Config {
		return bench.Config{Mode: mode, Command: []string{self}, Duration: c.Duration, Rate: c.Rate, FindKnee: c.FindKnee,
			Agents: c.Agents, Conversations: c.Conversations, Sockets: c.Sockets, DatabaseURL: c.DatabaseURL, RedisURL: c.RedisURL}
	}
	if c.Sockets > 0 {
		return runModes(c, modes, measure, func(cfg bench.Config) (map[string]*bench.Sockets, error) {
			r, err := bench.RunSockets(ctx, cfg)
			return map[string]*bench.Sockets{string(cfg.Mode): r}, err
		}, bench.WriteSockets)
	}
	if c.Overload {
		return runModes(c, modes, measure, func(cfg bench.Config) (map[string]*bench.Overload, error) {
			r, err := bench.RunOverload(ctx, cfg)
			return map[string]*bench.Overload{string(cfg.Mode): r}, err
		}, bench.WriteOverload)
	}
	return runModes(c, modes, measure, func(cfg bench.Config) (map[string]*bench.Result, error) { return c.load(ctx, cfg) }, bench.WriteTable)
}

// load measures a mode with an empty database, and with a history when one is asked for.
func (c *benchCommand) load(ctx context.Context, cfg bench.Config) (map[string]*bench.Result, error) {
	r, err := bench.Run(ctx, cfg)
	if err != nil || c.History == 0 {
		return map[string]*bench.Result{string(cfg.Mode): r}, err
	}
	cfg.History, cfg.Keep, cfg.WithoutCeilings = c.History, c.Keep, true
	full, err := bench.Run(ctx, cfg)
	if err == nil && full.Database != "" {
		fmt.Fprintln(os.Stderr, "the database with the history stays: "+full.Database)
	}
	return map[string]*bench.Result{string(cfg.Mode): r, string(cfg.Mode) + " with history": full}, err
}

// runModes measures each mode and prints what came out, as a table or as JSON.
func runModes[R any](c *benchCommand, modes []bench.Mode, config func(bench.Mode) bench.Config, run func(bench.Config) (map[string]R, error), table func(io.Writer, []R) error) error {
	all := map[string]R{}
	for _, mode := range modes {
		line := newStatusLine(os.Stderr, "bench "+string(mode)+": ")
		cfg := config(mode)
		cfg.Progress = line.show
		r, err := run(cfg)
		line.end()
		if err != nil {
			return err
		}
		maps.Copy(all, r)
	}
	var results []R
	for _, name := range slices.Sorted(maps.Keys(all)) {
		results = append(results, all[name])
	}
	if !c.JSON {
		return table(os.Stdout, results)
	}
	var out any = results[0]
	if len(results) > 1 {
		out = all
	}
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

// statusLine shows what goes on: one line that changes, on a terminal; a line
// for each step where it would only fill a log.
type statusLine struct {
	out      *os.File
	prefix   string
	terminal bool
	step     string
	shown    time.Time
}

func newStatusLine(out *os.File, prefix string) *statusLine {
	info, err := out.Stat()
	return &statusLine{out: out, prefix: prefix, terminal: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

func (l *statusLine) show(step string, done, total int) {
	if step == l.step && (!l.terminal || time.Since(l.shown) < 100*time.Millisecond && done < total) {
		return
	}
	l.step, l.shown = step, time.Now()
	if !l.terminal {
		fmt.Fprintln(l.out, l.prefix+step)
		return
	}
	text := l.prefix + step
	if total > 0 {
		text += fmt.Sprintf("  %d of %d", done, total)
	}
	fmt.Fprintf(l.out, "\r\x1b[K%s", text)
}

func (l *statusLine) end() {
	if l.terminal {
		fmt.Fprint(l.out, "\r\x1b[K")
	}
}
