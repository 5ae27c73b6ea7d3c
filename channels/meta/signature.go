package meta

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"mime"
	"net/http"
	"strings"

	"parley/channels"
	"parley/desk"
)

// Signature is what Meta puts into X-Hub-Signature-256 for a body.
func Signature(appSecret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// Verify proves over the raw bytes that a webhook is Meta's. The older
// X-Hub-Signature is SHA-1 and proves nothing here.
func Verify(in desk.Inbox, r channels.Request) error {
	secret, given := in.Secrets["app_secret"], r.Header.Get("X-Hub-Signature-256")
	if secret == "" || !hmac.Equal([]byte(Signature(secret, r.Body)), []byte(given)) {
		return desk.Errorf(desk.Forbidden, "the request is not signed with the secret of this inbox's app")
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return desk.FieldError("Content-Type", "must be application/json")
	}
	return nil
}

// Handshake answers Meta's check of a webhook address: the bare challenge, if
// the verify token is the inbox's own.
func Handshake(in desk.Inbox, r channels.Request) (channels.Reply, error) {
	if r.URL == nil {
		return channels.Reply{}, desk.Errorf(desk.Forbidden, "the verify token does not match")
	}
	q := r.URL.Query()
	token, challenge := in.Secrets["verify_token"], q.Get("hub.challenge")
	if q.Get("hub.mode") != "subscribe" || token == "" || !hmac.Equal([]byte(q.Get("hub.verify_token")), []byte(token)) {
		return channels.Reply{}, desk.Errorf(desk.Forbidden, "the verify token does not match")
	}
	// Meta's challenges are short numbers; nothing longer needs to be reflected.
	if challenge == "" || len(challenge) > 256 || strings.ContainsAny(challenge, "<>\r\n") {
		return channels.Reply{}, desk.FieldError("hub.challenge", "must be a short text")
	}
	return channels.Reply{Status: http.StatusOK, Type: "text/plain; charset=utf-8", Body: []byte(challenge)}, nil
}
