package faults

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"parley/testenv"
)

// RigConfig says what to run.
type RigConfig struct {
	// Program is the server, from Build.
	Program string
	// Nodes is how many; 1 in the default mode.
	Nodes int
	// Postgres is the database's server; nil is the default mode: a SQLite file,
	// and the queue inside the one node.
	Postgres *testenv.Server
	// Redis is the one Redis; Cluster or Sentinel are given in its place.
	Redis    *testenv.Server
	Cluster  *testenv.Cluster
	Sentinel *testenv.Sentinel
	Dir      string // for logs and the SQLite file; must be empty
	Agents   int
	Seed     uint64
	// Tamper is SQL run once the schema is there: mutants lose constraints by it.
	Tamper []string
}

// Rig is one contact center that is up.
type Rig struct {
	cfg      RigConfig
	world    *world
	nodes    []*Node
	postgres []*link // by node
	redis    []*link // by node; with Cluster by master, with Sentinel the one to that
	own      *link   // of the rig itself to PostgreSQL, which may move
	balancer *balancer
	provider *provider
	db       *sql.DB
	dbURL    string
	redisURL string         // of a Cluster or Sentinel, by way of links
	idle     map[string]int // goroutines of each node at the start
	lostEnd  bool           // what statuses are about may be lost
	end      []func()
}

// Start brings everything up and waits until all nodes are ready.
func Start(ctx context.Context, cfg RigConfig) (r *Rig, err error) {
	r = &Rig{cfg: cfg}
	defer func() {
		if err != nil {
			r.Close()
		}
	}()
	if r.balancer, err = newBalancer(); err != nil {
		return r, err
	}
	r.end = append(r.end, r.balancer.close)
	if r.provider, err = newProvider("http://"+r.balancer.addr, cfg.Seed); err != nil {
		return r, err
	}
	r.end = append(r.end, r.provider.close)
	r.world = newWorld(cfg.Agents, "http://"+r.provider.addr)
	r.dbURL = filepath.Join(cfg.Dir, "parley.db")
	if cfg.Postgres != nil {
		if r.own, err = newLink("postgres-rig", cfg.Postgres.Addr); err != nil {
			return r, err
		}
		r.end = append(r.end, r.own.close)
		r.dbURL = through(cfg.Postgres.URL, r.own)
	}
	if err = r.world.install(ctx, r.dbURL); err != nil {
		return r, fmt.Errorf("install: %w", err)
	}
	if r.db, err = openDatabase(r.dbURL); err != nil {
		return r, err
	}
	r.db.SetMaxOpenConns(1)
	r.end = append(r.end, func() { _ = r.db.Close() })
	for _, statement := range cfg.Tamper {
		if _, err = r.db.ExecContext(ctx, statement); err != nil {
			return r, fmt.Errorf("%s: %w", statement, err)
		}
	}
	if err = r.linkTopology(ctx); err != nil {
		return r, err
	}
	for i := range cfg.Nodes {
		if err = r.addNode(i); err != nil {
			return r, err
		}
	}
	for _, n := range r.nodes {
		if err = n.start(); err != nil {
			return r, err
		}
	}
	r.balancer.watch(context.WithoutCancel(ctx), r.nodes)
	for _, n := range r.nodes {
		if err = n.awaitReady(ctx); err != nil {
			return r, err
		}
	}
	r.idle = r.goroutines(ctx)
	return r, nil
}

// addNode makes a node with links of its own; nothing runs yet.
func (r *Rig) addNode(i int) error {
	addr, err := freeAddr()
	if err != nil {
		return err
	}
	n := &Node{Name: string(rune('a' + i)), Addr: addr, dir: r.cfg.Dir}
	n.argv = []string{r.cfg.Program, "serve", "--addr", addr, "--data-dir", r.cfg.Dir, "--log-level", "info", "--node", n.Name, "--public-url", "http://" + r.balancer.addr}
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "PARLEY_") { // settings meant for another server
			n.env = append(n.env, v)
		}
	}
	n.env = append(n.env, "PARLEY_SECRET_KEY="+hex.EncodeToString(r.world.key), clockVariable+"="+r.clockFile(n))
	if r.cfg.Postgres != nil {
		l, err := newLink("postgres-"+n.Name, r.cfg.Postgres.Addr)
		if err != nil {
			return err
		}
		r.end = append(r.end, l.close)
		r.postgres = append(r.postgres, l)
		n.argv = append(n.argv, "--database-url", through(r.cfg.Postgres.URL, l))
	}
	switch {
	case r.cfg.Cluster != nil || r.cfg.Sentinel != nil:
		n.argv = append(n.argv, "--redis-url", r.redisURL)
	case r.cfg.Redis != nil:
		l, err := newLink("redis-"+n.Name, r.cfg.Redis.Addr)
		if err != nil {
			return err
		}
		r.end = append(r.end, l.close)
		r.redis = append(r.redis, l)
		n.argv = append(n.argv, "--redis-url", through(r.cfg.Redis.URL, l))
	}
	r.nodes = append(r.nodes, n)
	r.end = append(r.end, n.kill)
	return nil
}

// through is a URL with the link's address in the place of the server's.
func through(raw string, l *link) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	u.Host = l.addr()
	return u.String()
}

// Close ends everything that Start started.
func (r *Rig) Close() {
	for i := len(r.end) - 1; i >= 0; i-- {
		r.end[i]()
	}
	r.end = nil
}

// Logs is the end of every node's log.
func (r *Rig) Logs() string {
	var b strings.Builder
	for _, n := range r.nodes {
		fmt.Fprintf(&b, "--- node %s\n%s\n", n.Name, n.logTail())
	}
	return b.String()
}

// awaitReady waits until every node is ready, starting those that ended.
func (r *Rig) awaitReady(ctx context.Context) error {
	for _, n := range r.nodes {
		if err := n.again(); err != nil {
			return err
		}
	}
	for _, n := range r.nodes {
		if err := n.awaitReady(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Settle waits until everything accepted is processed and everything to send has
// been tried. What was being sent when its node died would be shown as unknown
// two minutes later; here that time is taken to have passed.
func (r *Rig) Settle(ctx context.Context, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var inbound, outbound int
	quiet := 0
	for quiet < 3 {
		_, err := r.db.ExecContext(ctx, "UPDATE messages SET next_attempt_at = 1 WHERE status IN ('queued', 'sending') AND direction = 'out' AND next_attempt_at > "+
			fmt.Sprint(time.Now().Add(40*time.Second).UnixMicro()))
		if err == nil && r.lostEnd { // a status waits a minute for its message
			_, err = r.db.ExecContext(ctx, "UPDATE intake SET accepted_at = accepted_at - 60000000 WHERE accepted_at < "+fmt.Sprint(time.Now().Add(-5*time.Second).UnixMicro()))
		}
		if err == nil {
			err = r.db.QueryRowContext(ctx, "SELECT (SELECT count(*) FROM intake WHERE state = 'accepted'), (SELECT count(*) FROM messages WHERE direction = 'out' AND status IN ('queued', 'sending'))").Scan(&inbound, &outbound)
		}
		if quiet++; err != nil || inbound+outbound > 0 {
			quiet = 0
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not at rest after %v: %d accepted and not processed, %d not sent (%v)", patience, inbound, outbound, err)
		case <-time.After(300 * time.Millisecond):
		}
	}
	return nil
}
