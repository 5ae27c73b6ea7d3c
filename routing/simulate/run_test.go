package simulate

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/routing"
)

func run(t testing.TB, s *Scenario) Result {
	t.Helper()
	return compared(t, s, s.Policy.Name)[0]
}

func compared(t testing.TB, s *Scenario, policies ...string) []Result {
	t.Helper()
	var list []routing.Policy
	for _, name := range policies {
		p, err := routing.ParsePolicy(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	r, err := Run(context.Background(), s, list, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheSameSeedGivesTheSameFigures(t *testing.T) {
	s := scenario(t, whole)
	var first, again, other bytes.Buffer
	all := compared(t, s, Policies()...)
	if err := WriteJSON(&first, all); err != nil {
		t.Fatal(err)
	}
	_ = WriteJSON(&again, compared(t, s, Policies()...))
	if d := cmp.Diff(first.String(), again.String()); d != "" {
		t.Errorf("differ:\n%s", d)
	}
	s.Seed++
	_ = WriteJSON(&other, compared(t, s, Policies()...))
	if first.String() == other.String() {
		t.Error("another seed gives the same figures")
	}
	for i := range all {
		if r := &all[i]; r.MeanWait <= 0 || r.ServiceLevel <= 0 || r.ServiceLevel > 1 || r.Occupancy.Min < 0 || r.Occupancy.Max > 1 || r.Occupancy.Min > r.Occupancy.Max {
			t.Errorf("%s: %+v", r.Policy, r)
		}
	}
}

// Policies are the server's.
func Policies() []string { return routing.Policies() }

func TestPoliciesMeetTheSameCustomers(t *testing.T) {
	s := scenario(t, fmt.Sprintf(nDesign, "round-robin", "", "a: 5,", ""))
	s.Replications, s.Arrivals = 16, 20_000
	r := compared(t, s, "round-robin", "dedicated-first")
	d := r[1].Against(&r[0])
	if math.Abs(d.Mean-(r[1].MeanWait-r[0].MeanWait)) > 1e-9 {
		t.Errorf("the difference is %v, the means are %v and %v", d.Mean, r[0].MeanWait, r[1].MeanWait)
	}
	// The point of common random numbers: the difference is known much better
	// than either figure.
	if *d.Half > *r[0].CI.MeanWait/2 {
		t.Errorf("the difference is known to ± %.2f, the figure to ± %.2f", *d.Half, *r[0].CI.MeanWait)
	}
}

func TestAReserveKeepsAgentsFree(t *testing.T) {
	s := scenario(t, fmt.Sprintf(nDesign, "dedicated-first", "", "a: 5,", ""))
	s.Replications, s.Arrivals = 4, 20_000
	r := compared(t, s, "dedicated-first", "dedicated-first+reserve=2")
	for class, sign := range []float64{1, -1} { // a waits longer, b shorter
		if d := r[1].Classes[class].MeanWait - r[0].Classes[class].MeanWait; d*sign <= 1 {
			t.Errorf("with a reserve class %s waits %+.1f s", r[0].Classes[class].Name, d)
		}
	}
}

// The results carry the names that were asked for, whatever the scenario's reserve.
func TestResultsAreNamedAsAsked(t *testing.T) {
	s := scenario(t, fmt.Sprintf(nDesign, "dedicated-first", "reserve: 2", "a: 5,", ""))
	s.Replications, s.Arrivals = 2, 2_000
	r := append(compared(t, s, "dedicated-first", "round-robin+reserve=1"), run(t, s))
	for i, want := range []Result{{Policy: "dedicated-first", Reserve: 2}, {Policy: "round-robin+reserve=1", Reserve: 1}, {Policy: "dedicated-first", Reserve: 2}} {
		if r[i].Policy != want.Policy || r[i].Reserve != want.Reserve {
			t.Errorf("%q with a reserve of %d, want %q with %d", r[i].Policy, r[i].Reserve, want.Policy, want.Reserve)
		}
	}
	if r[0].MeanWait != r[2].MeanWait || r[0].MeanWait == r[1].MeanWait {
		t.Error("the scenario's reserve is not the policy's")
	}
}

// Polling often costs no more than what happens, and a poll that comes at once is
// deciding by event but for the moment until it.
func TestAShortPollIsNearlyByEvent(t *testing.T) {
	s := scenario(t, fmt.Sprintf(nDesign, "round-robin", "", "a: 5,", ""))
	s.Replications, s.Arrivals = 4, 20_000
	by := run(t, s)
	s.Poll = time.Millisecond
	if polled := run(t, s); math.Abs(polled.MeanWait-by.MeanWait) > .2 {
		t.Errorf("polled every ms %v, by event %v", polled.MeanWait, by.MeanWait)
	}
}

func TestOffersTakeTime(t *testing.T) {
	s := scenario(t, "replications: 4\narrivals: 10000\nthreshold: 2s\nagents: [{group: a, count: 50, skills: {a: 1}}]\n"+
		"offers: {ring: 20s, answer: 3s, miss: 0.1, decline: 0.1, away: 60s}\n"+
		"classes: [{name: a, needs: {a: 1}, load: 5, handle: 100s, distribution: deterministic}]")
	r := run(t, s)
	// Nobody has to queue: a wait is 3 s, with each decline 3 s and each miss 20 s
	// more: 3 + (.1·3 + .1·20) / .8.
	near(t, "mean wait", r.MeanWait, r.CI.MeanWait, 3+(.1*3+.1*20)/.8, .05)
	if r.ServiceLevel != 0 || r.Abandoned != 0 || math.Abs(r.MeanHandle-100) > 1e-6 || r.P50 != 3 {
		t.Errorf("figures %+v", r.Figures)
	}
}

func TestDistributionsHaveTheirMeanAndSpread(t *testing.T) {
	r := source(1, 0, workSource)
	for _, k := range []struct {
		Duration
		cv float64
	}{{Duration{300e9, Exponential, 0}, 1}, {Duration{300e9, Deterministic, 0}, 0}, {Duration{300e9, Lognormal, 1.5}, 1.5}, {Duration{300e9, Lognormal, .3}, .3}} {
		n, sum, squares := 400_000.0, 0.0, 0.0
		for range int(n) {
			v := k.draw(r)
			sum += v
			squares += v * v
		}
		mean := sum / n
		cv := math.Sqrt(max(0, squares/n-mean*mean)) / mean
		if math.Abs(mean-300) > 3 || math.Abs(cv-k.cv) > .03 {
			t.Errorf("%v: mean %.1f, cv %.3f", k.Duration, mean, cv)
		}
	}
}

func TestResultsAreWritten(t *testing.T) {
	s := scenario(t, whole)
	r := compared(t, s, "default", "round-robin")
	var table, lines bytes.Buffer
	if err := WriteTable(&table, s, r); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"default", "round-robin", "· b", "p99", "round-robin against default"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table has no %q:\n%s", want, table.String())
		}
	}
	if err := WriteJSON(&lines, r); err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(&lines)
	for i := range r {
		var o map[string]any
		if err := d.Decode(&o); err != nil {
			t.Fatal(err)
		}
		for _, field := range []string{"policy", "mean_wait", "p50", "p90", "p99", "p_wait", "service_level", "abandoned", "blocked", "mean_handle", "occupancy", "classes", "ci"} {
			if o[field] == nil {
				t.Errorf("policy %d has no %s", i, field)
			}
		}
	}
}

func TestTheReportIsOnePage(t *testing.T) {
	s := scenario(t, whole)
	s.Name = "<b>bold & quick</b>"
	var page bytes.Buffer
	if err := WriteHTML(&page, s, compared(t, s, "default", "round-robin")); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"&lt;b&gt;bold &amp; quick", "<svg", "round-robin against default", "<title>b, default: "} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the report has no %q", want)
		}
	}
	for _, bad := range []string{"NaN", "Inf", "ZgotmplZ", "<b>bold", "http://", "https://", "<script"} {
		if strings.Contains(page.String(), bad) {
			t.Errorf("the report has %q", bad)
		}
	}
}

func TestAnInterruptEndsIt(t *testing.T) {
	s := scenario(t, whole)
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Run(ctx, s, []routing.Policy{s.Policy}, func(int, int) { cancel() })
	if err == nil {
		t.Error("ended as if whole")
	}
}
