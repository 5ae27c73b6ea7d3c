package desk

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestPercentileIsWithinOnePercent(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for range 200 {
		exact := make([]float64, 1+rng.IntN(400))
		var whole, left, right Figures
		for i := range exact {
			exact[i] = 0.02 + 30*math.Exp(2.5*rng.NormFloat64())
			g := Fact{Metric: FirstResponse, Seconds: exact[i], BusinessSeconds: exact[i]}.Group()
			whole.Count(g)
			if rng.IntN(2) == 0 {
				left.Count(g)
			} else {
				right.Count(g)
			}
		}
		slices.Sort(exact)
		left.Merge(&right)
		for _, p := range []float64{0, 0.01, 0.5, 0.9, 0.99, 1} {
			want := exact[max(0, int(math.Ceil(p*float64(len(exact))))-1)] // nearest rank
			got := whole.FirstResponse.Percentile(p)
			if math.Abs(got-want) > 0.01*want {
				t.Fatalf("p%v of %d: %v, want %v within 1 %%", p, len(exact), got, want)
			}
			if merged := left.FirstResponse.Percentile(p); merged != got {
				t.Fatalf("p%v of two halves merged: %v, of the whole %v", p, merged, got)
			}
		}
	}
}

func TestFiguresOfNothing(t *testing.T) {
	var f Figures
	for name, share := range map[string]func() (float64, bool){"service level": f.ServiceLevel, "abandonment": f.Abandonment, "CSAT": f.CSAT,
		"mean score": f.MeanScore, "response rate": f.ResponseRate} {
		if v, ok := share(); ok {
			t.Errorf("%s of nothing is %v, want none", name, v)
		}
	}
	if v := f.Wait.Percentile(0.5); !math.IsNaN(v) {
		t.Errorf("median of nothing is %v", v)
	}
}

func TestShares(t *testing.T) {
	var f Figures
	wait := func(metric Metric, seconds float64, n int) {
		f.Count(FactGroup{Metric: metric, WithinTarget: seconds <= 60, Short: metric == WaitAbandoned && seconds < 5, N: n, Seconds: seconds * float64(n)})
	}
	wait(WaitAnswered, 20, 70)
	wait(WaitAnswered, 90, 20)
	wait(WaitAbandoned, 2, 7)  // short: nowhere but apart
	wait(WaitAbandoned, 30, 6) // before T: abandonment only
	wait(WaitAbandoned, 120, 4)
	wait(WaitExpired, 90000, 3)
	for score, n := range map[int]int{1: 1, 3: 2, 4: 3, 5: 4} {
		f.Count(FactGroup{Metric: CSATScore, Value: score, N: n})
	}
	f.Count(FactGroup{Metric: CSATSent, N: 40})
	for name, want := range map[string][2]float64{"service level": {70, 90 + 4}, "abandonment": {10, 100}, "CSAT": {7, 10}, "mean score": {39, 10}, "response rate": {10, 40}} {
		got, ok := map[string]func() (float64, bool){"service level": f.ServiceLevel, "abandonment": f.Abandonment, "CSAT": f.CSAT,
			"mean score": f.MeanScore, "response rate": f.ResponseRate}[name]()
		if !ok || math.Abs(got-want[0]/want[1]) > 1e-12 {
			t.Errorf("%s is %v, want %v / %v", name, got, want[0], want[1])
		}
	}
	if f.AbandonedShort != 7 || f.AbandonedWait.N != 10 || f.Expired != 3 {
		t.Errorf("short %d, waits of the abandoned %d, expired %d; want 7, 10, 3", f.AbandonedShort, f.AbandonedWait.N, f.Expired)
	}
}

func TestUnansweredMergesToTheOldest(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	var a, b Figures
	a.CountUnanswered(2, at.Add(time.Hour))
	b.CountUnanswered(3, at)
	a.Merge(&b)
	a.Merge(&Figures{})
	if a.Unanswered != 5 || !a.OldestUnanswered.Equal(at) {
		t.Errorf("%d since %s, want 5 since %s", a.Unanswered, a.OldestUnanswered, at)
	}
}
