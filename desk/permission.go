package desk

import "slices"

// Action is something a person may be allowed to do.
type Action string

const (
	ReadConversation  Action = "conversation:read"
	WorkConversation  Action = "conversation:work"   // accept, answer, resolve, transfer one's own
	TakeConversation  Action = "conversation:take"   // pull from the line or from another agent
	AssignOthers      Action = "conversation:assign" // push, reprioritize, reassign anyone's
	EditContact       Action = "contact:edit"
	ViewBoard         Action = "board:view"
	ViewReports       Action = "reports:view"
	SetOthersPresence Action = "agent:presence"
	ViewRules         Action = "rules:view" // read and try routing rules; saving them is Administer
	Administer        Action = "admin"      // inboxes, queues, skills, rules, agents, dead letters
)

// Allowed is the one place that says what a role may do anywhere.
func Allowed(role Role, action Action) bool {
	switch action {
	case ReadConversation, WorkConversation, TakeConversation, EditContact:
		return role == RoleAgent || role == RoleSupervisor || role == RoleAdmin
	case AssignOthers, ViewBoard, ViewReports, SetOthersPresence, ViewRules:
		return role == RoleSupervisor || role == RoleAdmin
	case Administer:
		return role == RoleAdmin
	}
	return false
}

// Actions lists what a role may do, for the console to show only that.
func Actions(role Role) []Action {
	var out []Action
	for _, a := range []Action{ReadConversation, WorkConversation, TakeConversation, AssignOthers, EditContact, ViewBoard, ViewReports, SetOthersPresence, ViewRules, Administer} {
		if Allowed(role, a) {
			out = append(out, a)
		}
	}
	return out
}

// CanSee tells whether an agent may read this conversation: their own, what is
// offered to them, what they were asked about, and any in a queue they serve;
// supervisors see all.
func CanSee(a *Agent, c *Conversation, q *Queue) bool {
	if !Allowed(a.Role, ReadConversation) {
		return false
	}
	if Allowed(a.Role, AssignOthers) || c.AgentID == a.ID || slices.Contains(c.ConsultedAgentIDs, a.ID) {
		return true
	}
	return q != nil && q.Accepts(a)
}

// CanWork tells whether an agent may write in, resolve or transfer it:
// its owner, or somebody who may assign others' conversations.
func CanWork(a *Agent, c *Conversation) bool {
	return Allowed(a.Role, WorkConversation) && (c.AgentID == a.ID && c.State != Offered || Allowed(a.Role, AssignOthers))
}

// CanDeleteNote tells whether an agent may remove a note about a contact: their
// own, or anybody's as a supervisor.
func CanDeleteNote(a *Agent, n *ContactNote) bool {
	return Allowed(a.Role, EditContact) && (n.AgentID == a.ID || Allowed(a.Role, AssignOthers))
}
