package twilio

import (
	"math"
	"testing"

	"parley/desk"
)

func TestNormalizePhone(t *testing.T) {
	for in, want := range map[string]string{
		"+15005550006": "+15005550006", " +1 (500) 555-0006 ": "+15005550006", "+39 320 000 0142": "+393200000142",
		"12345": "12345", "ACME": "ACME", "+": "+", "+abc": "+abc", "": "",
	} {
		if got := NormalizePhone(in); got != want {
			t.Errorf("NormalizePhone(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestAddress(t *testing.T) {
	for in, want := range map[string]desk.Identity{
		"+15005550006":            {Kind: desk.Phone, Value: "+15005550006"},
		" 15005550006":            {Kind: desk.Phone, Value: "+15005550006"},
		"73737":                   {Kind: desk.Phone, Value: "73737"},
		"PARCEL":                  {Kind: desk.Phone, Value: "PARCEL"},
		"rcs:+15005550006":        {Kind: desk.Phone, Value: "+15005550006"},
		"whatsapp:+393200000142":  {Kind: desk.WhatsAppI, Value: "393200000142"},
		"WhatsApp: +393200000142": {Kind: desk.WhatsAppI, Value: "393200000142"},
		"whatsapp:US.abc123":      {Kind: desk.BSUID, Value: "US.abc123"},
	} {
		if got := Address(in); got != want {
			t.Errorf("Address(%q) = %+v, want %+v", in, got, want)
		}
	}
}

func TestKeyword(t *testing.T) {
	for _, c := range []struct {
		body, verdict string
		want          desk.InboundKind
	}{
		{"stop", "", desk.InOptOut}, {" STOP\n", "", desk.InOptOut}, {"Unsubscribe", "", desk.InOptOut}, {"revoke", "", desk.InOptOut},
		{"OPTOUT", "", desk.InOptOut}, {"cancel", "", desk.InOptOut}, {"end", "", desk.InOptOut}, {"quit", "", desk.InOptOut}, {"stopall", "", desk.InOptOut},
		{"please stop", "", desk.InMessage}, {"stop it", "", desk.InMessage}, {"STOP.", "", desk.InMessage},
		{"start", "", desk.InOptIn}, {"yes", "", desk.InOptIn}, {"UnStop", "", desk.InOptIn}, {"yes please", "", desk.InMessage},
		{"help", "", desk.InMessage}, {"info", "", desk.InMessage}, {"", "", desk.InMessage},
		{"arrêt", "STOP", desk.InOptOut}, {"reprendre", "start", desk.InOptIn}, {"aide", "HELP", desk.InMessage}, {"stop", "HELP", desk.InMessage},
	} {
		f := Form{"Body": {c.body}}
		if c.verdict != "" {
			f["OptOutType"] = []string{c.verdict}
		}
		if got := Keyword(f); got != c.want {
			t.Errorf("%q with verdict %q: %s, want %s", c.body, c.verdict, got, c.want)
		}
	}
}

func TestFloat(t *testing.T) {
	for in, want := range map[string]float64{"45.5": 45.5, " -7 ": -7, "NaN": 0, "Inf": 0, "1e300": 0, "x": 0, "": 0} {
		if got := (Form{"K": {in}}).Float("K"); got != want || math.IsNaN(got) {
			t.Errorf("%q: %v", in, got)
		}
	}
}

func TestOwns(t *testing.T) {
	form := func(account, to, service string) Form {
		return Form{"AccountSid": {account}, "To": {to}, "MessagingServiceSid": {service}}
	}
	number := Account{SID: "AC1", From: "+1 (500) 555-0006"}
	service := Account{SID: "AC1", Service: "MG1"}
	both := Account{SID: "AC1", From: "+15005550006", Service: "MG1"}
	for name, c := range map[string]struct {
		a    Account
		f    Form
		want bool
	}{
		"its number":            {number, form("AC1", "+15005550006", ""), true},
		"another number":        {number, form("AC1", "+15005550007", ""), false},
		"another account":       {number, form("AC2", "+15005550006", ""), false},
		"no account":            {number, form("", "+15005550006", ""), false},
		"its service":           {service, form("AC1", "+15005550009", "MG1"), true},
		"another service":       {service, form("AC1", "+15005550009", "MG2"), false},
		"service, none sent":    {service, form("AC1", "+15005550009", ""), false},
		"number beside service": {both, form("AC1", "+15005550006", ""), true},
		"nothing set":           {Account{}, form("", "", ""), false},
		"only the account set":  {Account{SID: "AC1"}, form("AC1", "", ""), false},
	} {
		if got := c.a.Owns(c.f); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
