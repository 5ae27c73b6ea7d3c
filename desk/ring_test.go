package desk

import (
	"testing"
	"time"
)

func TestRingPlanSaysWhatIsWrong(t *testing.T) {
	known := func(id ID) bool { return id == "known" }
	for name, c := range map[string]struct {
		plan  RingPlan
		field string // "": nothing is wrong
	}{
		"none":               {nil, ""},
		"everything":         {RingPlan{{AfterSeconds: 0, Relax: []Relaxation{{"known", 0}}}, {AfterSeconds: 60, QueueID: "known", SkillID: "known", Priority: 5, Offer: CallBack}}, ""},
		"too many":           {make(RingPlan, 7), "rings"},
		"backwards":          {RingPlan{{AfterSeconds: 60, Priority: 1}, {AfterSeconds: 30, Priority: 1}}, "rings[1].after_seconds"},
		"before the entry":   {RingPlan{{AfterSeconds: -1, Priority: 1}}, "rings[0].after_seconds"},
		"nothing":            {RingPlan{{AfterSeconds: 60}}, "rings[0]"},
		"priority":           {RingPlan{{Priority: -5}}, "rings[0].priority"},
		"queue":              {RingPlan{{QueueID: "other"}}, "rings[0].queue_id"},
		"team":               {RingPlan{{SkillID: "other"}}, "rings[0].skill_id"},
		"offer":              {RingPlan{{Offer: "voucher"}}, "rings[0].offer"},
		"relaxed skill":      {RingPlan{{Relax: []Relaxation{{"other", 0}}}}, "rings[0].relax[0].skill_id"},
		"relaxed level":      {RingPlan{{Relax: []Relaxation{{"known", 6}}}}, "rings[0].relax[0].level"},
		"second relaxation":  {RingPlan{{Relax: []Relaxation{{"known", 1}, {"known", -1}}}}, "rings[0].relax[1].level"},
		"at the same moment": {RingPlan{{AfterSeconds: 60, Priority: 1}, {AfterSeconds: 60, Priority: 1}}, ""},
	} {
		err := c.plan.Validate("rings", known, known)
		var got string
		if e, is := err.(*Error); is {
			got = e.Field
		}
		if got != c.field {
			t.Errorf("%s: %v, want a word about %q", name, err, c.field)
		}
	}
}

func TestRingPlanComesStepByStep(t *testing.T) {
	p := RingPlan{{AfterSeconds: 0, Priority: 1}, {AfterSeconds: 30, Priority: 2}, {AfterSeconds: 30, Priority: 4}, {AfterSeconds: 90, Priority: 8}}
	for age, want := range map[time.Duration]int{-time.Second: 0, 0: 1, 29 * time.Second: 1, 30 * time.Second: 3, 89 * time.Second: 3, 90 * time.Second: 4, time.Hour: 4} {
		if got := p.Due(age); got != want {
			t.Errorf("after %s: %d steps, want %d", age, got, want)
		}
	}
	for n, want := range map[int]int{0: 0, 1: 1, 3: 7, 4: 15, 9: 15} {
		if got := p.Raised(n); got != want {
			t.Errorf("%d steps raise by %d, want %d", n, got, want)
		}
	}
}
