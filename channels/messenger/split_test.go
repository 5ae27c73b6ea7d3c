package messenger

import (
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestSplit(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"short":       {"one two", []string{"one two"}},
		"nothing":     {" \n ", nil},
		"exact":       {"1234567890", []string{"1234567890"}},
		"at a word":   {"one two three", []string{"one two", "three"}},
		"space at 10": {"1234567890 abc", []string{"1234567890", "abc"}},
		"no space":    {"1234567890abc", []string{"1234567890", "abc"}},
		"lines":       {"one\ntwo\nthree four", []string{"one\ntwo", "three four"}},
		"emoji whole": {"123456789😀", []string{"123456789", "😀"}},
		"long spaces": {"one" + strings.Repeat(" ", 20) + "two", []string{"one", "two"}},
		"family":      {"1234567👩‍👩‍👧", []string{"1234567", "👩‍👩‍👧"}},
	} {
		if diff := cmp.Diff(c.want, split(c.text, 10)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("one two three", 5)
	f.Add("👩‍👩‍👧👩‍👩‍👧", 3)
	f.Fuzz(func(t *testing.T, text string, max int) {
		if max < 2 || max > 3000 || !utf8.ValidString(text) {
			return // text is cleaned before it gets here
		}
		parts := split(text, max)
		for _, p := range parts {
			if n := len(utf16.Encode([]rune(p))); n == 0 || n > max {
				t.Errorf("a part of %d units, at most %d allowed", n, max)
			}
		}
		bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if bare(strings.Join(parts, "")) != bare(text) {
			t.Errorf("%q became %q", text, parts)
		}
	})
}
