package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
	"text/tabwriter"
	"time"

	"parley/channels/webchat"
)

// Sockets is what very many idle visitors cost, and what happens when the server
// restarts under all of them.
type Sockets struct {
	Mode    Mode `json:"mode"`
	Sockets int  `json:"sockets"` // of visitors, who have written nothing
	Agents  int  `json:"agents"`
	// Memory of the server in MB: just started, with the agents and their
	// conversations, and with all visitors besides: the most of them.
	IdleMB    float64 `json:"idle_mb"`
	AgentsMB  float64 `json:"agents_mb"`
	OpenMB    float64 `json:"open_mb"`
	PerSocket float64 `json:"kb_per_socket"`
	OpeningMB float64 `json:"opening_peak_mb"`
	// CPU of the server while nothing happens but pings, in cores.
	IdleCPU float64 `json:"idle_cores"`

	// After the restart, counted from when the server is ready again.
	DownSeconds  float64 `json:"down_seconds"` // from SIGTERM to ready
	AgentsBack   float64 `json:"agents_back_seconds"`
	VisitorsP50  float64 `json:"visitors_back_p50_seconds"`
	VisitorsBack float64 `json:"visitors_back_seconds"`
	Postponed    int64   `json:"postponed"`  // sockets told to come a little later
	Statements   float64 `json:"statements"` // for the return alone
	ReturnMB     float64 `json:"return_peak_mb"`
	AcceptP99    float64 `json:"accept_p99_ms"` // of messages while they return
	ShownP99     float64 `json:"shown_p99_ms"`
	Messages     int     `json:"messages"`
	Lost         int     `json:"lost"`
	Refused      int     `json:"refused"`
}

const (
	// returnRate is how much customers write while everybody returns, for Duration.
	returnRate = 100.0
	// spareFiles are those that are not visitors' sockets.
	spareFiles = 2500
)

// opening is how fast the visitors come the first time, and as long after that
// the server gives back what it took.
func (c Config) opening() time.Duration { return c.Duration / 3 }

// holding is with the usual duration longer than the time between two pings.
func (c Config) holding() time.Duration { return 5 * c.Duration / 3 }

func (c Config) returning() Load { return Load{Rate: returnRate, Duration: c.Duration} }

// RunSockets measures one mode with cfg.Sockets visitors.
func RunSockets(ctx context.Context, cfg Config) (*Sockets, error) {
	cfg, err := cfg.checked()
	if err != nil {
		return nil, err
	}
	if err := enoughFiles(cfg.Sockets + cfg.Agents + spareFiles); err != nil {
		return nil, err
	}
	cfg.Progress("starting", 0, 0)
	p, err := openParts(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer p.close()
	key := newKey()
	tokens := webchat.NewTokens(key)
	w := newWorld(cfg, tokens)
	if err := w.install(ctx, p.storeConfig(key), 0, func(int, int) {}); err != nil {
		return nil, fmt.Errorf("setup: %w", err)
	}
	s, err := startServer(ctx, cfg.Command, p, key)
	if err != nil {
		return nil, err
	}
	c := &crowd{cfg: cfg, parts: p, key: key, server: s, driver: newDriver(s.addr, w), r: &Sockets{Mode: cfg.Mode, Sockets: cfg.Sockets, Agents: cfg.Agents},
		agents: fleet{pause: consolePause}, visitors: fleet{pause: widgetPause}}
	defer func() { c.server.stop() }()
	live, end := context.WithCancel(ctx)
	defer c.end(end)
	c.gather(tokens)
	for _, step := range []func(ctx, live context.Context) error{c.open, c.hold, c.restart} {
		if err := step(ctx, live); err != nil {
			return nil, fmt.Errorf("%w\n%s", err, c.server.logTail())
		}
	}
	return c.r, nil
}

// enoughFiles tells before the start what would fail in the middle. Go raises
// the soft limit to the hard one by itself.
func enoughFiles(need int) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err == nil && limit.Max < uint64(need) {
		return fmt.Errorf("--sockets: a process may open %d files here and this needs %d; raise the hard limit (ulimit -n) or take fewer", limit.Max, need)
	}
	return nil
}

// crowd is the run: the agents' consoles and the visitors' widgets.
type crowd struct {
	cfg      Config
	parts    *parts
	key      []byte
	server   *server
	driver   *driver
	agents   fleet
	visitors fleet
	r        *Sockets
}

// gather makes the clients; nobody connects yet.
func (c *crowd) gather(tokens *webchat.Tokens) {
	d := c.driver
	for n, a := range d.world.agents {
		c.agents.add(&member{door: door{addr: d.addr, buffer: 16 << 10}, path: "/console/ws", headers: "Authorization: Bearer " + a.token + "\r\n",
			hello: func(epoch string, last int64) string {
				if epoch == "" {
					return `{"type":"hello"}`
				}
				return fmt.Sprintf(`{"type":"hello","epoch":%q,"last":%d}`, epoch, last)
			},
			take: func(frame []byte, at time.Time) { d.toAgent(n, frame, at) }})
	}
	inboxes := d.world.webchats()
	for n := range c.cfg.Sockets {
		in := inboxes[n%len(inboxes)]
		token := tokens.Sign(webchat.Claims{Inbox: in.ID, Visitor: newRun() + newRun(), Expires: time.Now().Add(24 * time.Hour)})
		c.visitors.add(&member{door: door{addr: d.addr, from: sourceOf(n), buffer: 1 << 10}, path: "/widget/ws",
			hello: func(_ string, last int64) string {
				if last < 0 {
					return fmt.Sprintf(`{"type":"hello","inbox":%q,"token":%q}`, in.Name, token)
				}
				return fmt.Sprintf(`{"type":"hello","inbox":%q,"token":%q,"last":%d}`, in.Name, token, last)
			},
			take: func([]byte, time.Time) {}})
	}
}

// open lets the agents come and get their conversations, and then the visitors.
func (c *crowd) open(ctx, live context.Context) error {
	c.r.IdleMB = c.server.idleMB
	c.agents.start(live, time.Second)
	if err := c.agents.all(ctx, "agents", time.Time{}, c.progress("agents", &c.agents)); err != nil {
		return err
	}
	if err := c.driver.available(ctx); err != nil {
		return err
	}
	if err := c.driver.arrive(ctx, func(done, total int) { c.cfg.Progress("customers arrive", done, total) }); err != nil {
		return err
	}
	c.r.AgentsMB = resident(c.server.pid())
	c.visitors.start(live, c.cfg.opening())
	if err := c.visitors.all(ctx, "visitors", time.Time{}, c.progress("visitors open", &c.visitors)); err != nil {
		return err
	}
	c.r.OpeningMB = mostResident(c.server.pid())
	return nil
}

func (c *crowd) progress(step string, f *fleet) func(int) {
	return func(done int) { c.cfg.Progress(step, done, len(f.members)) }
}

// hold looks at the server while nothing happens but pings.
func (c *crowd) hold(ctx, _ context.Context) error {
	c.cfg.Progress("holding", 0, 0)
	if !sleep(ctx, c.cfg.opening()) {
		return ctx.Err()
	}
	before, began := cpu(c.server.pid()), time.Now()
	for time.Since(began) < c.cfg.holding() {
		if !sleep(ctx, 100*time.Millisecond) {
			return ctx.Err()
		}
		c.r.OpenMB = max(c.r.OpenMB, resident(c.server.pid()))
	}
	c.r.IdleCPU = (cpu(c.server.pid()) - before).Seconds() / time.Since(began).Seconds()
	c.r.PerSocket = (c.r.OpenMB - c.r.AgentsMB) * 1024 / float64(c.cfg.Sockets)
	if gone := int64(len(c.visitors.members)) - c.visitors.up.Load(); gone > 0 {
		return fmt.Errorf("%d visitors lost their socket while nothing happened", gone)
	}
	return nil
}

// restart ends the server and starts it again; customers go on writing.
func (c *crowd) restart(ctx, _ context.Context) error {
	c.cfg.Progress("restarting", 0, 0)
	ended := time.Now()
	c.server.stop()
	gone := time.Now()
	s, err := startServerAt(ctx, c.server.addr, c.cfg.Command, c.parts, c.key)
	if err != nil {
		return err
	}
	ready := time.Now()
	c.server, c.r.DownSeconds = s, ready.Sub(ended).Seconds()
	moved := c.visitors.moved.Load()
	before, err := s.usage(ctx)
	if err != nil {
		return err
	}
	c.driver.hangUp()
	back := make(chan error, 1)
	go func() {
		err := c.agents.all(ctx, "agents", gone, c.progress("agents return", &c.agents))
		back <- errors.Join(err, c.visitors.all(ctx, "visitors", gone, c.progress("visitors return", &c.visitors)))
	}()
	p, err := c.driver.drive(ctx, c.cfg.returning(), func(*phase) {})
	if err := errors.Join(err, <-back); err != nil {
		return err
	}
	after, err := s.usage(ctx)
	if err != nil {
		return err
	}
	// The same load again, with everybody there: what is more is the return's.
	c.cfg.Progress("the same load again", 0, 0)
	if _, err := c.driver.drive(ctx, c.cfg.returning(), func(*phase) {}); err != nil {
		return err
	}
	calm, err := s.usage(ctx)
	if err != nil {
		return err
	}
	f := figures(p, c.cfg.returning(), after.since(before), 0)
	c.r.AcceptP99, c.r.ShownP99, c.r.Messages, c.r.Lost, c.r.Refused = f.AcceptP99, f.ShownP99, f.Messages, f.Lost, f.Refused
	up := ready.Sub(gone) // the first come before it is known that they can
	_, agents, _ := c.agents.returned(gone)
	p50, last, _ := c.visitors.returned(gone)
	c.r.AgentsBack, c.r.VisitorsP50, c.r.VisitorsBack = (agents - up).Seconds(), (p50 - up).Seconds(), (last - up).Seconds()
	c.r.Postponed, c.r.Statements, c.r.ReturnMB = c.visitors.moved.Load()-moved, max(0, 2*after.statements-before.statements-calm.statements), mostResident(s.pid())
	return nil
}

func (c *crowd) end(cancel func()) {
	cancel()
	c.agents.running.Wait()
	c.visitors.running.Wait()
	c.driver.close()
}

// WriteSockets prints results for people.
func WriteSockets(w io.Writer, results []*Sockets) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := tableOf(t, results)
	number := func(name, format string, of func(*Sockets) float64) {
		row(name, func(r *Sockets) string { return fmt.Sprintf(format, of(r)) })
	}
	row("", func(r *Sockets) string { return string(r.Mode) })
	number("visitors with a socket", "%.0f", func(r *Sockets) float64 { return float64(r.Sockets) })
	number("agents", "%.0f", func(r *Sockets) float64 { return float64(r.Agents) })
	number("server's memory idle, MB", "%.0f", func(r *Sockets) float64 { return r.IdleMB })
	number("with agents and conversations", "%.0f", func(r *Sockets) float64 { return r.AgentsMB })
	number("with all sockets", "%.0f", func(r *Sockets) float64 { return r.OpenMB })
	number("kB per socket", "%.1f", func(r *Sockets) float64 { return r.PerSocket })
	number("while they open, most", "%.0f", func(r *Sockets) float64 { return r.OpeningMB })
	number("CPU for pings alone, cores", "%.3f", func(r *Sockets) float64 { return r.IdleCPU })
	row("", func(*Sockets) string { return "" })
	number("restart: not ready, s", "%.1f", func(r *Sockets) float64 { return r.DownSeconds })
	number("all agents back after, s", "%.1f", func(r *Sockets) float64 { return r.AgentsBack })
	number("visitors back, half of them, s", "%.1f", func(r *Sockets) float64 { return r.VisitorsP50 })
	number("visitors back, all, s", "%.1f", func(r *Sockets) float64 { return r.VisitorsBack })
	number("told to come later", "%.0f", func(r *Sockets) float64 { return float64(r.Postponed) })
	number("statements for that", "%.0f", func(r *Sockets) float64 { return r.Statements })
	number("server's memory, most, MB", "%.0f", func(r *Sockets) float64 { return r.ReturnMB })
	number("accepted p99 meanwhile, ms", "%.1f", func(r *Sockets) float64 { return r.AcceptP99 })
	number("shown p99 meanwhile, ms", "%.1f", func(r *Sockets) float64 { return r.ShownP99 })
	row("messages / lost / refused", func(r *Sockets) string { return fmt.Sprintf("%d / %d / %d", r.Messages, r.Lost, r.Refused) })
	return t.Flush()
}
