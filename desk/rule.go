package desk

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Rule says where conversations go that its expression is true of. The first
// rule of a set that matches decides; the others are not looked at.
type Rule struct {
	ID      ID          `json:"id"`
	Name    string      `json:"name"`
	Enabled bool        `json:"enabled"`
	When    string      `json:"when"` // an expression that is true or false, see docs/rules.md
	Then    RuleOutcome `json:"then"`
}

// RuleOutcome is what a matching rule does. Zero fields leave what the inbox says.
type RuleOutcome struct {
	QueueID ID `json:"queue_id,omitempty"`
	// Requirements are added to those of inbox and queue; of one skill the higher level counts.
	Requirements []Requirement `json:"requirements,omitempty"`
	Priority     int           `json:"priority,omitempty"` // minutes added to the score
	Tags         []string      `json:"tags,omitempty"`     // added to the conversation's
	// Rings is a plan instead of the queue's; nil leaves the queue's, an empty
	// one has no steps.
	Rings RingPlan `json:"rings,omitzero"`
}

// RuleSet is one version of all rules, in their order. Version 0 is the empty
// set before anybody saved one.
type RuleSet struct {
	Version  int64     `json:"version"`
	Rules    []Rule    `json:"rules"`
	At       time.Time `json:"at,omitzero"`
	ByID     ID        `json:"by_id,omitempty"` // who saved it
	Note     string    `json:"note"`
	Restored int64     `json:"restored,omitempty"` // the version this one brought back
}

// Limits of a rule set: what is evaluated for every new conversation stays small.
const (
	MaxRules = 100
	MaxTags  = 20 // of a contact, a conversation or a rule
	MaxTag   = 40 // characters
)

// RuleFacts is what a rule may look at: all of it read already, so that
// deciding needs no I/O and gives the same answer again.
type RuleFacts struct {
	At        time.Time
	Inbox     *Inbox
	Contact   *Contact
	Company   *Company // nil: the contact belongs to none
	Context   Context
	Tags      []string // of the conversation, when it is reopened
	Text      string   // the message that began or reopened it
	Returning bool     // the contact was known before
	Reopened  bool     // the conversation is continued after its end
	Queues    map[ID]*Queue
}

// RuleDecision is what a rule set says about a conversation.
type RuleDecision struct {
	Match  *RuleMatch // nil: no rule matched
	Then   RuleOutcome
	Failed []RuleFailure // rules that could not be evaluated and were passed over
}

// RuleMatch names the rule that decided, as events and explanations keep it.
type RuleMatch struct {
	ID      ID     `json:"id"`
	Name    string `json:"name"` // as it was then
	Version int64  `json:"version"`
}

// RuleFailure is a rule that could not be evaluated, and why.
type RuleFailure struct {
	RuleMatch
	Error string `json:"error"`
}

// CleanTags is tags as they are kept: without spaces around them, each once.
func CleanTags(tags []string) ([]string, error) {
	out := []string{}
	for _, t := range tags {
		t = strings.Join(strings.Fields(CleanText(t, 4*MaxTag)), " ")
		if utf8.RuneCountInString(t) > MaxTag {
			return nil, FieldError("tags", "%q is longer than %d characters", Truncate(t, 20), MaxTag)
		}
		if t != "" {
			out = AddTags(out, t)
		}
	}
	if len(out) > MaxTags {
		return nil, FieldError("tags", "there are %d; at most %d are kept", len(out), MaxTags)
	}
	return out, nil
}

// AddTags puts tags into a list in which each stands once.
func AddTags(to []string, tags ...string) []string {
	for _, t := range tags {
		found := false
		for _, have := range to {
			found = found || have == t
		}
		if !found {
			to = append(to, t)
		}
	}
	return to
}

// Strictest joins requirements: of one skill the higher level counts, and a
// demand beats a preference.
func Strictest(all ...[]Requirement) []Requirement {
	out := []Requirement{}
	at := map[ID]int{}
	for _, list := range all {
		for _, r := range list {
			i, there := at[r.SkillID]
			if !there {
				at[r.SkillID] = len(out)
				out = append(out, r)
				continue
			}
			have := &out[i]
			switch {
			case have.Preferred && !r.Preferred:
				*have = r
			case have.Preferred == r.Preferred:
				have.Level = max(have.Level, r.Level)
			}
		}
	}
	return out
}
