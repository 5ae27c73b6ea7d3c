package routing

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/desk"
)

// outcome is what, besides who was chosen, goes into the words of a decision.
type outcome struct {
	of        int           // how many could have been chosen
	with      string        // the skills asked for, as skillWords has them
	steps     desk.RingPlan // those that hold
	names     desk.Names
	preferred *desk.Agent // of the customer; nil when there is none
	why       string      // they were not eligible
}

// settle writes into d who was chosen and why.
func settle(d *desk.Decision, best candidate, rule criterion, o outcome) {
	d.AgentID, d.Rule = best.agent.ID, rule.rule()
	d.Words = fmt.Sprintf("Of %d free%s, %s %s.", o.of, o.with, best.agent.Name, rule.words(best))
	if o.of == 1 {
		d.Rule, d.Words = ruleOnly, best.agent.Name+" was the only one free"+o.with+"."
	}
	if o.preferred != best.agent {
		d.Words += passedWords(o.preferred, o.why)
	}
	if len(o.steps) > 0 {
		d.Words += " After the wait so far: " + stepWords(o.steps, o.names) + "."
	}
}

func stepWords(steps desk.RingPlan, names desk.Names) string {
	said := make([]string, len(steps))
	for i, r := range steps {
		said[i] = r.Words(names)
	}
	return strings.Join(said, "; ")
}

func preferredWords(a *desk.Agent) string { return a.Name + " took care of this customer last." }

// passedWords says why the agent who knows the customer does not get it; "" when
// there is none.
func passedWords(a *desk.Agent, why string) string {
	if a == nil || why == "" {
		return ""
	}
	return " " + a.Name + ", who took care of this customer last, " + map[string]string{
		whyDisabled: "does not work here any more", whyOffline: "is offline", whyHours: "is outside their hours", whyAway: "is away", whyBusy: "is busy",
		whyRing: "may take it only at a later step", whySkill: "lacks a skill that is needed", whyLevel: "is below the level that is needed",
		whyCapacity: "has no room", whyChannel: "is at their limit for this channel", whyDeclined: "declined or missed it",
		whyReserved: "is just being offered another", whyKept: "is kept for another queue",
	}[why] + "."
}

// skillWords names the skills of which somebody needs all of one way, " with
// German ≥ 3", " with German and Sales, or with Billing".
func skillWords(name func(desk.ID) string, ways [][]desk.Requirement) string {
	var said []string
	for _, way := range ways {
		if len(way) == 0 {
			return ""
		}
		words := make([]string, len(way))
		for i, r := range way {
			words[i] = name(r.SkillID)
			if r.Level > 1 {
				words[i] += fmt.Sprintf(" ≥ %d", r.Level)
			}
		}
		if w := " with " + strings.Join(words, " and "); !slices.Contains(said, w) {
			said = append(said, w)
		}
	}
	return strings.Join(said, ", or")
}

// nobody says in words why nobody can take it, the nearest reason first.
func nobody(d desk.Decision, with string) string {
	var parts []string
	for _, k := range []struct{ why, words string }{
		{whyCapacity, "without room"}, {whyReserved, "just being offered another"}, {whyKept, "kept for another queue"},
		{whyChannel, "at their limit for this channel"}, {whyDeclined, "declined or missed it"},
		{whyBusy, "busy"}, {whyAway, "away"}, {whyHours, "outside their hours"}, {whyRing, "may take it at a later step"},
		{whyLevel, "below the level"}, {whySkill, "without the skill"}, {whyOffline, "offline"},
	} {
		if n := d.Excluded[k.why]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, k.words))
		}
	}
	if len(parts) == 0 {
		return "There are no agents yet."
	}
	return "Nobody" + with + " is free: " + strings.Join(parts, ", ") + "."
}

// moment is a time as the queue's clock shows it.
func moment(q *desk.Queue, t time.Time) string {
	if q.Hours != nil {
		t = t.In(q.Hours.Location())
	}
	return t.Format("Monday 2 January 15:04 MST")
}
