package routing

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/floor"
)

// needing is a center whose queue asks for German at level 3, beside one for Italian.
func needing(agents ...*desk.Agent) (*floor.Floor, *desk.Queue) {
	queue := func(id, name, skill string) *desk.Queue {
		q := desk.QueueDefaults()
		q.ID, q.Name, q.Requirements = id, name, []desk.Requirement{{SkillID: skill, Level: 3}}
		return &q
	}
	support := queue("q", "Support", "de")
	f := floor.New(&desk.Snapshot{Agents: agents, Queues: []*desk.Queue{support, queue("o", "Overflow", "it")},
		Skills: []*desk.Skill{{ID: "de", Name: "German"}, {ID: "it", Name: "Italian"}, {ID: "lead", Name: "Lead"}}})
	draft := *support
	return f, &draft
}

func with(presence desk.Presence) func(*desk.Agent) {
	return func(a *desk.Agent) { a.Presence = presence }
}

func TestReachesCountsWhoComesInWithEachStep(t *testing.T) {
	f, q := needing(
		person("ana", map[desk.ID]int{"de": 4}),
		person("ben", map[desk.ID]int{"de": 3}, with(desk.Offline)),
		person("cleo", map[desk.ID]int{"de": 2}),
		person("dan", map[desk.ID]int{"it": 5}, with(desk.Offline)),
		person("eve", map[desk.ID]int{"lead": 1}, func(a *desk.Agent) { a.OffHours = true }),
		person("gone", map[desk.ID]int{"de": 5}, func(a *desk.Agent) { a.Enabled = false }),
		person("none", nil),
	)
	q.Rings = desk.RingPlan{
		{AfterSeconds: 60, Relax: []desk.Relaxation{{SkillID: "de", Level: 2}}},
		{AfterSeconds: 120, QueueID: "o"},
		{AfterSeconds: 180, SkillID: "lead", Priority: 5},
		{AfterSeconds: 240, Relax: []desk.Relaxation{{SkillID: "de"}}},
	}
	want := []Reach{
		{People: 2, Online: 1, New: 2, Names: []string{"ana", "ben"}},
		{People: 3, Online: 2, New: 1, Names: []string{"cleo"}},
		{People: 4, Online: 2, New: 1, Names: []string{"dan"}},
		{People: 5, Online: 2, New: 1, Names: []string{"eve"}},
		{People: 6, Online: 3, New: 1, Names: []string{"none"}},
	}
	if diff := cmp.Diff(want, Reaches(f, q, &desk.Conversation{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	asked := &desk.Conversation{Requirements: []desk.Requirement{{SkillID: "it", Level: 1}}}
	if got := Reaches(f, q, asked); got[1].People != 0 || got[2].People != 1 {
		t.Errorf("who must know Italian besides: %+v", got)
	}
	own := &desk.Conversation{Rings: desk.RingPlan{}}
	if got := Reaches(f, q, own); len(got) != 1 {
		t.Errorf("a plan of its own without steps: %+v", got)
	}
}

func TestHintsNameWhatIsPointless(t *testing.T) {
	relax := func(skill string, level int) []desk.Relaxation {
		return []desk.Relaxation{{SkillID: skill, Level: level}}
	}
	staff := []*desk.Agent{person("ana", map[desk.ID]int{"de": 4}), person("cleo", map[desk.ID]int{"de": 2}), person("dan", map[desk.ID]int{"it": 5}), person("eve", map[desk.ID]int{"lead": 1})}
	for name, c := range map[string]struct {
		change  func(*desk.Queue)
		besides []desk.Requirement
		want    []string
	}{
		"nothing to say": {change: func(q *desk.Queue) {
			q.Rings = desk.RingPlan{{AfterSeconds: 60, Relax: relax("de", 2)}, {AfterSeconds: 90, QueueID: "o", Offer: desk.CallBack}, {AfterSeconds: 120, SkillID: "lead"}}
		}},
		"no lower than it is": {change: func(q *desk.Queue) {
			q.Rings = desk.RingPlan{{Relax: relax("de", 3)}, {AfterSeconds: 60, Relax: relax("de", 2)}}
		}, want: []string{"rings[0].relax[0]"}},
		"dropped before": {change: func(q *desk.Queue) {
			q.Rings = desk.RingPlan{{Relax: relax("de", 0)}, {AfterSeconds: 60, Relax: relax("de", 2)}}
		},
			want: []string{"rings[1].relax[0]"}},
		"asked of nobody":        {change: func(q *desk.Queue) { q.Rings = desk.RingPlan{{Relax: relax("lead", 0)}} }, want: []string{"rings[0].relax[0]"}},
		"asked by an inbox":      {change: func(q *desk.Queue) { q.Rings = desk.RingPlan{{Relax: relax("lead", 0), Priority: 1}} }, besides: []desk.Requirement{{SkillID: "lead", Level: 2}}, want: []string{"rings[0]"}},
		"a wish is not demanded": {change: func(q *desk.Queue) { q.Rings = desk.RingPlan{{Relax: relax("lead", 0)}} }, besides: []desk.Requirement{{SkillID: "lead", Level: 2, Preferred: true}}, want: []string{"rings[0].relax[0]"}},
		"at the same moment": {change: func(q *desk.Queue) {
			q.Rings = desk.RingPlan{{AfterSeconds: 9, SkillID: "lead"}, {AfterSeconds: 9, QueueID: "o"}}
		}, want: []string{"rings[1].after_seconds"}},
		"after they are given up": {change: func(q *desk.Queue) { q.ExpireHours, q.Rings = 1, desk.RingPlan{{AfterSeconds: 3600, SkillID: "lead"}} },
			want: []string{"rings[0].after_seconds"}},
		"helps itself": {change: func(q *desk.Queue) { q.Rings = desk.RingPlan{{QueueID: "q", Priority: 1}} }, want: []string{"rings[0].queue_id"}},
		"twice the same": {change: func(q *desk.Queue) {
			q.Rings = desk.RingPlan{{QueueID: "o", SkillID: "lead", Offer: desk.LeaveMessage}, {AfterSeconds: 1, QueueID: "o", SkillID: "lead", Offer: desk.LeaveMessage}}
		}, want: []string{"rings[1].queue_id", "rings[1].skill_id", "rings[1].offer"}},
		"in one step": {change: func(q *desk.Queue) {
			q.Rings = desk.RingPlan{{QueueID: "o", SkillID: "it"}, {AfterSeconds: 60, SkillID: "it"}}
		}, want: []string{"rings[1].skill_id"}},
		"nobody new": {change: func(q *desk.Queue) {
			q.Rings = desk.RingPlan{{Relax: relax("de", 0)}, {AfterSeconds: 60, SkillID: "lead"}}
		}, want: []string{"rings[1]"}},
		"nobody has it": {change: func(q *desk.Queue) { q.Requirements[0].Level = 5 }, want: []string{"requirements"}},
		"nobody before the step": {change: func(q *desk.Queue) {
			q.Requirements[0].Level = 5
			q.Rings = desk.RingPlan{{Priority: 1}, {AfterSeconds: 60, Relax: relax("de", 4)}}
		}, want: []string{"requirements"}},
		"keeps everybody": {change: func(q *desk.Queue) { q.Policy = "default+reserve=1" }, want: []string{"reserve"}},
		"costs nothing":   {change: func(q *desk.Queue) { q.Costs = map[desk.Channel]int{desk.SMS: 0, desk.WhatsApp: 5} }, want: []string{"costs.sms"}},
	} {
		f, q := needing(staff...)
		q.Requirements = []desk.Requirement{{SkillID: "de", Level: 3}}
		c.change(q)
		var got []string
		for _, h := range Hints(f, q, &desk.Conversation{}, c.besides) {
			got = append(got, h.Field)
			if h.Words == "" {
				t.Errorf("%s: %s without words", name, h.Field)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}

	f, q := needing(staff...)
	f.Queue("o").AfterHours, f.Queue("o").AfterHoursQueueID = desk.AfterHoursOverflow, "q"
	q.AfterHours, q.AfterHoursQueueID = desk.AfterHoursOverflow, "o"
	if got := Hints(f, q, &desk.Conversation{}, nil); len(got) != 1 || got[0].Field != "after_hours_queue_id" {
		t.Errorf("two that overflow into each other: %+v", got)
	}
}
