package desk

import (
	"math"
	"time"
)

// Measure makes facts of one conversation at one moment, in one reporting zone.
// Who it is credited to is decided here and nowhere else.
type Measure struct {
	Zone  *time.Location
	Queue *Queue // at the time; gives business hours and target
	Now   time.Time
}

func (m Measure) fact(c *Conversation, metric Metric, agent ID, from time.Time) Fact {
	f := Fact{
		ID: NewIDAt(m.Now), Metric: metric, EndedAt: m.Now, Day: m.Now.In(m.Zone).Format(time.DateOnly),
		InboxID: c.InboxID, QueueID: c.QueueID, Channel: c.Channel, AgentID: agent, ConversationID: c.ID,
	}
	if !from.IsZero() {
		f.Seconds = max(0, m.Now.Sub(from).Seconds())
		f.BusinessSeconds = f.Seconds
		if m.Queue != nil {
			f.BusinessSeconds = m.Queue.Hours.Between(from, m.Now).Seconds()
		}
	}
	return f
}

// Started is a conversation begun by the customer.
func (m Measure) Started(c *Conversation) Fact {
	return m.fact(c, ConversationStarted, "", time.Time{})
}

// Answered gives the response-time facts of an agent's message; firstAsked and
// open are what Conversation.Answer told. They are credited to who wrote.
func (m Measure) Answered(c *Conversation, agent ID, firstAsked, open time.Time) []Fact {
	var facts []Fact
	if !firstAsked.IsZero() {
		facts = append(facts, m.fact(c, FirstResponse, agent, firstAsked))
		if !c.HandoffAt.IsZero() {
			facts = append(facts, m.fact(c, FirstResponseHandoff, agent, c.HandoffAt))
		}
	}
	if !open.IsZero() {
		facts = append(facts, m.fact(c, NextResponse, agent, open))
	}
	return facts
}

// LeftLine is the end of a stay in line that began at queuedAt: WaitAnswered,
// WaitAbandoned or WaitExpired. Abandonment is dated at m.Now: when they left.
func (m Measure) LeftLine(c *Conversation, metric Metric, agent ID, queuedAt time.Time) Fact {
	f := m.fact(c, metric, agent, queuedAt)
	if m.Queue != nil {
		// Who came after hours waits from the opening, as far as the target goes.
		from := queuedAt
		if c.OpensAt.After(from) {
			from = c.OpensAt
		}
		f.WithinTarget = m.Now.Sub(from).Seconds() <= float64(m.Queue.TargetSeconds)
	}
	f.Short = metric == WaitAbandoned && f.Seconds < ShortAbandon.Seconds()
	return f
}

// Expected compares an answered stay that began at queuedAt with the wait that
// was expected then: how far the wait was from the middle of the range, whether
// it was within it, and if not whether it was sooner (Short).
func (m Measure) Expected(c *Conversation, agent ID, queuedAt time.Time) Fact {
	f := m.fact(c, ExpectedWait, agent, time.Time{})
	wait := m.Now.Sub(queuedAt).Seconds()
	f.Seconds = math.Abs(wait - float64(c.ToldLow+c.ToldHigh)/2)
	f.BusinessSeconds = f.Seconds
	f.Short = wait < float64(c.ToldLow)
	f.WithinTarget = !f.Short && wait <= float64(c.ToldHigh)
	return f
}

// Resolved gives the facts of an end by agent: one resolution, and the handle
// time from the first acceptance of the round less the time snoozed.
func (m Measure) Resolved(c *Conversation, agent ID) []Fact {
	facts := []Fact{m.fact(c, ResolvedCount, agent, time.Time{})}
	if !c.AcceptedAt.IsZero() {
		h := m.fact(c, HandleTime, agent, c.AcceptedAt)
		h.Seconds = max(0, h.Seconds-c.SnoozedFor)
		h.BusinessSeconds = min(h.BusinessSeconds, h.Seconds)
		facts = append(facts, h)
	}
	return facts
}

// Count is a fact without a duration: a transfer, a decline, a missed offer, a reopening.
func (m Measure) Count(c *Conversation, metric Metric, agent ID) Fact {
	return m.fact(c, metric, agent, time.Time{})
}

// Rated is an answer to the question asked at askedAt. CSAT is dated by sending.
func (m Measure) Rated(c *Conversation, score int) Fact {
	f := m.fact(c, CSATScore, c.AgentID, time.Time{})
	f.EndedAt, f.Day = c.CSATAskedAt, c.CSATAskedAt.In(m.Zone).Format(time.DateOnly)
	f.Value = score
	return f
}
