package desk

import (
	"errors"
	"fmt"
	"strings"
)

// Code classes an error for whoever must react to it; web maps it to a status.
type Code string

const (
	Invalid         Code = "invalid"         // the input is wrong; Field says where
	Unauthenticated Code = "unauthenticated" // not logged in, or wrong credentials
	Forbidden       Code = "forbidden"       // known, but may not
	NotFound        Code = "not_found"
	Gone            Code = "gone"     // was there, and is not kept any more
	Conflict        Code = "conflict" // the state moved on: somebody was faster
	TooLarge        Code = "too_large"
	TooMany         Code = "too_many"    // rate limit
	Unavailable     Code = "unavailable" // a part is down; trying again later helps
	Internal        Code = "internal"
)

// Error is the one error type with meaning. Message and Remedy are safe to
// show to anyone; Cause is for the log only.
type Error struct {
	Code    Code
	Field   string // the input at fault, as the caller names it; may be empty
	Message string
	Cause   error
}

func (e *Error) Error() string {
	s := e.Message
	if e.Field != "" {
		s = e.Field + ": " + s
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Cause }

// Errorf makes an Error whose message is safe to show; a ": %w" at the end of
// format becomes its cause and is not part of the message.
func Errorf(code Code, format string, args ...any) *Error {
	wrapped := fmt.Errorf(format, args...)
	e := &Error{Code: code, Message: wrapped.Error(), Cause: errors.Unwrap(wrapped)}
	if e.Cause != nil {
		e.Message = strings.TrimSuffix(e.Message, ": "+e.Cause.Error())
	}
	return e
}

// FieldError is an Invalid error about one named input.
func FieldError(field, format string, args ...any) *Error {
	return &Error{Code: Invalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// CodeOf finds the code of err; whatever is not an Error is Internal.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}
