package whatsapp

import (
	"fmt"
	"strings"

	"parley/desk"
)

// aliasesOf are the other identities that WhatsApp itself ties to who: the
// hidden-number id, and the phone number behind a wa_id.
func aliasesOf(who desk.Identity, bsuid string) []desk.Identity {
	var out []desk.Identity
	if bsuid != "" && who.Kind != desk.BSUID {
		out = append(out, desk.Identity{Kind: desk.BSUID, Value: bsuid, Name: who.Name, Verified: true})
	}
	if who.Kind == desk.WhatsAppI && isNumber(who.Value) {
		out = append(out, desk.Identity{Kind: desk.Phone, Value: "+" + who.Value, Name: who.Name, Verified: true})
	}
	return out
}

// isNumber tells whether a wa_id can be a telephone number: E.164 has up to 15
// digits, and no country uses fewer than 7 with its code.
func isNumber(s string) bool {
	return len(s) >= 7 && len(s) <= 15 && strings.Trim(s, "0123456789") == ""
}

// placeText says a location in one line.
func placeText(d desk.Detail) string {
	var parts []string
	for _, s := range []string{d.Name, d.Address} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return fmt.Sprintf("%.6f, %.6f", d.Latitude, d.Longitude)
	}
	return strings.Join(parts, ", ")
}
