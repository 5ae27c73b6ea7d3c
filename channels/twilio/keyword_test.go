package twilio

import (
	"strings"
	"testing"

	"parley/desk"
)

// What customers are told to write in order to leave the line is not what makes
// Twilio block the number.
func TestLeavingTheLineIsNoOptOut(t *testing.T) {
	for _, language := range []string{"en", "it", "pl", "ro", "de"} {
		how := desk.HowToStop(language)
		found := false
		for _, quotes := range []string{"“”", "„”", "„“"} {
			q := []rune(quotes)
			_, rest, opened := strings.Cut(how, string(q[0]))
			words, _, closed := strings.Cut(rest, string(q[1]))
			if !opened || !closed || !desk.StopsWaiting(words) {
				continue
			}
			found = true
			if kind := Keyword(Form{"Body": {words}}); kind != desk.InMessage {
				t.Errorf("%s: %q is %s", language, words, kind)
			}
		}
		if !found {
			t.Errorf("%s: no words in %q", language, how)
		}
	}
	for _, words := range []string{"STOP", "cancel", "Quit", "end"} {
		if desk.StopsWaiting(words) || Keyword(Form{"Body": {words}}) != desk.InOptOut {
			t.Errorf("%q is the provider's", words)
		}
	}
}
