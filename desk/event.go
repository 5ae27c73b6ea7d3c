package desk

import "time"

// EventType names what happened.
type EventType string

const (
	EvConversationCreated  EventType = "conversation.created"
	EvConversationQueued   EventType = "conversation.queued"   // entered a line
	EvConversationOffered  EventType = "conversation.offered"  // offer made
	EvConversationReturned EventType = "conversation.returned" // offer ended without acceptance; Reason says how
	EvConversationAssigned EventType = "conversation.assigned" // accepted, taken or pushed
	EvConversationTransfer EventType = "conversation.transferred"
	EvConversationSnoozed  EventType = "conversation.snoozed"
	EvConversationWoken    EventType = "conversation.woken"
	EvConversationResolved EventType = "conversation.resolved"
	EvConversationReopened EventType = "conversation.reopened"
	EvConversationGone     EventType = "conversation.abandoned"
	EvConversationExpired  EventType = "conversation.expired"
	EvConversationPriority EventType = "conversation.priority"
	EvConversationWidened  EventType = "conversation.widened"  // a step of the ring plan came
	EvConversationHours    EventType = "conversation.hours"    // waits for another opening than before
	EvConversationUnwanted EventType = "conversation.unwanted" // declined or missed so often that supervisors are told
	EvConversationTagged   EventType = "conversation.tagged"   // Fields say which tags were added and removed
	EvConversationInstead  EventType = "conversation.instead"  // the customer leaves a message or wants a call instead of waiting
	EvConversationRead     EventType = "conversation.read"
	EvMessageReceived      EventType = "message.received"
	EvMessageCreated       EventType = "message.created" // by an agent, bot or system
	EvMessageStatus        EventType = "message.status"
	EvMessageUpdated       EventType = "message.updated" // attachment arrived, text edited
	EvCSATAsked            EventType = "csat.asked"
	EvCSATAnswered         EventType = "csat.answered"
	EvContactChanged       EventType = "contact.changed"
	EvAgentPresence        EventType = "agent.presence"
	EvAgentChanged         EventType = "agent.changed"
	EvQueueChanged         EventType = "queue.changed"
	EvInboxChanged         EventType = "inbox.changed"
	EvSkillChanged         EventType = "skill.changed"
	EvRulesChanged         EventType = "rules.changed"
	EvRuleFailed           EventType = "rule.failed"   // a rule could not be evaluated; Rule and Error say which and why
	EvSessionEnded         EventType = "session.ended" // cut this agent's sockets
	EvInboundQuarantined   EventType = "inbound.quarantined"
)

// Event is a fact in the one log. Seq is dense and rises in commit order over
// all nodes, so whoever has seen n has seen everything up to n.
type Event struct {
	Seq            int64     `json:"seq"`
	At             time.Time `json:"at"`
	Type           EventType `json:"type"`
	ConversationID ID        `json:"conversation_id,omitempty"`
	ContactID      ID        `json:"contact_id,omitempty"`
	InboxID        ID        `json:"inbox_id,omitempty"`
	QueueID        ID        `json:"queue_id,omitempty"`
	AgentID        ID        `json:"agent_id,omitempty"` // whom it concerns
	ActorID        ID        `json:"actor_id,omitempty"` // who did it; empty: Parley or the customer
	MessageID      ID        `json:"message_id,omitempty"`
	Data           EventData `json:"data"`
}

// EventData is what some types carry besides, enough to fold the log into the
// state of line and agents without reading any other table.
type EventData struct {
	From         State             `json:"from,omitempty"`
	To           State             `json:"to,omitempty"`
	FromQueueID  ID                `json:"from_queue_id,omitempty"`
	FromAgentID  ID                `json:"from_agent_id,omitempty"`
	Epoch        int64             `json:"epoch,omitempty"`
	Reason       string            `json:"reason,omitempty"`
	Note         string            `json:"note,omitempty"`
	Status       Status            `json:"status,omitempty"`
	Error        string            `json:"error,omitempty"`
	OfferID      ID                `json:"offer_id,omitempty"`
	ExpiresAt    time.Time         `json:"expires_at,omitzero"`
	QueuedAt     time.Time         `json:"queued_at,omitzero"`
	Priority     int               `json:"priority,omitempty"`
	Cost         int               `json:"cost,omitempty"`
	Requirements []Requirement     `json:"requirements,omitempty"`
	Preferred    ID                `json:"preferred,omitempty"`
	Rings        RingPlan          `json:"rings,omitzero"` // the conversation's own
	Ring         int               `json:"ring,omitempty"`
	Raised       int               `json:"raised,omitempty"`
	OpensAt      time.Time         `json:"opens_at,omitzero"`
	PlaceAt      time.Time         `json:"place_at,omitzero"`
	Words        string            `json:"words,omitempty"`    // what a step of a ring plan does
	Mentions     []ID              `json:"mentions,omitempty"` // agents asked by a note
	Avoid        []ID              `json:"avoid,omitempty"`    // agents who declined or missed it in this stay
	Told         *WaitRange        `json:"told,omitempty"`     // the wait expected as it entered the line
	Presence     Presence          `json:"presence,omitempty"`
	Score        int               `json:"score,omitempty"`
	Rule         *RuleMatch        `json:"rule,omitempty"` // what sent it to the queue, or failed
	Fields       map[string]string `json:"fields,omitempty"`
	// Before and After are what was set up or changed, whole, so that the log
	// alone tells how things were at any moment. Presence events have After only.
	Before *Setup `json:"before,omitempty"`
	After  *Setup `json:"after,omitempty"`
}

// WaitRange is an expected wait, in seconds.
type WaitRange struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Setup is the one thing that an event about people or configuration is about.
type Setup struct {
	Agent *Agent `json:"agent,omitempty"`
	Queue *Queue `json:"queue,omitempty"`
	Skill *Skill `json:"skill,omitempty"`
}

// Change is an event with the things it changed as they were committed: what
// nodes fold into their live state and consoles are shown.
type Change struct {
	Event
	Conversation *Conversation `json:"conversation,omitempty"`
	Message      *Message      `json:"message,omitempty"`
	Agent        *Agent        `json:"agent,omitempty"`
	// Agents are further ones whose load or presence changed with it.
	Agents []*Agent `json:"agents,omitempty"`
	Offer  *Offer   `json:"offer,omitempty"`
	// Rest is how many changes of the same commit follow this one; only with
	// the last of them the picture is whole.
	Rest int `json:"rest,omitempty"`
}
