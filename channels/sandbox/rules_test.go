package sandbox

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTwilioRefusals(t *testing.T) {
	w := newWorld(t, nil)
	w.api("POST", "/sandbox/api/send", object{"app": "sms", "from": "+12025550100", "text": " stop "})
	good := url.Values{"To": {"+12025550199"}, "From": {SMSNumber}, "Body": {"hi"}}
	for _, c := range []struct {
		name, key, value string
		status           int
		code             float64
	}{
		{"no recipient", "To", "", 400, 21604},
		{"not a number", "To", "12345", 400, 21211},
		{"the number that is never valid", "To", "+15005550001", 400, 21211},
		{"a landline", "To", "+15005550009", 400, 21614},
		{"wrote stop", "To", "+12025550100", 400, 21610},
		{"foreign sender", "From", "+15005550007", 400, 21606},
		{"no text", "Body", "", 400, 21602},
		{"too long", "Body", strings.Repeat("a", 1601), 400, 21617},
		{"too long in UTF-16", "Body", strings.Repeat("🙂", 801), 400, 21617},
		{"a file elsewhere", "MediaUrl", "http://169.254.169.254/", 400, 21620},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := url.Values{}
			for k, v := range good {
				f[k] = v
			}
			f.Set(c.key, c.value)
			a := w.must(w.twilio(f))
			if a.status != c.status || a.body["code"] != c.code || a.body["status"] != float64(c.status) {
				t.Errorf("answered %d %v, want code %v", a.status, a.body, c.code)
			}
		})
	}
	if a := w.must(w.twilio(good)); a.status != 201 {
		t.Errorf("an unknown but valid number is refused: %v", a.body)
	}
	req, _ := http.NewRequest("POST", w.url+TwilioPath+"/2010-04-01/Accounts/"+TwilioAccountSID+"/Messages.json", strings.NewReader(good.Encode()))
	req.SetBasicAuth(TwilioAccountSID, "wrong")
	if a := w.must(w.do(req)); a.status != 401 || a.body["code"] != float64(20003) {
		t.Errorf("wrong token: %v", a)
	}
}

func TestStopIsAnsweredAndUndone(t *testing.T) {
	w := newWorld(t, nil)
	key := threadKey{SMS, People[0].Phone}
	w.api("POST", "/sandbox/api/send", object{"app": "sms", "from": key.phone, "text": "STOP"})
	m := w.waitState(key, func(m []Message) bool { return len(m) == 2 })
	if m[1].Direction != Out || !strings.Contains(m[1].Text, "unsubscribed") {
		t.Errorf("answer to STOP: %+v", m[1])
	}
	if got := w.waitFor(1)[0].form(t).Get("OptOutType"); got != "STOP" {
		t.Errorf("OptOutType %q", got)
	}
	w.api("POST", "/sandbox/api/send", object{"app": "sms", "from": key.phone, "text": "start"})
	w.waitState(key, func(m []Message) bool { return len(m) == 4 })
	if a := w.must(w.twilio(url.Values{"To": {key.phone}, "From": {SMSNumber}, "Body": {"hi"}})); a.status != 201 {
		t.Errorf("after START: %v", a.body)
	}
}

func TestYesIsNotAnsweredByTheCarrierUnlessStopped(t *testing.T) {
	w := newWorld(t, nil)
	key := threadKey{SMS, People[0].Phone}
	w.api("POST", "/sandbox/api/send", object{"app": "sms", "from": key.phone, "text": "yes"})
	w.api("POST", "/sandbox/api/send", object{"app": "sms", "from": key.phone, "text": "help"})
	m := w.waitState(key, func(m []Message) bool { return len(m) == 3 })
	if !strings.HasPrefix(m[2].Text, "Reply STOP") {
		t.Errorf("only help is answered, got %+v", m)
	}
}

func TestTwilioListForReconciling(t *testing.T) {
	w := newWorld(t, nil)
	w.api("POST", "/sandbox/api/send", object{"app": "sms", "from": People[0].Phone, "text": "first"})
	w.api("POST", "/sandbox/api/send", object{"app": "sms", "from": People[1].Phone, "text": "second"})
	w.must(w.twilio(url.Values{"To": {People[0].Phone}, "From": {SMSNumber}, "Body": {"answer"}}))
	list := func(query string) []string {
		req, err := http.NewRequest("GET", w.url+TwilioPath+"/2010-04-01/Accounts/"+TwilioAccountSID+"/Messages.json?"+query, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth(TwilioAccountSID, TwilioAuthToken)
		a := w.must(w.do(req))
		out := []string{}
		for i := range dig(a.body, "messages").([]any) {
			out = append(out, dig(a.body, "messages", i, "direction").(string)+" "+dig(a.body, "messages", i, "body").(string))
		}
		return out
	}
	if d := cmp.Diff([]string{"inbound second", "inbound first"}, list("To="+url.QueryEscape(SMSNumber))); d != "" {
		t.Errorf("inbound ones, newest first (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"inbound second"}, list("PageSize=1&Page=1")); d != "" {
		t.Errorf("second page (-want +got):\n%s", d)
	}
	if got := list("DateSent>=" + url.QueryEscape(time.Now().Add(time.Hour).UTC().Format(time.RFC3339))); len(got) != 0 {
		t.Errorf("after now there is %v", got)
	}
}

func TestGraphRefusals(t *testing.T) {
	w := newWorld(t, nil)
	long := strings.Repeat("ż", 4097)
	for _, c := range []struct {
		name, path string
		body       any
		status     int
		code, sub  float64
	}{
		{"no product", "/v23.0/" + WhatsAppPhoneNumberID, object{"to": "447700900123"}, 400, 100, 0},
		{"no text", "/v23.0/" + WhatsAppPhoneNumberID, object{"messaging_product": "whatsapp", "to": "447700900123", "type": "text"}, 400, 100, 0},
		{"too long", "/v23.0/" + WhatsAppPhoneNumberID, whatsAppText("447700900123", long), 400, 100, 0},
		{"a business-scoped id as number", "/v23.0/" + WhatsAppPhoneNumberID, whatsAppText("GB.abc123", "hi"), 400, 100, 0},
		{"a link elsewhere", "/v23.0/" + WhatsAppPhoneNumberID, object{"messaging_product": "whatsapp", "to": "447700900123", "type": "image", "image": object{"link": "http://10.0.0.1/x.png"}}, 400, 131053, 0},
		{"foreign number id", "/v23.0/999", whatsAppText("447700900123", "hi"), 400, 100, 33},
		{"unknown user", "/v23.0/" + MessengerPageID, messengerText("abc", "hi"), 400, 100, 2018001},
		{"Messenger too long", "/v23.0/" + MessengerPageID, messengerText("72", strings.Repeat("a", 2001)), 400, 100, 2018109},
		{"Messenger empty", "/v23.0/" + MessengerPageID, object{"recipient": object{"id": "72"}}, 400, 100, 0},
		{"no version", "/latest/" + MessengerPageID, messengerText("72", "hi"), 404, 2500, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := w.must(w.graph(c.path+"/messages", c.body))
			sub, _ := dig(a.body, "error", "error_subcode").(float64)
			if a.status != c.status || dig(a.body, "error", "code") != c.code || sub != c.sub {
				t.Errorf("answered %d %v", a.status, a.body)
			}
		})
	}
	req, _ := http.NewRequest("POST", w.url+GraphPath+"/v23.0/"+MessengerPageID+"/messages", strings.NewReader("{}"))
	req.Header.Set("Authorization", "Bearer stolen")
	if a := w.must(w.do(req)); a.status != 401 || dig(a.body, "error", "code") != float64(190) {
		t.Errorf("wrong token: %v", a)
	}
}

func TestWindow(t *testing.T) {
	var clock clock
	clock.set(time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC))
	w := newWorld(t, func(c *Config) { c.Now = clock.now })
	wa, psid := People[0].WaID, People[0].PSID
	w.api("POST", "/sandbox/api/send", object{"app": "whatsapp", "from": wa, "text": "hi"})
	w.api("POST", "/sandbox/api/send", object{"app": "messenger", "from": psid, "text": "hi"})
	w.waitFor(2)
	whatsApp := func() []Message {
		w.must(w.graph("/v23.0/"+WhatsAppPhoneNumberID+"/messages", whatsAppText(wa, "late?")))
		return w.s.phones.history(threadKey{WhatsApp, wa}, 50)
	}
	messenger := func(extra object) answer {
		b := messengerText(psid, "late?")
		for k, v := range extra {
			b[k] = v
		}
		return w.must(w.graph("/v23.0/"+MessengerPageID+"/messages", b))
	}
	clock.add(24 * time.Hour)
	if n := len(whatsApp()); n != 2 {
		t.Errorf("WhatsApp at 24 h exactly: %d messages on the phone", n)
	}
	if a := messenger(nil); a.status != 200 {
		t.Errorf("Messenger at 24 h exactly: %v", a.body)
	}
	clock.add(time.Second)
	if n := len(whatsApp()); n != 2 {
		t.Errorf("WhatsApp after 24 h: %d messages on the phone", n)
	}
	w.wait("131047", func(all []hook) bool {
		return slices.ContainsFunc(all, func(h hook) bool {
			return dig(h.json(t), "entry", 0, "changes", 0, "value", "statuses", 0, "errors", 0, "code") == float64(131047)
		})
	})
	if a := messenger(nil); a.status != 403 || dig(a.body, "error", "code") != float64(10) || dig(a.body, "error", "error_subcode") != float64(2018278) {
		t.Errorf("Messenger after 24 h: %d %v", a.status, a.body)
	}
	tag := object{"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
	if a := messenger(tag); a.status != 200 {
		t.Errorf("by tag within 7 days: %v", a.body)
	}
	clock.add(6 * 24 * time.Hour)
	if a := messenger(tag); a.status != 403 {
		t.Errorf("by tag after 7 days: %v", a.body)
	}
	template := object{"messaging_product": "whatsapp", "to": wa, "type": "template", "template": object{"name": "order_update", "language": object{"code": "en"}}}
	w.must(w.graph("/v23.0/"+WhatsAppPhoneNumberID+"/messages", template))
	if h := w.s.phones.history(threadKey{WhatsApp, wa}, 50); len(h) != 3 {
		t.Errorf("a template does not go out: %v", h)
	}
}

func TestWindowSwitchClosesUntilTheCustomerWrites(t *testing.T) {
	w := newWorld(t, nil)
	psid := People[0].PSID
	send := func() int {
		return w.must(w.graph("/v23.0/"+MessengerPageID+"/messages", messengerText(psid, "x"))).status
	}
	w.api("POST", "/sandbox/api/send", object{"app": "messenger", "from": psid, "text": "hi"})
	if got := send(); got != 200 {
		t.Fatalf("open window: %d", got)
	}
	w.api("PUT", "/sandbox/api/faults", object{"window_closed": true})
	if got := send(); got != 403 {
		t.Errorf("closed by hand: %d", got)
	}
	w.api("POST", "/sandbox/api/send", object{"app": "messenger", "from": psid, "text": "me again"})
	if got := send(); got != 200 {
		t.Errorf("after the customer wrote: %d", got)
	}
}
