package store

import (
	"time"

	"parley/desk"
)

// Rows have the same fields in the same order as their desk types, so that Go
// converts one into the other and refuses to build when they drift apart; only
// the tags differ. What only the database needs stands beside, in a record.

type ConversationRow struct {
	ID               desk.ID `gorm:"primaryKey"`
	InboxID          desk.ID
	Channel          desk.Channel
	ContactID        desk.ID
	ContactName      string
	IdentityID       desk.ID
	QueueID          desk.ID
	AgentID          desk.ID `gorm:"serializer:optional"`
	OfferID          desk.ID `gorm:"serializer:optional"`
	State            desk.State
	Epoch            int64
	Version          int64
	Cost             int
	Priority         int
	Requirements     []desk.Requirement `gorm:"serializer:json"`
	PreferredAgentID desk.ID            `gorm:"serializer:optional"`
	AvoidAgentIDs    []desk.ID          `gorm:"column:avoid_agent_ids;serializer:json"`

	Rings             desk.RingPlan `gorm:"serializer:json"`
	Ring              int
	Raised            int
	Declines          int
	OpensAt           time.Time `gorm:"serializer:micros"`
	Instead           desk.Instead
	InsteadOffer      desk.Instead
	CallbackTo        string
	ConsultedAgentIDs []desk.ID `gorm:"column:consulted_agent_ids;serializer:json"`

	CreatedAt       time.Time `gorm:"serializer:micros"`
	StateSince      time.Time `gorm:"serializer:micros"`
	QueuedAt        time.Time `gorm:"serializer:micros"`
	PlaceAt         time.Time `gorm:"serializer:micros"`
	ToldLow         int
	ToldHigh        int
	AskedAt         time.Time `gorm:"serializer:micros"`
	HandoffAt       time.Time `gorm:"serializer:micros"`
	AnsweredAt      time.Time `gorm:"serializer:micros"`
	UnansweredSince time.Time `gorm:"serializer:micros"`
	AcceptedAt      time.Time `gorm:"serializer:micros"`
	SnoozedUntil    time.Time `gorm:"serializer:micros"`
	SnoozedFor      float64   `gorm:"column:snoozed_seconds"`
	ResolvedAt      time.Time `gorm:"serializer:micros"`
	LastCustomerAt  time.Time `gorm:"serializer:micros"`
	LastAt          time.Time `gorm:"serializer:micros"`
	LastText        string
	LastAuthor      desk.Author
	LastAgentID     desk.ID `gorm:"serializer:optional"`
	Unread          int
	Reopened        int
	Language        string
	Context         desk.Context   `gorm:"serializer:json"`
	CSAT            desk.CSATState `gorm:"column:csat"`
	CSATAskedAt     time.Time      `gorm:"column:csat_asked_at;serializer:micros"`
	CSATScore       int            `gorm:"column:csat_score"`
	CSATComment     string         `gorm:"column:csat_comment"`
	CSATAt          time.Time      `gorm:"column:csat_at;serializer:micros"`
	Tags            []string       `gorm:"serializer:json"`
}

type conversationRecord struct {
	ConversationRow `gorm:"embedded"`
	Open            bool
	LineKey         time.Time `gorm:"serializer:micros"`
}

func (conversationRecord) TableName() string { return "conversations" }

// conversationToRecord makes the row; q is its queue, which says how lines are ordered.
func conversationToRecord(c *desk.Conversation, q *desk.Queue) conversationRecord {
	r := conversationRecord{ConversationRow: ConversationRow(*c), Open: c.State.Open()}
	r.Version = max(1, r.Version)
	if !c.QueuedAt.IsZero() {
		r.LineKey = q.LineKey(c, 0)
	}
	if r.Requirements == nil {
		r.Requirements = []desk.Requirement{}
	}
	if r.Tags == nil {
		r.Tags = []string{}
	}
	if r.AvoidAgentIDs == nil {
		r.AvoidAgentIDs = []desk.ID{}
	}
	if r.ConsultedAgentIDs == nil {
		r.ConsultedAgentIDs = []desk.ID{}
	}
	return r
}

func (r conversationRecord) conversation() *desk.Conversation {
	c := desk.Conversation(r.ConversationRow)
	return &c
}

type MessageRow struct {
	ID             desk.ID `gorm:"primaryKey"`
	ConversationID desk.ID
	ContactID      desk.ID
	Direction      desk.Direction
	Author         desk.Author
	AgentID        desk.ID `gorm:"serializer:optional"`
	Kind           desk.Kind
	Text           string
	Detail         desk.Detail `gorm:"serializer:json"`
	Status         desk.Status
	Error          string
	ErrorCode      string
	ExternalID     string
	ReplyTo        string
	Attachments    []desk.Attachment `gorm:"-"`
	At             time.Time         `gorm:"serializer:micros"`
	ProviderAt     time.Time         `gorm:"serializer:micros"`
	Outside        bool
}

type messageRecord struct {
	MessageRow    `gorm:"embedded"`
	InboxID       desk.ID
	Attempts      int
	NextAttemptAt time.Time `gorm:"serializer:micros"`
	ClaimedBy     string
}

func (messageRecord) TableName() string { return "messages" }

func (r messageRecord) message() *desk.Message {
	m := desk.Message(r.MessageRow)
	if m.Attachments == nil {
		m.Attachments = []desk.Attachment{}
	}
	return &m
}

type AttachmentRow struct {
	ID     desk.ID `gorm:"primaryKey"`
	Kind   desk.Kind
	Name   string
	Type   string
	Size   int64
	State  desk.AttachmentState
	Source string
	Blob   string
	Error  string
}

type attachmentRecord struct {
	AttachmentRow  `gorm:"embedded"`
	MessageID      desk.ID `gorm:"serializer:optional"`
	ConversationID desk.ID `gorm:"serializer:optional"`
	Owner          string
	Position       int
	Attempts       int
	NextAttemptAt  time.Time `gorm:"serializer:micros"`
	CreatedAt      time.Time `gorm:"serializer:micros"`
}

func (attachmentRecord) TableName() string { return "attachments" }

type identityRow struct {
	ID        desk.ID `gorm:"primaryKey"`
	ContactID desk.ID
	Kind      desk.IdentityKind
	Scope     string
	Value     string
	Name      string
	Verified  bool
	OptedOut  bool
	CreatedAt time.Time `gorm:"serializer:micros"`
}

func (identityRow) TableName() string { return "identities" }

type offerRow struct {
	ID             desk.ID `gorm:"primaryKey"`
	ConversationID desk.ID
	AgentID        desk.ID
	State          desk.OfferState
	MadeAt         time.Time     `gorm:"serializer:micros"`
	ExpiresAt      time.Time     `gorm:"serializer:micros"`
	EndedAt        time.Time     `gorm:"serializer:micros"`
	Decision       desk.Decision `gorm:"serializer:json"`
}

func (offerRow) TableName() string { return "offers" }

type agentRow struct {
	ID             desk.ID `gorm:"primaryKey"`
	Email          string
	Name           string
	Role           desk.Role
	Enabled        bool
	Capacity       int
	HardCapacity   int
	ChannelLimits  map[desk.Channel]int `gorm:"serializer:json"`
	Costs          map[desk.ID]int      `gorm:"serializer:json"`
	Hours          *desk.Hours          `gorm:"serializer:json"`
	OffHours       bool
	Skills         map[desk.ID]int `gorm:"serializer:json"`
	Presence       desk.Presence
	Reason         string
	Next           desk.Presence
	PresenceSince  time.Time `gorm:"serializer:micros"`
	Load           int
	LastAssignedAt time.Time `gorm:"serializer:micros"`
	FreedAt        time.Time `gorm:"serializer:micros"`
	CreatedAt      time.Time `gorm:"serializer:micros"`
}

func (agentRow) TableName() string { return "agents" }

func agentToRow(a *desk.Agent) agentRow {
	r := agentRow(*a)
	if r.ChannelLimits == nil {
		r.ChannelLimits = map[desk.Channel]int{}
	}
	if r.Skills == nil {
		r.Skills = map[desk.ID]int{}
	}
	if r.Costs == nil {
		r.Costs = map[desk.ID]int{}
	}
	return r
}

type eventRow struct {
	Seq            int64     `gorm:"primaryKey;autoIncrement:false"`
	At             time.Time `gorm:"serializer:micros"`
	Type           desk.EventType
	ConversationID desk.ID        `gorm:"serializer:optional"`
	ContactID      desk.ID        `gorm:"serializer:optional"`
	InboxID        desk.ID        `gorm:"serializer:optional"`
	QueueID        desk.ID        `gorm:"serializer:optional"`
	AgentID        desk.ID        `gorm:"serializer:optional"`
	ActorID        desk.ID        `gorm:"serializer:optional"`
	MessageID      desk.ID        `gorm:"serializer:optional"`
	Data           desk.EventData `gorm:"serializer:json"`
}

func (eventRow) TableName() string { return "events" }

type FactRow struct {
	ID              desk.ID `gorm:"primaryKey"`
	Metric          desk.Metric
	EndedAt         time.Time `gorm:"serializer:micros"`
	Day             string
	InboxID         desk.ID
	QueueID         desk.ID
	Channel         desk.Channel
	AgentID         desk.ID `gorm:"serializer:optional"`
	ConversationID  desk.ID
	Seconds         float64
	BusinessSeconds float64
	Value           int
	WithinTarget    bool
	Short           bool
}

type factRecord struct {
	FactRow        `gorm:"embedded"`
	Bucket         int
	BusinessBucket int
}

func (factRecord) TableName() string { return "facts" }
