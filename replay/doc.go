// Package replay rebuilds a past period from the event log: who was there with
// which skills, who came and asked for what, what rang and how it was answered.
//
// With that it does two things. It makes each recorded choice again with the
// policy's own code on the floor as it was then, and tells which came out
// otherwise (check.go). And it lets the period happen again under other settings
// (rerun.go): the same customers at the same times, the same agents at work at
// the same hours, with the server's line and policies between them. What the log
// does not know is drawn: how long somebody would have waited who was answered,
// how long a conversation would have taken that never was, and how an agent
// answers an offer they never had.
package replay

import (
	"context"
	"time"

	"parley/desk"
)

// Log is where the past is read from.
type Log interface {
	// SeqBefore is the number of the last event before a moment.
	SeqBefore(ctx context.Context, at time.Time) (int64, error)
	// PastFloor is the floor after that event; notes say what the log does not tell.
	PastFloor(ctx context.Context, seq int64, at time.Time) (floor *desk.Snapshot, notes []string, err error)
	// PastEvents reads what routing looks at, above after, up to and with to.
	PastEvents(ctx context.Context, after, to int64, limit int) ([]desk.Event, error)
	OffersByID(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.Offer, error)
}
