package messenger_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/channels"
	"parley/desk"
)

// call is a request as the provider saw it.
type call struct{ Method, Path, Body string }

// provider answers the n-th call with the n-th answer, and the last one from
// then on. An answer may begin with its status.
func provider(t *testing.T, answers ...string) (base string, seen *[]call) {
	t.Helper()
	seen = &[]call{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer demo-meta-token" {
			t.Errorf("credentials %q", r.Header.Get("Authorization"))
		}
		b, _ := io.ReadAll(r.Body)
		a := answers[min(len(*seen), len(answers)-1)]
		*seen = append(*seen, call{r.Method, r.URL.RequestURI(), string(b)})
		status := 200
		if n, err := fmt.Sscanf(a, "%d ", &status); n == 1 && err == nil {
			a = a[4:]
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, a)
	}))
	t.Cleanup(s.Close)
	return s.URL, seen
}

func outbound(base, text string, files ...desk.Attachment) desk.Outbound {
	return desk.Outbound{
		Message:  desk.Message{ID: messageID, Kind: desk.Text, Text: text, Author: desk.ByAgent, Attachments: files},
		Identity: desk.Identity{Kind: desk.PSID, Scope: "200000000000001", Value: "71"}, Inbox: inbox(base),
		LastCustomerAt: noon.Add(-time.Hour),
		FileURL:        func(a desk.Attachment) string { return "https://desk.example/f/" + a.Name },
	}
}

const path = "/v23.0/200000000000001/messages"

func TestSendWireForm(t *testing.T) {
	message := func(inner string) call {
		return call{"POST", path, `{"recipient":{"id":"71"},"messaging_type":"RESPONSE","message":{` + inner + `,"metadata":"` + messageID + `"}}`}
	}
	for name, c := range map[string]struct {
		text  string
		files []desk.Attachment
		want  []call
	}{
		"text": {"Cześć 👋", nil, []call{message(`"text":"Cześć 👋"`)}},
		"picture and words": {"look", []desk.Attachment{{Name: "a.png", Type: "image/png"}}, []call{
			message(`"text":"look"`),
			message(`"attachment":{"type":"image","payload":{"url":"https://desk.example/f/a.png","is_reusable":false}}`),
		}},
		"document": {"", []desk.Attachment{{Name: "a.pdf", Type: "application/pdf"}}, []call{
			message(`"attachment":{"type":"file","payload":{"url":"https://desk.example/f/a.pdf","is_reusable":false}}`),
		}},
		"long": {strings.Repeat("a", 1500) + " " + strings.Repeat("b", 1000), nil, []call{
			message(`"text":"` + strings.Repeat("a", 1500) + `"`), message(`"text":"` + strings.Repeat("b", 1000) + `"`),
		}},
	} {
		base, seen := provider(t, `{"recipient_id":"71","message_id":"m_1"}`, `{"recipient_id":"71","message_id":"m_2"}`)
		id, err := adapter().Send(context.Background(), outbound(base, c.text, c.files...))
		if want := fmt.Sprintf("m_%d", len(c.want)); err != nil || id != want {
			t.Errorf("%s: %q, %v", name, id, err)
		}
		if diff := cmp.Diff(c.want, *seen); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// 24 hours for everybody, 7 days for what a human wrote, and then nothing.
func TestSendWindow(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		silence time.Duration
		author  desk.Author
		want    string // a part of the request, or a class
	}{
		{day - time.Second, desk.ByAgent, `"messaging_type":"RESPONSE","message"`},
		{day - time.Second, desk.ByBot, `"messaging_type":"RESPONSE","message"`},
		{day, desk.ByAgent, `"messaging_type":"MESSAGE_TAG","tag":"HUMAN_AGENT"`},
		{day, desk.ByBot, string(channels.NeedsTemplate)},
		{day, desk.BySystem, string(channels.NeedsTemplate)},
		{7*day - time.Second, desk.ByAgent, `"messaging_type":"MESSAGE_TAG","tag":"HUMAN_AGENT"`},
		{7 * day, desk.ByAgent, string(channels.NeedsTemplate)},
		{0, desk.ByAgent, string(channels.NeedsTemplate)}, // never wrote
	} {
		base, seen := provider(t, `{"message_id":"m_1"}`)
		out := outbound(base, "hi")
		out.Message.Author, out.LastCustomerAt = c.author, noon.Add(-c.silence)
		if c.silence == 0 {
			out.LastCustomerAt = time.Time{}
		}
		_, err := adapter().Send(context.Background(), out)
		var d *channels.DeliveryError
		switch {
		case err == nil:
			if !strings.Contains((*seen)[0].Body, c.want) {
				t.Errorf("%s by %s: sent %s", c.silence, c.author, (*seen)[0].Body)
			}
		case !errors.As(err, &d) || string(d.Class) != c.want || d.Reason == "" || len(*seen) != 0:
			t.Errorf("%s by %s: %v after %d calls, want %s", c.silence, c.author, err, len(*seen), c.want)
		}
	}
}

func TestSendRefusedHere(t *testing.T) {
	base, seen := provider(t, `{"message_id":"m_1"}`)
	for name, change := range map[string]func(*desk.Outbound){
		"empty":        func(o *desk.Outbound) { o.Message.Text = " \n" },
		"far too long": func(o *desk.Outbound) { o.Message.Text = strings.Repeat("a", 20001) },
		"another page": func(o *desk.Outbound) { o.Identity.Scope = "999" },
		"not a PSID":   func(o *desk.Outbound) { o.Identity.Kind = desk.Phone },
		"huge file":    func(o *desk.Outbound) { o.Message.Attachments = []desk.Attachment{{Size: 26 << 20}} },
		"no link":      func(o *desk.Outbound) { o.FileURL = nil; o.Message.Attachments = []desk.Attachment{{}} },
	} {
		out := outbound(base, "hi")
		change(&out)
		if _, err := adapter().Send(context.Background(), out); channels.AsDelivery(err).Class != channels.Permanent {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(*seen) != 0 {
		t.Errorf("%d calls", len(*seen))
	}
}

func TestSendFailures(t *testing.T) {
	for name, c := range map[string]struct {
		answer string
		want   channels.Class
	}{
		"window":        {`400 {"error":{"code":10,"error_subcode":2018278,"message":"outside of allowed window"}}`, channels.NeedsTemplate},
		"unreachable":   {`400 {"error":{"code":551,"error_subcode":1545041,"message":"x"}}`, channels.Permanent},
		"no such user":  {`400 {"error":{"code":100,"error_subcode":2018001,"message":"x"}}`, channels.Permanent},
		"token":         {`400 {"error":{"code":190,"message":"x"}}`, channels.Broken},
		"permission":    {`403 {"error":{"code":200,"message":"x"}}`, channels.Broken},
		"pages":         {`403 {"error":{"code":230,"message":"x"}}`, channels.Broken},
		"page blocked":  {`400 {"error":{"code":10,"error_subcode":1893063,"message":"x"}}`, channels.Broken},
		"rate":          {`400 {"error":{"code":613,"message":"x"}}`, channels.SlowDown},
		"app rate":      {`400 {"error":{"code":4,"message":"x"}}`, channels.SlowDown},
		"temporary":     {`500 {"error":{"code":1200,"message":"x"}}`, channels.Retry},
		"down":          {`503 {"error":{"code":2,"message":"x"}}`, channels.Retry},
		"no id":         {`200 {"recipient_id":"71"}`, channels.Ambiguous},
		"unknown":       {`400 {"error":{"code":12345,"message":"words"}}`, channels.Permanent},
		"HTML":          {`503 <html>`, channels.Retry},
		"second failed": {`400 {"error":{"code":12345,"message":"words"}}`, channels.Permanent},
	} {
		base, _ := provider(t, c.answer)
		_, err := adapter().Send(context.Background(), outbound(base, "hi"))
		var d *channels.DeliveryError
		if !errors.As(err, &d) || d.Class != c.want || d.Reason == "" || d.Code == "" {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	base, _ := provider(t, `{"message_id":"m_1"}`, `500 {"error":{"code":2,"message":"x"}}`)
	_, err := adapter().Send(context.Background(), outbound(base, strings.Repeat("word ", 600)))
	if d := channels.AsDelivery(err); d.Class != channels.Permanent || !strings.Contains(d.Reason, "1 of 2") {
		t.Errorf("a second part that failed: %v", err)
	}
}

func TestActionsAndProfile(t *testing.T) {
	base, seen := provider(t, `{"recipient_id":"71"}`, `{"recipient_id":"71"}`, `{"first_name":"Zofia","last_name":"Nowak","profile_pic":"https://cdn.fbsbx.com/p.jpg"}`)
	a, in, who := adapter(), inbox(base), desk.Identity{Kind: desk.PSID, Value: "71"}
	if err := a.Typing(context.Background(), in, who, ""); err != nil {
		t.Error(err)
	}
	if err := a.MarkRead(context.Background(), in, who, "m_in"); err != nil {
		t.Error(err)
	}
	p, err := a.Profile(context.Background(), in, who)
	if want := (channels.Profile{Name: "Zofia Nowak", Picture: "https://cdn.fbsbx.com/p.jpg"}); err != nil || p != want {
		t.Errorf("%+v, %v", p, err)
	}
	want := []call{
		{"POST", path, `{"recipient":{"id":"71"},"sender_action":"typing_on"}`},
		{"POST", path, `{"recipient":{"id":"71"},"sender_action":"mark_seen"}`},
		{"GET", "/v23.0/71?fields=first_name%2Clast_name%2Cprofile_pic", ""},
	}
	if diff := cmp.Diff(want, *seen); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	base, _ = provider(t, `400 {"error":{"code":100,"error_subcode":33,"message":"x"}}`)
	if _, err := a.Profile(context.Background(), inbox(base), who); desk.CodeOf(err) != desk.NotFound {
		t.Errorf("a profile that is not shown: %v", err)
	}
}
