package desk

import "time"

// Inbox is one address of the company on one channel.
type Inbox struct {
	ID       ID                `json:"id"`
	Name     string            `json:"name"` // slug; the webhook is /webhooks/{name}
	Label    string            `json:"label"`
	Channel  Channel           `json:"channel"`
	Provider string            `json:"provider"` // adapter name: webchat, twilio-sms, twilio-whatsapp, meta-whatsapp, meta-messenger
	QueueID  ID                `json:"queue_id"`
	Enabled  bool              `json:"enabled"`
	Config   map[string]string `json:"config"` // what may be shown: account SID, numbers, ids
	Secrets  map[string]string `json:"-"`      // tokens; encrypted at rest, never shown or logged
	Priority int               `json:"priority"`
	// Requirements on top of the queue's.
	Requirements []Requirement `json:"requirements"`
	Greeting     string        `json:"greeting"`
	CSAT         bool          `json:"csat"`   // ask for a rating at the end
	Broken       string        `json:"broken"` // why sending is stopped, in words; empty when it works
	CreatedAt    time.Time     `json:"created_at"`
}

// Queue is where customers wait for agents with certain skills.
type Queue struct {
	ID           ID            `json:"id"`
	Name         string        `json:"name"`
	Open         bool          `json:"open"`
	Requirements []Requirement `json:"requirements"`
	Policy       string        `json:"policy"`
	Priority     int           `json:"priority"` // minutes added to each score
	OfferSeconds int           `json:"offer_seconds"`
	AutoAccept   bool          `json:"auto_accept"`
	// PreferredSeconds keeps a customer for their last agent this long while
	// that agent is online and has room.
	PreferredSeconds int             `json:"preferred_seconds"`
	TargetSeconds    int             `json:"target_seconds"`  // T of the service level
	TargetShare      int             `json:"target_share"`    // percent to answer within T
	ExpireHours      int             `json:"expire_hours"`    // nobody took it: expired, messaging only
	RequeueMinutes   int             `json:"requeue_minutes"` // agent gone: back in line after; 0 keeps
	Costs            map[Channel]int `json:"costs"`           // overrides Channel.Cost
	Hours            *Hours          `json:"hours,omitempty"` // nil: always
	CreatedAt        time.Time       `json:"created_at"`
}

// Cost of a conversation of this channel in this queue.
func (q *Queue) Cost(c Channel) int {
	if n, ok := q.Costs[c]; ok {
		return n
	}
	return c.Cost()
}

// Accepts tells whether an agent meets the queue's hard requirements: whether
// this is a line they serve.
func (q *Queue) Accepts(a *Agent) bool { return a.Enabled && a.Meets(q.Requirements) }

// QueueDefaults fills what a new queue is given unless said otherwise.
func QueueDefaults() Queue {
	return Queue{
		Open: true, Policy: "default", OfferSeconds: 20, PreferredSeconds: 60,
		TargetSeconds: 60, TargetShare: 80, ExpireHours: 24, RequeueMinutes: 5,
		Requirements: []Requirement{}, Costs: map[Channel]int{},
	}
}
