package sandbox

import (
	"crypto/hmac"
	"crypto/sha1" // the algorithm is Twilio's choice
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// signTwilio computes X-Twilio-Signature: base64 of HMAC-SHA1, keyed by the
// auth token, of the public URL followed by every key and value in key order.
// https://www.twilio.com/docs/usage/security
func signTwilio(address string, form url.Values) string {
	var base strings.Builder
	base.WriteString(address)
	keys := make([]string, 0, len(form))
	for k := range form {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		for _, v := range form[k] {
			base.WriteString(k + v)
		}
	}
	mac := hmac.New(sha1.New, []byte(TwilioAuthToken))
	mac.Write([]byte(base.String()))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func (s *Sandbox) postTwilio(lane, address string, form url.Values, done func(bool)) {
	h := http.Header{}
	h.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	h.Set("User-Agent", "TwilioProxy/1.1")
	h.Set("X-Twilio-Signature", signTwilio(address, form))
	h.Set("I-Twilio-Idempotency-Token", token(32))
	s.courier.post(&delivery{lane: lane, url: s.local(address), header: h, body: []byte(form.Encode()), done: done})
}

func (s *Sandbox) webhook(inbox string) string { return s.cfg.PublicURL + "/webhooks/" + inbox }

// twilioInboundHook tells of a customer's message.
// https://www.twilio.com/docs/messaging/guides/webhook-request
func (s *Sandbox) twilioInboundHook(m Message, done func(bool)) {
	f := url.Values{
		"ToCountry": {"US"}, "ToState": {""}, "ToCity": {""}, "ToZip": {""},
		"FromCountry": {countryOf(m.Phone)}, "FromState": {""}, "FromCity": {""}, "FromZip": {""},
		"SmsMessageSid": {m.ProviderID}, "SmsSid": {m.ProviderID}, "MessageSid": {m.ProviderID},
		"AccountSid": {TwilioAccountSID}, "ApiVersion": {"2010-04-01"}, "SmsStatus": {"received"},
		"From": {m.Phone}, "To": {SMSNumber}, "Body": {m.Text},
		"NumMedia": {strconv.Itoa(len(m.Media))}, "NumSegments": {strconv.Itoa(segments(m.Text))},
	}
	for i, file := range m.Media {
		n := strconv.Itoa(i)
		f.Set("MediaContentType"+n, file.Type)
		f.Set("MediaUrl"+n, s.cfg.PublicURL+TwilioPath+"/2010-04-01/Accounts/"+TwilioAccountSID+"/Messages/"+m.ProviderID+"/Media/"+file.ID)
	}
	if kind := keyword(m.Text); kind != "" {
		f.Set("OptOutType", kind)
	}
	s.postTwilio(threadKey{m.App, m.Phone}.String(), s.webhook(InboxSMS), f, done)
}

// twilioStatusHook calls the StatusCallback that came with the message. SMS
// knows no read marks.
// https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
func (s *Sandbox) twilioStatusHook(m Message, status string) {
	if m.callback == "" || status == statusRead || origin(m.callback) != origin(s.cfg.PublicURL) {
		return
	}
	if status == statusFailed {
		status = "undelivered"
	}
	f := url.Values{
		"SmsSid": {m.ProviderID}, "MessageSid": {m.ProviderID}, "SmsStatus": {status}, "MessageStatus": {status},
		"To": {m.Phone}, "From": {SMSNumber}, "AccountSid": {TwilioAccountSID}, "ApiVersion": {"2010-04-01"},
	}
	switch status {
	case "undelivered":
		f.Set("ErrorCode", "30003")
	case statusDelivered:
		f.Set("RawDlrDoneDate", s.now().UTC().Format("0601021504"))
	}
	s.postTwilio(threadKey{m.App, m.Phone}.String(), m.callback, f, nil)
}

func countryOf(number string) string {
	for _, c := range []struct{ prefix, country string }{
		{"+1", "US"}, {"+44", "GB"}, {"+39", "IT"}, {"+48", "PL"}, {"+40", "RO"},
	} {
		if strings.HasPrefix(number, c.prefix) {
			return c.country
		}
	}
	return ""
}
