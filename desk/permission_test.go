package desk

import (
	"slices"
	"testing"
)

func TestWhatEachRoleMayDo(t *testing.T) {
	everybody := []Action{ReadConversation, WorkConversation, TakeConversation, EditContact}
	supervisors := append([]Action{AssignOthers, ViewBoard, ViewReports, SetOthersPresence, ViewRules}, everybody...)
	want := map[Role][]Action{RoleAgent: everybody, RoleSupervisor: supervisors, RoleAdmin: append([]Action{Administer}, supervisors...), "": nil, "owner": nil}
	for role, may := range want {
		got := Actions(role)
		slices.Sort(got)
		slices.Sort(may)
		if !slices.Equal(got, may) {
			t.Errorf("%q may %v, want %v", role, got, may)
		}
		for _, a := range want[RoleAdmin] {
			if Allowed(role, a) != slices.Contains(may, a) {
				t.Errorf("%q, %s: %v", role, a, Allowed(role, a))
			}
		}
		if Allowed(role, "") || Allowed(role, "agent:delete") {
			t.Errorf("%q may do what nobody knows", role)
		}
	}
}

// stands is what an agent is to a conversation.
type stands struct {
	owner, serves, offered bool
}

func TestWhoMaySeeAndWork(t *testing.T) {
	skill := Requirement{SkillID: "de", Level: 3}
	q := &Queue{ID: "q", Requirements: []Requirement{skill}}
	for _, role := range []Role{RoleAgent, RoleSupervisor, RoleAdmin, "guest"} {
		for _, s := range []stands{{}, {serves: true}, {owner: true}, {owner: true, serves: true}, {owner: true, offered: true}, {owner: true, offered: true, serves: true}} {
			a := &Agent{ID: "ana", Role: role, Enabled: true, Skills: map[ID]int{"de": 2}}
			if s.serves {
				a.Skills["de"] = 3
			}
			c := &Conversation{QueueID: "q", State: Active, AgentID: "ben"}
			if s.owner {
				c.AgentID = "ana"
			}
			if s.offered {
				c.State = Offered
			}
			over := role == RoleSupervisor || role == RoleAdmin
			see := over || role == RoleAgent && (s.owner || s.serves)
			work := over || role == RoleAgent && s.owner && !s.offered // what rings has to be accepted first
			if got := CanSee(a, c, q); got != see {
				t.Errorf("%s %+v sees it: %v, want %v", role, s, got, see)
			}
			if got := CanWork(a, c); got != work {
				t.Errorf("%s %+v works on it: %v, want %v", role, s, got, work)
			}
			if role == RoleAgent && !s.owner && CanSee(a, c, nil) {
				t.Errorf("%+v sees it without knowing its queue", s)
			}
			if s.serves && role == RoleAgent && !s.owner {
				a.Enabled = false
				if CanSee(a, c, q) {
					t.Error("a disabled agent serves a queue")
				}
			}
		}
	}
	// Nobody's conversation is not the one of an agent without an id.
	if CanWork(&Agent{Role: RoleAgent, Enabled: true, ID: "ana"}, &Conversation{State: Waiting}) {
		t.Error("an agent works on what waits in line")
	}
}

func TestWhoMayDeleteANote(t *testing.T) {
	for role, want := range map[Role][2]bool{RoleAgent: {true, false}, RoleSupervisor: {true, true}, RoleAdmin: {true, true}, "guest": {false, false}} {
		a := &Agent{ID: "ana", Role: role}
		for i, author := range []ID{"ana", "ben"} {
			if got := CanDeleteNote(a, &ContactNote{AgentID: author}); got != want[i] {
				t.Errorf("%s deletes the note of %s: %v, want %v", role, author, got, want[i])
			}
		}
	}
}

func TestMeets(t *testing.T) {
	a := &Agent{Skills: map[ID]int{"de": 3, "vip": 1}}
	for _, c := range []struct {
		reqs []Requirement
		want bool
	}{
		{nil, true},
		{[]Requirement{{SkillID: "de", Level: 3}}, true},
		{[]Requirement{{SkillID: "de", Level: 4}}, false},
		{[]Requirement{{SkillID: "it", Level: 1}}, false},
		{[]Requirement{{SkillID: "it", Level: 1, Preferred: true}}, true},
		{[]Requirement{{SkillID: "it", Level: 5, Preferred: true}, {SkillID: "vip", Level: 1}}, true},
		{[]Requirement{{SkillID: "vip", Level: 1}, {SkillID: "de", Level: 5}}, false},
	} {
		if got := a.Meets(c.reqs); got != c.want {
			t.Errorf("%+v: %v, want %v", c.reqs, got, c.want)
		}
	}
}
