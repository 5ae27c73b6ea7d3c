package twilio

import (
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/nyaruka/phonenumbers"

	"parley/channels/wire"
	"parley/desk"
)

// maxFiles bounds what NumMedia may claim; Twilio's own limit is 10.
const maxFiles = 20

// Form is the parameters of a verified webhook.
type Form map[string][]string

// Get is the first value of key as sent, "" if absent.
func (f Form) Get(key string) string {
	if v := f[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Has tells whether key was sent, even empty.
func (f Form) Has(key string) bool { return len(f[key]) > 0 }

// Text is the first value of key, safe to store.
func (f Form) Text(key string) string { return desk.CleanText(f.Get(key), MaxText) }

// Float is the first value of key as a number; 0 if it is none.
func (f Form) Float(key string) float64 {
	n, err := strconv.ParseFloat(strings.TrimSpace(f.Get(key)), 64)
	if err != nil || n != n || n > 1e6 || n < -1e6 {
		return 0
	}
	return n
}

// SID is the id of the message the form is about.
func (f Form) SID() string {
	for _, k := range []string{"MessageSid", "SmsMessageSid", "SmsSid"} {
		if v := desk.CleanText(f.Get(k), 100); v != "" {
			return v
		}
	}
	return ""
}

// single are the parameters that decide whose the message is. Two different
// values of one leave that open.
var single = []string{"AccountSid", "MessageSid", "From", "To"}

func (f Form) unambiguous() error {
	for _, k := range single {
		for _, v := range f[k] {
			if v != f[k][0] {
				return desk.FieldError(k, "was sent twice with different values; send it once")
			}
		}
	}
	return nil
}

// Files lists the media of a message.
func (f Form) Files() []desk.InboundFile {
	n, err := strconv.Atoi(strings.TrimSpace(f.Get("NumMedia")))
	if err != nil {
		return nil
	}
	var files []desk.InboundFile
	for i := range min(n, maxFiles) {
		source := f.Get("MediaUrl" + strconv.Itoa(i))
		if source == "" {
			continue
		}
		mimeType := desk.CleanText(f.Get("MediaContentType"+strconv.Itoa(i)), 200)
		kind := wire.KindOf(mimeType)
		files = append(files, desk.InboundFile{
			Kind: kind, Name: wire.NameFor(kind, mimeType), Type: mimeType, Source: desk.CleanText(source, 2048),
		})
	}
	return files
}

// NormalizePhone writes a number as E.164. What is not an international number
// (short codes, alphanumeric senders) stays as it is.
func NormalizePhone(s string) string {
	s = desk.CleanText(strings.TrimSpace(s), 64)
	if !strings.HasPrefix(s, "+") {
		return s
	}
	if known, ok := normalized.Load(s); ok {
		return known.(string)
	}
	n, err := phonenumbers.Parse(s, "ZZ")
	if err != nil {
		return s
	}
	out := phonenumbers.Format(n, phonenumbers.E164)
	if normalizedCount.Add(1) > normalizedMost {
		normalized.Clear()
		normalizedCount.Store(1)
	}
	normalized.Store(s, out)
	return out
}

// Who writes once writes again, and reading a number takes as long as all else
// that is done with a message's form. normalized maps numbers as they came to
// E.164, at most about normalizedMost of them.
var (
	normalized      sync.Map
	normalizedCount atomic.Int64
)

const normalizedMost = 20_000
