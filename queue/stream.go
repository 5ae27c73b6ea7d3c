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

// entry is one item as it was read. Its id is empty when the stream no longer
// holds what the group still lists as unfinished.
type entry struct {
	at string // Redis' id of the entry
	id string // ours
}

// part is what was read from one partition in one go.
type part struct {
	partition int
	entries   []entry
}

func (p part) ids() []string {
	ids := make([]string, 0, len(p.entries))
	for _, e := range p.entries {
		if e.id != "" {
			ids = append(ids, e.id)
		}
	}
	return ids
}

// readStream reads up to count entries of one partition: those that were read
// before and never acknowledged, or (blocking for up to block) new ones.
func (r *Redis) readStream(ctx context.Context, reader redis.UniversalClient, key string, unfinished bool, count int, block time.Duration) ([]entry, error) {
	from := ">"
	if unfinished {
		from, block = "0", -1
	}
	// The server answers within block; the rest is for the way.
	ctx, cancel := context.WithTimeout(ctx, max(block, 0)+ioTimeout)
	defer cancel()
	streams, err := reader.XReadGroup(ctx, &redis.XReadGroupArgs{
		Group: group, Consumer: owner, Streams: []string{key, from}, Count: int64(count), Block: block,
	}).Result()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("queue: read: %w", err)
	}
	var entries []entry
	for _, stream := range streams {
		for _, message := range stream.Messages {
			id, _ := message.Values["id"].(string)
			entries = append(entries, entry{at: message.ID, id: id})
		}
	}
	// The embedded server does not limit the unfinished ones.
	return entries[:min(len(entries), count)], nil
}

// createGroup makes the group of a stream, and the stream, if they are not there.
// It begins at 0, because everything in a stream is unfinished work.
func (r *Redis) createGroup(ctx context.Context, key string) error {
	err := r.client.XGroupCreateMkStream(ctx, key, group, "0").Err()
	if err != nil && !strings.HasPrefix(err.Error(), "BUSYGROUP") {
		return fmt.Errorf("queue: create group: %w", err)
	}
	return nil
}

func isNoGroup(err error) bool { return err != nil && strings.Contains(err.Error(), "NOGROUP") }

// finish acknowledges and deletes parts of a kind's partitions in one pipeline.
// It goes on when the caller is being stopped: the work is done.
func (r *Redis) finish(ctx context.Context, kind Kind, parts []part) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ioTimeout)
	defer cancel()
	pipe := r.client.Pipeline()
	for _, p := range parts {
		if len(p.entries) == 0 {
			continue
		}
		ats := make([]string, len(p.entries))
		for i, e := range p.entries {
			ats[i] = e.at
		}
		key := r.stream(kind, p.partition)
		pipe.XAck(ctx, key, group, ats...)
		pipe.XDel(ctx, key, ats...)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("queue: acknowledge: %w", err)
	}
	return nil
}

// Lag is how long work of a kind waits at present: the age of the oldest
// unfinished entry, in the middle one of the partitions by that age. So a single
// entry that cannot be handled, or a single busy contact, does not count as lag.
func (r *Redis) Lag(ctx context.Context, kind Kind) (time.Duration, error) {
	now, err := r.now(ctx)
	if err != nil {
		return 0, err
	}
	pipe := r.client.Pipeline()
	oldest := make([]*redis.XMessageSliceCmd, r.partitions)
	for p := range oldest {
		oldest[p] = pipe.XRangeN(ctx, r.stream(kind, p), "-", "+", 1)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return 0, fmt.Errorf("queue: lag: %w", err)
	}
	ages := make([]time.Duration, r.partitions)
	for p, cmd := range oldest {
		for _, m := range cmd.Val() {
			ms, _, _ := strings.Cut(m.ID, "-") // an entry's id begins with the time it was added at
			if at, err := strconv.ParseInt(ms, 10, 64); err == nil {
				ages[p] = max(0, now.Sub(time.UnixMilli(at)))
			}
		}
	}
	slices.Sort(ages)
	return ages[len(ages)/2], nil
}

// Depth is how much work of a kind is in Redis, read or not, and not yet finished.
func (r *Redis) Depth(ctx context.Context, kind Kind) (int64, error) {
	pipe := r.client.Pipeline()
	lengths := make([]*redis.IntCmd, r.partitions)
	for p := range lengths {
		lengths[p] = pipe.XLen(ctx, r.stream(kind, p))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return 0, fmt.Errorf("queue: depth: %w", err)
	}
	var sum int64
	for _, length := range lengths {
		sum += length.Val()
	}
	return sum, nil
}
