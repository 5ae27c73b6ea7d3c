package store_test

import (
	"testing"
	"time"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

// What was expected at entry is compared with the wait, in facts and report.
func TestExpectedWaitsAreReported(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		now := monday
		known := true
		w := newWorld(t, onClock(func(change ...func(*store.Config)) *store.Store {
			return open(append(change, func(c *store.Config) {
				c.Expect = func(*desk.Conversation) (low, high time.Duration, ok bool) {
					return 30 * time.Second, 90 * time.Second, known
				}
			})...)
		}, &now))
		for i, wait := range []time.Duration{10 * time.Second, time.Minute, 80 * time.Second, 2 * time.Minute} {
			from := []string{"+390001", "+390002", "+390003", "+390004"}[i]
			began := now
			c := w.inLine(w.sms, from)
			now = began.Add(wait)
			w.ok(w.Assign(t.Context(), c.ID, w.ana.ID, w.ana.ID))
			if c = w.get(c.ID); c.ToldHigh != 0 {
				t.Errorf("with an agent, it still is told %d s", c.ToldHigh)
			}
			w.ok(w.Resolve(t.Context(), c.ID, w.ana.ID))
		}
		again := w.inLine(w.sms, "+390001") // a second stay is compared as well
		now = now.Add(time.Minute)
		w.ok(w.Assign(t.Context(), again.ID, w.ana.ID, w.ana.ID))
		known = false // too little is known: nothing is compared
		c := w.inLine(w.sms, "+390005")
		w.ok(w.Assign(t.Context(), c.ID, w.ana.ID, w.ana.ID))

		r, err := w.Report(t.Context(), store.ByQueue, store.ReportFilter{})
		w.ok(err)
		f := r.Total
		if f.Answered != 6 || f.Expected.N != 5 || f.ExpectedWithin != 3 || f.ExpectedSooner != 1 {
			t.Errorf("%d answered, %d of them with an expected wait, %d within it, %d sooner", f.Answered, f.Expected.N, f.ExpectedWithin, f.ExpectedSooner)
		}
		if mean := f.Expected.Mean(); mean != (50+0+20+60+0)/5. {
			t.Errorf("off by %v s on average", mean)
		}
	})
}
