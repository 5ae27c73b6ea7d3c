package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"parley/channels/webchat"
)

// Mode is one of the ways to run Parley.
type Mode string

const (
	Default    Mode = "default"    // SQLite, and Redis inside the server
	Production Mode = "production" // PostgreSQL and Redis
)

// Config of one run.
type Config struct {
	Mode Mode
	// Command is the parley to measure; `serve` and its flags are added.
	Command []string
	// Load is how long the load phase takes, and at how many messages a second.
	// A zero rate is the mode's usual one.
	Duration time.Duration
	Rate     float64
	// FindKnee raises the rate from Rate until the 99th percentile of the time to
	// the agent's socket exceeds 50 ms; the figures are of the last rate below.
	FindKnee bool
	// History is how many messages of the past half year the database is filled
	// with before the load.
	History int
	// Keep leaves the database behind, in production mode with a DatabaseURL.
	Keep bool
	// Agents who are connected and available; Conversations they hold together.
	Agents, Conversations int
	// Sockets is how many visitors keep a socket open in RunSockets.
	Sockets int
	// DatabaseURL and RedisURL of servers to use in production mode; empty: private ones.
	DatabaseURL, RedisURL string
	// WithoutCeilings leaves out what the machine itself can do.
	WithoutCeilings bool
	// Progress is told what goes on; nil: nobody is. total is 0 where there is no end known.
	Progress func(step string, done, total int)
}

// The light phase: so few messages that nothing waits for anything.
const (
	lightRate    = 100.0
	lightReplies = 20.0
	lightMost    = 10 * time.Second
)

// usualRate is what a mode is loaded with when nothing else is asked.
func usualRate(m Mode) float64 {
	if m == Production {
		return 5000
	}
	return 1500
}

func (c Config) checked() (Config, error) {
	switch {
	case c.Mode != Default && c.Mode != Production:
		return c, fmt.Errorf("--mode: %q is not default or production", c.Mode)
	case len(c.Command) == 0:
		return c, errors.New("no server to measure")
	case c.Agents < 1 || c.Agents > 2000:
		return c, errors.New("--agents: take 1 to 2000")
	case c.Conversations < visitorShare || c.Conversations > 99999:
		return c, fmt.Errorf("--conversations: take %d to 99999", visitorShare)
	case c.Conversations > 900*c.Agents:
		return c, errors.New("--conversations: an agent can hold at most 900; take fewer, or more --agents")
	case c.History < 0 || c.History > 1e9:
		return c, errors.New("--history: take 0 to 1000000000")
	case c.Keep && c.DatabaseURL == "":
		return c, errors.New("--keep: name the PostgreSQL that keeps the database with --database-url")
	case c.Sockets < 0 || c.Sockets > 200_000:
		return c, errors.New("--sockets: take 1 to 200000")
	case c.Duration < time.Second:
		return c, errors.New("--duration: take at least 1s")
	case c.Rate < 0 || c.Rate*c.Duration.Seconds() > 50e6:
		return c, errors.New("--rate: take a positive number, and at most 50 million messages in all")
	}
	if c.Rate == 0 {
		c.Rate = usualRate(c.Mode)
		if c.FindKnee {
			c.Rate /= 2
		}
	}
	if c.Progress == nil {
		c.Progress = func(string, int, int) {}
	}
	return c, nil
}

// Run measures one mode, and ends and removes everything that it started.
func Run(ctx context.Context, cfg Config) (*Result, error) {
	cfg, err := cfg.checked()
	if err != nil {
		return nil, err
	}
	cfg.Progress("starting", 0, 0)
	p, err := openParts(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer p.close()
	r := &Result{Mode: cfg.Mode, History: cfg.History, Database: p.kept, Agents: cfg.Agents, Conversations: cfg.Conversations,
		BesideTheMachine: fmt.Sprintf("%d cores, %s/%s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)}
	if !cfg.WithoutCeilings {
		if r.Ceilings, err = measureCeilings(ctx, cfg, p); err != nil {
			return nil, fmt.Errorf("ceilings: %w", err)
		}
	}
	if err := measure(ctx, cfg, p, r); err != nil {
		return nil, err
	}
	if r.Ceilings != nil && r.Ceilings.Thin > 0 {
		r.Ratio = r.PerSecond / r.Ceilings.Thin
	}
	return r, nil
}

// measure sets the server up and takes it through the phases.
func measure(ctx context.Context, cfg Config, p *parts, r *Result) error {
	key := newKey()
	w := newWorld(cfg, webchat.NewTokens(key))
	cfg.Progress("setting up", 0, 0)
	filling := func(done, total int) { cfg.Progress("writing the past", done, total) }
	if err := w.install(ctx, p.storeConfig(key), cfg.History, filling); err != nil {
		return fmt.Errorf("setup: %w", err)
	}
	s, err := startServer(ctx, cfg.Command, p, key)
	if err != nil {
		return err
	}
	defer s.stop()
	r.ReadyMS = float64(s.readyAfter.Microseconds()) / 1000
	d := newDriver(s.addr, w)
	defer d.close()
	alive, end := context.WithCancel(ctx)
	defer end()
	go d.keepAlive(alive)
	if err := d.connect(ctx); err != nil {
		return fmt.Errorf("agents: %w\n%s", err, s.logTail())
	}
	began := time.Now()
	if err := d.arrive(ctx, func(done, total int) { cfg.Progress("customers arrive", done, total) }); err != nil {
		return fmt.Errorf("customers: %w\n%s", err, s.logTail())
	}
	r.RoutedPerSecond = float64(len(w.contacts)) / time.Since(began).Seconds()
	m := &meter{cfg: cfg, server: s, driver: d}
	light := Load{Rate: min(lightRate, cfg.Rate), Replies: lightReplies, Duration: max(time.Second, min(lightMost, cfg.Duration/2))}
	if r.Light, err = m.take(ctx, "light load", light); err != nil {
		return err
	}
	if cfg.FindKnee {
		err = m.findKnee(ctx, r)
	} else {
		r.Figures, err = m.take(ctx, "load", Load{Rate: cfg.Rate, Duration: cfg.Duration})
	}
	r.Memory = Memory{Idle: s.idleMB, Load: resident(s.pid())}
	r.ReplyP50, r.ReplyP90, r.Replies, r.RepliesLost = r.Light.ReplyP50, r.Light.ReplyP90, r.Light.Replies, r.Light.RepliesLost
	return err
}

// meter takes phases of load and their figures.
type meter struct {
	cfg    Config
	server *server
	driver *driver
}

func (m *meter) take(ctx context.Context, name string, load Load) (Figures, error) {
	before, err := m.server.usage(ctx)
	if err != nil {
		return Figures{}, err
	}
	cuts := m.driver.cuts.Load()
	step := fmt.Sprintf("%s: %.0f/s", name, load.Rate)
	p, err := m.driver.drive(ctx, load, func(p *phase) { m.cfg.Progress(step, int(p.shownN.Load()), len(p.contactOf)) })
	if err != nil {
		return Figures{}, err
	}
	after, err := m.server.usage(ctx)
	if err != nil {
		return Figures{}, err
	}
	return figures(p, load, after.since(before), m.driver.cuts.Load()-cuts), nil
}

// Steps of the search for the knee: each rate is so much above the one before,
// and is tried again once, because neighbours on the machine cause passing dips.
const (
	kneeFactor = 1.2
	kneeSteps  = 30
	kneeMost   = 10 * time.Second
)

func (m *meter) findKnee(ctx context.Context, r *Result) error {
	step := max(2*time.Second, min(kneeMost, m.cfg.Duration/4))
	rate, tried := m.cfg.Rate, 0
	for range kneeSteps {
		f, err := m.take(ctx, "finding the knee", Load{Rate: rate, Duration: step})
		if err != nil {
			return err
		}
		r.Knee = append(r.Knee, f)
		why := f.judge()
		switch {
		case why == "":
			r.Figures, tried = f, 0
			rate *= kneeFactor
		case tried == 0 && r.Messages > 0:
			tried++
		case r.Messages == 0 && rate > 2*lightRate:
			rate /= 2 // the first rate was beyond it already
		default:
			if r.Messages == 0 {
				r.Figures = f
			}
			return nil
		}
	}
	return nil
}
