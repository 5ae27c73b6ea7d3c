package webchat_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/channels/webchat"
	"parley/desk"
)

func TestTokenRoundTrip(t *testing.T) {
	c := claims()
	c.UserID = "zażółć|42"
	got, err := tokens.Verify(tokens.Sign(c), inboxID, noon)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := tokens.Verify(tokens.Sign(c), inboxID, c.Expires.Add(-time.Second)); err != nil {
		t.Errorf("a second before its end: %v", err)
	}
}

// Every altered byte of a token is noticed.
func TestTokenForgery(t *testing.T) {
	token := tokens.Sign(claims())
	for i := range token {
		for _, c := range []string{"A", "b", "_", ".", ""} {
			forged := token[:i] + c + token[i+1:]
			if forged == token {
				continue
			}
			if got, err := tokens.Verify(forged, inboxID, noon); err == nil && got != claims() {
				t.Fatalf("altered at %d: accepted as %+v", i, got)
			}
		}
	}
	payload, signature, _ := strings.Cut(token, ".")
	raw, _ := base64.RawURLEncoding.DecodeString(payload)
	other := base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(raw), visitor, "018f2b6e-3333-4333-8333-000000000002", 1)))
	for _, forged := range []string{"", ".", payload, payload + ".", "." + signature, other + "." + signature, token + ".x", token + strings.Repeat("A", 5000)} {
		if _, err := tokens.Verify(forged, inboxID, noon); desk.CodeOf(err) != desk.Forbidden {
			t.Errorf("%.20q: %v", forged, err)
		}
	}
}

func TestCheckIdentity(t *testing.T) {
	in := inbox()
	// printf %s customer-42 | openssl dgst -sha256 -hmac s3cret
	const hash = "e275eeb25e32be83f8600ab24b3c33381cdc9a1e6a7d4b1fb57ee22fe823bb73"
	for _, c := range []struct {
		id, hash, want string
		code           desk.Code
	}{
		{"", "", "", ""},
		{"customer-42", hash, "customer-42", ""},
		{"customer-42", strings.ToUpper(hash), "customer-42", ""},
		{"customer-42", "", "", desk.Forbidden},
		{"customer-43", hash, "", desk.Forbidden},
		{"customer-42", hash[1:], "", desk.Forbidden},
		{"", webchat.UserHash("s3cret", ""), "", desk.Invalid},
		{"a\x00b", webchat.UserHash("s3cret", "a\x00b"), "", desk.Invalid},
		{strings.Repeat("a", 201), webchat.UserHash("s3cret", strings.Repeat("a", 201)), "", desk.Invalid},
	} {
		got, err := webchat.CheckIdentity(in, c.id, c.hash)
		if got != c.want || (c.code == "") != (err == nil) || err != nil && desk.CodeOf(err) != c.code {
			t.Errorf("%q with %q: %q, %v", c.id, c.hash, got, err)
		}
	}
	in.Secrets = nil
	if _, err := webchat.CheckIdentity(in, "a", webchat.UserHash("", "a")); desk.CodeOf(err) != desk.Forbidden {
		t.Errorf("an inbox without a secret proved somebody: %v", err)
	}
}

// The id of a user is the site's own: the same one in another inbox is somebody else.
func TestIdentities(t *testing.T) {
	c := claims()
	if _, aliases := webchat.Identities(c); len(aliases) != 0 {
		t.Errorf("a visitor who proved nothing is %+v", aliases)
	}
	c.UserID = "42"
	_, one := webchat.Identities(c)
	c.Inbox = "018f2b6e-0000-7000-8000-0000000000ff"
	_, two := webchat.Identities(c)
	if len(one) != 1 || len(two) != 1 || !one[0].Verified || one[0].Key() == two[0].Key() {
		t.Errorf("%+v and %+v", one, two)
	}
}
