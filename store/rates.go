package store

import (
	"context"
	"time"

	"parley/desk"
)

// ratesWindow is how far back the expected wait looks.
const ratesWindow = 7 * 24 * time.Hour

// ratesMost is how many accepted customers it looks at: where more come in the
// window, so many latest ones are enough, and adding up all would take minutes.
const ratesMost = 200_000

// QueueRates tells how long conversations of each queue have taken lately, and
// how fast its waiting customers give up (abandons / total waiting time).
func (s *Store) QueueRates(ctx context.Context) (map[desk.ID]desk.Rates, error) {
	var rows []struct {
		QueueID desk.ID
		Metric  desk.Metric
		N       int
		Seconds float64
	}
	from, err := s.ratesFrom(ctx, ratesMost)
	if err != nil {
		return nil, err
	}
	err = s.read(ctx).Raw("SELECT queue_id, metric, COUNT(*) AS n, SUM(seconds) AS seconds FROM facts WHERE metric IN ? AND ended_at >= ? GROUP BY queue_id, metric",
		[]desk.Metric{desk.HandleTime, desk.WaitAnswered, desk.WaitAbandoned}, from).Scan(&rows).Error
	if err != nil {
		return nil, down(err)
	}
	out := map[desk.ID]desk.Rates{}
	waited := map[desk.ID]float64{}
	abandons := map[desk.ID]int{}
	for _, row := range rows {
		r := out[row.QueueID]
		if row.Metric == desk.HandleTime {
			r.Handled, r.HandleSeconds = row.N, row.Seconds/float64(row.N)
		} else {
			r.Waited += row.N
			waited[row.QueueID] += row.Seconds
			if row.Metric == desk.WaitAbandoned {
				abandons[row.QueueID] += row.N
			}
		}
		out[row.QueueID] = r
	}
	for id, r := range out {
		if waited[id] > 0 {
			r.AbandonPerHour = 3600 * float64(abandons[id]) / waited[id]
		}
		out[id] = r
	}
	return out, nil
}

// ratesFrom is since when facts count, in microseconds: the same for all metrics,
// or those that share a formula would be of different times.
func (s *Store) ratesFrom(ctx context.Context, most int) (int64, error) {
	from := micros(s.cfg.Now().Add(-ratesWindow))
	var at []int64
	err := s.read(ctx).Raw("SELECT ended_at FROM facts WHERE metric = ? AND ended_at >= ? ORDER BY ended_at DESC, id DESC LIMIT 1 OFFSET ?",
		desk.WaitAnswered, from, most).Scan(&at).Error
	if len(at) > 0 {
		from = at[0]
	}
	return from, down(err)
}
