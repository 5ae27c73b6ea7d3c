package replay

import (
	"time"

	"parley/desk"
)

// offer rings at an agent, who answers as they did, or as agents do.
func (r *rerun) offer(v *visit, w *worker, rings time.Duration) {
	v.offers++
	r.move(v, desk.Offered, w)
	how := v.recorded(w.ID)
	if how == nil {
		drawn := r.draws.answer(v.rng, w.ID)
		if drawn.how == desk.OfferTimedOut {
			drawn.away = r.draws.away(v.rng, w.ID)
		}
		how = &drawn
	}
	version := v.version
	then := func(after time.Duration, do func()) {
		r.plan(r.now.Add(after), func() {
			if v.version == version && r.inLine[v.talking.ID] == v {
				do()
			}
		})
	}
	away := how.away
	switch {
	case how.how == desk.OfferAccepted && how.after <= rings:
		then(how.after, func() { r.answers(v, w) })
	case how.how == desk.OfferDeclined && how.after <= rings:
		then(how.after, func() { r.returns(v, true) })
	default: // not answered then, taken back then, or too slow for this ring
		if away == 0 {
			away = r.draws.away(v.rng, w.ID)
		}
		then(rings, func() { r.misses(v, w, away) })
	}
}

// recorded is the offer of this stay to that agent as it was, once.
func (v *visit) recorded(agent desk.ID) *ring {
	for _, o := range v.stay.offers {
		if o.agent == agent && !v.rung[o] {
			v.rung[o] = true
			return o
		}
	}
	return nil
}

func (r *rerun) misses(v *visit, w *worker, away time.Duration) {
	r.returns(v, true)
	if w.Presence != desk.Available {
		return
	}
	w.Presence, w.PresenceSince, w.Next = desk.Away, r.now, "" // what was wanted after this one is over
	w.missed++
	since := w.missed
	r.put(w)
	r.plan(r.now.Add(away), func() {
		if w.missed == since && w.scheduled == desk.Available {
			w.Presence, w.PresenceSince = desk.Available, r.now
			r.put(w)
		}
	})
}

// returns puts a customer back in their place.
func (r *rerun) returns(v *visit, avoid bool) {
	w := v.agent
	if avoid {
		v.talking.AvoidAgentIDs = append(v.talking.AvoidAgentIDs[:len(v.talking.AvoidAgentIDs):len(v.talking.AvoidAgentIDs)], w.ID)
		if v.talking.PreferredAgentID == w.ID {
			v.talking.PreferredAgentID = ""
		}
	}
	r.move(v, desk.Waiting, nil)
}

// leaves ends a wait that no agent ended.
func (r *rerun) leaves(v *visit, how ending) {
	f := &r.figures[v.i]
	f.end, f.wait = how, r.now.Sub(f.at)
	delete(r.inLine, v.talking.ID)
	delete(r.here, v.talking.ID)
	r.move(v, desk.Abandoned, nil)
}

// answers is an agent beginning with a customer.
func (r *rerun) answers(v *visit, w *worker) {
	f := &r.figures[v.i]
	f.end, f.wait, f.agent = answered, r.now.Sub(f.at), w.ID
	delete(r.inLine, v.talking.ID)
	r.move(v, desk.Active, w)
	course := v.course
	if v.end != answered {
		course = []span{{true, r.draws.handle(v.rng, v.stay)}}
	}
	r.goOn(v, w, course)
}

// goOn lets an agent have it, and put it aside, as long as it took.
func (r *rerun) goOn(v *visit, w *worker, course []span) {
	if len(course) == 0 {
		delete(r.here, v.talking.ID)
		r.move(v, desk.Resolved, nil)
		if v.end == answered && v.next != nil && !v.cut {
			next := r.byStay[v.next]
			r.arrive(next, r.now)
		}
		return
	}
	s := course[0]
	switch {
	case s.holds && v.agent == nil: // back from being put aside
		assigned := w.LastAssignedAt
		r.move(v, desk.Active, w)
		w.LastAssignedAt = assigned
		r.put(w)
	case !s.holds:
		r.move(v, desk.Snoozed, nil)
	}
	r.plan(r.now.Add(s.took), func() { r.goOn(v, w, course[1:]) })
}

// resume goes on with what an agent had as the reading began.
func (r *rerun) resume(v *visit) {
	w := r.agents[v.stay.agent]
	if w == nil {
		return
	}
	r.here[v.talk] = true
	v.talking = desk.Conversation{ID: v.talk, QueueID: v.queue, Channel: v.channel, State: desk.Snoozed, Cost: v.cost, Epoch: 1}
	assigned := w.LastAssignedAt
	r.goOn(v, w, v.course)
	w.LastAssignedAt = assigned
	r.put(w)
}
