package channels

import (
	"errors"
	"fmt"
	"time"
)

// Class says what to do after a failed send. The sender reads only this, never
// a provider's code.
type Class string

const (
	Retry         Class = "retry"          // temporary: again after After
	SlowDown      Class = "slow_down"      // the sender is too fast: pause the inbox for After, then again
	Permanent     Class = "permanent"      // this message will never go
	NeedsTemplate Class = "needs_template" // the window is closed
	OptedOut      Class = "opted_out"      // permanent, and mirror the opt-out
	Broken        Class = "broken"         // credentials or account: stop the inbox, tell the admin
	Ambiguous     Class = "ambiguous"      // it may have been sent: never again, status unknown
)

// DeliveryError is a failed send that knows what should happen next.
type DeliveryError struct {
	Class  Class
	After  time.Duration // for Retry and SlowDown; 0: the sender's own backoff
	Code   string        // the provider's, for support
	Reason string        // for the agent, in plain words
	Cause  error
}

func (e *DeliveryError) Error() string {
	return fmt.Sprintf("%s (%s %s): %v", e.Reason, e.Class, e.Code, e.Cause)
}

func (e *DeliveryError) Unwrap() error { return e.Cause }

// AsDelivery reads err as a DeliveryError; whatever is not one is Ambiguous,
// because nothing is known about it.
func AsDelivery(err error) *DeliveryError {
	var d *DeliveryError
	if errors.As(err, &d) {
		return d
	}
	return &DeliveryError{Class: Ambiguous, Reason: "It is not known whether this was sent.", Cause: err}
}
