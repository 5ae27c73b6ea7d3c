package desk

import "time"

// Role decides what a person may do; see permission.go.
type Role string

const (
	RoleAgent      Role = "agent"
	RoleSupervisor Role = "supervisor"
	RoleAdmin      Role = "admin"
)

// Presence of an agent. Only Available gets offers.
type Presence string

const (
	Available Presence = "available"
	Busy      Presence = "busy"
	Away      Presence = "away"
	Offline   Presence = "offline"
)

// Reasons that Parley itself sets beside a presence.
const (
	ReasonMissedOffer  = "missed an offer"
	ReasonDisconnected = "disconnected"
)

// FullCapacity is what an agent has unless set otherwise; a conversation costs a share of it.
const FullCapacity = 100

// Agent is a person who works here: agent, supervisor or admin.
type Agent struct {
	ID             ID              `json:"id"`
	Email          string          `json:"email"`
	Name           string          `json:"name"`
	Role           Role            `json:"role"`
	Enabled        bool            `json:"enabled"`
	Capacity       int             `json:"capacity"`      // total cost held at once
	HardCapacity   int             `json:"hard_capacity"` // most held when customers come back to snoozed conversations; never below Capacity
	ChannelLimits  map[Channel]int `json:"channel_limits"`
	Costs          map[ID]int      `json:"costs"`               // queue ▶ what one of its conversations takes from this agent, instead of its own cost
	Hours          *Hours          `json:"hours,omitempty"`     // nil: always; outside them nothing is offered
	OffHours       bool            `json:"off_hours,omitempty"` // outside their hours now
	Skills         map[ID]int      `json:"skills"`              // skill ▶ level 1–5
	Presence       Presence        `json:"presence"`
	Reason         string          `json:"reason,omitempty"`
	Next           Presence        `json:"next_presence,omitempty"` // once the last conversation ends
	PresenceSince  time.Time       `json:"presence_since"`
	Load           int             `json:"load"` // cost held now
	LastAssignedAt time.Time       `json:"last_assigned_at,omitzero"`
	FreedAt        time.Time       `json:"freed_at,omitzero"` // when the load last fell
	CreatedAt      time.Time       `json:"created_at"`
}

// HardCapacityDefault is the hard limit of who has FullCapacity.
const HardCapacityDefault = 150

// Hard is the most an agent may hold when customers come back.
func (a *Agent) Hard() int { return max(a.Capacity, a.HardCapacity) }

// CostOf is what a conversation takes from this agent.
func (a *Agent) CostOf(c *Conversation) int {
	if n, own := a.Costs[c.QueueID]; own {
		return n
	}
	return c.Cost
}

// Free is the capacity left.
func (a *Agent) Free() int { return a.Capacity - a.Load }

// Skill is something agents can do at a level and conversations can ask for. Languages are skills.
type Skill struct {
	ID          ID     `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

// Requirement asks for a skill at a minimum level.
type Requirement struct {
	SkillID   ID   `json:"skill_id"`
	Level     int  `json:"level"`               // 1–5
	Preferred bool `json:"preferred,omitempty"` // wished, not demanded
}

// Meets tells whether the agent has every hard requirement.
func (a *Agent) Meets(reqs []Requirement) bool {
	for _, r := range reqs {
		if !r.Preferred && a.Skills[r.SkillID] < r.Level {
			return false
		}
	}
	return true
}

// Offer is a reservation: a conversation held for an agent until they answer.
type Offer struct {
	ID             ID         `json:"id"`
	ConversationID ID         `json:"conversation_id"`
	AgentID        ID         `json:"agent_id"`
	State          OfferState `json:"state"`
	MadeAt         time.Time  `json:"made_at"`
	ExpiresAt      time.Time  `json:"expires_at"`
	EndedAt        time.Time  `json:"ended_at,omitzero"`
	Decision       Decision   `json:"decision"`
}

// OfferState: an offer ends exactly once.
type OfferState string

const (
	OfferPending   OfferState = "pending"
	OfferAccepted  OfferState = "accepted"
	OfferDeclined  OfferState = "declined"
	OfferTimedOut  OfferState = "timed_out"
	OfferWithdrawn OfferState = "withdrawn"
)

// Decision is why a conversation went to an agent, kept with each assignment.
type Decision struct {
	At      time.Time `json:"at"`
	Policy  string    `json:"policy"`
	AgentID ID        `json:"agent_id,omitempty"`
	// Rule is what decided, in a word: only_one, preferred_agent, best_match,
	// dedicated, least_loaded, longest_idle, in_turn, lowest_id, manual.
	Rule string `json:"rule"`
	// Words says it to people: "Ana was free the longest of 3 with German ≥ 3".
	Words    string  `json:"words"`
	Waited   float64 `json:"waited_seconds"`
	Score    float64 `json:"score"`          // minutes waited + priority
	Ring     int     `json:"ring,omitempty"` // steps of the ring plan that held
	Position int     `json:"position"`
	Eligible int     `json:"eligible"` // agents who could have taken it
	// Excluded counts the others by why not: offline, away, busy, capacity,
	// channel_limit, skill, level, declined, disabled, hours, ring, reserved, kept.
	Excluded map[string]int `json:"excluded"`
	// Examples names up to three agents per reason.
	Examples map[string][]string `json:"examples,omitempty"`
	ActorID  ID                  `json:"actor_id,omitempty"` // who did it by hand
	// Seq is the number of the last change the router knew, and Claims are those
	// it had on their way then: with both, the choice can be made again from the
	// log. 0: decided by a person, or before this was recorded.
	Seq    int64   `json:"seq,omitempty"`
	Claims []Claim `json:"claims,omitempty"`
	// Steps of ring plans that had come early and were not recorded yet.
	Steps []RingStep `json:"steps,omitempty"`
	// Turn is who had the turn before, where agents are served in turn.
	Turn ID `json:"turn,omitempty"`
}

// Claim is a conversation that was on its way to an agent.
type Claim struct {
	ConversationID ID `json:"conversation_id"`
	AgentID        ID `json:"agent_id"`
}
