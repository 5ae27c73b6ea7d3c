package messenger

import (
	"context"
	"io"
	"net/url"
	"strings"

	"parley/channels"
	"parley/channels/meta"
	"parley/desk"
)

// Adapter is "meta-messenger". It keeps no state of its own.
type Adapter struct{ graph *meta.Graph }

// New makes the adapter.
func New(o meta.Options) *Adapter { return &Adapter{graph: meta.New(o)} }

var (
	_ channels.Adapter    = (*Adapter)(nil)
	_ channels.Handshaker = (*Adapter)(nil)
	_ channels.Typist     = (*Adapter)(nil)
	_ channels.Reader     = (*Adapter)(nil)
	_ channels.Fetcher    = (*Adapter)(nil)
	_ channels.Profiler   = (*Adapter)(nil)
)

// Provider implements channels.Adapter.
func (*Adapter) Provider() string { return "meta-messenger" }

// Channel implements channels.Adapter.
func (*Adapter) Channel() desk.Channel { return desk.Messenger }

// Settings implements channels.Adapter.
func (*Adapter) Settings() []channels.Setting {
	return []channels.Setting{
		{Key: "page_id", Label: "Page ID", Required: true,
			Help: "On the Facebook page under About, Page transparency: a long number."},
		{Key: "app_secret", Label: "App secret", Required: true, Secret: true,
			Help: "In the app dashboard under App settings, Basic. It signs Meta's webhooks."},
		{Key: "verify_token", Label: "Verify token", Required: true, Secret: true,
			Help: "A word you make up. Enter the same one at Meta beside the callback URL."},
		{Key: "access_token", Label: "Page access token", Required: true, Secret: true,
			Help: "Made in the app dashboard under Messenger, Messenger API settings, for this page, with pages_messaging."},
		{Key: "api_version", Label: "Graph API version", Default: meta.DefaultVersion, Help: "Change it only when Meta retires this one."},
		{Key: "base_url", Label: "API address", Help: "Leave empty for Meta itself. Only a simulator or a gateway of your own needs it."},
	}
}

// Steps implements channels.Adapter.
func (*Adapter) Steps(_ desk.Inbox, webhookURL string) []string {
	return []string{
		"Log in at developers.facebook.com as somebody who manages the page, open My Apps, and make an app of type Business with the Messenger product, or open yours.",
		"Under App settings, Basic, show the App secret and copy it here.",
		"Make up a verify token and save this inbox, so that Parley can answer Meta's check.",
		"Under Messenger, Messenger API settings, Configure webhooks, enter " + webhookURL + " as Callback URL and the same verify token, and press Verify and save.",
		"Under Generate access tokens, connect the page, press Generate, and copy the token here.",
		"Beside the page press Add subscriptions and choose messages, messaging_postbacks, messaging_referrals, message_deliveries, message_reads, message_reactions, message_edits and message_echoes.",
		"Ask for advanced access to pages_messaging under App Review; until then only people with a role in the app can write.",
		"To answer between 24 hours and 7 days, ask for the Human Agent feature in the same place.",
		"Switch the app to Live and write to the page. The message appears in Parley within seconds.",
	}
}

// Accepted implements channels.Adapter.
func (*Adapter) Accepted() channels.Reply {
	return channels.Reply{Status: 200, Type: "text/plain; charset=utf-8", Body: []byte("EVENT_RECEIVED")}
}

// Handshake implements channels.Handshaker.
func (*Adapter) Handshake(in desk.Inbox, r channels.Request) (channels.Reply, error) {
	return meta.Handshake(in, r)
}

// Fetch implements channels.Fetcher.
func (a *Adapter) Fetch(ctx context.Context, in desk.Inbox, source string) (io.ReadCloser, string, error) {
	if !strings.Contains(source, "://") {
		return nil, "", desk.Errorf(desk.NotFound, "the file has no address")
	}
	return a.graph.Fetch(ctx, in, source)
}

// Typing implements channels.Typist.
func (a *Adapter) Typing(ctx context.Context, in desk.Inbox, to desk.Identity, _ string) error {
	return a.act(ctx, in, to, "typing_on")
}

// MarkRead implements channels.Reader.
func (a *Adapter) MarkRead(ctx context.Context, in desk.Inbox, to desk.Identity, _ string) error {
	return a.act(ctx, in, to, "mark_seen")
}

func (a *Adapter) act(ctx context.Context, in desk.Inbox, to desk.Identity, action string) error {
	var done struct{}
	return a.graph.Post(ctx, in, messagesPath(in), request{Recipient: recipient{ID: to.Value}, Action: action}, &done)
}

// Profile implements channels.Profiler. It is NotFound for people who have not
// agreed to show it, which may change, and Unavailable when Meta cannot say now.
func (a *Adapter) Profile(ctx context.Context, in desk.Inbox, who desk.Identity) (channels.Profile, error) {
	var p struct {
		First   meta.String `json:"first_name"`
		Last    meta.String `json:"last_name"`
		Picture meta.String `json:"profile_pic"`
	}
	query := url.Values{"fields": {"first_name,last_name,profile_pic"}}
	if err := a.graph.Get(ctx, in, url.PathEscape(who.Value), query, &p); err != nil {
		return channels.Profile{}, profileError(err)
	}
	name := strings.TrimSpace(p.First.Max(100) + " " + p.Last.Max(100))
	return channels.Profile{Name: name, Picture: p.Picture.Max(2048)}, nil
}

func profileError(err error) error {
	switch d := channels.AsDelivery(err); d.Class {
	case channels.Permanent:
		return &desk.Error{Code: desk.NotFound, Message: "this person's profile is not shown to the page", Cause: err}
	case channels.Broken:
		if d.Code == "100/33" { // what Graph answers for a person who has not agreed
			return &desk.Error{Code: desk.NotFound, Message: "this person's profile is not shown to the page", Cause: err}
		}
		return &desk.Error{Code: desk.Forbidden, Message: d.Reason, Cause: err}
	}
	return &desk.Error{Code: desk.Unavailable, Message: "Meta cannot tell who this is now; trying again may help", Cause: err}
}

func pageID(in desk.Inbox) string { return strings.TrimSpace(in.Config["page_id"]) }

func messagesPath(in desk.Inbox) string { return url.PathEscape(pageID(in)) + "/messages" }
