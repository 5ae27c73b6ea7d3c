package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"parley/channels"
	"parley/channels/messenger"
	"parley/channels/meta"
	"parley/channels/sandbox"
	"parley/channels/sms"
	"parley/channels/twilio"
	"parley/channels/webchat"
	"parley/channels/whatsapp"
	"parley/demo"
	"parley/desk"
	"parley/feed"
	"parley/floor"
	"parley/queue"
	"parley/routing"
	"parley/routing/rules"
	"parley/store"
	"parley/ui"
	"parley/web"
)

// node is one running server: every part, wired.
type node struct {
	log      *slog.Logger
	name     string
	public   *url.URL
	settings *serveCommand
	release  func() // of the data folder
	ready    atomic.Bool
	leading  atomic.Int32 // more than 0 while this node routes
	figures  *figures
	registry *prometheus.Registry

	store      *store.Store
	redis      *queue.Redis
	commands   queue.Counter // of Redis
	feed       *feed.Feed
	epoch      string // of the log
	floor      *floor.Floor
	router     *routing.Router
	upkeep     *routing.Upkeep
	tidying    *routing.Tidying
	calendars  *routing.Calendars
	adapters   map[string]channels.Adapter
	dispatcher *channels.Dispatcher
	web        *web.Server
	estimator  atomic.Pointer[routing.Estimator]
	sandbox    *sandbox.Sandbox
}

// newNode opens and wires everything; nothing runs yet.
func newNode(ctx context.Context, c *serveCommand, log *slog.Logger) (n *node, err error) {
	n = &node{log: log, settings: c, name: c.Node, release: func() {}}
	defer func() {
		if err != nil {
			n.close()
		}
	}()
	if n.name == "" {
		host, _ := os.Hostname()
		n.name = fmt.Sprintf("%s-%d", strings.ReplaceAll(host, "|", "-"), os.Getpid())
	}
	if n.public, err = c.public(); err != nil {
		return n, err
	}
	if c.postgres() && c.RedisURL == "" {
		log.Warn("PostgreSQL without --redis-url: the queue is inside this process, so this must stay the only node")
	}
	if !c.postgres() {
		if c.RedisURL != "" {
			log.Warn("SQLite with a shared Redis: this must stay the only node")
		}
		release, err := lockDataDir(c.DataDir)
		if err != nil {
			return n, err
		}
		n.release = release
	}
	if err = n.openStore(ctx); err != nil {
		return n, err
	}
	if n.redis, err = queue.Open(ctx, queue.Config{URL: c.RedisURL, Prefix: c.RedisPrefix, Node: n.name, Log: log, Hooks: []redis.Hook{&n.commands}}); err != nil {
		return n, err
	}
	var bus feed.Bus
	if c.RedisURL != "" { // else there is no other node to tell
		bus = n.redis
	}
	n.feed = feed.New(n.store, bus, log)
	n.dispatcher = channels.NewDispatcher(streams{n.redis}, log)
	if c.Demo {
		if err = n.seed(ctx); err != nil {
			return n, err
		}
	}
	snapshot, err := n.store.Live(ctx)
	if err != nil {
		return n, err
	}
	if err = n.feed.Start(ctx, snapshot.Seq); err != nil {
		return n, err
	}
	n.floor = floor.New(snapshot)
	n.router = routing.New(n.floor, n.store, log, time.Now)
	n.upkeep = &routing.Upkeep{Durable: n.store, Endings: n.store, Streams: streams{n.redis}, Sockets: streams{n.redis}, Floor: n.floor, Log: log, Now: time.Now}
	n.calendars = routing.NewCalendars(routing.Calendars{Floor: n.floor, Duty: n.store, Log: log, Now: time.Now})
	if err = n.openWeb(ctx); err != nil {
		return n, err
	}
	n.feed.Subscribe(n.fold)
	keep, err := c.keep()
	n.tidying = &routing.Tidying{Tidy: n.store, Rest: n.store, Keep: keep, Log: log, Now: time.Now}
	return n, err
}

func (n *node) openStore(ctx context.Context) error {
	c := n.settings
	key, err := c.key()
	if err != nil {
		return err
	}
	zone, err := c.zone()
	if err != nil {
		return err
	}
	compile := func(set desk.RuleSet) store.Rules { return rules.Compile(set, zone) }
	n.store, err = store.Open(ctx, store.Config{URL: c.database(), Key: key, Zone: zone, Node: n.name, Log: n.log, CompileRules: compile, Expect: n.expect, OnCommit: func(changes []desk.Change) {
		if n.feed != nil && n.dispatcher != nil { // not while opening
			n.feed.Committed(changes)
			n.dispatcher.Committed(changes)
		}
	}})
	return err
}

// expect is how long a customer who enters a line will wait.
func (n *node) expect(c *desk.Conversation) (low, high time.Duration, ok bool) {
	if e := n.estimator.Load(); e != nil {
		return e.Wait(c)
	}
	return 0, 0, false
}

// seed fills an empty database with the demo, with progress.
func (n *node) seed(ctx context.Context) error {
	shown := -1
	began := time.Now()
	fresh, err := demo.Seed(ctx, n.store, demo.Options{PublicURL: n.public.String(), Hash: web.HashPassword, Seed: 1, Conversations: n.settings.DemoHistory}, func(done, total int) {
		if percent := 100 * done / max(1, total); percent/10 != shown/10 {
			shown = percent
			fmt.Fprintf(os.Stderr, "demo data: %3d %%\n", percent)
		}
	})
	if fresh {
		n.log.Info("demo data made", "took", time.Since(began).Round(time.Millisecond))
	}
	return err
}

// openWeb makes adapters, sandbox and the web server.
func (n *node) openWeb(ctx context.Context) error {
	c := n.settings
	key, err := c.key()
	if err != nil {
		return err
	}
	proxies, err := c.proxies()
	if err != nil {
		return err
	}
	if n.epoch, err = n.store.Epoch(ctx); err != nil {
		return err
	}
	tokens := webchat.NewTokens(key)
	n.adapters = n.allAdapters(tokens)
	n.figures = newFigures(n)
	n.registry = n.figures.registry()
	n.web, err = web.New(web.Config{Store: n.store, PublicURL: n.public, Key: key, Limiter: n.redis, Adapters: n.adapters, UI: ui.Dist(), TrustedProxies: proxies,
		Demo: c.Demo, Version: version, Log: n.log, Registry: n.registry, Checks: n.checks()})
	if err != nil {
		return err
	}
	estimator := &routing.Estimator{History: n.store, Floor: n.floor, Now: time.Now}
	n.estimator.Store(estimator)
	n.web.Live(web.LiveConfig{Floor: n.floor, Feed: n.feed, Bus: n.redis, Beats: n.redis, Connected: streams{n.redis}, Inbound: streams{n.redis},
		Estimator: estimator, Tokens: tokens, Node: n.name, Epoch: n.epoch})
	if c.Demo {
		n.sandbox = sandbox.New(sandbox.Config{PublicURL: n.public.String(), LocalURL: "http://" + c.Addr, Store: sandboxStore{n.store}, Dir: c.DataDir + "/sandbox", Log: n.log})
		n.web.Mount("/sandbox", n.sandbox.Handler())
	}
	return nil
}

// allAdapters lists the channels' adapters: this is the registry.
func (n *node) allAdapters(tokens *webchat.Tokens) map[string]channels.Adapter {
	t := twilio.Options{WebhookURL: func(inbox string) string { return n.public.String() + "/webhooks/" + inbox }, Log: n.log}
	m := meta.Options{Log: n.log}
	out := map[string]channels.Adapter{}
	for _, a := range []channels.Adapter{webchat.New(tokens, nil), sms.New(t), whatsapp.NewTwilio(t), whatsapp.NewMeta(m), messenger.New(m)} {
		out[a.Provider()] = a
	}
	return out
}

// fold takes each change in, in order, before anything shows it.
func (n *node) fold(ch desk.Change) {
	n.store.Saw(&ch)
	switch ch.Type {
	case desk.EvQueueChanged, desk.EvInboxChanged, desk.EvSkillChanged, desk.EvRulesChanged:
		n.store.ForgetConfig()
		if ch.Type == desk.EvQueueChanged && (ch.Data.Before != nil || ch.Data.After != nil) {
			break // the floor takes it from the log
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		if config, err := n.store.Config(ctx); err == nil {
			n.floor.Configure(config)
		} else {
			n.log.Warn("changed configuration not read", "error", err)
		}
		cancel()
	}
	n.floor.Apply(ch)
	n.router.Changed(ch)
	n.calendars.Changed(ch)
	n.web.Apply(ch)
}

// run starts every part; each ends when ctx does.
func (n *node) run(ctx context.Context, g *errgroup.Group) {
	intake := n.redis.Consumer(queue.ConsumerConfig{Kind: queue.Inbound, Handle: n.figures.intake(n.store.Receive), Workers: intakeWorkers, Pace: intakePace, Batch: intakeBatch})
	sender := &channels.Sender{Adapters: n.adapters, Outbox: n.store, Consequences: n.store, FileURL: n.web.FileURL, Log: n.log, Now: time.Now, Answered: n.figures.sent}
	n.upkeep.Sender = sender
	outbound := n.redis.Consumer(queue.ConsumerConfig{Kind: queue.Outbound, Handle: sender.Handle})
	fetcher := &channels.FileFetcher{Adapters: n.adapters, Files: n.store, Log: n.log, Now: time.Now, Wake: n.dispatcher.Files()}
	profiles := &channels.Profiles{Adapters: n.adapters, Naming: n.store, Log: n.log, Wanted: n.dispatcher.Begun()}
	lease := n.routerLease()
	leader := &routing.Leadership{Lease: lease, Probe: lease.Probe, Log: n.log, Lead: func(ctx context.Context) error {
		n.leading.Add(1)
		defer n.leading.Add(-1)
		g, ctx := errgroup.WithContext(ctx)
		g.Go(func() error { return n.router.Lead(ctx) })
		g.Go(func() error { return n.upkeep.Lead(ctx) })
		g.Go(func() error { return n.tidying.Lead(ctx) })
		g.Go(func() error { return n.calendars.Lead(ctx) })
		return g.Wait()
	}}
	for name, run := range map[string]func(context.Context) error{
		"feed": n.follow, "intake": intake.Run, "outbound": outbound.Run, "dispatch": n.dispatcher.Run, "files": fetcher.Run, "profiles": profiles.Run,
		"router": leader.Run, "sockets": n.web.Run, "collect": collect,
		"changes": func(ctx context.Context) error {
			return n.redis.Subscribe(ctx, feed.Channel, n.feed.Received, n.feed.Look)
		},
		"passing": func(ctx context.Context) error {
			return n.redis.Subscribe(ctx, web.PassingChannel, n.web.Passed, func() {})
		},
	} {
		n.start(ctx, g, name, run)
	}
	if n.sandbox != nil {
		n.start(ctx, g, "sandbox", n.sandbox.Run)
	}
	n.ready.Store(true)
}

// follow follows the log. Where that has lost its end it gets another name before
// this node ends: consoles then read everything anew.
func (n *node) follow(ctx context.Context) error {
	err := n.feed.Run(ctx)
	if errors.Is(err, feed.ErrOther) {
		if renewErr := n.store.Renew(ctx, n.epoch); renewErr != nil {
			n.log.Warn("the log keeps its name", "error", renewErr)
		}
	}
	return err
}

func (n *node) start(ctx context.Context, g *errgroup.Group, name string, run func(context.Context) error) {
	g.Go(func() error {
		if err := run(ctx); err != nil && ctx.Err() == nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	})
}

// routerLease is how long a lost node keeps routing to itself: another takes
// over within this and a moment.
const routerLease = 2 * time.Second

func (n *node) routerLease() *queue.Lease { return n.redis.Lease("router", routerLease) }

// The intake is one transaction at a time, of whatever came meanwhile, and under
// load some 100 a second: two beside each other would wait for each other's event
// numbers, and more often than that costs more than it brings.
const (
	intakeWorkers = 1
	intakePace    = 8 * time.Millisecond
	intakeBatch   = 400
)

func (n *node) isReady(context.Context) error {
	if n.ready.Load() {
		return nil
	}
	return desk.Errorf(desk.Unavailable, "the node is starting or leaving")
}

func (n *node) close() {
	if n.redis != nil {
		if err := n.redis.Close(); err != nil && !errors.Is(err, queue.ErrClosed) {
			n.log.Warn("redis not closed", "error", err)
		}
	}
	if n.store != nil {
		if err := n.store.Close(); err != nil {
			n.log.Warn("store not closed", "error", err)
		}
	}
	n.release()
}

// announce says in a few lines where everything is.
func (n *node) announce(took time.Duration) {
	database := "SQLite " + n.settings.database()
	if n.settings.postgres() {
		u, _ := url.Parse(n.settings.database())
		database = "PostgreSQL " + u.Host + u.Path
	}
	redis := "inside this process"
	if n.settings.RedisURL != "" {
		if u, err := url.Parse(n.settings.RedisURL); err == nil {
			redis = "Redis " + u.Host
		}
	}
	fmt.Fprintf(os.Stderr, "\nParley %s is ready after %s\n  console    %s\n  API        %s/api/openapi.json\n  health     %s/readyz, metrics %s/metrics\n  database   %s\n  queue      %s\n  node       %s\n",
		version, took.Round(time.Millisecond), n.public, n.public, n.public, n.public, database, redis, n.name)
	if n.settings.Demo {
		fmt.Fprintf(os.Stderr, "  sandbox    %s/sandbox  (a phone and a shop: be the customer)\n  log in     agent@parley.example, supervisor@parley.example or admin@parley.example, password %s\n", n.public, demo.Password)
	}
	fmt.Fprintln(os.Stderr)
}
