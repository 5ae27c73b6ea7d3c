package sandbox

import (
	"slices"
	"strings"
)

const (
	optStop  = "STOP"
	optStart = "START"
	optHelp  = "HELP"
)

// Twilio's default English keywords.
// https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
var keywords = map[string][]string{
	optStop:  {"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"},
	optStart: {"START", "YES", "UNSTOP"},
	optHelp:  {"HELP", "INFO"},
}

// keyword reads a whole text as an opt-out keyword; "" when it is none.
func keyword(text string) string {
	word := strings.ToUpper(strings.TrimSpace(text))
	for _, kind := range []string{optStop, optStart, optHelp} {
		if slices.Contains(keywords[kind], word) {
			return kind
		}
	}
	return ""
}

// keywordReplies are what Twilio itself answers; Parley never sees them.
var keywordReplies = map[string]string{
	optStop:  "You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.",
	optStart: "You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
	optHelp:  "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}

// gsm7 is the GSM 03.38 basic set; gsm7Extended costs two places each.
const (
	gsm7         = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsm7Extended = "^{}\\[~]|€\f"
)

// segments counts what an SMS is billed as: GSM-7 160, or 153 each when there
// are several; UCS-2 70, or 67 each.
func segments(text string) int {
	septets, plain, units := 0, true, 0
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsm7, r):
			septets++
		case strings.ContainsRune(gsm7Extended, r):
			septets += 2
		default:
			plain = false
		}
		units++
		if r > 0xffff {
			units++
		}
	}
	count := func(n, one, many int) int {
		if n <= one {
			return 1
		}
		return (n + many - 1) / many
	}
	if plain {
		return count(septets, 160, 153)
	}
	return count(units, 70, 67)
}
