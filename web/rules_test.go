package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/routing/rules"
	"parley/store"
	"parley/store/storetest"
	"parley/web"
)

// ruledSite is a site whose store applies rules.
func ruledSite(t *testing.T, open storetest.Open) *site {
	return newSite(t, func(change ...func(*store.Config)) *store.Store {
		return open(append(change, func(c *store.Config) {
			c.CompileRules = func(set desk.RuleSet) store.Rules { return rules.Compile(set, time.UTC) }
		})...)
	})
}

type draft = map[string]any

func always(name, when, queue string) draft {
	return draft{"name": name, "enabled": true, "when": when, "then": draft{"queue_id": queue}}
}

func TestRulesAreSavedShownAndBroughtBack(t *testing.T) {
	s := ruledSite(t, storetest.SQLite(t))
	admin := s.token(s.people[desk.RoleAdmin])
	var set web.RuleSetItem
	s.call("PUT", "/api/v1/rules", admin, draft{"version": 0, "note": "begin", "rules": []draft{always("Everything far", `channel == "sms"`, s.foreign.ID)}}).into(t, &set)
	if set.Version != 1 || set.By != "admin" || set.Note != "begin" || len(set.Rules) != 1 || set.Rules[0].ID == "" {
		t.Fatalf("saved as %+v", set)
	}

	c := s.customer(s.sms, "+15005550120")
	if c.QueueID != s.foreign.ID {
		t.Errorf("the rule did not send it")
	}
	var why web.Routing
	s.call("GET", "/api/v1/conversations/"+c.ID+"/routing", admin, nil).into(t, &why)
	if why.Rule == nil || why.Rule.ID != set.Rules[0].ID || why.Rule.Version != 1 || why.Rule.Words != "The rule “Everything far” sent this to foreign" {
		t.Errorf("explained as %+v", why.Rule)
	}

	p := s.call("PUT", "/api/v1/rules", admin, draft{"version": 0, "rules": []draft{}}).problem(t, 409)
	if !strings.Contains(p.Detail, "version 1") {
		t.Errorf("the conflict says %q", p.Detail)
	}
	s.call("PUT", "/api/v1/rules", admin, draft{"version": 1, "rules": []draft{}}).into(t, &set)
	s.call("POST", "/api/v1/rules/versions/1/restore", admin, draft{"version": 2, "note": "was better"}).into(t, &set)
	if set.Version != 3 || set.Restored != 1 || len(set.Rules) != 1 || set.Note != "was better" {
		t.Errorf("brought back as %+v", set)
	}
	var versions web.Page[web.RuleVersionItem]
	s.call("GET", "/api/v1/rules/versions", admin, nil).into(t, &versions)
	var told []string
	for _, v := range versions.Items {
		told = append(told, fmt.Sprint(v.Version, " ", v.By, " ", v.Note, " ", v.Restored))
	}
	if diff := cmp.Diff([]string{"3 admin was better 1", "2 admin  0", "1 admin begin 0"}, told); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
}

// Outside the hours of the queue that the rule chose, the queue's own arrangement leads on.
func TestARuleIsTheReasonForItsOwnQueue(t *testing.T) {
	s := ruledSite(t, storetest.SQLite(t))
	ctx, admin := t.Context(), s.token(s.people[desk.RoleAdmin])
	q := desk.QueueDefaults()
	q.Name, q.Hours, q.AfterHours, q.AfterHoursQueueID = "Day desk", &desk.Hours{Zone: "UTC"}, desk.AfterHoursOverflow, s.foreign.ID
	day, err := s.Store.CreateQueue(ctx, "", q)
	s.ok(err)
	s.call("PUT", "/api/v1/rules", admin, draft{"version": 0, "rules": []draft{always("Everything", "true", day.ID)}})
	c := s.customer(s.sms, "+15005550123")
	var why web.Routing
	s.call("GET", "/api/v1/conversations/"+c.ID+"/routing", admin, nil).into(t, &why)
	if c.QueueID != s.foreign.ID || why.Rule == nil || why.Rule.QueueID != day.ID || why.Rule.Queue != "Day desk" {
		t.Errorf("in %s, explained as %+v", c.QueueID, why.Rule)
	}
}

func TestARuleThatDoesNotCompileIsRefused(t *testing.T) {
	s := ruledSite(t, storetest.SQLite(t))
	admin := s.token(s.people[desk.RoleAdmin])
	list := []draft{always("Fine", "true", ""), always("Bad", "contact.vip\n  and chanel == 3", "")}
	p := s.call("PUT", "/api/v1/rules", admin, draft{"version": 0, "rules": list}).problem(t, 422)
	want := []web.ProblemField{{Location: "body.rules[1].when", Message: "Bad: line 2, column 7: unknown name chanel: did you mean channel?"}}
	if diff := cmp.Diff(want, p.Errors); diff != "" || !strings.Contains(p.Detail, "did you mean channel?") {
		t.Errorf("%s (-want +got):\n%s", p.Detail, diff)
	}
	list[1]["enabled"] = false
	s.call("PUT", "/api/v1/rules", admin, draft{"version": 0, "rules": list}).problem(t, 422)

	var check web.RuleCheck
	s.call("POST", "/api/v1/rules/check", admin, draft{"rules": append(list, always("Nobody", `open("mien")`, ""))}).into(t, &check)
	if len(check.Mistakes) != 2 || check.Mistakes[0].Rule != 1 || check.Mistakes[1].Rule != 2 || check.Mistakes[1].Remedy != `did you mean "mine"?` {
		t.Errorf("check: %+v", check)
	}
}

func TestRulesAreTriedOnConversationsAndFacts(t *testing.T) {
	s := ruledSite(t, storetest.SQLite(t))
	token := s.token(s.people[desk.RoleSupervisor])
	c := s.customer(s.sms, "+15005550121")
	list := []draft{always("Greets", `text == "hello" and contact.vip`, s.foreign.ID), always("Chats", `channel == "sms"`, s.foreign.ID)}
	list[1]["then"] = draft{"queue_id": s.foreign.ID, "priority": 7, "tags": []string{"a"}, "requirements": []desk.Requirement{{SkillID: s.skill.ID, Level: 2}}}
	var trial web.RuleTrial
	s.call("POST", "/api/v1/rules/try", token, draft{"rules": list, "conversation_id": c.ID}).into(t, &trial)
	steps := []rules.Step{
		{Text: `text == "hello"`, Result: rules.Matched, Values: []rules.Value{{Name: "text", Value: `"hello"`}}},
		{Text: `contact.vip`, Result: rules.NotMatched, Values: []rules.Value{{Name: "contact.vip", Value: "false"}}},
	}
	if diff := cmp.Diff(steps, trial.Rules[0].Steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	want := web.RuleTrialResult{Rule: "Chats", QueueID: s.foreign.ID, Queue: "foreign", Priority: 7, Tags: []string{"a"},
		Requirements: append([]desk.Requirement{}, append(s.foreign.Requirements, desk.Requirement{SkillID: s.skill.ID, Level: 2})...)}
	if diff := cmp.Diff(want, trial.Outcome); diff != "" || !trial.Rules[1].Decides {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
	facts := draft{"inbox": "near", "text": "hello", "contact": draft{"vip": true}}
	s.call("POST", "/api/v1/rules/try", token, draft{"rules": list, "facts": facts}).into(t, &trial)
	if trial.Outcome.Rule != "Greets" || trial.Facts.Channel != desk.SMS {
		t.Errorf("on facts: %+v", trial.Outcome)
	}
	s.call("POST", "/api/v1/rules/try", token, draft{"rules": list, "facts": draft{"inbox": "nowhere"}}).problem(t, 422)
	s.call("POST", "/api/v1/rules/try", token, draft{"rules": list}).problem(t, 422)
}

func TestTheBoardWarnsOfARuleThatFails(t *testing.T) {
	s := ruledSite(t, storetest.SQLite(t))
	admin := s.token(s.people[desk.RoleAdmin])
	s.call("PUT", "/api/v1/rules", admin, draft{"version": 0, "rules": []draft{always("Numbers", "int(text) > 3", s.foreign.ID)}})
	var board web.Board
	s.call("GET", "/api/v1/board", admin, nil).into(t, &board)
	if len(board.Rules) != 0 {
		t.Errorf("warned beforehand: %+v", board.Rules)
	}
	c := s.customer(s.sms, "+15005550122")
	changes, err := s.Store.After(t.Context(), 0, 200)
	s.ok(err)
	for _, ch := range changes {
		s.Web.Apply(ch)
	}
	s.call("GET", "/api/v1/board", admin, nil).into(t, &board)
	if len(board.Rules) != 1 || board.Rules[0].Name != "Numbers" || !strings.Contains(board.Rules[0].Error, "“hello” is no number") || board.Rules[0].ConversationID != c.ID {
		t.Errorf("the board warns of %+v", board.Rules)
	}
	if c.QueueID != s.mine.ID {
		t.Error("a failed rule moved the conversation")
	}
	s.call("PUT", "/api/v1/rules", admin, draft{"version": 1, "rules": []draft{always("Numbers", `text matches "^[0-9]+$" and int(text) > 3`, s.foreign.ID)}})
	last := changes[len(changes)-1].Seq
	changes, err = s.Store.After(t.Context(), last, 200)
	s.ok(err)
	for _, ch := range changes {
		s.Web.Apply(ch)
	}
	board = web.Board{}
	s.call("GET", "/api/v1/board", admin, nil).into(t, &board)
	if len(board.Rules) != 0 {
		t.Errorf("after mending it the board still warns of %+v", board.Rules)
	}
}
