package twilio

// Encoding is how an SMS travels.
type Encoding string

const (
	GSM7 Encoding = "GSM-7" // 160 units alone, 153 in each of several
	UCS2 Encoding = "UCS-2" // 70 units alone, 67 in each of several
)

// Segmentation tells what a text costs as SMS.
type Segmentation struct {
	Encoding Encoding `json:"encoding"`
	Segments int      `json:"segments"` // 0 for an empty text
	Units    int      `json:"units"`    // septets of GSM-7, 16-bit units of UCS-2
	Left     int      `json:"left"`     // units free in the last segment
	// Forcing is the first character that GSM-7 lacks, and Index its place
	// counted in characters. "" when the text is GSM-7.
	Forcing string `json:"forcing,omitempty"`
	Index   int    `json:"index"`
}

// The default alphabet of 3GPP TS 23.038 and, each behind an escape and so two
// septets long, its extension. Form feed is in the extension too.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtended = "\f^{}\\[~]|€"
)

var gsmUnits = func() map[rune]int {
	m := map[rune]int{}
	for _, r := range gsmBasic {
		m[r] = 1
	}
	for _, r := range gsmExtended {
		m[r] = 2
	}
	return m
}()

// Segments counts as Twilio bills. A character of two units is never cut in
// half by a segment's end: it moves into the next one, which can make a text
// longer than its units suggest.
func Segments(text string) Segmentation {
	s := Segmentation{Encoding: GSM7}
	index := 0
	for _, r := range text {
		if gsmUnits[r] == 0 {
			s.Encoding, s.Forcing, s.Index = UCS2, string(r), index
			break
		}
		index++
	}
	alone, each, unit := 160, 153, func(r rune) int { return gsmUnits[r] }
	if s.Encoding == UCS2 {
		alone, each, unit = 70, 67, utf16Units
	}
	for _, r := range text {
		s.Units += unit(r)
	}
	switch {
	case s.Units == 0:
		s.Left = alone
	case s.Units <= alone:
		s.Segments, s.Left = 1, alone-s.Units
	default:
		s.Segments, s.Left = 1, each
		for _, r := range text {
			if unit(r) > s.Left {
				s.Segments, s.Left = s.Segments+1, each
			}
			s.Left -= unit(r)
		}
	}
	return s
}

func utf16Units(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}

// MaxBody is the longest text Twilio takes in one message, in 16-bit units.
const MaxBody = 1600

// BodyLength counts a text as MaxBody does.
func BodyLength(text string) int {
	n := 0
	for _, r := range text {
		n += utf16Units(r)
	}
	return n
}
