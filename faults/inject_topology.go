package faults

import (
	"context"
	"syscall"

	"github.com/redis/go-redis/v9"
)

// ClusterFaults are those of one master of a Redis Cluster: without replicas,
// a third of the keys is gone with it, and while it is away all of them.
var ClusterFaults = []Injection{
	{"redis cluster: a master killed, back empty", func(ctx context.Context, on *Target) error {
		s := on.rig.cfg.Cluster.Nodes[on.dice.IntN(3)]
		s.Kill()
		on.wait(ctx, on.hold)
		s.Start()
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
	{"redis sentinel: master frozen, wakes demoted", func(ctx context.Context, on *Target) error {
		s := on.rig.cfg.Sentinel
		s.Master.Pause()
		on.wait(ctx, 2*on.hold)
		s.Master.Resume()
		s.Master, s.Replica = s.Replica, s.Master
		return nil
	}},
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
