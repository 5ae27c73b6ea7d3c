package routing

import (
	"math"
	"testing"
)

// The table of known cases: exact values of Erlang-C and Erlang-A, T = 20 s.
func TestErlang(t *testing.T) {
	for _, c := range []struct {
		q                           Queueing
		n                           int
		waits, mean, within, leaves float64
	}{
		{Queueing{8.3333333, 300, 0}, 10, .4876, 87.77, .5637, 0},
		{Queueing{20, 300, 0}, 22, .5679, 85.19, .5030, 0},
		{Queueing{50, 300, 0}, 55, .3845, 23.07, .7245, 0},
		{Queueing{8.3333333, 300, 300}, 10, .3255, 18.98, .7395, .0633},
		{Queueing{20, 300, 600}, 22, .4067, 22.38, .6884, .0373},
		{Queueing{50, 300, 180}, 50, .4580, 11.42, .7311, .0634},
	} {
		p, ok := c.q.With(c.n, 20)
		if !ok || math.Abs(p.Waits-c.waits) > 6e-5 || math.Abs(p.MeanWait-c.mean) > 6e-3 || math.Abs(p.Within-c.within) > 6e-5 || math.Abs(p.Abandoned-c.leaves) > 6e-5 {
			t.Errorf("%+v with %d: %+v (%v), want %v", c.q, c.n, p, ok, c)
		}
	}
}

func TestALineThatGrowsForEver(t *testing.T) {
	if _, ok := (Queueing{Load: 10, Handle: 300}).With(10, 20); ok {
		t.Error("as many erlangs as servers, and nobody leaves")
	}
	if p, ok := (Queueing{Load: 30, Handle: 300, Patience: 60}).With(10, 20); !ok || p.Abandoned < 2./3 || p.Abandoned > .7 {
		t.Errorf("three times the load: %+v", p)
	}
}

func TestNeedIsTheLeastThatReachesTheTarget(t *testing.T) {
	for _, q := range []Queueing{{8.3333333, 300, 300}, {20, 300, 600}, {50, 300, 180}, {.2, 300, 60}, {200, 400, 120}, {20, 300, 0},
		// Long conversations make large loads, and a clock that is off made days of them:
		// the board asks for each queue each time.
		{5200, 300, 300}, {9000, 9000, 40}, {3000, 86400, 200000}, {9500, 50000, 1e7}, {6000, 600, 0}, {.001, 10, 5}} {
		n := q.Need(.8, 20, 10_000)
		p, ok := q.With(n, 20)
		if !ok || p.Within < .8 {
			t.Errorf("%+v: %d give %+v", q, n, p)
		}
		if less, ok := q.With(n-1, 20); ok && less.Within >= .8 {
			t.Errorf("%+v: %d would do", q, n-1)
		}
	}
	if n := (Queueing{Load: 5200, Handle: 300, Patience: 300}).Need(.8, 20, 10_000); n < 4900 || n > 5000 {
		t.Errorf("%d servers for 5,200 erlangs", n)
	}
	if n := (Queueing{}).Need(.8, 20, 1000); n != 0 {
		t.Errorf("%d for nobody", n)
	}
	if n := (Queueing{Load: 5000, Handle: 300}).Need(.8, 20, 100); n != 100 {
		t.Errorf("%d, want no more than the most", n)
	}
}
