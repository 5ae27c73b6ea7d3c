package channels

import (
	"context"
	"io"
	"net/http"
	"net/url"

	"parley/desk"
)

// Request is a webhook as received: raw, unverified.
type Request struct {
	Method string
	// URL is the public URL the provider was given, with the query it called:
	// built from configuration, never from the Host header.
	URL    *url.URL
	Header http.Header
	Body   []byte
}

// Reply is what the provider wants to read back.
type Reply struct {
	Status int // 0: the default, 200 with an empty body
	Type   string
	Body   []byte
}

// Adapter speaks one provider's protocol for one channel.
type Adapter interface {
	// Provider is the name inboxes choose the adapter by, e.g. "twilio-sms".
	Provider() string
	Channel() desk.Channel
	// Settings describes what an inbox needs, in the order of the form.
	Settings() []Setting
	// Steps says what to do at the provider, with the webhook URL filled in.
	Steps(in desk.Inbox, webhookURL string) []string
	// Receive verifies the request and reads everything in it. A good request
	// with nothing of interest gives an empty slice.
	Receive(in desk.Inbox, r Request) ([]desk.Inbound, error)
	// Accepted is the body for the provider once everything is durable.
	Accepted() Reply
	// Send hands one message over. It returns the provider's id, or a *DeliveryError.
	Send(ctx context.Context, out desk.Outbound) (externalID string, err error)
}

// Handshaker answers the provider's check when a webhook is set up.
type Handshaker interface {
	Handshake(in desk.Inbox, r Request) (Reply, error)
}

// Typist shows the customer that an agent is writing. lastExternalID is the
// customer's latest message, which some providers want named.
type Typist interface {
	Typing(ctx context.Context, in desk.Inbox, to desk.Identity, lastExternalID string) error
}

// Reader tells the provider that an agent has read up to a message.
type Reader interface {
	MarkRead(ctx context.Context, in desk.Inbox, to desk.Identity, lastExternalID string) error
}

// Fetcher gets the bytes of an inbound file. It sends credentials only to the
// provider's own hosts and refuses private addresses; the caller limits size and time.
type Fetcher interface {
	Fetch(ctx context.Context, in desk.Inbox, source string) (body io.ReadCloser, contentType string, err error)
}

// Setting is one thing an inbox needs to know to work with its provider.
type Setting struct {
	Key      string `json:"key"`
	Label    string `json:"label"`
	Help     string `json:"help"`
	Secret   bool   `json:"secret"` // stored encrypted, never shown again
	Required bool   `json:"required"`
	Default  string `json:"default,omitempty"`
}
