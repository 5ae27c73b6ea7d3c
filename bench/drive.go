package bench

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

var (
	assignedType = []byte(`"type":"conversation.assigned"`)
	seqKey       = []byte(`"seq":`)
	changeType   = []byte(`"type":"change"`)
)

func contains(frame, part []byte) bool { return bytes.Contains(frame, part) }

// seqOf is the number of a change frame: its last "seq", the event's own being the same.
func seqOf(frame []byte) (seq int64, ok bool) {
	if !contains(frame, changeType) {
		return 0, false
	}
	i := bytes.LastIndex(frame, seqKey)
	if i < 0 {
		return 0, false
	}
	for _, c := range frame[i+len(seqKey):] {
		if c < '0' || c > '9' {
			break
		}
		seq = 10*seq + int64(c-'0')
	}
	return seq, true
}

// arrivePatience is how long nothing may move while customers are brought to agents.
const arrivePatience = 30 * time.Second

// arrive lets every contact write once and waits until all have an agent.
// Arrivals are not measured: they end with the last conversation active.
func (d *driver) arrive(ctx context.Context, progress func(done, total int)) error {
	w := d.world
	err := each(len(w.contacts), connections/4, func(worker, n int) error {
		s := d.senders[worker]
		status, err := s.conn.exchange(ctx, s.sign.request(&w.contacts[n], arrival, n))
		if err == nil && (status < 200 || status > 299) {
			err = fmt.Errorf("answered %d", status)
		}
		if err != nil {
			return fmt.Errorf("first message on %s: %w", w.contacts[n].inbox.Name, err)
		}
		progress(int(d.assigned.Load()), len(w.contacts))
		return nil
	})
	if err != nil {
		return err
	}
	err = await(ctx, arrivePatience, func() (int, bool) {
		n := int(d.assigned.Load())
		progress(n, len(w.contacts))
		return n, n == len(w.contacts)
	})
	if err != nil {
		return fmt.Errorf("%d of %d conversations reached an agent: %w", d.assigned.Load(), len(w.contacts), err)
	}
	return each(len(w.visitors), 16, func(_, n int) error { return d.widget(ctx, w.visitors[n]) })
}

// await looks until done, ctx ends, or nothing has changed for patience.
func await(ctx context.Context, patience time.Duration, look func() (state int, done bool)) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	last, since := -1, time.Now()
	for {
		state, done := look()
		if done {
			return nil
		}
		if state != last {
			last, since = state, time.Now()
		} else if time.Since(since) > patience {
			return fmt.Errorf("nothing has moved for %v", patience)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// drainPatience is how long acknowledged messages may take to show after the
// last one before they count as lost.
const drainPatience = 5 * time.Second

// drive runs a phase: sends by the schedule, then waits for what is underway.
func (d *driver) drive(ctx context.Context, load Load, progress func(p *phase)) (*phase, error) {
	p := d.begin(load)
	if err := d.sendAll(ctx, p, progress); err != nil {
		return nil, err
	}
	// What does not come is lost, and reported as such; that is no failure to measure.
	_ = await(ctx, drainPatience, func() (int, bool) { return int(p.shownN.Load()) + p.reply.count(), p.complete() })
	return p, ctx.Err()
}

// begin makes a phase the current one, starting in a moment.
func (d *driver) begin(load Load) *phase {
	p := newPhase(d.world, d.base, d.replies, load)
	d.base += len(p.contactOf)
	d.replies += len(p.replyTo)
	p.start = time.Now().Add(100 * time.Millisecond)
	d.phase.Store(p)
	return p
}

// sendAll sends a phase's messages by the schedule.
func (d *driver) sendAll(ctx context.Context, p *phase, progress func(p *phase)) error {
	queues := make([][]int32, len(d.senders))
	for i, c := range p.contactOf {
		at := int(c) % len(queues)
		queues[at] = append(queues[at], int32(i))
	}
	var sending sync.WaitGroup
	for n, s := range d.senders {
		sending.Go(func() { d.send(ctx, p, s, queues[n]) })
	}
	for n, s := range d.answers {
		sending.Go(func() { d.answer(ctx, p, s, n) })
	}
	sent := make(chan struct{})
	go func() {
		sending.Wait()
		close(sent)
	}()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for open := true; open; {
		select {
		case <-sent:
			open = false
		case <-tick.C:
			progress(p)
		}
	}
	return ctx.Err()
}

// send works through a connection's messages. Each request is made and signed
// before its time; a message whose turn comes late is sent at once, and its
// lateness counts.
func (d *driver) send(ctx context.Context, p *phase, s *sender, queue []int32) {
	for _, i := range queue {
		request := s.sign.request(&d.world.contacts[p.contactOf[i]], measured, p.base+int(i))
		if !sleepUntil(ctx, p.due(int(i))) || p.over(time.Now()) {
			return
		}
		sent := time.Now()
		status, err := s.conn.exchange(ctx, request)
		if err == nil && status < 300 {
			p.answer.record(time.Since(sent))
		}
		if err == nil && status == http.StatusServiceUnavailable && s.conn.again {
			p.put.Add(1)
		}
		p.answered(int(i), status, err, time.Now())
	}
}

// answer sends every replyConnections-th reply, from n on.
func (d *driver) answer(ctx context.Context, p *phase, s *sender, n int) {
	for j := n; j < len(p.replyTo); j += len(d.answers) {
		c := &d.world.contacts[p.replyTo[j]]
		request := s.sign.answer(c, d.world.agents[c.agent].token, p.replyBase+j)
		if !sleepUntil(ctx, p.replyDue(j)) {
			return
		}
		if status, err := s.conn.exchange(ctx, request); err != nil || status != 200 {
			p.replyRefused.Add(1)
		}
	}
}

func sleepUntil(ctx context.Context, at time.Time) bool {
	d := time.Until(at)
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
