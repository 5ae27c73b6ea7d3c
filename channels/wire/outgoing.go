package wire

import (
	"fmt"
	"time"

	"parley/channels"
	"parley/desk"
)

// Refuse is the error for a message that can never be sent, before any call.
func Refuse(format string, args ...any) *channels.DeliveryError {
	return &channels.DeliveryError{Class: channels.Permanent, Code: "refused here", Reason: fmt.Sprintf(format, args...)}
}

// Link is the address a provider may fetch an attachment from, "" when there is none.
func Link(out desk.Outbound, f desk.Attachment) string {
	if out.FileURL == nil {
		return ""
	}
	return out.FileURL(f)
}

// Silence is how long ago the customer last wrote; a customer who never did is
// silent for ever.
func Silence(out desk.Outbound, now time.Time) time.Duration {
	if out.LastCustomerAt.IsZero() {
		return 1<<63 - 1
	}
	return now.Sub(out.LastCustomerAt)
}

// WindowClosed is the error for free text outside the channel's window.
func WindowClosed(reason string) *channels.DeliveryError {
	return &channels.DeliveryError{Class: channels.NeedsTemplate, Code: "window closed", Reason: reason}
}

// Partly is the error for a message that travels in several parts of which
// some have gone: it must not be tried again as a whole.
func Partly(sent, of int, cause error) error {
	if sent == 0 || cause == nil {
		return cause
	}
	d := channels.AsDelivery(cause)
	class := channels.Permanent
	if d.Class == channels.Ambiguous {
		class = channels.Ambiguous
	}
	return &channels.DeliveryError{Class: class, Code: d.Code, Cause: cause,
		Reason: fmt.Sprintf("Only %d of %d parts was sent. %s", sent, of, d.Reason)}
}
