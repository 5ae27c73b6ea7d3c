package sandbox

import (
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

func (c *clock) add(d time.Duration) { c.set(c.now().Add(d)) }

func texts(t *testing.T, hooks []hook) []string {
	t.Helper()
	out := []string{}
	for _, h := range hooks {
		out = append(out, h.form(t).Get("Body"))
	}
	return out
}

func TestDuplicateIsByteForByte(t *testing.T) {
	w := newWorld(t, nil)
	w.api("PUT", "/sandbox/api/faults", object{"duplicate": true})
	w.api("POST", "/sandbox/api/send", object{"app": "sms", "from": People[0].Phone, "text": "twice"})
	hooks := w.waitFor(2)
	if string(hooks[0].body) != string(hooks[1].body) || hooks[0].header.Get("X-Twilio-Signature") != hooks[1].header.Get("X-Twilio-Signature") {
		t.Error("the duplicate differs")
	}
}

func TestReorderSwapsNeighbours(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Pace = 0.5 })
	w.api("PUT", "/sandbox/api/faults", object{"reorder": true})
	for _, text := range []string{"a", "b"} {
		w.api("POST", "/sandbox/api/send", object{"app": "sms", "from": People[0].Phone, "text": text})
	}
	if d := cmp.Diff([]string{"b", "a"}, texts(t, w.waitFor(2))); d != "" {
		t.Errorf("order (-want +got):\n%s", d)
	}
}

func TestDelay(t *testing.T) {
	w := newWorld(t, nil)
	w.api("PUT", "/sandbox/api/faults", object{"delay_ms": 150})
	begun := time.Now()
	w.api("POST", "/sandbox/api/send", object{"app": "sms", "from": People[0].Phone, "text": "late"})
	w.waitFor(1)
	if took := time.Since(begun); took < 150*time.Millisecond {
		t.Errorf("arrived after %v", took)
	}
}

func TestSendFaults(t *testing.T) {
	w := newWorld(t, nil)
	sms := func() (answer, error) {
		return w.twilio(url.Values{"To": {People[0].Phone}, "From": {SMSNumber}, "Body": {"x"}, "StatusCallback": {w.url + "/webhooks/demo-sms"}})
	}
	set := func(f object) { w.api("PUT", "/sandbox/api/faults", f) }
	key := threadKey{SMS, People[0].Phone}

	set(object{"rate_limit": true})
	if a := w.must(sms()); a.status != 429 || a.body["code"] != float64(20429) {
		t.Errorf("Twilio limited: %v", a)
	}
	if a := w.must(w.graph("/v23.0/"+WhatsAppPhoneNumberID+"/messages", whatsAppText(People[0].WaID, "x"))); a.status != 429 || dig(a.body, "error", "code") != float64(130429) {
		t.Errorf("WhatsApp limited: %v", a)
	}
	set(object{"rate_limit": false, "fail_next": 1})
	if a := w.must(sms()); a.status != 500 {
		t.Errorf("failing: %v", a)
	}
	if n := len(w.s.phones.history(key, 9)); n != 0 {
		t.Fatalf("%d refused messages reached the phone", n)
	}

	set(object{"drop_next": 1})
	if a, err := sms(); err == nil {
		t.Errorf("the connection should break, got %v", a)
	}
	w.waitState(key, func(m []Message) bool { return len(m) == 1 && m[0].Status == statusDelivered })

	set(object{"undeliverable_next": 1})
	before := len(w.waitFor(2))
	if a := w.must(sms()); a.status != 201 {
		t.Errorf("one that gets lost later: %v", a)
	}
	if got := w.waitFor(before + 1)[before].form(t); got.Get("MessageStatus") != "undelivered" || got.Get("ErrorCode") != "30003" {
		t.Errorf("status of the lost one: %v", got)
	}
	if d := cmp.Diff(Faults{}, w.s.faultsView()); d != "" {
		t.Errorf("faults are not used up (-want +got):\n%s", d)
	}
}
