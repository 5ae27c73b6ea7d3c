package desk

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// every gives each weekday the same spans.
func every(spans ...Span) map[string][]Span {
	week := map[string][]Span{}
	for _, day := range weekdays {
		week[day] = spans
	}
	return week
}

func clock(hour, minute int) int { return 60*hour + minute }

func TestHoursBetween(t *testing.T) {
	rome := zone(t, "Europe/Rome")
	// 29 March 2026 has 23 hours in Rome (02:00 becomes 03:00), 25 October 25.
	for name, c := range map[string]struct {
		week     map[string][]Span
		holidays map[string][]Span
		from, to time.Time
		want     time.Duration
	}{
		"inside a span":                      {every(Span{540, 1020}), nil, time.Date(2026, 3, 4, 10, 0, 0, 0, rome), time.Date(2026, 3, 4, 10, 45, 0, 0, rome), 45 * time.Minute},
		"two nights and a day":               {every(Span{540, 1020}), nil, time.Date(2026, 3, 3, 16, 0, 0, 0, rome), time.Date(2026, 3, 5, 10, 0, 0, 0, rome), 10 * time.Hour},
		"a weekend":                          {map[string][]Span{"fri": {{540, 1020}}, "mon": {{540, 1020}}}, nil, time.Date(2026, 3, 6, 16, 0, 0, 0, rome), time.Date(2026, 3, 9, 9, 30, 0, 0, rome), 90 * time.Minute},
		"closed all along":                   {map[string][]Span{"mon": {{540, 1020}}}, nil, time.Date(2026, 3, 7, 1, 0, 0, 0, rome), time.Date(2026, 3, 8, 23, 0, 0, 0, rome), 0},
		"lunch":                              {every(Span{540, 720}, Span{780, 1020}), nil, time.Date(2026, 3, 4, 8, 0, 0, 0, rome), time.Date(2026, 3, 4, 20, 0, 0, 0, rome), 7 * time.Hour},
		"the afternoon written first":        {every(Span{780, 1020}, Span{540, 720}), nil, time.Date(2026, 3, 4, 8, 0, 0, 0, rome), time.Date(2026, 3, 4, 20, 0, 0, 0, rome), 7 * time.Hour},
		"overlapping":                        {every(Span{540, 780}, Span{720, 1020}), nil, time.Date(2026, 3, 4, 8, 0, 0, 0, rome), time.Date(2026, 3, 4, 20, 0, 0, 0, rome), 8 * time.Hour},
		"overlapping, the later first":       {every(Span{720, 1020}, Span{540, 780}), nil, time.Date(2026, 3, 4, 8, 0, 0, 0, rome), time.Date(2026, 3, 4, 20, 0, 0, 0, rome), 8 * time.Hour},
		"one inside the other":               {every(Span{540, 1020}, Span{600, 660}), nil, time.Date(2026, 3, 4, 8, 0, 0, 0, rome), time.Date(2026, 3, 4, 20, 0, 0, 0, rome), 8 * time.Hour},
		"past midnight":                      {map[string][]Span{"fri": {{clock(22, 0), clock(26, 0)}}}, nil, time.Date(2026, 3, 6, 23, 0, 0, 0, rome), time.Date(2026, 3, 7, 12, 0, 0, 0, rome), 3 * time.Hour},
		"past midnight into the next":        {every(Span{clock(22, 0), clock(32, 0)}, Span{clock(7, 0), clock(12, 0)}), nil, time.Date(2026, 3, 6, 22, 0, 0, 0, rome), time.Date(2026, 3, 7, 12, 0, 0, 0, rome), 14 * time.Hour},
		"only the tail of the night before":  {map[string][]Span{"fri": {{clock(22, 0), clock(26, 0)}}}, nil, time.Date(2026, 3, 7, 1, 0, 0, 0, rome), time.Date(2026, 3, 7, 12, 0, 0, 0, rome), time.Hour},
		"holiday":                            {every(Span{540, 1020}), map[string][]Span{"2026-12-25": {}}, time.Date(2026, 12, 24, 16, 0, 0, 0, rome), time.Date(2026, 12, 26, 10, 0, 0, 0, rome), 2 * time.Hour},
		"holiday with hours of its own":      {every(Span{540, 1020}), map[string][]Span{"2026-12-24": {{540, 720}}}, time.Date(2026, 12, 24, 8, 0, 0, 0, rome), time.Date(2026, 12, 24, 20, 0, 0, 0, rome), 3 * time.Hour},
		"open on a holiday that is a Sunday": {map[string][]Span{}, map[string][]Span{"2026-03-08": {{600, 720}}}, time.Date(2026, 3, 8, 0, 0, 0, 0, rome), time.Date(2026, 3, 9, 0, 0, 0, 0, rome), 2 * time.Hour},
		"the night before reaches into it":   {every(Span{clock(22, 0), clock(26, 0)}), map[string][]Span{"2026-12-25": {}}, time.Date(2026, 12, 25, 0, 0, 0, 0, rome), time.Date(2026, 12, 26, 0, 0, 0, 0, rome), 2 * time.Hour},
		"the short day, around the clock":    {every(Span{0, 1440}), nil, time.Date(2026, 3, 29, 0, 0, 0, 0, rome), time.Date(2026, 3, 30, 0, 0, 0, 0, rome), 23 * time.Hour},
		"the long day, around the clock":     {every(Span{0, 1440}), nil, time.Date(2026, 10, 25, 0, 0, 0, 0, rome), time.Date(2026, 10, 26, 0, 0, 0, 0, rome), 25 * time.Hour},
		"the short day, over the change":     {every(Span{60, 240}), nil, time.Date(2026, 3, 29, 0, 0, 0, 0, rome), time.Date(2026, 3, 30, 0, 0, 0, 0, rome), 2 * time.Hour},
		"the long day, over the change":      {every(Span{60, 240}), nil, time.Date(2026, 10, 25, 0, 0, 0, 0, rome), time.Date(2026, 10, 26, 0, 0, 0, 0, rome), 4 * time.Hour},
		"the short day keeps its hours":      {every(Span{540, 1020}), nil, time.Date(2026, 3, 29, 0, 0, 0, 0, rome), time.Date(2026, 3, 30, 0, 0, 0, 0, rome), 8 * time.Hour},
		"nothing":                            {every(Span{0, 1440}), nil, time.Date(2026, 3, 4, 10, 0, 0, 0, rome), time.Date(2026, 3, 4, 10, 0, 0, 0, rome), 0},
		"backwards":                          {every(Span{0, 1440}), nil, time.Date(2026, 3, 4, 10, 0, 0, 0, rome), time.Date(2026, 3, 4, 9, 0, 0, 0, rome), 0},
	} {
		t.Run(name, func(t *testing.T) {
			h := &Hours{Zone: "Europe/Rome", Week: c.week, Holidays: c.holidays}
			if err := h.Validate(); err != nil {
				t.Fatal(err)
			}
			if got := h.Between(c.from.UTC(), c.to.UTC()); got != c.want {
				t.Errorf("%v open from %v to %v, want %v", got, c.from, c.to, c.want)
			}
		})
	}
}

// In these zones clocks change at midnight: that day begins at 01:00, and the
// hour before belongs to the day before.
func TestHoursWhereADayHasNoMidnight(t *testing.T) {
	for name, day := range map[string]time.Time{
		"America/Santiago": time.Date(2026, 9, 6, 0, 0, 0, 0, time.UTC), // a Sunday
		"America/Havana":   time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC), // a Sunday
		"Africa/Cairo":     time.Date(2026, 4, 24, 0, 0, 0, 0, time.UTC),
	} {
		loc := zone(t, name)
		y, m, d := day.Date()
		week := Hours{Zone: name, Week: map[string][]Span{weekdays[day.Weekday()]: {{540, 1020}}}}
		date := Hours{Zone: name, Holidays: map[string][]Span{day.Format(time.DateOnly): {{540, 1020}}}}
		for _, h := range []*Hours{&week, &date} {
			if at := time.Date(y, m, d, 10, 0, 0, 0, loc); !h.OpenAt(at) {
				t.Errorf("%s is closed at %v", name, at)
			}
			for _, off := range []int{-1, 1} {
				if at := time.Date(y, m, d+off, 10, 0, 0, 0, loc); h.OpenAt(at) {
					t.Errorf("%s is open at %v", name, at)
				}
			}
			if got := h.Between(time.Date(y, m, d-2, 0, 0, 0, 0, loc), time.Date(y, m, d+2, 12, 0, 0, 0, loc)); got != 8*time.Hour {
				t.Errorf("%s: %v around that day, want 8 h", name, got)
			}
		}
	}
}

func TestOpenAtItsEdges(t *testing.T) {
	rome := zone(t, "Europe/Rome")
	h := &Hours{Zone: "Europe/Rome", Week: every(Span{540, 1020})}
	for at, want := range map[time.Time]bool{
		time.Date(2026, 3, 4, 8, 59, 59, 999, rome): false,
		time.Date(2026, 3, 4, 9, 0, 0, 0, rome):     true,
		time.Date(2026, 3, 4, 16, 59, 59, 0, rome):  true,
		time.Date(2026, 3, 4, 17, 0, 0, 0, rome):    false,
	} {
		if h.OpenAt(at) != want {
			t.Errorf("open at %v: %v, want %v", at, !want, want)
		}
	}
	var always *Hours
	now := time.Now()
	if !always.OpenAt(now) || always.Between(now, now.Add(time.Hour)) != time.Hour {
		t.Error("no calendar is not always open")
	}
	if never := (&Hours{}); never.OpenAt(now) || never.Between(now.Add(-1000*time.Hour), now) != 0 {
		t.Error("an empty calendar is open")
	}
}

// Between counts exactly the minutes at which OpenAt says open, whatever the spans are.
func TestBetweenIsTheSumOfOpenMinutes(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 3))
	for round := range 24 {
		h := &Hours{Zone: []string{"Europe/Rome", "America/Santiago", "Asia/Kolkata", "UTC"}[round%4], Week: map[string][]Span{}, Holidays: map[string][]Span{}}
		spans := func() (out []Span) {
			for range rng.IntN(4) {
				from := rng.IntN(1440)
				out = append(out, Span{from, from + 1 + rng.IntN(1440)})
			}
			return out
		}
		for _, day := range weekdays {
			h.Week[day] = spans()
		}
		// Around the changes of both hemispheres.
		start := []time.Time{time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC), time.Date(2026, 9, 4, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 23, 0, 0, 0, 0, time.UTC)}[round%3]
		h.Holidays[start.AddDate(0, 0, 1).Format(time.DateOnly)] = spans()
		if err := h.Validate(); err != nil {
			t.Fatal(err)
		}
		from := start.Add(time.Duration(rng.IntN(2*1440)) * time.Minute)
		to := from.Add(time.Duration(rng.IntN(3*1440)) * time.Minute)
		want := time.Duration(0)
		for at := from; at.Before(to); at = at.Add(time.Minute) {
			if h.OpenAt(at) {
				want += time.Minute
			}
		}
		if got := h.Between(from, to); got != want {
			t.Fatalf("round %d: %v open from %v to %v, want %v with %+v", round, got, from, to, want, h)
		}
	}
}

func TestHoursValidateNamesWhatIsWrong(t *testing.T) {
	good := []Span{{0, 1440}, {1439, 2879}, {540, 541}}
	for name, c := range map[string]struct {
		h     *Hours
		field string
	}{
		"none":              {nil, ""},
		"good":              {&Hours{Zone: "Asia/Kolkata", Week: every(good...), Holidays: map[string][]Span{"2028-02-29": nil}}, ""},
		"no such zone":      {&Hours{Zone: "Europe/Atlantis"}, "hours.zone"},
		"the machine's own": {&Hours{Zone: "Local"}, "hours.zone"},
		"path for a zone":   {&Hours{Zone: "../../etc/passwd"}, "hours.zone"},
		"no such day":       {&Hours{Zone: "UTC", Week: map[string][]Span{"monday": good}}, "hours.week"},
		"negative":          {&Hours{Zone: "UTC", Week: map[string][]Span{"tue": {{-1, 10}}}}, "hours.week.tue[0]"},
		"starts tomorrow":   {&Hours{Zone: "UTC", Week: map[string][]Span{"tue": {{0, 10}, {1440, 1500}}}}, "hours.week.tue[1]"},
		"empty span":        {&Hours{Zone: "UTC", Week: map[string][]Span{"tue": {{60, 60}}}}, "hours.week.tue[0]"},
		"over a day":        {&Hours{Zone: "UTC", Week: map[string][]Span{"tue": {{60, 1501}}}}, "hours.week.tue[0]"},
		"no such date":      {&Hours{Zone: "UTC", Holidays: map[string][]Span{"2026-02-30": nil}}, "hours.holidays"},
		"names":             {&Hours{Zone: "UTC", Holidays: map[string][]Span{"2026-12-25": nil}, Names: map[string]string{"2026-12-25": "Christmas"}}, ""},
		"name of no day":    {&Hours{Zone: "UTC", Names: map[string]string{"2026-12-25": "Christmas"}}, "hours.names"},
		"endless name":      {&Hours{Zone: "UTC", Holidays: map[string][]Span{"2026-12-25": nil}, Names: map[string]string{"2026-12-25": strings.Repeat("x", 61)}}, "hours.holidays.2026-12-25"},
		"span of a holiday": {&Hours{Zone: "UTC", Holidays: map[string][]Span{"2026-12-25": {{10, 5}}}}, "hours.holidays.2026-12-25[0]"},
	} {
		err := c.h.Validate()
		field, message := "", ""
		if e, ok := err.(*Error); ok {
			field, message = e.Field, e.Message
		}
		if (err != nil) != (c.field != "") || field != c.field {
			t.Errorf("%s: %v, want an error about %q", name, err, c.field)
		}
		if err != nil && (CodeOf(err) != Invalid || !strings.ContainsAny(message, " ")) {
			t.Errorf("%s: %v does not say how to put it right", name, err)
		}
	}
}

func TestADayOfACalendar(t *testing.T) {
	h := &Hours{Zone: "Europe/Rome", Week: map[string][]Span{"fri": {{540, 1020}}}, Holidays: map[string][]Span{"2026-12-25": nil, "2027-01-01": {{600, 720}}}, Names: map[string]string{"2026-12-25": "Christmas"}}
	for date, want := range map[string]Day{
		"2026-12-18": {Date: "2026-12-18", Spans: []Span{{540, 1020}}},
		"2026-12-19": {Date: "2026-12-19"},
		"2026-12-25": {Date: "2026-12-25", Special: true, Name: "Christmas"},
		"2027-01-01": {Date: "2027-01-01", Special: true, Spans: []Span{{600, 720}}},
	} {
		day, _ := time.Parse(time.DateOnly, date)
		if diff := cmp.Diff(want, h.On(day)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", date, diff)
		}
	}
}

func TestHoursChangeNext(t *testing.T) {
	rome := zone(t, "Europe/Rome")
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, rome)
	}
	office := map[string][]Span{"mon": {{540, 720}, {780, 1020}}, "fri": {{540, 1020}}}
	for name, c := range map[string]struct {
		hours    *Hours
		from     time.Time
		want     time.Time // zero: never
		nextOpen time.Time
	}{
		"always":                   {nil, at(3, 4, 12, 0), time.Time{}, at(3, 4, 12, 0)},
		"never":                    {&Hours{Zone: "Europe/Rome"}, at(3, 4, 12, 0), time.Time{}, time.Time{}},
		"before the opening":       {&Hours{Zone: "Europe/Rome", Week: office}, at(3, 2, 8, 0), at(3, 2, 9, 0), at(3, 2, 9, 0)},
		"at the opening":           {&Hours{Zone: "Europe/Rome", Week: office}, at(3, 2, 9, 0), at(3, 2, 12, 0), at(3, 2, 9, 0)},
		"lunch":                    {&Hours{Zone: "Europe/Rome", Week: office}, at(3, 2, 12, 0), at(3, 2, 13, 0), at(3, 2, 13, 0)},
		"over the weekend":         {&Hours{Zone: "Europe/Rome", Week: office}, at(3, 6, 17, 0), at(3, 9, 9, 0), at(3, 9, 9, 0)},
		"touching spans":           {&Hours{Zone: "Europe/Rome", Week: every(Span{540, 720}, Span{720, 1020})}, at(3, 4, 10, 0), at(3, 4, 17, 0), at(3, 4, 10, 0)},
		"overlapping spans":        {&Hours{Zone: "Europe/Rome", Week: every(Span{700, 1020}, Span{540, 720})}, at(3, 4, 10, 0), at(3, 4, 17, 0), at(3, 4, 10, 0)},
		"past midnight":            {&Hours{Zone: "Europe/Rome", Week: map[string][]Span{"fri": {{clock(22, 0), clock(26, 0)}}}}, at(3, 6, 23, 0), at(3, 7, 2, 0), at(3, 6, 23, 0)},
		"around the clock":         {&Hours{Zone: "Europe/Rome", Week: every(Span{0, 1440})}, at(3, 4, 10, 0), time.Time{}, at(3, 4, 10, 0)},
		"but for a holiday":        {&Hours{Zone: "Europe/Rome", Week: every(Span{0, 1440}), Holidays: map[string][]Span{"2026-12-25": {}}}, at(3, 4, 10, 0), at(12, 25, 0, 0), at(3, 4, 10, 0)},
		"a day a year":             {&Hours{Zone: "Europe/Rome", Holidays: map[string][]Span{"2026-12-24": {{540, 720}}}}, at(3, 4, 10, 0), at(12, 24, 9, 0), at(12, 24, 9, 0)},
		"the short day":            {&Hours{Zone: "Europe/Rome", Week: every(Span{540, 1020})}, at(3, 28, 18, 0), at(3, 29, 9, 0), at(3, 29, 9, 0)},
		"opening in the lost hour": {&Hours{Zone: "Europe/Rome", Week: every(Span{150, 1020})}, at(3, 28, 18, 0), time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC), time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC)},
	} {
		got, ok := c.hours.NextChange(c.from)
		if ok == c.want.IsZero() || !got.Equal(c.want) {
			t.Errorf("%s: changes next at %v (%v), want %v", name, got, ok, c.want)
		}
		got, ok = c.hours.NextOpen(c.from)
		if ok == c.nextOpen.IsZero() || !got.Equal(c.nextOpen) {
			t.Errorf("%s: opens next at %v (%v), want %v", name, got, ok, c.nextOpen)
		}
	}
}

// NextChange against a minute-by-minute walk.
func TestHoursChangeNextAsTheClockDoes(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	rome := zone(t, "Europe/Rome")
	for n := range 60 {
		h := &Hours{Zone: "Europe/Rome", Week: map[string][]Span{}, Holidays: map[string][]Span{}}
		for _, day := range weekdays {
			for range r.IntN(3) {
				from := r.IntN(144) * 10
				h.Week[day] = append(h.Week[day], Span{from, from + 10 + 10*r.IntN(144)})
			}
		}
		if r.IntN(3) == 0 {
			h.Holidays["2026-03-29"] = nil
		}
		from := time.Date(2026, 3, 27, r.IntN(48), r.IntN(60), 0, 0, rome)
		got, ok := h.NextChange(from)
		want, now := from, h.OpenAt(from)
		for want.Sub(from) < 8*24*time.Hour && h.OpenAt(want) == now {
			want = want.Add(time.Minute)
		}
		if want.Sub(from) < 8*24*time.Hour && (!ok || !got.Equal(want)) {
			t.Errorf("case %d: %+v changes after %v at %v (%v), want %v", n, h, from, got, ok, want)
		}
	}
}
