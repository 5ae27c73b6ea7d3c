package bench

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/url"
	"strconv"
	"time"

	"parley/desk"
)

// Each text begins with a mark, "p", a kind and nine digits, by which it is
// known again on the sockets.
const (
	arrival  = 'a' // the first message of a contact, by number of the contact
	measured = 'm' // by number of the message in the run
	reply    = 'r' // an agent's, by number in the run
)

const (
	markLength = 11
	// words follow the mark: about as long as customers' messages are.
	words = " Hello, my order has not arrived yet and I am away from Friday on. Could you have a look, please?"
)

func appendMark(b []byte, kind byte, n int) []byte {
	b = append(b, 'p', kind)
	for div := 100_000_000; div > 0; div /= 10 {
		b = append(b, byte('0'+n/div%10))
	}
	return b
}

// readMark is the other way; false when text does not begin with a mark of kind.
func readMark(text []byte, kind byte) (n int, ok bool) {
	if len(text) < markLength || text[0] != 'p' || text[1] != kind {
		return 0, false
	}
	for _, c := range text[2:markLength] {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}

// contact is a customer of the load.
type contact struct {
	inbox   *desk.Inbox
	address string // E.164, wa_id or visitor id
	token   string // a visitor's
	// Known once their conversation is active.
	conversation string
	agent        int
}

// signer makes signed requests as the providers do. One goroutine uses it.
type signer struct {
	host   string // host:port the server is reached at, and its public address
	run    string // 16 hex digits that make ids of this run new
	form   []byte
	toSign []byte
	body   []byte
	out    []byte
	twilio map[string]hash.Hash // by inbox
	meta   map[string]hash.Hash
}

func newRun() string {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func newSigner(host, run string) *signer {
	return &signer{host: host, run: run, twilio: map[string]hash.Hash{}, meta: map[string]hash.Hash{}}
}

func keyed(all map[string]hash.Hash, in *desk.Inbox, alg func() hash.Hash, secret string) hash.Hash {
	h := all[in.ID]
	if h == nil {
		h = hmac.New(alg, []byte(in.Secrets[secret]))
		all[in.ID] = h
	}
	h.Reset()
	return h
}

// request is a whole HTTP request that brings a message of c, good until the next call.
func (s *signer) request(c *contact, kind byte, n int) []byte {
	switch c.inbox.Channel {
	case desk.SMS:
		return s.sms(c, kind, n)
	case desk.WhatsApp:
		return s.whatsapp(c, kind, n)
	}
	return s.webchat(c, kind, n)
}

func (s *signer) head(inbox, contentType, header string) {
	s.out = append(s.out[:0], "POST /webhooks/"...)
	s.out = append(s.out, inbox...)
	s.out = append(s.out, " HTTP/1.1\r\nHost: "...)
	s.out = append(s.out, s.host...)
	s.out = append(s.out, "\r\nContent-Type: "...)
	s.out = append(s.out, contentType...)
	s.out = append(s.out, "\r\n"...)
	s.out = append(s.out, header...)
	s.out = append(s.out, ": "...)
}

func (s *signer) finish(body []byte) []byte {
	s.out = append(s.out, "\r\nContent-Length: "...)
	s.out = strconv.AppendInt(s.out, int64(len(body)), 10)
	s.out = append(s.out, "\r\n\r\n"...)
	s.out = append(s.out, body...)
	return s.out
}

// digits is n as 16 hex digits behind the kind: an id's part that differs.
func (s *signer) id(kind byte, n int) string {
	b := make([]byte, 0, 32)
	b = append(b, s.run...)
	b = append(b, hex.EncodeToString([]byte{kind})...)
	return string(appendPadded(b, n, 14))
}

func appendPadded(b []byte, n, width int) []byte {
	const hexDigits = "0123456789abcdef"
	for shift := 4 * (width - 1); shift >= 0; shift -= 4 {
		b = append(b, hexDigits[n>>shift&15])
	}
	return b
}

var wordsInForm = url.QueryEscape(words)

// field adds one to the form and to what is signed, which Twilio wants sorted by name.
func (s *signer) field(name, value, escaped string) {
	if len(s.form) > 0 {
		s.form = append(s.form, '&')
	}
	s.form = append(append(append(s.form, name...), '='), escaped...)
	s.toSign = append(append(s.toSign, name...), value...)
}

// sms is what Twilio posts for a text message, with its signature: base64 of
// HMAC-SHA1 over the URL and the sorted fields.
func (s *signer) sms(c *contact, kind byte, n int) []byte {
	s.form = s.form[:0]
	s.toSign = append(append(append(append(s.toSign[:0], "http://"...), s.host...), "/webhooks/"...), c.inbox.Name...)
	sid := "SM" + s.id(kind, n)
	from, to := "%2B"+c.address[1:], "%2B"+c.inbox.Config["from"][1:]
	mark := string(appendMark(nil, kind, n))
	for _, f := range [...][3]string{
		{"AccountSid", c.inbox.Config["account_sid"], c.inbox.Config["account_sid"]}, {"ApiVersion", "2010-04-01", "2010-04-01"},
		{"Body", mark + words, mark + wordsInForm}, {"From", c.address, from}, {"FromCity", "", ""}, {"FromCountry", "GB", "GB"}, {"FromState", "", ""}, {"FromZip", "", ""},
		{"MessageSid", sid, sid}, {"NumMedia", "0", "0"}, {"NumSegments", "1", "1"}, {"SmsMessageSid", sid, sid}, {"SmsSid", sid, sid}, {"SmsStatus", "received", "received"},
		{"To", c.inbox.Config["from"], to}, {"ToCity", "", ""}, {"ToCountry", "US", "US"}, {"ToState", "", ""}, {"ToZip", "", ""},
	} {
		s.field(f[0], f[1], f[2])
	}
	mac := keyed(s.twilio, c.inbox, sha1.New, "auth_token")
	mac.Write(s.toSign)
	var sum [sha1.Size]byte
	s.head(c.inbox.Name, "application/x-www-form-urlencoded; charset=UTF-8", "X-Twilio-Signature")
	s.out = base64.StdEncoding.AppendEncode(s.out, mac.Sum(sum[:0]))
	return s.finish(s.form)
}

// whatsapp is what Meta posts, with HMAC-SHA256 over the body.
func (s *signer) whatsapp(c *contact, kind byte, n int) []byte {
	b := append(s.body[:0], `{"object":"whatsapp_business_account","entry":[{"id":"400000000000001","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001111","phone_number_id":"`...)
	b = append(b, c.inbox.Config["phone_number_id"]...)
	b = append(b, `"},"contacts":[{"profile":{"name":"Customer `...)
	b = append(b, c.address...)
	b = append(b, `"},"wa_id":"`...)
	b = append(b, c.address...)
	b = append(b, `"}],"messages":[{"from":"`...)
	b = append(b, c.address...)
	b = append(b, `","id":"wamid.`...)
	b = append(b, s.id(kind, n)...)
	b = append(b, `","timestamp":"`...)
	b = strconv.AppendInt(b, time.Now().Unix(), 10)
	b = append(b, `","type":"text","text":{"body":"`...)
	b = append(appendMark(b, kind, n), words...)
	b = append(b, `"}}]},"field":"messages"}]}]}`...)
	s.body = b
	mac := keyed(s.meta, c.inbox, sha256.New, "app_secret")
	mac.Write(b)
	var sum [sha256.Size]byte
	s.head(c.inbox.Name, "application/json", "X-Hub-Signature-256")
	s.out = hex.AppendEncode(append(s.out, "sha256="...), mac.Sum(sum[:0]))
	return s.finish(b)
}

// webchat is what the widget posts.
func (s *signer) webchat(c *contact, kind byte, n int) []byte {
	b := append(s.body[:0], `{"type":"message","id":"`...)
	b = append(b, s.uuid(kind, n)...)
	b = append(b, `","text":"`...)
	b = append(appendMark(b, kind, n), words...)
	b = append(b, `"}`...)
	s.body = b
	s.head(c.inbox.Name, "application/json", "Authorization")
	s.out = append(append(s.out, "Bearer "...), c.token...)
	return s.finish(b)
}

// uuid is a version 4 UUID of this run.
func (s *signer) uuid(kind byte, n int) string {
	b := append(make([]byte, 0, 36), s.run[:8]...)
	b = append(append(b, '-'), s.run[8:12]...)
	b = append(append(b, "-4"...), s.run[12:15]...)
	b = append(append(b, "-8"...), hex.EncodeToString([]byte{kind})...)
	return string(appendPadded(append(b, "0-"...), n, 12))
}

// answer is an agent's REST request that sends a reply.
func (s *signer) answer(c *contact, session string, n int) []byte {
	b := append(s.body[:0], `{"id":"`...)
	b = append(b, s.uuid(reply, n)...)
	b = append(b, `","text":"`...)
	b = append(appendMark(b, reply, n), " Thank you for waiting. It leaves our warehouse tonight and is with you tomorrow."...)
	b = append(b, `"}`...)
	s.body = b
	s.out = append(s.out[:0], "POST /api/v1/conversations/"...)
	s.out = append(s.out, c.conversation...)
	s.out = append(s.out, "/messages HTTP/1.1\r\nHost: "...)
	s.out = append(s.out, s.host...)
	s.out = append(s.out, "\r\nContent-Type: application/json\r\nAuthorization: Bearer "...)
	s.out = append(s.out, session...)
	return s.finish(b)
}
