package web

import (
	"testing"
	"time"
)

// Ten thousand come at once after a restart: each is let in at the pace, comes
// back once or twice at most, and nobody is sent away for longer than it takes.
func TestAStampedeIsSpread(t *testing.T) {
	const pace, people = 1000, 10_000
	a := newArrivals(pace)
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	coming := map[int]int{0: people} // by millisecond
	in, tries, last := 0, 0, 0
	chance := uint32(1)
	for ms := 0; in < people; ms++ {
		if ms > 60_000 {
			t.Fatalf("after a minute %d are in", in)
		}
		for range coming[ms] {
			tries++
			within := a.admit(now.Add(time.Duration(ms) * time.Millisecond))
			if within == 0 {
				in, last = in+1, ms
				continue
			}
			if within < leastDelay || within > mostDelay {
				t.Fatalf("come again within %v", within)
			}
			chance = chance*1664525 + 1013904223
			coming[ms+1+int(chance>>8)%int(within.Milliseconds())]++
		}
		delete(coming, ms)
	}
	if fair := people * 1000 / pace; last > 4*fair {
		t.Errorf("the last came in after %d ms, at a pace that takes %d", last, fair)
	}
	if tries > 3*people {
		t.Errorf("%d tries for %d people", tries, people)
	}
	// The next stampede is judged by itself.
	later := now.Add(time.Hour)
	for range pace {
		a.admit(later)
	}
	if within := a.admit(later); within != leastDelay {
		t.Errorf("an hour later somebody is to come within %v", within)
	}
	if got := a.spread(people); got != 10*time.Second {
		t.Errorf("%d people are spread over %v", people, got)
	}
}

func TestOnlySoManyAreToldOnASocket(t *testing.T) {
	a := newArrivals(0)
	for i := range busyMost {
		if !a.tell() {
			t.Fatalf("the %dth is not told", i)
		}
	}
	if a.tell() {
		t.Error("one more is told")
	}
	a.told()
	if !a.tell() {
		t.Error("a free turn is not given")
	}
}
