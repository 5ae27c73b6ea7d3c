package replay

import (
	"time"

	"parley/desk"
)

// ending is how a stay in line ended.
type ending int

const (
	stillThere ending = iota // at the end of the period
	answered
	abandoned
	expired
	closed // resolved while it waited
)

// stay is one stay in line as it was, and what came of it.
type stay struct {
	talk     desk.ID
	told     *desk.WaitRange // as it came; nil: nothing
	channel  desk.Channel
	queue    desk.ID
	at       time.Time
	priority int
	cost     int
	reqs     []desk.Requirement
	prefers  desk.ID
	avoids   []desk.ID     // as it came into line
	rings    desk.RingPlan // its own; nil: its queue's
	opens    time.Time     // came after hours: until when it waits for the opening
	ahead    time.Duration // by how much its place in line is older
	// ring and raised are the steps that held already as the reading began.
	ring, raised int

	end    ending
	wait   time.Duration
	agent  desk.ID // who answered
	byHand bool    // given or taken by a person
	held   bool    // was never in line: an agent had it as the reading began
	offers []*ring
	course []span // once answered
	cut    bool   // its end is not known: the period was over
	next   *stay  // the stay in line that followed on it: a transfer
	later  bool   // is such a one
}

// ring is an offer as it went.
type ring struct {
	agent  desk.ID
	how    desk.OfferState
	after  time.Duration // until the answer
	away   time.Duration // a missed one: until the agent was back
	manual bool          // a person chose the agent
}

// span is a time in which an agent had a conversation, or had put it aside.
type span struct {
	holds bool
	took  time.Duration
}

// handled is how long agents had it in all.
func (s *stay) handled() time.Duration {
	var sum time.Duration
	for _, p := range s.course {
		if p.holds {
			sum += p.took
		}
	}
	return sum
}

// scribe writes down stays, shifts and changed queues while the log is folded.
type scribe struct {
	p      *Period
	open   map[desk.ID]*stay     // by conversation: in line, or being taken care of
	spans  map[desk.ID]spanBegun // of those being taken care of: what goes on
	missed map[desk.ID]*miss     // by agent, who has not come back yet
}

// spanBegun is a span that has not ended.
type spanBegun struct {
	holds bool
	at    time.Time
}

type miss struct {
	ring *ring
	at   time.Time
}

func newScribe(p *Period) *scribe {
	return &scribe{p: p, open: map[desk.ID]*stay{}, spans: map[desk.ID]spanBegun{}, missed: map[desk.ID]*miss{}}
}

// begin writes down a conversation that was open as the reading began.
func (w *scribe) begin(c *desk.Conversation) {
	switch {
	case c.State.InLine():
		s := w.enter(c, nil)
		s.ring, s.raised = c.Ring, c.Raised
	case c.AgentID != "" && (c.State.HoldsCapacity() || c.State == desk.Snoozed):
		s := w.enter(c, nil)
		s.held, s.end, s.agent, s.at = true, answered, c.AgentID, w.p.began
		w.spans[c.ID] = spanBegun{c.State.HoldsCapacity(), w.p.began}
	}
}

func (w *scribe) enter(c *desk.Conversation, before *stay) *stay {
	s := &stay{talk: c.ID, at: c.QueuedAt, avoids: c.AvoidAgentIDs}
	s.asks(c)
	if before != nil {
		before.next, s.later = s, true
	}
	w.p.stays = append(w.p.stays, s)
	w.open[c.ID] = s
	return s
}

// asks takes in what the conversation asks for now.
func (s *stay) asks(c *desk.Conversation) {
	s.channel, s.queue, s.priority, s.cost, s.reqs = c.Channel, c.QueueID, c.Priority, c.Cost, c.Requirements
	s.prefers, s.rings, s.opens = c.PreferredAgentID, c.Rings, c.OpensAt
	s.ahead = max(0, c.QueuedAt.Sub(c.Place()))
}

// write takes one step of the log in.
func (w *scribe) write(s step) {
	e := s.event
	switch {
	case e.Type == desk.EvQueueChanged:
		if e.Data.Before != nil || e.Data.After != nil {
			ch := queueChange{at: e.At, id: e.QueueID}
			if e.Data.After != nil {
				ch.queue = e.Data.After.Queue
			}
			w.p.queues = append(w.p.queues, ch)
		}
	case e.Type == desk.EvAgentPresence || e.Type == desk.EvAgentChanged:
		w.staff(e)
	case s.after != nil:
		w.talk(s)
	}
}

func (w *scribe) talk(s step) {
	e, before, after := s.event, s.before, s.after
	v := w.open[after.ID]
	switch {
	case after.State.InLine() && !before.State.InLine():
		w.spanEnds(v, after, e.At)
		w.enter(after, v).told = e.Data.Told
	case v == nil: // of a kind that never waits
	case after.State.InLine():
		switch e.Type {
		case desk.EvConversationTransfer:
			v.asks(after)
		case desk.EvConversationPriority:
			v.priority = after.Priority
		case desk.EvConversationHours:
			v.opens = after.OpensAt
		case desk.EvConversationReturned:
			w.answer(v, s)
		}
	case before.State.InLine():
		w.leave(v, s)
	case after.State != before.State:
		w.spanEnds(v, after, e.At)
		if !after.State.Open() {
			delete(w.open, after.ID)
			delete(w.spans, after.ID)
		}
	}
}

// answer writes down an offer that ended without acceptance.
func (w *scribe) answer(v *stay, s step) {
	r := &ring{agent: s.event.AgentID, how: desk.OfferState(s.event.Data.Fields["how"])}
	if s.offer != nil {
		r.after, r.manual = s.event.At.Sub(s.offer.MadeAt), s.offer.Decision.Policy == "manual"
	}
	v.offers = append(v.offers, r)
	if r.how == desk.OfferTimedOut {
		w.missed[r.agent] = &miss{r, s.event.At}
	}
}

// leave ends a stay in line.
func (w *scribe) leave(v *stay, s step) {
	e := s.event
	v.wait = max(0, e.At.Sub(v.at))
	if s.before.State == desk.Offered && (s.after.State != desk.Active || s.after.AgentID != s.before.AgentID) {
		v.offers = append(v.offers, &ring{agent: s.before.AgentID, how: desk.OfferWithdrawn})
	}
	switch s.after.State {
	case desk.Active, desk.Wrapping:
		v.end, v.agent = answered, s.after.AgentID
		w.spans[v.talk] = spanBegun{true, e.At}
		if s.offer == nil {
			return
		}
		v.byHand = s.offer.Decision.Policy == "manual"
		if s.before.State == desk.Offered && s.before.AgentID == v.agent {
			v.offers = append(v.offers, &ring{agent: v.agent, how: desk.OfferAccepted, after: e.At.Sub(s.offer.MadeAt), manual: v.byHand})
		}
		return
	case desk.Abandoned:
		v.end = abandoned
	case desk.Expired:
		v.end = expired
	default:
		v.end = closed
	}
	if left := e.Data.ExpiresAt; v.end != closed && left.After(v.at) && left.Before(e.At) {
		v.wait = left.Sub(v.at) // they had gone before it was noticed
	}
	delete(w.open, v.talk)
}

// spanEnds ends a part of the time after the answer.
func (w *scribe) spanEnds(v *stay, after *desk.Conversation, at time.Time) {
	if v == nil || v.end != answered {
		return
	}
	was := w.spans[v.talk]
	v.course = append(v.course, span{was.holds, max(0, at.Sub(was.at))})
	w.spans[v.talk] = spanBegun{after.State.HoldsCapacity(), at}
}

// staff writes down what an agent did of their own accord: being away because
// an offer was missed follows from the offers.
func (w *scribe) staff(e desk.Event) {
	var a *desk.Agent
	if e.Data.After != nil {
		a = e.Data.After.Agent
	}
	if a == nil {
		if e.Type != desk.EvAgentPresence {
			return
		}
		a = &desk.Agent{ID: e.AgentID, Presence: e.Data.Presence, Reason: e.Data.Reason}
	}
	sh := shift{at: e.At, agent: e.AgentID, presence: a.Presence, next: a.Next}
	if e.Type == desk.EvAgentChanged || e.Data.After != nil {
		sh.setup = a
	}
	if m := w.missed[e.AgentID]; e.Type == desk.EvAgentPresence && m != nil {
		if a.Presence == desk.Away && a.Reason == desk.ReasonMissedOffer {
			sh.missed = true
		} else {
			m.ring.away = e.At.Sub(m.at)
			delete(w.missed, e.AgentID)
			sh.back = a.Presence == desk.Available
		}
	}
	w.p.schedule = append(w.p.schedule, sh)
}

// shift is a change of somebody's presence or setup.
type shift struct {
	at       time.Time
	agent    desk.ID
	presence desk.Presence
	next     desk.Presence
	setup    *desk.Agent // how they are from then on; nil: only the presence changed
	missed   bool        // away because an offer was missed
	back     bool        // from that
}

// end closes what is open as the period ends.
func (w *scribe) end() {
	for _, m := range w.missed {
		m.ring.away = max(0, w.p.To.Sub(m.at))
	}
	for id, v := range w.open {
		if v.end == stillThere {
			v.wait = max(0, w.p.To.Sub(v.at))
			continue
		}
		v.cut = true
		v.course = append(v.course, span{w.spans[id].holds, max(0, w.p.To.Sub(w.spans[id].at))})
	}
}
