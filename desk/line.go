package desk

import "time"

// strictPriority is what one point of priority weighs in a line ordered by
// priority: longer than anybody waits (expiry is at most 30 days).
const strictPriority = 31 * 24 * time.Hour

// farPriority bounds how far a key may lie from the entry; time.Duration reaches
// 292 years.
const farPriority = 290 * 365 * 24 * time.Hour

// LineKey orders the queue's line: the lowest is first. The score is minutes
// waited, times the queue's weight, plus priority in minutes; within a queue
// everybody ages alike, so the order never changes with time and the key is the
// moment of entry less what the priority is worth. more is priority that counts
// already and is not in the conversation yet. A nil queue orders by score.
func (q *Queue) LineKey(c *Conversation, more int) time.Time {
	unit := time.Minute
	if q != nil && q.Order == OrderPriority {
		unit = strictPriority
	}
	ahead := float64(c.Priority+c.Raised+more) * float64(unit) * 100 / float64(q.Ageing())
	return c.Place().Add(-time.Duration(max(-float64(farPriority), min(float64(farPriority), ahead))))
}

// Ageing is the queue's weight, 100 when it has none.
func (q *Queue) Ageing() int {
	if q == nil || q.Weight <= 0 {
		return 100
	}
	return q.Weight
}

// Score is what people are told of a place in line: minutes waited, weighted,
// and the minutes of priority; where priority orders strictly, only the wait.
func (q *Queue) Score(c *Conversation, more int, now time.Time) float64 {
	minutes := now.Sub(c.Place()).Minutes() * float64(q.Ageing()) / 100
	if q != nil && q.Order == OrderPriority {
		return minutes
	}
	return minutes + float64(c.Priority+c.Raised+more)
}

// Place is the entry that the place in line counts from.
func (c *Conversation) Place() time.Time {
	if c.PlaceAt.IsZero() {
		return c.QueuedAt
	}
	return c.PlaceAt
}

// RingsFrom is when the steps of a ring plan begin to count: at the entry, or at
// the opening for who came after hours.
func (c *Conversation) RingsFrom() time.Time {
	if c.OpensAt.After(c.QueuedAt) {
		return c.OpensAt
	}
	return c.QueuedAt
}
