package desk

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Direction of a message, seen from the company.
type Direction string

const (
	In  Direction = "in"
	Out Direction = "out"
)

// Author says who wrote a message.
type Author string

const (
	ByCustomer Author = "customer"
	ByAgent    Author = "agent"
	ByBot      Author = "bot"
	BySystem   Author = "system"
)

// Kind of a message's content. What a channel sends beyond these is kept as
// Unsupported with its raw type in Detail.
type Kind string

const (
	Text        Kind = "text"
	Image       Kind = "image"
	Audio       Kind = "audio"
	Video       Kind = "video"
	File        Kind = "file"
	Sticker     Kind = "sticker"
	Location    Kind = "location"
	ContactCard Kind = "contact"
	Choice      Kind = "choice" // a button or list answer
	Reaction    Kind = "reaction"
	OrderCart   Kind = "order"
	Referral    Kind = "referral"
	Edit        Kind = "edit"
	Deleted     Kind = "deleted"
	Template    Kind = "template"
	Note        Kind = "note" // private: agents only, never leaves
	Notice      Kind = "notice"
	Unsupported Kind = "unsupported"
)

// Status of a message. Inbound ones are Received.
type Status string

const (
	Received  Status = "received"
	Queued    Status = "queued"  // committed here, not yet tried
	Sending   Status = "sending" // handed to the provider, no answer yet
	Sent      Status = "sent"    // the provider accepted it
	Delivered Status = "delivered"
	Read      Status = "read"
	Failed    Status = "failed"
	Unknown   Status = "unknown" // ambiguous failure: it may or may not have been sent
)

// rank orders what a message goes through; it only moves to a higher rank.
// Failed ends it before delivery; delivered and read override unknown.
var rank = map[Status]int{Queued: 1, Sending: 2, Unknown: 3, Sent: 4, Failed: 5, Delivered: 6, Read: 7}

// Advance gives the status after news of next, and whether that changed
// anything. A status only moves forward: a late sent never overwrites
// delivered, and what failed stays failed.
func (s Status) Advance(next Status) (Status, bool) {
	if s == Failed || s == Received || rank[next] <= rank[s] {
		return s, false
	}
	return next, true
}

// Message is one utterance, note or notice in a conversation.
type Message struct {
	ID             ID           `json:"id"` // made by the client that sent it
	ConversationID ID           `json:"conversation_id"`
	ContactID      ID           `json:"contact_id,omitempty"`
	Direction      Direction    `json:"direction"`
	Author         Author       `json:"author"`
	AgentID        ID           `json:"agent_id,omitempty"`
	Kind           Kind         `json:"kind"`
	Text           string       `json:"text"`
	Detail         Detail       `json:"detail"`
	Status         Status       `json:"status"`
	Error          string       `json:"error,omitempty"`      // why it failed, in words for an agent
	ErrorCode      string       `json:"error_code,omitempty"` // the provider's code
	ExternalID     string       `json:"external_id,omitempty"`
	ReplyTo        string       `json:"reply_to,omitempty"` // external id of the message answered
	Attachments    []Attachment `json:"attachments"`
	At             time.Time    `json:"at"` // when we recorded it: order in the thread
	ProviderAt     time.Time    `json:"provider_at,omitzero"`
	Outside        bool         `json:"outside,omitempty"` // a human answered in the provider's own app
}

// Private tells whether only agents may see it.
func (m *Message) Private() bool { return m.Kind == Note }

// Detail is what some kinds carry besides text.
type Detail struct {
	Type      string  `json:"type,omitempty"` // the provider's own type
	Latitude  float64 `json:"latitude,omitempty"`
	Longitude float64 `json:"longitude,omitempty"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
	URL       string  `json:"url,omitempty"`
	Payload   string  `json:"payload,omitempty"` // of the button or list row chosen
	Emoji     string  `json:"emoji,omitempty"`
	Target    string  `json:"target,omitempty"` // external id reacted to, edited, deleted
	Phone     string  `json:"phone,omitempty"`
}

// AttachmentState says whether the bytes are here.
type AttachmentState string

const (
	AttachmentPending AttachmentState = "pending" // still to fetch from the provider
	AttachmentStored  AttachmentState = "stored"
	AttachmentFailed  AttachmentState = "failed"
)

// Attachment is a file of a message.
type Attachment struct {
	ID     ID              `json:"id"`
	Kind   Kind            `json:"kind"` // image, audio, video, file, sticker
	Name   string          `json:"name"`
	Type   string          `json:"type"` // MIME type, from the bytes once stored
	Size   int64           `json:"size"` // bytes
	State  AttachmentState `json:"state"`
	Source string          `json:"-"` // provider URL or media id
	Blob   string          `json:"-"` // where the store keeps the bytes
	Error  string          `json:"error,omitempty"`
}

// SnippetLength is how many characters of a message lists show.
const SnippetLength = 140

// Snippet is the one-line form of the message for lists and notifications.
func (m *Message) Snippet() string {
	t := strings.Join(strings.Fields(m.Text), " ")
	if t == "" {
		switch {
		case len(m.Attachments) > 0:
			t = "[" + string(m.Attachments[0].Kind) + "] " + m.Attachments[0].Name
		case m.Kind != Text:
			t = "[" + string(m.Kind) + "]"
		}
	}
	return Truncate(strings.TrimSpace(t), SnippetLength)
}

// Truncate cuts s to at most n characters, with an ellipsis where it cut.
func Truncate(s string, n int) string {
	if n <= 0 {
		return ""
	}
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)
	return string(r[:n-1]) + "…"
}

// CleanText makes outside text safe to store everywhere: valid UTF-8 without
// NUL (PostgreSQL refuses both), at most max bytes.
func CleanText(s string, max int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\x00", "")
	if len(s) > max {
		s = strings.ToValidUTF8(s[:max], "")
	}
	return s
}
