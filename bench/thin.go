package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"github.com/redis/go-redis/v9"

	"parley/desk"
)

// The thin path: HTTP with HMAC → batched XADD → a consumer that reads at most
// thinBatch → one statement for the whole batch (conversations upserted, messages
// inserted) → a frame on the agent's websocket. It dedupes nothing, assigns
// nobody, measures nothing: what a product does beside is what it costs beside.

const (
	thinBatch = 200
	// thinInFlight is how many messages are underway at once. Each sender waits
	// for its message to be shown, so this is the knee, not a growing backlog.
	thinInFlight = 256
	thinContacts = 4000
)

type thinConfig struct {
	db     thinStore
	redis  *redis.Client
	prefix string
	agents int
}

// runThin gives messages a second and their time from send to the agent's socket.
func runThin(ctx context.Context, cfg thinConfig) (rate, p50, p99 float64, err error) {
	t := &thin{thinConfig: cfg, stream: cfg.prefix + "thin", hub: newThinHub(cfg.agents)}
	if err := cfg.redis.XGroupCreateMkStream(ctx, t.stream, "thin", "0").Err(); err != nil {
		return 0, 0, 0, err
	}
	defer cfg.redis.Del(context.WithoutCancel(ctx), t.stream)
	addr, end, err := serve(t)
	if err != nil {
		return 0, 0, 0, err
	}
	defer end()
	shown := make([]chan struct{}, thinInFlight)
	for i := range shown {
		shown[i] = make(chan struct{}, 1)
	}
	readers, err := t.hub.readers(ctx, addr, func(frame []byte) {
		if n, ok := markIn(frame, measured); ok && n < len(shown) {
			shown[n] <- struct{}{}
		}
	})
	if err != nil {
		return 0, 0, 0, err
	}
	defer readers.end()
	consuming, stop := context.WithCancel(ctx)
	consumed := make(chan error, 1)
	go func() { consumed <- t.consume(consuming) }()
	n, h, err := t.send(ctx, addr, shown)
	stop()
	if failed := <-consumed; err == nil {
		err = failed
	}
	return n / (thinTime - warmUp).Seconds(), h.ms(0.5), h.ms(0.99), err
}

// thin is its server.
type thin struct {
	thinConfig
	stream string
	hub    *thinHub

	mu       sync.Mutex
	waiting  []*thinPush
	flushing bool
}

type thinPush struct {
	body []byte
	done chan error
}

func (t *thin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		t.hub.ServeHTTP(w, r)
		return
	}
	signedHandler(t.push)(w, r)
}

// push adds to the stream together with whatever else came while the last
// pipeline was underway.
func (t *thin) push(ctx context.Context, body []byte) error {
	p := &thinPush{body, make(chan error, 1)}
	t.mu.Lock()
	t.waiting = append(t.waiting, p)
	lead := !t.flushing
	t.flushing = true
	t.mu.Unlock()
	if lead {
		go t.flush(context.WithoutCancel(ctx))
	}
	return <-p.done
}

func (t *thin) flush(ctx context.Context) {
	for {
		t.mu.Lock()
		batch := t.waiting
		t.waiting = nil
		t.flushing = len(batch) > 0
		t.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		pipe := t.redis.Pipeline()
		for _, p := range batch {
			pipe.XAdd(ctx, &redis.XAddArgs{Stream: t.stream, Values: []any{"m", p.body}})
		}
		_, err := pipe.Exec(ctx)
		for _, p := range batch {
			p.done <- err
		}
	}
}

func (t *thin) consume(ctx context.Context) error {
	for ctx.Err() == nil {
		streams, err := t.redis.XReadGroup(ctx, &redis.XReadGroupArgs{Group: "thin", Consumer: "one", Streams: []string{t.stream, ">"}, Count: thinBatch, Block: 100 * time.Millisecond}).Result()
		if errors.Is(err, redis.Nil) || ctx.Err() != nil {
			continue
		}
		if err != nil {
			return err
		}
		if err := t.process(ctx, streams[0].Messages); err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

func (t *thin) process(ctx context.Context, messages []redis.XMessage) error {
	rows, ids := make([]thinRow, len(messages)), make([]string, len(messages))
	for i, m := range messages {
		body, _ := m.Values["m"].(string)
		if err := json.Unmarshal([]byte(body), &rows[i]); err != nil {
			return err
		}
		ids[i] = m.ID
	}
	if err := t.db.receive(ctx, rows); err != nil {
		return err
	}
	for _, r := range rows {
		frame, err := json.Marshal(map[string]any{"type": "change", "message": map[string]any{"id": r.ID, "contact": r.Contact, "text": r.Text}})
		if err != nil {
			return err
		}
		select {
		case t.hub.out[r.Contact%t.agents] <- frame:
		case <-ctx.Done():
			return nil
		}
	}
	pipe := t.redis.Pipeline()
	pipe.XAck(ctx, t.stream, "thin", ids...)
	pipe.XDel(ctx, t.stream, ids...)
	_, err := pipe.Exec(ctx)
	return err
}

// send keeps thinInFlight messages underway and counts those shown after the warm-up.
func (t *thin) send(ctx context.Context, addr string, shown []chan struct{}) (float64, *histogram, error) {
	var n atomic.Int64
	var h histogram
	ctx, cancel := context.WithTimeout(ctx, thinTime)
	defer cancel()
	began := time.Now()
	err := each(len(shown), len(shown), func(_, worker int) error {
		conn := httpConn{addr: addr}
		defer conn.close()
		var request []byte
		for turn := 0; ctx.Err() == nil; turn++ {
			contact := (worker + turn*len(shown)) % thinContacts
			request = signedRequest(request, addr, desk.NewID(), contact, appendMark(nil, measured, worker))
			at := time.Now()
			status, err := conn.exchange(ctx, request)
			if err == nil && status != http.StatusOK {
				err = fmt.Errorf("answered %d", status)
			}
			if err != nil {
				return err
			}
			select {
			case <-shown[worker]:
			case <-ctx.Done():
				return nil
			}
			if at.Sub(began) > warmUp {
				n.Add(1)
				h.record(time.Since(at))
			}
		}
		return nil
	})
	return float64(n.Load()), &h, err
}

// thinHub is sockets of agents, by the number in their path.
type thinHub struct{ out []chan []byte }

func newThinHub(agents int) *thinHub {
	h := &thinHub{out: make([]chan []byte, agents)}
	for i := range h.out {
		h.out[i] = make(chan []byte, 256)
	}
	return h
}

func (h *thinHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	agent, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
	if err != nil || agent < 0 || agent >= len(h.out) {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	ws, err := acceptThin(w, r)
	if err != nil {
		return
	}
	ctx := ws.CloseRead(context.WithoutCancel(r.Context()))
	defer ws.CloseNow()
	for {
		select {
		case <-ctx.Done():
			return
		case frame := <-h.out[agent]:
			if ws.Write(ctx, websocket.MessageText, frame) != nil {
				return
			}
		}
	}
}

// thinReaders are the agents' side of a hub's sockets.
type thinReaders struct {
	sockets []*wsConn
	reading sync.WaitGroup
}

func (h *thinHub) readers(ctx context.Context, addr string, take func(frame []byte)) (*thinReaders, error) {
	r := &thinReaders{}
	for agent := range h.out {
		ws, err := dialSocket(ctx, addr, "/"+strconv.Itoa(agent), "")
		if err != nil {
			r.end()
			return nil, err
		}
		r.sockets = append(r.sockets, ws)
		r.reading.Go(func() {
			for {
				frame, err := ws.read()
				if err != nil {
					return
				}
				take(frame)
			}
		})
	}
	return r, nil
}

func (r *thinReaders) end() {
	for _, ws := range r.sockets {
		ws.close()
	}
	r.reading.Wait()
}
