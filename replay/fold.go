package replay

import (
	"slices"
	"strings"

	"parley/desk"
	"parley/floor"
)

// past is the floor at a moment of the log. It is what the routing code chooses
// on, and shows the lists that do not change from one choice to the next once.
type past struct {
	*floor.Floor
	queues map[desk.ID]*desk.Queue
	setup  *desk.Snapshot // inboxes and skills
	agents []*desk.Agent  // by name; nil: to be listed
	lines  []*desk.Queue  // by name; nil: to be listed
}

func newPast(s *desk.Snapshot) *past {
	p := &past{Floor: floor.New(s), queues: map[desk.ID]*desk.Queue{}, setup: s}
	for _, q := range s.Queues {
		p.queues[q.ID] = q
	}
	return p
}

func (p *past) Agents() []*desk.Agent {
	if p.agents == nil {
		p.agents = p.Floor.Agents()
	}
	return p.agents
}

func (p *past) Queues() []*desk.Queue {
	if p.lines == nil {
		p.lines = p.Floor.Queues()
	}
	return p.lines
}

// step is what one event did.
type step struct {
	event         desk.Event
	before, after *desk.Conversation // nil when it is about none
	offer         *desk.Offer        // that it is about; nil when none
	agents        []*desk.Agent      // whose load or presence it changed
}

// follow folds an event in.
func (p *past) follow(e desk.Event) step {
	s := step{event: e}
	ch := desk.Change{Event: e}
	switch {
	case e.Type == desk.EvQueueChanged:
		p.configure(e)
		return s
	case e.Type == desk.EvAgentPresence || e.Type == desk.EvAgentChanged:
		ch.Agent = p.staff(e)
	case e.ConversationID != "":
		s.before = p.Conversation(e.ConversationID)
		if s.before == nil {
			s.before = p.unseen(e)
		}
		c := *s.before
		c.Follow(e)
		s.after, ch.Conversation = &c, &c
		desk.FollowLoads(s.before, s.after, e, func(id desk.ID) *desk.Agent {
			a := p.Agent(id)
			if a == nil {
				return nil
			}
			b := *a
			ch.Agents = append(ch.Agents, &b)
			return &b
		})
	}
	s.agents = ch.Agents
	if ch.Agent != nil {
		s.agents = append(s.agents, ch.Agent)
	}
	if len(s.agents) > 0 {
		p.agents = nil
	}
	p.Apply(ch)
	return s
}

// unseen is a conversation of which this is the first event here: a new one, or
// one that was over.
func (p *past) unseen(e desk.Event) *desk.Conversation {
	c := &desk.Conversation{ID: e.ConversationID, InboxID: e.InboxID, ContactID: e.ContactID, State: e.Data.From, Epoch: -1}
	if in := p.Inbox(e.InboxID); in != nil {
		c.Channel = in.Channel
	}
	return c
}

// staff is the agent after an event about them. Their load and when it changed
// follow from their conversations.
func (p *past) staff(e desk.Event) *desk.Agent {
	a := desk.Agent{ID: e.AgentID}
	if was := p.Agent(e.AgentID); was != nil {
		a = *was
	}
	if e.Data.After != nil && e.Data.After.Agent != nil {
		load, assigned, freed := a.Load, a.LastAssignedAt, a.FreedAt
		a = *e.Data.After.Agent
		a.Load, a.LastAssignedAt, a.FreedAt = load, assigned, freed
	} else if e.Type == desk.EvAgentPresence { // from before the log kept more
		if e.Data.Presence != a.Presence {
			a.PresenceSince = e.At
		}
		a.Presence, a.Reason, a.Next = e.Data.Presence, e.Data.Reason, ""
	}
	return &a
}

func (p *past) configure(e desk.Event) {
	switch d := e.Data; {
	case d.After != nil && d.After.Queue != nil:
		p.queues[e.QueueID] = d.After.Queue
	case d.Before != nil:
		delete(p.queues, e.QueueID)
	}
	p.lines = nil
	p.Configure(&desk.Snapshot{Queues: p.list(), Inboxes: p.setup.Inboxes, Skills: p.setup.Skills})
}

func (p *past) list() []*desk.Queue {
	out := make([]*desk.Queue, 0, len(p.queues))
	for _, q := range p.queues {
		out = append(out, q)
	}
	slices.SortFunc(out, func(a, b *desk.Queue) int { return strings.Compare(a.ID, b.ID) })
	return out
}
