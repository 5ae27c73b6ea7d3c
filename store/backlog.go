package store

import (
	"context"
	"time"
)

// Backlog is work the database still knows of.
type Backlog struct {
	Unprocessed       int // accepted from providers, not processed
	OldestUnprocessed time.Duration
	Unsent            int // outgoing, not yet taken by a provider
	OldestUnsent      time.Duration
	DeadLetters       int
	PendingFiles      int // still at providers
}

// Backlog counts unfinished work, by indexes that hold nothing else.
func (s *Store) Backlog(ctx context.Context) (Backlog, error) {
	var row struct{ Unprocessed, OldestUnprocessed, Unsent, OldestUnsent, DeadLetters, PendingFiles int64 }
	err := s.read(ctx).Raw(`SELECT
		(SELECT COUNT(*) FROM intake WHERE state = 'accepted') AS unprocessed,
		(SELECT COALESCE(MIN(accepted_at), 0) FROM intake WHERE state = 'accepted') AS oldest_unprocessed,
		(SELECT COUNT(*) FROM messages WHERE status IN ('queued', 'sending')) AS unsent,
		(SELECT COALESCE(MIN(at), 0) FROM messages WHERE status IN ('queued', 'sending')) AS oldest_unsent,
		(SELECT COUNT(*) FROM intake WHERE state = 'dead') AS dead_letters,
		(SELECT COUNT(*) FROM attachments WHERE state = 'pending') AS pending_files`).Scan(&row).Error
	if err != nil {
		return Backlog{}, down(err)
	}
	now := s.cfg.Now()
	age := func(at int64) time.Duration {
		if at == 0 {
			return 0
		}
		return max(0, now.Sub(fromMicros(at)))
	}
	return Backlog{Unprocessed: int(row.Unprocessed), OldestUnprocessed: age(row.OldestUnprocessed), Unsent: int(row.Unsent),
		OldestUnsent: age(row.OldestUnsent), DeadLetters: int(row.DeadLetters), PendingFiles: int(row.PendingFiles)}, nil
}
