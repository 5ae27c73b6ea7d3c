package web_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/store/storetest"
	"parley/web"
)

func TestADraftedQueueTellsWhoCouldTakeItsCustomers(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	admin := s.session(s.people[desk.RoleAdmin])
	rare := s.foreign.Requirements[0].SkillID
	rings := []draft{{"after_seconds": 60, "queue_id": s.mine.ID}, {"after_seconds": 120, "relax": []draft{{"skill_id": s.skill.ID, "level": 0}}}}
	var got web.QueuePreview
	s.call("POST", "/api/v1/queues/preview", admin, draft{"id": s.foreign.ID, "queue": draft{"rings": rings}}).into(t, &got)
	want := web.QueuePreview{
		Reach: []web.ReachItem{{Names: []string{}}, {People: 3, New: 3, Names: []string{"admin", "agent", "supervisor"}}, {People: 3, Names: []string{}}},
		Hints: []web.HintItem{
			{Field: "requirements", Words: "Nobody who works here has these skills: every customer goes on to step 1 at once."},
			{Field: "rings[1]", Words: "Lets in nobody new today: the 3 people who could take a customer then can do so already."},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	q, err := s.Store.Queues(t.Context())
	s.ok(err)
	for _, q := range q {
		if len(q.Rings) > 0 {
			t.Errorf("the draft was saved with %s", q.Name)
		}
	}

	// What a rule asks for on top counts; so does what an inbox demands.
	besides := draft{"besides": []draft{{"skill_id": rare, "level": 1}}, "id": s.mine.ID, "queue": draft{}}
	if s.call("POST", "/api/v1/queues/preview", admin, besides).into(t, &got); got.Reach[0].People != 0 {
		t.Errorf("with a rare skill on top: %+v", got.Reach)
	}
	relaxed := draft{"id": s.mine.ID, "queue": draft{"rings": []draft{{"after_seconds": 60, "relax": []draft{{"skill_id": rare, "level": 0}}, "priority": 3}}}}
	if s.call("POST", "/api/v1/queues/preview", admin, relaxed).into(t, &got); len(got.Hints) != 1 || got.Hints[0].Field != "rings[0].relax[0]" {
		t.Errorf("a demand that nobody makes: %+v", got.Hints)
	}
	s.call("PATCH", "/api/v1/inboxes/"+s.sms.ID, admin, draft{"requirements": []draft{{"skill_id": rare, "level": 2}}})
	if s.call("POST", "/api/v1/queues/preview", admin, relaxed).into(t, &got); len(got.Hints) != 1 || got.Hints[0].Field != "rings[0]" {
		t.Errorf("a demand of an inbox: %+v", got.Hints)
	}

	bad := draft{"queue": draft{"rings": []draft{{"after_seconds": 60, "queue_id": desk.NewID()}}}}
	if p := s.call("POST", "/api/v1/queues/preview", admin, bad).problem(t, http.StatusUnprocessableEntity); p.Errors[0].Location != "rings[0].queue_id" {
		t.Errorf("a queue that is not there: %+v", p.Errors)
	}
	s.call("POST", "/api/v1/queues/preview", admin, draft{"id": desk.NewID(), "queue": draft{}}).problem(t, http.StatusNotFound)
}

func TestADraftedCalendarTellsNowAndTheNextDays(t *testing.T) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 12, 24, 11, 30, 0, 0, rome)
	s := newSite(t, storetest.SQLite(t), func(c *web.Config) { c.Now = func() time.Time { return now } })
	admin := s.session(s.people[desk.RoleAdmin])
	hours := draft{"zone": "Europe/Rome", "week": draft{"thu": []draft{{"from": 540, "to": 720}, {"from": 1320, "to": 1560}}, "sat": []draft{{"from": 600, "to": 840}}},
		"holidays": draft{"2026-12-25": []draft{}, "2026-12-27": []draft{{"from": 0, "to": 1440}}}, "names": draft{"2026-12-25": "Christmas"}}
	var got web.CalendarPreview
	s.call("POST", "/api/v1/calendars/preview", admin, draft{"hours": hours}).into(t, &got)
	if !got.Open || got.Change == nil || !got.Change.Equal(time.Date(2026, 12, 24, 12, 0, 0, 0, rome)) || !got.Now.Equal(now) || len(got.Days) != 14 {
		t.Errorf("now: %+v", got)
	}
	want := []desk.Day{
		{Date: "2026-12-24", Spans: []desk.Span{{From: 540, To: 720}, {From: 1320, To: 1560}}}, {Date: "2026-12-25", Spans: []desk.Span{}, Special: true, Name: "Christmas"},
		{Date: "2026-12-26", Spans: []desk.Span{{From: 600, To: 840}}}, {Date: "2026-12-27", Spans: []desk.Span{{From: 0, To: 1440}}, Special: true},
	}
	if diff := cmp.Diff(want, got.Days[:4]); diff != "" {
		t.Errorf("days (-want +got):\n%s", diff)
	}

	var never web.CalendarPreview
	s.call("POST", "/api/v1/calendars/preview", admin, draft{"hours": draft{"zone": "UTC", "week": draft{}, "holidays": draft{}}}).into(t, &never)
	if never.Open || never.Change != nil {
		t.Errorf("never open: %+v", never)
	}
	hours["zone"] = "Europe/Atlantis"
	if p := s.call("POST", "/api/v1/calendars/preview", admin, draft{"hours": hours}).problem(t, http.StatusUnprocessableEntity); p.Errors[0].Location != "hours.zone" {
		t.Errorf("no such zone: %+v", p.Errors)
	}
}

// What a calendar calls its days is kept, for queues and for people.
func TestNamesOfHolidaysAreKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		admin := s.session(s.people[desk.RoleAdmin])
		hours := draft{"hours": draft{"zone": "Europe/Rome", "week": draft{}, "holidays": draft{"2026-12-25": []draft{}}, "names": draft{"2026-12-25": "Christmas"}}}
		var q desk.Queue
		s.call("PATCH", "/api/v1/queues/"+s.mine.ID, admin, hours).into(t, &q)
		var g web.AgentItem
		s.call("PATCH", "/api/v1/agents/"+s.people[desk.RoleAgent].ID, admin, hours).into(t, &g)
		all, err := s.Store.Agents(t.Context())
		s.ok(err)
		for _, a := range all {
			if a.ID == s.people[desk.RoleAgent].ID && a.Hours.Names["2026-12-25"] != "Christmas" {
				t.Errorf("the agent's calendar has %v", a.Hours)
			}
		}
		if q.Hours.Names["2026-12-25"] != "Christmas" {
			t.Errorf("the queue's calendar has %v", q.Hours)
		}
	})
}
