package faults

import (
	"time"

	"parley/desk"
)

// fold is the center as the log alone tells it: the checker's own account, with
// none of the server's code.
type fold struct {
	talks  map[desk.ID]*talkNow
	people map[desk.ID]*personNow
	now    time.Time // the latest time in the log so far
}

// talkNow is a conversation after some event.
type talkNow struct {
	id           desk.ID
	state        desk.State
	epoch        int64
	owner        desk.ID // or who it is offered to
	offer        desk.ID
	queue, inbox desk.ID
	contact      desk.ID
	channel      desk.Channel
	cost         int
	priority     int
	reqs         []desk.Requirement
	preferred    desk.ID
	avoid        map[desk.ID]bool
	queuedAt     time.Time
	waitingFrom  time.Time // since when the state is waiting
	ringsUntil   time.Time
	snoozedUntil time.Time
	byHand       bool // the owner was decided by a person
	owned        []span
	servable     time.Time // since when somebody idle could take it; zero: nobody
	told         bool      // that it waited beside them
}

// span is a time of having a conversation.
type span struct {
	agent    desk.ID
	from, to time.Time // to zero: still
}

// personNow is an agent after some event.
type personNow struct {
	id       desk.ID
	presence desk.Presence
	load     int
	channels map[desk.Channel]int
	ringing  int
	endedAt  int64 // event of the session's end; 0: not ended
}

func newFold() *fold {
	return &fold{talks: map[desk.ID]*talkNow{}, people: map[desk.ID]*personNow{}}
}

func (f *fold) person(id desk.ID) *personNow {
	p := f.people[id]
	if p == nil {
		p = &personNow{id: id, presence: desk.Offline, channels: map[desk.Channel]int{}}
		f.people[id] = p
	}
	return p
}

// moving are the events that change a conversation's state, and with it its epoch.
func moving(t desk.EventType) bool {
	switch t {
	case desk.EvConversationQueued, desk.EvConversationOffered, desk.EvConversationReturned, desk.EvConversationAssigned, desk.EvConversationSnoozed,
		desk.EvConversationWoken, desk.EvConversationResolved, desk.EvConversationReopened, desk.EvConversationGone, desk.EvConversationExpired:
		return true
	}
	return false
}

// apply takes one event in.
func (f *fold) apply(e *desk.Event) {
	if e.At.After(f.now) {
		f.now = e.At
	}
	switch e.Type {
	case desk.EvAgentPresence:
		f.person(e.AgentID).presence = e.Data.Presence
		return
	case desk.EvSessionEnded:
		f.person(e.AgentID).endedAt = e.Seq
		return
	case desk.EvConversationCreated:
		f.talks[e.ConversationID] = &talkNow{id: e.ConversationID, state: desk.New, queue: e.QueueID, inbox: e.InboxID, contact: e.ContactID, avoid: map[desk.ID]bool{}}
	}
	t := f.talks[e.ConversationID]
	if t == nil {
		return
	}
	if e.QueueID != "" { // news of a message's status do not say
		t.queue = e.QueueID
	}
	route := e.Data.Cost != 0 // it carries what the line needs to know
	if route {
		f.free(t)
		t.cost, t.priority, t.reqs, t.preferred, t.queuedAt = e.Data.Cost, e.Data.Priority, e.Data.Requirements, e.Data.Preferred, e.Data.QueuedAt
		f.hold(t)
	}
	if !moving(e.Type) && e.Type != desk.EvConversationTransfer {
		return
	}
	f.free(t)
	before := t.state
	t.state, t.epoch = e.Data.To, max(t.epoch, e.Data.Epoch)
	f.moved(t, e, before)
	f.hold(t)
}

// moved keeps the fields that belong to a state.
func (f *fold) moved(t *talkNow, e *desk.Event, before desk.State) {
	if n := len(t.owned); n > 0 && t.owned[n-1].to.IsZero() && (t.state != desk.Active || t.owned[n-1].agent != e.AgentID) {
		t.owned[n-1].to = later(e.At, f.now)
	}
	switch t.state {
	case desk.Waiting:
		if e.Type == desk.EvConversationReturned && e.Data.Fields["how"] != string(desk.OfferWithdrawn) {
			t.avoid[e.AgentID] = true
		}
		if e.Type == desk.EvConversationTransfer {
			t.avoid = map[desk.ID]bool{}
			if e.Data.FromAgentID != "" {
				t.avoid[e.Data.FromAgentID] = true
			}
		}
		t.owner, t.offer = "", ""
		if before != desk.Waiting || e.Type == desk.EvConversationTransfer {
			t.waitingFrom = f.now
		}
	case desk.Offered:
		t.owner, t.offer, t.ringsUntil = e.AgentID, e.Data.OfferID, e.Data.ExpiresAt
	case desk.Active:
		if e.Type == desk.EvConversationAssigned {
			t.owner = e.AgentID
			t.byHand = e.ActorID != "" && e.Data.From != desk.Offered
		}
		t.offer, t.queuedAt, t.avoid = "", time.Time{}, map[desk.ID]bool{}
		if n := len(t.owned); n == 0 || !t.owned[n-1].to.IsZero() {
			t.owned = append(t.owned, span{agent: t.owner, from: e.At})
		}
	case desk.Snoozed:
		t.snoozedUntil = e.Data.ExpiresAt
	case desk.Resolved:
		t.owner, t.offer, t.queuedAt, t.avoid = e.AgentID, "", time.Time{}, map[desk.ID]bool{}
	default:
		t.owner, t.offer, t.queuedAt, t.avoid = "", "", time.Time{}, map[desk.ID]bool{}
	}
}

// hold and free keep the load of whoever has a conversation.
func (f *fold) hold(t *talkNow) { f.weigh(t, 1) }
func (f *fold) free(t *talkNow) { f.weigh(t, -1) }

func (f *fold) weigh(t *talkNow, sign int) {
	if !t.state.HoldsCapacity() || t.owner == "" {
		return
	}
	p := f.person(t.owner)
	p.load += sign * t.cost
	p.channels[t.channel] += sign
	if t.state == desk.Offered {
		p.ringing += sign
	}
}

// had tells whether an agent had a conversation at some moment of a span.
func (t *talkNow) had(agent desk.ID, from, to time.Time) bool {
	for _, s := range t.owned {
		if s.agent == agent && !s.from.After(to) && (s.to.IsZero() || !s.to.Before(from)) {
			return true
		}
	}
	return false
}
