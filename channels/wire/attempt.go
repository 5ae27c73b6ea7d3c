package wire

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"parley/channels"
)

// maxAnswer bounds what is read of an API's answer, in bytes.
const maxAnswer = 1 << 20

// Answer is what an API said, read whole.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// OK tells whether the API took the request.
func (a *Answer) OK() bool { return a.Status >= 200 && a.Status < 300 }

// Do makes one attempt. An answer of any status is an Answer. No answer is a
// *channels.DeliveryError: Retry when no connection came about, so that the
// provider cannot have seen the request, and Ambiguous from then on.
func Do(rt http.RoundTripper, req *http.Request) (*Answer, error) {
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }}
	res, err := rt.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		if connected.Load() {
			return nil, lost(err)
		}
		return nil, &channels.DeliveryError{
			Class: channels.Retry, Code: "no connection",
			Reason: "The provider could not be reached.", Cause: err,
		}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil && res.StatusCode < 300 {
		return nil, lost(err)
	}
	return &Answer{Status: res.StatusCode, Header: res.Header, Body: body}, nil
}

func lost(err error) error {
	return &channels.DeliveryError{
		Class: channels.Ambiguous, Code: "no answer",
		Reason: "The provider did not answer in time, so it is not known whether this was sent.", Cause: err,
	}
}

// Unreadable is the error for an answer that says yes but cannot be understood:
// the message was most likely taken.
func Unreadable(cause error) error {
	if cause == nil {
		cause = errors.New("no message id in the answer")
	}
	return &channels.DeliveryError{
		Class: channels.Ambiguous, Code: "unreadable answer",
		Reason: "The provider answered something unexpected, so it is not known whether this was sent.", Cause: cause,
	}
}

// ByStatus classes an answer without an error code of the provider's own. A
// gateway's 502 or 504 is Ambiguous: the provider behind it may have acted.
func ByStatus(a *Answer, cause error) *channels.DeliveryError {
	e := &channels.DeliveryError{Code: "HTTP " + strconv.Itoa(a.Status), Cause: cause}
	switch {
	case a.Status == http.StatusTooManyRequests:
		e.Class, e.Reason = channels.SlowDown, "The provider asks us to send more slowly."
		e.After = RetryAfter(a.Header, time.Now())
	case a.Status == http.StatusBadGateway || a.Status == http.StatusGatewayTimeout:
		e.Class, e.Reason = channels.Ambiguous, "The provider's network failed, so it is not known whether this was sent."
	case a.Status >= 500:
		e.Class, e.Reason = channels.Retry, "The provider has a temporary problem."
		e.After = RetryAfter(a.Header, time.Now())
	case a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden:
		e.Class, e.Reason = channels.Broken, "The provider refused our credentials. An administrator must check this inbox."
	default:
		e.Class, e.Reason = channels.Permanent, "The provider refused this message."
	}
	return e
}

// maxWait bounds a wait that a provider asks for: a broken clock on their side
// must not stop an inbox for a day.
const maxWait = time.Hour

// RetryAfter reads the header of that name (RFC 9110 §10.2.3): seconds or a
// date. 0 when it is absent, unreadable or past.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	if s, err := strconv.ParseInt(v, 10, 32); err == nil {
		return min(max(time.Duration(s)*time.Second, 0), maxWait)
	}
	if at, err := http.ParseTime(v); err == nil {
		return min(max(at.Sub(now), 0), maxWait)
	}
	return 0
}
