package twilio

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSegments(t *testing.T) {
	a := func(n int) string { return strings.Repeat("a", n) }
	for name, c := range map[string]struct {
		text string
		want Segmentation
	}{
		"empty":         {"", Segmentation{Encoding: GSM7, Left: 160}},
		"one":           {"Hello @ £5\n", Segmentation{Encoding: GSM7, Segments: 1, Units: 11, Left: 149}},
		"full":          {a(160), Segmentation{Encoding: GSM7, Segments: 1, Units: 160}},
		"two":           {a(161), Segmentation{Encoding: GSM7, Segments: 2, Units: 161, Left: 145}},
		"two full":      {a(306), Segmentation{Encoding: GSM7, Segments: 2, Units: 306}},
		"three":         {a(307), Segmentation{Encoding: GSM7, Segments: 3, Units: 307, Left: 152}},
		"extension":     {"€[]", Segmentation{Encoding: GSM7, Segments: 1, Units: 6, Left: 154}},
		"uncut escape":  {a(152) + "€" + a(10), Segmentation{Encoding: GSM7, Segments: 2, Units: 164, Left: 141}},
		"greek capital": {"ΔΩ", Segmentation{Encoding: GSM7, Segments: 1, Units: 2, Left: 158}},
		"backtick":      {"a`", Segmentation{Encoding: UCS2, Segments: 1, Units: 2, Left: 68, Forcing: "`", Index: 1}},
		"curly quote":   {"it’s", Segmentation{Encoding: UCS2, Segments: 1, Units: 4, Left: 66, Forcing: "’", Index: 2}},
		"polish":        {"cześć", Segmentation{Encoding: UCS2, Segments: 1, Units: 5, Left: 65, Forcing: "ś", Index: 3}},
		"emoji":         {"😀", Segmentation{Encoding: UCS2, Segments: 1, Units: 2, Left: 68, Forcing: "😀"}},
		"ucs full":      {strings.Repeat("ł", 70), Segmentation{Encoding: UCS2, Segments: 1, Units: 70, Forcing: "ł"}},
		"ucs two":       {strings.Repeat("ł", 71), Segmentation{Encoding: UCS2, Segments: 2, Units: 71, Left: 63, Forcing: "ł"}},
		"uncut pair":    {a(66) + "😀" + a(10), Segmentation{Encoding: UCS2, Segments: 2, Units: 78, Left: 55, Forcing: "😀", Index: 66}},
	} {
		if diff := cmp.Diff(c.want, Segments(c.text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The alphabet's tables are as long as 3GPP TS 23.038 makes them: 128 places
// less the escape, and ten extension characters.
func TestAlphabet(t *testing.T) {
	one, two := 0, 0
	for _, n := range gsmUnits {
		if n == 1 {
			one++
		} else {
			two++
		}
	}
	if one != 127 || two != 10 {
		t.Errorf("%d basic and %d extended characters", one, two)
	}
}

func FuzzSegments(f *testing.F) {
	f.Add("hello")
	f.Add("€ 😀 \xff")
	f.Fuzz(func(t *testing.T, text string) {
		s := Segments(text)
		each := 153
		if s.Encoding == UCS2 {
			each = 67
		}
		if (s.Segments == 0) != (text == "") || s.Left < 0 || (s.Segments > 1 && s.Units > s.Segments*each) || (s.Encoding == UCS2) != (s.Forcing != "") {
			t.Errorf("%q: %+v", text, s)
		}
	})
}
