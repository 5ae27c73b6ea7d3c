package webchat

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"parley/desk"
)

// TokenLife is how long a visitor token is good for unless said otherwise.
const TokenLife = 365 * 24 * time.Hour

const (
	maxToken  = 2048 // bytes
	maxUserID = 200  // bytes
)

// Claims are what a visitor token says.
type Claims struct {
	Inbox   desk.ID // the only inbox it is good for
	Visitor string  // the visitor's id: random, at least 128 bits
	UserID  string  // the site's own id of the visitor, proved; empty if none
	Expires time.Time
}

// claims are the wire form: short names, for a token travels with each request.
type claims struct {
	Inbox   string `json:"i"`
	Visitor string `json:"v"`
	UserID  string `json:"u,omitempty"`
	Expires int64  `json:"e"` // Unix seconds
}

// Tokens signs and verifies visitor tokens.
type Tokens struct{ key []byte }

// NewTokens makes Tokens from the server's key, of which it derives one of its own.
func NewTokens(key []byte) *Tokens {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("parley visitor token 1"))
	return &Tokens{key: mac.Sum(nil)}
}

func (t *Tokens) mac(payload string) []byte {
	mac := hmac.New(sha256.New, t.key)
	mac.Write([]byte(payload))
	return mac.Sum(nil)
}

// Sign makes the token for c.
func (t *Tokens) Sign(c Claims) string {
	b, _ := json.Marshal(claims{c.Inbox, c.Visitor, c.UserID, c.Expires.Unix()}) // strings and a number: cannot fail
	payload := base64.RawURLEncoding.EncodeToString(b)
	return payload + "." + base64.RawURLEncoding.EncodeToString(t.mac(payload))
}

// Verify reads a token that must be for inboxID and not expired at now;
// anything else is Forbidden.
func (t *Tokens) Verify(token string, inboxID desk.ID, now time.Time) (Claims, error) {
	payload, signature, found := strings.Cut(token, ".")
	given, err := base64.RawURLEncoding.DecodeString(signature)
	if len(token) > maxToken || !found || err != nil || !hmac.Equal(given, t.mac(payload)) {
		return Claims{}, desk.Errorf(desk.Forbidden, "the visitor token is missing or not valid; open the chat again")
	}
	var c claims
	b, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil || json.Unmarshal(b, &c) != nil || c.Visitor == "" || c.Inbox == "" {
		return Claims{}, desk.Errorf(desk.Forbidden, "the visitor token is not valid; open the chat again")
	}
	if c.Inbox != inboxID {
		return Claims{}, desk.Errorf(desk.Forbidden, "the visitor token is for another inbox")
	}
	expires := time.Unix(c.Expires, 0).UTC()
	if !now.Before(expires) {
		return Claims{}, desk.Errorf(desk.Forbidden, "the visitor token has expired; open the chat again")
	}
	return Claims{Inbox: c.Inbox, Visitor: c.Visitor, UserID: c.UserID, Expires: expires}, nil
}

// UserHash is what a site computes on its own server to prove who its user is:
// hex HMAC-SHA256 of the user id, keyed by the inbox's identity secret.
func UserHash(identitySecret, userID string) string {
	mac := hmac.New(sha256.New, []byte(identitySecret))
	mac.Write([]byte(userID))
	return hex.EncodeToString(mac.Sum(nil))
}

// CheckIdentity judges a site's claim about its user before a token is issued.
// It gives the user id for Claims.UserID, "" when nothing is claimed. A claim
// without a right hash is Forbidden: nobody becomes somebody by typing an id.
func CheckIdentity(in desk.Inbox, userID, userHash string) (string, error) {
	if userID == "" && userHash == "" {
		return "", nil
	}
	secret := in.Secrets["identity_secret"]
	if secret == "" {
		return "", desk.Errorf(desk.Forbidden, "this inbox has no identity secret; set one before sending user_id")
	}
	if userID == "" || len(userID) > maxUserID || desk.CleanText(userID, maxUserID) != userID {
		return "", desk.FieldError("user_id", "must be a text of 1 to %d bytes", maxUserID)
	}
	if !hmac.Equal([]byte(UserHash(secret, userID)), []byte(strings.ToLower(userHash))) {
		return "", desk.Errorf(desk.Forbidden, "user_hash does not match user_id; compute it on the server with the inbox's identity secret")
	}
	return userID, nil
}

// Identities are who a token's holder is: the visitor, and the site's user if
// proved. Ids of users are the site's own, so they are kept apart by inbox.
func Identities(c Claims) (visitor desk.Identity, aliases []desk.Identity) {
	visitor = desk.Identity{Kind: desk.Visitor, Value: c.Visitor}
	if c.UserID != "" {
		aliases = []desk.Identity{{Kind: desk.UserID, Scope: c.Inbox, Value: c.UserID, Verified: true}}
	}
	return visitor, aliases
}
