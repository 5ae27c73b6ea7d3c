package twilio

import (
	"strings"

	"parley/desk"
)

// Twilio's English words for leaving and coming back, which it acts on and
// answers by itself. They count only as the whole message. HELP and INFO, which
// it answers too, are ordinary messages here.
var keywords = map[string]desk.InboundKind{
	"STOP": desk.InOptOut, "UNSUBSCRIBE": desk.InOptOut, "END": desk.InOptOut, "QUIT": desk.InOptOut,
	"STOPALL": desk.InOptOut, "REVOKE": desk.InOptOut, "OPTOUT": desk.InOptOut, "CANCEL": desk.InOptOut,
	"START": desk.InOptIn, "YES": desk.InOptIn, "UNSTOP": desk.InOptIn,
}

// OptOutType reads Twilio's own verdict, which it sends where Advanced Opt-Out
// is on: the only one that knows an account's own words and languages.
func OptOutType(f Form) (kind desk.InboundKind, said bool) {
	switch strings.ToUpper(strings.TrimSpace(f.Get("OptOutType"))) {
	case "STOP":
		return desk.InOptOut, true
	case "START":
		return desk.InOptIn, true
	case "HELP":
		return desk.InMessage, true
	}
	return desk.InMessage, false
}

// Keyword reads what a customer's words mean to Twilio: its verdict if sent,
// else the default words.
func Keyword(f Form) desk.InboundKind {
	if kind, said := OptOutType(f); said {
		return kind
	}
	if kind, ok := keywords[strings.ToUpper(strings.TrimSpace(f.Get("Body")))]; ok {
		return kind
	}
	return desk.InMessage
}
