package web_test

import (
	"net/http"
	"strings"
	"testing"

	"parley/desk"
	"parley/store/storetest"
	"parley/web"
)

func TestAQueuesPolicyAndReserve(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	admin := s.session(s.people[desk.RoleAdmin])
	for _, c := range []struct{ patch, want string }{
		{`{"policy":"longest-idle"}`, "longest-idle"}, {`{"reserve":2}`, "longest-idle+reserve=2"}, {`{"policy":"least-loaded"}`, "least-loaded+reserve=2"},
		{`{"policy":"round-robin+reserve=1"}`, "round-robin+reserve=1"}, {`{"reserve":0}`, "round-robin"}, {`{"policy":""}`, "default"},
	} {
		var q desk.Queue
		if s.call("PATCH", "/api/v1/queues/"+s.mine.ID, admin, c.patch).into(t, &q); q.Policy != c.want {
			t.Errorf("%s makes it %q, want %q", c.patch, q.Policy, c.want)
		}
	}
	p := s.call("PATCH", "/api/v1/queues/"+s.mine.ID, admin, `{"policy":"fastest"}`).problem(t, http.StatusUnprocessableEntity)
	if len(p.Errors) != 1 || p.Errors[0].Location != "policy" || !strings.Contains(p.Errors[0].Message, "longest-idle") {
		t.Errorf("an unknown policy: %+v", p.Errors)
	}
	var names web.Page[web.PolicyItem]
	s.call("GET", "/api/v1/policies", admin, nil).into(t, &names)
	if len(names.Items) < 8 || names.Items[0].About == "" {
		t.Errorf("policies: %+v", names)
	}
}
