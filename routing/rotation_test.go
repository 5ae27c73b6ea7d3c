package routing

import (
	"strings"
	"testing"
	"time"

	"parley/desk"
)

// served lets one customer after the other come, each for its needs, and tells
// who got them and by which rule.
func served(x *Index, came ...*desk.Conversation) (agents, rules string) {
	for _, c := range came {
		x.PutConversation(c)
		for _, p := range x.Decide(noon, 0).Proposals {
			agents += p.AgentID[:1]
			rules += p.Decision.Rule + " "
			x.RemoveConversation(p.ConversationID)
		}
	}
	return agents, rules
}

func turnTaking(agents ...*desk.Agent) *Index {
	q := desk.QueueDefaults()
	q.ID, q.Policy, q.AutoAccept = "q", "round-robin", true
	x := NewIndex(IndexConfig{Queues: []*desk.Queue{&q}})
	for _, a := range agents {
		x.PutAgent(a)
	}
	return x
}

func TestRoundRobinServesInTurn(t *testing.T) {
	ana, ben, cleo := person("ana", nil), person("ben", nil), person("cleo", map[desk.ID]int{"de": 3})
	x := turnTaking(ana, ben, cleo)
	got, rules := served(x, waits("1", 0), waits("2", 0), waits("3", 0), waits("4", 0))
	if got != "abca" || strings.Count(rules, "in_turn") != 4 {
		t.Errorf("in turn came %s by %s", got, rules)
	}
	// Who is full is passed over and the turn goes on; who asks for something else
	// is in a rotation of its own.
	full := *ben
	full.Load = full.Capacity
	x.PutAgent(&full)
	if got, _ := served(x, waits("5", 0), waits("6", 0, needs("de", 1)), waits("7", 0), waits("8", 0)); got != "ccac" {
		t.Errorf("with ben full came %s", got)
	}
	x.PutAgent(ben)
	if got, _ := served(x, waits("9", 0), waits("10", 0, func(c *desk.Conversation) { c.PreferredAgentID = "cleo" }), waits("11", 0)); got != "acb" {
		t.Errorf("with somebody's own agent in between came %s", got)
	}
}

// Another node remembers no turns: it goes on behind whoever was given something last.
func TestARotationGoesOnAfterATakeover(t *testing.T) {
	ago := func(d time.Duration) func(*desk.Agent) {
		return func(a *desk.Agent) { a.LastAssignedAt = noon.Add(-d) }
	}
	x := turnTaking(person("ana", nil, ago(time.Hour)), person("ben", nil, ago(time.Minute)), person("cleo", nil))
	if got, _ := served(x, waits("1", 0), waits("2", 0), waits("3", 0)); got != "cab" {
		t.Errorf("came %s, want cleo, who is after ben, first", got)
	}
}

// A recorded choice carries the turn, so it is made again without knowing the past.
func TestATurnIsMadeAgainFromItsDecision(t *testing.T) {
	agents := []*desk.Agent{person("ana", nil), person("ben", nil), person("cleo", nil)}
	c := waits("c", 0)
	for last, want := range map[desk.ID]desk.ID{"": "ana", "ana": "ben", "ben": "cleo", "cleo": "ana"} {
		p, found, _ := Next(under(center(agents, c), "round-robin"), c.ID, &desk.Decision{At: noon, Turn: last})
		if !found || p.AgentID != want || p.Decision.Turn != last {
			t.Errorf("after %q came %s with the turn of %q", last, p.AgentID, p.Decision.Turn)
		}
	}
}
