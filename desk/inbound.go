package desk

import "time"

// InboundKind is what a provider told us.
type InboundKind string

const (
	InMessage InboundKind = "message"
	InStatus  InboundKind = "status"  // of a message we sent
	InEcho    InboundKind = "echo"    // a human answered in the provider's own app
	InOptOut  InboundKind = "opt_out" // STOP; Message holds the customer's words and is kept like any other
	InOptIn   InboundKind = "opt_in"  // START or YES; likewise: a customer may just be answering yes
	InLeft    InboundKind = "left"    // the visitor closed the page or ended the chat
	InRating  InboundKind = "rating"  // Score, and perhaps Comment
	InIgnored InboundKind = "ignored" // understood and of no effect (typing, handover); kept raw
)

// Inbound is one thing a provider told us, normalized. A webhook can hold many.
type Inbound struct {
	ID         ID          `json:"id"`
	InboxID    ID          `json:"inbox_id"`
	ProviderID string      `json:"provider_id"` // unique in the inbox: the key against duplicates
	Kind       InboundKind `json:"kind"`
	Identity   Identity    `json:"identity"` // the customer
	// Aliases are more identities of the same person, as the provider vouches.
	Aliases []Identity        `json:"aliases,omitempty"`
	At      time.Time         `json:"at"` // the provider's time, or receipt
	Message *Message          `json:"message,omitempty"`
	Files   []InboundFile     `json:"files,omitempty"`
	Status  *StatusUpdate     `json:"status,omitempty"`
	Score   int               `json:"score,omitempty"`   // InRating: 1–5
	Comment string            `json:"comment,omitempty"` // InRating
	Context Context           `json:"context"`
	Fields  map[string]string `json:"fields,omitempty"` // pre-chat form: name, email, …
	Raw     []byte            `json:"-"`
}

// InboundFile is a file the provider holds; Source is its URL or media id.
type InboundFile struct {
	Kind   Kind   `json:"kind"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Source string `json:"source"`
	Stored ID     `json:"stored,omitempty"` // already uploaded here (web chat)
}

// StatusUpdate is news of a message we sent. One of MessageID, ExternalID or
// Watermark says which.
type StatusUpdate struct {
	MessageID  ID        `json:"message_id,omitempty"`  // our id, where the channel carries it
	ExternalID string    `json:"external_id,omitempty"` // the provider's
	Watermark  time.Time `json:"watermark,omitzero"`    // all up to here
	Status     Status    `json:"status"`
	ErrorCode  string    `json:"error_code,omitempty"`
	Error      string    `json:"error,omitempty"` // in words for an agent
}

// Outbound is a message on its way to a provider.
type Outbound struct {
	Message  Message
	Identity Identity
	Inbox    Inbox
	// FileURL gives a public, unguessable, expiring link to an attachment, for
	// providers that fetch; Open reads its bytes, for those that are given them.
	FileURL func(Attachment) string
	Open    func(Attachment) ([]byte, error)
	// LastCustomerAt decides what the channel's window allows.
	LastCustomerAt time.Time
}
