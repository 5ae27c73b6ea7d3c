package sms

import (
	"context"
	"io"

	"parley/channels"
	"parley/channels/twilio"
	"parley/channels/wire"
	"parley/desk"
)

// maxFiles is how many files Twilio takes in one MMS.
const maxFiles = 10

// Adapter is "twilio-sms". It keeps no state of its own.
type Adapter struct{ api *twilio.API }

// New makes the adapter.
func New(o twilio.Options) *Adapter { return &Adapter{api: twilio.New(o)} }

var (
	_ channels.Adapter = (*Adapter)(nil)
	_ channels.Fetcher = (*Adapter)(nil)
)

// Provider implements channels.Adapter.
func (*Adapter) Provider() string { return "twilio-sms" }

// Channel implements channels.Adapter.
func (*Adapter) Channel() desk.Channel { return desk.SMS }

// Settings implements channels.Adapter.
func (*Adapter) Settings() []channels.Setting {
	return twilio.Settings(channels.Setting{
		Key: "from", Label: "Phone number",
		Help: "Your number at Twilio in international form, such as +15005550006, or a short code. Messages to any other number are refused. Leave it empty only with a messaging service.",
	})
}

// Steps implements channels.Adapter.
func (*Adapter) Steps(in desk.Inbox, webhookURL string) []string {
	steps := []string{"Log in at console.twilio.com and open the account whose SID is set here."}
	if twilio.AccountOf(in).Service != "" {
		steps = append(steps,
			"Open Messaging, then Services, your service, and Integration.",
			"Choose \"Send a webhook\" for incoming messages.",
			"Enter "+webhookURL+" as the Request URL, with method HTTP POST, and save.",
			"Under Sender Pool, check that your numbers belong to the service.")
	} else {
		steps = append(steps,
			"Open Phone Numbers, then Manage, Active numbers, and the number of this inbox.",
			"Under Messaging configuration, set \"A message comes in\" to Webhook.",
			"Enter "+webhookURL+" with method HTTP POST, and save the configuration.")
	}
	return append(steps,
		"Delivery statuses need no setting: Parley names their address with each message.",
		"For numbers in the United States, finish the A10DLC registration first: unregistered texts are blocked (error 30034).",
		"Write an SMS to the number. It appears in Parley within seconds; if not, look under Monitor, Logs, Errors at Twilio.")
}

// Accepted implements channels.Adapter: an empty answer, so that Twilio sends
// the customer nothing by itself.
func (*Adapter) Accepted() channels.Reply { return channels.Reply{Status: 204} }

// Receive implements channels.Adapter.
func (a *Adapter) Receive(in desk.Inbox, r channels.Request) ([]desk.Inbound, error) {
	return a.api.Receive(in, r, read)
}

func read(f twilio.Form) desk.Inbound {
	files := f.Files()
	m := &desk.Message{Kind: desk.Text, Text: f.Text("Body"), Attachments: []desk.Attachment{}}
	switch {
	case m.Text == "" && len(files) > 0:
		m.Kind = files[0].Kind
	case m.Text == "" && f.Get("NumMedia") != "" && f.Get("NumMedia") != "0":
		m.Kind, m.Detail.Type = desk.Unsupported, "media without an address"
	}
	return desk.Inbound{
		Kind: twilio.Keyword(f), Identity: twilio.Address(f.Get("From")), Message: m, Files: files,
		Context: place(f),
	}
}

// place is where the phone is registered, where Twilio knows it. It is a hint
// and not where the customer stands.
func place(f twilio.Form) desk.Context {
	extra := map[string]string{}
	for key, name := range map[string]string{"FromCountry": "country", "FromCity": "city", "FromState": "state", "To": "to"} {
		if v := desk.CleanText(f.Get(key), 100); v != "" {
			extra[name] = v
		}
	}
	if len(extra) == 0 {
		return desk.Context{}
	}
	return desk.Context{Extra: extra}
}

// Fetch implements channels.Fetcher.
func (a *Adapter) Fetch(ctx context.Context, in desk.Inbox, source string) (io.ReadCloser, string, error) {
	return a.api.Fetch(ctx, in, source)
}

// Send implements channels.Adapter.
func (a *Adapter) Send(ctx context.Context, out desk.Outbound) (string, error) {
	m := out.Message
	p := twilio.Part{To: out.Identity.Value, From: twilio.AccountOf(out.Inbox).From, Body: m.Text}
	if out.Identity.Kind != desk.Phone || p.To == "" {
		return "", wire.Refuse("This customer has no phone number to write to.")
	}
	if n := twilio.BodyLength(p.Body); n > twilio.MaxBody {
		return "", wire.Refuse("The text is too long for SMS: %d of at most %d characters. Send it in two messages.", n, twilio.MaxBody)
	}
	if len(m.Attachments) > maxFiles {
		return "", wire.Refuse("An MMS can carry at most %d files. Send the others in another message.", maxFiles)
	}
	for _, f := range m.Attachments {
		link := wire.Link(out, f)
		if link == "" {
			return "", wire.Refuse("The file %q could not be made available to Twilio.", f.Name)
		}
		p.MediaURLs = append(p.MediaURLs, link)
	}
	if p.Body == "" && len(p.MediaURLs) == 0 {
		return "", wire.Refuse("The message is empty.")
	}
	return a.api.Send(ctx, out.Inbox, m.ID, p)
}
