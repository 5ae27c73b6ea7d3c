package twilio

import (
	"strconv"
	"time"

	"parley/channels"
	"parley/channels/wire"
)

// meaning is what an error number of Twilio's asks for.
type meaning struct {
	class  channels.Class
	after  time.Duration
	reason string
}

const (
	checkInbox = " An administrator must check this inbox."
	later      = " It will be tried again."
)

// meanings of the numbers in Twilio's error dictionary that sending meets, in
// the answer to the call or in a later status.
var meanings = map[int]meaning{
	20003: {channels.Broken, 0, "Twilio refused the account SID or auth token." + checkInbox},
	20005: {channels.Broken, 0, "The Twilio account is not active." + checkInbox},
	20404: {channels.Broken, 0, "Twilio does not know this account." + checkInbox},
	20429: {channels.Retry, 0, "Twilio asks us to send more slowly." + later},
	21211: {channels.Permanent, 0, "Twilio says that this number is not valid."},
	21212: {channels.Broken, 0, "Twilio does not accept the sender of this inbox." + checkInbox},
	21408: {channels.Permanent, 0, "This Twilio account may not send to the customer's country."},
	21606: {channels.Broken, 0, "The sender of this inbox does not belong to the Twilio account, or cannot send messages." + checkInbox},
	21608: {channels.Permanent, 0, "A Twilio trial account can only write to verified numbers."},
	21609: {channels.Broken, 0, "Twilio cannot use Parley's public address for statuses." + checkInbox},
	21610: {channels.OptedOut, 0, "The customer has opted out with STOP. Nothing can be sent until they write START."},
	21611: {channels.SlowDown, 10 * time.Second, "Twilio's queue for this sender is full." + later},
	21612: {channels.Permanent, 0, "Twilio cannot reach this number from the sender of this inbox."},
	21614: {channels.Permanent, 0, "This number cannot receive SMS; it may be a landline."},
	21617: {channels.Permanent, 0, "The text is too long: Twilio takes 1600 characters."},
	21619: {channels.Permanent, 0, "The message is empty."},
	21620: {channels.Permanent, 0, "Twilio could not use the link to the file."},
	21623: {channels.Permanent, 0, "A message can carry at most 10 files."},
	21656: {channels.Permanent, 0, "The values given for the template do not fit it."},
	21660: {channels.Broken, 0, "The sender of this inbox does not belong to the Twilio account." + checkInbox},
	21703: {channels.Broken, 0, "The messaging service has no sender for this customer." + checkInbox},
	30001: {channels.SlowDown, 10 * time.Second, "Twilio's queue for this sender is full." + later},
	30002: {channels.Broken, 0, "The Twilio account is suspended." + checkInbox},
	30003: {channels.Permanent, 0, "The phone cannot be reached: it is off, without signal, or abroad."},
	30004: {channels.Permanent, 0, "The number is blocked from receiving this message."},
	30005: {channels.Permanent, 0, "This number does not exist any more."},
	30006: {channels.Permanent, 0, "This is a landline, or its operator cannot be reached."},
	30007: {channels.Permanent, 0, "The phone company filtered this message as unwanted."},
	30008: {channels.Permanent, 0, "The message could not be delivered, and the phone company does not say why."},
	30034: {channels.Broken, 0, "The sender is not registered for texts to the United States (A10DLC)." + checkInbox},
	63003: {channels.Permanent, 0, "This number has no WhatsApp."},
	63005: {channels.Permanent, 0, "WhatsApp did not accept this content."},
	63007: {channels.Broken, 0, "The sender of this inbox is not a WhatsApp sender of the Twilio account." + checkInbox},
	63013: {channels.Permanent, 0, "WhatsApp says that this message is against its rules."},
	63016: {channels.NeedsTemplate, 0, "More than 24 hours have passed since the customer's last message. Only an approved template can be sent."},
	63018: {channels.Retry, 0, "WhatsApp asks us to send more slowly." + later},
	63019: {channels.Permanent, 0, "The file could not be fetched or is too large for WhatsApp."},
	63021: {channels.Permanent, 0, "WhatsApp did not accept this content."},
	63024: {channels.Permanent, 0, "WhatsApp cannot deliver to this customer."},
	63032: {channels.Permanent, 0, "WhatsApp does not let us write to this customer at the moment."},
	63038: {channels.Broken, 0, "The Twilio account has reached its daily limit of messages." + checkInbox},
}

// Explain puts an error number of a failed status into words for an agent;
// fallback is what Twilio itself said, if anything.
func Explain(code, fallback string) string {
	n, err := strconv.Atoi(code)
	if m, ok := meanings[n]; err == nil && ok {
		return m.reason
	}
	if fallback != "" {
		return "Twilio could not deliver this: " + fallback
	}
	return "Twilio could not deliver this."
}

// classify turns an answer that is a refusal into what the sender should do.
func classify(a *wire.Answer, code int, message string, cause error, now time.Time) *channels.DeliveryError {
	e := &channels.DeliveryError{Code: strconv.Itoa(code), Cause: cause}
	wait := wire.RetryAfter(a.Header, now)
	m, known := meanings[code]
	switch {
	case known:
		e.Class, e.After, e.Reason = m.class, m.after, m.reason
	case code == 0:
		e = wire.ByStatus(a, cause)
	case a.Status == 429:
		e.Class, e.Reason = channels.Retry, "Twilio asks us to send more slowly."+later
	case a.Status >= 500:
		e.Class, e.Reason = channels.Retry, "Twilio has a temporary problem."+later
	case a.Status == 401 || a.Status == 403:
		e.Class, e.Reason = channels.Broken, "Twilio refused our credentials."+checkInbox
	default:
		e.Class, e.Reason = channels.Permanent, "Twilio refused this message: "+message
	}
	if wait > 0 && (e.Class == channels.Retry || e.Class == channels.SlowDown) {
		e.After = wait
	}
	return e
}
