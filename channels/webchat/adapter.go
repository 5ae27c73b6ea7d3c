package webchat

import (
	"context"
	"net/url"
	"strings"
	"time"

	"parley/channels"
	"parley/desk"
)

// Adapter is "webchat". It keeps no state of its own.
type Adapter struct {
	tokens *Tokens
	now    func() time.Time
}

// New makes the adapter. now nil means time.Now.
func New(tokens *Tokens, now func() time.Time) *Adapter {
	if now == nil {
		now = time.Now
	}
	return &Adapter{tokens: tokens, now: now}
}

var _ channels.Adapter = (*Adapter)(nil)

// Provider implements channels.Adapter.
func (*Adapter) Provider() string { return "webchat" }

// Channel implements channels.Adapter.
func (*Adapter) Channel() desk.Channel { return desk.WebChat }

// Settings implements channels.Adapter.
func (*Adapter) Settings() []channels.Setting {
	return []channels.Setting{
		{Key: "allowed_origins", Label: "Allowed sites",
			Help: "The sites that may show this chat, separated by commas, such as https://shop.example. *.shop.example allows each name below. Empty allows any site."},
		{Key: "languages", Label: "Languages", Default: "en",
			Help: "What the widget offers, separated by commas, the first being the default: en, it, pl, ro, ar."},
		{Key: "identity_secret", Label: "Identity secret", Secret: true,
			Help: "Only to prove who is logged in on your site. Make up a long random text and keep it on your server."},
	}
}

// Steps implements channels.Adapter.
func (*Adapter) Steps(in desk.Inbox, webhookURL string) []string {
	script := "/widget.js"
	if u, err := url.Parse(webhookURL); err == nil && u.Host != "" {
		script = u.Scheme + "://" + u.Host + "/widget.js"
	}
	return []string{
		"Enter the sites that may show this chat under Allowed sites, and save.",
		"Put this before </body> on each page: <script async src=\"" + script + "\" data-inbox=\"" + in.Name + "\"></script>",
		"If your pages have a Content-Security-Policy, allow this server in script-src, frame-src and connect-src.",
		"To show agents who is logged in, set an identity secret here, compute user_hash = hex(HMAC-SHA256(identity secret, user id)) on your server, and add data-user-id and data-user-hash to the script tag. Never compute it in the page.",
		"Open a page and write something. It appears in Parley at once.",
	}
}

// Accepted implements channels.Adapter.
func (*Adapter) Accepted() channels.Reply {
	return channels.Reply{Status: 200, Type: "application/json", Body: []byte(`{"accepted":true}`)}
}

// Send implements channels.Adapter: nothing is left to do for a committed message.
func (*Adapter) Send(_ context.Context, out desk.Outbound) (string, error) {
	return out.Message.ID, nil
}

// OriginAllowed tells whether a page of that origin may use the inbox's chat.
// No origin at all is not a browser's page; it passes only where any site does.
func OriginAllowed(in desk.Inbox, origin string) bool {
	list := strings.FieldsFunc(in.Config["allowed_origins"], func(r rune) bool { return r == ',' || r == ' ' || r == '\n' })
	if len(list) == 0 {
		return true
	}
	u, err := url.Parse(strings.ToLower(origin))
	if err != nil || u.Host == "" {
		return false
	}
	for _, allowed := range list {
		allowed = strings.TrimSuffix(strings.ToLower(allowed), "/")
		scheme, host, found := strings.Cut(allowed, "://")
		if !found {
			scheme, host = u.Scheme, allowed // a bare name allows http and https
		}
		if scheme != u.Scheme {
			continue
		}
		if host == u.Host || (strings.HasPrefix(host, "*.") && strings.HasSuffix(u.Host, host[1:])) {
			return true
		}
	}
	return false
}
