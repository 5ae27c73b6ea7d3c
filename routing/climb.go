package routing

import (
	"container/heap"
	"slices"
	"strings"
	"time"

	"parley/desk"
)

// reached is a step of a ring plan that holds and may not be recorded yet.
type reached struct {
	step  int
	since time.Time // the entry it belongs to
	early bool      // before its time: nobody online could ever take it
}

// stepOf is how many steps of its plan are known to hold for c.
func (x *Index) stepOf(c *desk.Conversation, plan desk.RingPlan) int {
	r, any := x.steps[c.ID]
	switch {
	case !any:
	case !r.since.Equal(c.QueuedAt) || r.step <= c.Ring:
		delete(x.steps, c.ID)
	default:
		return min(len(plan), r.step)
	}
	return min(len(plan), c.Ring)
}

// climb brings everybody to the step of their ring plan that holds now: those
// whose next one has come by time, and those whom nobody online could ever take
// before a later one. It tells whose step changed.
func (x *Index) climb(now instant) []desk.RingStep {
	climbed := map[desk.ID]bool{}
	at := instantZero.Add(time.Duration(now))
	for {
		a, any := x.rises.next(func(w *waiter) instant { return w.due })
		if !any || a.at > now {
			break
		}
		heap.Pop(&x.rises)
		a.w.due = 0
		climbed[a.w.id] = true
		x.rise(a.w, a.w.class.plan.Due(at.Sub(a.w.c.RingsFrom())))
	}
	for len(x.stale) > 0 {
		c := x.stale[len(x.stale)-1]
		x.stale = x.stale[:len(x.stale)-1]
		c.stale = false
		if len(c.all) == 0 {
			continue
		}
		if c.staffed = c.step > 0 && c.plan[c.step-1].Offer != "" || x.anybody(c.ways); c.staffed {
			continue
		}
		n := x.escape(c)
		if n == 0 {
			x.stuck = append(x.stuck, c)
			continue
		}
		for _, w := range slices.Clone(c.all) {
			if w.opens == 0 { // others begin with the opening
				climbed[w.id] = true
				x.rise(w, n)
			}
		}
	}
	var out []desk.RingStep
	for id := range climbed {
		w := x.waiters[id]
		out = append(out, desk.RingStep{ConversationID: id, QueuedAt: w.c.QueuedAt, Ring: w.class.step, Early: w.class.step > w.class.plan.Due(at.Sub(w.c.RingsFrom()))})
	}
	slices.SortFunc(out, func(a, b desk.RingStep) int { return strings.Compare(a.ConversationID, b.ConversationID) })
	return out
}

// mostUnrecorded bounds how many steps a decision is kept with.
const mostUnrecorded = 50

// Unrecorded are the steps that have come early and may not be recorded yet:
// with them a choice can be made again from the log. Those that have come by time
// can be told from the time.
func (x *Index) Unrecorded() []desk.RingStep {
	var out []desk.RingStep
	for id, r := range x.steps {
		if r.early && len(out) < mostUnrecorded {
			out = append(out, desk.RingStep{ConversationID: id, QueuedAt: r.since, Ring: r.step, Early: true})
		}
	}
	slices.SortFunc(out, func(a, b desk.RingStep) int { return strings.Compare(a.ConversationID, b.ConversationID) })
	return out
}

// rise lets n steps hold for w. What it asks for and its place in line change,
// so it leaves and comes again.
func (x *Index) rise(w *waiter, n int) {
	early := n > w.class.plan.Due(instantZero.Add(time.Duration(*x.clock)).Sub(w.c.RingsFrom()))
	x.steps[w.id] = reached{n, w.c.QueuedAt, early}
	x.drop(w.id)
	x.wait(w.c)
}

// escape is the first later step of a class at which somebody online could take
// it, or that offers the customer something else; 0 when there is none.
func (x *Index) escape(c *class) int {
	for n := c.step + 1; n <= len(c.plan); n++ {
		if c.plan[n-1].Offer != "" || x.anybody(x.compile(stageOf(c.queue.Queue, c.all[0].c, n, x.queueOf).ways)) {
			return n
		}
	}
	return 0
}

// anybody tells whether somebody online has the skills for one of the ways.
func (x *Index) anybody(ways [][]need) bool {
	set := &x.scratch.other
	for _, way := range ways {
		set.become(x.online)
		for _, n := range way {
			set.and(x.at(n))
		}
		if !set.empty() {
			return true
		}
	}
	return false
}

// join notes a waiter in its class.
func (x *Index) join(w *waiter) {
	c := w.class
	w.member = len(c.all)
	c.all = append(c.all, w)
	if c.step < len(c.plan) && !c.staffed {
		x.mark(c)
	}
}

// part takes a waiter from its class.
func (x *Index) part(w *waiter) {
	c := w.class
	last := c.all[len(c.all)-1]
	c.all[w.member], last.member = last, w.member
	c.all = c.all[:len(c.all)-1]
}

// mark has it looked at in the next decision whether anybody online can take a class.
func (x *Index) mark(c *class) {
	if !c.stale {
		c.stale = true
		x.stale = append(x.stale, c)
	}
}

// doubt: an agent who could take these classes may no longer be there.
func (x *Index) doubt(s *server) {
	if x.planned == 0 {
		return
	}
	for _, n := range s.classes {
		if c := x.classes[n]; c.staffed {
			c.staffed = false
			if len(c.all) > 0 {
				x.mark(c)
			}
		}
	}
}

// hope: somebody has come or learned something; whom nobody could take at any
// step may be taken now.
func (x *Index) hope() {
	for _, c := range x.stuck {
		x.mark(c)
	}
	x.stuck = x.stuck[:0]
}

func (x *Index) queueOf(id desk.ID) *desk.Queue {
	if q := x.queues[id]; q != nil {
		return q.Queue
	}
	return nil
}
