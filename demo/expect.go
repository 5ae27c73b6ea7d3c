package demo

import (
	"context"
	"time"

	"parley/desk"
	"parley/routing"
)

// estimator tells what the wait of who enters a line is expected to be, as the
// real one would with the week so far.
func (w *world) estimator() *routing.Estimator {
	return &routing.Estimator{History: soFar{w}, Floor: floorOf{w}, Now: func() time.Time { return w.now }}
}

// told notes the expected wait of who enters a line.
func (w *world) told(c *desk.Conversation, d desk.EventData) desk.EventData {
	must(w.expect.Refresh(context.Background()))
	if low, high, ok := w.expect.Wait(c); ok {
		d.Told = &desk.WaitRange{Low: low.Seconds(), High: high.Seconds()}
		c.ToldLow, c.ToldHigh = int(low.Seconds()), int(high.Seconds())
	}
	return d
}

// soFar adds up the week's facts by queue.
type soFar struct{ w *world }

func (s soFar) QueueRates(context.Context) (map[desk.ID]desk.Rates, error) {
	out, waited, abandons := map[desk.ID]desk.Rates{}, map[desk.ID]float64{}, map[desk.ID]int{}
	for _, f := range s.w.h.Facts {
		r := out[f.QueueID]
		switch f.Metric {
		case desk.HandleTime:
			r.HandleSeconds = (r.HandleSeconds*float64(r.Handled) + f.Seconds) / float64(r.Handled+1)
			r.Handled++
		case desk.WaitAbandoned:
			abandons[f.QueueID]++
			fallthrough
		case desk.WaitAnswered:
			r.Waited++
			waited[f.QueueID] += f.Seconds
		}
		out[f.QueueID] = r
	}
	for id, r := range out {
		if waited[id] > 0 {
			r.AbandonPerHour = 3600 * float64(abandons[id]) / waited[id]
		}
		out[id] = r
	}
	return out, nil
}

// Ahead counts who stands in a line before a place.
func (f floorOf) Ahead(queue desk.ID, key time.Time) int {
	n := 0
	for _, c := range f.Line(queue) {
		if f.w.queues[queue].LineKey(c, 0).Before(key) {
			n++
		}
	}
	return n
}
