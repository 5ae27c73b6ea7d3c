package desk

import (
	"strings"
	"testing"
	"time"
)

func TestCustomersAreToldWhenItOpens(t *testing.T) {
	h := &Hours{Zone: "Europe/Rome"}
	now := time.Date(2026, 3, 6, 19, 0, 0, 0, time.UTC) // Friday, 20:00 in Rome
	for name, c := range map[string]struct {
		language string
		opens    time.Time
		message  bool
		want     string
	}{
		"a weekday":          {"en", time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC), false, "open again on Monday at 09:00."},
		"today":              {"en-GB", time.Date(2026, 3, 6, 21, 30, 0, 0, time.UTC), false, "open again today at 22:30."},
		"past a week":        {"en", time.Date(2026, 4, 7, 7, 0, 0, 0, time.UTC), true, "open again on 7 April at 09:00. Leave your message"},
		"the same weekday":   {"en", time.Date(2026, 3, 13, 8, 0, 0, 0, time.UTC), false, "on 13 March at 09:00"},
		"Italian":            {"it", time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC), true, "riapriamo lunedì alle 09:00. Lasci"},
		"Polish":             {"pl-PL", time.Date(2026, 3, 10, 8, 0, 0, 0, time.UTC), false, "otwieramy we wtorek o 09:00"},
		"Romanian":           {"ro", time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC), false, "deschidem din nou luni la 09:00"},
		"German":             {"DE", time.Date(2026, 4, 7, 7, 0, 0, 0, time.UTC), false, "öffnen am 7. April um 09:00 wieder"},
		"what nobody speaks": {"tlh", time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC), false, "on Monday"},
		"nobody knows when":  {"it", time.Time{}, false, "siamo chiusi. Lasci"},
	} {
		if got := h.ClosedWords(c.language, c.opens, now, c.message); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q lacks %q", name, got, c.want)
		}
	}
	for language, p := range spoken {
		for _, i := range Insteads {
			if i.OfferWords(language) == "" || i.TakenWords(language) == "" || i.OfferWords(language) == i.TakenWords(language) {
				t.Errorf("%s has no words for %s", language, i)
			}
		}
		if how := HowToStop(language); !strings.Contains(how, p.stop) || p.stop == "" || StoppedWords(language) == "" {
			t.Errorf("%s does not say how to leave the line: %q", language, how)
		}
		for _, words := range append(append(p.weekdays[:], p.months[:]...), p.today) {
			if words == "" {
				t.Errorf("%s lacks a day or month", language)
			}
		}
	}
}

func TestWordsThatStopWaiting(t *testing.T) {
	for text, want := range map[string]bool{
		"Stop waiting": true, " STOP  WAITING!": true, "“stop waiting”.": true, "Nu mai astept": true, "nu mai aștept": true, "Non aspetto più": true, "non aspetto piu": true,
		"Nie czekam": true, "nicht mehr warten": true,
		"": false, "stop": false, "STOP": false, "cancel": false, "end": false, "stop waiting for my order": false, "I will not stop waiting": false, "waiting": false,
	} {
		if StopsWaiting(text) != want {
			t.Errorf("%q: want %v", text, want)
		}
	}
}

func TestMessagesThatArePhoneNumbers(t *testing.T) {
	for text, want := range map[string]bool{
		"+39 06 1234567": true, " 020 7946 0018 ": true, "(415) 555-2671": true, "00393331234567": true,
		"": false, "12345": false, "my number is 020 7946 0018": false, "1234567890123456": false, "order 1234567": false, "12+3456789": false, "…1234567": false,
	} {
		if number, ok := PhoneNumber(text); ok != want || ok && number != strings.TrimSpace(text) {
			t.Errorf("%q: %q, %v", text, number, ok)
		}
	}
}
