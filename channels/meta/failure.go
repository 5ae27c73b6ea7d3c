package meta

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"parley/channels"
	"parley/channels/wire"
	"parley/desk"
)

// Error is the error of a Graph call or of a failed status.
type Error struct {
	Code      Number `json:"code"`
	Subcode   Number `json:"error_subcode"`
	Message   String `json:"message"`
	Title     String `json:"title"` // in statuses
	UserText  String `json:"error_user_msg"`
	Transient Bool   `json:"is_transient"`
	// Data is an object with details, but a text in some answers.
	Data json.RawMessage `json:"error_data"`
}

func (e *Error) key() [2]int { return [2]int{int(e.Code), int(e.Subcode)} }

// Ref is the code for support: "131047", or "10/2018278" with a subcode.
func (e *Error) Ref() string {
	if e.Subcode != 0 {
		return fmt.Sprintf("%d/%d", int(e.Code), int(e.Subcode))
	}
	return strconv.Itoa(int(e.Code))
}

func (e *Error) words() string {
	var data struct {
		Details String `json:"details"`
	}
	_ = json.Unmarshal(e.Data, &data)
	for _, s := range []String{e.UserText, data.Details, e.Message, e.Title} {
		if w := s.Max(300); w != "" {
			return w
		}
	}
	return "no reason given"
}

// readError finds the error in an answer. Graph answers 200 with an error
// object now and then.
func readError(a *wire.Answer) (*Error, bool) {
	var outer struct {
		Error *Error `json:"error"`
	}
	if json.Unmarshal(a.Body, &outer) == nil && outer.Error != nil {
		return outer.Error, true
	}
	return nil, !a.OK()
}

type meaning struct {
	class  channels.Class
	after  time.Duration
	reason string
}

const (
	checkInbox = " An administrator must check this inbox."
	later      = " It will be tried again."
	closed     = "The customer has not written for too long, so Meta does not accept this message any more."
)

var (
	tooFast     = meaning{channels.SlowDown, 5 * time.Second, "Meta asks us to send more slowly." + later}
	temporary   = meaning{channels.Retry, 0, "Meta has a temporary problem." + later}
	credentials = meaning{channels.Broken, 0, "Meta refused the access token, or the app lacks a permission." + checkInbox}
	unreachable = meaning{channels.Permanent, 0, "This person cannot be reached on Messenger at the moment; they may have left or blocked the page."}
)

// subcodes say more than their code alone.
var subcodes = map[[2]int]meaning{
	{10, 2018278}:  {channels.NeedsTemplate, 0, closed},
	{10, 2534022}:  {channels.NeedsTemplate, 0, closed},
	{551, 1545041}: unreachable,
	{100, 2018001}: unreachable,
	{100, 33}:      {channels.Broken, 0, "The phone number id or page id of this inbox does not exist, or the access token may not use it." + checkInbox},
	{10, 1893063}:  {channels.Broken, 0, "The page may not send messages now." + checkInbox},
}

// meanings by code, of the Graph API, the WhatsApp Cloud API and the Messenger Platform.
var meanings = map[int]meaning{
	1: temporary, 2: temporary, 1200: temporary, 131000: temporary, 131016: temporary,
	133016: temporary, 131053: {channels.Retry, 0, "WhatsApp could not take the file." + later}, 131057: temporary, 133004: temporary,
	4: tooFast, 613: tooFast, 80007: tooFast, 130429: tooFast,
	131048: {channels.SlowDown, time.Minute, "WhatsApp limits this number, because customers blocked or reported it." + later},
	131056: {channels.Retry, 6 * time.Second, "Too many messages to this customer in a short time." + later},
	551:    unreachable,
	131047: {channels.NeedsTemplate, 0, "More than 24 hours have passed since the customer's last message. Only an approved template can be sent."},
	131021: {channels.Permanent, 0, "The customer's number is the company's own."},
	131026: {channels.Permanent, 0, "WhatsApp cannot deliver to this customer: the number has no WhatsApp, or its app is too old."},
	131030: {channels.Permanent, 0, "This test number can only write to the numbers on its list at Meta."},
	131049: {channels.Permanent, 0, "WhatsApp did not deliver this, to keep customers from getting too many messages."},
	131050: {channels.Permanent, 0, "The customer has stopped marketing messages from this number."},
	131051: {channels.Permanent, 0, "WhatsApp does not know this kind of message."},
	131052: {channels.Permanent, 0, "WhatsApp could not fetch the file."},
	131062: {channels.Permanent, 0, "WhatsApp does not let us write to this customer by this id."},
	130472: {channels.Permanent, 0, "WhatsApp does not deliver this message to this customer (an experiment of theirs)."},
	131031: {channels.Broken, 0, "The WhatsApp account is locked." + checkInbox},
	131042: {channels.Broken, 0, "Meta has a problem with the payment method." + checkInbox},
	131045: {channels.Broken, 0, "The phone number is not registered properly." + checkInbox},
	133010: {channels.Broken, 0, "The phone number is not registered with the Cloud API." + checkInbox},
	368:    {channels.Broken, 0, "Meta has blocked the account for breaking its rules." + checkInbox},
	3:      credentials, 10: credentials, 190: credentials, 131005: credentials,
}

func lookup(e *Error) (meaning, bool) {
	if m, ok := subcodes[e.key()]; ok {
		return m, true
	}
	code := int(e.Code)
	if m, ok := meanings[code]; ok {
		return m, true
	}
	switch {
	case code >= 200 && code <= 299:
		return credentials, true
	case code >= 132000 && code <= 132999:
		return meaning{channels.Permanent, 0, "The template was refused: " + e.words()}, true
	}
	return meaning{}, false
}

// Explain puts the error of a failed status into words for an agent.
func Explain(e *Error) string {
	if m, ok := lookup(e); ok && e.Code != 0 {
		return m.reason
	}
	return "Meta could not deliver this: " + e.words()
}

// classify turns a refusal into what the sender should do; e is nil when the
// answer carried no error of Meta's own.
func classify(a *wire.Answer, e *Error, now time.Time) *channels.DeliveryError {
	if e == nil {
		return wire.ByStatus(a, fmt.Errorf("HTTP %d without an error object", a.Status))
	}
	cause := errors.New(desk.CleanText(e.words(), 300))
	d := &channels.DeliveryError{Code: e.Ref(), Cause: cause}
	m, known := lookup(e)
	switch {
	case known:
		d.Class, d.After, d.Reason = m.class, m.after, m.reason
	case bool(e.Transient) || a.Status >= 500:
		d.Class, d.Reason = channels.Retry, temporary.reason
	case a.Status == http.StatusTooManyRequests:
		d.Class, d.After, d.Reason = tooFast.class, tooFast.after, tooFast.reason
	case a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden:
		d.Class, d.Reason = credentials.class, credentials.reason
	default:
		d.Class, d.Reason = channels.Permanent, "Meta refused this message: "+e.words()
	}
	if wait := wire.RetryAfter(a.Header, now); wait > 0 && (d.Class == channels.Retry || d.Class == channels.SlowDown) {
		d.After = wait
	}
	return d
}
