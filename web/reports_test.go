package web_test

import (
	"fmt"
	"strings"
	"testing"

	"parley/desk"
	"parley/store/storetest"
	"parley/web"
)

// TestReport answers one customer of two and reads it back: as a report, with
// nothing where nothing was measured, and down to the fact.
func TestReport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		token := s.token(s.people[desk.RoleSupervisor])
		answered := s.customer(s.sms, "+15005551001")
		s.reply(answered, desk.RoleAgent)
		waiting := s.customer(s.far, "+15005551002")

		var page web.ReportPage
		s.call("GET", "/api/v1/reports?by=queue", token, nil).into(t, &page)
		rows := map[string]web.Report{}
		for _, r := range page.Rows {
			rows[r.Label] = r
		}
		mine, foreign := rows["mine"], rows["foreign"]
		if mine.Started != 1 || mine.FirstResponse.N != 1 || mine.FirstResponse.Median == nil || mine.Unanswered != 0 || mine.Key != s.mine.ID {
			t.Errorf("the answered one: %+v", mine)
		}
		if foreign.Started != 1 || foreign.FirstResponse.Median != nil || foreign.ServiceLevel != nil || foreign.CSAT.Share != nil ||
			foreign.Unanswered != 1 || foreign.OldestUnanswered == nil || !foreign.OldestUnanswered.Equal(waiting.AskedAt) {
			t.Errorf("the waiting one: %+v", foreign)
		}
		if page.Total.Started != 2 || page.Total.Unanswered != 1 || len(page.Days) != 1 || page.Days[0].Key != page.From || page.From != page.To || page.Zone != "UTC" {
			t.Errorf("total %+v, days %d, %s to %s in %s", page.Total, len(page.Days), page.From, page.To, page.Zone)
		}
		for _, name := range []string{"service_level", "abandonment", "first_response", "csat"} {
			if page.Definitions[name] == "" {
				t.Errorf("%s is not defined", name)
			}
		}

		var facts web.Page[web.FactItem]
		s.call("GET", "/api/v1/reports/facts?metric=first_response", token, nil).into(t, &facts)
		if len(facts.Items) != 1 || facts.Items[0].ConversationID != answered.ID || facts.Items[0].QueueName != "mine" || facts.Items[0].AgentName != "agent" ||
			facts.Items[0].ContactName == "" {
			t.Errorf("facts: %+v", facts.Items)
		}
	})
}

func TestReportRefusesSlips(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	token := s.token(s.people[desk.RoleSupervisor])
	for query, field := range map[string]string{"queue_id=sales": "queue_id", "agent_id=ana": "agent_id", "channel=fax": "channel", "from=2026-02-01&to=2026-01-01": "to",
		"from=0026-02-01&to=2026-01-01": "from", "by=mood": "by"} {
		p := s.call("GET", "/api/v1/reports?"+query, token, nil).problem(t, 422)
		if len(p.Errors) == 0 || !strings.HasSuffix(p.Errors[0].Location, field) {
			t.Errorf("%s: %+v, want a word about %s", query, p, field)
		}
	}
}

// The board says how many agents the next half hour needs, once enough is known.
func TestTheBoardSaysHowManyAreNeeded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		token := s.token(s.people[desk.RoleSupervisor])
		board := func() *web.Staffing {
			var b web.Board
			s.call("GET", "/api/v1/board", token, nil).into(t, &b)
			for _, q := range b.Queues {
				if q.ID == s.mine.ID {
					return q.Staffing
				}
			}
			t.Fatal("the queue is not on the board")
			return nil
		}
		g := s.people[desk.RoleAgent]
		s.ok(s.Store.SetPresence(t.Context(), g.ID, desk.Available, "", false, g.ID))
		for i := range 20 {
			c := s.customer(s.sms, fmt.Sprintf("+1500555%04d", 2000+i))
			s.ok(s.Store.Assign(t.Context(), c.ID, g.ID, g.ID))
			s.ok(s.Store.Resolve(t.Context(), c.ID, g.ID))
		}
		got := board()
		if got == nil || got.Lately != 20 || got.Weeks != 0 || got.Expected != 20 || got.Need != 1 || got.AtOnce < 1 {
			t.Errorf("staffing %+v", got)
		}
	})
}
