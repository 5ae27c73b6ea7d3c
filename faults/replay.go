package faults

import (
	"reflect"
	"time"

	"parley/desk"
)

// replay folds the log and looks at each step: what may only be judged knowing
// how things stood at that moment.
func (c *checker) replay() {
	c.fold = newFold()
	r := &replayer{checker: c, open: map[string]desk.ID{}, snoozes: map[desk.ID]int{}}
	lies := c.h.clockLies()
	events := c.h.Tables.Events
	for i := range events {
		e := &events[i]
		r.before(e)
		r.fold.apply(e)
		if t := r.fold.talks[e.ConversationID]; t != nil && t.channel == "" {
			if row := c.h.Tables.Conversations[t.id]; row != nil {
				t.channel = row.Channel
			}
		}
		r.after(e)
		// Events of one transaction have one time; what is between them is nothing
		// that anybody could have seen.
		if !lies && (i+1 == len(events) || !events[i+1].At.Equal(e.At)) {
			r.idleBesideWaiting(e)
		}
	}
	r.settleOvertaken()
}

type replayer struct {
	*checker
	open      map[string]desk.ID // contact and inbox ▶ the open conversation
	snoozes   map[desk.ID]int
	overtaken []overtake
}

// overtake is one conversation chosen before another that was ahead of it.
type overtake struct {
	seq    int64
	at     time.Time
	behind desk.ID // chosen
	ahead  desk.ID
	told   bool
}

// before judges an event by what it comes upon.
func (r *replayer) before(e *desk.Event) {
	t := r.fold.talks[e.ConversationID]
	if t == nil {
		if e.Type == desk.EvConversationCreated {
			r.begins(e)
		}
		return
	}
	if moving(e.Type) && e.Data.Epoch <= t.epoch {
		r.breach(5, "conversation %s was at epoch %d, and event %d moves it with epoch %d%s", t.id, t.epoch, e.Seq, e.Data.Epoch, r.story(t.id, e.Seq))
	}
	if !moving(e.Type) && e.Data.Epoch != 0 && e.Data.Epoch < t.epoch {
		r.breach(5, "conversation %s was at epoch %d, and event %d (%s) still says %d%s", t.id, t.epoch, e.Seq, e.Type, e.Data.Epoch, r.story(t.id, e.Seq))
	}
	switch e.Type {
	case desk.EvConversationOffered:
		r.offered(t, e)
	case desk.EvConversationAssigned:
		r.assigned(t, e)
	case desk.EvConversationReturned:
		r.returned(t, e)
	case desk.EvConversationReopened:
		r.begins(e)
	case desk.EvConversationWoken:
		r.woken(t, e)
	}
}

// begins: no other of this contact in this inbox may be open.
func (r *replayer) begins(e *desk.Event) {
	key := e.InboxID + " " + e.ContactID
	if other := r.open[key]; other != "" && other != e.ConversationID {
		if o := r.fold.talks[other]; o != nil && o.state.Open() {
			r.breach(3, "conversation %s begins at event %d while %s of the same contact and inbox is %s%s", e.ConversationID, e.Seq, other, o.state, r.story(other, e.Seq))
		}
	}
	r.open[key] = e.ConversationID
}

// byHand tells whether a person decided an assignment or offer.
func (r *replayer) byHand(e *desk.Event) bool {
	o := r.offers[e.Data.OfferID]
	return o != nil && o.Decision.Rule == "manual" || o == nil && e.ActorID != ""
}

func (r *replayer) offered(t *talkNow, e *desk.Event) {
	if r.byHand(e) {
		return // handed over: the transfer before it took it from whoever had it
	}
	r.chosen(t, e, "offered")
}

// chosen judges what the router decided: from the line only, and nobody too full.
func (r *replayer) chosen(t *talkNow, e *desk.Event, how string) {
	switch {
	case !t.state.Open():
		r.breach(14, "conversation %s is %s, and event %d has it %s to %s%s", t.id, t.state, e.Seq, how, short(e.AgentID), r.story(t.id, e.Seq))
	case t.state != desk.Waiting && t.byHand:
		r.breach(6, "conversation %s was given to %s by a person, and the router has it %s to %s at event %d%s", t.id, short(t.owner), how, short(e.AgentID), e.Seq, r.story(t.id, e.Seq))
	case t.state != desk.Waiting:
		r.breach(4, "conversation %s is %s with %s, and the router has it %s to %s at event %d%s", t.id, t.state, short(t.owner), how, short(e.AgentID), e.Seq, r.story(t.id, e.Seq))
	}
	a, p := r.h.Tables.Agents[e.AgentID], r.fold.person(e.AgentID)
	if a == nil {
		return
	}
	if p.load+t.cost > a.Capacity {
		r.breach(7, "agent %s has %d of %d, and is given conversation %s of %d more at event %d%s", a.Name, p.load, a.Capacity, t.id, t.cost, e.Seq, r.story(t.id, e.Seq))
	}
	if limit, limited := a.ChannelLimits[t.channel]; limited && p.channels[t.channel] >= limit {
		r.breach(7, "agent %s has %d of %d on %s, and is given conversation %s at event %d%s", a.Name, p.channels[t.channel], limit, t.channel, t.id, e.Seq, r.story(t.id, e.Seq))
	}
	r.overtakes(t, e)
}

func (r *replayer) assigned(t *talkNow, e *desk.Event) {
	switch {
	case e.Data.From == desk.Offered && e.ActorID == e.AgentID && !r.byHand(e): // accepted
		if t.state == desk.Offered && t.owner != e.AgentID {
			r.breach(11, "conversation %s was offered to %s, and event %d says that %s accepted it%s", t.id, short(t.owner), e.Seq, short(e.AgentID), r.story(t.id, e.Seq))
		}
		if t.state != desk.Offered || t.offer != e.Data.OfferID {
			r.breach(4, "conversation %s is %s with %s, and event %d has it accepted by %s%s", t.id, t.state, short(t.owner), e.Seq, short(e.AgentID), r.story(t.id, e.Seq))
		}
	case r.byHand(e):
		if t.state == desk.Active && t.owner != e.AgentID && e.Data.FromAgentID != t.owner {
			r.breach(4, "conversation %s is with %s, and event %d gives it by hand to %s as if %s had it%s", t.id, short(t.owner), e.Seq, short(e.AgentID), short(e.Data.FromAgentID), r.story(t.id, e.Seq))
		}
	default:
		r.chosen(t, e, "assigned")
	}
}

// timerSlack is how much earlier than its time a timer may be said to have ended:
// times are kept in microseconds.
const timerSlack = time.Millisecond

func (r *replayer) returned(t *talkNow, e *desk.Event) {
	if r.h.clockLies() || e.Data.Fields["how"] != string(desk.OfferTimedOut) {
		return
	}
	if t.state == desk.Offered && e.At.Before(t.ringsUntil.Add(-timerSlack)) {
		r.breach(19, "the offer of conversation %s rings until %s, and event %d ends it for its time at %s%s", t.id, t.ringsUntil.Format("15:04:05.000"), e.Seq, e.At.Format("15:04:05.000"), r.story(t.id, e.Seq))
	}
}

func (r *replayer) woken(t *talkNow, e *desk.Event) {
	if t.state != desk.Snoozed {
		r.breach(19, "conversation %s is %s, and event %d wakes it%s", t.id, t.state, e.Seq, r.story(t.id, e.Seq))
	}
	if e.Data.Reason == "time" && !r.h.clockLies() && e.At.Before(t.snoozedUntil.Add(-timerSlack)) {
		r.breach(19, "conversation %s sleeps until %s, and event %d wakes it at %s%s", t.id, t.snoozedUntil.Format("15:04:05.000"), e.Seq, e.At.Format("15:04:05.000"), r.story(t.id, e.Seq))
	}
}

func (r *replayer) after(e *desk.Event) {
	if p := r.fold.people[e.AgentID]; p != nil && p.load < 0 {
		r.breach(20, "agent %s has a load of %d after event %d%s", short(e.AgentID), p.load, e.Seq, r.story(e.ConversationID, e.Seq))
	}
}

// takes tells whether an agent could be given a conversation now, by everything
// that the log and the settings say.
func (r *replayer) takes(a *desk.Agent, t *talkNow) bool {
	p, q := r.fold.person(a.ID), r.h.Tables.Queues[t.queue]
	if q == nil || !a.Enabled || p.presence != desk.Available || p.endedAt > 0 || t.avoid[a.ID] || p.load+t.cost > a.Capacity {
		return false
	}
	if limit, limited := a.ChannelLimits[t.channel]; limited && p.channels[t.channel] >= limit {
		return false
	}
	if !a.Meets(q.Requirements) || !a.Meets(t.reqs) {
		return false
	}
	return p.ringing == 0 || q.AutoAccept
}

// kept tells whether a conversation is rightly kept for somebody who is only being rung.
func (r *replayer) kept(t *talkNow) bool {
	p := r.fold.people[t.preferred]
	return t.preferred != "" && p != nil && p.presence == desk.Available && p.ringing > 0
}

// idleBesideWaiting looks for who waits although somebody could take them.
func (r *replayer) idleBesideWaiting(e *desk.Event) {
	for id, t := range r.fold.talks {
		if t.state != desk.Waiting {
			t.servable, t.told = time.Time{}, false
			continue
		}
		who := r.idleFor(t)
		if !t.servable.IsZero() && !t.told {
			if waited := r.h.calm(t.servable, r.fold.now); waited > r.h.Patience {
				t.told = true
				r.breach(8, "conversation %s waited from %s for %v while agent %s could have taken it; seen at event %d%s", id, t.servable.Format("15:04:05.000"),
					r.fold.now.Sub(t.servable).Round(time.Millisecond), nameOr(who), e.Seq, r.story(id, e.Seq))
			}
		}
		if who == nil {
			t.servable = time.Time{}
		} else if t.servable.IsZero() {
			t.servable = r.fold.now
		}
	}
}

func (r *replayer) idleFor(t *talkNow) *desk.Agent {
	if r.kept(t) {
		return nil
	}
	for _, a := range r.h.Tables.Agents {
		if a.Role == desk.RoleAgent && r.takes(a, t) {
			return a
		}
	}
	return nil
}

func nameOr(a *desk.Agent) string {
	if a == nil {
		return "(somebody)"
	}
	return a.Name
}

// grace covers choices of one moment that are committed in another order, or
// refused and made again.
func (h *History) grace() time.Duration { return h.Patience / 3 }

// overtakes notes who is ahead of a chosen conversation, asks for the same and
// could have been given to the same agent.
func (r *replayer) overtakes(t *talkNow, e *desk.Event) {
	a := r.h.Tables.Agents[e.AgentID]
	if r.h.clockLies() || a == nil || t.queuedAt.IsZero() {
		return
	}
	for id, o := range r.fold.talks {
		if id == t.id || o.state != desk.Waiting || o.queue != t.queue || o.cost != t.cost || o.channel != t.channel || len(o.avoid) > 0 || o.preferred != "" || !reflect.DeepEqual(o.reqs, t.reqs) {
			continue
		}
		if !ahead(o, t) || !r.takes(a, o) || r.h.calm(o.waitingFrom, e.At) < r.h.grace() {
			continue
		}
		r.overtaken = append(r.overtaken, overtake{seq: e.Seq, at: e.At, behind: t.id, ahead: id})
	}
}

func ahead(o, t *talkNow) bool {
	ko, kt := o.queuedAt.Add(-time.Duration(o.priority)*time.Minute), t.queuedAt.Add(-time.Duration(t.priority)*time.Minute)
	return ko.Before(kt) || ko.Equal(kt) && o.id < t.id
}

// settleOvertaken tells of those who were passed over again and again: a choice
// whose claim is refused costs one turn, and is made again at once.
func (r *replayer) settleOvertaken() {
	first := map[desk.ID]overtake{}
	for _, o := range r.overtaken {
		was, again := first[o.ahead]
		if !again || !r.sameStay(o.ahead, was.seq, o.seq) {
			first[o.ahead] = o
			continue
		}
		if r.h.calm(was.at, o.at) > r.h.grace() && !was.told {
			was.told = true
			first[o.ahead] = was
			r.breach(9, "conversation %s was ahead of %s and of %s in the same line, and they were chosen at events %d and %d%s%s", o.ahead, was.behind, o.behind, was.seq, o.seq, r.story(o.ahead, o.seq), r.story(o.behind, o.seq))
		}
	}
}

// sameStay tells whether nothing moved a conversation between two events.
func (r *replayer) sameStay(id desk.ID, from, to int64) bool {
	for _, e := range r.timeline[id] {
		if e.Seq > from && e.Seq < to && moving(e.Type) {
			return false
		}
	}
	return true
}
