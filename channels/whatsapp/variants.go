package whatsapp

import "strings"

// Variants gives the spellings under which one WhatsApp user may be known, the
// given one first. The plans of three countries changed or have a mobile mark
// that WhatsApp ids keep or drop by age of the account:
//
//   - Brazil: 55, area code, then eight digits or nine with a 9 in front
//   - Mexico: 52 or 521, then ten digits
//   - Argentina: 54 or 549, then ten digits
//
// They are for finding a contact. Sending goes to the id that WhatsApp gave.
// What is not all digits (a BSUID) has no variants.
func Variants(waID string) []string {
	out := []string{waID}
	if waID == "" || strings.Trim(waID, "0123456789") != "" {
		return out
	}
	if other := otherSpelling(waID); other != "" {
		out = append(out, other)
	}
	return out
}

func otherSpelling(n string) string {
	switch {
	case strings.HasPrefix(n, "55") && len(n) == 12 && n[4] >= '6': // eight-digit mobiles began with 6 to 9
		return n[:4] + "9" + n[4:]
	case strings.HasPrefix(n, "55") && len(n) == 13 && n[4] == '9' && n[5] >= '6':
		return n[:4] + n[5:]
	case strings.HasPrefix(n, "521") && len(n) == 13:
		return "52" + n[3:]
	case strings.HasPrefix(n, "52") && len(n) == 12:
		return "521" + n[2:]
	case strings.HasPrefix(n, "549") && len(n) == 13:
		return "54" + n[3:]
	case strings.HasPrefix(n, "54") && len(n) == 12:
		return "549" + n[2:]
	}
	return ""
}
