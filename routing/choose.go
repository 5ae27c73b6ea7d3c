package routing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/desk"
)

// View is what choosing looks at.
type View interface {
	Agents() []*desk.Agent
	Queue(id desk.ID) *desk.Queue
	Skill(id desk.ID) *desk.Skill
	Held(agent desk.ID) []*desk.Conversation
}

// Why an agent cannot take a conversation; the words of desk.Decision.Excluded.
const (
	whyDisabled = "disabled"
	whyOffline  = "offline"
	whyAway     = "away"
	whyBusy     = "busy"
	whySkill    = "skill"
	whyLevel    = "level"
	whyCapacity = "capacity"
	whyChannel  = "channel_limit"
	whyDeclined = "declined"
	whyReserved = "reserved" // another offer is on its way to them
	maxExamples = 3
	// avoidFor is how long whoever declined or missed a customer is spared that
	// one when nobody else can take it.
	avoidFor = 30 * time.Second
)

// requirements of a conversation: the queue's and its own, the higher level of
// the same skill counting.
func requirements(q *desk.Queue, c *desk.Conversation) []desk.Requirement {
	if len(c.Requirements) == 0 {
		return q.Requirements
	}
	out := slices.Clone(q.Requirements)
	for _, r := range c.Requirements {
		i := slices.IndexFunc(out, func(o desk.Requirement) bool { return o.SkillID == r.SkillID && o.Preferred == r.Preferred })
		if i < 0 {
			out = append(out, r)
		} else {
			out[i].Level = max(out[i].Level, r.Level)
		}
	}
	return out
}

// room is what the router has reserved while its claims are on their way: more
// load, and the agents nothing more may go to now.
type room struct {
	load map[desk.ID]int
	held map[desk.ID]map[desk.Channel]int
}

func (r *room) take(agent desk.ID, c *desk.Conversation) {
	r.load[agent] += c.Cost
	if r.held[agent] == nil {
		r.held[agent] = map[desk.Channel]int{}
	}
	r.held[agent][c.Channel]++
}

func newRoom() *room {
	return &room{load: map[desk.ID]int{}, held: map[desk.ID]map[desk.Channel]int{}}
}

// excluded says why a cannot take c, or "" when they can.
func excluded(v View, r *room, a *desk.Agent, c *desk.Conversation, reqs []desk.Requirement) string {
	switch {
	case !a.Enabled:
		return whyDisabled
	case a.Presence == desk.Offline:
		return whyOffline
	}
	for _, q := range reqs {
		if q.Preferred {
			continue
		}
		if level, has := a.Skills[q.SkillID]; !has {
			return whySkill
		} else if level < q.Level {
			return whyLevel
		}
	}
	switch {
	case a.Presence == desk.Away:
		return whyAway
	case a.Presence == desk.Busy || a.Next != "":
		return whyBusy
	case a.Free() < c.Cost:
		return whyCapacity
	case a.Free()-r.load[a.ID] < c.Cost:
		return whyReserved
	}
	if limit, limited := a.ChannelLimits[c.Channel]; limited {
		n := r.held[a.ID][c.Channel]
		for _, h := range v.Held(a.ID) {
			if h.Channel == c.Channel && h.State.HoldsCapacity() {
				n++
			}
		}
		if n >= limit {
			return whyChannel
		}
	}
	if slices.Contains(c.AvoidAgentIDs, a.ID) {
		return whyDeclined
	}
	return ""
}

// candidate is an eligible agent with what the criteria compare.
type candidate struct {
	agent  *desk.Agent
	wished int     // total level of preferred skills they have
	spare  int     // skills that this does not need: fewest first keeps flexible agents free
	load   float64 // share of capacity in use
}

// criterion is one step of a policy: lower is better.
type criterion struct {
	rule    string
	compare func(a, b candidate) int
	words   func(best candidate, n int) string
}

// defaultPolicy: highest preferred-skill match, fewest spare skills, least
// loaded share of capacity, longest since the last assignment, lowest id.
var defaultPolicy = []criterion{
	{"best_match", func(a, b candidate) int { return b.wished - a.wished }, func(b candidate, n int) string {
		return fmt.Sprintf("best match of the preferred skills among %d", n)
	}},
	{"dedicated", func(a, b candidate) int { return a.spare - b.spare }, func(_ candidate, n int) string {
		return fmt.Sprintf("most dedicated to this among %d: fewest other skills", n)
	}},
	{"least_loaded", func(a, b candidate) int { return cmp.Compare(a.load, b.load) }, func(b candidate, n int) string {
		return fmt.Sprintf("least loaded of %d, at %.0f %%", n, 100*b.load)
	}},
	{"longest_idle", func(a, b candidate) int { return a.agent.LastAssignedAt.Compare(b.agent.LastAssignedAt) }, func(_ candidate, n int) string {
		return fmt.Sprintf("longest without a new conversation among %d", n)
	}},
	{"lowest_id", func(a, b candidate) int { return strings.Compare(a.agent.ID, b.agent.ID) }, func(_ candidate, n int) string {
		return fmt.Sprintf("first of %d alike", n)
	}},
}

// choice is the outcome for one conversation.
type choice struct {
	agent    *desk.Agent
	decision desk.Decision
	// wait, when set, is until when the conversation is kept for its preferred agent.
	wait time.Time
}

// choose picks the agent for one waiting conversation, or says why nobody.
func choose(v View, r *room, c *desk.Conversation, now time.Time) choice {
	q := v.Queue(c.QueueID)
	d := desk.Decision{At: now, Policy: "default", Waited: now.Sub(c.QueuedAt).Seconds(), Score: now.Sub(c.LineKey()).Minutes(),
		Excluded: map[string]int{}, Examples: map[string][]string{}}
	if q == nil || !q.Open {
		d.Rule, d.Words = "closed", "The queue is closed."
		return choice{decision: d}
	}
	reqs := requirements(q, c)
	var fit, declined []candidate
	var preferred *desk.Agent
	preferredWhy := whyOffline
	for _, a := range v.Agents() {
		if !desk.Allowed(a.Role, desk.WorkConversation) {
			continue
		}
		why := excluded(v, r, a, c, reqs)
		if a.ID == c.PreferredAgentID {
			preferred, preferredWhy = a, why
		}
		if why != "" {
			if why == whyDeclined {
				declined = append(declined, weigh(a, r, reqs))
			}
			d.Excluded[why]++
			if len(d.Examples[why]) < maxExamples {
				d.Examples[why] = append(d.Examples[why], a.Name)
			}
			continue
		}
		fit = append(fit, weigh(a, r, reqs))
	}
	d.Eligible = len(fit)
	if preferred != nil && preferredWhy == "" {
		d.Rule, d.AgentID, d.Words = "preferred_agent", preferred.ID, preferred.Name+" took care of this customer last."
		return choice{agent: preferred, decision: d}
	}
	// The last agent is online and only momentarily not free: wait a little for them.
	until := c.QueuedAt.Add(time.Duration(q.PreferredSeconds) * time.Second)
	if preferred != nil && preferredWhy == whyReserved && now.Before(until) {
		d.Rule, d.Words = "waits_for_preferred", "Kept a moment for "+preferred.Name+", who took care of this customer last."
		return choice{decision: d, wait: until}
	}
	if again := c.StateSince.Add(avoidFor); len(fit) == 0 && len(declined) > 0 {
		if now.Before(again) {
			d.Rule, d.Words = "nobody", nobody(v, d, reqs)
			return choice{decision: d, wait: again}
		}
		fit = declined
	}
	if len(fit) == 0 {
		d.Rule, d.Words = "nobody", nobody(v, d, reqs)
		return choice{decision: d}
	}
	best, rule := pick(fit, defaultPolicy)
	d.AgentID, d.Rule = best.agent.ID, rule.rule
	d.Words = best.agent.Name + ": " + rule.words(best, len(fit)) + skillWords(v, best.agent, reqs) + "."
	if len(fit) == 1 {
		d.Rule, d.Words = "only_one", best.agent.Name+" was the only one free"+skillWords(v, best.agent, reqs)+"."
	}
	return choice{agent: best.agent, decision: d}
}

func weigh(a *desk.Agent, r *room, reqs []desk.Requirement) candidate {
	c := candidate{agent: a, spare: len(a.Skills)}
	for _, q := range reqs {
		if level := a.Skills[q.SkillID]; level > 0 {
			c.spare--
			if q.Preferred && level >= q.Level {
				c.wished += level
			}
		}
	}
	if a.Capacity > 0 {
		c.load = float64(a.Load+r.load[a.ID]) / float64(a.Capacity)
	}
	return c
}

// pick finds the best by the criteria, and the criterion that decided: the
// first by which the best differs from the next best.
func pick(fit []candidate, policy []criterion) (candidate, criterion) {
	order := func(a, b candidate) int {
		for _, k := range policy {
			if n := k.compare(a, b); n != 0 {
				return n
			}
		}
		return 0
	}
	slices.SortFunc(fit, order)
	if len(fit) > 1 {
		for _, k := range policy {
			if k.compare(fit[0], fit[1]) != 0 {
				return fit[0], k
			}
		}
	}
	return fit[0], policy[len(policy)-1]
}

// skillWords names the demanded skills, " with German ≥ 3".
func skillWords(v View, _ *desk.Agent, reqs []desk.Requirement) string {
	var words []string
	for _, r := range reqs {
		if s := v.Skill(r.SkillID); s != nil && !r.Preferred {
			w := s.Name
			if r.Level > 1 {
				w = fmt.Sprintf("%s ≥ %d", s.Name, r.Level)
			}
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return " with " + strings.Join(words, " and ")
}

// nobody says in words why nobody can take it, the nearest reason first.
func nobody(v View, d desk.Decision, reqs []desk.Requirement) string {
	var parts []string
	for _, k := range []struct{ why, one string }{
		{whyCapacity, "at capacity"}, {whyReserved, "just being offered another"}, {whyChannel, "at their limit for this channel"}, {whyDeclined, "declined or missed it"},
		{whyBusy, "busy"}, {whyAway, "away"}, {whyLevel, "below the level"}, {whySkill, "without the skill"}, {whyOffline, "offline"},
	} {
		if n := d.Excluded[k.why]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, k.one))
		}
	}
	if len(parts) == 0 {
		return "There are no agents yet."
	}
	return "Nobody" + skillWords(v, nil, reqs) + " is free: " + strings.Join(parts, ", ") + "."
}
