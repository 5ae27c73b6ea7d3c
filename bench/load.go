package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"parley/desk"
)

// Load is what a phase asks of the server.
type Load struct {
	Rate     float64 // messages a second
	Replies  float64 // agents' answers a second
	Duration time.Duration
}

// driver is the load's connections to one server: customers' and providers'
// requests in, agents' and visitors' sockets out.
type driver struct {
	addr    string
	run     string
	world   *world
	senders []*sender
	answers []*sender

	sockets  sync.WaitGroup
	ending   atomic.Bool
	phase    atomic.Pointer[phase]
	assigned atomic.Int64
	cuts     atomic.Int64 // sockets that the server cut or lost
	opened   []*wsConn
	mu       sync.Mutex // of opened
	base     int
	replies  int
}

// sender is one connection with the messages of some contacts, each contact's
// always on the same one: so they stay in order.
type sender struct {
	conn httpConn
	sign *signer
}

const (
	connections      = 128
	replyConnections = 32
	// pingEvery keeps sockets open: the server takes silence for absence after 60 s.
	pingEvery = 20 * time.Second
)

func newDriver(addr string, w *world) *driver {
	d := &driver{addr: addr, run: newRun(), world: w}
	for range connections {
		d.senders = append(d.senders, &sender{httpConn{addr: addr}, newSigner(addr, d.run)})
	}
	for range replyConnections {
		d.answers = append(d.answers, &sender{httpConn{addr: addr}, newSigner(addr, d.run)})
	}
	return d
}

// each runs f for every n below count, some at a time, and gives the first error.
func each(count, parallel int, f func(worker, n int) error) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	for worker := range parallel {
		wg.Go(func() {
			for n := int(next.Add(1)) - 1; n < count; n = int(next.Add(1)) - 1 {
				if err := f(worker, n); err != nil {
					once.Do(func() { first = err })
					next.Store(int64(count))
				}
			}
		})
	}
	wg.Wait()
	return first
}

// connect opens the agents' consoles, and makes them available.
func (d *driver) connect(ctx context.Context) error {
	err := each(len(d.world.agents), 16, func(_, n int) error {
		if err := d.console(ctx, n); err != nil {
			return fmt.Errorf("console of agent %d: %w", n, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return d.available(ctx)
}

// available makes all agents available.
func (d *driver) available(ctx context.Context) error {
	return each(len(d.world.agents), 16, func(worker, n int) error {
		const body = `{"presence":"available"}`
		request := fmt.Sprintf("PUT /api/v1/me/presence HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			d.addr, d.world.agents[n].token, len(body), body)
		status, err := d.answers[worker].conn.exchange(ctx, []byte(request))
		if err == nil && status != 200 {
			err = fmt.Errorf("answered %d", status)
		}
		if err != nil {
			return fmt.Errorf("presence of agent %d: %w", n, err)
		}
		return nil
	})
}

// console opens an agent's socket and reads it until the driver closes it.
func (d *driver) console(ctx context.Context, agent int) error {
	auth := "Authorization: Bearer " + d.world.agents[agent].token + "\r\n"
	return d.listen(ctx, "/console/ws", auth, func(last int64, epoch string) string {
		if epoch == "" {
			return `{"type":"hello"}`
		}
		return fmt.Sprintf(`{"type":"hello","epoch":%q,"last":%d}`, epoch, last)
	}, func(frame []byte, at time.Time) { d.toAgent(agent, frame, at) })
}

// toAgent takes a frame at an agent's console.
func (d *driver) toAgent(agent int, frame []byte, at time.Time) {
	if p := d.phase.Load(); p != nil {
		p.show(d.world, agent, frame, at)
	} else {
		d.assign(agent, frame)
	}
}

// widget opens a visitor's socket.
func (d *driver) widget(ctx context.Context, c int32) error {
	v := &d.world.contacts[c]
	return d.listen(ctx, "/widget/ws", "", func(int64, string) string {
		return fmt.Sprintf(`{"type":"hello","inbox":%q,"token":%q}`, v.inbox.Name, v.token)
	}, func(frame []byte, at time.Time) {
		if p := d.phase.Load(); p != nil {
			p.showReply(c, frame, at)
		}
	})
}

// listen opens a socket, waits for its welcome, and then reads it in the
// background. A socket that is cut is opened again where it was.
func (d *driver) listen(ctx context.Context, path, headers string, hello func(last int64, epoch string) string, take func([]byte, time.Time)) error {
	ws, epoch, err := d.open(ctx, path, headers, hello(0, ""))
	if err != nil {
		return err
	}
	d.sockets.Go(func() {
		last := int64(0)
		for {
			frame, err := ws.read()
			if err == nil {
				take(frame, time.Now())
				if seq, ok := seqOf(frame); ok {
					last = seq
				}
				continue
			}
			ws.close()
			if d.ending.Load() || ctx.Err() != nil {
				return
			}
			d.cuts.Add(1)
			if ws, _, err = d.open(ctx, path, headers, hello(last, epoch)); err != nil {
				return
			}
		}
	})
	return nil
}

// open says hello and reads up to the welcome.
func (d *driver) open(ctx context.Context, path, headers, hello string) (ws *wsConn, epoch string, err error) {
	if ws, err = dialSocket(ctx, d.addr, path, headers); err != nil {
		return nil, "", err
	}
	defer func() {
		if err != nil {
			ws.close()
		}
	}()
	if err = ws.send(hello); err != nil {
		return nil, "", err
	}
	frame, err := ws.read()
	if err != nil {
		return nil, "", err
	}
	var welcome struct{ Type, Epoch string }
	if err = json.Unmarshal(frame, &welcome); err == nil && welcome.Type != "welcome" {
		err = fmt.Errorf("%s greeted with %q", path, welcome.Type)
	}
	d.mu.Lock()
	d.opened = append(d.opened, ws)
	d.mu.Unlock()
	return ws, welcome.Epoch, err
}

// assign notes who got which conversation, while customers arrive.
func (d *driver) assign(agent int, frame []byte) {
	var f struct {
		Event struct {
			Type           string
			ConversationID desk.ID `json:"conversation_id"`
			AgentID        desk.ID `json:"agent_id"`
		}
		Conversation struct {
			LastMessage struct{ Text string } `json:"last_message"`
		}
	}
	if !contains(frame, assignedType) || json.Unmarshal(frame, &f) != nil || f.Event.AgentID != d.world.agents[agent].id {
		return
	}
	n, ok := readMark([]byte(f.Conversation.LastMessage.Text), arrival)
	if !ok || n >= len(d.world.contacts) {
		return
	}
	if c := &d.world.contacts[n]; c.agent < 0 {
		c.agent, c.conversation = agent, f.Event.ConversationID
		d.assigned.Add(1)
	}
}

// keepAlive pings all sockets until ctx ends.
func (d *driver) keepAlive(ctx context.Context) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		d.mu.Lock()
		all := d.opened
		d.mu.Unlock()
		for _, ws := range all {
			_ = ws.send(`{"type":"ping"}`) // a closed one is opened anew by its reader
		}
	}
}

// hangUp closes the connections for requests; they are opened anew when needed.
func (d *driver) hangUp() {
	for _, s := range append(d.senders, d.answers...) {
		s.conn.close()
	}
}

// close ends everything and waits for it.
func (d *driver) close() {
	d.ending.Store(true)
	d.mu.Lock()
	for _, ws := range d.opened {
		ws.close()
	}
	d.mu.Unlock()
	d.sockets.Wait()
	d.hangUp()
}
