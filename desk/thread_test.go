package desk

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

func TestParseRating(t *testing.T) {
	for text, want := range map[string]struct {
		score   int
		comment string
	}{
		"5": {5, ""}, "1": {1, ""}, " 4 \n": {4, ""}, "3.": {3, ""}, "5!": {5, ""}, "5!!!": {5, ""}, "2)": {2, ""},
		"5 great help":           {5, "great help"},
		"4, but slow":            {4, "but slow"},
		"1. never again":         {1, "never again"},
		"5: great":               {5, "great"},
		"5 - thank you":          {5, "thank you"},
		"5 – danke schön":        {5, "danke schön"},
		"3\nit took two days":    {3, "it took two days"},
		"2 (too slow)":           {2, "(too slow)"},
		"5/5":                    {5, ""},
		"4/5 nearly":             {4, "nearly"},
		"5\ufe0f\u20e3":          {5, ""}, // keycap emoji
		"5\u20e3 super":          {5, "super"},
		"4⭐":                     {4, ""},
		"5 ⭐⭐⭐⭐⭐":                {5, "⭐⭐⭐⭐⭐"},
		"5★ best":                {5, "best"},
		"5 👍":                    {5, "👍"},
		"5👍":                     {5, "👍"},
		"1 item of 3 is missing": {1, "item of 3 is missing"},
	} {
		score, comment, ok := ParseRating(text)
		if !ok || score != want.score || comment != want.comment {
			t.Errorf("%q: %d %q %v, want %d %q", text, score, comment, ok, want.score, want.comment)
		}
	}
	for _, text := range []string{"", " ", "0", "6", "9 out of 10", "10", "55", "5th of March", "1st", "2x", "4.50", "4,50 EUR", "4.5", "3:30", "3:30 pm", "5/10", "2/3 of it", "5/50",
		"1/2/2026", "2-3 days", "2–3 days", "5% off", "5€ back", "+5", "-5", "#5", "five", "a 5", "great", "⭐⭐⭐⭐⭐", "５", "٥", "½", "1½", "1²", "\xff5"} {
		if score, comment, ok := ParseRating(text); ok || score != 0 || comment != "" {
			t.Errorf("%q was taken for a rating: %d %q", text, score, comment)
		}
	}
}

func FuzzParseRating(f *testing.F) {
	for _, s := range []string{"", "5", "5/5", "10", "4.50", "3:30", "5\ufe0f\u20e3", "4⭐ nice", "2-3", "5th", "1 \xff", "5,", "5\u200d", "3/5/5", "1¾"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		score, comment, ok := ParseRating(s)
		if !ok {
			if score != 0 || comment != "" {
				t.Errorf("%q is no rating, but gives %d %q", s, score, comment)
			}
			return
		}
		trimmed := strings.TrimSpace(s)
		if score < 1 || score > 5 || trimmed[0] != byte('0'+score) {
			t.Errorf("%q gives %d", s, score)
		}
		if next, _ := utf8.DecodeRuneInString(trimmed[1:]); unicode.IsDigit(next) || unicode.IsLetter(next) {
			t.Errorf("%q does not begin with a lone digit", s)
		}
		if comment != strings.TrimSpace(comment) || !strings.HasSuffix(trimmed, comment) {
			t.Errorf("the comment of %q is %q", s, comment)
		}
	})
}

func TestCustomersAndAgentsTakeTurns(t *testing.T) {
	at := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	says := func(n int, text string) *Message {
		return &Message{Kind: Text, Text: text, At: at(n), Author: ByCustomer}
	}
	c := &Conversation{}
	c.Hear(says(0, "hello"), at(0))
	c.Hear(says(2, "anybody?"), at(2))
	if !c.AskedAt.Equal(at(0)) || !c.UnansweredSince.Equal(at(0)) || !c.LastCustomerAt.Equal(at(2)) || c.Unread != 2 || c.LastText != "anybody?" {
		t.Fatalf("after two messages: %+v", c)
	}
	c.Mention(&Message{Kind: Note, Text: "a secret", At: at(3), Author: ByAgent})
	if c.LastText != "anybody?" {
		t.Errorf("a private note shows in the list: %q", c.LastText)
	}
	c.Mention(&Message{Kind: Text, Text: "all are busy", At: at(3), Author: ByBot})
	if c.LastText != "all are busy" || c.LastAuthor != ByBot || !c.AnsweredAt.IsZero() || !c.UnansweredSince.Equal(at(0)) || c.Unread != 2 {
		t.Errorf("an automatic message answered: %+v", c)
	}
	asked, open := c.Answer(&Message{Kind: Text, Text: "hi", At: at(5), Author: ByAgent}, at(5))
	if !asked.Equal(at(0)) || !open.Equal(at(0)) || !c.AnsweredAt.Equal(at(5)) || !c.UnansweredSince.IsZero() || c.Unread != 0 {
		t.Errorf("the first answer: asked %v, open since %v, %+v", asked, open, c)
	}
	asked, open = c.Answer(&Message{Kind: Text, Text: "one more thing", At: at(6), Author: ByAgent}, at(6))
	if !asked.IsZero() || !open.IsZero() {
		t.Errorf("a second message in a row answered %v and %v", asked, open)
	}
	c.Hear(says(9, "thanks"), at(9))
	asked, open = c.Answer(&Message{Kind: Text, Text: "bye", At: at(11), Author: ByAgent}, at(11))
	if !asked.IsZero() || !open.Equal(at(9)) || !c.AnsweredAt.Equal(at(5)) {
		t.Errorf("the next answer: asked %v, open since %v, first answered %v", asked, open, c.AnsweredAt)
	}
	c.Hear(says(8, "sent long ago"), at(8))
	if c.LastText != "bye" || !c.LastAt.Equal(at(11)) {
		t.Errorf("a late message took the place of the last words: %q at %v", c.LastText, c.LastAt)
	}
	// Where the agent wrote first there was nothing to answer.
	c = &Conversation{}
	if asked, open = c.Answer(&Message{Kind: Text, At: at(1)}, at(1)); !asked.IsZero() || !open.IsZero() || !c.AnsweredAt.IsZero() {
		t.Errorf("writing first answered %v and %v", asked, open)
	}
}
