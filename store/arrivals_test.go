package store_test

import (
	"testing"
	"time"

	"parley/desk"
	"parley/store/storetest"
)

func TestArrivalsOfNowAndOfTheSameTimeInOtherWeeks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newTimed(t, open), t.Context()
		begun := w.clock()
		for _, n := range []string{"0", "1", "2"} { // 10 minutes after a time that comes again in a week
			w.pass(10 * time.Minute)
			w.active(w.sms, "+1500555010"+n, w.ana)
		}
		w.pass(time.Second)
		a := must(w.QueueArrivals(ctx))(t)[w.queue.ID]
		if a.Lately != 3 || a.Weeks != 0 || a.Usual != 0 {
			t.Errorf("at once: %+v", a)
		}
		w.pass(begun.Add(7*24*time.Hour + 15*time.Minute).Sub(w.clock()))
		a = must(w.QueueArrivals(ctx))(t)[w.queue.ID]
		if want := (desk.Arrivals{Usual: 2, Weeks: 1}); a != want {
			t.Errorf("a week later: %+v, want %+v", a, want)
		}
	})
}
