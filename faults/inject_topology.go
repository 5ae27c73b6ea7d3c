package faults

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"syscall"

	"github.com/redis/go-redis/v9"
)

// ClusterFaults are those of one master of a Redis Cluster: without replicas,
// a third of the keys is gone with it, and while it is away all of them.
var ClusterFaults = []Injection{
	{"redis cluster: a master killed, back empty", func(ctx context.Context, on *Target) error {
		i := on.dice.IntN(3)
		s := on.rig.cfg.Cluster.Nodes[i]
		s.Kill()
		on.wait(ctx, on.hold)
		s.Start()
		return on.rig.announce(ctx, i)
	}},
	{"redis cluster: a master cut off", func(ctx context.Context, on *Target) error {
		l := on.rig.redis[on.dice.IntN(3)]
		l.cut()
		on.wait(ctx, on.hold)
		return l.mend()
	}},
	{"redis cluster: no answers from a master", func(ctx context.Context, on *Target) error {
		l := on.rig.redis[on.dice.IntN(3)]
		if err := l.add("timeout", "downstream", map[string]any{"timeout": 0}); err != nil {
			return err
		}
		on.wait(ctx, on.hold)
		l.heal()
		return nil
	}},
	{"redis cluster: a master frozen", func(ctx context.Context, on *Target) error {
		s := on.rig.cfg.Cluster.Nodes[on.dice.IntN(3)]
		s.Pause()
		on.wait(ctx, on.hold)
		s.Resume()
		return nil
	}},
	{"redis cluster: FLUSHALL", func(ctx context.Context, on *Target) error {
		for _, s := range on.rig.redises() {
			if err := withRedis(s, func(c *redis.Client) error { return c.FlushAll(ctx).Err() }); err != nil {
				return err
			}
		}
		return nil
	}},
}

// SentinelFaults are a fail-over that a Sentinel makes. The old master comes back
// as the replica of the new one.
var SentinelFaults = []Injection{
	{"redis sentinel: master killed, replica promoted", func(ctx context.Context, on *Target) error {
		s := on.rig.cfg.Sentinel
		s.Master.Kill()
		on.wait(ctx, on.hold)
		s.Master.Start()
		s.Master, s.Replica = s.Replica, s.Master
		return nil
	}},
	{"redis sentinel: the Sentinel cut off while the master fails over", func(ctx context.Context, on *Target) error {
		on.rig.redis[0].cut()
		s := on.rig.cfg.Sentinel
		s.Master.Kill()
		on.wait(ctx, on.hold)
		if err := on.rig.redis[0].mend(); err != nil {
			return err
		}
		on.wait(ctx, on.hold/2)
		s.Master.Start()
		s.Master, s.Replica = s.Replica, s.Master
		return nil
	}},
	{"redis sentinel: master frozen, wakes demoted", func(ctx context.Context, on *Target) error {
		s := on.rig.cfg.Sentinel
		s.Master.Pause()
		on.wait(ctx, 2*on.hold)
		s.Master.Resume()
		s.Master, s.Replica = s.Replica, s.Master
		return nil
	}},
}

// linkTopology puts links before the masters of a Cluster, which they then tell
// clients to use, or before the Sentinel.
func (r *Rig) linkTopology(ctx context.Context) error {
	switch {
	case r.cfg.Cluster != nil:
		r.redisURL = r.cfg.Cluster.URL
		for i, s := range r.cfg.Cluster.Nodes {
			l, err := newLink(fmt.Sprintf("cluster-%d", i), s.Addr)
			if err != nil {
				return err
			}
			r.end = append(r.end, l.close)
			r.redis = append(r.redis, l)
			r.redisURL = strings.Replace(r.redisURL, s.Addr, l.addr(), 1)
			if err := r.announce(ctx, i); err != nil {
				return err
			}
		}
	case r.cfg.Sentinel != nil:
		u, err := url.Parse(r.cfg.Sentinel.URL)
		if err != nil {
			return err
		}
		l, err := newLink("sentinel", u.Host)
		if err != nil {
			return err
		}
		r.end = append(r.end, l.close)
		r.redis = append(r.redis, l)
		r.redisURL = through(r.cfg.Sentinel.URL, l)
	}
	return nil
}

// announce makes a master of the Cluster name its link's port.
func (r *Rig) announce(ctx context.Context, i int) error {
	_, port, err := net.SplitHostPort(r.redis[i].addr())
	if err != nil {
		return err
	}
	return withRedis(r.cfg.Cluster.Nodes[i], func(c *redis.Client) error {
		if err := c.ConfigSet(ctx, "cluster-announce-ip", "127.0.0.1").Err(); err != nil {
			return err
		}
		return c.ConfigSet(ctx, "cluster-announce-port", port).Err()
	})
}

// Zombie stops the node that routes until another has taken over, and wakes it.
var Zombie = Injection{"node that routes: SIGSTOP, wakes later", func(ctx context.Context, on *Target) error {
	if n := on.rig.router(); n != nil {
		on.node = n
	}
	on.node.signal(syscall.SIGSTOP)
	on.wait(ctx, 3*on.hold)
	on.node.signal(syscall.SIGCONT)
	return nil
}}
