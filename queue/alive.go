package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// BeatEvery is how often each node should report its members to Beat; they
// count as connected for Config.AliveFor.
const BeatEvery = 10 * time.Second

// aliveChunk bounds one ZADD.
const aliveChunk = 1000

// aliveKeys are the members (zset of "node|member" by time) and the time since
// when somebody has been reporting.
func (r *Redis) aliveKeys(kind string) (members, since string) {
	return r.together("alive:"+kind, "members"), r.together("alive:"+kind, "since")
}

// Beat says that members (of a kind: agents, visitors) are connected to this node.
func (r *Redis) Beat(ctx context.Context, kind string, members []string) error {
	now, err := r.now(ctx)
	if err != nil {
		return err
	}
	key, since := r.aliveKeys(kind)
	pipe := r.client.Pipeline()
	for chunk := range slices.Chunk(members, aliveChunk) {
		scored := make([]redis.Z, len(chunk))
		for i, member := range chunk {
			scored[i] = redis.Z{Score: float64(now.UnixMilli()), Member: r.config.Node + "|" + member}
		}
		pipe.ZAdd(ctx, key, scored...)
	}
	pipe.ZRemRangeByScore(ctx, key, "-inf", "("+r.aliveFrom(now))
	pipe.SetNX(ctx, since, now.UnixMilli(), 2*r.config.AliveFor)
	pipe.PExpire(ctx, since, 2*r.config.AliveFor)
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("queue: beat: %w", err)
	}
	return nil
}

// Gone says that members are no longer connected to node. They may be to others.
func (r *Redis) Gone(ctx context.Context, kind, node string, members []string) error {
	key, _ := r.aliveKeys(kind)
	for chunk := range slices.Chunk(members, aliveChunk) {
		names := make([]any, len(chunk))
		for i, member := range chunk {
			names[i] = node + "|" + member
		}
		if err := r.client.ZRem(ctx, key, names...).Err(); err != nil {
			return fmt.Errorf("queue: gone: %w", err)
		}
	}
	return nil
}

// Members answers who is connected to at least one node, and the time of their
// last beat by Redis' clock. complete says that every node has had the time to
// report: while it is false (after a start, and after Redis lost its data) absence
// means nothing.
func (r *Redis) Members(ctx context.Context, kind string) (seen map[string]time.Time, complete bool, err error) {
	now, err := r.now(ctx)
	if err != nil {
		return nil, false, err
	}
	key, since := r.aliveKeys(kind)
	pipe := r.client.Pipeline()
	listed := pipe.ZRangeByScoreWithScores(ctx, key, &redis.ZRangeBy{Min: r.aliveFrom(now), Max: "+inf"})
	first := pipe.Get(ctx, since)
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, false, fmt.Errorf("queue: members: %w", err)
	}
	seen = make(map[string]time.Time, len(listed.Val()))
	for _, z := range listed.Val() {
		name, _ := z.Member.(string)
		_, member, _ := strings.Cut(name, "|")
		seen[member] = time.UnixMilli(int64(z.Score)).UTC() // ascending: the latest stays
	}
	ms, err := first.Int64()
	complete = err == nil && now.Sub(time.UnixMilli(ms)) >= r.config.AliveFor
	return seen, complete, nil
}

// aliveFrom is the score below which a member has fallen silent.
func (r *Redis) aliveFrom(now time.Time) string {
	return strconv.FormatInt(now.Add(-r.config.AliveFor).UnixMilli(), 10)
}
