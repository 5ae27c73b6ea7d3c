package meta

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"parley/desk"
)

// MaxText is how much of an outside text is kept, in bytes.
const MaxText = 64 << 10

var errNotScalar = errors.New("an object or list where a plain value belongs")

// String is a JSON value that should be a string. Numbers and booleans are
// taken as written: ids arrive both ways. The text is made safe to store.
type String string

// UnmarshalJSON implements json.Unmarshaler.
func (s *String) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	if len(b) == 0 || b[0] == '{' || b[0] == '[' {
		return errNotScalar
	}
	if b[0] != '"' {
		if string(b) != "null" {
			*s = String(b)
		}
		return nil
	}
	var v string
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*s = String(desk.CleanText(v, MaxText))
	return nil
}

// Max is the value cut to n bytes.
func (s String) Max(n int) string { return desk.CleanText(strings.TrimSpace(string(s)), n) }

// ID is the value as an id, which is at most 512 bytes long.
func (s String) ID() string { return s.Max(512) }

// Number is a JSON value that should be a number, in quotes or not. What is
// none is 0.
type Number float64

// UnmarshalJSON implements json.Unmarshaler.
func (n *Number) UnmarshalJSON(b []byte) error {
	var s String
	if err := s.UnmarshalJSON(b); err != nil {
		return err
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(string(s)), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		f = 0
	}
	*n = Number(f)
	return nil
}

// Bool is a JSON value that should be true or false. Anything else is false.
type Bool bool

// UnmarshalJSON implements json.Unmarshaler.
func (v *Bool) UnmarshalJSON(b []byte) error {
	s := strings.Trim(strings.TrimSpace(string(b)), `"`)
	*v = Bool(s == "true" || s == "1")
	return nil
}

// Stamp is a JSON value that should be a Unix time, as a string or a number, in
// seconds or in milliseconds: WhatsApp documents seconds and has sent both,
// Messenger sends milliseconds. The zero time when it is none.
type Stamp struct{ time.Time }

// A count above this is milliseconds: as seconds it would be the year 5138.
const millisecondsFrom = 100_000_000_000

// UnmarshalJSON implements json.Unmarshaler.
func (t *Stamp) UnmarshalJSON(b []byte) error {
	var n Number
	if err := n.UnmarshalJSON(b); err != nil {
		return err
	}
	switch {
	case n <= 0 || n >= 1e14:
		t.Time = time.Time{}
	case n >= millisecondsFrom:
		t.Time = time.UnixMilli(int64(n)).UTC()
	default:
		t.Time = time.Unix(int64(n), 0).UTC()
	}
	return nil
}

// List is a JSON value that should be a list. Items stay raw, so that one odd
// item spoils nothing; null and anything but a list are an empty list.
type List []json.RawMessage

// UnmarshalJSON implements json.Unmarshaler.
func (l *List) UnmarshalJSON(b []byte) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		*l = nil
		return nil // not a list: empty, as said
	}
	*l = raw
	return nil
}

// ReadAll decodes each item of l, leaving out what cannot be.
func ReadAll[T any](l List) []T {
	out := make([]T, 0, len(l))
	for _, raw := range l {
		var v T
		if json.Unmarshal(raw, &v) == nil {
			out = append(out, v)
		}
	}
	return out
}
