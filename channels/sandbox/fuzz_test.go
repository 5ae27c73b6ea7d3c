package sandbox

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// fuzzed sends a body to one of the sandbox's addresses. Whatever it is, the
// answer is the caller's fault or fine: never a panic, never a server error.
func fuzzed(f *testing.F, path, kind string, authorize func(*http.Request), seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	h := New(Config{PublicURL: "http://parley.test", Log: slog.New(slog.DiscardHandler)}).Handler()
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		authorize(r)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code >= 500 {
			t.Errorf("%q answered %d %s", body, rec.Code, rec.Body)
		}
	})
}

func byToken(r *http.Request) { r.Header.Set("Authorization", "Bearer "+MetaAccessToken) }

func FuzzWhatsAppSend(f *testing.F) {
	fuzzed(f, GraphPath+"/v23.0/"+WhatsAppPhoneNumberID+"/messages", "application/json", byToken,
		`{"messaging_product":"whatsapp","to":"447700900123","type":"text","text":{"body":"hi"}}`,
		`{"messaging_product":"whatsapp","to":"447700900123","type":"image","image":{"link":"http://x"}}`,
		`{"messaging_product":"whatsapp","to":"1","type":"template","template":{"name":"a","components":[{"parameters":[{"text":"b"}]}]}}`,
		`{"messaging_product":"whatsapp","status":"read","message_id":"wamid.x","typing_indicator":{"type":"text"}}`,
		`{"messaging_product":"whatsapp","recipient":"GB.1","type":"interactive","interactive":null}`, `[]`, `{`, `null`)
}

func FuzzMessengerSend(f *testing.F) {
	fuzzed(f, GraphPath+"/v23.0/"+MessengerPageID+"/messages", "application/json", byToken,
		`{"recipient":{"id":"71"},"messaging_type":"RESPONSE","message":{"text":"hi","metadata":"x"}}`,
		`{"recipient":{"id":"71"},"sender_action":"typing_on"}`,
		`{"recipient":{"id":"71"},"message":{"attachment":{"type":"image","payload":{"url":"http://x"}}}}`, `{"recipient":7}`, `null`)
}

func FuzzTwilioSend(f *testing.F) {
	fuzzed(f, TwilioPath+"/2010-04-01/Accounts/"+TwilioAccountSID+"/Messages.json", "application/x-www-form-urlencoded",
		func(r *http.Request) { r.SetBasicAuth(TwilioAccountSID, TwilioAuthToken) },
		"To=%2B447700900123&From=%2B15005550006&Body=hi", "To=%2B447700900123&From=%2B15005550006&MediaUrl=http%3A%2F%2Fx", "%zz", "", "To=&To=")
}

func FuzzPageSend(f *testing.F) {
	fuzzed(f, "/sandbox/api/send", "application/json", func(*http.Request) {},
		`{"app":"sms","from":"+447700900123","text":"hi"}`, `{"app":"whatsapp","from":"44","media":["x"]}`, `{"app":7}`, `null`)
}
