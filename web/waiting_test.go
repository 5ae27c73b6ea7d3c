package web_test

import (
	"strings"
	"testing"
	"time"

	"parley/desk"
	"parley/store/storetest"
	"parley/web"
)

// Who came after hours waits for the opening: it is said so, and is nobody's
// longest wait yet.
func TestWaitingForTheOpening(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		token := s.token(s.people[desk.RoleSupervisor])
		opens := time.Now().UTC().Add(2 * time.Hour)
		at := opens.Hour()*60 + opens.Minute()
		week := map[string][]desk.Span{}
		for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
			week[day] = []desk.Span{{From: at, To: at + 60}}
		}
		s.call("PATCH", "/api/v1/queues/"+s.mine.ID, s.token(s.people[desk.RoleAdmin]), map[string]any{
			"after_hours": "say", "hours": map[string]any{"zone": "UTC", "week": week, "holidays": map[string]any{}}}).into(t, &desk.Queue{})
		c := s.customer(s.sms, "+15005550131")
		s.customer(s.far, "+15005550132")
		s.look()

		var b web.Board
		s.call("GET", "/api/v1/board", token, nil).into(t, &b)
		for _, q := range b.Queues {
			if q.ID == s.mine.ID && (q.Waiting != 1 || q.Later != 1 || q.LongestSince != nil || q.Overdue != 0 || !q.OffHours || q.OpensAt == nil) {
				t.Errorf("closed: %+v", q)
			}
			if q.ID == s.foreign.ID && (q.Waiting != 1 || q.Later != 0 || q.LongestSince == nil || q.OffHours) {
				t.Errorf("open: %+v", q)
			}
		}
		if b.Totals.Waiting != 2 || b.Totals.Later != 1 || b.Totals.LongestSince == nil {
			t.Errorf("all: %+v", b.Totals)
		}

		var why web.Routing
		s.call("GET", "/api/v1/conversations/"+c.ID+"/routing", token, nil).into(t, &why)
		w := why.Waiting
		if w == nil || w.Rule != "closed" || w.Next != "the queue opens" || w.NextAt == nil || w.OpensAt == nil || !w.NextAt.Equal(*w.OpensAt) || w.Cost != c.Cost ||
			!strings.HasPrefix(w.Words, "The queue is closed until ") || w.Position != 1 {
			t.Errorf("why: %+v", w)
		}
		var shown web.ConversationDetail
		s.call("GET", "/api/v1/conversations/"+c.ID, token, nil).into(t, &shown)
		if shown.LineAt == nil || !shown.LineAt.Equal(c.QueuedAt) {
			t.Errorf("stands in line at %v, came at %v", shown.LineAt, c.QueuedAt)
		}
	})
}
