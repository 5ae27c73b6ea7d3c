package desk

import (
	"fmt"
	"slices"
	"sync"
	"time"
	"unicode/utf8"
)

// Hours is a calendar of opening times. The zero value is never open; a nil
// *Hours is always open.
type Hours struct {
	Zone     string            `json:"zone"`     // IANA name
	Week     map[string][]Span `json:"week"`     // "mon" … "sun"
	Holidays map[string][]Span `json:"holidays"` // "2026-12-25": spans of that day instead; none = closed
	// Names says what people call a day of Holidays: "Christmas".
	Names map[string]string `json:"names,omitempty"`
}

// maxHolidayName is how many characters the name of a holiday may have.
const maxHolidayName = 60

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
				return FieldError(fmt.Sprintf("%s[%d]", field, i),
					"must begin within the day and end after that, at most 24 hours later: 0 ≤ from < 1440 and from < to ≤ from + 1440, in minutes after midnight")
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
	for day, name := range h.Names {
		if _, there := h.Holidays[day]; !there {
			return FieldError("hours.names", "%q is named but is no day of holidays; give it hours there, or none to close", day)
		}
		if utf8.RuneCountInString(name) > maxHolidayName {
			return FieldError("hours.holidays."+day, "has a name longer than %d characters; shorten it", maxHolidayName)
		}
	}
	return nil
}

// zones keeps time zones once read: each reading opens a file.
var zones sync.Map // name ▶ *time.Location

func zoneOf(name string) *time.Location {
	if loc, known := zones.Load(name); known {
		return loc.(*time.Location)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	zones.Store(name, loc)
	return loc
}

// Location is the calendar's time zone.
func (h *Hours) Location() *time.Location { return zoneOf(h.Zone) }

// Day is one day of a calendar.
type Day struct {
	Date    string `json:"date"` // 2026-12-25
	Spans   []Span `json:"spans"`
	Special bool   `json:"special,omitempty"` // it has hours of its own, or is closed for once
	Name    string `json:"name,omitempty"`
}

// On is what holds on the date of a day; its time and zone do not count.
func (h *Hours) On(day time.Time) Day {
	d := Day{Date: day.Format(time.DateOnly)}
	if d.Spans, d.Special = h.Holidays[d.Date]; d.Special {
		d.Name = h.Names[d.Date]
	} else {
		d.Spans = h.Week[weekdays[day.Weekday()]]
	}
	return d
}

// each calls f with every opening that begins on the local days around [from, to].
func (h *Hours) each(from, to time.Time, f func(open, shut time.Time)) {
	loc := h.Location()
	y, m, d := from.In(loc).Date()
	for i := -1; ; i++ { // the day before may reach past midnight
		if time.Date(y, m, d+i, 0, 0, 0, 0, loc).After(to) {
			return
		}
		// The day's name is told without the zone: where clocks change at
		// midnight, that midnight is an hour of the day before.
		for _, s := range h.On(time.Date(y, m, d+i, 0, 0, 0, 0, time.UTC)).Spans {
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
	var total time.Duration
	at := from // counted up to here
	for _, o := range h.openings(from, to) {
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

type opening struct{ open, shut time.Time }

// openings lists the spans that touch [from, to], and maybe some around, in order.
func (h *Hours) openings(from, to time.Time) []opening {
	var all []opening
	h.each(from, to, func(a, b time.Time) { all = append(all, opening{a, b}) })
	slices.SortFunc(all, func(a, b opening) int { return a.open.Compare(b.open) })
	return all
}

// farthest is how far ahead a change of hours is looked for: over the longest
// closure anybody plans, and a year's holidays: 8 · 7 · 7 days.
const farthest = 8 * 7 * 7 * 24 * time.Hour

// NextChange is the next moment after t at which the hours begin or end; false
// when they never do, or not in 13 months.
func (h *Hours) NextChange(t time.Time) (time.Time, bool) {
	if h == nil {
		return time.Time{}, false
	}
	now := h.OpenAt(t)
	// A week ahead answers nearly always; only then further ones are looked through.
	for reach := 8 * 24 * time.Hour; reach <= farthest; reach *= 7 {
		end := t // open without a gap until here
		for _, o := range h.openings(t, t.Add(reach)) {
			switch {
			case !now && o.open.After(t) && o.shut.After(o.open):
				return o.open, true
			case now && !o.open.After(end) && o.shut.After(end):
				end = o.shut
			}
		}
		if now && end.Before(t.Add(reach)) {
			return end, true
		}
	}
	return time.Time{}, false
}

// NextOpen is t itself when it is inside the hours, else when they begin next;
// false when they never do, or not in 13 months.
func (h *Hours) NextOpen(t time.Time) (time.Time, bool) {
	if h.OpenAt(t) {
		return t, true
	}
	return h.NextChange(t)
}
