package web

import (
	"time"

	"parley/desk"
)

// ConversationItem is a conversation as lists and sockets show it.
type ConversationItem struct {
	ID              desk.ID        `json:"id"`
	Inbox           string         `json:"inbox" doc:"The inbox's name, as in its webhook URL"`
	InboxID         desk.ID        `json:"inbox_id"`
	InboxLabel      string         `json:"inbox_label"`
	Channel         desk.Channel   `json:"channel"`
	State           desk.State     `json:"state"`
	Epoch           int64          `json:"epoch" doc:"Rises with each change of state or owner; an item with a lower one is older"`
	Queue           string         `json:"queue" doc:"The queue's name"`
	QueueID         desk.ID        `json:"queue_id"`
	Agent           string         `json:"agent" doc:"The owner's name, or of the agent it is offered to; empty when nobody's"`
	AgentID         desk.ID        `json:"agent_id"`
	Contact         Named          `json:"contact"`
	Priority        int            `json:"priority"`
	Unread          int            `json:"unread"`
	Reopened        int            `json:"reopened"`
	CSAT            desk.CSATState `json:"csat"`
	CreatedAt       time.Time      `json:"created_at"`
	StateSince      time.Time      `json:"state_since"`
	QueuedAt        *time.Time     `json:"queued_at,omitempty" doc:"When this stay in line began"`
	UnansweredSince *time.Time     `json:"unanswered_since,omitempty" doc:"First customer message without an answer"`
	SnoozedUntil    *time.Time     `json:"snoozed_until,omitempty"`
	WindowClosesAt  *time.Time     `json:"window_closes_at,omitempty" doc:"When free text stops being allowed on this channel"`
	Target          int            `json:"target_seconds" doc:"The queue's target wait"`
	Ring            int            `json:"ring" doc:"Steps of the ring plan that hold in this stay in line"`
	Declines        int            `json:"declines" doc:"Offers declined or missed in this stay in line"`
	Unwanted        bool           `json:"unwanted" doc:"Declined or missed as often as the queue lets supervisors know of"`
	OpensAt         *time.Time     `json:"opens_at,omitempty" doc:"Came after hours: not offered before"`
	LineAt          *time.Time     `json:"line_at,omitempty" doc:"In line: what orders the line, the earliest first, then by id; the entry less what the priority is worth"`
	Instead         desk.Instead   `json:"instead,omitempty" enum:"message,callback" doc:"What the customer chose instead of waiting"`
	InsteadOffer    desk.Instead   `json:"instead_offer,omitempty" enum:"message,callback" doc:"What they were offered"`
	CallbackTo      string         `json:"callback_to,omitempty" doc:"Number or address to call back"`
	Consulted       []desk.ID      `json:"consulted_agent_ids,omitempty" doc:"Agents asked in private notes, who may read along"`
	LastMessage     LastMessage    `json:"last_message"`
	Context         desk.Context   `json:"context"`
	Tags            []string       `json:"tags,omitempty"`
}

// Named is a reference that can be shown without another request.
type Named struct {
	ID   desk.ID `json:"id"`
	Name string  `json:"name"`
}

// LastMessage is the snippet of a list row.
type LastMessage struct {
	Text    string      `json:"text"`
	Author  desk.Author `json:"author"`
	AgentID desk.ID     `json:"agent_id,omitempty" doc:"Who, when an agent wrote"`
	Agent   string      `json:"agent,omitempty"`
	At      time.Time   `json:"at"`
}

// ConversationDetail is what the console opens.
type ConversationDetail struct {
	ConversationItem
	Identity  desk.Identity `json:"identity" doc:"Where answers go"`
	OptedOut  bool          `json:"opted_out" doc:"The customer sent STOP: nothing can be sent"`
	Broken    string        `json:"broken" doc:"Why this inbox cannot send now; empty when it can"`
	CanWork   bool          `json:"can_work" doc:"Whether you may answer, resolve and transfer it"`
	CanTake   bool          `json:"can_take"`
	CanAssign bool          `json:"can_assign"`
	TextLimit int           `json:"text_limit" doc:"Most characters one message may have on this channel; 0: no limit"`
	Rating    *Rating       `json:"rating,omitempty"`
}

// Rating is what the customer said at the end.
type Rating struct {
	Score   int        `json:"score"`
	Comment string     `json:"comment"`
	At      *time.Time `json:"at,omitempty"`
}

// MessageItem is a message as a thread shows it.
type MessageItem struct {
	desk.Message
	AgentName string `json:"agent_name"`
}

// OfferItem is a conversation ringing for an agent.
type OfferItem struct {
	ID           desk.ID          `json:"id"`
	AgentID      desk.ID          `json:"agent_id"`
	MadeAt       time.Time        `json:"made_at"`
	ExpiresAt    time.Time        `json:"expires_at"`
	Words        string           `json:"words" doc:"Why it came to this agent, in words"`
	Conversation ConversationItem `json:"conversation"`
}

// AgentItem is an agent as boards, pickers and sockets show them.
type AgentItem struct {
	ID            desk.ID              `json:"id"`
	Name          string               `json:"name"`
	Email         string               `json:"email"`
	Role          desk.Role            `json:"role"`
	Enabled       bool                 `json:"enabled"`
	Presence      desk.Presence        `json:"presence"`
	Reason        string               `json:"reason"`
	Next          desk.Presence        `json:"next_presence"`
	PresenceSince time.Time            `json:"presence_since"`
	Load          int                  `json:"load"`
	Capacity      int                  `json:"capacity"`
	HardCapacity  int                  `json:"hard_capacity" doc:"Most held when customers come back to snoozed conversations"`
	Skills        map[string]int       `json:"skills" doc:"Skill id to level 1–5"`
	ChannelLimits map[desk.Channel]int `json:"channel_limits"`
	Costs         map[string]int       `json:"costs" doc:"Queue id to what one of its conversations takes from this agent"`
	Hours         *desk.Hours          `json:"hours,omitempty" doc:"Working times; absent: always"`
	OffHours      bool                 `json:"off_hours" doc:"Outside their working times now: nothing is offered"`
	HoursChange   *time.Time           `json:"hours_change,omitempty" doc:"When their working times begin or end next"`
}

// ContactDetail is who the customer is.
type ContactDetail struct {
	desk.Contact
	Identities    []desk.Identity    `json:"identities"`
	Company       *desk.Company      `json:"company,omitempty"`
	Orders        []desk.Order       `json:"orders"`
	Notes         []NoteItem         `json:"notes"`
	Conversations []ConversationItem `json:"conversations" doc:"On every channel, newest first, at most 50"`
	Ratings       map[string]Rating  `json:"ratings" doc:"By conversation id"`
}

// NoteItem is a note about a contact with its author's name.
type NoteItem struct {
	desk.ContactNote
	AgentName string `json:"agent_name"`
}

// EventItem is one line of a conversation's timeline.
type EventItem struct {
	desk.Event
	AgentName string `json:"agent_name"`
	ActorName string `json:"actor_name"`
	QueueName string `json:"queue_name"`
}

// Board is the live picture of queues and agents.
type Board struct {
	At          time.Time     `json:"at"`
	Seq         int64         `json:"seq"`
	Queues      []BoardQueue  `json:"queues"`
	Agents      []BoardAgent  `json:"agents"`
	Totals      BoardQueue    `json:"totals" doc:"All queues together"`
	Rules       []RuleTrouble `json:"rules" doc:"Routing rules that could not be evaluated in the last hour and were passed over"`
	Quarantined int           `json:"quarantined" doc:"Inbound messages that could not be processed and wait for an admin"`
}

// RuleTrouble is a rule that fails, the last time it did.
type RuleTrouble struct {
	ID             desk.ID   `json:"id"`
	Name           string    `json:"name"`
	Error          string    `json:"error"`
	At             time.Time `json:"at"`
	ConversationID desk.ID   `json:"conversation_id"`
}

// BoardQueue is a queue now and today (in the reporting time zone).
type BoardQueue struct {
	ID             desk.ID    `json:"id"`
	Name           string     `json:"name"`
	Open           bool       `json:"open"`
	Waiting        int        `json:"waiting" doc:"In line, including those ringing at an agent"`
	Offered        int        `json:"offered"`
	Active         int        `json:"active"`
	Later          int        `json:"later" doc:"Of these, who came after hours and wait for the opening"`
	LongestSince   *time.Time `json:"longest_since,omitempty" doc:"Since when whoever waits longest has waited; who came after hours waits from the opening"`
	Overdue        int        `json:"overdue" doc:"Waiting beyond the target"`
	Unwanted       int        `json:"unwanted" doc:"Waiting, and declined or missed as often as supervisors want to know of"`
	OffHours       bool       `json:"off_hours" doc:"Outside its opening hours now"`
	OpensAt        *time.Time `json:"opens_at,omitempty" doc:"When its hours begin, while outside them"`
	Staffed        int        `json:"staffed" doc:"Agents who serve this queue and are not offline"`
	Available      int        `json:"available" doc:"Of these, available with room"`
	TargetSeconds  int        `json:"target_seconds"`
	TargetShare    int        `json:"target_share" doc:"Percent to be answered within the target"`
	Answered       int        `json:"answered"`
	AnsweredWithin int        `json:"answered_within"`
	Abandoned      int        `json:"abandoned"`
	AbandonedShort int        `json:"abandoned_short"`
	ServiceLevel   *float64   `json:"service_level" doc:"Share 0–1; null when nothing counts yet"`
	Abandonment    *float64   `json:"abandonment" doc:"Share 0–1"`
	FirstResponse  Durations  `json:"first_response"`
	CSAT           CSATFigure `json:"csat"`
	Hour           []Minute   `json:"hour" doc:"The last 60 minutes, oldest first"`
	Staffing       *Staffing  `json:"staffing,omitempty" doc:"How many agents the next half hour needs; absent while fewer than 20 conversations were handled in a week"`
}

// Staffing is who is at work for a queue and how many the target needs.
type Staffing struct {
	Have          int     `json:"have" doc:"Available or busy agents who serve the queue, also those who serve others"`
	Need          int     `json:"need" doc:"By Erlang-A, for the queue's target"`
	Expected      float64 `json:"expected" doc:"Customers expected in the next half hour"`
	Lately        int     `json:"lately" doc:"Customers in the last half hour"`
	Usual         float64 `json:"usual" doc:"Customers in this half hour on average of the last weeks"`
	Weeks         int     `json:"weeks" doc:"How many weeks that is"`
	HandleSeconds float64 `json:"handle_seconds"`
	AtOnce        float64 `json:"at_once" doc:"Conversations an agent holds at once"`
}

// Minute is one point of a queue's sparkline.
type Minute struct {
	At      time.Time `json:"at"`
	Waiting int       `json:"waiting" doc:"Most in line at once in this minute"`
}

// Durations sums up a duration metric, in seconds.
type Durations struct {
	N              int      `json:"n"`
	Median         *float64 `json:"median"`
	P90            *float64 `json:"p90"`
	Mean           *float64 `json:"mean"`
	BusinessMedian *float64 `json:"business_median" doc:"Within the queue's hours"`
}

// Expected compares waits with what was expected of them at entry, of the answered.
type Expected struct {
	N      int      `json:"n"`
	Within *float64 `json:"within" doc:"Share who waited as long as told; meant to be 0.8"`
	Sooner *float64 `json:"sooner" doc:"Share who waited less; the rest waited longer"`
	Median *float64 `json:"median" doc:"Median distance from the middle of the range, in seconds"`
	P90    *float64 `json:"p90"`
}

// CSATFigure is the share of answers 4–5 of 5.
type CSATFigure struct {
	Sent         int      `json:"sent"`
	N            int      `json:"n" doc:"Answers"`
	Share        *float64 `json:"share"`
	Mean         *float64 `json:"mean"`
	ResponseRate *float64 `json:"response_rate"`
	Scores       [5]int   `json:"scores" doc:"How many gave 1 … 5"`
}

// BoardAgent is an agent now.
type BoardAgent struct {
	AgentItem
	Conversations []ConversationItem `json:"conversations"`
}

// Report is one row of a report.
type Report struct {
	Key                  string     `json:"key" doc:"Queue id, channel, agent id, or day"`
	Label                string     `json:"label"`
	Started              int        `json:"started" doc:"Conversations begun"`
	Answered             int        `json:"answered"`
	AnsweredWithin       int        `json:"answered_within"`
	Abandoned            int        `json:"abandoned"`
	AbandonedShort       int        `json:"abandoned_short"`
	Expired              int        `json:"expired"`
	Abandonment          *float64   `json:"abandonment"`
	ServiceLevel         *float64   `json:"service_level"`
	Wait                 Durations  `json:"wait" doc:"Of the answered"`
	AbandonedWait        Durations  `json:"abandoned_wait"`
	FirstResponse        Durations  `json:"first_response"`
	FirstResponseHandoff Durations  `json:"first_response_handoff"`
	NextResponse         Durations  `json:"next_response"`
	Handle               Durations  `json:"handle"`
	Expected             Expected   `json:"expected" doc:"How true the wait was that was expected at entry"`
	CSAT                 CSATFigure `json:"csat"`
	Resolved             int        `json:"resolved"`
	Reopened             int        `json:"reopened"`
	Transfers            int        `json:"transfers"`
	Declines             int        `json:"declines"`
	Missed               int        `json:"missed"`
	Unanswered           int        `json:"unanswered" doc:"Still without a first response now"`
	OldestUnanswered     *time.Time `json:"oldest_unanswered,omitempty"`
}

// InboxItem is an inbox as the admin sees it. Secrets are never returned; SecretsSet says which exist.
type InboxItem struct {
	desk.Inbox
	QueueName  string          `json:"queue_name"`
	WebhookURL string          `json:"webhook_url"`
	Steps      []string        `json:"steps" doc:"What to do at the provider"`
	SecretsSet map[string]bool `json:"secrets_set"`
	Snippet    string          `json:"snippet,omitempty" doc:"Web chat: the HTML to put on a site"`
}

// DeadLetter is an inbound item that could not be processed.
type DeadLetter struct {
	ID       desk.ID   `json:"id"`
	InboxID  desk.ID   `json:"inbox_id"`
	Inbox    string    `json:"inbox"`
	At       time.Time `json:"at"`
	Attempts int       `json:"attempts"`
	Error    string    `json:"error"`
	Raw      string    `json:"raw"`
}

// Page is a list with the cursor to ask on with.
type Page[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor,omitempty"`
}
