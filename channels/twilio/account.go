package twilio

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"parley/channels"
	"parley/desk"
)

// MaxText is how much of an outside text is kept, in bytes.
const MaxText = 64 << 10

// Options of the channels that Twilio carries; the zero value works.
type Options struct {
	// WebhookURL gives the public webhook address of an inbox by its name.
	// Without it Twilio is not asked for delivery statuses.
	WebhookURL func(inbox string) string
	Timeout    time.Duration     // of one API call; 0: 15 s
	Transport  http.RoundTripper // of API calls; nil: one of its own
	Now        func() time.Time  // nil: time.Now
	Log        *slog.Logger      // nil: slog.Default
}

// API speaks with Twilio for any inbox.
type API struct {
	webhook   func(string) string
	timeout   time.Duration
	transport http.RoundTripper
	now       func() time.Time
	log       *slog.Logger
}

// New makes an API.
func New(o Options) *API {
	a := &API{webhook: o.WebhookURL, timeout: o.Timeout, transport: o.Transport, now: o.Now, log: o.Log}
	if a.webhook == nil {
		a.webhook = func(string) string { return "" }
	}
	if a.timeout <= 0 {
		a.timeout = 15 * time.Second
	}
	if a.transport == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = 16
		a.transport = t
	}
	if a.now == nil {
		a.now = time.Now
	}
	if a.log == nil {
		a.log = slog.Default()
	}
	return a
}

// Now is the time by the API's clock.
func (a *API) Now() time.Time { return a.now() }

// Account is an inbox's account at Twilio.
type Account struct {
	SID     string
	Token   string
	From    string // our address: E.164, a short code, or whatsapp:+…
	Service string // messaging service SID, instead of or besides From
	Base    string // API address; empty: Twilio's own
}

// AccountOf reads the account from an inbox's settings.
func AccountOf(in desk.Inbox) Account {
	return Account{
		SID:     strings.TrimSpace(in.Config["account_sid"]),
		Token:   in.Secrets["auth_token"],
		From:    strings.TrimSpace(in.Config["from"]),
		Service: strings.TrimSpace(in.Config["messaging_service_sid"]),
		Base:    strings.TrimSpace(in.Config["base_url"]),
	}
}

// Owns tells whether a webhook for the customer's message in f is this account's.
func (a Account) Owns(f Form) bool {
	if a.SID == "" || f.Get("AccountSid") != a.SID {
		return false
	}
	if a.Service != "" && f.Get("MessagingServiceSid") == a.Service {
		return true // the service may have any number in its pool
	}
	return a.From != "" && sameAddress(f.Get("To"), a.From)
}

// sameAddress compares two addresses as people write them: +1 500 555-0006 is
// +15005550006, and the whatsapp: in front is implied by the inbox.
func sameAddress(a, b string) bool { return bareAddress(a) == bareAddress(b) }

func bareAddress(s string) string {
	_, s = SplitAddress(s)
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune("+ -()./", r) {
			return -1
		}
		return r
	}, s)
	return strings.ToLower(s)
}

// SplitAddress takes "whatsapp:+39…" apart; the scheme is empty for plain numbers.
func SplitAddress(s string) (scheme, address string) {
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, ':'); i > 0 {
		return strings.ToLower(s[:i]), strings.TrimSpace(s[i+1:])
	}
	return "", s
}

// callback is the address Twilio is to send a message's statuses to, with our
// id in its query; empty when Twilio's own service could not reach it, because
// it refuses the whole message then (error 21609).
func (a *API) callback(in desk.Inbox, messageID desk.ID) string {
	u, err := url.Parse(a.webhook(in.Name))
	if err != nil || u.Host == "" {
		return ""
	}
	if AccountOf(in).Base == "" && (u.Hostname() == "localhost" || strings.HasPrefix(u.Hostname(), "127.") || u.Hostname() == "::1") {
		return ""
	}
	q := u.Query()
	q.Set("message", messageID)
	u.RawQuery = q.Encode()
	return u.String()
}

// Settings are what both channels of Twilio need; from describes the address.
func Settings(from channels.Setting) []channels.Setting {
	return []channels.Setting{
		{Key: "account_sid", Label: "Account SID", Required: true,
			Help: "On the first page of the Twilio Console, under Account Info. It begins with AC."},
		{Key: "auth_token", Label: "Auth token", Required: true, Secret: true,
			Help: "Beside the account SID; press Show. It signs Twilio's webhooks and lets Parley send."},
		from,
		{Key: "messaging_service_sid", Label: "Messaging service SID",
			Help: "Only if you send through a messaging service. It begins with MG and is used instead of the address above."},
		{Key: "base_url", Label: "API address",
			Help: "Leave empty for Twilio itself. Only a simulator or a gateway of your own needs it."},
	}
}
