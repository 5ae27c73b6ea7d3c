package routing

import (
	"fmt"
	"slices"

	"parley/desk"
)

// Reach is who could take a customer at one step of a plan, whoever has room.
type Reach struct {
	People int      // who may log in and has the skills
	Online int      // of these, at work now
	New    int      // of People, who could not take them a step before
	Names  []string // of some who are new
}

// Reaches tells for a conversation in a queue who could take it at once, and
// with each step of its plan. Neither needs to be saved: it is how an admin sees
// what a plan does.
func Reaches(v View, q *desk.Queue, c *desk.Conversation) []Reach {
	out := make([]Reach, len(q.RingPlanOf(c))+1)
	stages := make([]stage, len(out))
	for n := range stages {
		stages[n] = stageOf(q, c, n, v.Queue)
	}
	for _, a := range v.Agents() {
		if !a.Enabled || !works(a) {
			continue
		}
		before := false
		for n, s := range stages {
			if !s.meets(a) {
				continue
			}
			r := &out[n]
			r.People++
			if online(a) {
				r.Online++
			}
			if !before {
				before = true
				r.New++
				if len(r.Names) < maxExamples {
					r.Names = append(r.Names, a.Name)
				}
			}
		}
	}
	return out
}

// Hint is what is allowed in a queue's settings and most likely not meant.
type Hint struct {
	Field string // as the API names it: rings[1].relax[0]
	Words string
}

// Hints names the steps of a plan that change nothing, and demands that nobody
// meets. besides are demands that customers of the queue may bring with them,
// from an inbox or a rule: a plan may well relax those.
func Hints(v View, q *desk.Queue, c *desk.Conversation, besides []desk.Requirement) []Hint {
	h := hinter{names: Names(v), queue: q, plan: q.RingPlanOf(c), asked: map[desk.ID]int{}}
	h.ask(q.Requirements)
	h.ask(c.Requirements)
	h.ask(besides)
	for _, r := range h.plan {
		if o := v.Queue(r.QueueID); r.QueueID != "" && o != nil {
			h.ask(o.Requirements)
		}
	}
	reach := Reaches(v, q, c)
	h.unserved(reach)
	h.settings(v, reach[0])
	for i, r := range h.plan {
		before := len(h.found)
		h.moment(i)
		h.relaxations(i)
		h.helpers(i)
		widens := len(r.Relax) > 0 || r.QueueID != "" || r.SkillID != ""
		if widens && len(h.found) == before && reach[i+1].New == 0 && reach[i+1].People > 0 {
			h.say(i, "", "Lets in nobody new today: the %s who could take a customer then can do so already.", counted(reach[i+1].People, "person", "people"))
		}
	}
	return h.found
}

type hinter struct {
	names desk.Names
	queue *desk.Queue
	plan  desk.RingPlan
	asked map[desk.ID]int // skill ▶ highest level that may be demanded, as the steps so far leave it
	found []Hint
}

func (h *hinter) ask(reqs []desk.Requirement) {
	for _, r := range reqs {
		if !r.Preferred {
			h.asked[r.SkillID] = max(h.asked[r.SkillID], r.Level)
		}
	}
}

func (h *hinter) say(step int, part, format string, args ...any) {
	h.found = append(h.found, Hint{fmt.Sprintf("rings[%d]%s", step, part), fmt.Sprintf(format, args...)})
}

// unserved tells that nobody can take who comes.
func (h *hinter) unserved(reach []Reach) {
	if reach[0].People > 0 {
		return
	}
	for n, r := range reach {
		if r.People > 0 {
			h.found = append(h.found, Hint{"requirements", fmt.Sprintf("Nobody who works here has these skills: every customer goes on to step %d at once.", n)})
			return
		}
	}
	words := "Nobody who works here has these skills: customers would wait in vain. Give somebody the skills, or ask for less."
	if len(h.plan) > 0 {
		words = "Nobody who works here has these skills, not even after the last step: customers would wait in vain. Give somebody the skills, or ask for less."
	}
	h.found = append(h.found, Hint{"requirements", words})
}

// settings looks at what is no part of the plan.
func (h *hinter) settings(v View, own Reach) {
	hint := func(field, format string, args ...any) {
		h.found = append(h.found, Hint{field, fmt.Sprintf(format, args...)})
	}
	if r := policyOf(h.queue).Reserve; r > 0 && r >= own.People && own.People > 0 {
		hint("reserve", "All who serve this queue (%s) would be kept free for it, and never help elsewhere.", counted(own.People, "person", "people"))
	}
	for _, c := range desk.Channels {
		if n, own := h.queue.Costs[c]; own && n == 0 {
			hint("costs."+string(c), "Takes nothing: an agent may get any number of these at once.")
		}
	}
	if o := v.Queue(h.queue.AfterHoursQueueID); o != nil && h.queue.AfterHours == desk.AfterHoursOverflow &&
		o.AfterHours == desk.AfterHoursOverflow && o.AfterHoursQueueID == h.queue.ID && o.ID != h.queue.ID {
		hint("after_hours_queue_id", "%s hands over to this queue outside its own hours: when both are closed, customers are served as if one were open.", o.Name)
	}
}

func (h *hinter) moment(i int) {
	after := h.plan[i].AfterSeconds
	switch {
	case i > 0 && after == h.plan[i-1].AfterSeconds:
		h.say(i, ".after_seconds", "Comes at the same moment as the step before: one step can do both.")
	case after >= h.queue.ExpireHours*3600 && h.queue.ExpireHours > 0:
		h.say(i, ".after_seconds", "Comes too late for messages: this queue gives them up after %s.", counted(h.queue.ExpireHours, "hour", "hours"))
	}
}

func (h *hinter) relaxations(i int) {
	for j, x := range h.plan[i].Relax {
		part := fmt.Sprintf(".relax[%d]", j)
		level, known := h.asked[x.SkillID]
		name := h.names.Skill(x.SkillID)
		switch {
		case !known:
			h.say(i, part, "Nobody is asked for %s here: neither this queue nor an inbox or rule that leads here demands it.", name)
			continue
		case level == 0:
			h.say(i, part, "%s is no longer needed since a step before.", name)
		case x.Level >= level:
			h.say(i, part, "%s ≥ %d is enough already.", name, level)
		}
		h.asked[x.SkillID] = min(level, x.Level)
	}
}

func (h *hinter) helpers(i int) {
	r := h.plan[i]
	if r.QueueID != "" && r.QueueID == h.queue.ID {
		h.say(i, ".queue_id", "This queue's own people are asked from the start.")
	}
	since := func(same func(desk.Ring) bool) int { return 1 + slices.IndexFunc(h.plan[:i], same) }
	if n := since(func(e desk.Ring) bool { return e.QueueID == r.QueueID }); r.QueueID != "" && n > 0 {
		h.say(i, ".queue_id", "%s helps since step %d already.", h.names.Queue(r.QueueID), n)
	}
	if n := since(func(e desk.Ring) bool { return e.SkillID == r.SkillID }); r.SkillID != "" && n > 0 {
		h.say(i, ".skill_id", "Everybody with %s helps since step %d already.", h.names.Skill(r.SkillID), n)
	}
	if n := since(func(e desk.Ring) bool { return e.Offer == r.Offer }); r.Offer != "" && n > 0 {
		h.say(i, ".offer", "Was offered with step %d already; a customer is asked once.", n)
	}
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
