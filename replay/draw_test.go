package replay

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"parley/desk"
)

// A product-limit estimate by hand: 24 lifetimes, 4 of them cut short first.
func TestKaplanMeier(t *testing.T) {
	list := []lifetime{{3, true}, {5, false}, {7, true}, {7, true}}
	for range 20 {
		list = append(list, lifetime{9, false})
	}
	s := kaplanMeier(append(list, lifetime{12, true}))
	for _, p := range []struct{ at, want float64 }{{0, 1}, {2.9, 1}, {3, 24. / 25}, {6, 24. / 25}, {7, 24. / 25 * 21 / 23}, {9, 24. / 25 * 21 / 23 * math.Exp(-2*4./214)}} {
		if got := s.beyond(p.at); math.Abs(got-p.want) > 1e-12 {
			t.Errorf("beyond %v: %v, want %v", p.at, got, p.want)
		}
	}
	if s.left != 4 || math.Abs(s.rate-4./214) > 1e-12 {
		t.Errorf("%d left at rate %v", s.left, s.rate)
	}
}

// Of exponential patience, cut by exponential answers, what is drawn beyond a
// known wait is exponential again.
func TestDrawnPatienceHasTheMeanOfTheTrueOne(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var list []lifetime
	for range 20_000 {
		patience, answer := rng.ExpFloat64()*180, rng.ExpFloat64()*60
		list = append(list, lifetime{min(patience, answer), patience < answer})
	}
	s := kaplanMeier(list)
	for _, known := range []time.Duration{0, time.Minute, 5 * time.Minute} {
		sum := 0.0
		const n = 20_000
		for range n {
			p := s.draw(rng, known)
			if p < known {
				t.Fatalf("%v after %v", p, known)
			}
			sum += (p - known).Seconds() / n
		}
		if math.Abs(sum-180) > 18 {
			t.Errorf("beyond %v they wait %.0f s more, want 180", known, sum)
		}
	}
}

func TestWhoHasNeverLeftWaitsForEver(t *testing.T) {
	d := newDraws(&Period{stays: []*stay{{channel: desk.WebChat, queue: "q", wait: time.Minute, end: answered}}})
	if p := d.patienceBeyond(rand.New(rand.NewPCG(1, 2)), "q", time.Minute); p != forEver {
		t.Errorf("patience %v", p)
	}
}
