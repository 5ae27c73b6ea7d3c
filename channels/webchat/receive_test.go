package webchat_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/channels"
	"parley/channels/golden"
	"parley/channels/webchat"
	"parley/desk"
)

const (
	inboxID = "018f2b6e-0000-7000-8000-0000000000ee"
	visitor = "018f2b6e-3333-4333-8333-000000000001"
	aUUID   = "018f2b6e-1111-4111-8111-000000000009"
)

var (
	noon   = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)
	tokens = webchat.NewTokens([]byte("0123456789abcdef0123456789abcdef"))
)

func adapter() *webchat.Adapter { return webchat.New(tokens, func() time.Time { return noon }) }

func inbox() desk.Inbox {
	return desk.Inbox{ID: inboxID, Name: "demo-webchat", Channel: desk.WebChat, Config: map[string]string{}, Secrets: map[string]string{"identity_secret": "s3cret"}}
}

func claims() webchat.Claims {
	return webchat.Claims{Inbox: inboxID, Visitor: visitor, Expires: noon.Add(time.Hour)}
}

func request(token, body string) channels.Request {
	u, _ := url.Parse("https://desk.example/webhooks/demo-webchat")
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("Authorization", "Bearer "+token)
	return channels.Request{Method: http.MethodPost, URL: u, Header: h, Body: []byte(body)}
}

func TestReceive(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no payloads", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c := claims()
			if strings.Contains(file, "message.") {
				c.UserID = "customer-42"
			}
			got, err := adapter().Receive(inbox(), request(tokens.Sign(c), string(body)))
			if err != nil {
				t.Fatal(err)
			}
			golden.Inbound(t, strings.TrimSuffix(file, ".json")+".golden", got)
		})
	}
}

// A retry is the same message, whatever case its id is written in.
func TestReceiveKeepsTheClientsID(t *testing.T) {
	for _, id := range []string{aUUID, strings.ToUpper(aUUID)} {
		got, err := adapter().Receive(inbox(), request(tokens.Sign(claims()), `{"type":"message","id":"`+id+`","text":"x"}`))
		if err != nil || len(got) != 1 || got[0].ProviderID != aUUID || got[0].Message.ID != aUUID {
			t.Errorf("%s: %+v, %v", id, got, err)
		}
	}
}

func TestReceiveRefuses(t *testing.T) {
	good := tokens.Sign(claims())
	eleven := strings.Repeat(`"`+aUUID+`",`, 11)
	for body, field := range map[string]string{
		`{"type":"message","text":"x"}`:                                                                   "id",
		`{"type":"message","id":"7","text":"x"}`:                                                          "id",
		`{"type":"message","id":"` + aUUID + `","text":"  "}`:                                             "text",
		`{"type":"message","id":"` + aUUID + `","text":{"a":1}}`:                                          "body",
		`{"type":"message","id":7,"text":"x"}`:                                                            "body",
		`{"type":"message","id":"` + aUUID + `","attachments":["../x"]}`:                                  "attachments",
		`{"type":"message","id":"` + aUUID + `","attachments":[` + strings.TrimSuffix(eleven, ",") + `]}`: "attachments",
		`{"type":"message","id":"` + aUUID + `","text":"x","fields":{"a":{}}}`:                            "body",
		`{"type":"read"}`:                    "id",
		`{"type":"delivered","id":"x"}`:      "id",
		`{"type":"rating"}`:                  "score",
		`{"type":"rating","score":0}`:        "score",
		`{"type":"rating","score":6}`:        "score",
		`{"type":"rating","score":4.5}`:      "body",
		`{"type":"rating","score":"5"}`:      "body",
		`{"type":"admin"}`:                   "type",
		`{}`:                                 "type",
		``:                                   "body",
		`[]`:                                 "body",
		`{"type":"left"} {"type":"message"}`: "body",
	} {
		_, err := adapter().Receive(inbox(), request(good, body))
		var e *desk.Error
		if ok := asError(err, &e); !ok || e.Code != desk.Invalid || e.Field != field || e.Message == "" {
			t.Errorf("%s: %v, want invalid %s", body, err, field)
		}
	}
	r := request(good, `{"type":"left"}`)
	r.Header.Set("Content-Type", "text/plain") // what a form of another site could post
	if _, err := adapter().Receive(inbox(), r); desk.CodeOf(err) != desk.Invalid {
		t.Errorf("another type: %v", err)
	}
}

func asError(err error, into **desk.Error) bool {
	e, ok := err.(*desk.Error)
	*into = e
	return ok
}

func TestReceiveNeedsItsToken(t *testing.T) {
	other, expired := claims(), claims()
	other.Inbox = "018f2b6e-0000-7000-8000-0000000000ff"
	expired.Expires = noon
	for name, token := range map[string]string{
		"none": "", "nonsense": "a.b", "another inbox's": tokens.Sign(other), "expired": tokens.Sign(expired),
		"another key's": webchat.NewTokens([]byte("other")).Sign(claims()),
	} {
		if got, err := adapter().Receive(inbox(), request(token, `{"type":"left"}`)); desk.CodeOf(err) != desk.Forbidden || len(got) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, header := range []string{"", "Basic " + tokens.Sign(claims()), tokens.Sign(claims())} {
		r := request("", `{"type":"left"}`)
		r.Header.Set("Authorization", header)
		if _, err := adapter().Receive(inbox(), r); desk.CodeOf(err) != desk.Forbidden {
			t.Errorf("header %.10q: %v", header, err)
		}
	}
}

func TestSendIsDone(t *testing.T) {
	id, err := adapter().Send(context.Background(), desk.Outbound{Message: desk.Message{ID: aUUID}})
	if id != aUUID || err != nil {
		t.Errorf("%q, %v", id, err)
	}
}

func TestOriginAllowed(t *testing.T) {
	for _, c := range []struct {
		list, origin string
		want         bool
	}{
		{"", "https://any.example", true}, {"", "", true},
		{"https://shop.example", "https://shop.example", true},
		{"https://shop.example/, https://b.example", "https://B.example", true},
		{"shop.example", "http://shop.example", true},
		{"https://shop.example", "http://shop.example", false},
		{"https://shop.example", "https://shop.example:8443", false},
		{"https://shop.example", "https://shop.example.evil.example", false},
		{"https://shop.example", "https://evilshop.example", false},
		{"https://shop.example", "null", false}, {"https://shop.example", "", false},
		{"*.shop.example", "https://de.shop.example", true},
		{"https://*.shop.example", "https://a.b.shop.example", true},
		{"*.shop.example", "https://shop.example", false},
		{"*.shop.example", "https://evilshop.example", false},
		{"http://localhost:3000", "http://localhost:3000", true},
	} {
		in := inbox()
		in.Config["allowed_origins"] = c.list
		if got := webchat.OriginAllowed(in, c.origin); got != c.want {
			t.Errorf("%q with %q allowed: %t", c.origin, c.list, got)
		}
	}
}

func TestSteps(t *testing.T) {
	steps := strings.Join(adapter().Steps(inbox(), "https://desk.example/webhooks/demo-webchat"), "\n")
	if !strings.Contains(steps, `src="https://desk.example/widget.js" data-inbox="demo-webchat"`) {
		t.Error(steps)
	}
}

func FuzzReceive(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.json")
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b))
	}
	a, in, token := adapter(), inbox(), tokens.Sign(claims())
	f.Fuzz(func(t *testing.T, body string) {
		got, err := a.Receive(in, request(token, body))
		if err != nil && desk.CodeOf(err) != desk.Invalid {
			t.Fatalf("error without meaning: %v", err)
		}
		for _, i := range got {
			b, err := json.Marshal(i)
			if err != nil || i.ProviderID == "" || i.Identity.Value != visitor || i.InboxID != in.ID {
				t.Fatalf("%s: %v", b, err)
			}
			if i.Message != nil && (strings.ContainsRune(i.Message.Text, 0) || !desk.ValidID(i.Message.ID)) {
				t.Fatalf("%s", b)
			}
		}
	})
}
