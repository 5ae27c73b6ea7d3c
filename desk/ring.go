package desk

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// MaxRings is how many steps a plan may have.
const MaxRings = 6

// RingPlan widens the circle of those who may take a customer the longer the
// customer waits. Steps add up: the third holds on top of the first two.
type RingPlan []Ring

// Ring is one step. It says one or more things that hold from then on.
type Ring struct {
	// AfterSeconds is the age in line at which the step comes, counted from the
	// entry, or from the opening for who came after hours. A step comes at once
	// when nobody online could ever take the customer before it.
	AfterSeconds int `json:"after_seconds" minimum:"0" maximum:"604800" doc:"Age in line from which this holds; rises from step to step"`
	// Relax lowers or drops demands; what is dropped remains a wish.
	Relax []Relaxation `json:"relax,omitempty" doc:"Demands to lower or drop; they remain as wishes"`
	// QueueID lets those who serve that queue take the customer, too; the
	// customer's own demands still hold, and so does the place in line here.
	QueueID ID `json:"queue_id,omitempty" doc:"Overflow: whoever serves this queue may take it, too"`
	// SkillID lets a team take the customer, too: whoever has that skill.
	SkillID ID `json:"skill_id,omitempty" doc:"Agent group: whoever has this skill may take it, too"`
	// Priority raises the score by so many minutes.
	Priority int `json:"priority,omitempty" minimum:"0" maximum:"1000" doc:"Minutes added to the wait"`
	// Offer asks the customer whether they would rather leave.
	Offer Instead `json:"offer,omitempty" enum:"message,callback" doc:"Offer the customer this instead of waiting"`
}

// Relaxation lowers the demanded level of a skill, or drops the demand with level 0.
type Relaxation struct {
	SkillID ID  `json:"skill_id"`
	Level   int `json:"level" minimum:"0" maximum:"5" doc:"Level that is enough from now on; 0 drops the demand"`
}

// Instead is what a customer may have instead of waiting in line.
type Instead string

const (
	LeaveMessage Instead = "message"
	CallBack     Instead = "callback"
)

// Insteads in the order people see them.
var Insteads = []Instead{LeaveMessage, CallBack}

// Due tells how many of the steps have come at an age in line.
func (p RingPlan) Due(age time.Duration) int {
	for i, r := range p {
		if age < r.After() {
			return i
		}
	}
	return len(p)
}

// After is AfterSeconds as a duration.
func (r Ring) After() time.Duration { return time.Duration(r.AfterSeconds) * time.Second }

// Raised is how many minutes the first n steps add to the score.
func (p RingPlan) Raised(n int) int {
	minutes := 0
	for _, r := range p[:min(n, len(p))] {
		minutes += r.Priority
	}
	return minutes
}

// Validate names what is wrong with the plan; field is its name in the input.
// skill and queue tell whether there is one of an id.
func (p RingPlan) Validate(field string, skill, queue func(ID) bool) error {
	if len(p) > MaxRings {
		return FieldError(field, "may have at most %d steps", MaxRings)
	}
	for i, r := range p {
		at := func(name string) string { return fmt.Sprintf("%s[%d].%s", field, i, name) }
		switch {
		case r.AfterSeconds < 0 || r.AfterSeconds > 604800:
			return FieldError(at("after_seconds"), "must be between 0 and 604800 (a week)")
		case i > 0 && r.AfterSeconds < p[i-1].AfterSeconds:
			return FieldError(at("after_seconds"), "must not be before the step above it, which comes after %d s", p[i-1].AfterSeconds)
		case r.Priority < 0 || r.Priority > 1000:
			return FieldError(at("priority"), "must be between 0 and 1000 minutes")
		case r.QueueID != "" && !queue(r.QueueID):
			return FieldError(at("queue_id"), "there is no such queue; choose another, or take it out of the step")
		case r.SkillID != "" && !skill(r.SkillID):
			return FieldError(at("skill_id"), "there is no such skill; choose another, or take it out of the step")
		case r.Offer != "" && !slices.Contains(Insteads, r.Offer):
			return FieldError(at("offer"), "%q cannot be offered; use message or callback", r.Offer)
		case len(r.Relax) == 0 && r.QueueID == "" && r.SkillID == "" && r.Priority == 0 && r.Offer == "":
			return FieldError(fmt.Sprintf("%s[%d]", field, i), "does nothing; give it relax, queue_id, skill_id, priority or offer, or remove it")
		}
		for j, x := range r.Relax {
			name := at(fmt.Sprintf("relax[%d]", j))
			if !skill(x.SkillID) {
				return FieldError(name+".skill_id", "there is no such skill; choose another, or take it out of the step")
			}
			if x.Level < 0 || x.Level > 5 {
				return FieldError(name+".level", "must be 1 to 5, or 0 to drop the demand")
			}
		}
	}
	return nil
}

// Reason tells in a word why a step came.
func (s RingStep) Reason() string {
	if s.Early {
		return "nobody"
	}
	return "time"
}

// RingPlanOf is the plan that holds for a conversation: its own, else its queue's.
func (q *Queue) RingPlanOf(c *Conversation) RingPlan {
	if c.Rings != nil {
		return c.Rings
	}
	return q.Rings
}

// Climb lets n steps of its plan hold for a conversation in line. It tells in
// words what the new ones do, and what they offer the customer; "" when n steps
// hold already.
func (c *Conversation) Climb(plan RingPlan, n int, names Names) (words string, offers []Instead) {
	n = min(n, len(plan))
	if n <= c.Ring {
		return "", nil
	}
	var said []string
	for _, r := range plan[c.Ring:n] {
		said = append(said, r.Words(names))
		c.Raised += r.Priority
		if r.Offer != "" {
			offers = append(offers, r.Offer)
		}
	}
	c.Ring = n
	return strings.Join(said, "; "), offers
}

// RingStep is a step of a ring plan that has come for a conversation.
type RingStep struct {
	ConversationID ID        `json:"conversation_id"`
	QueuedAt       time.Time `json:"queued_at"`       // the stay in line that it belongs to
	Ring           int       `json:"ring"`            // how many steps hold now
	Early          bool      `json:"early,omitempty"` // nobody online could ever have taken it before
}

// Names tells what people call a skill and a queue.
type Names struct{ Skill, Queue func(ID) string }

// Words says what the step does, "German no longer needed, agents of Billing help".
func (r Ring) Words(n Names) string {
	var parts []string
	for _, x := range r.Relax {
		if x.Level == 0 {
			parts = append(parts, n.Skill(x.SkillID)+" is no longer needed")
		} else {
			parts = append(parts, fmt.Sprintf("%s ≥ %d is enough", n.Skill(x.SkillID), x.Level))
		}
	}
	if r.QueueID != "" {
		parts = append(parts, "agents of "+n.Queue(r.QueueID)+" help")
	}
	if r.SkillID != "" {
		parts = append(parts, "everybody with "+n.Skill(r.SkillID)+" helps")
	}
	if r.Priority > 0 {
		parts = append(parts, fmt.Sprintf("priority rises by %d", r.Priority))
	}
	switch r.Offer {
	case LeaveMessage:
		parts = append(parts, "the customer may leave a message instead")
	case CallBack:
		parts = append(parts, "the customer may ask to be called back")
	}
	return strings.Join(parts, ", ")
}
