package queue

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Time limits of one command. They are short, because nobody waits for Redis:
// the database has the message already.
const (
	dialTimeout = time.Second
	ioTimeout   = 2 * time.Second
)

// ErrClosed is the answer to calls after Close.
var ErrClosed = errors.New("queue: closed")

// Config says where Redis is and how this node is called there.
type Config struct {
	// URL is redis://, redis+sentinel:// or redis+cluster:// (rediss for TLS).
	// Empty: a server inside this process, which starts empty.
	URL string
	// Prefix starts every key and channel; "parley:" if empty.
	Prefix string
	// Node names this node, without "|"; random if empty.
	Node string
	// LeaseTTL is how long a lost node keeps its partitions and leases; 3 s if 0.
	LeaseTTL time.Duration
	// AliveFor is how long a socket counts as connected after its last beat; 25 s if 0.
	AliveFor time.Duration
	// Log defaults to slog's default logger.
	Log *slog.Logger
	// Hooks see all commands: counting, tracing.
	Hooks []redis.Hook
}

func (c Config) withDefaults() Config {
	if c.Prefix == "" {
		c.Prefix = "parley:"
	}
	if c.Node == "" {
		c.Node = "node-" + rand.Text()[:12]
	}
	if c.LeaseTTL == 0 {
		c.LeaseTTL = 3 * time.Second
	}
	if c.AliveFor == 0 {
		c.AliveFor = 25 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

// Redis is one node's connection to Redis. All its methods may be called
// concurrently.
type Redis struct {
	config     Config
	options    redis.UniversalOptions
	client     redis.UniversalClient
	partitions int
	embedded   io.Closer // nil with a URL
	pusher     pusher
	closeOnce  sync.Once
}

// Open connects to Redis and answers an error when it does not answer; Redis
// may come and go later. The caller must Close it.
func Open(ctx context.Context, config Config) (*Redis, error) {
	config = config.withDefaults()
	if strings.Contains(config.Node, "|") {
		return nil, errors.New(`queue: Node: must not contain "|"`)
	}
	silenceGoRedis()
	r := &Redis{config: config, partitions: Partitions}
	url := config.URL
	if url == "" {
		server, err := startEmbedded()
		if err != nil {
			return nil, err
		}
		url, r.embedded, r.partitions = server.url, server, embeddedPartitions
	}
	options, err := parseURL(url)
	if err != nil {
		return nil, err
	}
	r.options = tuned(*options)
	r.client = r.connect(r.options)
	r.pusher.redis = r
	if err := r.Ping(ctx); err != nil {
		_ = r.Close()
		return nil, err
	}
	return r, nil
}

// tuned sets what does not depend on the place: RESP2, which needs no push
// frames and is spoken by every server; no courtesy commands at connect, which
// the embedded server does not know; contexts that end calls.
func tuned(options redis.UniversalOptions) redis.UniversalOptions {
	options.Protocol = 2
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	options.ContextTimeoutEnabled = true
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout = dialTimeout, ioTimeout, ioTimeout
	options.PoolTimeout = ioTimeout
	options.DialerRetries, options.MaxRetries = 1, 1
	options.PipelineReadBufferSize, options.PipelineWriteBufferSize = 32<<10, 32<<10
	return options
}

func (r *Redis) connect(options redis.UniversalOptions) redis.UniversalClient {
	client := redis.NewUniversalClient(&options)
	for _, hook := range r.config.Hooks {
		client.AddHook(hook)
	}
	return client
}

// reader makes a client for calls that block: one connection a partition, none
// of which the other calls wait for. It does not retry, because after a broken
// read the unacknowledged entries must be read first.
func (r *Redis) reader() redis.UniversalClient {
	options := r.options
	options.Addrs = slices.Clone(options.Addrs)
	options.PoolSize = r.partitions + 2
	options.MaxRetries = -1
	options.ReadBufferSize, options.WriteBufferSize = 16<<10, 4<<10
	options.PipelinePoolSize = -1
	return r.connect(options)
}

// Node is the name under which this node is known.
func (r *Redis) Node() string { return r.config.Node }

// Ping tells whether Redis answers.
func (r *Redis) Ping(ctx context.Context) error {
	if err := r.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("queue: Redis does not answer: %w", err)
	}
	return nil
}

// Close waits for pushes under way, at most ioTimeout each, and disconnects.
// What Run, Hold and Subscribe do ends with their contexts, which should end before.
func (r *Redis) Close() error {
	var err error
	r.closeOnce.Do(func() {
		r.pusher.close()
		err = r.client.Close()
		if r.embedded != nil {
			err = errors.Join(err, r.embedded.Close())
		}
	})
	return err
}

// now is Redis' time. Everything that several nodes compare is told by this one
// clock, never by their own.
func (r *Redis) now(ctx context.Context) (time.Time, error) {
	now, err := r.client.Time(ctx).Result()
	if err != nil {
		return time.Time{}, fmt.Errorf("queue: time: %w", err)
	}
	return now, nil
}

// silenceGoRedis sends go-redis' own lines, one for each failed dial, to the
// debug level: whoever made the call logs the failure once. The logger is a
// global of that library.
var silenceGoRedis = sync.OnceFunc(func() { redis.SetLogger(debugLogger{}) })

type debugLogger struct{}

func (debugLogger) Printf(ctx context.Context, format string, args ...any) {
	if slog.Default().Enabled(ctx, slog.LevelDebug) {
		slog.DebugContext(ctx, "go-redis", "text", fmt.Sprintf(format, args...))
	}
}
