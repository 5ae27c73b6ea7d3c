package store

import (
	"context"
	"time"

	"parley/desk"
)

const (
	// forecastSpan is how far ahead staffing looks, and how far back it counts.
	forecastSpan  = 30 * time.Minute
	forecastWeeks = 4
)

// QueueArrivals counts the stays in line that ended in the last half hour, and in
// what is the next half hour in each of the last weeks that were recorded, oldest
// last. Ends stand for beginnings: facts are made at the end.
func (s *Store) QueueArrivals(ctx context.Context) (map[desk.ID]desk.Arrivals, error) {
	now := s.cfg.Now()
	var first int64
	if err := s.read(ctx).Raw("SELECT COALESCE(MIN(at), 0) FROM (SELECT at FROM events ORDER BY seq LIMIT 1) AS oldest").Scan(&first).Error; err != nil {
		return nil, down(err)
	}
	out := map[desk.ID]desk.Arrivals{}
	count := func(from time.Time, note func(a *desk.Arrivals, n int)) error {
		var rows []struct {
			QueueID desk.ID
			N       int
		}
		err := s.read(ctx).Raw("SELECT queue_id, COUNT(*) AS n FROM facts WHERE metric IN ? AND ended_at >= ? AND ended_at < ? GROUP BY queue_id",
			[]desk.Metric{desk.WaitAnswered, desk.WaitAbandoned, desk.WaitExpired}, micros(from), micros(from.Add(forecastSpan))).Scan(&rows).Error
		for _, r := range rows {
			a := out[r.QueueID]
			note(&a, r.N)
			out[r.QueueID] = a
		}
		return err
	}
	if err := count(now.Add(-forecastSpan), func(a *desk.Arrivals, n int) { a.Lately = n }); err != nil {
		return nil, down(err)
	}
	weeks := 0
	for w := 1; w <= forecastWeeks; w++ {
		from := now.In(s.cfg.Zone).AddDate(0, 0, -7*w) // the same time of day, whatever the clocks did
		if first == 0 || micros(from) < first {
			break
		}
		weeks++
		if err := count(from, func(a *desk.Arrivals, n int) { a.Usual += float64(n) }); err != nil {
			return nil, down(err)
		}
	}
	for id, a := range out {
		if a.Weeks = weeks; weeks > 0 {
			a.Usual /= float64(weeks)
		}
		out[id] = a
	}
	return out, nil
}
