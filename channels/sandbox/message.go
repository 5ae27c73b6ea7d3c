package sandbox

import (
	"context"
	"time"
)

// App is one of the phone's messaging apps.
type App string

const (
	SMS       App = "sms"
	WhatsApp  App = "whatsapp"
	Messenger App = "messenger"
)

// Inbox is the demo inbox behind the app.
func (a App) Inbox() string {
	switch a {
	case WhatsApp:
		return InboxWhatsApp
	case Messenger:
		return InboxMessenger
	}
	return InboxSMS
}

func (a App) valid() bool { return a == SMS || a == WhatsApp || a == Messenger }

// Directions, seen from the company as everywhere in Parley.
const (
	In  = "in"  // the customer wrote it
	Out = "out" // the company wrote it
)

// Message is one bubble on a phone.
type Message struct {
	ID    string `json:"id"`
	App   App    `json:"app"`
	Phone string `json:"phone"` // the customer's address in the app: E.164, wa_id or PSID
	Name  string `json:"name"`  // the customer's profile name
	// Direction is In or Out.
	Direction string  `json:"direction"`
	Text      string  `json:"text"`
	Media     []Media `json:"media"`
	// Status: sending, sent, delivered, read or failed. An SMS that is out on
	// the phone's screen is read here although no provider ever tells so.
	Status     string    `json:"status"`
	ProviderID string    `json:"provider_id"` // SM…, wamid.… or m_…
	Error      string    `json:"error,omitempty"`
	At         time.Time `json:"at"`

	// What the sender of an outgoing message asked to have told back.
	callback string // Twilio StatusCallback, or Meta's opaque data
}

// Media is a file of a message; its bytes are at MediaPath + ID.
type Media struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
}

const (
	statusSending   = "sending"
	statusSent      = "sent"
	statusDelivered = "delivered"
	statusRead      = "read"
	statusFailed    = "failed"
)

var statusRank = map[string]int{statusSending: 1, statusSent: 2, statusFailed: 3, statusDelivered: 4, statusRead: 5}

// Store keeps the phones' threads over a restart. A table with a column for
// each exported field of Message will do, Media as JSON text.
type Store interface {
	// Append saves a new message.
	Append(ctx context.Context, m Message) error
	// Update saves status, provider id and error of a message saved before.
	Update(ctx context.Context, m Message) error
	// Recent reads the newest messages, oldest first, at most limit.
	Recent(ctx context.Context, limit int) ([]Message, error)
}
