package desk

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// statuses in the order of advances' columns.
var statuses = []Status{Received, Queued, Sending, Unknown, Sent, Failed, Delivered, Read}

// advances has a row for each status and a letter for each news that moves it on.
var advances = map[Status]string{
	//         rqsusfdr
	Received:  "--------",
	Queued:    "--susfdr",
	Sending:   "---usfdr",
	Unknown:   "----sfdr", // a late answer settles it
	Sent:      "-----fdr",
	Failed:    "--------", // what failed stays failed
	Delivered: "-------r", // a late sent or failed changes nothing
	Read:      "--------",
}

func TestEveryPairOfStatuses(t *testing.T) {
	for _, from := range statuses {
		for i, news := range statuses {
			want := from
			if advances[from][i] != '-' {
				want = news
			}
			got, moved := from.Advance(news)
			if got != want || moved != (want != from) {
				t.Errorf("%s, then news of %s: %s (moved %v), want %s", from, news, got, moved, want)
			}
		}
		if got, moved := from.Advance("vanished"); got != from || moved {
			t.Errorf("%s moved to %s by news nobody knows", from, got)
		}
	}
}

// However the news of a delivered message are shuffled, it ends where it got to.
func TestLateNewsChangeNothing(t *testing.T) {
	for _, order := range [][]Status{{Sent, Delivered, Read}, {Read, Delivered, Sent}, {Delivered, Sent, Read}, {Read, Sent, Delivered}, {Sent, Read, Delivered, Read, Sent}} {
		s := Sending
		for _, news := range order {
			s, _ = s.Advance(news)
		}
		if s != Read {
			t.Errorf("%v ended as %s", order, s)
		}
	}
}

func TestSnippet(t *testing.T) {
	long := strings.Repeat("ü", SnippetLength+1)
	for name, c := range map[string]struct {
		m    Message
		want string
	}{
		"text":              {Message{Kind: Text, Text: "hello"}, "hello"},
		"one line":          {Message{Kind: Text, Text: "  two\nlines \t of\r\n text "}, "two lines of text"},
		"long":              {Message{Kind: Text, Text: long}, strings.Repeat("ü", SnippetLength-1) + "…"},
		"just fits":         {Message{Kind: Text, Text: long[2:]}, long[2:]},
		"file":              {Message{Kind: Image, Attachments: []Attachment{{Kind: Image, Name: "lamp.jpg"}}}, "[image] lamp.jpg"},
		"nameless file":     {Message{Kind: Audio, Attachments: []Attachment{{Kind: Audio}}}, "[audio]"},
		"file with words":   {Message{Kind: Image, Text: "look", Attachments: []Attachment{{Kind: Image, Name: "lamp.jpg"}}}, "look"},
		"a kind by itself":  {Message{Kind: Location}, "[location]"},
		"nothing":           {Message{Kind: Text}, ""},
		"only white spaces": {Message{Kind: Text, Text: " \n "}, ""},
	} {
		if got := c.m.Snippet(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestCleanText(t *testing.T) {
	for _, c := range []struct {
		in   string
		max  int
		want string
	}{
		{"plain", 100, "plain"},
		{"a\x00b\x00", 100, "ab"},
		{"bad \xff\xfe bytes", 100, "bad \uFFFD bytes"},
		{"half a \xe2\x82", 100, "half a \uFFFD"},
		{"€€€", 9, "€€€"},
		{"€€€", 8, "€€"}, // never cut inside a character
		{"€€€", 2, ""},
		{"abc", 0, ""},
		{"\x00\x00\x00x", 1, "x"}, // what is taken out does not count
	} {
		if got := CleanText(c.in, c.max); got != c.want {
			t.Errorf("CleanText(%q, %d) = %q, want %q", c.in, c.max, got, c.want)
		}
	}
}

func TestTruncate(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"short", 5, "short"}, {"longer", 5, "long…"}, {"äöü", 3, "äöü"}, {"äöüß", 3, "äö…"}, {"ab", 1, "…"}, {"a", 1, "a"}, {"ab", 0, ""}, {"", 0, ""}, {"ab", -1, ""},
	} {
		if got := Truncate(c.in, c.n); got != c.want {
			t.Errorf("Truncate(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "hello", "two\nlines", "€\xff\x00", strings.Repeat("ü", 200), "\u202e\u200d👩‍🚒", "\xe2\x82"} {
		f.Add(s, 7)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = max(0, min(n, 1000))
		clean := CleanText(s, n)
		if !utf8.ValidString(clean) || strings.ContainsRune(clean, 0) || len(clean) > n {
			t.Errorf("CleanText(%q, %d) = %q", s, n, clean)
		}
		if again := CleanText(clean, n); again != clean {
			t.Errorf("cleaned twice: %q, then %q", clean, again)
		}
		if utf8.ValidString(s) && !strings.ContainsRune(s, 0) && len(s) <= n && clean != s {
			t.Errorf("CleanText(%q, %d) changed it to %q", s, n, clean)
		}
		cut := Truncate(s, n)
		if utf8.RuneCountInString(cut) > n {
			t.Errorf("Truncate(%q, %d) has %d characters", s, n, utf8.RuneCountInString(cut))
		}
		if utf8.ValidString(s) && cut != s && !strings.HasPrefix(s, strings.TrimSuffix(cut, "…")) {
			t.Errorf("Truncate(%q, %d) = %q is not its beginning", s, n, cut)
		}
		m := Message{Kind: Text, Text: s}
		if line := m.Snippet(); strings.ContainsAny(line, "\n\r\t") || utf8.RuneCountInString(line) > SnippetLength {
			t.Errorf("the snippet of %q is %q", s, line)
		}
	})
}
