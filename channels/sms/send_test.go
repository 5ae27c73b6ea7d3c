package sms_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/channels"
	"parley/desk"
)

func outbound(base, text string, files ...desk.Attachment) desk.Outbound {
	in := inbox()
	in.Config["base_url"] = base
	return desk.Outbound{
		Message:  desk.Message{ID: messageID, Kind: desk.Text, Text: text, Author: desk.ByAgent, Attachments: files},
		Identity: desk.Identity{Kind: desk.Phone, Value: "+393200000142"}, Inbox: in,
		FileURL: func(a desk.Attachment) string { return "https://desk.example/f/" + a.Name },
	}
}

func TestSend(t *testing.T) {
	var got url.Values
	calls := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls++
		b, _ := io.ReadAll(r.Body)
		got, _ = url.ParseQuery(string(b))
		w.WriteHeader(201)
		_, _ = io.WriteString(w, `{"sid":"MM1"}`)
	}))
	defer s.Close()
	// No time since the customer's last message is too long for SMS.
	id, err := adapter().Send(context.Background(), outbound(s.URL, "Look: £5", desk.Attachment{Name: "a.jpg"}, desk.Attachment{Name: "b.png"}))
	if err != nil || id != "MM1" {
		t.Fatalf("%q, %v", id, err)
	}
	want := url.Values{
		"To": {"+393200000142"}, "From": {"+15005550006"}, "Body": {"Look: £5"},
		"MediaUrl":       {"https://desk.example/f/a.jpg", "https://desk.example/f/b.png"},
		"StatusCallback": {"https://desk.example/webhooks/demo-sms?message=" + messageID},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	calls = 0
	for name, out := range map[string]desk.Outbound{
		"too long":       outbound(s.URL, strings.Repeat("a", 1601)),
		"too many emoji": outbound(s.URL, strings.Repeat("😀", 801)),
		"empty":          outbound(s.URL, ""),
		"11 files":       outbound(s.URL, "x", make([]desk.Attachment, 11)...),
		"nobody":         func() desk.Outbound { o := outbound(s.URL, "x"); o.Identity.Value = ""; return o }(),
		"not a phone":    func() desk.Outbound { o := outbound(s.URL, "x"); o.Identity.Kind = desk.PSID; return o }(),
		"no link":        func() desk.Outbound { o := outbound(s.URL, "x", desk.Attachment{}); o.FileURL = nil; return o }(),
	} {
		_, err := adapter().Send(context.Background(), out)
		var d *channels.DeliveryError
		if !errors.As(err, &d) || d.Class != channels.Permanent || d.Reason == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if calls != 0 {
		t.Errorf("%d calls for messages that cannot go", calls)
	}
	if _, err := adapter().Send(context.Background(), outbound(s.URL, strings.Repeat("a", 1600))); err != nil {
		t.Errorf("the longest text: %v", err)
	}
}

func TestSteps(t *testing.T) {
	const address = "https://desk.example/webhooks/demo-sms"
	in := inbox()
	for _, service := range []string{"", "MG1"} {
		in.Config["messaging_service_sid"] = service
		if !strings.Contains(strings.Join(adapter().Steps(in, address), "\n"), address) {
			t.Errorf("the steps with service %q do not name the webhook", service)
		}
	}
	seen := map[string]bool{}
	for _, s := range adapter().Settings() {
		if s.Label == "" || s.Help == "" || seen[s.Key] {
			t.Errorf("setting %+v", s)
		}
		seen[s.Key] = true
	}
	for _, key := range []string{"base_url", "account_sid", "from", "messaging_service_sid", "auth_token"} {
		if !seen[key] {
			t.Errorf("no setting %s", key)
		}
	}
}
