package twilio

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1" // the algorithm is Twilio's choice
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"mime"
	"net"
	"net/url"
	"slices"
	"strings"

	"parley/channels"
	"parley/desk"
)

// Signature is what Twilio puts into X-Twilio-Signature for a request to
// address with these form parameters: base64 of HMAC-SHA1, keyed by the auth
// token, of the address followed by each key and value in the order of the keys.
// A key given several times contributes each distinct value, sorted.
func Signature(token, address string, params url.Values) string {
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(address))
	keys := make([]string, 0, len(params))
	for k := range params {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		values := slices.Clone(params[k])
		slices.Sort(values)
		for _, v := range slices.Compact(values) {
			mac.Write([]byte(k))
			mac.Write([]byte(v))
		}
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// verify proves that r is Twilio's and reads its parameters: Forbidden for a
// missing or wrong signature, Invalid for a body that is no form and no JSON.
func verify(token string, r channels.Request) (Form, error) {
	given := r.Header.Get("X-Twilio-Signature")
	if given == "" || token == "" || r.URL == nil {
		return nil, desk.Errorf(desk.Forbidden, "the request is not signed by Twilio")
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, desk.FieldError("Content-Type", "must be application/x-www-form-urlencoded")
	}
	switch kind {
	case "application/x-www-form-urlencoded":
		params, err := url.ParseQuery(string(r.Body))
		if err != nil {
			return nil, desk.FieldError("body", "is not a form; send key=value pairs, percent-encoded")
		}
		if !signed(token, r.URL, params, given) {
			return nil, desk.Errorf(desk.Forbidden, "the signature does not match: check the auth token and the public URL")
		}
		return Form(params), nil
	case "application/json":
		if !signed(token, r.URL, nil, given) || !bodyMatches(r) {
			return nil, desk.Errorf(desk.Forbidden, "the signature does not match: check the auth token and the public URL")
		}
		return jsonForm(r.Body)
	}
	return nil, desk.FieldError("Content-Type", "must be application/x-www-form-urlencoded")
}

func signed(token string, u *url.URL, params url.Values, given string) bool {
	ok := false
	for _, address := range spellings(u) {
		if hmac.Equal([]byte(Signature(token, address, params)), []byte(given)) {
			ok = true
		}
	}
	return ok
}

// spellings are the address as it is, and with its scheme's default port added
// or taken away: Twilio signs either, depending on the product.
func spellings(u *url.URL) []string {
	out := []string{u.String()}
	port := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	if port == "" {
		return out
	}
	other := *u
	switch u.Port() {
	case "":
		other.Host = net.JoinHostPort(u.Hostname(), port)
	case port:
		other.Host = u.Hostname()
		if strings.Contains(other.Host, ":") {
			other.Host = "[" + other.Host + "]"
		}
	default:
		return out
	}
	return append(out, other.String())
}

// bodyMatches compares the body with the hash that the signed address carries.
func bodyMatches(r channels.Request) bool {
	sum := sha256.Sum256(r.Body)
	given, err := hex.DecodeString(r.URL.Query().Get("bodySHA256"))
	return err == nil && hmac.Equal(given, sum[:])
}

// jsonForm reads a flat JSON object as if it were a form.
func jsonForm(body []byte) (Form, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return nil, desk.FieldError("body", "is not a JSON object")
	}
	f := Form{}
	for k, v := range object {
		switch v := v.(type) {
		case string:
			f[k] = []string{v}
		case json.Number:
			f[k] = []string{v.String()}
		case bool:
			if v {
				f[k] = []string{"true"}
			}
		}
	}
	return f, nil
}
