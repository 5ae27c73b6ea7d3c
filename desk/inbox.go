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
	// AfterHours is what happens to who comes outside the hours.
	AfterHours        AfterHours `json:"after_hours"`
	AfterHoursQueueID ID         `json:"after_hours_queue_id,omitempty"` // where AfterHoursOverflow leads
	Rings             RingPlan   `json:"rings"`                          // how demands relax with the wait
	Order             LineOrder  `json:"order"`                          // what priority means here
	// Weight is how fast customers here age against other queues, in percent:
	// with 200 a minute of waiting counts as two.
	Weight int `json:"weight"`
	// AlertDeclines tells supervisors once so many offers of one customer have
	// been declined or missed; 0: never.
	AlertDeclines int       `json:"alert_declines"`
	CreatedAt     time.Time `json:"created_at"`
}

// AfterHours is what a queue does with customers who come outside its hours.
type AfterHours string

const (
	// AfterHoursServe: whoever is at work serves them; hours only count for figures.
	AfterHoursServe AfterHours = "serve"
	// AfterHoursSay: they are told when it opens and may wait until then.
	AfterHoursSay AfterHours = "say"
	// AfterHoursMessage: they are asked to leave a message, which keeps their
	// place for the opening; leaving is no abandonment.
	AfterHoursMessage AfterHours = "message"
	// AfterHoursOverflow: they stand in another queue's line.
	AfterHoursOverflow AfterHours = "overflow"
)

// AfterHoursChoices in the order people see them.
var AfterHoursChoices = []AfterHours{AfterHoursServe, AfterHoursSay, AfterHoursMessage, AfterHoursOverflow}

// LineOrder is what priority means in a queue.
type LineOrder string

const (
	// OrderScore: priority is minutes on top of the wait.
	OrderScore LineOrder = "score"
	// OrderPriority: a higher priority is always first, and the wait decides
	// among equals.
	OrderPriority LineOrder = "priority"
)

// LineOrders in the order people see them.
var LineOrders = []LineOrder{OrderScore, OrderPriority}

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
		Requirements: []Requirement{}, Costs: map[Channel]int{}, Rings: RingPlan{}, AfterHours: AfterHoursServe, Order: OrderScore,
		Weight: 100, AlertDeclines: 3,
	}
}
