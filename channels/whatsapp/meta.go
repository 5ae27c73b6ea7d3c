package whatsapp

import (
	"context"
	"io"
	"net/url"
	"strings"

	"parley/channels"
	"parley/channels/meta"
	"parley/desk"
)

// Meta is the adapter "meta-whatsapp". It keeps no state of its own.
type Meta struct{ graph *meta.Graph }

// NewMeta makes the adapter.
func NewMeta(o meta.Options) *Meta { return &Meta{graph: meta.New(o)} }

var (
	_ channels.Adapter    = (*Meta)(nil)
	_ channels.Handshaker = (*Meta)(nil)
	_ channels.Typist     = (*Meta)(nil)
	_ channels.Reader     = (*Meta)(nil)
	_ channels.Fetcher    = (*Meta)(nil)
)

// Provider implements channels.Adapter.
func (*Meta) Provider() string { return "meta-whatsapp" }

// Channel implements channels.Adapter.
func (*Meta) Channel() desk.Channel { return desk.WhatsApp }

// Settings implements channels.Adapter.
func (*Meta) Settings() []channels.Setting {
	return []channels.Setting{
		{Key: "phone_number_id", Label: "Phone number ID", Required: true,
			Help: "In the app dashboard under WhatsApp, API Setup, below the number. It is not the number itself."},
		{Key: "number", Label: "Phone number",
			Help: "The number customers write to, for people to read, such as 15550001111."},
		{Key: "app_secret", Label: "App secret", Required: true, Secret: true,
			Help: "In the app dashboard under App settings, Basic. It signs Meta's webhooks."},
		{Key: "verify_token", Label: "Verify token", Required: true, Secret: true,
			Help: "A word you make up. Enter the same one at Meta beside the callback URL."},
		{Key: "access_token", Label: "Access token", Required: true, Secret: true,
			Help: "A permanent token of a system user with whatsapp_business_messaging and whatsapp_business_management. The token shown under API Setup ends after a day."},
		{Key: "api_version", Label: "Graph API version", Default: meta.DefaultVersion, Help: "Change it only when Meta retires this one."},
		{Key: "base_url", Label: "API address", Help: "Leave empty for Meta itself. Only a simulator or a gateway of your own needs it."},
	}
}

// Steps implements channels.Adapter.
func (*Meta) Steps(_ desk.Inbox, webhookURL string) []string {
	return []string{
		"Log in at developers.facebook.com, open My Apps, and make an app of type Business with the WhatsApp product, or open yours.",
		"Under WhatsApp, API Setup, add your phone number and copy its Phone number ID into the settings here.",
		"Under App settings, Basic, show the App secret and copy it here.",
		"At business.facebook.com under Settings, Users, System users, make a system user with full control of the app and the WhatsApp account, generate a token that never expires, and copy it here.",
		"Make up a verify token and save this inbox, so that Parley can answer Meta's check.",
		"Back in the app under WhatsApp, Configuration, enter " + webhookURL + " as Callback URL and the same verify token, and press Verify and save.",
		"Below, under Webhook fields, subscribe to messages, and to smb_message_echoes if the number is also used in the phone app.",
		"Switch the app to Live, and set a payment method in WhatsApp Manager: without one Meta stops templates.",
		"Write to the number from a phone. The message appears in Parley within seconds.",
	}
}

// Accepted implements channels.Adapter.
func (*Meta) Accepted() channels.Reply { return channels.Reply{Status: 200} }

// Handshake implements channels.Handshaker.
func (*Meta) Handshake(in desk.Inbox, r channels.Request) (channels.Reply, error) {
	return meta.Handshake(in, r)
}

// Fetch implements channels.Fetcher.
func (a *Meta) Fetch(ctx context.Context, in desk.Inbox, source string) (io.ReadCloser, string, error) {
	return a.graph.Fetch(ctx, in, source)
}

// mark is the request that says read, and with Typing also that we write.
type mark struct {
	Product string  `json:"messaging_product"`
	Status  string  `json:"status"`
	Message string  `json:"message_id"`
	Typing  *typing `json:"typing_indicator,omitempty"`
}

type typing struct {
	Type string `json:"type"`
}

// Typing implements channels.Typist. WhatsApp ties it to a message of the
// customer's, which it marks as read, and ends it after 25 seconds.
func (a *Meta) Typing(ctx context.Context, in desk.Inbox, _ desk.Identity, lastExternalID string) error {
	return a.mark(ctx, in, mark{Message: lastExternalID, Typing: &typing{Type: "text"}})
}

// MarkRead implements channels.Reader.
func (a *Meta) MarkRead(ctx context.Context, in desk.Inbox, _ desk.Identity, lastExternalID string) error {
	return a.mark(ctx, in, mark{Message: lastExternalID})
}

func (a *Meta) mark(ctx context.Context, in desk.Inbox, m mark) error {
	if m.Message == "" {
		return nil // nothing to hang it on
	}
	m.Product, m.Status = "whatsapp", "read"
	var done struct{}
	return a.graph.Post(ctx, in, messagesPath(in), m, &done)
}

func messagesPath(in desk.Inbox) string {
	return url.PathEscape(strings.TrimSpace(in.Config["phone_number_id"])) + "/messages"
}
