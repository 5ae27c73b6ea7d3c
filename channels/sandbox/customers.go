package sandbox

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"
)

const (
	maxActive    = 60  // simulated customers at once
	maxPerMinute = 120 // arrivals
	firstArrival = time.Second
	longestVisit = 30 * time.Minute
	afterThanks  = 8 * time.Minute // how long one waits to be asked for a rating
	afterEnd     = 20 * time.Second
	chatPatience = 150.0 // seconds, mean; web visitors leave after it
	textPatience = 420.0 // seconds, mean; others write again
	leastWait    = 20.0
	heardWaiting = 64
)

// CustomersState says how the simulated customers are doing.
type CustomersState struct {
	Running   bool `json:"running"`
	PerMinute int  `json:"per_minute"` // arrivals, 1–120
	Active    int  `json:"active"`
	Arrived   int  `json:"arrived"`
	Gone      int  `json:"gone"`      // talked and went, or gave up
	Abandoned int  `json:"abandoned"` // of those, web visitors who gave up in line
}

// customers makes simulated customers arrive.
type customers struct {
	s      *Sandbox
	mu     sync.Mutex
	now    CustomersState
	rng    *rand.Rand
	active map[threadKey]chan heard
	wake   chan struct{}
}

// heard is what reaches a customer.
type heard struct {
	text   string
	rating bool // the widget asks for stars
	ended  bool // the conversation is over
}

// line is the customer's end of a channel.
type line interface {
	say(ctx context.Context, text string, photo []byte) error
	typing(ctx context.Context)
	// read marks what arrived as read.
	read(ctx context.Context)
	rate(ctx context.Context, score int) error
	leave()
	heard() <-chan heard
	live() bool // leaving the page leaves the line
}

func newCustomers(s *Sandbox) *customers {
	return &customers{
		s: s, now: CustomersState{PerMinute: 6}, active: map[threadKey]chan heard{}, wake: make(chan struct{}, 1),
		rng: rand.New(rand.NewPCG(s.cfg.Seed, s.cfg.Seed)),
	}
}

func (c *customers) state() CustomersState {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *customers) set(running bool, perMinute int) {
	c.mu.Lock()
	c.now.Running, c.now.PerMinute = running, min(max(perMinute, 1), maxPerMinute)
	c.mu.Unlock()
	c.tell()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *customers) tell() {
	st := c.state()
	c.s.live.publish(event{Type: "customers", Customers: &st})
}

func (c *customers) count(change func(*CustomersState)) {
	c.mu.Lock()
	change(&c.now)
	c.mu.Unlock()
	c.tell()
}

// hear passes a message of the company to the simulated customer it is for.
func (c *customers) hear(m Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if in := c.active[threadKey{m.App, m.Phone}]; in != nil {
		select {
		case in <- heard{text: m.Text}:
		default: // one who does not keep up misses it, as people do
		}
	}
}

// run lets customers arrive, and waits for all to be gone when ctx ends.
func (c *customers) run(ctx context.Context) error {
	var all sync.WaitGroup
	defer all.Wait()
	for soon := false; ; {
		c.mu.Lock()
		st := c.now
		gap := time.Duration(c.rng.ExpFloat64() / float64(st.PerMinute) * float64(time.Minute))
		c.mu.Unlock()
		switch {
		case !st.Running:
			gap = time.Hour
		case soon: // who has just switched it on wants to see somebody
			gap = min(gap, firstArrival)
		}
		timer := time.NewTimer(c.s.pace(gap))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-c.wake:
			timer.Stop()
			soon = true
			continue
		case <-timer.C:
		}
		if !st.Running || st.Active >= maxActive {
			continue
		}
		soon = false
		a, kind := c.arrive()
		c.count(func(s *CustomersState) { s.Active++; s.Arrived++ })
		all.Go(func() {
			gaveUp := c.visit(ctx, a, kind)
			c.count(func(s *CustomersState) {
				s.Active--
				s.Gone++
				if gaveUp {
					s.Abandoned++
				}
			})
		})
	}
}

// arrive decides who comes, and where: 4 in 10 by web chat.
func (c *customers) arrive() (actor, string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := newActor(c.rng)
	return a, pick(c.rng, []string{"webchat", "webchat", "webchat", "webchat", "sms", "sms", "whatsapp", "whatsapp", "whatsapp", "messenger"})
}

// visit is one customer's stay; true when they gave up in line.
func (c *customers) visit(ctx context.Context, a actor, kind string) bool {
	ctx, cancel := context.WithTimeout(ctx, c.s.pace(longestVisit))
	defer cancel()
	if kind == "webchat" {
		v, err := c.s.openWebChat(ctx, a)
		if err != nil {
			c.s.cfg.Log.Debug("sandbox: visitor could not open the chat", "error", err)
			return false
		}
		defer v.leave()
		return c.chat(ctx, newTalk(a), v)
	}
	app := App(kind)
	key := threadKey{app, a.Address(app)}
	in := make(chan heard, heardWaiting)
	c.mu.Lock()
	if c.active[key] != nil { // the same number twice: not now
		c.mu.Unlock()
		return false
	}
	c.active[key] = in
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.active, key)
		c.mu.Unlock()
	}()
	return c.chat(ctx, newTalk(a), &phoneLine{s: c.s, key: key, name: a.Name, in: in})
}

// chat runs a talk over a line with human pauses; true when the customer gave
// up in line.
func (c *customers) chat(ctx context.Context, t *talk, l line) (gaveUp bool) {
	for _, text := range t.opening() {
		if !c.say(ctx, t, l, reply{text: text}) {
			return false
		}
	}
	mean := textPatience
	if l.live() {
		mean = chatPatience
	}
	patience := c.seconds(leastWait + mean*math.Sqrt(-2*math.Log(1-t.rng.Float64()))*0.8)
	wait, nudged, answered := patience, false, false
	for {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(wait):
			if l.live() || t.thanked || nudged {
				return l.live() && !answered
			}
			nudged = true
			if !c.say(ctx, t, l, reply{text: t.nudge()}) {
				return false
			}
		case h := <-l.heard():
			if h.ended && !h.rating { // being asked to rate may follow
				t.thanked, wait = true, c.s.pace(afterEnd)
				continue
			}
			answered, wait = answered || h.text != "", c.s.pace(afterThanks)
			r := c.react(ctx, t, l, h)
			if r.rate > 0 || ctx.Err() != nil {
				return false
			}
		}
	}
}

// react reads what came, all of it, and answers.
func (c *customers) react(ctx context.Context, t *talk, l line, h heard) reply {
	if !pause(ctx, c.seconds(1.5+4*t.rng.Float64())) {
		return reply{}
	}
	for more := true; more; {
		select {
		case next := <-l.heard():
			h.text += "\n" + next.text
			h.rating = h.rating || next.rating
		default:
			more = false
		}
	}
	l.read(ctx)
	r := reply{rate: t.score()}
	if !h.rating {
		r = t.next(h.text)
	}
	if r.text != "" || r.rate > 0 {
		c.say(ctx, t, l, r)
	}
	return r
}

// say types and sends; false when that was not possible.
func (c *customers) say(ctx context.Context, t *talk, l line, r reply) bool {
	l.typing(ctx)
	if !pause(ctx, c.seconds(t.typingTime(r.text))) {
		return false
	}
	if r.rate > 0 {
		return l.rate(ctx, r.rate) == nil
	}
	var photo []byte
	if r.photo {
		photo = drawPhoto(t.rng)
	}
	return l.say(ctx, r.text, photo) == nil
}

func (c *customers) seconds(s float64) time.Duration {
	return c.s.pace(time.Duration(s * float64(time.Second)))
}

// drawPhoto makes a small picture in place of a photograph: a lamp, lit.
func drawPhoto(rng *rand.Rand) []byte {
	const w, h = 480, 360
	tone := uint8(60 + rng.IntN(120))
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			d := math.Hypot(float64(x-w/2), float64(y-h/3)) / 260
			light := uint8(max(0, 190*(1-d)))
			img.Set(x, y, color.RGBA{R: 40 + light, G: 34 + light*4/5, B: tone/3 + light/2, A: 255})
			if x > w/2-6 && x < w/2+6 && y > h/3 || y > h-40 && x > w/2-70 && x < w/2+70 {
				img.Set(x, y, color.RGBA{R: 30, G: 26, B: tone / 4, A: 255})
			}
		}
	}
	var out bytes.Buffer
	_ = jpeg.Encode(&out, img, nil) // a buffer and an opaque picture cannot fail
	return out.Bytes()
}

// phoneLine is a simulated customer's phone.
type phoneLine struct {
	s    *Sandbox
	key  threadKey
	name string
	in   chan heard
}

func (p *phoneLine) say(_ context.Context, text string, photo []byte) error {
	m := Message{App: p.key.app, Phone: p.key.phone, Name: p.name, Text: text}
	if photo != nil {
		file, err := p.s.saveMedia("photo.jpg", "image/jpeg", photo)
		if err != nil {
			return err
		}
		m.Media = []Media{file}
	}
	p.s.write(m)
	return nil
}

func (p *phoneLine) typing(context.Context) {} // these providers do not tell
func (p *phoneLine) read(context.Context)   { p.s.read(p.key) }
func (p *phoneLine) leave()                 {}
func (p *phoneLine) heard() <-chan heard    { return p.in }
func (p *phoneLine) live() bool             { return false }

func (p *phoneLine) rate(ctx context.Context, score int) error {
	return p.say(ctx, strconv.Itoa(score), nil)
}
