package faults

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	mrand "math/rand/v2"
	"net/http"
	"sync"
	"time"

	"parley/desk"
)

// Driver plays customers and agents against a Rig and writes down what came of it.
type Driver struct {
	rig       *Rig
	seed      uint64
	run       string // makes ids of this run new
	customers []*customer
	agents    []*agentPlay
	revoked   int        // of them, from the last one on
	watchers  []*console // supervisor and administrator

	writing  sync.WaitGroup // customers
	working  sync.WaitGroup // agents
	watching sync.WaitGroup

	mu      sync.Mutex
	said    []*Said
	actions []Action
	faults  []Fault
	stalls  []Fault // of the machine
	// Items that cannot be processed, and odd messages, so far.
	poisoned, odd int
}

// DriverConfig says how much happens.
type DriverConfig struct {
	Customers int
	// Think is the mean pause of a customer between messages.
	Think time.Duration
	// Messages is how many each writes; 0: until they are stopped.
	Messages int
}

func newDriver(r *Rig, cfg DriverConfig) *Driver {
	var b [6]byte
	_, _ = rand.Read(b[:])
	d := &Driver{rig: r, seed: r.cfg.Seed, run: hex.EncodeToString(b[:])}
	for i := range cfg.Customers {
		d.customers = append(d.customers, &customer{driver: d, number: i, person: newPerson(i, r.world, d.run), think: cfg.Think, most: cfg.Messages, dice: d.dice("customer", i)})
	}
	for i, w := range r.world.agents {
		c := newConsole(d, w, d.dice("console", i))
		if w.role == desk.RoleAgent {
			d.agents = append(d.agents, &agentPlay{driver: d, me: w, console: c, dice: d.dice("agent", i), mine: map[desk.ID]*talk{}})
		} else {
			d.watchers = append(d.watchers, c)
		}
	}
	return d
}

// dice gives each player random numbers of its own, so that how they interleave
// changes nobody's choices.
func (d *Driver) dice(who string, i int) *mrand.Rand {
	stream := uint64(i)
	for _, c := range who {
		stream = stream*131 + uint64(c)
	}
	return mrand.New(mrand.NewPCG(d.seed, stream))
}

// customer writes messages, one after the other was acknowledged.
type customer struct {
	driver *Driver
	number int
	person person
	think  time.Duration
	most   int
	dice   *mrand.Rand
	n      int
}

// Providers try a webhook again after these pauses.
var hookPauses = []time.Duration{50 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 2 * time.Second, 4 * time.Second, 4 * time.Second}

// write sends messages until ctx ends; what is under way is finished.
func (c *customer) write(ctx context.Context) {
	for c.most == 0 || c.n < c.most {
		pause := time.Duration(c.dice.ExpFloat64() * float64(c.think))
		select {
		case <-ctx.Done():
			return
		case <-time.After(min(pause, 5*c.think)):
		}
		first, h := c.next()
		switch roll := c.dice.IntN(100); {
		case roll < 4 && c.most == 0: // the provider lets the next one pass
			second, h2 := c.next()
			c.deliver(second, h2)
			c.deliver(first, h)
		case roll < 12: // the provider sends it twice at once
			var twin sync.WaitGroup
			twin.Go(func() { c.driver.post(h) })
			c.deliver(first, h)
			twin.Wait()
		default:
			c.deliver(first, h)
		}
	}
}

func (c *customer) next() (*Said, hook) {
	c.n++
	p := c.person
	s := &Said{Customer: string(p.channel) + " " + p.address, InboxID: c.driver.rig.world.inboxes[p.channel].ID, ExternalID: p.externalID(c.driver.run, c.number, c.n),
		N: c.n, Text: fmt.Sprintf("%s c%d m%d", c.driver.run, c.number, c.n)}
	c.driver.mu.Lock()
	c.driver.said = append(c.driver.said, s)
	c.driver.mu.Unlock()
	return s, p.message("http://"+c.driver.rig.balancer.addr, s.ExternalID, s.Text)
}

// deliver posts until a 2xx, or gives up as providers do.
func (c *customer) deliver(s *Said, h hook) {
	c.driver.mu.Lock()
	s.Began = time.Now()
	c.driver.mu.Unlock()
	for try := 0; ; try++ {
		status, err := c.driver.post(h)
		c.driver.mu.Lock()
		s.Tries++
		ok := status/100 == 2
		if ok {
			s.Acked = time.Now()
		} else {
			s.Refused = fmt.Sprint(status)
			if err != nil {
				s.Refused = "no answer"
			}
		}
		c.driver.mu.Unlock()
		if ok || status/100 == 4 || try == len(hookPauses) {
			return
		}
		time.Sleep(hookPauses[try])
	}
}

var hookClient = &http.Client{Timeout: 12 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 30 * time.Second}}

// post makes one try at some node.
func (d *Driver) post(h hook) (int, error) {
	n := d.rig.balancer.pick()
	if n == nil {
		return 0, errNobody
	}
	req, err := http.NewRequest(http.MethodPost, "http://"+n.Addr+h.path, bytes.NewReader(h.body))
	if err != nil {
		return 0, err
	}
	req.Header = h.header.Clone()
	res, err := hookClient.Do(req)
	if err != nil {
		return 0, err
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	return res.StatusCode, nil
}

// acknowledged counts what customers were told is taken.
func (d *Driver) acknowledged() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, s := range d.said {
		if !s.Acked.IsZero() {
			n++
		}
	}
	return n
}

// Begin connects the agents and lets customers write.
func (d *Driver) Begin(ctx context.Context) (stopWriting, stopWorking func()) {
	stopWorking = d.beginWork(ctx)
	return d.beginWriting(ctx), stopWorking
}

func (d *Driver) beginWork(ctx context.Context) (stop func()) {
	working, endWorking := context.WithCancel(ctx)
	watching, endWatching := context.WithCancel(ctx)
	for _, c := range d.watchers {
		d.watching.Go(func() { c.run(watching) })
	}
	for _, a := range d.agents {
		a.console.frames = make(chan shown, agentFrames)
		d.watching.Go(func() { a.console.run(watching) })
		d.working.Go(func() { a.work(working) })
	}
	d.rig.end = append(d.rig.end, func() { endWatching(); d.watching.Wait() })
	return func() { endWorking(); d.working.Wait() }
}

func (d *Driver) beginWriting(ctx context.Context) (stop func()) {
	writing, end := context.WithCancel(ctx)
	for _, c := range d.customers {
		d.writing.Go(func() { c.write(writing) })
	}
	return func() { end(); d.writing.Wait() }
}
