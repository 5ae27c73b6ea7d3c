package faults

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"parley/channels/sandbox"
	"parley/testenv"
)

// RedisFaults are those of a single Redis.
var RedisFaults = []Injection{
	{"redis: kill -9, back empty", func(ctx context.Context, on *Target) error {
		on.rig.cfg.Redis.Kill()
		on.wait(ctx, on.hold)
		on.rig.cfg.Redis.Start()
		return nil
	}},
	{"redis: FLUSHALL", func(ctx context.Context, on *Target) error {
		return withRedis(on.rig.cfg.Redis, func(c *redis.Client) error { return c.FlushAll(ctx).Err() })
	}},
	{"redis: frozen", func(ctx context.Context, on *Target) error {
		on.rig.cfg.Redis.Pause()
		on.wait(ctx, on.hold)
		on.rig.cfg.Redis.Resume()
		return nil
	}},
	{"redis: disk full (MISCONF)", redisDiskFull},
	{"redis: out of memory, but answers", func(ctx context.Context, on *Target) error {
		return withRedis(on.rig.cfg.Redis, func(c *redis.Client) error {
			if err := c.ConfigSet(ctx, "maxmemory", "1").Err(); err != nil {
				return err
			}
			on.wait(ctx, on.hold)
			return c.ConfigSet(ctx, "maxmemory", "0").Err()
		})
	}},
	{"redis: fail-over to a replica that lags", redisFailOver},
	{"redis: one node cut off", func(ctx context.Context, on *Target) error { return on.cutOff(ctx, on.rig.redis) }},
	{"redis: one node hears no answers", func(ctx context.Context, on *Target) error {
		return on.disturb(ctx, on.rig.redis, "timeout", "downstream", map[string]any{"timeout": 0})
	}},
	{"redis: slow for one node", func(ctx context.Context, on *Target) error {
		return on.disturb(ctx, on.rig.redis, "latency", "downstream", map[string]any{"latency": 150, "jitter": 100})
	}},
}

// PostgresFaults are those of the database.
var PostgresFaults = []Injection{
	{"postgres: restart", func(ctx context.Context, on *Target) error {
		on.rig.cfg.Postgres.Stop()
		on.rig.cfg.Postgres.Start()
		return nil
	}},
	{"postgres: kill -9", func(ctx context.Context, on *Target) error {
		on.rig.cfg.Postgres.Kill()
		on.rig.cfg.Postgres.Start()
		return nil
	}},
	{"postgres: pg_terminate_backend", terminateBackends},
	{"postgres: frozen", func(ctx context.Context, on *Target) error {
		on.rig.cfg.Postgres.Pause()
		on.wait(ctx, on.hold)
		on.rig.cfg.Postgres.Resume()
		return nil
	}},
	{"postgres: one node cut off", func(ctx context.Context, on *Target) error { return on.cutOff(ctx, on.rig.postgres) }},
	{"postgres: one node hears no answers", func(ctx context.Context, on *Target) error {
		return on.disturb(ctx, on.rig.postgres, "timeout", "downstream", map[string]any{"timeout": 0})
	}},
	{"postgres: slow for one node", func(ctx context.Context, on *Target) error {
		return on.disturb(ctx, on.rig.postgres, "latency", "downstream", map[string]any{"latency": 30, "jitter": 20})
	}},
}

// ProviderFaults are those of the other side.
var ProviderFaults = []Injection{
	{"provider: duplicates, swaps, errors", func(ctx context.Context, on *Target) error {
		on.rig.provider.trouble(sandbox.Faults{Duplicate: true, Reorder: true, FailNext: 3})
		on.wait(ctx, on.hold)
		on.rig.provider.trouble(sandbox.Faults{})
		return nil
	}},
	{"provider: takes it and breaks off", func(ctx context.Context, on *Target) error {
		on.rig.provider.trouble(sandbox.Faults{DropNext: 3, LoseNext: 3})
		on.wait(ctx, on.hold)
		on.rig.provider.trouble(sandbox.Faults{})
		return nil
	}},
	{"provider: 429", func(ctx context.Context, on *Target) error {
		on.rig.provider.trouble(sandbox.Faults{RateLimit: true})
		on.wait(ctx, on.hold/2)
		on.rig.provider.trouble(sandbox.Faults{})
		return nil
	}},
}

func (t *Target) cutOff(ctx context.Context, links []*link) error {
	l := links[t.index()]
	l.cut()
	t.wait(ctx, t.hold)
	return l.mend()
}

func (t *Target) disturb(ctx context.Context, links []*link, kind, direction string, attributes map[string]any) error {
	l := links[t.index()]
	if err := l.add(kind, direction, attributes); err != nil {
		return err
	}
	t.wait(ctx, t.hold)
	l.heal()
	return nil
}

// redisDiskFull makes Redis fail to save, upon which it refuses writes, and PING too.
func redisDiskFull(ctx context.Context, on *Target) error {
	return withRedis(on.rig.cfg.Redis, func(c *redis.Client) error {
		dir, err := c.ConfigGet(ctx, "dir").Result()
		if err != nil {
			return err
		}
		// A snapshot cannot be renamed to what is a folder.
		if err := os.MkdirAll(filepath.Join(dir["dir"], "full", "full"), 0o700); err != nil {
			return err
		}
		for name, value := range map[string]string{"dbfilename": "full", "save": "3600 1000000"} {
			if err := c.ConfigSet(ctx, name, value).Err(); err != nil {
				return err
			}
		}
		if err := c.BgSave(ctx).Err(); err != nil {
			return err
		}
		refuses := func() bool { return strings.Contains(fmt.Sprint(c.Set(ctx, "full", 1, 0).Err()), "MISCONF") }
		for !refuses() {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			on.wait(ctx, 20*time.Millisecond)
		}
		on.wait(ctx, on.hold)
		return c.ConfigSet(ctx, "save", "").Err()
	})
}

// redisFailOver promotes a replica that has not seen the last second.
func redisFailOver(ctx context.Context, on *Target) error {
	old := on.rig.cfg.Redis
	o, err := redis.ParseURL(old.URL)
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(old.Addr)
	if err != nil {
		return err
	}
	replica, err := testenv.StartRedis("--requirepass", o.Password, "--masterauth", o.Password, "--repl-diskless-sync-delay", "0", "--enable-protected-configs", "yes")
	if err != nil {
		return err
	}
	on.rig.end = append(on.rig.end, replica.Close)
	to, err := redis.ParseURL(replica.URL)
	if err != nil {
		return err
	}
	c := redis.NewClient(to)
	defer c.Close()
	// By command, not by argument: when it is started again it is a master.
	if err := c.Do(ctx, "REPLICAOF", host, port).Err(); err != nil {
		return err
	}
	for {
		info, err := c.Info(ctx, "replication").Result()
		if err == nil && strings.Contains(info, "master_link_status:up") {
			break
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		on.wait(ctx, 20*time.Millisecond)
	}
	replica.Pause()
	on.wait(ctx, time.Second) // what is written now is lost with the master
	old.Kill()
	replica.Resume()
	if err := c.Do(ctx, "REPLICAOF", "NO", "ONE").Err(); err != nil {
		return err
	}
	on.rig.cfg.Redis = replica
	for _, l := range on.rig.redis {
		if err := l.lead(replica.Addr); err != nil {
			return err
		}
	}
	return nil
}

// terminateBackends ends the nodes' database sessions every now and then, in the
// middle of whatever they are at: also of a COMMIT.
func terminateBackends(ctx context.Context, on *Target) error {
	until := time.Now().Add(on.hold)
	for time.Now().Before(until) && ctx.Err() == nil {
		_, err := on.rig.db.ExecContext(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'parley' AND pid <> pg_backend_pid() AND random() < 0.5")
		if err != nil {
			return err
		}
		on.wait(ctx, time.Duration(50+on.dice.IntN(200))*time.Millisecond)
	}
	return nil
}
