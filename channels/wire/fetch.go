package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"parley/desk"
)

const maxHops = 5

// Policy says where files may come from.
type Policy struct {
	// Hosts may be fetched from over https: exact names, or ".example.com" for
	// any name below.
	Hosts []string
	// Credentialed are the hosts, written likewise, that Authorize may see.
	Credentialed []string
	// Base is the API address an inbox was configured with, empty for the
	// provider's own. Its host and port are the one place that may be private
	// or without TLS, because an administrator named it.
	Base string
	// Authorize adds credentials to a request; nil adds none.
	Authorize func(*http.Request)
}

// Get fetches source and gives its body and Content-Type as sent. It follows
// redirects itself, judging each hop like the first. Errors are desk.Error:
// Forbidden for what the policy refuses, NotFound for what is gone,
// Unavailable for what may work later. The caller bounds size and time.
func (p Policy) Get(ctx context.Context, source string) (io.ReadCloser, string, error) {
	base, err := p.base()
	if err != nil {
		return nil, "", err
	}
	transport := guarded(hostPort(base))
	next := source
	for range maxHops {
		u, err := url.Parse(next)
		if err != nil {
			return nil, "", &desk.Error{Code: desk.Forbidden, Message: "the file's address is malformed"}
		}
		if err := p.allow(u, base); err != nil {
			return nil, "", err
		}
		res, err := p.hop(ctx, transport, u, base)
		if err != nil {
			return nil, "", err
		}
		switch {
		case res.StatusCode >= 300 && res.StatusCode < 400 && res.Header.Get("Location") != "":
			res.Body.Close()
			to, err := u.Parse(res.Header.Get("Location"))
			if err != nil {
				return nil, "", &desk.Error{Code: desk.Forbidden, Message: "the file's address leads to a malformed one"}
			}
			next = to.String()
		case res.StatusCode == http.StatusOK:
			return res.Body, res.Header.Get("Content-Type"), nil
		default:
			res.Body.Close()
			return nil, "", statusError(res.StatusCode)
		}
	}
	return nil, "", &desk.Error{Code: desk.Forbidden, Message: "the file's address redirects too often"}
}

func (p Policy) hop(ctx context.Context, transport http.RoundTripper, u, base *url.URL) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, &desk.Error{Code: desk.Forbidden, Message: "the file's address is malformed", Cause: err}
	}
	if p.Authorize != nil && p.trusts(u, base) {
		p.Authorize(req)
	}
	res, err := transport.RoundTrip(req)
	if err == nil {
		return res, nil
	}
	var private *ErrPrivate
	if errors.As(err, &private) {
		return nil, &desk.Error{Code: desk.Forbidden, Message: "the file's address is inside a private network", Cause: err}
	}
	return nil, &desk.Error{Code: desk.Unavailable, Message: "the file could not be fetched; trying again may help", Cause: err}
}

// trusts tells whether u may see credentials.
func (p Policy) trusts(u, base *url.URL) bool {
	return sameHost(u, base) || (u.Scheme == "https" && listed(p.Credentialed, u.Hostname()))
}

// allow judges an address by its text; the address behind the name is judged at dial time.
func (p Policy) allow(u, base *url.URL) error {
	if sameHost(u, base) {
		return nil
	}
	if u.Scheme != "https" || u.User != nil || (u.Port() != "" && u.Port() != "443") || !listed(p.Hosts, u.Hostname()) {
		return &desk.Error{Code: desk.Forbidden, Message: "the file is not on one of the provider's own hosts"}
	}
	return nil
}

func (p Policy) base() (*url.URL, error) {
	if p.Base == "" {
		return nil, nil
	}
	u, err := url.Parse(p.Base)
	if err != nil || u.Host == "" {
		return nil, desk.FieldError("base_url", "must be an address like https://host; leave it empty for the provider's own")
	}
	return u, nil
}

func statusError(status int) error {
	switch {
	case status == http.StatusNotFound || status == http.StatusGone:
		return desk.Errorf(desk.NotFound, "the provider no longer has this file")
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return desk.Errorf(desk.Forbidden, "the provider refused our credentials for this file")
	case status >= 500 || status == http.StatusTooManyRequests:
		return desk.Errorf(desk.Unavailable, "the provider answered %d for this file; trying again may help", status)
	}
	return desk.Errorf(desk.NotFound, "the provider answered %d for this file", status)
}

func sameHost(u, base *url.URL) bool {
	return base != nil && u.User == nil && u.Scheme == base.Scheme && strings.EqualFold(hostPort(u), hostPort(base))
}

// hostPort is the address the transport dials for u.
func hostPort(u *url.URL) string {
	if u == nil {
		return ""
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func listed(hosts []string, name string) bool {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	for _, h := range hosts {
		if name == h || (strings.HasPrefix(h, ".") && strings.HasSuffix(name, h)) {
			return true
		}
	}
	return false
}
