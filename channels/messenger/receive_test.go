package messenger_test

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
	"parley/channels/messenger"
	"parley/channels/meta"
	"parley/desk"
)

const messageID = "018f2b6e-0000-7000-8000-000000000001"

var noon = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)

func adapter() *messenger.Adapter {
	return messenger.New(meta.Options{Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler)})
}

func inbox(base string) desk.Inbox {
	return desk.Inbox{
		ID: "018f2b6e-0000-7000-8000-0000000000dd", Name: "demo-messenger", Channel: desk.Messenger,
		Config:  map[string]string{"page_id": "200000000000001", "base_url": base},
		Secrets: map[string]string{"app_secret": "demo-meta-secret", "verify_token": "demo-verify", "access_token": "demo-meta-token"},
	}
}

// signed is what Meta would send with body.
func signed(body []byte) channels.Request {
	u, _ := url.Parse("https://desk.example/webhooks/demo-messenger")
	h := http.Header{}
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("X-Hub-Signature-256", meta.Signature("demo-meta-secret", body))
	return channels.Request{Method: http.MethodPost, URL: u, Header: h, Body: body}
}

func payloads(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no payloads", err)
	}
	out := map[string][]byte{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(file, ".json")] = b
	}
	return out
}

func TestReceive(t *testing.T) {
	for name, body := range payloads(t) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			got, err := adapter().Receive(inbox(""), signed(body))
			if err != nil {
				t.Fatal(err)
			}
			golden.Inbound(t, name+".golden", got)
		})
	}
}

func TestReceiveSignature(t *testing.T) {
	body := payloads(t)["testdata/text"]
	for name, change := range map[string]func(*channels.Request){
		"missing": func(r *channels.Request) { r.Header.Del("X-Hub-Signature-256") },
		"forged":  func(r *channels.Request) { r.Header.Set("X-Hub-Signature-256", meta.Signature("other", body)) },
		"altered": func(r *channels.Request) { r.Body = []byte(strings.Replace(string(body), "Cze", "cze", 1)) },
	} {
		r := signed(body)
		change(&r)
		if got, err := adapter().Receive(inbox(""), r); desk.CodeOf(err) != desk.Forbidden || len(got) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, no := range []string{"", "{}", `{"object":"page"}`, `{"object":"page","entry":7}`} {
		if _, err := adapter().Receive(inbox(""), signed([]byte(no))); desk.CodeOf(err) != desk.Invalid {
			t.Errorf("%q: %v", no, err)
		}
	}
}

// An inbox whose page is not set takes nobody's messages.
func TestReceiveWithoutPage(t *testing.T) {
	in := inbox("")
	in.Config["page_id"] = ""
	got, err := adapter().Receive(in, signed([]byte(`{"object":"page","entry":[{"messaging":[{"sender":{"id":"7"},"message":{"mid":"m","text":"x"}}]}]}`)))
	if err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

func FuzzReceive(f *testing.F) {
	for _, body := range payloads(f) {
		f.Add(body)
	}
	a, in := adapter(), inbox("")
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := a.Receive(in, signed(body))
		if err != nil && desk.CodeOf(err) == desk.Internal {
			t.Fatalf("error without meaning: %v", err)
		}
		for _, i := range got {
			b, err := json.Marshal(i)
			if err != nil || strings.Contains(string(b), `\u0000`) || i.ProviderID == "" || len(i.ProviderID) > 700 || i.InboxID != in.ID {
				t.Fatalf("%s: %v", b, err)
			}
			if i.Kind == desk.InMessage && (i.Identity.Value == "" || i.Identity.Scope == "" || i.Message == nil || i.Message.Kind == "") {
				t.Fatalf("a message of nobody or nothing: %s", b)
			}
		}
	})
}
