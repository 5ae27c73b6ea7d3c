package routing

import (
	"container/heap"
	"slices"
	"time"

	"parley/desk"
)

// scratch is memory that each decision uses again.
type scratch struct {
	skilled, fit, spared, narrowed, other, late, one bitset
	of                                               *class // whose eligible are in fit, while nobody changes
	any                                              bool   // there are some
	gains                                            gains
	skipped                                          []*waiter
}

// gain is an agent who can take more, and the first in line for them.
type gain struct {
	s *server
	w *waiter
}

type gains []gain

func (g gains) Len() int           { return len(g) }
func (g gains) Less(i, j int) bool { return g[i].w.before(g[j].w) }
func (g gains) Swap(i, j int)      { g[i], g[j] = g[j], g[i] }
func (g *gains) Push(x any)        { *g = append(*g, x.(gain)) }
func (g *gains) Pop() any {
	o := *g
	v := o[len(o)-1]
	*g = o[:len(o)-1]
	return v
}

// Decide proposes an agent for everybody who can be served now, first in line
// first, at most limit of them (0: no limit). What it proposes counts as taken
// until PutConversation shows the effect or Release takes it back.
func (x *Index) Decide(now time.Time, limit int) Plan {
	x.tidy()
	x.pass++
	at := instantOf(now)
	*x.clock = at
	x.ring(at)
	p := Plan{Steps: x.climb(at)}
	if x.weighted { // their order changes with time
		heap.Init(&x.fresh)
	}
	x.rankScarce()
	x.gainByReserve()
	g := &x.scratch.gains
	*g = (*g)[:0]
	for _, s := range x.gained {
		s.gained = false
		if w := x.nextFor(s, at); w != nil {
			*g = append(*g, gain{s, w})
		}
	}
	x.gained = x.gained[:0]
	heap.Init(g)
	for {
		w := x.next(at)
		if w == nil {
			break
		}
		if limit > 0 && len(p.Proposals) == limit {
			p.More = true
			for _, left := range *g {
				x.gain(left.s)
			}
			break
		}
		d, s := x.choose(w, now)
		q := w.class.queue
		p.Proposals = append(p.Proposals, propose(w.c, q.Queue, d))
		x.fly(w.c, s, !q.AutoAccept)
	}
	if at, any := x.nextAlarm(); any {
		p.Wake = instantZero.Add(time.Duration(at))
	}
	return p
}

// next is the first in line who can be served: of those to look at, of those
// for agents who can take more, and of the heads of strict queues.
func (x *Index) next(now instant) *waiter {
	best := x.nextFresh(now)
	if w := x.nextGained(now); w != nil && (best == nil || w.before(best)) {
		best = w
	}
	for _, q := range x.strict {
		if w := q.line.head(); w != nil && (best == nil || w.before(best)) && x.servable(w, now) {
			best = w
		}
	}
	return best
}

func (x *Index) nextFresh(now instant) *waiter {
	for len(x.fresh) > 0 {
		w := x.fresh[0]
		if w.in != nil && x.servable(w, now) {
			return w
		}
		heap.Pop(&x.fresh)
		w.fresh = false
	}
	return nil
}

// nextGained looks at the first of the heap again: since it was put there
// others may have been served, or the agent taken. Both can only make the first
// in line for an agent a later one, so the order of the heap holds.
func (x *Index) nextGained(now instant) *waiter {
	g := &x.scratch.gains
	for len(*g) > 0 {
		top := &(*g)[0]
		if c := top.w.class; top.w.in != nil && top.w.plain() && x.kinds[c.kind].free.has(top.s.i) && !x.keptBack(top.s, c) {
			return top.w
		}
		w := x.nextFor(top.s, now)
		switch {
		case w == top.w:
			return w
		case w == nil:
			heap.Pop(g)
		default:
			top.w = w
			heap.Fix(g, 0)
		}
	}
	return nil
}

// nextFor finds the first in line whom this agent could serve.
func (x *Index) nextFor(s *server, now instant) *waiter {
	if s.kinds == 0 {
		return nil
	}
	best := head{}
	for _, n := range s.classes {
		h := x.heads[n]
		if h.w == nil || best.w != nil && x.behind(h, best) {
			continue
		}
		c := x.classes[n]
		if c.hopeless == x.pass || !x.kinds[c.kind].free.has(s.i) || x.keptBack(s, c) {
			continue
		}
		if !h.w.plain() {
			if h.w = x.firstFor(s, c, now); h.w == nil {
				continue
			}
			h.rank, h.at = h.w.rank, h.w.at
		}
		if best.w == nil || h.w.before(best.w) {
			best = h
		}
	}
	return best.w
}

// behind tells whether h is not before best; equals are compared in full later.
func (x *Index) behind(h, best head) bool {
	if x.weighted {
		return best.w.before(h.w)
	}
	return h.rank < best.rank || h.rank == best.rank && h.at > best.at
}

// plain tells whether any eligible agent will do.
func (w *waiter) plain() bool { return w.kept == 0 && w.opens == 0 && len(w.c.AvoidAgentIDs) == 0 }

// firstFor goes down a class's line past those who are kept for somebody or
// have been declined.
func (x *Index) firstFor(s *server, c *class, now instant) *waiter {
	skipped := x.scratch.skipped[:0]
	var found *waiter
	for {
		w := c.line.head()
		if w == nil {
			break
		}
		if w.plain() || x.servableBy(s, w, now) {
			found = w
			break
		}
		if w.in == nil {
			continue // parked
		}
		x.leave(w)
		skipped = append(skipped, w)
	}
	for _, w := range skipped {
		x.enter(w)
	}
	x.scratch.skipped = skipped
	return found
}

// servableBy is servable, known that s is eligible.
func (x *Index) servableBy(s *server, w *waiter, now instant) bool {
	if slices.Contains(w.c.AvoidAgentIDs, s.id) {
		return x.servable(w, now)
	}
	return !x.closed(w) && !x.keptForPreferred(w, now)
}

// servable tells whether somebody can take w now. When only time has to pass it
// sees to it that w is looked at then.
func (x *Index) servable(w *waiter, now instant) bool {
	c := w.class
	if c.hopeless == x.pass || x.closed(w) || x.keptForPreferred(w, now) {
		return false
	}
	if !x.eligible(c) {
		c.hopeless = x.pass // claims only take; nobody becomes eligible before the next decision
		return false
	}
	if len(w.c.AvoidAgentIDs) == 0 || x.spare(w) {
		return true
	}
	again := instantOf(sparedUntil(w.c))
	if now < again {
		x.lookAgain(w, again)
		return false
	}
	return true
}

// closed tells whether w came after hours and the queue is not open yet, and if
// so takes it aside until then.
func (x *Index) closed(w *waiter) bool {
	if w.opens == 0 { // the alarm sees to it once it is open
		return false
	}
	if !w.class.queue.policy.Blocks {
		x.leave(w)
	}
	return true
}

// keptForPreferred tells whether w waits for the preferred agent, who is about
// to be free, and if so takes it aside.
func (x *Index) keptForPreferred(w *waiter, now instant) bool {
	if w.kept == 0 || now >= w.kept {
		return false
	}
	s := x.serverOf[w.c.PreferredAgentID]
	if s == nil || !s.meetsAny(w.class.ways) || !s.reserved(x.kinds[w.class.kind]) {
		return false
	}
	x.lookAgain(w, w.kept)
	if !w.class.queue.policy.Blocks {
		x.park(w)
	}
	return true
}

// eligible sets the scratch to who can take a class, and tells whether anybody can.
func (x *Index) eligible(c *class) bool {
	if x.scratch.of != c {
		x.scratch.of, x.scratch.any = c, x.findEligible(c)
	}
	return x.scratch.any
}

func (x *Index) findEligible(c *class) bool {
	fit := &x.scratch.fit
	k := x.kinds[c.kind]
	if len(c.ways) == 1 {
		x.eligibleBy(c.ways[0], k, fit)
	} else {
		one := &x.scratch.other
		for i, way := range c.ways {
			x.eligibleBy(way, k, one)
			if i == 0 {
				fit.become(*one)
			} else {
				fit.join(*one)
			}
		}
	}
	if fit.empty() {
		return false
	}
	for _, q := range x.keepers {
		if q != c.queue && x.idleOf(q, k) <= q.policy.Reserve {
			fit.without(q.serves)
		}
	}
	return !fit.empty()
}

// eligibleBy sets out to who is free for a kind and meets the needs.
func (x *Index) eligibleBy(needs []need, k *kind, out *bitset) {
	if len(needs) == 0 {
		out.become(k.free)
		return
	}
	if !out.meet(k.free, x.at(needs[0])) {
		return
	}
	for _, n := range needs[1:] {
		out.and(x.at(n))
	}
}

// spare sets the scratch to the eligible who have not declined w, and tells
// whether there are any.
func (x *Index) spare(w *waiter) bool {
	x.scratch.spared.become(x.scratch.fit)
	for _, id := range w.c.AvoidAgentIDs {
		if s := x.serverOf[id]; s != nil {
			x.scratch.spared.put(s.i, false)
		}
	}
	return !x.scratch.spared.empty()
}

// idleOf counts the agents who serve q and could take one of a kind.
func (x *Index) idleOf(q *queue, k *kind) int {
	x.skilled(q.needs, &q.serves)
	q.serves.and(x.enabled)
	x.scratch.other.meet(q.serves, k.free)
	return x.scratch.other.count()
}

// keptBack tells whether an agent is kept from a class for another queue.
func (x *Index) keptBack(s *server, c *class) bool {
	for _, q := range x.keepers {
		if q != c.queue && s.meets(q.needs) && x.idleOf(q, x.kinds[c.kind]) <= q.policy.Reserve {
			return true
		}
	}
	return false
}

// gainByReserve: with one more of a keeping queue's agents idle, the others who
// were kept for it may take from elsewhere.
func (x *Index) gainByReserve() {
	if len(x.keepers) == 0 {
		return
	}
	gained := slices.Clone(x.gained)
	for _, q := range x.keepers {
		if !slices.ContainsFunc(gained, func(s *server) bool { return s.meets(q.needs) }) {
			continue
		}
		x.skilled(q.needs, &q.serves)
		q.serves.each(func(i int) bool {
			if x.agents[i].able {
				x.gain(x.agents[i])
			}
			return true
		})
	}
}

// rankScarce puts the scarce queues in order again after skills changed, and
// everybody who waits there in their place.
func (x *Index) rankScarce() {
	if !x.unranked {
		return
	}
	x.unranked = false
	servers := map[desk.ID]int{}
	for _, q := range x.scarce {
		x.skilled(q.needs, &q.serves)
		q.serves.and(x.enabled)
		servers[q.ID] = q.serves.count()
	}
	ranks := rank(servers)
	for _, q := range x.scarce {
		if q.rank == ranks[q.ID] {
			continue
		}
		q.rank = ranks[q.ID]
		for id, w := range x.waiters {
			if w.class.queue == q {
				x.drop(id)
				x.wait(w.c)
			}
		}
	}
}
