package twilio

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/channels"
	"parley/desk"
)

const token = "12345"

func request(t *testing.T, address, contentType, body, signature string) channels.Request {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	h := http.Header{}
	if contentType != "" {
		h.Set("Content-Type", contentType)
	}
	if signature != "" {
		h.Set("X-Twilio-Signature", signature)
	}
	return channels.Request{Method: http.MethodPost, URL: u, Header: h, Body: []byte(body)}
}

const formType = "application/x-www-form-urlencoded; charset=UTF-8"

// The example of Twilio's documentation of webhook security.
func TestSignatureOfTheDocumentation(t *testing.T) {
	params := url.Values{
		"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675309"}, "Digits": {"1234"},
		"From": {"+14158675309"}, "To": {"+18005551212"},
	}
	if got := Signature(token, "https://mycompany.com/myapp.php?foo=1&bar=2", params); got != "RSOYDt4T1cUTdK1PDd93/VVr8B8=" {
		t.Errorf("signature %s", got)
	}
}

func TestVerify(t *testing.T) {
	const address = "https://desk.example/webhooks/sms?message=abc"
	body := url.Values{"Body": {"Zażółć 👩‍👩‍👧 & more;"}, "From": {"+15005550001"}, "New": {""}}.Encode()
	params, _ := url.ParseQuery(body)
	good := Signature(token, address, params)
	forged := Signature("wrong", address, params)

	for name, c := range map[string]struct {
		r    channels.Request
		want desk.Code // "" for accepted
	}{
		"good":              {request(t, address, formType, body, good), ""},
		"missing":           {request(t, address, formType, body, ""), desk.Forbidden},
		"forged":            {request(t, address, formType, body, forged), desk.Forbidden},
		"altered body":      {request(t, address, formType, body+"&x=1", good), desk.Forbidden},
		"altered value":     {request(t, address, formType, strings.Replace(body, "more", "less", 1), good), desk.Forbidden},
		"another path":      {request(t, "https://desk.example/webhooks/other?message=abc", formType, body, good), desk.Forbidden},
		"another query":     {request(t, "https://desk.example/webhooks/sms?message=abd", formType, body, good), desk.Forbidden},
		"another scheme":    {request(t, "http://desk.example/webhooks/sms?message=abc", formType, body, good), desk.Forbidden},
		"truncated":         {request(t, address, formType, body, good[:20]), desk.Forbidden},
		"port added":        {request(t, "https://desk.example:443/webhooks/sms?message=abc", formType, body, good), ""},
		"port added signed": {request(t, address, formType, body, Signature(token, "https://desk.example:443/webhooks/sms?message=abc", params)), ""},
		"other port signed": {request(t, address, formType, body, Signature(token, "https://desk.example:8443/webhooks/sms?message=abc", params)), desk.Forbidden},
		"wrong type":        {request(t, address, "text/plain", body, good), desk.Invalid},
		"no type":           {request(t, address, "", body, good), desk.Invalid},
		"look-alike type":   {request(t, address, "application/x-www-form-urlencodedx", body, good), desk.Invalid},
		"not a form":        {request(t, address, formType, "a=%zz", good), desk.Invalid},
	} {
		_, err := verify(token, c.r)
		if c.want == "" && err != nil || c.want != "" && desk.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	// An inbox whose token is not set must not accept what an empty key signs.
	if _, err := verify("", request(t, address, formType, body, Signature("", address, params))); desk.CodeOf(err) != desk.Forbidden {
		t.Errorf("an empty token verified: %v", err)
	}
}

func TestVerifyPorts(t *testing.T) {
	for _, c := range [][2]string{
		{"http://desk.example/x", "http://desk.example:80/x"},
		{"https://[2001:db8::1]/x", "https://[2001:db8::1]:443/x"},
	} {
		for _, pair := range [][2]string{c, {c[1], c[0]}} {
			if _, err := verify(token, request(t, pair[0], formType, "a=b", Signature(token, pair[1], url.Values{"a": {"b"}}))); err != nil {
				t.Errorf("known as %s, signed as %s: %v", pair[0], pair[1], err)
			}
		}
	}
}

// Each distinct value of a repeated key counts, in sorted order.
func TestVerifyRepeatedKeys(t *testing.T) {
	const address = "https://desk.example/x"
	sign := func(text string) string { return SignatureOfText(token, address+text) }
	for body, text := range map[string]string{
		"K=b&K=a":           "KaKb",
		"K=a&K=a":           "Ka",
		"K=b&J=1&K=a&K=b":   "J1KaKb",
		"Kx=1&K=2&A=%2B%26": "A+&K2Kx1",
	} {
		if _, err := verify(token, request(t, address, formType, body, sign(text))); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
	if _, err := verify(token, request(t, address, formType, "K=b&K=a", sign("Kb"))); err == nil {
		t.Error("only one of two values was signed, and that passed")
	}
}

// SignatureOfText signs a text put together by hand.
func SignatureOfText(key, text string) string { return Signature(key, text, nil) }

func TestVerifyJSON(t *testing.T) {
	const body = `{"AccountSid":"AC1","MessageSid":"SM1","Body":"naïve 🎉","NumMedia":0,"Flag":true,"Deep":{"a":1}}`
	sum := sha256.Sum256([]byte(body))
	address := "https://desk.example/webhooks/sms?bodySHA256=" + hex.EncodeToString(sum[:])
	good := Signature(token, address, nil)
	f, err := verify(token, request(t, address, "application/json", body, good))
	if err != nil {
		t.Fatal(err)
	}
	if f.Get("Body") != "naïve 🎉" || f.Get("NumMedia") != "0" || f.Get("Flag") != "true" || f.Has("Deep") {
		t.Errorf("read as %v", f)
	}
	upper := "https://desk.example/webhooks/sms?bodySHA256=" + strings.ToUpper(hex.EncodeToString(sum[:]))
	none := "https://desk.example/webhooks/sms"
	for name, c := range map[string]struct {
		r    channels.Request
		want desk.Code
	}{
		"upper case":   {request(t, upper, "application/json", body, Signature(token, upper, nil)), ""},
		"altered body": {request(t, address, "application/json", body+" ", good), desk.Forbidden},
		"no hash":      {request(t, none, "application/json", body, Signature(token, none, nil)), desk.Forbidden},
		"forged":       {request(t, address, "application/json", body, Signature("x", address, nil)), desk.Forbidden},
		"missing":      {request(t, address, "application/json", body, ""), desk.Forbidden},
	} {
		if _, err := verify(token, c.r); c.want == "" && err != nil || c.want != "" && desk.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
