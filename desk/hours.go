package desk

import (
	"fmt"
	"slices"
	"time"
)

// Hours is a calendar of opening times. The zero value is never open; a nil
// *Hours is always open.
type Hours struct {
	Zone     string            `json:"zone"`     // IANA name
	Week     map[string][]Span `json:"week"`     // "mon" … "sun"
	Holidays map[string][]Span `json:"holidays"` // "2026-12-25": spans of that day instead; none = closed
}

// Span is an opening time in minutes after local midnight; To may exceed 1440
// to reach past midnight.
type Span struct {
	From int `json:"from"`
	To   int `json:"to"`
}

var weekdays = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// Validate names what is wrong with the calendar.
func (h *Hours) Validate() error {
	if h == nil {
		return nil
	}
	// "Local" would mean another zone on each machine.
	if _, err := time.LoadLocation(h.Zone); err != nil || h.Zone == "Local" {
		return FieldError("hours.zone", "%q is not a time zone; use a name like Europe/Rome", h.Zone)
	}
	check := func(field string, spans []Span) error {
		for i, s := range spans {
			if s.From < 0 || s.From >= 1440 || s.To <= s.From || s.To > s.From+1440 {
				return FieldError(fmt.Sprintf("%s[%d]", field, i), "a span needs 0 ≤ from < 1440 and from < to ≤ from + 1440 minutes")
			}
		}
		return nil
	}
	for day, spans := range h.Week {
		known := false
		for _, d := range weekdays {
			known = known || d == day
		}
		if !known {
			return FieldError("hours.week", "%q is not a day; use mon, tue, wed, thu, fri, sat or sun", day)
		}
		if err := check("hours.week."+day, spans); err != nil {
			return err
		}
	}
	for day, spans := range h.Holidays {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return FieldError("hours.holidays", "%q is not a date; use the form 2026-12-25", day)
		}
		if err := check("hours.holidays."+day, spans); err != nil {
			return err
		}
	}
	return nil
}

// each calls f with every opening that begins on the local days around [from, to].
func (h *Hours) each(from, to time.Time, f func(open, shut time.Time)) {
	loc, err := time.LoadLocation(h.Zone)
	if err != nil {
		loc = time.UTC
	}
	y, m, d := from.In(loc).Date()
	for i := -1; ; i++ { // the day before may reach past midnight
		if time.Date(y, m, d+i, 0, 0, 0, 0, loc).After(to) {
			return
		}
		// The day's name is told without the zone: where clocks change at
		// midnight, that midnight is an hour of the day before.
		day := time.Date(y, m, d+i, 0, 0, 0, 0, time.UTC)
		spans, special := h.Holidays[day.Format(time.DateOnly)]
		if !special {
			spans = h.Week[weekdays[day.Weekday()]]
		}
		for _, s := range spans {
			// By the local clock, so that a day with a DST change keeps its hours.
			f(time.Date(y, m, d+i, 0, s.From, 0, 0, loc), time.Date(y, m, d+i, 0, s.To, 0, 0, loc))
		}
	}
}

// OpenAt tells whether t is inside the hours.
func (h *Hours) OpenAt(t time.Time) bool {
	if h == nil {
		return true
	}
	open := false
	h.each(t, t, func(a, b time.Time) { open = open || (!t.Before(a) && t.Before(b)) })
	return open
}

// Between is how much of [from, to] is inside the hours. Overlapping spans count
// once, in whatever order they stand.
func (h *Hours) Between(from, to time.Time) time.Duration {
	if !to.After(from) {
		return 0
	}
	if h == nil {
		return to.Sub(from)
	}
	type opening struct{ open, shut time.Time }
	var all []opening
	h.each(from, to, func(a, b time.Time) { all = append(all, opening{a, b}) })
	slices.SortFunc(all, func(a, b opening) int { return a.open.Compare(b.open) })
	var total time.Duration
	at := from // counted up to here
	for _, o := range all {
		if o.open.Before(at) {
			o.open = at
		}
		if o.shut.After(to) {
			o.shut = to
		}
		if o.shut.After(o.open) {
			total += o.shut.Sub(o.open)
			at = o.shut
		}
	}
	return total
}
