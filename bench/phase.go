package bench

import (
	"bytes"
	"sync/atomic"
	"time"
)

// phase is a stretch of load at one rate: when each message is due, and what
// became of it.
type phase struct {
	start time.Time
	// Messages: number i of the phase is number base+i of the run, due at
	// start + i·gap.
	gap       time.Duration
	base      int
	contactOf []int32
	acked     []atomic.Bool
	seen      []atomic.Uint32 // how often it was shown to its owner
	latest    []atomic.Int32  // by contact: the last one shown
	took      []atomic.Int64  // nanoseconds from when it was due to when it was shown; 0: not yet
	earlier   *phase          // whose messages are still being shown, or nil
	accept    histogram
	answer    histogram // to the answer, from when it was sent
	until     time.Time // what is not sent by then is not sent; zero: everything is
	shown     histogram
	ackedN    atomic.Int64
	shownN    atomic.Int64
	lastShown atomic.Int64 // nanoseconds after start
	refused   atomic.Int64 // answered otherwise than 2xx, or not at all
	put       atomic.Int64 // of these, put off: 503 with Retry-After
	strayed   atomic.Int64 // shown to an agent who does not own it
	reordered atomic.Int64

	// Replies: number j is due at start + j·replyGap.
	replyGap     time.Duration
	replyBase    int
	replyTo      []int32
	replySeen    []atomic.Uint32
	reply        histogram
	replyRefused atomic.Int64
}

// visitorRate is how often a visitor may write, in messages a second: the widget
// takes two, so the load stays well below.
const visitorRate = 1.0

// newPhase plans load: messages go round the contacts, one in visitorShare from
// a visitor as far as visitors may write that often.
func newPhase(w *world, base, replyBase int, load Load) *phase {
	n := int(load.Rate * load.Duration.Seconds())
	p := &phase{gap: time.Duration(float64(time.Second) / load.Rate), base: base, contactOf: make([]int32, n), acked: make([]atomic.Bool, n),
		seen: make([]atomic.Uint32, n), latest: make([]atomic.Int32, len(w.contacts)), took: make([]atomic.Int64, n), replyBase: replyBase}
	every := visitorShare
	if most := visitorRate * float64(len(w.visitors)); load.Rate/visitorShare > most && most > 0 {
		every = int(load.Rate/most) + 1
	}
	phones, visitors := 0, 0
	for i := range n {
		if len(w.phones) == 0 || len(w.visitors) > 0 && i%every == every-1 {
			p.contactOf[i] = w.visitors[visitors%len(w.visitors)]
			visitors++
		} else {
			p.contactOf[i] = w.phones[phones%len(w.phones)]
			phones++
		}
	}
	for i := range p.latest {
		p.latest[i].Store(-1)
	}
	if load.Replies > 0 && len(w.visitors) > 0 {
		n := int(load.Replies * load.Duration.Seconds())
		p.replyGap, p.replyTo, p.replySeen = time.Duration(float64(time.Second)/load.Replies), make([]int32, n), make([]atomic.Uint32, n)
		for j := range p.replyTo {
			p.replyTo[j] = w.visitors[j%len(w.visitors)]
		}
	}
	return p
}

func (p *phase) due(i int) time.Time      { return p.start.Add(time.Duration(i) * p.gap) }
func (p *phase) replyDue(j int) time.Time { return p.start.Add(time.Duration(j) * p.replyGap) }

// over tells whether it is too late to send anything.
func (p *phase) over(now time.Time) bool { return !p.until.IsZero() && now.After(p.until) }

// answered books the answer to message i.
func (p *phase) answered(i, status int, err error, at time.Time) {
	if err != nil || status < 200 || status > 299 {
		p.refused.Add(1)
		return
	}
	p.acked[i].Store(true)
	p.ackedN.Add(1)
	p.accept.record(at.Sub(p.due(i)))
}

var (
	receivedType = []byte(`"type":"message.received"`)
	messageKey   = []byte(`"message":{`)
	textKey      = []byte(`"text":"`)
)

// markIn finds the mark in the message that a frame carries. The frame is not
// decoded: that would cost more than everything else the load does.
func markIn(frame []byte, kind byte) (n int, ok bool) {
	i := bytes.Index(frame, messageKey)
	if i < 0 {
		return 0, false
	}
	frame = frame[i:]
	if i = bytes.Index(frame, textKey); i < 0 {
		return 0, false
	}
	return readMark(frame[i+len(textKey):], kind)
}

// show books a frame at an agent's console.
func (p *phase) show(w *world, agent int, frame []byte, at time.Time) {
	if !bytes.Contains(frame, receivedType) {
		return
	}
	n, ok := markIn(frame, measured)
	for ok && n < p.base && p.earlier != nil {
		p = p.earlier
	}
	i := n - p.base
	if !ok || i < 0 || i >= len(p.contactOf) {
		return // of another phase
	}
	c := p.contactOf[i]
	if w.contacts[c].agent != agent {
		p.strayed.Add(1)
		return
	}
	if p.seen[i].Add(1) > 1 {
		return
	}
	if p.latest[c].Swap(int32(i)) > int32(i) {
		p.reordered.Add(1)
	}
	p.shown.record(at.Sub(p.due(i)))
	p.took[i].Store(int64(at.Sub(p.due(i))))
	p.lastShown.Store(int64(at.Sub(p.start)))
	p.shownN.Add(1)
}

// showReply books a frame at the socket of visitor c.
func (p *phase) showReply(c int32, frame []byte, at time.Time) {
	n, ok := markIn(frame, reply)
	j := n - p.replyBase
	if !ok || j < 0 || j >= len(p.replyTo) || p.replyTo[j] != c || p.replySeen[j].Add(1) > 1 {
		return // the same message comes again with each new status
	}
	p.reply.record(at.Sub(p.replyDue(j)))
}

// complete tells whether all that was acknowledged has been shown.
func (p *phase) complete() bool {
	return p.shownN.Load() >= p.ackedN.Load() && int64(p.reply.count())+p.replyRefused.Load() >= int64(len(p.replyTo))
}

// balance compares what was acknowledged with what was shown.
func (p *phase) balance() (lost, duplicates int) {
	for i := range p.acked {
		switch n := p.seen[i].Load(); {
		case n == 0 && p.acked[i].Load():
			lost++
		case n > 1:
			duplicates += int(n) - 1
		}
	}
	return lost, duplicates
}
