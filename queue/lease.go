package queue

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// acquireScript takes a free lease and answers its term, or 0 if it is not free.
// A term is greater than all before it: by one, or by Redis' clock in
// milliseconds where that is more, so that it rises also when Redis lost its data.
//
//	KEYS  lease, last term    ARGV  token, TTL in ms
var acquireScript = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local time = redis.call('TIME')
local term = tonumber(redis.call('GET', KEYS[2]) or '0') + 1
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if now > term then term = now end
redis.call('SET', KEYS[2], string.format('%.0f', term))
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return term
`)

var renewScript = redis.NewScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
`)

var dropScript = redis.NewScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`)

// Lease lets one of several nodes do something.
type Lease struct {
	redis *Redis
	name  string
	ttl   time.Duration
}

// Lease is the lease of that name; a ttl of 0 is Config.LeaseTTL. Another node
// takes over at most ttl + ttl/6 after the holder's last sign of life, or within
// ttl/6 after it let go.
func (r *Redis) Lease(name string, ttl time.Duration) *Lease {
	if ttl == 0 {
		ttl = r.config.LeaseTTL
	}
	return &Lease{redis: r, name: name, ttl: ttl}
}

func (l *Lease) key() string     { return l.redis.together("lease:"+l.name, "holder") }
func (l *Lease) termKey() string { return l.redis.together("lease:"+l.name, "term") }

// Probe tells whether the lease could be had at all: whether Redis takes writes
// where it is kept. One that is out of memory, cannot save, or is a replica
// answers PING and refuses them.
func (l *Lease) Probe(ctx context.Context) error {
	if err := l.redis.client.Set(ctx, l.redis.together("lease:"+l.name, "probe"), l.redis.config.Node, l.ttl).Err(); err != nil {
		return fmt.Errorf("queue: Redis takes no writes: %w", err)
	}
	return nil
}

// Hold waits for the lease, calls fn while this node holds it, and begins again,
// until ctx ends; then it returns nil. fn's context ends when the lease is lost
// or could not be renewed in time; Hold waits for fn to return before it goes on.
// term rises with every holder: a store that refuses lower ones refuses the
// writes of a holder that does not know yet. When fn returns, the lease is let
// go; an error is logged and delays the next try by ttl/3.
func (l *Lease) Hold(ctx context.Context, fn func(ctx context.Context, term int64) error) error {
	log := l.redis.config.Log.With("lease", l.name, "node", l.redis.config.Node)
	down := false
	for ctx.Err() == nil {
		token := rand.Text()
		started := time.Now()
		term, err := l.acquire(ctx, token)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			if !down {
				log.Warn("cannot ask for the lease; trying again", "error", err)
			}
			down = true
		case term != 0:
			down = false
			log.Info("lease taken", "term", term)
			err := l.held(ctx, token, term, newTrust(ctx, started.Add(trustFor(l.ttl))), fn)
			if ctx.Err() == nil {
				log.Warn("lease ended", "term", term, "error", err)
				if err != nil {
					sleep(ctx, l.ttl/3)
				}
			}
			continue
		default:
			down = false
		}
		sleep(ctx, l.ttl/6)
	}
	return nil
}

// held runs fn and renews beside it until either ends.
func (l *Lease) held(ctx context.Context, token string, term int64, trust *trust, fn func(context.Context, int64) error) error {
	done := make(chan error, 1)
	go func() { done <- l.run(trust.ctx, term, fn) }()
	ticker := time.NewTicker(l.ttl / 6)
	defer ticker.Stop()
	for {
		select {
		case err := <-done:
			trust.end()
			l.drop(ctx, token)
			return err
		case <-trust.ctx.Done():
			err := <-done
			l.drop(ctx, token)
			return err
		case <-ticker.C:
			started := time.Now()
			ours, err := l.renew(trust.ctx, token)
			if err == nil && (!ours || !trust.extend(started.Add(trustFor(l.ttl)))) {
				trust.end()
			}
		}
	}
}

func (l *Lease) run(ctx context.Context, term int64, fn func(context.Context, int64) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("queue: lease %s: panic: %v", l.name, p)
		}
	}()
	return fn(ctx, term)
}

func (l *Lease) acquire(ctx context.Context, token string) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, l.ttl/3)
	defer cancel()
	term, err := acquireScript.Run(ctx, l.redis.client, []string{l.key(), l.termKey()}, token, l.ttl.Milliseconds()).Int64()
	if err != nil {
		return 0, fmt.Errorf("queue: lease %s: %w", l.name, err)
	}
	return term, nil
}

func (l *Lease) renew(ctx context.Context, token string) (ours bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, l.ttl/3)
	defer cancel()
	n, err := renewScript.Run(ctx, l.redis.client, []string{l.key()}, token, l.ttl.Milliseconds()).Int()
	if err != nil {
		return false, fmt.Errorf("queue: lease %s: %w", l.name, err)
	}
	return n == 1, nil
}

// drop lets go of the lease if it is still ours. If that fails it expires.
func (l *Lease) drop(ctx context.Context, token string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = dropScript.Run(ctx, l.redis.client, []string{l.key()}, token).Err()
}
