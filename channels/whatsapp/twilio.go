package whatsapp

import (
	"context"
	"io"
	"strings"

	"parley/channels"
	"parley/channels/twilio"
	"parley/channels/wire"
	"parley/desk"
)

const windowClosed = "More than 24 hours have passed since the customer's last message, so WhatsApp only allows an approved template."

// Twilio is the adapter "twilio-whatsapp". It keeps no state of its own.
type Twilio struct{ api *twilio.API }

// NewTwilio makes the adapter.
func NewTwilio(o twilio.Options) *Twilio { return &Twilio{api: twilio.New(o)} }

var (
	_ channels.Adapter = (*Twilio)(nil)
	_ channels.Fetcher = (*Twilio)(nil)
)

// Provider implements channels.Adapter.
func (*Twilio) Provider() string { return "twilio-whatsapp" }

// Channel implements channels.Adapter.
func (*Twilio) Channel() desk.Channel { return desk.WhatsApp }

// Settings implements channels.Adapter.
func (*Twilio) Settings() []channels.Setting {
	return twilio.Settings(channels.Setting{
		Key: "from", Label: "WhatsApp sender",
		Help: "Your WhatsApp sender at Twilio, such as whatsapp:+15005550006. Leave it empty only with a messaging service.",
	})
}

// Steps implements channels.Adapter.
func (*Twilio) Steps(_ desk.Inbox, webhookURL string) []string {
	return []string{
		"Log in at console.twilio.com and open the account whose SID is set here.",
		"Open Messaging, then Senders, WhatsApp senders, and the sender of this inbox. (To try it first: Messaging, Try it out, Send a WhatsApp message, Sandbox settings.)",
		"Enter " + webhookURL + " as \"Webhook URL for incoming messages\" (in the sandbox: \"When a message comes in\"), with method HTTP POST.",
		"Leave the status callback URL empty: Parley names its address with each message.",
		"Press Update WhatsApp sender (in the sandbox: Save).",
		"To write to customers after 24 hours of silence, make templates under Messaging, Content Template Builder, and have them approved by WhatsApp.",
		"Write to the sender from a phone. The message appears in Parley within seconds; if not, look under Monitor, Logs, Errors.",
	}
}

// Accepted implements channels.Adapter.
func (*Twilio) Accepted() channels.Reply { return channels.Reply{Status: 204} }

// Receive implements channels.Adapter.
func (a *Twilio) Receive(in desk.Inbox, r channels.Request) ([]desk.Inbound, error) {
	return a.api.Receive(in, r, readForm)
}

func readForm(f twilio.Form) desk.Inbound {
	who, aliases := sender(f)
	i := desk.Inbound{Identity: who, Aliases: aliases, Files: f.Files(), Context: formContext(f)}
	// The default words are SMS'; on WhatsApp a customer may well answer "end" or "yes".
	i.Kind, _ = twilio.OptOutType(f)
	i.Message = &desk.Message{
		Kind: desk.Text, Text: f.Text("Body"), Attachments: []desk.Attachment{},
		ReplyTo: desk.CleanText(f.Get("OriginalRepliedMessageSid"), 100),
	}
	readKind(f, i.Message, i.Files)
	return i
}

// sender is the wa_id with the hidden-number id as an alias, or that id alone.
func sender(f twilio.Form) (desk.Identity, []desk.Identity) {
	name := desk.CleanText(f.Get("ProfileName"), 200)
	who := twilio.Address(f.Get("From"))
	if id := desk.CleanText(strings.TrimPrefix(f.Get("WaId"), "+"), 100); id != "" {
		who = desk.Identity{Kind: desk.WhatsAppI, Value: id}
	}
	who.Name, who.Verified = name, true
	return who, aliasesOf(who, desk.CleanText(f.Get("ExternalUserId"), 160))
}

// readKind finds what a message is besides text. Twilio names the type in
// MessageType for some and leaves it to the fields for others.
func readKind(f twilio.Form, m *desk.Message, files []desk.InboundFile) {
	kind := strings.ToLower(desk.CleanText(f.Get("MessageType"), 60))
	switch {
	case f.Has("Latitude") && f.Has("Longitude"):
		m.Kind = desk.Location
		m.Detail.Latitude, m.Detail.Longitude = f.Float("Latitude"), f.Float("Longitude")
		m.Detail.Name, m.Detail.Address = desk.CleanText(f.Get("Label"), 500), desk.CleanText(f.Get("Address"), 1000)
		if m.Text == "" {
			m.Text = placeText(m.Detail)
		}
	case f.Get("ButtonText") != "" || f.Get("ButtonPayload") != "":
		m.Kind, m.Detail.Payload = desk.Choice, desk.CleanText(f.Get("ButtonPayload"), 4096)
		if m.Text == "" {
			m.Text = f.Text("ButtonText")
		}
	case f.Get("ListTitle") != "" || f.Get("ListId") != "":
		m.Kind, m.Detail.Payload = desk.Choice, desk.CleanText(f.Get("ListId"), 4096)
		if m.Text == "" {
			m.Text = f.Text("ListTitle")
		}
	case len(files) > 0:
		if kind == "sticker" {
			files[0].Kind = desk.Sticker
		}
		if kind == "contacts" {
			m.Kind = desk.ContactCard
		} else if m.Text == "" {
			m.Kind = files[0].Kind
		}
	case m.Text == "":
		m.Kind, m.Detail.Type = desk.Unsupported, kind
		if m.Detail.Type == "" {
			m.Detail.Type = "empty message"
		}
	}
	if kind != "" && kind != "text" && m.Detail.Type == "" {
		m.Detail.Type = kind
	}
}

func formContext(f twilio.Form) desk.Context {
	c := desk.Context{Page: wire.CleanURL(f.Get("ReferralSourceUrl")), Title: desk.CleanText(f.Get("ReferralHeadline"), 500)}
	extra := map[string]string{}
	for key, name := range map[string]string{
		"ReferralBody": "ad_text", "ReferralSourceId": "ad_id", "ReferralSourceType": "ad_type",
		"ReferralCtwaClid": "ctwa_clid", "Forwarded": "forwarded", "FrequentlyForwarded": "frequently_forwarded",
	} {
		if v := desk.CleanText(f.Get(key), 1000); v != "" && v != "false" {
			extra[name] = v
		}
	}
	if len(extra) > 0 {
		c.Extra = extra
	}
	return c
}

// Fetch implements channels.Fetcher.
func (a *Twilio) Fetch(ctx context.Context, in desk.Inbox, source string) (io.ReadCloser, string, error) {
	return a.api.Fetch(ctx, in, source)
}

// Send implements channels.Adapter. WhatsApp carries one file a message, so
// several travel in parts; the id is the last part's.
func (a *Twilio) Send(ctx context.Context, out desk.Outbound) (string, error) {
	parts, err := a.parts(out)
	if err != nil {
		return "", err
	}
	var id string
	for n, p := range parts {
		if id, err = a.api.Send(ctx, out.Inbox, out.Message.ID, p); err != nil {
			return "", wire.Partly(n, len(parts), err)
		}
	}
	return id, nil
}

func (a *Twilio) parts(out desk.Outbound) ([]twilio.Part, error) {
	to, err := twilioAddress(out.Identity)
	if err != nil {
		return nil, err
	}
	m := out.Message
	base := twilio.Part{To: to, From: twilioFrom(out.Inbox)}
	if m.Kind == desk.Template {
		if !strings.HasPrefix(m.Detail.Name, "HX") {
			return nil, wire.Refuse("Choose a template: its Content SID begins with HX.")
		}
		base.ContentSID, base.ContentVariables = m.Detail.Name, m.Detail.Payload
		return []twilio.Part{base}, nil
	}
	if wire.Silence(out, a.api.Now()) >= desk.WhatsApp.Window() {
		return nil, wire.WindowClosed(windowClosed)
	}
	if n := twilio.BodyLength(m.Text); n > twilio.MaxBody {
		return nil, wire.Refuse("The text is too long: %d of at most %d characters. Send it in two messages.", n, twilio.MaxBody)
	}
	if m.Text == "" && len(m.Attachments) == 0 {
		return nil, wire.Refuse("The message is empty.")
	}
	first := base
	first.Body = m.Text
	parts := []twilio.Part{first}
	for n, f := range m.Attachments {
		link := wire.Link(out, f)
		if link == "" {
			return nil, wire.Refuse("The file %q could not be made available to Twilio.", f.Name)
		}
		if n == 0 {
			parts[0].MediaURLs = []string{link}
			continue
		}
		p := base
		p.MediaURLs = []string{link}
		parts = append(parts, p)
	}
	return parts, nil
}

func twilioFrom(in desk.Inbox) string {
	_, from := twilio.SplitAddress(twilio.AccountOf(in).From)
	if from == "" {
		return ""
	}
	return "whatsapp:" + from
}

func twilioAddress(who desk.Identity) (string, error) {
	switch {
	case who.Value == "":
	case who.Kind == desk.WhatsAppI:
		return "whatsapp:+" + strings.TrimPrefix(who.Value, "+"), nil
	case who.Kind == desk.BSUID:
		return "whatsapp:" + who.Value, nil
	case who.Kind == desk.Phone:
		return "whatsapp:" + who.Value, nil
	}
	return "", wire.Refuse("This customer has no WhatsApp address to write to.")
}
