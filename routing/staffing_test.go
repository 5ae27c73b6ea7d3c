package routing

import (
	"testing"

	"parley/desk"
)

func TestStaffIsTheLeastForTheTarget(t *testing.T) {
	q := desk.QueueDefaults()
	q.TargetSeconds, q.TargetShare = 20, 80
	r := desk.Rates{Handled: 500, HandleSeconds: 300, AbandonPerHour: 12}
	// 120 in half an hour of 300 s each are 20 erlangs.
	for _, c := range []struct {
		a      desk.Arrivals
		atOnce float64
	}{{desk.Arrivals{Lately: 120}, 1}, {desk.Arrivals{Lately: 100, Usual: 140, Weeks: 4}, 1}, {desk.Arrivals{Lately: 120}, 3}} {
		s, ok := Staff(&q, c.a, r, c.atOnce)
		slots := Queueing{Load: 20, Handle: 300, Patience: 300}.Need(.8, 20, 1000)
		if !ok || s.Expected != 120 || float64(s.Need) < float64(slots)/c.atOnce || float64(s.Need) >= float64(slots)/c.atOnce+1 {
			t.Errorf("%+v: %+v (%v), %d conversations at once are needed", c, s, ok, slots)
		}
	}
	if s, ok := Staff(&q, desk.Arrivals{Weeks: 4}, r, 1); !ok || s.Need != 0 {
		t.Errorf("nobody comes: %+v %v", s, ok)
	}
	if _, ok := Staff(&q, desk.Arrivals{Lately: 9}, desk.Rates{Handled: 19, HandleSeconds: 300}, 1); ok {
		t.Error("told with 19 observations")
	}
}

func TestAtOnceCountsWhoIsAtWork(t *testing.T) {
	q := desk.QueueDefaults()
	agent := func(p desk.Presence, capacity int) *desk.Agent {
		return &desk.Agent{Role: desk.RoleAgent, Enabled: true, Presence: p, Capacity: capacity}
	}
	atOnce, have := AtOnce(&q, []desk.Channel{desk.SMS}, []*desk.Agent{agent(desk.Available, 100), agent(desk.Busy, 60), agent(desk.Away, 100), agent(desk.Offline, 100)})
	if atOnce != 4 || have != 2 {
		t.Errorf("%v at once, %d at work", atOnce, have)
	}
	if atOnce, have := AtOnce(&q, []desk.Channel{desk.SMS, desk.WebChat}, nil); atOnce != 3 || have != 0 {
		t.Errorf("of nobody: %v at once, %d at work", atOnce, have)
	}
}
