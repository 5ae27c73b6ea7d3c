package meta

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"parley/channels"
	"parley/channels/wire"
	"parley/desk"
)

// DefaultVersion of the Graph API, where an inbox names none.
const DefaultVersion = "v23.0"

const defaultBase = "https://graph.facebook.com"

// Options of the channels of Meta; the zero value works.
type Options struct {
	Timeout   time.Duration     // of one API call; 0: 15 s
	Transport http.RoundTripper // of API calls; nil: one of its own
	Now       func() time.Time  // nil: time.Now
	Log       *slog.Logger      // nil: slog.Default
}

// Graph calls the Graph API for any inbox.
type Graph struct {
	timeout   time.Duration
	transport http.RoundTripper
	now       func() time.Time
	Log       *slog.Logger
}

// New makes a Graph.
func New(o Options) *Graph {
	g := &Graph{timeout: o.Timeout, transport: o.Transport, now: o.Now, Log: o.Log}
	if g.timeout <= 0 {
		g.timeout = 15 * time.Second
	}
	if g.transport == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = 16
		g.transport = t
	}
	if g.now == nil {
		g.now = time.Now
	}
	if g.Log == nil {
		g.Log = slog.Default()
	}
	return g
}

// Now is the time by the API's clock.
func (g *Graph) Now() time.Time { return g.now() }

var versionForm = regexp.MustCompile(`^v\d{1,3}\.\d{1,2}$`)

// endpoint is the address of a path below the version.
func endpoint(in desk.Inbox, path string, query url.Values) (string, error) {
	base := strings.TrimRight(strings.TrimSpace(in.Config["base_url"]), "/")
	if base == "" {
		base = defaultBase
	}
	version := strings.TrimSpace(in.Config["api_version"])
	if version == "" {
		version = DefaultVersion
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || !versionForm.MatchString(version) {
		return "", settings("The API address or version of this inbox is not valid.", err)
	}
	u = u.JoinPath(version, path)
	u.RawQuery = query.Encode()
	return u.String(), nil
}

func settings(reason string, cause error) error {
	return &channels.DeliveryError{Class: channels.Broken, Code: "settings", Reason: reason + checkInbox, Cause: cause}
}

// Post sends body as JSON to a path below the version and reads the answer into out.
func (g *Graph) Post(ctx context.Context, in desk.Inbox, path string, body, out any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return wire.Refuse("The message cannot be written as JSON.")
	}
	return g.call(ctx, in, http.MethodPost, path, nil, b, out)
}

// Get reads a path below the version into out.
func (g *Graph) Get(ctx context.Context, in desk.Inbox, path string, query url.Values, out any) error {
	return g.call(ctx, in, http.MethodGet, path, query, nil, out)
}

// call makes one attempt; every error is a *channels.DeliveryError.
func (g *Graph) call(ctx context.Context, in desk.Inbox, method, path string, query url.Values, body []byte, out any) error {
	token := in.Secrets["access_token"]
	if token == "" {
		return settings("The access token of this inbox is not set.", nil)
	}
	address, err := endpoint(in, path, query)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, g.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return settings("The API address of this inbox is not valid.", err)
	}
	// A header and not a query parameter: addresses end up in logs.
	req.Header.Set("Authorization", "Bearer "+token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	answer, err := wire.Do(g.transport, req)
	if err != nil {
		return err
	}
	if e, bad := readError(answer); bad {
		return classify(answer, e, g.now())
	}
	if err := json.Unmarshal(answer.Body, out); err != nil {
		return wire.Unreadable(err)
	}
	return nil
}
