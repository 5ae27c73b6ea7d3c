package queue

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
)

// balanceScript is a node's heartbeat: it reports the node, renews what the node
// owns, and takes what is free up to the node's fair share. All by Redis' clock.
//
//	KEYS  the owners (hash: partition → "expiry|node"), the nodes (zset by expiry)
//	ARGV  node, TTL in ms, number of partitions, "known" if the node should be
//	      there already, partitions the node works on
//
// It answers the share and the partitions owned. After a loss of all data
// everybody keeps what they had: what the node works on it gets back, beyond its
// share too, if nobody has it; and a node that finds itself forgotten takes
// nothing else yet, because the others are forgotten too.
var balanceScript = redis.NewScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local me, ttl, count = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local expiry = string.format('%.0f', now + ttl)

local forgotten = ARGV[4] == 'known' and not redis.call('ZSCORE', KEYS[2], me)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now))
redis.call('ZADD', KEYS[2], expiry, me)
local nodes = redis.call('ZRANGE', KEYS[2], 0, -1)
table.sort(nodes)
local share = math.floor(count / #nodes)
for i = 1, count % #nodes do
	if nodes[i] == me then share = share + 1 end
end

local fields = {}
for p = 0, count - 1 do fields[p + 1] = string.format('%d', p) end
local held = redis.call('HMGET', KEYS[1], unpack(fields))
local worked = {}
for i = 5, #ARGV do worked[ARGV[i]] = true end
local owned, free = {}, {}
for i, field in ipairs(fields) do
	local ends, who
	if held[i] then ends, who = string.match(held[i], '^(%d+)|(.*)$') end
	if who == me then
		owned[#owned + 1] = field
	elseif not who or tonumber(ends) <= now then
		if worked[field] then owned[#owned + 1] = field else free[#free + 1] = field end
	end
end
for _, field in ipairs(free) do
	if forgotten or #owned >= share then break end
	owned[#owned + 1] = field
end
for _, field in ipairs(owned) do
	redis.call('HSET', KEYS[1], field, expiry .. '|' .. me)
end
local answer = { share }
for i, field in ipairs(owned) do answer[i + 1] = tonumber(field) end
return answer
`)

// releaseScript gives partitions up: those of ARGV[3…] that are the node's. With
// ARGV[2] = "leave" the node goes too, and the others' shares grow at once.
var releaseScript = redis.NewScript(`
if ARGV[2] == 'leave' then redis.call('ZREM', KEYS[2], ARGV[1]) end
for i = 3, #ARGV do
	local held = redis.call('HGET', KEYS[1], ARGV[i])
	if held and string.match(held, '^%d+|(.*)$') == ARGV[1] then
		redis.call('HDEL', KEYS[1], ARGV[i])
	end
end
return 1
`)

// shares is one member of the nodes that divide a kind's partitions.
type shares struct {
	redis *Redis
	kind  Kind
	token string // the node in this run; a restarted one is another
	known string // "known" after the first heartbeat
}

func (s *shares) keys() []string {
	tag := "share:" + string(s.kind)
	return []string{s.redis.together(tag, "owners"), s.redis.together(tag, "nodes")}
}

// balance answers the fair share and the partitions that are owned now.
func (s *shares) balance(ctx context.Context, timeout time.Duration, working []int) (share int, owned []int, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	args := []any{s.token, s.redis.config.LeaseTTL.Milliseconds(), s.redis.partitions, s.known}
	for _, p := range working {
		args = append(args, p)
	}
	answer, err := balanceScript.Run(ctx, s.redis.client, s.keys(), args...).Int64Slice()
	if err != nil {
		return 0, nil, fmt.Errorf("queue: share partitions: %w", err)
	}
	if len(answer) == 0 {
		return 0, nil, fmt.Errorf("queue: share partitions: an empty answer")
	}
	s.known = "known"
	for _, p := range answer[1:] {
		owned = append(owned, int(p))
	}
	slices.Sort(owned)
	return int(answer[0]), owned, nil
}

// release gives partitions to whoever wants them. It goes on when the caller is
// being stopped. If it fails they are free when their time is up.
func (s *shares) release(ctx context.Context, leave bool, partitions ...int) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	args := []any{s.token, ""}
	if leave {
		args[1] = "leave"
	}
	for _, p := range partitions {
		args = append(args, p)
	}
	if err := releaseScript.Run(ctx, s.redis.client, s.keys(), args...).Err(); err != nil {
		return fmt.Errorf("queue: release partitions: %w", err)
	}
	return nil
}
