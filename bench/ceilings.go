package bench

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/coder/websocket"
	"github.com/redis/go-redis/v9"

	"parley/desk"
)

// Ceilings are what this machine does with each part alone, and with the least
// that could be called the whole job, each a second.
type Ceilings struct {
	HTTP     float64 `json:"http_hmac_per_second"`
	XAdd     float64 `json:"redis_xadd_per_second"` // in pipelines of 100
	Postgres float64 `json:"postgres_batch_rows_per_second,omitempty"`
	SQLite   float64 `json:"sqlite_batch_rows_per_second,omitempty"` // in the default mode
	Push     float64 `json:"websocket_push_per_second"`
	Thin     float64 `json:"thin_path_per_second"`
	ThinP50  float64 `json:"thin_path_p50_ms"`
	ThinP99  float64 `json:"thin_path_p99_ms"`
}

// Each part is measured for ceilingTime after a moment to warm up; the thin path longer.
const (
	ceilingTime = 1500 * time.Millisecond
	thinTime    = 4 * time.Second
	warmUp      = 300 * time.Millisecond
)

// measureCeilings uses the mode's own database and kind of Redis.
func measureCeilings(ctx context.Context, cfg Config, p *parts) (*Ceilings, error) {
	var db thinStore
	var err error
	if cfg.Mode == Production {
		db, err = openThinPostgres(ctx, p.databaseURL)
	} else {
		db, err = openThinSQLite(p.dir)
	}
	if err != nil {
		return nil, err
	}
	defer db.close()
	rdb, closeRedis, err := thinRedis(p)
	if err != nil {
		return nil, err
	}
	defer closeRedis()
	c := &Ceilings{}
	rows := &c.SQLite
	if cfg.Mode == Production {
		rows = &c.Postgres
	}
	for _, m := range []struct {
		name string
		into *float64
		run  func() (float64, error)
	}{
		{"HTTP", &c.HTTP, func() (float64, error) { return httpCeiling(ctx) }},
		{"XADD", &c.XAdd, func() (float64, error) { return xaddCeiling(ctx, rdb, p.prefix) }},
		{"rows", rows, func() (float64, error) { return rowsCeiling(ctx, db) }},
		{"sockets", &c.Push, func() (float64, error) { return pushCeiling(ctx, cfg.Agents) }},
		{"thin path", &c.Thin, func() (n float64, err error) {
			n, c.ThinP50, c.ThinP99, err = runThin(ctx, thinConfig{db: db, redis: rdb, prefix: p.prefix, agents: cfg.Agents})
			return n, err
		}},
	} {
		cfg.Progress("what this machine can do: "+m.name, 0, 0)
		if *m.into, err = m.run(); err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return c, nil
}

// thinRedis is the run's Redis, or one inside this process as the default mode has.
func thinRedis(p *parts) (*redis.Client, func(), error) {
	if p.redisURL == "" {
		server := miniredis.NewMiniRedis()
		if err := server.Start(); err != nil {
			return nil, nil, err
		}
		client := redis.NewClient(&redis.Options{Addr: server.Addr(), Protocol: 2, DisableIdentity: true})
		return client, func() { _ = client.Close(); server.Close() }, nil
	}
	o, err := redis.ParseURL(p.redisURL)
	if err != nil {
		return nil, nil, err
	}
	client := redis.NewClient(o)
	return client, func() { _ = client.Close() }, nil
}

// perSecond counts what several goroutines do in a time: do does some more and
// tells how much.
func perSecond(ctx context.Context, workers int, do func(ctx context.Context, worker int) (int, error)) (float64, error) {
	var n atomic.Int64
	ctx, cancel := context.WithTimeout(ctx, warmUp+ceilingTime)
	defer cancel()
	began := time.Now()
	var from, counted atomic.Int64 // when counting began, in ns after began; and at how many
	time.AfterFunc(warmUp, func() { counted.Store(n.Load()); from.Store(int64(time.Since(began))) })
	err := each(workers, workers, func(_, worker int) error {
		for ctx.Err() == nil {
			done, err := do(ctx, worker)
			if err != nil && ctx.Err() == nil {
				return err
			}
			if ctx.Err() == nil {
				n.Add(int64(done))
			}
		}
		return nil
	})
	took := time.Duration(int64(warmUp+ceilingTime) - from.Load())
	return float64(n.Load()-counted.Load()) / took.Seconds(), err
}

const thinSecret = "the thin path's secret"

func thinSignature(body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(thinSecret))
	mac.Write(body)
	return hex.AppendEncode(nil, mac.Sum(nil))
}

// serve runs a handler on a free port of this process.
func serve(h http.Handler) (addr string, end func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	s := &http.Server{Handler: h}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(l)
	}()
	return l.Addr().String(), func() { _ = s.Close(); <-done }, nil
}

// signedHandler checks the signature over the raw body and hands it on.
func signedHandler(take func(ctx context.Context, body []byte) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		switch {
		case err != nil:
			w.WriteHeader(http.StatusBadRequest)
		case !hmac.Equal(thinSignature(body), []byte(r.Header.Get("X-Signature"))):
			w.WriteHeader(http.StatusForbidden)
		case take(r.Context(), body) != nil:
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			w.WriteHeader(http.StatusOK)
		}
	}
}

// signedRequest is a message for the thin path.
func signedRequest(out []byte, host, id string, contact int, mark []byte) []byte {
	body := fmt.Appendf(nil, `{"id":%q,"contact":%d,"text":"%s%s"}`, id, contact, mark, words)
	out = append(append(append(out[:0], "POST / HTTP/1.1\r\nHost: "...), host...), "\r\nX-Signature: "...)
	out = append(append(out, thinSignature(body)...), "\r\nContent-Length: "...)
	return append(append(strconv.AppendInt(out, int64(len(body)), 10), "\r\n\r\n"...), body...)
}

func httpCeiling(ctx context.Context) (float64, error) {
	addr, end, err := serve(signedHandler(func(context.Context, []byte) error { return nil }))
	if err != nil {
		return 0, err
	}
	defer end()
	conns := make([]httpConn, 64)
	request := signedRequest(nil, addr, desk.NewID(), 1, appendMark(nil, measured, 1))
	defer func() {
		for i := range conns {
			conns[i].close()
		}
	}()
	return perSecond(ctx, len(conns), func(ctx context.Context, n int) (int, error) {
		conns[n].addr = addr
		status, err := conns[n].exchange(ctx, request)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("answered %d", status)
		}
		return 1, err
	})
}

func xaddCeiling(ctx context.Context, rdb *redis.Client, prefix string) (float64, error) {
	key := prefix + "ceiling"
	defer rdb.Del(context.WithoutCancel(ctx), key)
	return perSecond(ctx, 4, func(ctx context.Context, _ int) (int, error) {
		pipe := rdb.Pipeline()
		for range 100 {
			pipe.XAdd(ctx, &redis.XAddArgs{Stream: key, MaxLen: 10000, Approx: true, Values: []string{"id", "018f2b6e-0000-7000-8000-000000000001"}})
		}
		_, err := pipe.Exec(ctx)
		return 100, err
	})
}

func rowsCeiling(ctx context.Context, db thinStore) (float64, error) {
	return perSecond(ctx, db.writers(), func(ctx context.Context, _ int) (int, error) {
		rows := make([]thinRow, thinBatch)
		for i := range rows {
			rows[i] = thinRow{ID: desk.NewID(), Contact: i, Text: words}
		}
		return len(rows), db.insert(ctx, rows)
	})
}

// pushCeiling sends frames of a usual size to all agents' sockets in turn, each
// through a channel and a goroutine of its own, as the server does.
func pushCeiling(ctx context.Context, agents int) (float64, error) {
	hub := newThinHub(agents)
	addr, end, err := serve(hub)
	if err != nil {
		return 0, err
	}
	defer end()
	var got atomic.Int64
	readers, err := hub.readers(ctx, addr, func([]byte) { got.Add(1) })
	if err != nil {
		return 0, err
	}
	defer readers.end()
	frame := bytes.Repeat([]byte("x"), 1500)
	var before int64
	// What counts is what arrives; the channels' bounds hold the sender back.
	_, err = perSecond(ctx, 1, func(ctx context.Context, _ int) (int, error) {
		if before == 0 {
			before = max(1, got.Load())
		}
		for i := range hub.out {
			select {
			case hub.out[i] <- frame:
			case <-ctx.Done():
			}
		}
		return agents, nil
	})
	return float64(got.Load()-before) / (warmUp + ceilingTime).Seconds(), err
}

// acceptThin opens the server's side of a socket as the server does.
func acceptThin(w http.ResponseWriter, r *http.Request) (*websocket.Conn, error) {
	return websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true, CompressionMode: websocket.CompressionDisabled})
}
