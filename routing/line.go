package routing

import (
	"container/heap"
	"slices"
	"time"

	"parley/desk"
)

// instant is a time as a number that orders as the times do; far ones saturate.
type instant int64

var instantZero = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

func instantOf(t time.Time) instant { return instant(t.Sub(instantZero)) }

// need is a demanded or wished skill with the index's number of it.
type need struct {
	skill int
	level int
}

// waiter is a conversation in line. Its place never changes: what moves leaves
// and comes again.
type waiter struct {
	standing
	c      *desk.Conversation
	class  *class
	now    *instant // the index's clock
	in     *line    // nil while in no line: claimed, parked, or gone
	pos    int      // there
	member int      // place in the class
	fresh  bool     // among those to look at
	gone   bool
	timer  instant // when it is looked at again by time alone; 0: not
	due    instant // when the next step of its ring plan comes by time; 0: never
	opens  instant // came after hours: not offered before; 0: it was open
	kept   instant // until when it may be kept for its preferred agent; 0: no preferred agent
}

// before orders the lines.
func (w *waiter) before(o *waiter) bool { return w.compare(o.standing, *w.now) < 0 }

// line is waiting conversations, the first in line on top: of one class, or of
// a queue that serves strictly in order.
type line struct {
	list  []*waiter
	class int // which head this is; -1: of a strict queue
}

func (l *line) Len() int           { return len(l.list) }
func (l *line) Less(i, j int) bool { return l.list[i].before(l.list[j]) }
func (l *line) Swap(i, j int) {
	l.list[i], l.list[j] = l.list[j], l.list[i]
	l.list[i].pos, l.list[j].pos = i, j
}
func (l *line) Push(x any) {
	w := x.(*waiter)
	w.pos = len(l.list)
	l.list = append(l.list, w)
}
func (l *line) Pop() any {
	w := l.list[len(l.list)-1]
	l.list[len(l.list)-1] = nil
	l.list = l.list[:len(l.list)-1]
	return w
}

func (l *line) head() *waiter {
	if len(l.list) == 0 {
		return nil
	}
	return l.list[0]
}

// enter puts w in its line.
func (x *Index) enter(w *waiter) {
	l := &w.class.line
	if w.class.queue.policy.Blocks {
		l = &w.class.queue.line
	}
	w.in = l
	heap.Push(l, w)
	x.lead(l)
}

// leave takes w out of its line.
func (x *Index) leave(w *waiter) {
	if w.in == nil {
		return
	}
	heap.Remove(w.in, w.pos)
	x.lead(w.in)
	w.in = nil
}

// lead notes who is first in a class now, so that looking for an agent's next
// customer runs over one array.
func (x *Index) lead(l *line) {
	if l.class < 0 {
		return
	}
	h := head{}
	if w := l.head(); w != nil {
		h = head{rank: w.rank, at: w.at, w: w}
	}
	x.heads[l.class] = h
}

// head is the first of a class.
type head struct {
	rank int
	at   instant
	w    *waiter // nil: nobody waits
}

// freshLine orders those to look at; who has left since is passed over.
type freshLine []*waiter

func (f freshLine) Len() int           { return len(f) }
func (f freshLine) Less(i, j int) bool { return f[i].before(f[j]) }
func (f freshLine) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }
func (f *freshLine) Push(x any)        { *f = append(*f, x.(*waiter)) }
func (f *freshLine) Pop() any {
	o := *f
	w := o[len(o)-1]
	o[len(o)-1] = nil
	*f = o[:len(o)-1]
	return w
}

// freshen has w looked at in the next decision.
func (x *Index) freshen(w *waiter) {
	if w.fresh || w.gone || w.class.queue.policy.Blocks {
		return // the heads of strict queues are always looked at
	}
	w.fresh = true
	heap.Push(&x.fresh, w)
}

// alarm is a moment at which a waiter is looked at again.
type alarm struct {
	at instant
	w  *waiter
}

type alarms []alarm

func (a alarms) Len() int           { return len(a) }
func (a alarms) Less(i, j int) bool { return a[i].at < a[j].at }
func (a alarms) Swap(i, j int)      { a[i], a[j] = a[j], a[i] }
func (a *alarms) Push(x any)        { *a = append(*a, x.(alarm)) }
func (a *alarms) Pop() any {
	o := *a
	v := o[len(o)-1]
	*a = o[:len(o)-1]
	return v
}

// next is the first alarm that still means something, and whether there is any:
// set is what the waiter is set to.
func (a *alarms) next(set func(*waiter) instant) (alarm, bool) {
	for len(*a) > 0 {
		if first := (*a)[0]; !first.w.gone && set(first.w) == first.at {
			return first, true
		}
		heap.Pop(a)
	}
	return alarm{}, false
}

// lookAgain has w looked at once at has come.
func (x *Index) lookAgain(w *waiter, at instant) {
	if w.timer == at {
		return
	}
	w.timer = at
	heap.Push(&x.alarms, alarm{at, w})
}

// nextAlarm is when something has to be looked at by time alone; false: never.
func (x *Index) nextAlarm() (at instant, any bool) {
	look, some := x.alarms.next(func(w *waiter) instant { return w.timer })
	rise, more := x.rises.next(func(w *waiter) instant { return w.due })
	if !some || more && rise.at < look.at {
		return rise.at, more
	}
	return look.at, some
}

// ring makes those fresh whose moment has come.
func (x *Index) ring(now instant) {
	for {
		a, any := x.alarms.next(func(w *waiter) instant { return w.timer })
		if !any || a.at > now {
			return
		}
		heap.Pop(&x.alarms)
		a.w.timer = 0
		if p := a.w.c.PreferredAgentID; a.w.in == nil && p != "" {
			x.parked[p] = slices.DeleteFunc(x.parked[p], func(o *waiter) bool { return o == a.w || o.gone })
		}
		if a.w.opens != 0 && a.w.opens <= now {
			a.w.opens = 0
			if c := a.w.class; c.step < len(c.plan) && !c.staffed {
				x.mark(c)
			}
		}
		x.unpark(a.w)
		x.freshen(a.w)
	}
}

// park takes w out of line while it is kept for its preferred agent.
func (x *Index) park(w *waiter) {
	x.leave(w)
	x.parked[w.c.PreferredAgentID] = append(x.parked[w.c.PreferredAgentID], w)
}

// unpark brings a parked waiter back; one that is not parked stays as it is.
func (x *Index) unpark(w *waiter) {
	if w.in == nil && !w.gone {
		x.enter(w)
	}
}

// releaseParked has everybody looked at who is kept for an agent.
func (x *Index) releaseParked(agent desk.ID) {
	list := x.parked[agent]
	if len(list) == 0 {
		return
	}
	delete(x.parked, agent)
	for _, w := range list {
		x.unpark(w)
		x.freshen(w)
	}
}
