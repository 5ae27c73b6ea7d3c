package store

import (
	"context"
	"time"

	"parley/desk"
)

// ratesWindow is how far back the expected wait looks.
const ratesWindow = 7 * 24 * time.Hour

// QueueRates tells how long conversations of each queue have taken lately, and
// how fast its waiting customers give up (abandons / total waiting time).
func (s *Store) QueueRates(ctx context.Context) (map[desk.ID]desk.Rates, error) {
	var rows []struct {
		QueueID desk.ID
		Metric  desk.Metric
		N       int
		Seconds float64
	}
	err := s.read(ctx).Raw("SELECT queue_id, metric, COUNT(*) AS n, SUM(seconds) AS seconds FROM facts WHERE metric IN ? AND ended_at >= ? GROUP BY queue_id, metric",
		[]desk.Metric{desk.HandleTime, desk.WaitAnswered, desk.WaitAbandoned}, micros(s.cfg.Now().Add(-ratesWindow))).Scan(&rows).Error
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
