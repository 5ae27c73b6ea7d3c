package replay

import (
	"container/heap"
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"parley/desk"
	"parley/routing"
)

// outcome is how a stay went when the period happened again.
type outcome struct {
	came  bool
	end   ending
	at    time.Time // when it began
	wait  time.Duration
	agent desk.ID
	queue desk.ID
}

// rerun lets a period happen once more: one replication under one setting.
type rerun struct {
	p       *Period
	draws   *draws
	seed    uint64
	change  *Change
	index   *routing.Index
	queues  map[desk.ID]*desk.Queue
	agents  map[desk.ID]*worker
	visits  []*visit
	byStay  map[*stay]*visit
	inLine  map[desk.ID]*visit
	here    map[desk.ID]bool        // conversations that are not over
	were    map[desk.ID]*desk.Queue // as recorded, without the change
	due     agenda
	order   int
	now     time.Time
	woken   time.Time
	figures []outcome // by stay
	busy    occupied
}

// visit is a stay as it goes now.
type visit struct {
	*stay
	i       int
	talking desk.Conversation
	agent   *worker
	rung    map[*ring]bool // recorded offers that were used
	offers  int
	rng     *rand.Rand
	version int // rises whenever the state changes: what was planned for another is void
}

// worker is an agent as they are now.
type worker struct {
	desk.Agent
	scheduled desk.Presence // by the log; differs while away for a missed offer
	held      map[*visit]bool
	missed    int
}

// event is something that will happen.
type event struct {
	at    time.Time
	order int
	do    func()
}

type agenda []event

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	if !a[i].at.Equal(a[j].at) {
		return a[i].at.Before(a[j].at)
	}
	return a[i].order < a[j].order
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(event)) }
func (a *agenda) Pop() any {
	old := *a
	last := old[len(old)-1]
	old[len(old)-1] = event{}
	*a = old[:len(old)-1]
	return last
}

func (r *rerun) plan(at time.Time, do func()) {
	if at.After(r.p.To) {
		return
	}
	r.order++
	heap.Push(&r.due, event{at, r.order, do})
}

func newRerun(p *Period, d *draws, c *Change, seed uint64) *rerun {
	r := &rerun{p: p, draws: d, seed: seed, change: c, queues: map[desk.ID]*desk.Queue{}, agents: map[desk.ID]*worker{}, byStay: map[*stay]*visit{},
		inLine: map[desk.ID]*visit{}, here: map[desk.ID]bool{}, were: map[desk.ID]*desk.Queue{}, now: p.began, figures: make([]outcome, len(p.stays)), busy: occupied{from: p.From, to: p.To}}
	for _, q := range p.base.Queues {
		r.were[q.ID], r.queues[q.ID] = q, c.queue(q)
	}
	r.index = routing.NewIndex(routing.IndexConfig{Queues: r.lines()})
	for _, a := range p.base.Agents {
		r.hire(a)
	}
	for i, s := range p.stays {
		v := &visit{stay: s, i: i, rng: rand.New(rand.NewPCG(seed, uint64(i)*0x9e3779b97f4a7c15+1))}
		r.visits = append(r.visits, v)
		r.byStay[s] = v
		switch {
		case s.held:
			r.plan(p.began, func() { r.resume(v) })
		case !s.later:
			at := s.at
			if at.Before(p.began) {
				at = p.began
			}
			r.plan(at, func() { r.arrive(v, s.at) })
		}
	}
	for i := range p.schedule {
		r.plan(p.schedule[i].at, func() { r.shift(&p.schedule[i]) })
	}
	for _, ch := range p.queues {
		r.plan(ch.at, func() { r.configure(ch) })
	}
	return r
}

// run lets everything happen.
func (r *rerun) run(ctx context.Context) ([]outcome, error) {
	for n := 0; len(r.due) > 0; n++ {
		e := heap.Pop(&r.due).(event)
		r.now = e.at
		e.do()
		r.decide()
		if n%1000 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	r.now = r.p.To
	for _, v := range r.inLine {
		r.figures[v.i].wait = r.now.Sub(r.figures[v.i].at)
	}
	for _, a := range r.agents {
		r.busy.note(&a.Agent, r.now)
	}
	return r.figures, nil
}

func (r *rerun) lines() []*desk.Queue {
	out := make([]*desk.Queue, 0, len(r.queues))
	for _, q := range r.queues {
		out = append(out, q)
	}
	slices.SortFunc(out, func(a, b *desk.Queue) int { return strings.Compare(a.ID, b.ID) })
	return out
}

func (r *rerun) configure(ch queueChange) {
	if ch.queue == nil {
		delete(r.queues, ch.id)
	} else {
		r.were[ch.id], r.queues[ch.id] = ch.queue, r.change.queue(ch.queue)
	}
	r.index.Configure(routing.IndexConfig{Queues: r.lines()})
}

func (r *rerun) hire(a *desk.Agent) *worker {
	w := &worker{Agent: *a, scheduled: a.Presence, held: map[*visit]bool{}}
	w.Load = 0
	w.Skills = r.change.skills(a)
	r.agents[a.ID] = w
	r.put(w)
	return w
}

// put tells the index of an agent, and counts their time.
func (r *rerun) put(w *worker) {
	r.busy.note(&w.Agent, r.now)
	a := w.Agent
	r.index.PutAgent(&a)
}

// shift is what somebody did of their own accord, or was made by an admin.
func (r *rerun) shift(s *shift) {
	w := r.agents[s.agent]
	if w == nil {
		if s.setup == nil {
			return
		}
		w = r.hire(s.setup)
	}
	if s.setup != nil {
		w.Name, w.Role, w.Enabled, w.Capacity, w.ChannelLimits = s.setup.Name, s.setup.Role, s.setup.Enabled, s.setup.Capacity, s.setup.ChannelLimits
		w.HardCapacity, w.Costs, w.Hours, w.OffHours = s.setup.HardCapacity, s.setup.Costs, s.setup.Hours, s.setup.OffHours
		w.Skills = r.change.skills(s.setup)
		if w.OffHours {
			r.takeBack(w)
		}
	}
	// Who wanted to go after this one and then missed it is away of their own accord.
	if !s.missed && (!s.back || w.scheduled != desk.Available) {
		w.scheduled, w.Next = s.presence, s.next
		r.present(w, s.presence)
		return
	}
	r.put(w)
}

// present changes a presence; anything but available takes ringing offers back.
func (r *rerun) present(w *worker, p desk.Presence) {
	if w.Presence != p {
		w.Presence, w.PresenceSince = p, r.now
		w.missed++
	}
	r.put(w)
	if p != desk.Available {
		r.takeBack(w)
	}
}

// takeBack ends what rings at an agent who takes nothing any more.
func (r *rerun) takeBack(w *worker) {
	for _, v := range held(w) {
		if v.talking.State == desk.Offered {
			r.returns(v, false)
		}
	}
}

func held(w *worker) []*visit {
	out := make([]*visit, 0, len(w.held))
	for v := range w.held {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b *visit) int { return a.i - b.i })
	return out
}

// arrive puts a customer in line. A place in line that is older than the reading is kept.
func (r *rerun) arrive(v *visit, queued time.Time) {
	id := v.talk
	for r.here[id] { // the same customer again, before the last time was over
		id += "+"
	}
	v.talking = desk.Conversation{ID: id, QueueID: v.queue, Channel: v.channel, State: desk.Waiting, Cost: v.cost, Epoch: 1, Priority: v.priority,
		QueuedAt: queued, PlaceAt: queued.Add(-v.ahead), StateSince: r.now, Requirements: v.reqs, PreferredAgentID: v.prefers, AvoidAgentIDs: v.avoids,
		Rings: v.rings, Ring: v.ring, Raised: v.raised, OpensAt: v.opens}
	v.rung = map[*ring]bool{}
	r.here[id] = true
	r.recost(&v.talking)
	r.figures[v.i] = outcome{came: true, at: queued, queue: v.queue}
	r.inLine[id] = v
	if len(v.stay.offers) > 0 && v.stay.offers[0].manual {
		if w := r.agents[v.stay.offers[0].agent]; w != nil && w.Presence == desk.Available && !w.OffHours && w.Free() >= w.CostOf(&v.talking) {
			r.offer(v, w, time.Duration(r.ringSeconds(v))*time.Second)
			r.planEnd(v, queued)
			return
		}
	}
	r.index.PutConversation(r.copy(v))
	r.planEnd(v, queued)
}

func (r *rerun) ringSeconds(v *visit) int {
	if q := r.queues[v.queue]; q != nil {
		return q.OfferSeconds
	}
	return desk.QueueDefaults().OfferSeconds
}

// recost gives a customer the priority and the cost that a changed queue gives.
func (r *rerun) recost(c *desk.Conversation) {
	q, was := r.queues[c.QueueID], r.were[c.QueueID]
	if q == nil || was == nil {
		return
	}
	c.Priority += q.Priority - was.Priority
	if q.Cost(c.Channel) != was.Cost(c.Channel) {
		c.Cost = q.Cost(c.Channel)
	}
}

// planEnd plans what ends the wait when no agent does.
func (r *rerun) planEnd(v *visit, queued time.Time) {
	leave := func(after time.Duration, how ending) {
		if after < forEver {
			r.plan(later(queued.Add(after), r.now), func() {
				if r.inLine[v.talking.ID] == v {
					r.leaves(v, how)
				}
			})
		}
	}
	switch {
	case v.end == abandoned || v.end == closed:
		leave(v.wait, v.end)
	case v.byHand && !v.handed():
		r.plan(later(queued.Add(v.wait), r.now), func() { r.taken(v) })
		fallthrough
	case v.channel.Live():
		leave(r.draws.patienceBeyond(v.rng, v.queue, v.wait), abandoned)
	}
	if q := r.queues[v.queue]; q != nil && !v.channel.Live() && q.ExpireHours > 0 {
		leave(time.Duration(q.ExpireHours)*time.Hour, expired)
	}
}

// handed tells whether a person had it ring at an agent from the beginning.
func (s *stay) handed() bool { return len(s.offers) > 0 && s.offers[0].manual }

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// taken is somebody taking a customer by hand, or being given one, as they did.
func (r *rerun) taken(v *visit) {
	w := r.agents[v.stay.agent]
	if r.inLine[v.talking.ID] != v || w == nil || w.Presence == desk.Offline {
		return
	}
	if v.agent != nil && v.agent != w {
		r.release(v)
	}
	r.answers(v, w)
}

// decide gives everybody who can be served to whom the line says.
func (r *rerun) decide() {
	p := r.index.Decide(r.now, 0)
	for _, choice := range p.Proposals {
		v, w := r.inLine[choice.ConversationID], r.agents[choice.AgentID]
		if choice.AutoAccept {
			r.answers(v, w)
		} else {
			r.offer(v, w, choice.For)
		}
	}
	if p.Wake.After(r.now) && !p.Wake.Equal(r.woken) {
		r.woken = p.Wake
		r.plan(p.Wake, func() {})
	}
}

// copy is what the index may keep.
func (r *rerun) copy(v *visit) *desk.Conversation {
	c := v.talking
	return &c
}

// move changes state and owner.
func (r *rerun) move(v *visit, to desk.State, w *worker) {
	v.version++
	v.talking.State, v.talking.StateSince = to, r.now
	v.talking.Epoch++
	if v.agent != nil && v.agent != w {
		r.release(v)
	}
	v.talking.AgentID = ""
	if w != nil {
		v.talking.AgentID = w.ID
		if v.agent != w {
			v.agent = w
			w.held[v] = true
			v.talking.Cost = w.CostOf(&v.talking)
			w.Load += v.talking.Cost
			w.LastAssignedAt = r.now
		}
	}
	r.index.PutConversation(r.copy(v))
	if w != nil {
		r.put(w)
	}
}

// release frees the agent who holds it.
func (r *rerun) release(v *visit) {
	w := v.agent
	if w == nil {
		return
	}
	v.agent = nil
	delete(w.held, v)
	w.Load, w.FreedAt = max(0, w.Load-v.talking.Cost), r.now
	if q := r.queues[v.queue]; q != nil {
		v.talking.Cost = q.Cost(v.channel) // what it took was this agent's
	}
	r.put(w)
}
