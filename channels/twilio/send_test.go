package twilio_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/channels"
	"parley/channels/twilio"
	"parley/desk"
)

const messageID = "018f2b6e-0000-7000-8000-000000000001"

type seen struct {
	method, path, contentType string
	user, pass                string
	form                      url.Values
	calls                     int
}

// provider answers each call with status and body and notes what it was asked.
func provider(t *testing.T, status int, header http.Header, body string) (*httptest.Server, *seen) {
	t.Helper()
	s := &seen{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		s.calls++
		s.method, s.path, s.contentType = r.Method, r.URL.Path, r.Header.Get("Content-Type")
		s.user, s.pass, _ = r.BasicAuth()
		s.form, _ = url.ParseQuery(string(b))
		for k, v := range header {
			w.Header()[k] = v
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server, s
}

func inbox(base string) desk.Inbox {
	return desk.Inbox{
		ID: "018f2b6e-0000-7000-8000-0000000000aa", Name: "demo-sms", Channel: desk.SMS,
		Config:  map[string]string{"account_sid": "ACdemo", "from": "+15005550006", "base_url": base},
		Secrets: map[string]string{"auth_token": "demo-twilio-token"}, // with characters that twilio-go refuses
	}
}

func public(name string) string { return "https://desk.example/webhooks/" + name }

func TestSendWireForm(t *testing.T) {
	server, got := provider(t, 201, nil, `{"sid":"SM1","status":"queued","num_media":"0"}`)
	api := twilio.New(twilio.Options{WebhookURL: public})
	id, err := api.Send(context.Background(), inbox(server.URL+"/sandbox/twilio/"), messageID, twilio.Part{
		To: "+15005550001", From: "+15005550006", Body: "Hi & 👋 + ü", MediaURLs: []string{"https://desk.example/f/1", "https://desk.example/f/2"},
	})
	if err != nil || id != "SM1" {
		t.Fatalf("%q, %v", id, err)
	}
	want := url.Values{
		"To": {"+15005550001"}, "From": {"+15005550006"}, "Body": {"Hi & 👋 + ü"},
		"MediaUrl":       {"https://desk.example/f/1", "https://desk.example/f/2"},
		"StatusCallback": {"https://desk.example/webhooks/demo-sms?message=" + messageID},
	}
	if diff := cmp.Diff(want, got.form); diff != "" {
		t.Errorf("form (-want +got):\n%s", diff)
	}
	if got.method != "POST" || got.path != "/sandbox/twilio/2010-04-01/Accounts/ACdemo/Messages.json" ||
		got.user != "ACdemo" || got.pass != "demo-twilio-token" || !strings.HasPrefix(got.contentType, "application/x-www-form-urlencoded") {
		t.Errorf("asked %+v", got)
	}
}

func TestSendThroughServiceAndTemplate(t *testing.T) {
	server, got := provider(t, 201, nil, `{"sid":"SM1"}`)
	in := inbox(server.URL)
	in.Config["messaging_service_sid"] = "MG1"
	_, err := twilio.New(twilio.Options{}).Send(context.Background(), in, messageID, twilio.Part{
		To: "+15005550001", From: "+15005550006", ContentSID: "HX1", ContentVariables: `{"1":"Ana"}`, Body: "not with a template",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"To": {"+15005550001"}, "MessagingServiceSid": {"MG1"}, "ContentSid": {"HX1"}, "ContentVariables": {`{"1":"Ana"}`}}
	if diff := cmp.Diff(want, got.form); diff != "" {
		t.Errorf("form (-want +got):\n%s", diff)
	}
}

// Twilio's own service refuses a message whose callback it cannot reach.
func TestNoCallbackToThisMachineFromTwilio(t *testing.T) {
	for _, address := range []string{"http://localhost:8080/webhooks/x", "http://127.0.0.1/webhooks/x", ""} {
		var form url.Values
		rt := roundTrip(func(r *http.Request) (*http.Response, error) {
			b, _ := io.ReadAll(r.Body)
			form, _ = url.ParseQuery(string(b))
			if r.URL.String() != "https://api.twilio.com/2010-04-01/Accounts/ACdemo/Messages.json" {
				t.Errorf("asked %s", r.URL)
			}
			return &http.Response{StatusCode: 201, Body: io.NopCloser(strings.NewReader(`{"sid":"SM1"}`))}, nil
		})
		api := twilio.New(twilio.Options{Transport: rt, WebhookURL: func(string) string { return address }})
		if _, err := api.Send(context.Background(), inbox(""), messageID, twilio.Part{To: "+1", From: "+2", Body: "x"}); err != nil {
			t.Fatal(err)
		}
		if form.Has("StatusCallback") {
			t.Errorf("callback %s was sent", form.Get("StatusCallback"))
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestSendFailures(t *testing.T) {
	answer := func(code string) string {
		return `{"code":` + code + `,"message":"words of Twilio's","more_info":"https://www.twilio.com/docs/errors/1","status":400}`
	}
	for name, c := range map[string]struct {
		status int
		header http.Header
		body   string
		want   channels.Class
		code   string
		after  time.Duration
	}{
		"too many":          {429, http.Header{"Retry-After": {"2"}}, answer("20429"), channels.Retry, "20429", 2 * time.Second},
		"too many, no code": {429, nil, "", channels.SlowDown, "HTTP 429", 0},
		"server error":      {500, nil, answer("20500"), channels.Retry, "20500", 0},
		"unavailable":       {503, nil, "<html>", channels.Retry, "HTTP 503", 0},
		"gateway":           {502, nil, "<html>", channels.Ambiguous, "HTTP 502", 0},
		"whatsapp rate":     {400, nil, answer("63018"), channels.Retry, "63018", 0},
		"queue full":        {400, nil, answer("21611"), channels.SlowDown, "21611", 10 * time.Second},
		"queue overflow":    {400, nil, answer("30001"), channels.SlowDown, "30001", 10 * time.Second},
		"opted out":         {400, nil, answer("21610"), channels.OptedOut, "21610", 0},
		"landline":          {400, nil, answer("21614"), channels.Permanent, "21614", 0},
		"bad number":        {400, nil, answer("21211"), channels.Permanent, "21211", 0},
		"too long":          {400, nil, answer("21617"), channels.Permanent, "21617", 0},
		"undeliverable":     {400, nil, answer("63024"), channels.Permanent, "63024", 0},
		"unknown code":      {400, nil, answer("99999"), channels.Permanent, "99999", 0},
		"window":            {400, nil, answer("63016"), channels.NeedsTemplate, "63016", 0},
		"credentials":       {401, nil, answer("20003"), channels.Broken, "20003", 0},
		"forbidden":         {403, nil, "", channels.Broken, "HTTP 403", 0},
		"foreign sender":    {400, nil, answer("21606"), channels.Broken, "21606", 0},
		"redirect":          {302, http.Header{"Location": {"/x"}}, "", channels.Permanent, "HTTP 302", 0},
		"yes without id":    {201, nil, `{}`, channels.Ambiguous, "unreadable answer", 0},
		"yes without JSON":  {200, nil, `<html>`, channels.Ambiguous, "unreadable answer", 0},
	} {
		server, got := provider(t, c.status, c.header, c.body)
		_, err := twilio.New(twilio.Options{}).Send(context.Background(), inbox(server.URL), messageID, twilio.Part{To: "+1", From: "+2", Body: "x"})
		var d *channels.DeliveryError
		if !errors.As(err, &d) {
			t.Errorf("%s: %v is no delivery error", name, err)
			continue
		}
		if d.Class != c.want || d.Code != c.code || d.After != c.after || d.Reason == "" {
			t.Errorf("%s: %s %s after %s %q, want %s %s after %s", name, d.Class, d.Code, d.After, d.Reason, c.want, c.code, c.after)
		}
		if got.calls != 1 {
			t.Errorf("%s: %d calls", name, got.calls)
		}
	}
}

// A field of another type than twilio-go expects must not lose a sent message.
func TestSendAnswerOfAnotherType(t *testing.T) {
	server, _ := provider(t, 201, nil, `{"sid":"SM9","num_media":0,"error_code":"x"}`)
	id, err := twilio.New(twilio.Options{}).Send(context.Background(), inbox(server.URL), messageID, twilio.Part{To: "+1", From: "+2", Body: "x"})
	if id != "SM9" || err != nil {
		t.Errorf("%q, %v", id, err)
	}
}

func TestSendWithoutAnswer(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/break/") {
			panic(http.ErrAbortHandler)
		}
		<-release
	}))
	defer server.Close()
	defer close(release)
	api := twilio.New(twilio.Options{Timeout: 50 * time.Millisecond})
	send := func(ctx context.Context, base string) channels.Class {
		_, err := api.Send(ctx, inbox(base), messageID, twilio.Part{To: "+1", From: "+2", Body: "x"})
		return channels.AsDelivery(err).Class
	}
	if got := send(context.Background(), server.URL+"/break"); got != channels.Ambiguous {
		t.Errorf("broken off: %s", got)
	}
	if got := send(context.Background(), server.URL); got != channels.Ambiguous {
		t.Errorf("time-out: %s", got)
	}
	if got := send(context.Background(), "http://127.0.0.1:1"); got != channels.Retry {
		t.Errorf("nobody there: %s", got)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if got := send(ctx, server.URL); got != channels.Retry {
		t.Errorf("canceled before: %s", got)
	}
	for _, base := range []string{"ftp://x", "://", "nothing"} {
		if got := send(context.Background(), base); got != channels.Broken {
			t.Errorf("base %q: %s", base, got)
		}
	}
}

func TestFetchWithCredentials(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, pass, _ := r.BasicAuth(); user != "ACdemo" || pass != "demo-twilio-token" {
			w.WriteHeader(401)
			return
		}
		w.Header().Set("Content-Type", "image/jpeg")
		_, _ = io.WriteString(w, "jpeg")
	}))
	defer server.Close()
	api := twilio.New(twilio.Options{})
	body, kind, err := api.Fetch(context.Background(), inbox(server.URL+"/sandbox/twilio"), server.URL+"/media/1")
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if b, _ := io.ReadAll(body); string(b) != "jpeg" || kind != "image/jpeg" {
		t.Errorf("got %q, %q", b, kind)
	}
	// Without a base of its own the same address is refused, whoever names it.
	for _, source := range []string{server.URL + "/media/1", "http://169.254.169.254/latest", "https://evil.example/x"} {
		if _, _, err := api.Fetch(context.Background(), inbox(""), source); desk.CodeOf(err) != desk.Forbidden {
			t.Errorf("%s: %v", source, err)
		}
	}
}
