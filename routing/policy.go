package routing

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/desk"
)

// Policy is how a queue picks an agent among those who can take a customer,
// and whom an agent serves next. It is chosen per queue by name, and the same
// values run in the server and in the simulator.
type Policy struct {
	Name  string // canonical, with its options: "dedicated-first+reserve=2"
	About string // what it compares, in order, and what it is good for
	// Blocks: whom nobody can take holds back everybody behind them in the queue.
	Blocks bool
	// ScarceFirst: among the queues with this flag, the one that the fewest
	// people can serve comes first, whatever the waits.
	ScarceFirst bool
	// Reserve keeps so many of the agents who serve this queue free of others:
	// they take from another queue only while more than this many are idle.
	Reserve int
	// Yardstick: it is there to compare others with, in the simulator and in replays.
	Yardstick bool

	criteria []criterion
}

// Compares names what the policy compares, in order: match, level, dedication,
// least_load, most_load, turn, idle, rotation, id.
func (p Policy) Compares() []string {
	out := make([]string, len(p.criteria))
	for i, k := range p.criteria {
		out[i] = criterionNames[k]
	}
	return out
}

var criterionNames = map[criterion]string{byMatch: "match", byLevel: "level", byDedication: "dedication", byLeastLoad: "least_load", byMostLoad: "most_load",
	byTurn: "turn", byIdle: "idle", byRotation: "rotation", byID: "id"}

// DefaultPolicy is what queues use unless they say otherwise.
const DefaultPolicy = "default"

const reserveOption = "+reserve="

// MaxReserve bounds what can only be a typing mistake.
const MaxReserve = 1000

// policies in the order people see them.
var policies = []Policy{
	{Name: DefaultPolicy, About: "Fewest other skills, then least loaded, then longest without a new conversation. Good for most centers.",
		criteria: []criterion{byMatch, byDedication, byLeastLoad, byTurn, byID}},
	{Name: "longest-idle", About: "Longest since they became free. Fairness as phone centers know it.",
		criteria: []criterion{byMatch, byIdle, byID}},
	{Name: "round-robin", About: "In turn: the next one by id after whoever had the last of the same kind. Equal numbers for all.",
		criteria: []criterion{byMatch, byRotation, byID}},
	{Name: "least-loaded", About: "Smallest share of capacity in use, then longest without a new one. Good for chat, with several at once.",
		criteria: []criterion{byMatch, byLeastLoad, byTurn, byID}},
	{Name: "dedicated-first", About: "Fewest other skills, then longest without a new one. Good for one conversation at a time and mixed skills.",
		criteria: []criterion{byMatch, byDedication, byTurn, byID}},
	{Name: "fill-first", About: "Largest share of capacity in use, then longest without a new one. To compare with; worst for chat.",
		criteria: []criterion{byMatch, byMostLoad, byTurn, byID}, Yardstick: true},
	{Name: "highest-level", About: "Highest levels of the skills asked for, then least loaded, then longest without a new one. When the best should go first.",
		criteria: []criterion{byMatch, byLevel, byLeastLoad, byTurn, byID}},
	{Name: "first-available", About: "Always the first by id. To compare with.",
		criteria: []criterion{byID}, Yardstick: true},
	{Name: "scarce-first", About: "As dedicated-first, and the queue that the fewest people serve comes first, whatever the waits. For a rare skill that must not wait.",
		criteria: []criterion{byMatch, byDedication, byTurn, byID}, ScarceFirst: true},
	{Name: "strict-fifo", About: "As round-robin, but the first in line holds back everybody behind them in the queue. To compare with.",
		criteria: []criterion{byMatch, byRotation, byID}, Blocks: true, Yardstick: true},
}

// Policies names the policies a queue can choose.
func Policies() []string {
	out := make([]string, len(policies))
	for i, p := range policies {
		out[i] = p.Name
	}
	return out
}

// ParsePolicy reads a policy as a queue or a scenario names it: a name of
// Policies, and if wanted "+reserve=" and a number after it. Empty is the default.
func ParsePolicy(s string) (Policy, error) {
	name, option, reserved := strings.Cut(strings.TrimSpace(s), reserveOption)
	if name == "" {
		name = DefaultPolicy
	}
	i := slices.IndexFunc(policies, func(p Policy) bool { return p.Name == name })
	if i < 0 {
		return Policy{}, desk.FieldError("policy", "%q is not a policy; use one of %s, with %sN after it to keep N agents free of other queues",
			s, strings.Join(Policies(), ", "), reserveOption)
	}
	p := policies[i]
	if !reserved {
		return p, nil
	}
	n, err := strconv.Atoi(option)
	if err != nil || n < 0 || n > MaxReserve {
		return Policy{}, desk.FieldError("policy", "%q: the reserve must be a whole number from 0 to %d", s, MaxReserve)
	}
	return p.WithReserve(n), nil
}

// WithReserve is the policy with another reserve.
func (p Policy) WithReserve(n int) Policy {
	p.Name, _, _ = strings.Cut(p.Name, reserveOption)
	p.Reserve = n
	if n > 0 {
		p.Name += reserveOption + strconv.Itoa(n)
	}
	return p
}

// policyOf is a queue's policy; a name from elsewhere that is not known stops
// nobody from being served.
func policyOf(q *desk.Queue) Policy {
	p, err := ParsePolicy(q.Policy)
	if err != nil {
		return policies[0]
	}
	return p
}

// candidate is an eligible agent with what the criteria compare.
type candidate struct {
	agent  *desk.Agent
	wished int       // total level of preferred skills they have
	levels int       // total level of the skills asked for that they have
	spare  int       // skills that this does not need: fewest first keeps flexible agents free
	load   float64   // share of capacity in use
	idle   time.Time // since when they have been without anything new or just ended
	behind int       // the turn: 0 before 1, then by id
}

// criterion is one step of a policy.
type criterion int

const (
	byMatch      criterion = iota // most of the preferred skills
	byLevel                       // highest levels of what is asked for
	byDedication                  // fewest other skills
	byLeastLoad
	byMostLoad
	byTurn     // longest since the last assignment
	byIdle     // longest since they became free
	byRotation // next in turn
	byID
)

// rule is the criterion's word in a decision.
func (k criterion) rule() string {
	switch k {
	case byMatch:
		return "best_match"
	case byLevel:
		return "highest_level"
	case byDedication:
		return "dedicated"
	case byLeastLoad:
		return "least_loaded"
	case byMostLoad:
		return "most_loaded"
	case byTurn, byIdle:
		return "longest_idle"
	case byRotation:
		return "in_turn"
	}
	return "lowest_id"
}

// compare is negative when a comes before b.
func (k criterion) compare(a, b candidate) int {
	switch k {
	case byMatch:
		return b.wished - a.wished
	case byLevel:
		return b.levels - a.levels
	case byDedication:
		return a.spare - b.spare
	case byLeastLoad:
		return cmp.Compare(a.load, b.load)
	case byMostLoad:
		return cmp.Compare(b.load, a.load)
	case byTurn:
		return a.agent.LastAssignedAt.Compare(b.agent.LastAssignedAt)
	case byIdle:
		return a.idle.Compare(b.idle)
	case byRotation:
		return cmp.Or(a.behind-b.behind, strings.Compare(a.agent.ID, b.agent.ID))
	}
	return strings.Compare(a.agent.ID, b.agent.ID)
}

// words says of the best what set them apart when this criterion decided.
func (k criterion) words(best candidate) string {
	switch k {
	case byMatch:
		return "matches the preferred skills best"
	case byLevel:
		return "has the highest skill levels"
	case byDedication:
		return "has the fewest other skills"
	case byLeastLoad:
		return fmt.Sprintf("is the least busy, at %.0f %%", 100*best.load)
	case byMostLoad:
		return fmt.Sprintf("is the busiest who has room, at %.0f %%", 100*best.load)
	case byTurn:
		return "has been longest without a new conversation"
	case byIdle:
		return "has been free the longest"
	case byRotation:
		return "is next in turn"
	}
	return "comes first; the others are alike"
}

// idleSince is since when an agent has been free, or as free as they are: when
// a conversation of theirs last ended, else when one last began, but not before
// they came.
func idleSince(a *desk.Agent) time.Time {
	freed := a.FreedAt
	if freed.IsZero() {
		freed = a.LastAssignedAt
	}
	if freed.Before(a.PresenceSince) {
		return a.PresenceSince
	}
	return freed
}

// requirements of a conversation: the queue's and its own, the higher level of
// the same skill counting.
func requirements(queue []desk.Requirement, c *desk.Conversation) []desk.Requirement {
	if len(c.Requirements) == 0 {
		return queue
	}
	out := slices.Clone(queue)
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

// weigh fills what the criteria compare but the load. A skill counts as needed
// here when it is demanded, or wished and had at the level wished.
func weigh(a *desk.Agent, reqs []desk.Requirement) candidate {
	c := candidate{agent: a, spare: len(a.Skills)}
	for i, q := range reqs {
		level, has := a.Skills[q.SkillID]
		if !has || level < q.Level {
			continue
		}
		if q.Preferred {
			c.wished += level
		}
		if !slices.ContainsFunc(reqs[:i], func(o desk.Requirement) bool { return o.SkillID == q.SkillID && level >= o.Level }) {
			c.spare--
			c.levels += level
		}
	}
	return c
}

// share is the part of capacity that a load takes.
func share(load, capacity int) float64 {
	if capacity <= 0 {
		return 0
	}
	return float64(load) / float64(capacity)
}
