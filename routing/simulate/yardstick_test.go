package simulate

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/fstest"
)

// scenario reads a scenario's text.
func scenario(t testing.TB, text string) *Scenario {
	t.Helper()
	s, err := ReadScenario(fstest.MapFS{"scenario.yaml": {Data: []byte(text)}}, "scenario.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// simulate runs a scenario under its own policy.
func simulate(t testing.TB, text string) Result {
	t.Helper()
	return run(t, scenario(t, text))
}

// near fails when got is further from want than the interval of the simulation
// and what the yardstick itself may be off.
func near(t *testing.T, what string, got float64, half *float64, want, tolerance float64) {
	t.Helper()
	if half != nil {
		// Twice the half-width: with some eighty figures at 95 % a few are
		// outside theirs by chance.
		tolerance += 2 * *half
	}
	if math.Abs(got-want) > tolerance {
		t.Errorf("%s is %.4f, want %.4f ± %.4f", what, got, want, tolerance)
	}
}

// TestErlang: exact theory, M/M/n and M/M/n+M.
func TestErlang(t *testing.T) {
	for _, k := range []struct {
		load               float64
		agents, patience   int
		pWait, wait, level float64
		abandoned          float64
	}{
		{8.333, 10, 0, .4876, 87.77, .5637, 0},
		{20, 22, 0, .5679, 85.19, .5030, 0},
		{50, 55, 0, .3845, 23.07, .7245, 0},
		{8.333, 10, 300, .3255, 18.98, .7395, .0633},
		{20, 22, 600, .4067, 22.38, .6884, .0373},
		{50, 50, 180, .4580, 11.42, .7311, .0634},
	} {
		t.Run(fmt.Sprintf("%v on %d, patience %d", k.load, k.agents, k.patience), func(t *testing.T) {
			t.Parallel()
			r := simulate(t, fmt.Sprintf(`
seed: 1
replications: 8
arrivals: 60000
threshold: 20s
policy: longest-idle
agents: [{group: all, count: %d, skills: {a: 5}}]
classes: [{name: a, needs: {a: 1}, load: %v, handle: 300s, patience: %ds}]`, k.agents, k.load, k.patience))
			near(t, "P(wait)", r.PWait, nil, k.pWait, .015)
			near(t, "mean wait", r.MeanWait, r.CI.MeanWait, k.wait, .05)
			near(t, "service level", r.ServiceLevel, r.CI.ServiceLevel, k.level, .001)
			near(t, "abandoned", r.Abandoned, r.CI.Abandoned, k.abandoned, .0005)
			near(t, "handle time", r.MeanHandle, nil, 300, 3)
			near(t, "occupancy", r.Occupancy.Mean, nil, k.load/float64(k.agents)*(1-k.abandoned), .01)
		})
	}
}

const nDesign = `
name: n-design
seed: 1000
replications: 8
arrivals: 60000
threshold: 20s
policy: %s
%s
agents:
  - {group: a,  count: 20, skills: {a: 5}, concurrency: 1}
  - {group: ab, count: 10, skills: {%s b: 5}, concurrency: 1}
classes:
  - {name: a, needs: {a: 1}, load: 20, handle: 300s, patience: 600s}
  - {name: b, needs: {b: 1}, load: 8,  handle: 300s, patience: 600s%s}`

// TestNDesign: what an independent simulation of the same center found, ± 0.3 s.
func TestNDesign(t *testing.T) {
	for _, k := range []struct {
		name                      string
		policy, more, both, class string
		wait, level, abandoned    float64
		a, b                      float64
		spread                    float64 // of the yardstick, relative
	}{
		{"separate pools", "round-robin", "", "", "", 38.2, .558, .064, 44.1, 23.4, .01},
		{"round robin", "round-robin", "", "a: 5,", "", 29.5, .638, .049, 15.4, 64.7, .01},
		{"longest idle", "longest-idle", "", "a: 5,", "", 28.4, .649, .047, 15.2, 61.3, .01},
		{"dedicated first", "dedicated-first", "", "a: 5,", "", 27.1, .662, .045, 15.4, 56.2, .01},
		{"dedicated first, flexible serves b first", "scarce-first", "", "a: 5,", "", 26.9, .661, .045, 18.6, 47.6, .01},
		{"the same by priority", "dedicated-first", "", "a: 5,", ", priority: 100000", 26.9, .661, .045, 18.6, 47.6, .01},
		{"strict FIFO", "strict-fifo", "", "a: 5,", "", 56.9, .394, .095, 51.6, 70.0, .01},
		{"polled every 30 s", "round-robin", "poll: 30s", "a: 5,", "", 48.2, .354, .081, 0, 0, .01},
		{"polled every 300 s", "round-robin", "poll: 300s", "a: 5,", "", 203.9, .012, .340, 0, 0, .01},
	} {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			r := simulate(t, fmt.Sprintf(nDesign, k.policy, k.more, k.both, k.class))
			near(t, "mean wait", r.MeanWait, r.CI.MeanWait, k.wait, max(.3, k.spread*k.wait))
			near(t, "service level", r.ServiceLevel, r.CI.ServiceLevel, k.level, .003)
			near(t, "abandoned", r.Abandoned, r.CI.Abandoned, k.abandoned, max(.001, k.spread*k.abandoned))
			if k.a > 0 {
				near(t, "wait of a", r.Classes[0].MeanWait, r.Classes[0].CI.MeanWait, k.a, .4)
				near(t, "wait of b", r.Classes[1].MeanWait, r.Classes[1].CI.MeanWait, k.b, .6)
			}
		})
	}
	t.Run("everyone has both skills", func(t *testing.T) {
		t.Parallel()
		text := strings.Replace(fmt.Sprintf(nDesign, "round-robin", "", "a: 5,", ""), "skills: {a: 5}", "skills: {a: 5, b: 5}", 1)
		r := simulate(t, text)
		near(t, "mean wait", r.MeanWait, r.CI.MeanWait, 21.1, .3)
		near(t, "service level", r.ServiceLevel, r.CI.ServiceLevel, .680, .003)
		near(t, "abandoned", r.Abandoned, r.CI.Abandoned, .035, .001)
	})
}

// sixSkills is the design of Wallace and Whitt (2005): 90 agents, 15 whose first
// skill is each of six, with so many skills each.
func sixSkills(skills int) string {
	var b strings.Builder
	b.WriteString("seed: 7\nreplications: 8\narrivals: 60000\npolicy: longest-idle\nwaiting_places: 30\nagents:\n")
	for i := range 6 {
		for j := range 5 { // three agents for each pair of a first and a second skill
			list := []string{fmt.Sprintf("s%d: 5", i)}
			for k := range skills - 1 {
				list = append(list, fmt.Sprintf("s%d: 5", (i+1+(j+k)%5)%6))
			}
			fmt.Fprintf(&b, "  - {group: g%d%d, count: 3, skills: {%s}}\n", i, j, strings.Join(list, ", "))
		}
	}
	b.WriteString("classes:\n")
	for i := range 6 {
		fmt.Fprintf(&b, "  - {name: s%d, needs: {s%d: 1}, load: 14, handle: 600s}\n", i, i)
	}
	return b.String()
}

func TestTwoSkillsDoNearlyWhatAllDo(t *testing.T) {
	for skills, k := range map[int]struct{ wait, tolerance float64 }{1: {146.7, 1}, 2: {34.1, .8}, 6: {27.3, 1}} {
		t.Run(fmt.Sprint(skills), func(t *testing.T) {
			t.Parallel()
			r := simulate(t, sixSkills(skills))
			near(t, "mean wait", r.MeanWait, r.CI.MeanWait, k.wait, k.tolerance)
		})
	}
}

func TestChatConcurrency(t *testing.T) {
	for policy, k := range map[string]struct{ wait, handle float64 }{"least-loaded": {6.16, 394}, "round-robin": {6.52, 402}, "fill-first": {7.30, 415}} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			r := simulate(t, fmt.Sprintf(`
seed: 11
replications: 8
arrivals: 60000
policy: %s
agents: [{group: all, count: 10, skills: {a: 5}, concurrency: 3, speed: [1, 1.7, 2.1]}]
classes: [{name: a, needs: {a: 1}, rate: .063, handle: 300s, patience: 180s}]`, policy))
			near(t, "mean wait", r.MeanWait, r.CI.MeanWait, k.wait, .1)
			near(t, "handle time", r.MeanHandle, nil, k.handle, 3)
		})
	}
}
