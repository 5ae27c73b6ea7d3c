package simulate

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"parley/routing"
)

const rareSkill = `
name: rare
seed: 5
replications: 4
arrivals: 10000
policy: dedicated-first
agents:
  - {group: a, count: 20, skills: {a: 5, b: 1}, concurrency: 1}
  - {group: b, count: 6, skills: {b: 5}, concurrency: 1}
classes:
  - {name: a, needs: {a: 1}, load: 14, handle: 300s, patience: 600s}
  - {name: b, needs: {b: 3}, load: 6, handle: 300s, patience: 600s%RINGS}
`

func readRings(rings string) (*Scenario, error) {
	return ReadScenario(fstest.MapFS{"s.yaml": {Data: []byte(strings.Replace(rareSkill, "%RINGS", rings, 1))}}, "s.yaml")
}

// Asking for less after a while shortens the wait for a rare skill, the more the
// sooner; and it is the same by whatever way the same people help.
func TestRingsShortenTheWaitForARareSkill(t *testing.T) {
	wait := func(rings string) float64 {
		s, err := readRings(rings)
		if err != nil {
			t.Fatal(err)
		}
		out, err := Run(context.Background(), s, []routing.Policy{s.Policy}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return out[0].Classes[1].MeanWait
	}
	never, late, soon := wait(""), wait(", rings: [{after: 120s, relax: {b: 1}}]"), wait(", rings: [{after: 20s, relax: {b: 1}}]")
	team, overflow := wait(", rings: [{after: 20s, team: a}]"), wait(", rings: [{after: 20s, overflow: a}]")
	t.Logf("mean wait: without %.1f, after 120 s %.1f, after 20 s %.1f; by a team %.1f, by overflow %.1f", never, late, soon, team, overflow)
	if never < 1.2*late || late < 1.5*soon || soon > 25 {
		t.Errorf("mean waits %.1f, after 120 s %.1f, after 20 s %.1f", never, late, soon)
	}
	if team != soon || overflow != soon {
		t.Errorf("the same people by another way: %.3f as a team, %.3f by overflow, %.3f by level", team, overflow, soon)
	}
}

func TestRingsOfAScenarioSayWhatIsWrong(t *testing.T) {
	for rings, want := range map[string]string{
		", rings: [{after: 60s}]": "does nothing",
		", rings: [{after: 60s, priority: 1}, {after: 30s, priority: 1}]": "not be before",
		", rings: [{after: 60s, overflow: c}]":                            "which there is not",
		", rings: [{after: 60s, relax: {b: 7}}]":                          "relax",
		", rings: [{after: 60s, relax: {b: 1}, queue: a}]":                "not known here",
	} {
		if _, err := readRings(rings); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", rings, err)
		}
	}
}
