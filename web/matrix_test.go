package web_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/desk"
	"parley/store/storetest"
)

// want is the status for nobody, an agent, a supervisor and an admin.
type want [4]int

var (
	everybody   = want{401, 200, 200, 200}
	supervisors = want{401, 403, 200, 200}
	admins      = want{401, 403, 403, 200}
	supervised  = want{401, 404, 200, 200} // what an agent cannot see is not there
)

// access is what one operation answers. path and body are made anew for each
// call, so that one does not disturb the next.
type access struct {
	path func(*site) string
	body any
	want want
}

func at(path string) func(*site) string { return func(*site) string { return path } }

// in is a path with a fresh conversation of an inbox in place of {id}.
func in(inbox func(*site) *desk.Inbox, path string, prepare ...func(*site, *desk.Conversation)) func(*site) string {
	return func(s *site) string {
		c := s.customer(inbox(s), fmt.Sprintf("+1500555%04d", 1000+s.n))
		for _, f := range prepare {
			f(s, c)
		}
		return strings.Replace(path, "{id}", c.ID, 1)
	}
}

func near(s *site) *desk.Inbox { return s.sms }
func far(s *site) *desk.Inbox  { return s.far }

// owned gives the conversation to the agent of the matrix.
func owned(s *site, c *desk.Conversation) {
	g := s.people[desk.RoleAgent]
	s.ok(s.Store.SetPresence(s.t.Context(), g.ID, desk.Available, "", false, g.ID))
	s.ok(s.Store.Assign(s.t.Context(), c.ID, g.ID, g.ID))
}

func resolved(s *site, c *desk.Conversation) {
	s.ok(s.Store.Resolve(s.t.Context(), c.ID, s.people[desk.RoleAgent].ID))
}

func present(s *site, _ *desk.Conversation) {
	for _, g := range s.people {
		s.ok(s.Store.SetPresence(s.t.Context(), g.ID, desk.Available, "", false, g.ID))
	}
}

func contact(s *site) string {
	id, err := s.Store.UpsertContact(s.t.Context(), "", desk.Identity{Kind: desk.Email, Value: fmt.Sprintf("c%d@example.com", s.next())}, contactChange)
	s.ok(err)
	return id
}

func (s *site) next() int { s.n++; return s.n }

func of(path string, make func(*site) string) func(*site) string {
	return func(s *site) string { return strings.Replace(path, "{id}", make(s), 1) }
}

func (s *site) newQueue() string {
	q := desk.QueueDefaults()
	q.Name = fmt.Sprint("queue ", s.next())
	made, err := s.Store.CreateQueue(s.t.Context(), "", q)
	s.ok(err)
	return made.ID
}

func (s *site) newSkill() string {
	made, err := s.Store.CreateSkill(s.t.Context(), "", desk.Skill{Name: fmt.Sprint("skill ", s.next())})
	s.ok(err)
	return made.ID
}

func (s *site) newInbox() string { return s.inbox(fmt.Sprint("inbox-", s.next()), s.mine).ID }
func (s *site) newAgent() string { return s.person(fmt.Sprint("person", s.next()), desk.RoleAgent).ID }

// matrix is every operation of the API. Those with several entries answer
// differently by what they are about.
var matrix = map[string][]access{
	"login":  {{at("/session"), map[string]string{"email": "nobody@example.com", "password": "x"}, want{401, 401, 401, 401}}},
	"logout": {{at("/session"), nil, want{401, 200, 200, 200}}},
	"getMe":  {{at("/me"), nil, everybody}}, "listOffers": {{at("/me/offers"), nil, everybody}},
	"setPresence": {{at("/me/presence"), `{"presence":"away"}`, everybody}},

	"listConversations": {{at("/conversations"), nil, everybody}},
	"getConversation":   {{in(near, "/conversations/{id}"), nil, everybody}, {in(far, "/conversations/{id}"), nil, supervised}},
	"listMessages":      {{in(near, "/conversations/{id}/messages"), nil, everybody}, {in(far, "/conversations/{id}/messages"), nil, supervised}},
	"sendMessage": {
		{in(near, "/conversations/{id}/messages", owned), `{"text":"hi"}`, everybody},
		{in(near, "/conversations/{id}/messages"), `{"text":"hi"}`, want{401, 403, 200, 200}},
		{in(near, "/conversations/{id}/messages"), `{"text":"hi","note":true}`, everybody},
		{in(far, "/conversations/{id}/messages"), `{"text":"hi","note":true}`, supervised},
		{in(far, "/conversations/{id}/messages"), `{"text":"hi"}`, supervised},
	},
	"listConversationEvents": {{in(near, "/conversations/{id}/events"), nil, everybody}, {in(far, "/conversations/{id}/events"), nil, supervised}},
	"getRouting":             {{in(near, "/conversations/{id}/routing"), nil, everybody}, {in(far, "/conversations/{id}/routing"), nil, supervised}},
	"acceptOffer":            {{in(near, "/conversations/{id}/accept"), nil, want{401, 409, 409, 409}}, {in(far, "/conversations/{id}/accept"), nil, want{401, 409, 409, 409}}},
	"declineOffer":           {{in(near, "/conversations/{id}/decline"), `{}`, want{401, 409, 409, 409}}, {in(far, "/conversations/{id}/decline"), `{}`, want{401, 409, 409, 409}}},
	"takeConversation":       {{in(near, "/conversations/{id}/take", present), nil, everybody}, {in(far, "/conversations/{id}/take", present), nil, supervised}},
	"assignConversation":     {{in(near, "/conversations/{id}/assign", present), assignee, supervisors}, {in(far, "/conversations/{id}/assign", present), assignee, supervisors}},
	"transferConversation": {
		{in(near, "/conversations/{id}/transfer", owned), toForeign, everybody},
		{in(near, "/conversations/{id}/transfer"), toForeign, want{401, 403, 200, 200}},
		{in(far, "/conversations/{id}/transfer"), toForeign, supervised},
	},
	"resolveConversation": {
		{in(near, "/conversations/{id}/resolve", owned), nil, everybody},
		{in(near, "/conversations/{id}/resolve"), nil, want{401, 403, 200, 200}},
		{in(far, "/conversations/{id}/resolve"), nil, supervised},
	},
	"reopenConversation": {
		{in(near, "/conversations/{id}/reopen", present, owned, resolved), nil, everybody},
		{in(far, "/conversations/{id}/reopen", present), nil, want{401, 404, 409, 409}},
	},
	"snoozeConversation": {
		{in(near, "/conversations/{id}/snooze", owned), tomorrow, everybody},
		{in(near, "/conversations/{id}/snooze"), tomorrow, want{401, 403, 409, 409}},
		{in(far, "/conversations/{id}/snooze"), tomorrow, want{401, 404, 409, 409}},
	},
	"tagConversation": {
		{in(near, "/conversations/{id}/tags", owned), `{"add":["order"]}`, everybody},
		{in(near, "/conversations/{id}/tags"), `{"add":["order"]}`, want{401, 403, 200, 200}},
		{in(far, "/conversations/{id}/tags"), `{"add":["order"]}`, supervised},
	},
	"prioritizeConversation": {{in(near, "/conversations/{id}/priority"), `{"priority":5}`, supervisors}, {in(far, "/conversations/{id}/priority"), `{"priority":5}`, supervisors}},
	"markRead":               {{in(near, "/conversations/{id}/read"), nil, everybody}, {in(far, "/conversations/{id}/read"), nil, supervised}},
	"retryMessage":           {{sent(near), nil, want{401, 409, 409, 409}}, {sent(far), nil, want{401, 404, 409, 409}}},

	"listContacts":   {{at("/contacts?q=hello"), nil, everybody}},
	"getContact":     {{of("/contacts/{id}", contact), nil, everybody}},
	"updateContact":  {{of("/contacts/{id}", contact), `{"title":"CTO"}`, everybody}},
	"upsertContact":  {{at("/contacts"), `{"identity":{"kind":"email","value":"feed@example.com"},"name":"Fed"}`, everybody}},
	"addContactNote": {{of("/contacts/{id}/notes", contact), `{"text":"likes tea"}`, everybody}},
	"deleteContactNote": {{func(s *site) string {
		id := contact(s)
		n, err := s.Store.AddContactNote(s.t.Context(), id, s.people[desk.RoleAdmin].ID, "of somebody else")
		s.ok(err)
		return "/contacts/" + id + "/notes/" + n.ID
	}, nil, supervisors}},
	"upsertOrder": {{of("/contacts/{id}/orders", contact), func(s *site) any {
		return fmt.Sprintf(`{"number":"A-%d","placed_at":"2026-01-02T03:04:05Z","status":"paid","total":{"minor":100,"currency":"EUR"}}`, s.next())
	}, everybody}},
	"listCompanies": {{at("/companies"), nil, everybody}},

	"listAgents": {{at("/agents"), nil, everybody}},
	"createAgent": {{at("/agents"), func(s *site) any {
		return fmt.Sprintf(`{"email":"new%d@example.com","name":"New","password":"long enough to be taken"}`, s.next())
	}, admins}},
	"updateAgent":      {{of("/agents/{id}", (*site).newAgent), `{"name":"Other"}`, admins}},
	"setAgentPresence": {{of("/agents/{id}/presence", (*site).newAgent), `{"presence":"away"}`, supervisors}},
	"listQueues":       {{at("/queues"), nil, everybody}},
	"createQueue":      {{at("/queues"), func(s *site) any { return fmt.Sprintf(`{"name":"Q%d"}`, s.next()) }, admins}},
	"updateQueue": {
		{of("/queues/{id}", (*site).newQueue), `{"open":false}`, supervisors},
		{of("/queues/{id}", (*site).newQueue), `{"open":false,"priority":3}`, admins},
	},
	"deleteQueue":     {{of("/queues/{id}", (*site).newQueue), nil, admins}},
	"previewQueue":    {{at("/queues/preview"), `{"queue":{"open":false}}`, admins}},
	"previewCalendar": {{at("/calendars/preview"), `{"hours":{"zone":"Europe/Rome","week":{},"holidays":{}}}`, admins}},
	"listPolicies":    {{at("/policies"), nil, everybody}},
	"listSkills":      {{at("/skills"), nil, everybody}},
	"createSkill":     {{at("/skills"), func(s *site) any { return fmt.Sprintf(`{"name":"S%d"}`, s.next()) }, admins}},
	"updateSkill":     {{of("/skills/{id}", (*site).newSkill), `{"description":"x"}`, admins}},
	"deleteSkill":     {{of("/skills/{id}", (*site).newSkill), nil, admins}},
	"listProviders":   {{at("/providers"), nil, admins}},
	"listInboxes":     {{at("/inboxes"), nil, everybody}},
	"createInbox": {{at("/inboxes"), func(s *site) any {
		return fmt.Sprintf(`{"name":"chat-%d","provider":"webchat","queue_id":%q}`, s.next(), s.mine.ID)
	}, admins}},
	"updateInbox":     {{of("/inboxes/{id}", (*site).newInbox), `{"label":"x","config":{"from":"+15005550006"}}`, admins}},
	"deleteInbox":     {{of("/inboxes/{id}", (*site).newInbox), nil, admins}},
	"listDeadLetters": {{at("/dead-letters"), nil, admins}},
	"retryDeadLetter": {{at("/dead-letters/00000000-0000-7000-8000-000000000000/retry"), nil, want{401, 403, 403, 404}}},

	"getRules": {{at("/rules"), nil, supervisors}}, "getRuleLanguage": {{at("/rules/language"), nil, supervisors}},
	"saveRules": {{at("/rules"), func(s *site) any {
		set, err := s.Store.Rules(s.t.Context())
		s.ok(err)
		return fmt.Sprintf(`{"version":%d,"rules":[{"name":"All","enabled":true,"when":"true","then":{}}]}`, set.Version)
	}, admins}},
	"checkRules": {{at("/rules/check"), `{"rules":[]}`, supervisors}},
	"tryRules": {
		{at("/rules/try"), `{"rules":[],"facts":{"channel":"sms"}}`, supervisors},
		{at("/rules/try"), func(s *site) any {
			return fmt.Sprintf(`{"rules":[],"conversation_id":%q}`, s.customer(s.far, "+15005559999").ID)
		}, supervisors},
	},
	"listRuleVersions": {{at("/rules/versions"), nil, supervisors}},
	"getRuleVersion":   {{at("/rules/versions/0"), nil, supervisors}, {at("/rules/versions/4711"), nil, want{401, 403, 404, 404}}},
	"restoreRules": {{at("/rules/versions/0/restore"), func(s *site) any {
		set, err := s.Store.Rules(s.t.Context())
		s.ok(err)
		return fmt.Sprintf(`{"version":%d}`, set.Version)
	}, admins}},

	"getBoard":  {{at("/board"), nil, supervisors}},
	"getReport": {{at("/reports"), nil, supervisors}},
	"listFacts": {{at("/reports/facts"), nil, supervisors}},

	"listReplays":  {{at("/replays"), nil, supervisors}},
	"startReplay":  {{at("/replays"), `{"from":"2026-03-08","to":"2026-03-02"}`, want{401, 403, 422, 422}}},
	"getReplay":    {{at("/replays/00000000-0000-7000-8000-000000000001"), nil, want{401, 403, 404, 404}}},
	"cancelReplay": {{at("/replays/00000000-0000-7000-8000-000000000001"), nil, want{401, 403, 404, 404}}},

	"uploadFile": {{at("/uploads?name=a.txt"), "bytes", everybody}},
	"getFile":    {{attached(near), nil, everybody}, {attached(far), nil, supervised}, {uploaded, nil, want{401, 404, 404, 404}}},
}

func assignee(s *site) any { return map[string]string{"agent_id": s.people[desk.RoleAgent].ID} }

func toForeign(s *site) any { return map[string]string{"queue_id": s.foreign.ID} }

func tomorrow(*site) any { return map[string]time.Time{"until": time.Now().Add(24 * time.Hour)} }

// sent is a path to a message that is on its way: nothing to retry.
func sent(inbox func(*site) *desk.Inbox) func(*site) string {
	return func(s *site) string {
		c := s.customer(inbox(s), fmt.Sprintf("+1500555%04d", 1000+s.n))
		m := s.reply(c, desk.RoleSupervisor)
		if inbox(s) == s.sms {
			owned(s, c)
		}
		return "/messages/" + m.ID + "/retry"
	}
}

func TestMatrix(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		var spec struct {
			Paths map[string]map[string]struct {
				OperationID string `json:"operationId"`
				Security    []map[string][]string
			}
		}
		s.call("GET", "/api/openapi.json", "", nil).into(t, &spec)
		roles := []desk.Role{"", desk.RoleAgent, desk.RoleSupervisor, desk.RoleAdmin}
		seen := []string{}
		for path, methods := range spec.Paths {
			for method, op := range methods {
				seen = append(seen, op.OperationID)
				if (len(op.Security) == 0) != (op.OperationID == "login") {
					t.Errorf("%s %s: security is %v", method, path, op.Security)
				}
				if len(matrix[op.OperationID]) == 0 {
					t.Errorf("%s %s (%s) has no entry in the matrix: say who may use it", method, path, op.OperationID)
				}
				for i, a := range matrix[op.OperationID] {
					for r, role := range roles {
						token := ""
						if role != "" {
							token = s.session(s.people[role])
						}
						res := s.call(strings.ToUpper(method), "/api/v1"+a.path(s), token, a.bodyFor(s))
						if res.Status != a.want[r] {
							t.Errorf("%s #%d as %q: %d, want %d: %s", op.OperationID, i, role, res.Status, a.want[r], res.Body)
						}
						if res.Status >= 400 {
							res.problem(t, res.Status)
						}
					}
				}
			}
		}
		for id := range matrix {
			if !slices.Contains(seen, id) {
				t.Errorf("the matrix has %s, the API has not", id)
			}
		}
		if t.Failed() {
			t.Log(s.errors())
		}
	})
}

func (a access) bodyFor(s *site) any {
	switch b := a.body.(type) {
	case func(*site) any:
		return b(s)
	default:
		return b
	}
}

// errors is what the log says of failures.
func (s *site) errors() string {
	var out []string
	for line := range strings.Lines(s.logged()) {
		if strings.Contains(line, "level=ERROR") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}
