package web_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"parley/desk"
	"parley/store/storetest"
	"parley/web"
)

// replay begins one.
func (s *site) replay(token string, body any) (job web.ReplayJob) {
	s.t.Helper()
	a := s.call("POST", "/api/v1/replays", token, body)
	if a.Status != http.StatusAccepted {
		s.t.Fatalf("status %d: %s", a.Status, a.Body)
	}
	s.ok(json.Unmarshal(a.Body, &job))
	return job
}

func TestAReplayRunsInTheBackground(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		token := s.token(s.people[desk.RoleSupervisor])
		answered := s.customer(s.sms, "+15005551001")
		owned(s, answered)
		resolved(s, answered)
		today := time.Now().UTC().Format(time.DateOnly)
		yesterday := time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly) // midnight may pass
		job := s.replay(token, map[string]any{"from": yesterday, "to": today, "policy": "longest-idle", "replications": 2})
		if job.State != desk.JobRunning && job.State != desk.JobDone || job.AgentName == "" || job.Request.Policy != "longest-idle" {
			t.Errorf("begun as %+v", job)
		}
		id := job.ID
		for deadline := time.Now().Add(time.Minute); job.State == desk.JobRunning && time.Now().Before(deadline); {
			job = web.ReplayJob{}
			s.call("GET", "/api/v1/replays/"+id, token, nil).into(t, &job)
		}
		if job.State != desk.JobDone || job.Result == nil {
			t.Fatalf("ended as %s: %s", job.State, job.Error)
		}
		r := job.Result
		if r.Recorded.Customers != 1 || r.Recorded.Answered != 1 || r.Changed == nil || r.Changed.Name != "longest-idle" || r.Difference == nil || r.Words == "" || len(r.Assumptions) == 0 {
			t.Errorf("result %+v", r)
		}
		if r.Check.ByHand != 1 || r.Check.Decisions != 0 {
			t.Errorf("check %+v", r.Check)
		}
		var list web.Page[web.ReplayJob]
		s.call("GET", "/api/v1/replays", token, nil).into(t, &list)
		if len(list.Items) != 1 || list.Items[0].ID != id || list.Items[0].Result != nil {
			t.Errorf("listed as %+v", list.Items)
		}
		var after web.ReplayJob
		s.call("DELETE", "/api/v1/replays/"+id, token, nil).into(t, &after)
		if after.State != desk.JobDone {
			t.Errorf("what is done became %s", after.State)
		}
	})
}

// What is wrong is said with the field.
func TestAReplayThatCannotBe(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	token := s.token(s.people[desk.RoleSupervisor])
	for field, body := range map[string]map[string]any{
		"to":        {"from": "2026-01-01", "to": "2026-03-01"},
		"policy":    {"from": "2026-01-01", "to": "2026-01-02", "policy": "fastest"},
		"reserve":   {"from": "2026-01-01", "to": "2026-01-02", "reserve": 2},
		"body.from": {"from": "soon", "to": "2026-01-02"},
	} {
		p := s.call("POST", "/api/v1/replays", token, body).problem(t, 422)
		if len(p.Errors) == 0 || p.Errors[0].Location != field {
			t.Errorf("%v: %+v, want %s named", body, p, field)
		}
	}
	job := s.replay(token, map[string]any{"from": "2020-01-01", "to": "2020-01-02"})
	for id := job.ID; job.State == desk.JobRunning; {
		job = web.ReplayJob{}
		s.call("GET", "/api/v1/replays/"+id, token, nil).into(t, &job)
	}
	if job.State != desk.JobFailed || job.Error == "" {
		t.Errorf("a time without any events: %s %q", job.State, job.Error)
	}
}
