package faults

import (
	"time"

	"parley/desk"
)

// consolesComplete: numbers rise, come once, and none is missing that had to be shown.
func (c *checker) consolesComplete() {
	for i := range c.h.Sockets {
		c.consoleComplete(&c.h.Sockets[i])
	}
}

func (c *checker) consoleComplete(s *Socket) {
	a := c.h.Tables.Agents[s.Agent]
	if a == nil {
		return
	}
	last, from := int64(-1), int64(-1) // newest number; where this unbroken stretch began
	got := map[int64]bool{}
	close := func() {
		if from >= 0 {
			c.stretch(s, a, from, last, got)
		}
	}
	for _, f := range s.Frames {
		switch {
		case f.Ended:
			close()
			return
		case f.Welcome && f.Reset:
			close()
			from, last, got = f.Seq, f.Seq, map[int64]bool{}
		case f.Welcome:
			if f.Resumed != last {
				c.breach(15, "agent %s said hello with %d, and has seen up to %d", a.Name, f.Resumed, last)
			}
		default:
			if f.Seq <= last {
				c.breach(15, "agent %s is shown event %d at %s after %d", a.Name, f.Seq, f.At.Format("15:04:05.000"), last)
			}
			last = max(last, f.Seq)
			got[f.Seq] = true
		}
	}
	close()
}

// stretch judges one unbroken stretch of numbers: everything in it that this
// agent had to be shown was shown.
func (c *checker) stretch(s *Socket, a *desk.Agent, from, to int64, got map[int64]bool) {
	for i := range c.h.Tables.Events {
		e := &c.h.Tables.Events[i]
		if e.Seq <= from || e.Seq > to || got[e.Seq] {
			continue
		}
		if c.mustSee(a, e) && !c.tooLate(s, a, e) {
			c.breach(15, "agent %s has been shown %d to %d without a break, but not event %d (%s of conversation %s)%s", a.Name, from+1, to, e.Seq, e.Type, e.ConversationID, c.story(e.ConversationID, e.Seq))
			return
		}
	}
}

// tooLate tells whether an offer was over before it could be shown, to somebody who
// may not see the conversation without it: what is missed goes by what may be seen now.
func (c *checker) tooLate(s *Socket, a *desk.Agent, e *desk.Event) bool {
	if q := c.h.Tables.Queues[e.QueueID]; a.Role != desk.RoleAgent || q != nil && a.Meets(q.Requirements) {
		return false
	}
	shown := time.Time{}
	for _, f := range s.Frames {
		if !f.Welcome && f.Seq > e.Seq {
			shown = f.At
			break
		}
	}
	for _, later := range c.timeline[e.ConversationID] {
		if later.Seq > e.Seq && moving(later.Type) {
			return !later.At.After(shown)
		}
	}
	return false
}

// mustSee tells of events that concern somebody in any case: of conversations
// that are theirs by it, and for supervisors every change of state.
func (c *checker) mustSee(a *desk.Agent, e *desk.Event) bool {
	if !moving(e.Type) {
		return false
	}
	if a.Role != desk.RoleAgent {
		return true
	}
	return e.AgentID == a.ID && (e.Type == desk.EvConversationOffered || e.Type == desk.EvConversationAssigned)
}

// revokedWithin is how long a socket may outlive its session.
const revokedWithin = 5 * time.Second

// permitted: words reach only those who may read them, and nobody whose session
// is over.
func (c *checker) permitted() {
	visible := c.owners()
	for i := range c.h.Sockets {
		s := &c.h.Sockets[i]
		a := c.h.Tables.Agents[s.Agent]
		if a == nil {
			continue
		}
		ended := c.sessionEnd(a.ID)
		for _, f := range s.Frames {
			if !ended.IsZero() && !f.Ended && f.At.After(c.stretchFault(ended).Add(revokedWithin)) {
				c.breach(17, "the session of agent %s ended at %s, and event %d was shown at %s", a.Name, ended.Format("15:04:05.000"), f.Seq, f.At.Format("15:04:05.000"))
				break
			}
			if f.Said == "" || a.Role != desk.RoleAgent || f.Conversation == "" {
				continue
			}
			row := c.h.Tables.Conversations[f.Conversation]
			if row == nil || c.serves(a, f.Conversation) || visible[f.Conversation][a.ID] {
				continue
			}
			c.breach(17, "agent %s was shown %q of conversation %s, which was never theirs nor in a line they serve%s", a.Name, f.Said, f.Conversation, c.story(f.Conversation, f.Seq))
		}
	}
}

// owners tells for each conversation who ever had it or was offered it.
func (c *checker) owners() map[desk.ID]map[desk.ID]bool {
	out := map[desk.ID]map[desk.ID]bool{}
	for i := range c.h.Tables.Events {
		e := &c.h.Tables.Events[i]
		if e.Type == desk.EvConversationOffered || e.Type == desk.EvConversationAssigned {
			if out[e.ConversationID] == nil {
				out[e.ConversationID] = map[desk.ID]bool{}
			}
			out[e.ConversationID][e.AgentID] = true
		}
	}
	return out
}

// serves tells whether the conversation ever stood in a line of the agent's.
func (c *checker) serves(a *desk.Agent, conversation desk.ID) bool {
	for _, e := range c.timeline[conversation] {
		if q := c.h.Tables.Queues[e.QueueID]; q != nil && a.Meets(q.Requirements) {
			return true
		}
	}
	return false
}

func (c *checker) sessionEnd(agent desk.ID) time.Time {
	for i := range c.h.Tables.Events {
		if e := &c.h.Tables.Events[i]; e.Type == desk.EvSessionEnded && e.AgentID == agent {
			return e.At
		}
	}
	return time.Time{}
}

// stretchFault moves a time behind the fault that it lies in.
func (c *checker) stretchFault(at time.Time) time.Time {
	for _, f := range c.h.merged() {
		if !f.Begin.After(at.Add(revokedWithin)) && f.End.After(at) {
			at = f.End
		}
	}
	return at
}
