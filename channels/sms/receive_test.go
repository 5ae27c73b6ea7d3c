package sms_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/channels"
	"parley/channels/golden"
	"parley/channels/sms"
	"parley/channels/twilio"
	"parley/desk"
)

const (
	token     = "demo-twilio-token"
	messageID = "018f2b6e-0000-7000-8000-000000000001"
)

var noon = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)

func adapter() *sms.Adapter {
	return sms.New(twilio.Options{Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler), WebhookURL: func(n string) string { return "https://desk.example/webhooks/" + n }})
}

func inbox() desk.Inbox {
	return desk.Inbox{
		ID: "018f2b6e-0000-7000-8000-0000000000aa", Name: "demo-sms", Channel: desk.SMS,
		Config:  map[string]string{"account_sid": "ACdemo00000000000000000000000000000", "from": "+15005550006", "messaging_service_sid": ""},
		Secrets: map[string]string{"auth_token": token},
	}
}

// signed makes the request Twilio would make with body.
func signed(body, query string) channels.Request {
	u, _ := url.Parse("https://desk.example/webhooks/demo-sms" + query)
	params, _ := url.ParseQuery(body)
	h := http.Header{}
	h.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	h.Set("X-Twilio-Signature", twilio.Signature(token, u.String(), params))
	return channels.Request{Method: http.MethodPost, URL: u, Header: h, Body: []byte(body)}
}

func TestReceive(t *testing.T) {
	files, err := filepath.Glob("testdata/*.form")
	if err != nil || len(files) == 0 {
		t.Fatal("no payloads", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			query := ""
			if strings.Contains(file, "status") {
				query = "?message=" + messageID
			}
			got, err := adapter().Receive(inbox(), signed(string(body), query))
			if err != nil {
				t.Fatal(err)
			}
			golden.Inbound(t, strings.TrimSuffix(file, ".form")+".golden", got)
		})
	}
}

func form(changes ...string) string {
	body, err := os.ReadFile("testdata/text.form")
	if err != nil {
		panic(err)
	}
	v, _ := url.ParseQuery(string(body))
	for i := 0; i+1 < len(changes); i += 2 {
		if changes[i+1] == "" {
			v.Del(changes[i])
		} else {
			v.Set(changes[i], changes[i+1])
		}
	}
	return v.Encode()
}

// Signed with our token and yet about another account or number: the inbox
// comes from the verified account, never from the address alone.
func TestReceiveRefusesAnotherAccount(t *testing.T) {
	for name, body := range map[string]string{
		"another account":          form("AccountSid", "ACother"),
		"no account":               form("AccountSid", ""),
		"another number":           form("To", "+15005550007"),
		"no number":                form("To", ""),
		"whatsapp":                 form("To", "whatsapp:+15005550006", "From", "whatsapp:+393200000142"),
		"status of other account":  url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"sent"}, "AccountSid": {"ACother"}}.Encode(),
		"status without account":   url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"sent"}}.Encode(),
		"foreign number by prefix": form("To", "+150055500061"),
	} {
		got, err := adapter().Receive(inbox(), signed(body, ""))
		if desk.CodeOf(err) != desk.Forbidden || len(got) > 0 {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

func TestReceiveRefusesWhatIsNoMessage(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":        "",
		"no id":          form("MessageSid", "", "SmsSid", "", "SmsMessageSid", ""),
		"two senders":    form() + "&From=%2B15005550009",
		"two accounts":   form() + "&AccountSid=ACother",
		"two recipients": form() + "&To=%2B15005550009",
	} {
		if _, err := adapter().Receive(inbox(), signed(body, "")); desk.CodeOf(err) != desk.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := adapter().Receive(inbox(), signed(form()+"&From=%2B393200000142", "")); err != nil || len(got) != 1 {
		t.Errorf("the same sender twice: %v", err)
	}
}

func TestReceiveUnsigned(t *testing.T) {
	r := signed(form(), "")
	r.Header.Set("X-Twilio-Signature", strings.ToLower(r.Header.Get("X-Twilio-Signature")))
	if _, err := adapter().Receive(inbox(), r); desk.CodeOf(err) != desk.Forbidden {
		t.Errorf("altered signature: %v", err)
	}
	r.Header.Del("X-Twilio-Signature")
	if _, err := adapter().Receive(inbox(), r); desk.CodeOf(err) != desk.Forbidden {
		t.Errorf("missing signature: %v", err)
	}
	in := inbox()
	in.Secrets = nil
	r = signed(form(), "")
	params, _ := url.ParseQuery(form())
	r.Header.Set("X-Twilio-Signature", twilio.Signature("", r.URL.String(), params))
	if _, err := adapter().Receive(in, r); desk.CodeOf(err) != desk.Forbidden {
		t.Errorf("inbox without a token: %v", err)
	}
}

// A status says whose message it is only by an id of ours in the signed address.
func TestReceiveStatusIgnoresAnIDThatIsNotOurs(t *testing.T) {
	body, err := os.ReadFile("testdata/status-delivered.form")
	if err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{"", "?message=x'%20OR%201=1", "?message=" + strings.ToUpper(messageID)} {
		got, err := adapter().Receive(inbox(), signed(string(body), query))
		if err != nil || len(got) != 1 || got[0].Status.MessageID != "" || got[0].Status.ExternalID == "" {
			t.Errorf("%s: %+v, %v", query, got, err)
		}
	}
}

// Whatever is signed gives an answer and never a panic, and what is accepted
// can be stored: valid JSON without NUL.
func FuzzReceive(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.form")
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(body))
	}
	f.Add("NumMedia=999999999&MessageSid=x&Body=%00")
	a, in := adapter(), inbox()
	f.Fuzz(func(t *testing.T, body string) {
		v, err := url.ParseQuery(body)
		if err == nil {
			v.Set("AccountSid", in.Config["account_sid"])
			if v.Get("MessageStatus") == "" {
				v.Set("To", in.Config["from"])
			}
			body = v.Encode()
		}
		got, err := a.Receive(in, signed(body, "?message="+messageID))
		if err != nil && desk.CodeOf(err) == desk.Internal {
			t.Fatalf("error without meaning: %v", err)
		}
		for _, i := range got {
			b, err := json.Marshal(i)
			if err != nil || strings.Contains(string(b), `\u0000`) || i.ProviderID == "" || i.InboxID != in.ID {
				t.Fatalf("%s: %v", b, err)
			}
			if i.Kind == desk.InMessage && i.Identity.Value == "" {
				t.Fatalf("a message of nobody: %s", b)
			}
		}
	})
}
