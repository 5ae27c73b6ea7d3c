package routing

import (
	"slices"
	"strings"
	"testing"
	"time"

	"parley/desk"
	"parley/floor"
)

// under makes the center's queue follow a policy.
func under(f *floor.Floor, policy string) *floor.Floor {
	f.Queue("q").Policy = policy
	return f
}

func TestEachPolicyHasItsOwnChoice(t *testing.T) {
	load := func(n int) func(*desk.Agent) { return func(a *desk.Agent) { a.Load = n } }
	assigned := func(ago time.Duration) func(*desk.Agent) {
		return func(a *desk.Agent) { a.LastAssignedAt = noon.Add(-ago) }
	}
	came := func(ago time.Duration) func(*desk.Agent) {
		return func(a *desk.Agent) { a.PresenceSince = noon.Add(-ago) }
	}
	agents := []*desk.Agent{
		person("ana", map[desk.ID]int{"de": 3, "it": 1}, load(40), assigned(3*time.Minute), came(time.Minute)),
		person("ben", map[desk.ID]int{"de": 2}, load(60), assigned(2*time.Minute), came(time.Hour)),
		person("cleo", map[desk.ID]int{"de": 5, "it": 1, "fr": 1}, load(20), assigned(time.Minute), came(time.Hour)),
		person("dan", map[desk.ID]int{"de": 4, "it": 1, "fr": 1}, load(60), assigned(time.Hour), came(time.Minute)),
	}
	for policy, want := range map[string]string{
		DefaultPolicy:     "ben dedicated",
		"dedicated-first": "ben dedicated",
		"scarce-first":    "ben dedicated",
		"least-loaded":    "cleo least_loaded",
		"fill-first":      "dan longest_idle", // as full as ben, and longer without a new one
		"highest-level":   "cleo highest_level",
		"round-robin":     "dan in_turn", // cleo had something last
		"strict-fifo":     "dan in_turn",
		"longest-idle":    "ben longest_idle",
		"first-available": "ana lowest_id",
		"unheard-of":      "ben dedicated",
	} {
		c := waits("c", 0, needs("de", 1))
		d := glance(under(center(agents, c), policy)).choose(c).decision
		if got := d.AgentID + " " + d.Rule; got != want {
			t.Errorf("%s chose %s, want %s", policy, got, want)
		}
	}
}

func TestAnAgentWithARingingOfferIsPassedOver(t *testing.T) {
	ringing := waits("ringing", time.Minute, func(c *desk.Conversation) { c.State, c.AgentID = desk.Offered, "ana" })
	c := waits("c", 0)
	got := glance(center([]*desk.Agent{person("ana", nil), person("ben", nil, func(a *desk.Agent) { a.Load = 80 })}, ringing, c)).choose(c)
	if got.decision.AgentID != "ben" || got.decision.Excluded[whyReserved] != 1 {
		t.Errorf("chose %+v", got.decision)
	}
	if got := glance(accepting(center([]*desk.Agent{person("ana", nil)}, ringing, c))).choose(c); got.decision.AgentID != "ana" {
		t.Errorf("where agents need not accept, chose %+v", got.decision)
	}
}

func TestTheHeadOfAStrictQueueHoldsBackTheOthers(t *testing.T) {
	head, next := waits("head", time.Minute, needs("it", 1)), waits("next", 0)
	agents := []*desk.Agent{person("ana", nil)}
	if p := plan(under(center(agents, head, next), "strict-fifo")); len(p.Proposals) != 0 {
		t.Errorf("served %v past the head", p.Proposals)
	}
	if p := plan(under(center(agents, head, next), "round-robin")); len(p.Proposals) != 1 {
		t.Errorf("the head blocks where it must not: %v", p.Proposals)
	}
	d := Explain(under(center(agents, head, next), "strict-fifo"), next, noon)
	if d.Rule != ruleBlocked || !strings.Contains(d.Words, "Behind the first in line") || !strings.Contains(d.Words, "Italian") {
		t.Errorf("explained as %s: %s", d.Rule, d.Words)
	}
}

func TestEveryPolicyNamesWhatItCompares(t *testing.T) {
	for _, name := range Policies() {
		p, err := ParsePolicy(name)
		if err != nil {
			t.Fatal(err)
		}
		got := p.Compares()
		if len(got) != len(p.criteria) || slices.Contains(got, "") || got[len(got)-1] != "id" {
			t.Errorf("%s compares %q", name, got)
		}
	}
}
