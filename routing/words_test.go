package routing

import (
	"testing"
	"time"

	"parley/desk"
)

func TestChoicesInWords(t *testing.T) {
	knows := func(id desk.ID) func(*desk.Conversation) {
		return func(c *desk.Conversation) { c.PreferredAgentID = id }
	}
	german := func(level int) map[desk.ID]int { return map[desk.ID]int{"de": level} }
	for _, test := range []struct {
		agents []*desk.Agent
		c      *desk.Conversation
		queue  []desk.Requirement
		rings  desk.RingPlan
		want   string
	}{
		{agents: []*desk.Agent{person("ana", german(3))}, c: waits("c", 0, needs("de", 3)), want: "ana was the only one free with German ≥ 3."},
		{agents: []*desk.Agent{person("ana", nil, loaded(40)), person("ben", nil, loaded(20))}, c: waits("c", 0), want: "Of 2 free, ben is the least busy, at 20 %."},
		{agents: []*desk.Agent{person("ana", map[desk.ID]int{"de": 3, "it": 3}), person("ben", german(3))}, c: waits("c", 0, needs("de", 1)),
			want: "Of 2 free with German, ben has the fewest other skills."},
		{agents: []*desk.Agent{person("ana", nil), person("ben", nil)}, c: waits("c", 0, knows("ben")), want: "ben took care of this customer last."},
		{agents: []*desk.Agent{person("ana", nil, loaded(40)), person("ben", nil, loaded(20)), person("cleo", nil, present(desk.Away))}, c: waits("c", 0, knows("cleo")),
			want: "Of 2 free, ben is the least busy, at 20 %. cleo, who took care of this customer last, is away."},
		{agents: []*desk.Agent{person("ana", nil), person("ben", nil)}, c: waits("c", time.Minute, knows("ben"), func(c *desk.Conversation) { c.AvoidAgentIDs = []desk.ID{"ben"} }),
			want: "ana was the only one free. ben, who took care of this customer last, declined or missed it."},
		{agents: []*desk.Agent{person("ana", german(1))}, c: waits("c", time.Minute, needs("de", 3)),
			rings: desk.RingPlan{{AfterSeconds: 20, Relax: []desk.Relaxation{{SkillID: "de", Level: 1}}}, {AfterSeconds: 40, Priority: 5}, {AfterSeconds: 90, Priority: 5}},
			want:  "ana was the only one free with German. After the wait so far: German ≥ 1 is enough; priority rises by 5."},
		{agents: []*desk.Agent{person("ana", map[desk.ID]int{"it": 3})}, c: waits("c", time.Minute), queue: []desk.Requirement{{SkillID: "de", Level: 3}},
			rings: desk.RingPlan{{AfterSeconds: 30, SkillID: "it"}},
			want:  "ana was the only one free with German ≥ 3, or with Italian. After the wait so far: everybody with Italian helps."},
	} {
		f := center(test.agents, test.c)
		f.Queue("q").Requirements, f.Queue("q").Rings = test.queue, test.rings
		if got := glance(f).choose(test.c).decision.Words; got != test.want {
			t.Errorf("said:  %s\nwant: %s", got, test.want)
		}
	}
}
