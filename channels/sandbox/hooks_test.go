package sandbox

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// checkTwilio recomputes the signature from what arrived on the wire.
func checkTwilio(t *testing.T, h hook) {
	t.Helper()
	f := h.form(t)
	keys := []string{}
	for k := range f {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	mac := hmac.New(sha1.New, []byte("demo-twilio-token"))
	mac.Write([]byte(h.url))
	for _, k := range keys {
		mac.Write([]byte(k + f.Get(k)))
	}
	if want, got := base64.StdEncoding.EncodeToString(mac.Sum(nil)), h.header.Get("X-Twilio-Signature"); got != want {
		t.Errorf("X-Twilio-Signature of %s is %q, want %q", h.url, got, want)
	}
}

func checkMeta(t *testing.T, h hook) {
	t.Helper()
	mac := hmac.New(sha256.New, []byte("demo-meta-secret"))
	mac.Write(h.body)
	if want, got := "sha256="+hex.EncodeToString(mac.Sum(nil)), h.header.Get("X-Hub-Signature-256"); got != want {
		t.Errorf("X-Hub-Signature-256 is %q, want %q", got, want)
	}
}

func TestCustomerWritesSMS(t *testing.T) {
	w := newWorld(t, nil)
	text := "żółw & 50% off? 🐢 = " + strings.Repeat("x", 30)
	if a := w.api("POST", "/sandbox/api/send", object{"app": "sms", "from": People[0].Phone, "text": text}); a.status != http.StatusAccepted {
		t.Fatalf("send answered %d %v", a.status, a.body)
	}
	h := w.waitFor(1)[0]
	checkTwilio(t, h)
	f := h.form(t)
	got := map[string]string{}
	for _, k := range []string{"From", "To", "Body", "AccountSid", "NumMedia", "NumSegments", "SmsStatus"} {
		got[k] = f.Get(k)
	}
	want := map[string]string{"From": People[0].Phone, "To": "+15005550006", "Body": text, "AccountSid": "ACdemo00000000000000000000000000000", "NumMedia": "0", "NumSegments": "1", "SmsStatus": "received"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("parameters (-want +got):\n%s", d)
	}
	if h.path != "/webhooks/demo-sms" || !strings.HasPrefix(f.Get("MessageSid"), "SM") {
		t.Errorf("path %s, MessageSid %s", h.path, f.Get("MessageSid"))
	}
	w.waitState(threadKey{SMS, People[0].Phone}, func(m []Message) bool { return m[0].Status == statusDelivered })
}

func TestCustomerWritesWhatsAppWithPicture(t *testing.T) {
	w := newWorld(t, nil)
	req, err := http.NewRequest("POST", w.url+"/sandbox/api/media?name=lamp.png", strings.NewReader("\x89PNG\r\n\x1a\nrest"))
	if err != nil {
		t.Fatal(err)
	}
	up := w.must(w.do(req))
	id, _ := up.body["id"].(string)
	if up.status != http.StatusCreated || up.body["type"] != "image/png" {
		t.Fatalf("upload: %d %v", up.status, up.body)
	}
	w.api("POST", "/sandbox/api/send", object{"app": "whatsapp", "from": People[1].WaID, "text": "see", "media": []string{id}})
	h := w.waitFor(1)[0]
	checkMeta(t, h)
	value := dig(h.json(t), "entry", 0, "changes", 0, "value")
	message := dig(value, "messages", 0)
	if dig(message, "type") != "image" || dig(message, "image", "id") != id || dig(message, "image", "caption") != "see" || dig(message, "from") != People[1].WaID {
		t.Errorf("message: %v", message)
	}
	if dig(value, "metadata", "phone_number_id") != "100000000000001" || dig(value, "contacts", 0, "profile", "name") != "Marco Bianchi" {
		t.Errorf("value: %v", value)
	}

	get := func(path, bearer string) answer {
		req, err := http.NewRequest("GET", path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", bearer)
		return w.must(w.do(req))
	}
	info := get(w.url+GraphPath+"/v23.0/"+id, "Bearer demo-meta-token")
	link, _ := info.body["url"].(string)
	if info.status != 200 || info.body["mime_type"] != "image/png" || link == "" {
		t.Fatalf("media info: %v", info)
	}
	if a := get(link, "Bearer wrong"); a.status != 401 {
		t.Errorf("download with a wrong token answered %d", a.status)
	}
	if a := get(link, "Bearer demo-meta-token"); a.status != 200 {
		t.Errorf("download answered %d", a.status)
	}
}

func TestWebhookIsTriedAgain(t *testing.T) {
	w := newWorld(t, nil)
	w.answer = func(n int, _ hook) int {
		if n < 4 {
			return []int{500, 403, 503}[n-1]
		}
		return 204
	}
	w.api("POST", "/sandbox/api/send", object{"app": "messenger", "from": People[0].PSID, "text": "one"})
	w.api("POST", "/sandbox/api/send", object{"app": "messenger", "from": People[0].PSID, "text": "two"})
	var texts []any
	for _, h := range w.waitFor(5) {
		checkMeta(t, h)
		texts = append(texts, dig(h.json(t), "entry", 0, "messaging", 0, "message", "text"))
	}
	if d := cmp.Diff([]any{"one", "one", "one", "one", "two"}, texts); d != "" {
		t.Errorf("order of attempts (-want +got):\n%s", d)
	}
}

func TestWebhookIsGivenUpInTheEnd(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Pace = 0.0001 })
	w.answer = func(int, hook) int { return 500 }
	w.api("POST", "/sandbox/api/send", object{"app": "sms", "from": People[0].Phone, "text": "lost"})
	w.waitState(threadKey{SMS, People[0].Phone}, func(m []Message) bool { return m[0].Status == statusFailed })
	if n := len(w.waitFor(maxAttempts)); n != maxAttempts {
		t.Errorf("%d attempts, want %d", n, maxAttempts)
	}
}

func TestTwilioStatusesCallBackSigned(t *testing.T) {
	w := newWorld(t, nil)
	a := w.must(w.twilio(url.Values{"To": {People[0].Phone}, "From": {SMSNumber}, "Body": {"hello"}, "StatusCallback": {w.url + "/webhooks/demo-sms?message=42"}}))
	if a.status != 201 || a.body["status"] != "queued" || a.body["error_code"] != nil {
		t.Fatalf("send: %d %v", a.status, a.body)
	}
	var statuses []string
	for _, h := range w.waitFor(2) {
		checkTwilio(t, h)
		if !strings.HasSuffix(h.url, "?message=42") || h.form(t).Get("MessageSid") != a.body["sid"] {
			t.Errorf("callback to %s for %s", h.url, h.form(t).Get("MessageSid"))
		}
		statuses = append(statuses, h.form(t).Get("MessageStatus"))
	}
	if d := cmp.Diff([]string{"sent", "delivered"}, statuses); d != "" {
		t.Errorf("statuses (-want +got):\n%s", d)
	}
}

func TestReadOnlyOnceOnScreen(t *testing.T) {
	w := newWorld(t, nil)
	key := threadKey{WhatsApp, People[2].WaID}
	w.must(w.graph("/v23.0/"+WhatsAppPhoneNumberID+"/messages", whatsAppText(People[2].WaID, "hello")))
	status := func(h hook) any { return dig(h.json(t), "entry", 0, "changes", 0, "value", "statuses", 0, "status") }
	hooks := w.waitFor(2)
	if got := []any{status(hooks[0]), status(hooks[1])}; !cmp.Equal(got, []any{"sent", "delivered"}) {
		t.Fatalf("statuses before opening: %v", got)
	}
	if got := dig(hooks[0].json(t), "entry", 0, "changes", 0, "value", "statuses", 0, "biz_opaque_callback_data"); got != "ours-1" {
		t.Errorf("opaque data: %v", got)
	}
	w.waitState(key, func(m []Message) bool { return m[0].Status == statusDelivered })
	if a := w.api("POST", "/sandbox/api/open", object{"app": "whatsapp", "phone": People[2].WaID}); a.status != 204 {
		t.Fatalf("open: %d %v", a.status, a.body)
	}
	if got := status(w.waitFor(3)[2]); got != "read" {
		t.Errorf("after opening: %v", got)
	}
	w.must(w.graph("/v23.0/"+WhatsAppPhoneNumberID+"/messages", whatsAppText(People[2].WaID, "still there?")))
	if got := status(w.waitFor(6)[5]); got != "read" {
		t.Errorf("arrived on the open screen: %v", got)
	}
}

func TestMessengerEchoDeliveryRead(t *testing.T) {
	w := newWorld(t, nil)
	a := w.must(w.graph("/v23.0/"+MessengerPageID+"/messages", messengerText(People[0].PSID, "hello")))
	hooks := w.waitFor(2)
	echo, delivery := dig(hooks[0].json(t), "entry", 0, "messaging", 0), dig(hooks[1].json(t), "entry", 0, "messaging", 0)
	if dig(echo, "message", "is_echo") != true || dig(echo, "message", "metadata") != "ours-2" || dig(echo, "sender", "id") != MessengerPageID {
		t.Errorf("echo: %v", echo)
	}
	if dig(delivery, "delivery", "mids", 0) != a.body["message_id"] {
		t.Errorf("delivery: %v", delivery)
	}
	w.waitState(threadKey{Messenger, People[0].PSID}, func(m []Message) bool { return m[0].Status == statusDelivered })
	w.api("POST", "/sandbox/api/open", object{"app": "messenger", "phone": People[0].PSID})
	if read := dig(w.waitFor(3)[2].json(t), "entry", 0, "messaging", 0, "read", "watermark"); read == nil {
		t.Error("no read watermark")
	}
}
