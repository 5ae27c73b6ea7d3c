package whatsapp_test

import (
	"bytes"
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
	"parley/channels/meta"
	"parley/channels/twilio"
	"parley/channels/whatsapp"
	"parley/desk"
)

const messageID = "018f2b6e-0000-7000-8000-000000000001"

var noon = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)

var quiet = slog.New(slog.DiscardHandler)

func now() time.Time { return noon }

func metaAdapter() *whatsapp.Meta { return whatsapp.NewMeta(meta.Options{Now: now, Log: quiet}) }

func twilioAdapter() *whatsapp.Twilio {
	return whatsapp.NewTwilio(twilio.Options{Now: now, Log: quiet, WebhookURL: func(n string) string { return "https://desk.example/webhooks/" + n }})
}

func metaInbox(base string) desk.Inbox {
	return desk.Inbox{
		ID: "018f2b6e-0000-7000-8000-0000000000bb", Name: "demo-whatsapp", Channel: desk.WhatsApp,
		Config:  map[string]string{"phone_number_id": "100000000000001", "number": "15550001111", "base_url": base},
		Secrets: map[string]string{"app_secret": "demo-meta-secret", "verify_token": "demo-verify", "access_token": "demo-meta-token"},
	}
}

func twilioInbox(base string) desk.Inbox {
	return desk.Inbox{
		ID: "018f2b6e-0000-7000-8000-0000000000cc", Name: "wa-twilio", Channel: desk.WhatsApp,
		Config:  map[string]string{"account_sid": "ACdemo00000000000000000000000000000", "from": "whatsapp:+15005550006", "base_url": base},
		Secrets: map[string]string{"auth_token": "demo-twilio-token"},
	}
}

// metaRequest is what Meta would send with body.
func metaRequest(body []byte) channels.Request {
	u, _ := url.Parse("https://desk.example/webhooks/demo-whatsapp")
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("X-Hub-Signature-256", meta.Signature("demo-meta-secret", body))
	return channels.Request{Method: http.MethodPost, URL: u, Header: h, Body: body}
}

// twilioRequest is what Twilio would send with body.
func twilioRequest(body, query string) channels.Request {
	u, _ := url.Parse("https://desk.example/webhooks/wa-twilio" + query)
	params, _ := url.ParseQuery(body)
	h := http.Header{}
	h.Set("Content-Type", "application/x-www-form-urlencoded")
	h.Set("X-Twilio-Signature", twilio.Signature("demo-twilio-token", u.String(), params))
	return channels.Request{Method: http.MethodPost, URL: u, Header: h, Body: []byte(body)}
}

func TestReceiveMeta(t *testing.T) {
	for _, file := range glob(t, "testdata/meta/*.json") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			got, err := metaAdapter().Receive(metaInbox(""), metaRequest(read(t, file)))
			if err != nil {
				t.Fatal(err)
			}
			golden.Inbound(t, strings.TrimSuffix(file, ".json")+".golden", got)
		})
	}
}

func TestReceiveTwilio(t *testing.T) {
	for _, file := range glob(t, "testdata/twilio/*.form") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			got, err := twilioAdapter().Receive(twilioInbox(""), twilioRequest(string(read(t, file)), "?message="+messageID))
			if err != nil {
				t.Fatal(err)
			}
			golden.Inbound(t, strings.TrimSuffix(file, ".form")+".golden", got)
		})
	}
}

func glob(t testing.TB, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatal("no payloads at", pattern)
	}
	return files
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReceiveMetaSignature(t *testing.T) {
	body := read(t, "testdata/meta/text.json")
	a, in := metaAdapter(), metaInbox("")
	for name, change := range map[string]func(*channels.Request){
		"missing": func(r *channels.Request) { r.Header.Del("X-Hub-Signature-256") },
		"forged":  func(r *channels.Request) { r.Header.Set("X-Hub-Signature-256", meta.Signature("x", body)) },
		"upper case": func(r *channels.Request) {
			r.Header.Set("X-Hub-Signature-256", strings.ToUpper(r.Header.Get("X-Hub-Signature-256")))
		},
		"no prefix": func(r *channels.Request) {
			r.Header.Set("X-Hub-Signature-256", r.Header.Get("X-Hub-Signature-256")[7:])
		},
		"altered body": func(r *channels.Request) { r.Body = append(bytes.Clone(body), ' ') },
		"only the old SHA-1": func(r *channels.Request) {
			r.Header.Set("X-Hub-Signature", r.Header.Get("X-Hub-Signature-256"))
			r.Header.Del("X-Hub-Signature-256")
		},
	} {
		r := metaRequest(body)
		change(&r)
		if got, err := a.Receive(in, r); desk.CodeOf(err) != desk.Forbidden || len(got) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	in.Secrets = map[string]string{}
	r := metaRequest(body)
	r.Header.Set("X-Hub-Signature-256", meta.Signature("", body))
	if _, err := a.Receive(in, r); desk.CodeOf(err) != desk.Forbidden {
		t.Errorf("inbox without a secret: %v", err)
	}
}

func TestReceiveMetaRefusesWhatIsNoWebhook(t *testing.T) {
	for _, body := range []string{
		"", "x", "[]", "7", `"s"`, "null", "{}", `{"object":"whatsapp_business_account"}`, `{"object":{},"entry":[]}`,
		`{"object":"whatsapp_business_account","entry":{}}`, `{"object":"whatsapp_business_account","entry":"x"}`, `{"entry":[]}`,
	} {
		if _, err := metaAdapter().Receive(metaInbox(""), metaRequest([]byte(body))); desk.CodeOf(err) != desk.Invalid {
			t.Errorf("%s: %v", body, err)
		}
	}
	for _, kind := range []string{"", "text/plain", "application/jsonp", "application/x-www-form-urlencoded"} {
		r := metaRequest(read(t, "testdata/meta/text.json"))
		r.Header.Set("Content-Type", kind)
		if _, err := metaAdapter().Receive(metaInbox(""), r); desk.CodeOf(err) != desk.Invalid {
			t.Errorf("type %q: %v", kind, err)
		}
	}
}

// What cannot be read keeps its sender's other messages, and one thing in a
// webhook keeps all of its payload for later.
func TestReceiveMetaKeepsRaw(t *testing.T) {
	body := read(t, "testdata/meta/text.json")
	got, err := metaAdapter().Receive(metaInbox(""), metaRequest(body))
	if err != nil || len(got) != 1 || !bytes.Equal(got[0].Raw, body) {
		t.Errorf("one message keeps %d bytes, %v", len(got[0].Raw), err)
	}
	got, err = metaAdapter().Receive(metaInbox(""), metaRequest(read(t, "testdata/meta/batch.json")))
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range got {
		if i.Kind == desk.InMessage && !bytes.Contains(i.Raw, []byte(i.Message.ExternalID)) {
			t.Errorf("%s keeps %s", i.ProviderID, i.Raw)
		}
	}
}

func TestReceiveTwilioRefusesSMS(t *testing.T) {
	v, _ := url.ParseQuery(string(read(t, "testdata/twilio/text.form")))
	v.Set("To", "+15005550006")
	if _, err := twilioAdapter().Receive(twilioInbox(""), twilioRequest(v.Encode(), "")); desk.CodeOf(err) != desk.Forbidden {
		t.Errorf("an SMS to the WhatsApp inbox: %v", err)
	}
}

func TestHandshake(t *testing.T) {
	ask := func(in desk.Inbox, query string) (channels.Reply, error) {
		u, _ := url.Parse("https://desk.example/webhooks/demo-whatsapp?" + query)
		return metaAdapter().Handshake(in, channels.Request{Method: http.MethodGet, URL: u})
	}
	in := metaInbox("")
	got, err := ask(in, "hub.mode=subscribe&hub.verify_token=demo-verify&hub.challenge=1158201444")
	if err != nil || got.Status != 200 || string(got.Body) != "1158201444" || !strings.HasPrefix(got.Type, "text/plain") {
		t.Errorf("%+v, %v", got, err)
	}
	for _, query := range []string{
		"", "hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1", "hub.mode=subscribe&hub.challenge=1",
		"hub.mode=unsubscribe&hub.verify_token=demo-verify&hub.challenge=1", "hub.verify_token=demo-verify&hub.challenge=1",
	} {
		if _, err := ask(in, query); desk.CodeOf(err) != desk.Forbidden {
			t.Errorf("%q: %v", query, err)
		}
	}
	if _, err := ask(in, "hub.mode=subscribe&hub.verify_token=demo-verify&hub.challenge="+url.QueryEscape("<script>")); desk.CodeOf(err) != desk.Invalid {
		t.Errorf("a script as challenge: %v", err)
	}
	in.Secrets["verify_token"] = ""
	if _, err := ask(in, "hub.mode=subscribe&hub.verify_token=&hub.challenge=1"); desk.CodeOf(err) != desk.Forbidden {
		t.Errorf("an empty verify token matched: %v", err)
	}
}

func FuzzReceiveMeta(f *testing.F) {
	for _, file := range glob(f, "testdata/meta/*.json") {
		f.Add(read(f, file))
	}
	a, in := metaAdapter(), metaInbox("")
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := a.Receive(in, metaRequest(body))
		storable(t, in, got, err)
	})
}

func FuzzReceiveTwilio(f *testing.F) {
	for _, file := range glob(f, "testdata/twilio/*.form") {
		f.Add(string(read(f, file)))
	}
	a, in := twilioAdapter(), twilioInbox("")
	f.Fuzz(func(t *testing.T, body string) {
		if v, err := url.ParseQuery(body); err == nil {
			v.Set("AccountSid", in.Config["account_sid"])
			if v.Get("MessageStatus") == "" {
				v.Set("To", in.Config["from"])
			}
			body = v.Encode()
		}
		got, err := a.Receive(in, twilioRequest(body, "?message="+messageID))
		storable(t, in, got, err)
	})
}

// storable fails for what the database would not take or nobody could answer.
func storable(t *testing.T, in desk.Inbox, got []desk.Inbound, err error) {
	t.Helper()
	if err != nil && desk.CodeOf(err) == desk.Internal {
		t.Fatalf("error without meaning: %v", err)
	}
	for _, i := range got {
		b, err := json.Marshal(i)
		if err != nil || strings.Contains(string(b), `\u0000`) || i.ProviderID == "" || len(i.ProviderID) > 600 || i.InboxID != in.ID {
			t.Fatalf("%s: %v", b, err)
		}
		if i.Kind == desk.InMessage && (i.Identity.Value == "" || i.Message == nil || i.Message.Kind == "") {
			t.Fatalf("a message of nobody or nothing: %s", b)
		}
	}
}
