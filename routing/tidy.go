package routing

import (
	"context"
	"log/slog"
	"time"
)

// Tidy removes what is over its time. A prune takes at most limit rows at a time
// and tells how many went, or how many partitions; none means done for now.
type Tidy interface {
	Prune(ctx context.Context, age time.Duration, limit int) (int64, error)
	PruneConversations(ctx context.Context, age time.Duration, limit int) (int64, error)
	PruneLog(ctx context.Context, age time.Duration, limit int) (int64, error)
	PruneFacts(ctx context.Context, age time.Duration, limit int) (int64, error)
}

// Rest is what is tidied without a choice.
type Rest interface {
	// Cut begins new partitions where it is time to.
	Cut(ctx context.Context, keepLog, keepFacts time.Duration) error
	PruneSessions(ctx context.Context) error
	PruneUploads(ctx context.Context) error
}

// Keep is for how long what is over is kept; 0 is for ever.
type Keep struct {
	Webhooks      time.Duration // after they were processed: the key against duplicates
	Log           time.Duration // events
	Conversations time.Duration // with messages and files, after their end
	Facts         time.Duration // single measurements; reports stay
}

const (
	tidyEvery = time.Minute
	// uploadsEvery is how often files are looked through for what nobody refers to.
	uploadsEvery = time.Hour
	// pruneLimit rows are a transaction of some 100 ms.
	pruneLimit = 2000
	// pruneTime is how long one kind of rows may be pruned before the next has
	// its turn: with a minute between, that is most of the time if need be.
	pruneTime = 30 * time.Second
	// prunePause leaves the database to others for a moment.
	prunePause = 20 * time.Millisecond
)

// Tidying keeps the database from growing beyond what is to be kept.
type Tidying struct {
	Tidy Tidy
	Rest Rest
	Keep Keep
	Log  *slog.Logger
	Now  func() time.Time

	uploads time.Time // when they were looked through
}

// Lead tidies up on the node that routes, from the start and each minute.
func (t *Tidying) Lead(ctx context.Context) error {
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	for {
		t.once(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (t *Tidying) once(ctx context.Context) {
	t.warn(ctx, "partitions", t.Rest.Cut(ctx, t.Keep.Log, t.Keep.Facts))
	for _, k := range []struct {
		what  string
		age   time.Duration
		prune func(context.Context, time.Duration, int) (int64, error)
	}{
		{"webhooks", t.Keep.Webhooks, t.Tidy.Prune},
		{"events", t.Keep.Log, t.Tidy.PruneLog},
		{"facts", t.Keep.Facts, t.Tidy.PruneFacts},
		{"conversations", t.Keep.Conversations, t.Tidy.PruneConversations},
	} {
		if k.age > 0 {
			t.warn(ctx, k.what, t.prune(ctx, k.what, k.age, k.prune))
		}
	}
	t.warn(ctx, "sessions", t.Rest.PruneSessions(ctx))
	if now := t.Now(); now.Sub(t.uploads) >= uploadsEvery {
		t.uploads = now
		t.warn(ctx, "uploads", t.Rest.PruneUploads(ctx))
	}
}

// prune goes on until nothing is left or its time is over.
func (t *Tidying) prune(ctx context.Context, what string, age time.Duration, prune func(context.Context, time.Duration, int) (int64, error)) error {
	began, total := t.Now(), int64(0)
	defer func() {
		if total > 0 {
			t.Log.Info("pruned", "what", what, "n", total)
		}
	}()
	for t.Now().Sub(began) < pruneTime {
		n, err := prune(ctx, age, pruneLimit)
		total += n
		if n == 0 || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(prunePause):
		}
	}
	return nil
}

func (t *Tidying) warn(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		t.Log.Warn("tidying up: "+what, "error", err)
	}
}
