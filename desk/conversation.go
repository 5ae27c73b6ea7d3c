package desk

import (
	"slices"
	"time"
)

// Channel is the kind of place a customer writes in. It decides what a
// conversation costs an agent and which marks and windows exist.
type Channel string

const (
	WebChat   Channel = "webchat"
	SMS       Channel = "sms"
	WhatsApp  Channel = "whatsapp"
	Messenger Channel = "messenger"
)

// Channels in the order people see them.
var Channels = []Channel{WebChat, SMS, WhatsApp, Messenger}

// Live tells whether the customer is present while writing: they can leave the
// line by closing the page, and messages need no provider to reach them.
func (c Channel) Live() bool { return c == WebChat }

// Window is how long after the customer's last message free text may be sent;
// 0 means always.
func (c Channel) Window() time.Duration {
	switch c {
	case WhatsApp, Messenger:
		return 24 * time.Hour
	}
	return 0
}

// HumanWindow is Window for what a person writes: Messenger allows their answers
// for 7 days, under its human agent tag.
func (c Channel) HumanWindow() time.Duration {
	if c == Messenger {
		return 7 * 24 * time.Hour
	}
	return c.Window()
}

// Cost is the share of an agent's capacity (100) one conversation takes unless
// queue or agent say otherwise.
func (c Channel) Cost() int {
	if c == WebChat {
		return 30
	}
	return 20
}

// State of a conversation.
type State string

const (
	New       State = "new"
	Bot       State = "bot"
	Waiting   State = "waiting"
	Offered   State = "offered"
	Active    State = "active"
	Wrapping  State = "wrapping"
	Snoozed   State = "snoozed"
	Resolved  State = "resolved"
	Abandoned State = "abandoned"
	Expired   State = "expired"
)

// moves is the one transition table. What is not here is a Conflict.
var moves = map[State][]State{
	New:       {Bot, Waiting, Active, Resolved}, // Active: an agent started it
	Bot:       {Waiting, Resolved, Abandoned},
	Waiting:   {Offered, Active, Abandoned, Expired, Resolved}, // Active: taken or pushed by hand
	Offered:   {Waiting, Active, Abandoned, Expired, Resolved},
	Active:    {Waiting, Wrapping, Snoozed, Resolved},
	Wrapping:  {Active, Resolved},
	Snoozed:   {Active, Waiting, Resolved},
	Resolved:  {Waiting, Active},
	Abandoned: {Waiting, Active},
	Expired:   {Waiting, Active},
}

// States lists every state.
func States() []State {
	return []State{New, Bot, Waiting, Offered, Active, Wrapping, Snoozed, Resolved, Abandoned, Expired}
}

// CanMove tells whether the table allows from ▶ to.
func CanMove(from, to State) bool { return slices.Contains(moves[from], to) }

// Open tells whether the conversation still wants somebody's attention, now or later.
func (s State) Open() bool { return s != Resolved && s != Abandoned && s != Expired }

// InLine tells whether a customer in this state is waiting for an agent.
func (s State) InLine() bool { return s == Waiting || s == Offered }

// HoldsCapacity tells whether a conversation in this state takes its cost from its agent.
func (s State) HoldsCapacity() bool { return s == Offered || s == Active || s == Wrapping }

// Conversation is one customer's matter in one inbox, from the first message
// to its resolution; writing again after that reopens it.
type Conversation struct {
	ID          ID      `json:"id"`
	InboxID     ID      `json:"inbox_id"`
	Channel     Channel `json:"channel"`
	ContactID   ID      `json:"contact_id"`
	ContactName string  `json:"contact_name"`
	IdentityID  ID      `json:"identity_id"` // where answers go
	QueueID     ID      `json:"queue_id"`
	AgentID     ID      `json:"agent_id,omitempty"` // owner, or the one offered to
	OfferID     ID      `json:"offer_id,omitempty"` // the pending offer
	State       State   `json:"state"`
	Epoch       int64   `json:"epoch"`             // rises with each move; the fence against late writers
	Version     int64   `json:"version,omitempty"` // rises with each change that is stored; 0: not stored yet
	Cost        int     `json:"cost"`              // capacity it takes while held
	Priority    int     `json:"priority"`
	// Requirements on top of the queue's.
	Requirements     []Requirement `json:"requirements"`
	PreferredAgentID ID            `json:"preferred_agent_id,omitempty"`
	AvoidAgentIDs    []ID          `json:"avoid_agent_ids,omitempty"` // declined or missed it since it entered the line
	// Rings is a plan of its own, set by a rule; nil: the queue's holds, empty: none.
	Rings    RingPlan `json:"rings,omitzero"`
	Ring     int      `json:"ring,omitempty"`     // steps of the plan that hold in this stay in line
	Raised   int      `json:"raised,omitempty"`   // minutes they have added to the score
	Declines int      `json:"declines,omitempty"` // offers declined or missed in this stay
	// OpensAt is when the queue opens for who came after hours: not offered
	// before; zero when it was open.
	OpensAt time.Time `json:"opens_at,omitzero"`
	// Instead is what the customer chose instead of waiting: they may leave, and
	// the place in line stays. InsteadOffer is what they were offered.
	Instead      Instead `json:"instead,omitempty"`
	InsteadOffer Instead `json:"instead_offer,omitempty"`
	CallbackTo   string  `json:"callback_to,omitempty"` // number or address they gave
	// ConsultedAgentIDs were asked in private notes and may read along.
	ConsultedAgentIDs []ID `json:"consulted_agent_ids,omitempty"`

	CreatedAt  time.Time `json:"created_at"`
	StateSince time.Time `json:"state_since"`
	// QueuedAt is when this stay in line began. It survives declines and missed
	// offers, so the place in line does; zero when not in line.
	QueuedAt time.Time `json:"queued_at,omitzero"`
	// PlaceAt is the entry that the place in line counts from: earlier than
	// QueuedAt for who was handed back because the agent had gone. While an agent
	// has the conversation it is the place it came from; zero: QueuedAt.
	PlaceAt time.Time `json:"place_at,omitzero"`
	// ToldLow and ToldHigh are the wait that was expected as this stay began, a
	// range in whole seconds; both 0 when too little was known.
	ToldLow  int `json:"told_low_seconds,omitempty"`
	ToldHigh int `json:"told_high_seconds,omitempty"`
	// AskedAt is the customer's first message of the conversation or reopening:
	// where first response time starts. Zero while only agents have written.
	AskedAt time.Time `json:"asked_at,omitzero"`
	// HandoffAt is when it was first given to humans in this round.
	HandoffAt  time.Time `json:"handoff_at,omitzero"`
	AnsweredAt time.Time `json:"answered_at,omitzero"` // first human answer of this round
	// UnansweredSince is the first customer message nobody has answered yet; zero when answered.
	UnansweredSince time.Time `json:"unanswered_since,omitzero"`
	AcceptedAt      time.Time `json:"accepted_at,omitzero"`
	SnoozedUntil    time.Time `json:"snoozed_until,omitzero"`
	SnoozedFor      float64   `json:"snoozed_seconds,omitempty"` // total of this round
	ResolvedAt      time.Time `json:"resolved_at,omitzero"`
	LastCustomerAt  time.Time `json:"last_customer_at,omitzero"` // opens the 24-hour window
	LastAt          time.Time `json:"last_at,omitzero"`
	LastText        string    `json:"last_text"`
	LastAuthor      Author    `json:"last_author,omitempty"`
	LastAgentID     ID        `json:"last_agent_id,omitempty"` // who, when an agent wrote last
	Unread          int       `json:"unread"`                  // customer messages since the owner last looked
	Reopened        int       `json:"reopened"`
	Language        string    `json:"language,omitempty"`
	Context         Context   `json:"context"` // page, referrer, campaign: what came with the first message
	CSAT            CSATState `json:"csat,omitempty"`
	CSATAskedAt     time.Time `json:"csat_asked_at,omitzero"`
	CSATScore       int       `json:"csat_score,omitempty"` // 1–5; 0: not rated
	CSATComment     string    `json:"csat_comment,omitempty"`
	CSATAt          time.Time `json:"csat_at,omitzero"`
	Tags            []string  `json:"tags,omitempty"` // what it is about, for rules and people
}

// Context is what a channel knows around a conversation.
type Context struct {
	Page     string            `json:"page,omitempty"`
	Title    string            `json:"title,omitempty"`
	Referrer string            `json:"referrer,omitempty"`
	Extra    map[string]string `json:"extra,omitempty"`
}

// CSATState is where asking for a rating stands.
type CSATState string

const (
	CSATNone    CSATState = ""
	CSATAsked   CSATState = "asked"
	CSATRated   CSATState = "rated"   // a score, and a comment may still come
	CSATComment CSATState = "comment" // score and comment, or closed
)

// Move changes the state at now by the table, or fails with Conflict. It raises
// the epoch and keeps the fields that belong to the state in order; the store
// saves it only where state and epoch are still what they were.
func (c *Conversation) Move(to State, now time.Time) error {
	if !CanMove(c.State, to) {
		return Errorf(Conflict, "the conversation is %s and cannot become %s", c.State, to)
	}
	if c.State == Snoozed {
		c.SnoozedFor += now.Sub(c.StateSince).Seconds()
		c.SnoozedUntil = time.Time{}
	}
	switch to {
	case Waiting:
		if c.QueuedAt.IsZero() {
			c.QueuedAt, c.PlaceAt = now, now
		}
		if c.HandoffAt.IsZero() {
			c.HandoffAt = now
		}
		c.AgentID, c.OfferID = "", ""
	case Active:
		c.leaveLine()
		if c.AcceptedAt.IsZero() {
			c.AcceptedAt = now
		}
	case Resolved, Abandoned, Expired:
		c.leaveLine()
		c.ResolvedAt = now
		if to != Resolved {
			c.AgentID = ""
		}
	}
	c.State, c.StateSince = to, now
	c.Epoch++
	return nil
}

// leaveLine forgets what belongs to one stay in line.
func (c *Conversation) leaveLine() {
	c.QueuedAt, c.OfferID, c.AvoidAgentIDs = time.Time{}, "", nil
	c.Ring, c.Raised, c.Declines, c.OpensAt, c.InsteadOffer = 0, 0, 0, time.Time{}, ""
	c.ToldLow, c.ToldHigh = 0, 0
}

// Reopen starts a new round after the end: first response, hand-off and handle
// time count afresh.
func (c *Conversation) Reopen(now time.Time) error {
	if c.State.Open() {
		return Errorf(Conflict, "the conversation is still open")
	}
	c.AskedAt, c.HandoffAt, c.AnsweredAt = time.Time{}, time.Time{}, time.Time{}
	c.AcceptedAt, c.ResolvedAt, c.UnansweredSince = time.Time{}, time.Time{}, time.Time{}
	c.SnoozedFor = 0
	c.CSAT, c.CSATAskedAt, c.CSATScore, c.CSATComment, c.CSATAt = CSATNone, time.Time{}, 0, "", time.Time{}
	c.PreferredAgentID = c.AgentID
	c.Instead, c.CallbackTo = "", ""
	c.Reopened++
	return c.Move(Waiting, now)
}
