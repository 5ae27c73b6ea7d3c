package routing

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/floor"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func person(name string, skills map[desk.ID]int, change ...func(*desk.Agent)) *desk.Agent {
	a := &desk.Agent{ID: name, Name: name, Role: desk.RoleAgent, Enabled: true, Capacity: 100, Skills: skills, Presence: desk.Available}
	for _, f := range change {
		f(a)
	}
	return a
}

func waits(id string, since time.Duration, change ...func(*desk.Conversation)) *desk.Conversation {
	at := noon.Add(-since)
	c := &desk.Conversation{ID: id, QueueID: "q", Channel: desk.SMS, State: desk.Waiting, Cost: 20, QueuedAt: at, StateSince: at, Epoch: 1}
	for _, f := range change {
		f(c)
	}
	return c
}

func center(agents []*desk.Agent, line ...*desk.Conversation) *floor.Floor {
	q := desk.QueueDefaults()
	q.ID, q.Name = "q", "Support"
	return floor.New(&desk.Snapshot{Agents: agents, Conversations: line, Queues: []*desk.Queue{&q},
		Skills: []*desk.Skill{{ID: "de", Name: "German"}, {ID: "it", Name: "Italian"}}})
}

// accepting makes the queues accept for their agents, so that several can go to one at once.
func accepting(f *floor.Floor) *floor.Floor {
	for _, q := range f.Queues() {
		q.AutoAccept = true
	}
	return f
}

func glance(v View) *look { return &look{view: v, room: newRoom(), now: noon} }

func plan(v Lines) Plan { return glance(v).decide(v, nil, 0) }

func needs(skill string, level int) func(*desk.Conversation) {
	return func(c *desk.Conversation) {
		c.Requirements = append(c.Requirements, desk.Requirement{SkillID: skill, Level: level})
	}
}

func wishes(skill string, level int) func(*desk.Conversation) {
	return func(c *desk.Conversation) {
		c.Requirements = append(c.Requirements, desk.Requirement{SkillID: skill, Level: level, Preferred: true})
	}
}

func loaded(n int) func(*desk.Agent) { return func(a *desk.Agent) { a.Load = n } }

func present(p desk.Presence) func(*desk.Agent) { return func(a *desk.Agent) { a.Presence = p } }

func TestChoosing(t *testing.T) {
	assigned := func(ago time.Duration) func(*desk.Agent) {
		return func(a *desk.Agent) { a.LastAssignedAt = noon.Add(-ago) }
	}
	for _, test := range []struct {
		name   string
		agents []*desk.Agent
		c      *desk.Conversation
		want   string
		rule   string
		why    string // a reason that must be counted
	}{
		{"the only one", []*desk.Agent{person("ana", nil)}, waits("c", 0), "ana", "only_one", ""},
		{"a hard skill", []*desk.Agent{person("ana", nil), person("ben", map[desk.ID]int{"de": 3})}, waits("c", 0, needs("de", 3)), "ben", "only_one", whySkill},
		{"a level too low", []*desk.Agent{person("ana", map[desk.ID]int{"de": 2})}, waits("c", 0, needs("de", 3)), "", "nobody", whyLevel},
		{"a preferred skill before everything", []*desk.Agent{person("ana", nil), person("ben", map[desk.ID]int{"de": 3, "it": 3}, loaded(60))}, waits("c", 0, wishes("de", 1)), "ben", "best_match", ""},
		{"the dedicated one, so that the flexible stays free", []*desk.Agent{person("ana", map[desk.ID]int{"de": 3, "it": 3}), person("ben", map[desk.ID]int{"de": 3}, loaded(40))}, waits("c", 0, needs("de", 1)), "ben", "dedicated", ""},
		{"the least loaded", []*desk.Agent{person("ana", nil, loaded(40)), person("ben", nil, loaded(20))}, waits("c", 0), "ben", "least_loaded", ""},
		{"the longest idle", []*desk.Agent{person("ana", nil, assigned(time.Minute)), person("ben", nil, assigned(time.Hour))}, waits("c", 0), "ben", "longest_idle", ""},
		{"ties by id", []*desk.Agent{person("ben", nil), person("ana", nil)}, waits("c", 0), "ana", "lowest_id", ""},
		{"nobody over capacity", []*desk.Agent{person("ana", nil, loaded(90))}, waits("c", 0), "", "nobody", whyCapacity},
		{"nobody away", []*desk.Agent{person("ana", nil, present(desk.Away))}, waits("c", 0), "", "nobody", whyAway},
		{"nobody offline", []*desk.Agent{person("ana", nil, present(desk.Offline))}, waits("c", 0), "", "nobody", whyOffline},
		{"nobody who is about to leave", []*desk.Agent{person("ana", nil, func(a *desk.Agent) { a.Next = desk.Away })}, waits("c", 0), "", "nobody", whyBusy},
		{"no more of a channel than allowed", []*desk.Agent{person("ana", nil, func(a *desk.Agent) { a.ChannelLimits = map[desk.Channel]int{desk.SMS: 0} })}, waits("c", 0), "", "nobody", whyChannel},
		{"not again whoever just declined", []*desk.Agent{person("ana", nil)}, waits("c", 0, func(c *desk.Conversation) { c.AvoidAgentIDs = []desk.ID{"ana"} }), "", "nobody", whyDeclined},
		{"but again after a while when nobody else can", []*desk.Agent{person("ana", nil)}, waits("c", time.Minute, func(c *desk.Conversation) { c.AvoidAgentIDs = []desk.ID{"ana"} }), "ana", "only_one", whyDeclined},
		{"the last agent first", []*desk.Agent{person("ana", nil), person("ben", nil, loaded(60))}, waits("c", 0, func(c *desk.Conversation) { c.PreferredAgentID = "ben" }), "ben", "preferred_agent", ""},
		{"without the last agent when they are full", []*desk.Agent{person("ana", nil), person("ben", nil, loaded(100))}, waits("c", 0, func(c *desk.Conversation) { c.PreferredAgentID = "ben" }), "ana", "only_one", whyCapacity},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := glance(center(test.agents, test.c)).choose(test.c)
			if got.decision.AgentID != test.want || got.decision.Rule != test.rule {
				t.Errorf("chose %q by %s, want %q by %s", got.decision.AgentID, got.decision.Rule, test.want, test.rule)
			}
			if test.why != "" && got.decision.Excluded[test.why] == 0 {
				t.Errorf("excluded %v, want %s among the reasons", got.decision.Excluded, test.why)
			}
			if got.decision.Words == "" {
				t.Error("the choice has no words")
			}
		})
	}
}

func TestDecidingServesByScoreAndNobodyIsBlocked(t *testing.T) {
	agents := []*desk.Agent{person("ana", nil), person("ben", map[desk.ID]int{"de": 3})}
	line := []*desk.Conversation{
		waits("italian", 10*time.Minute, needs("it", 1)), // nobody can: must block nobody
		waits("old", 5*time.Minute),
		waits("urgent", time.Minute, func(c *desk.Conversation) { c.Priority = 60 }),
		waits("german", 2*time.Minute, needs("de", 1)),
	}
	p := plan(accepting(center(agents, line...)))
	var order []string
	for _, x := range p.Proposals {
		order = append(order, x.ConversationID+">"+x.AgentID)
	}
	// urgent (61 points) before old (5) before german (2); ben is kept for german by being the less dedicated.
	if got := strings.Join(order, " "); got != "urgent>ana old>ana german>ben" {
		t.Errorf("decided %s", got)
	}
}

func TestDecidingNeverOverbooks(t *testing.T) {
	var line []*desk.Conversation
	for i := range 20 {
		line = append(line, waits(fmt.Sprintf("c%02d", i), time.Duration(20-i)*time.Second))
	}
	p := plan(accepting(center([]*desk.Agent{person("ana", nil), person("ben", nil, func(a *desk.Agent) { a.Capacity = 40 })}, line...)))
	n := map[desk.ID]int{}
	for _, x := range p.Proposals {
		n[x.AgentID]++
	}
	if n["ana"] != 5 || n["ben"] != 2 {
		t.Errorf("proposed %v, want 5 for ana and 2 for ben", n)
	}
	if p.Proposals[0].ConversationID != "c00" {
		t.Errorf("the first served is %s, want the one who waits longest", p.Proposals[0].ConversationID)
	}
}

func TestTheSameViewGivesTheSameChoices(t *testing.T) {
	agents := []*desk.Agent{person("ana", map[desk.ID]int{"de": 2}), person("ben", nil), person("cleo", map[desk.ID]int{"it": 5, "de": 5})}
	var line []*desk.Conversation
	for i := range 9 {
		c := waits(fmt.Sprintf("c%d", i), time.Duration(i)*time.Second)
		if i%3 == 0 {
			needs("de", 1)(c)
		}
		line = append(line, c)
	}
	first := fmt.Sprint(plan(accepting(center(agents, line...))).Proposals)
	for range 20 {
		if again := fmt.Sprint(plan(accepting(center(agents, line...))).Proposals); again != first {
			t.Fatalf("decided differently:\n%s\n%s", first, again)
		}
	}
}

func TestWhySomebodyStillWaits(t *testing.T) {
	f := center([]*desk.Agent{person("ana", map[desk.ID]int{"de": 1}), person("ben", map[desk.ID]int{"de": 5}, func(a *desk.Agent) { a.OffHours = true }),
		person("cleo", map[desk.ID]int{"de": 4}, func(a *desk.Agent) { a.Load = 100 }), person("dora", nil)}, waits("c", 0, needs("de", 3)))
	q := f.Queue("q")
	q.Rings = desk.RingPlan{{AfterSeconds: 60, Priority: 5}, {AfterSeconds: 180, Relax: []desk.Relaxation{{SkillID: "de", Level: 1}}}}
	c := f.Conversation("c")
	e := Explain(f, c, noon.Add(90*time.Second))
	want := map[string]int{whyHours: 1, whyCapacity: 1, whyRing: 1, whySkill: 1}
	if d := cmp.Diff(want, e.Excluded); d != "" || e.Ring != 1 || e.Rule != ruleNobody || e.Score != 6.5 {
		t.Errorf("step %d by %s, score %v, excluded (-want +got): %s", e.Ring, e.Rule, e.Score, d)
	}
	if !e.Next.Equal(noon.Add(3*time.Minute)) || e.NextWords != "German ≥ 1 is enough" {
		t.Errorf("next at %v: %s", e.Next, e.NextWords)
	}
	if want := "Nobody with German ≥ 3 is free: 1 without room, 1 outside their hours, 1 may take it at a later step, 1 without the skill."; e.Words != want {
		t.Errorf("in words: %s\nwant: %s", e.Words, want)
	}
	if len(e.Rings) != 2 || !e.Rings[0].Holds || e.Rings[1].Holds || e.Rings[0].Words != "priority rises by 5" {
		t.Errorf("plan: %+v", e.Rings)
	}
	// Ben comes to work before the step does, and Cleo knows the customer.
	f.Agent("ben").Hours = &desk.Hours{Zone: "UTC", Week: map[string][]desk.Span{"mon": {{From: 12*60 + 2, To: 17 * 60}}}}
	known := *c
	known.PreferredAgentID = "cleo"
	e = Explain(f, &known, noon.Add(90*time.Second))
	if !e.Next.Equal(noon.Add(2*time.Minute)) || e.NextWords != "the hours of ben begin" {
		t.Errorf("next at %v: %s", e.Next, e.NextWords)
	}
	if !strings.HasSuffix(e.Words, " cleo, who took care of this customer last, has no room.") {
		t.Errorf("in words: %s", e.Words)
	}
	late := *c
	late.OpensAt = noon.Add(time.Hour)
	if e = Explain(f, &late, noon.Add(90*time.Second)); e.Rule != ruleClosed || !e.Next.Equal(late.OpensAt) || !strings.Contains(e.Words, "13:00") {
		t.Errorf("after hours: %s until %v: %s", e.Rule, e.Next, e.Words)
	}
}
