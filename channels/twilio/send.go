package twilio

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"parley/channels"
	"parley/channels/wire"
	"parley/desk"
)

// Part is one message for Twilio, addressed by its channel.
type Part struct {
	To        string // E.164, or whatsapp:+…
	From      string
	Body      string
	MediaURLs []string
	// A template (Content SID, beginning with HX) and its variables as JSON.
	ContentSID       string
	ContentVariables string
}

// Send hands one part over. It returns the message's SID, or a
// *channels.DeliveryError.
func (a *API) Send(ctx context.Context, in desk.Inbox, messageID desk.ID, p Part) (string, error) {
	acc := AccountOf(in)
	if acc.SID == "" || acc.Token == "" || (p.From == "" && acc.Service == "") {
		return "", &channels.DeliveryError{Class: channels.Broken, Code: "settings",
			Reason: "The account SID, the auth token or the sender of this inbox is not set." + checkInbox}
	}
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	call, err := a.newCall(ctx, acc)
	if err != nil {
		return "", err
	}
	// twilio-go refuses tokens it finds odd and offers no context: the
	// transport adds both credentials and context instead.
	c := &client.Client{Credentials: client.NewCredentials("", ""), HTTPClient: &http.Client{
		Transport:     call,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	c.SetAccountSid(acc.SID)
	res, err := api.NewApiServiceWithClient(c).CreateMessage(p.params(acc, a.callback(in, messageID)))
	if call.failed != nil {
		return "", call.failed
	}
	if call.answer == nil {
		return "", &channels.DeliveryError{Class: channels.Retry, Code: "client", Reason: "The message could not be handed over.", Cause: err}
	}
	if !call.answer.OK() {
		return "", a.refusal(call.answer, err)
	}
	if err == nil && res.Sid != nil && *res.Sid != "" {
		return *res.Sid, nil
	}
	// twilio-go can fail on a field that does not matter here.
	var loose struct {
		SID string `json:"sid"`
	}
	if json.Unmarshal(call.answer.Body, &loose) == nil && loose.SID != "" {
		return loose.SID, nil
	}
	return "", wire.Unreadable(err)
}

func (p Part) params(acc Account, callback string) *api.CreateMessageParams {
	m := &api.CreateMessageParams{}
	m.SetTo(p.To)
	if acc.Service != "" {
		m.SetMessagingServiceSid(acc.Service)
	} else {
		m.SetFrom(p.From)
	}
	if callback != "" {
		m.SetStatusCallback(callback)
	}
	if p.ContentSID != "" {
		m.SetContentSid(p.ContentSID)
		if p.ContentVariables != "" {
			m.SetContentVariables(p.ContentVariables)
		}
		return m
	}
	if p.Body != "" {
		m.SetBody(p.Body)
	}
	if len(p.MediaURLs) > 0 {
		m.SetMediaUrl(p.MediaURLs)
	}
	return m
}

func (a *API) refusal(answer *wire.Answer, cause error) error {
	var e struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	_ = json.Unmarshal(answer.Body, &e) // a gateway's page has no code: classed by its status
	return classify(answer, e.Code, desk.CleanText(e.Message, 300), cause, a.now())
}

// call is the transport of one API call. It sends at most one request,
// whatever the client above it does, and keeps what came back.
type call struct {
	ctx    context.Context // twilio-go has no way to pass one
	next   http.RoundTripper
	base   *url.URL // nil: Twilio's own
	acc    Account
	used   atomic.Bool
	answer *wire.Answer
	failed error
}

func (a *API) newCall(ctx context.Context, acc Account) (*call, error) {
	c := &call{ctx: ctx, next: a.transport, acc: acc}
	if acc.Base == "" {
		return c, nil
	}
	u, err := url.Parse(acc.Base)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, &channels.DeliveryError{Class: channels.Broken, Code: "settings", Cause: err,
			Reason: "The API address of this inbox is not a web address." + checkInbox}
	}
	c.base = u
	return c, nil
}

// RoundTrip implements http.RoundTripper.
func (c *call) RoundTrip(req *http.Request) (*http.Response, error) {
	if c.used.Swap(true) {
		return nil, errors.New("one call is one request")
	}
	out := req.Clone(c.ctx)
	if c.base != nil {
		out.URL.Scheme, out.URL.Host = c.base.Scheme, c.base.Host
		out.URL.Path = strings.TrimSuffix(c.base.Path, "/") + out.URL.Path
		out.Host = ""
	}
	out.SetBasicAuth(c.acc.SID, c.acc.Token)
	answer, err := wire.Do(c.next, out)
	if err != nil {
		c.failed = err
		return nil, err
	}
	c.answer = answer
	return &http.Response{
		StatusCode: answer.Status, Header: answer.Header, Request: req,
		Body: io.NopCloser(bytes.NewReader(answer.Body)),
	}, nil
}
