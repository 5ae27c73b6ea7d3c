package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"parley/testenv"
)

// parts are the database and Redis that one run uses. In the default mode both
// are inside the server, and the URLs are empty.
type parts struct {
	dir                   string // of the SQLite file, and the server's log
	databaseURL           string
	redisURL              string
	prefix                string // of the run's keys in Redis
	databasePID, redisPID int    // 0 when not on this machine
	kept                  string // the database left behind; "" none
	end                   []func()
}

func (p *parts) close() {
	for i := len(p.end) - 1; i >= 0; i-- {
		p.end[i]()
	}
}

// openParts starts PostgreSQL and Redis, or makes room of its own in those
// given: a fresh database, and a prefix in Redis. close undoes all of it.
func openParts(ctx context.Context, cfg Config) (p *parts, err error) {
	p = &parts{}
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	if p.dir, err = os.MkdirTemp("", "parley-bench-"); err != nil {
		return p, err
	}
	p.end = append(p.end, func() { _ = os.RemoveAll(p.dir) })
	if cfg.Mode == Default {
		return p, nil
	}
	name := strings.ToLower(rand.Text()[:10])
	if cfg.Keep {
		p.kept = "parley_bench_" + name
	}
	if err := p.openPostgres(ctx, cfg.DatabaseURL, "parley_bench_"+name); err != nil {
		return p, err
	}
	return p, p.openRedis(ctx, cfg.RedisURL, "parley-bench-"+name+":")
}

func (p *parts) openPostgres(ctx context.Context, given, name string) error {
	if given == "" {
		// Durable, as in production: commits wait for the disk.
		s, err := testenv.StartPostgres("fsync=on", "shared_buffers=256MB", "max_wal_size=2GB")
		if err != nil {
			return err
		}
		p.end = append(p.end, s.Close)
		given = s.URL
	}
	admin, err := pgx.Connect(ctx, given)
	if err != nil {
		return fmt.Errorf("--database-url: %w", err)
	}
	defer admin.Close(ctx)
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		return fmt.Errorf("--database-url: a database of the bench's own could not be made: %w", err)
	}
	if p.kept == "" {
		p.end = append(p.end, func() { dropDatabase(given, name) })
	}
	var backend int
	if err := admin.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&backend); err != nil {
		return err
	}
	u, err := url.Parse(given)
	if err != nil {
		return err
	}
	if onThisMachine(u.Hostname()) {
		p.databasePID = parentOf(backend)
	}
	u.Path = "/" + name
	p.databaseURL = u.String()
	return nil
}

// cleanTimeout bounds tidying up, which goes on when the run was interrupted.
const cleanTimeout = 10 * time.Second

func dropDatabase(admin, name string) {
	ctx, cancel := context.WithTimeout(context.Background(), cleanTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return
	}
	defer conn.Close(ctx)
	_, _ = conn.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
}

func (p *parts) openRedis(ctx context.Context, given, prefix string) error {
	if given == "" {
		s, err := testenv.StartRedis()
		if err != nil {
			return err
		}
		p.end = append(p.end, s.Close)
		given = s.URL
	}
	o, err := redis.ParseURL(given)
	if err != nil {
		return errors.New("--redis-url: the bench takes redis:// and rediss:// only")
	}
	client := redis.NewClient(o)
	defer client.Close()
	info, err := client.Info(ctx, "server").Result()
	if err != nil {
		return fmt.Errorf("--redis-url: %w", err)
	}
	p.redisURL, p.prefix = given, prefix
	p.end = append(p.end, func() { unlinkKeys(o, prefix) })
	host, _, _ := strings.Cut(o.Addr, ":")
	for line := range strings.Lines(info) {
		if pid, ok := strings.CutPrefix(line, "process_id:"); ok && onThisMachine(host) {
			p.redisPID, _ = strconv.Atoi(strings.TrimSpace(pid))
		}
	}
	return nil
}

func unlinkKeys(o *redis.Options, prefix string) {
	ctx, cancel := context.WithTimeout(context.Background(), cleanTimeout)
	defer cancel()
	client := redis.NewClient(o)
	defer client.Close()
	keys := client.Scan(ctx, 0, prefix+"*", 1000).Iterator()
	for keys.Next(ctx) {
		_ = client.Unlink(ctx, keys.Val())
	}
}

func onThisMachine(host string) bool {
	return host == "localhost" || host == "::1" || strings.HasPrefix(host, "127.")
}
