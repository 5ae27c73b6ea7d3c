package demo_test

import (
	"context"
	"testing"
	"time"

	"parley/desk"
	"parley/store"
)

// fold rebuilds conversations and facts from the log and the messages alone.
type fold struct {
	t             *testing.T
	zone          *time.Location
	queues        map[desk.ID]*desk.Queue
	channels      map[desk.ID]desk.Channel // of inboxes
	conversations map[desk.ID]*desk.Conversation
	facts         []desk.Fact
}

func newFold(t *testing.T, st *store.Store) *fold {
	t.Helper()
	f := &fold{t: t, zone: st.Zone(), queues: map[desk.ID]*desk.Queue{}, channels: map[desk.ID]desk.Channel{}, conversations: map[desk.ID]*desk.Conversation{}}
	queues, err := st.Queues(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range queues {
		f.queues[q.ID] = q
	}
	inboxes, err := st.Inboxes(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range inboxes {
		f.channels[in.ID] = in.Channel
	}
	return f
}

func (f *fold) take(ch desk.Change) {
	e := ch.Event
	if e.Type == desk.EvConversationCreated {
		f.conversations[e.ConversationID] = &desk.Conversation{ID: e.ConversationID, InboxID: e.InboxID, Channel: f.channels[e.InboxID], ContactID: e.ContactID,
			QueueID: e.QueueID, State: desk.New, CreatedAt: e.At, StateSince: e.At}
		return
	}
	c := f.conversations[e.ConversationID]
	if c == nil {
		return // presences
	}
	m := desk.Measure{Zone: f.zone, Queue: f.queues[e.QueueID], Now: e.At}
	before := c.QueuedAt
	switch e.Type {
	case desk.EvMessageReceived:
		f.received(c, ch.Message, m)
	case desk.EvMessageCreated:
		f.created(c, ch.Message, m)
	case desk.EvConversationQueued:
		f.move(c, desk.Waiting, "")
		f.told(c, e)
	case desk.EvConversationReopened:
		heard := c.LastCustomerAt
		if err := c.Reopen(e.At); err != nil {
			f.t.Fatal(err)
		}
		c.AskedAt, c.UnansweredSince = heard, heard
		f.told(c, e)
		f.facts = append(f.facts, m.Count(c, desk.ReopenedCount, c.PreferredAgentID))
	case desk.EvConversationWidened:
		c.Ring, c.Raised = e.Data.Ring, e.Data.Raised
	case desk.EvConversationOffered:
		f.moveAt(c, desk.Offered, e.AgentID, e.At)
	case desk.EvConversationReturned:
		metric := map[string]desk.Metric{"declined": desk.DeclineCount, "timed_out": desk.MissedOffer}[e.Data.Fields["how"]]
		f.facts = append(f.facts, m.Count(c, metric, e.AgentID))
		f.moveAt(c, desk.Waiting, "", e.At)
	case desk.EvConversationAssigned:
		f.facts = append(f.facts, m.LeftLine(c, desk.WaitAnswered, e.AgentID, before))
		if c.ToldHigh > 0 {
			f.facts = append(f.facts, m.Expected(c, e.AgentID, before))
		}
		f.moveAt(c, desk.Active, e.AgentID, e.At)
	case desk.EvConversationTransfer:
		c.QueueID = e.QueueID
		f.facts = append(f.facts, m.Count(c, desk.TransferCount, e.Data.FromAgentID))
		f.moveAt(c, desk.Waiting, "", e.At)
	case desk.EvConversationSnoozed:
		f.moveAt(c, desk.Snoozed, c.AgentID, e.At)
		c.SnoozedUntil = e.Data.ExpiresAt
	case desk.EvConversationWoken:
		f.moveAt(c, desk.Active, c.AgentID, e.At)
	case desk.EvConversationResolved:
		f.moveAt(c, desk.Resolved, c.AgentID, e.At)
		c.UnansweredSince = time.Time{}
		f.facts = append(f.facts, m.Resolved(c, c.AgentID)...)
	case desk.EvConversationGone:
		f.facts = append(f.facts, m.LeftLine(c, desk.WaitAbandoned, "", before))
		f.moveAt(c, desk.Abandoned, "", e.At)
	case desk.EvConversationExpired:
		f.facts = append(f.facts, m.LeftLine(c, desk.WaitExpired, "", before))
		f.moveAt(c, desk.Expired, "", e.At)
	case desk.EvCSATAsked:
		c.CSAT, c.CSATAskedAt = desk.CSATAsked, e.At
		f.facts = append(f.facts, m.Count(c, desk.CSATSent, c.AgentID))
	case desk.EvCSATAnswered:
		c.CSAT, c.CSATScore, c.CSATComment, c.CSATAt = desk.CSATRated, e.Data.Score, e.Data.Note, e.At
		if e.Data.Note != "" {
			c.CSAT = desk.CSATComment
		}
		f.facts = append(f.facts, m.Rated(c, e.Data.Score))
	}
	if c.Epoch != e.Data.Epoch && e.Type != desk.EvMessageStatus && e.Type != desk.EvMessageReceived {
		f.t.Fatalf("event %d (%s) has epoch %d, want %d", e.Seq, e.Type, e.Data.Epoch, c.Epoch)
	}
}

func (f *fold) told(c *desk.Conversation, e desk.Event) {
	if t := e.Data.Told; t != nil {
		c.ToldLow, c.ToldHigh = int(t.Low), int(t.High)
	}
}

// received is a message of the customer: an answer to "rate us", or one that
// asks for an answer.
func (f *fold) received(c *desk.Conversation, m *desk.Message, measure desk.Measure) {
	if c.State == desk.Resolved && c.CSAT == desk.CSATAsked {
		if _, _, ok := desk.ParseRating(m.Text); ok {
			c.Mention(m)
			c.LastCustomerAt = m.At
			return
		}
	}
	c.Hear(m, m.At)
	if c.State == desk.New {
		f.facts = append(f.facts, measure.Started(c))
	}
}

func (f *fold) created(c *desk.Conversation, m *desk.Message, measure desk.Measure) {
	if m.Author != desk.ByAgent || m.Private() {
		c.Mention(m)
		return
	}
	measure.Queue = f.queues[c.QueueID]
	asked, open := c.Answer(m, measure.Now)
	f.facts = append(f.facts, measure.Answered(c, m.AgentID, asked, open)...)
}

func (f *fold) move(c *desk.Conversation, to desk.State, agent desk.ID) {
	f.moveAt(c, to, agent, c.LastCustomerAt)
}

func (f *fold) moveAt(c *desk.Conversation, to desk.State, agent desk.ID, at time.Time) {
	if err := c.Move(to, at); err != nil {
		f.t.Fatal(err)
	}
	c.AgentID = agent
}
