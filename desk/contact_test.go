package desk

import (
	"errors"
	"fmt"
	"testing"
)

func TestMoneyInWholeUnits(t *testing.T) {
	for m, want := range map[Money]float64{{1250, "EUR"}: 12.5, {1250, "JPY"}: 1250, {1250, "KWD"}: 1.25, {}: 0} {
		if got := m.Units(); got != want {
			t.Errorf("%d %s is %v, want %v", m.Minor, m.Currency, got, want)
		}
	}
}

func TestDisplayName(t *testing.T) {
	for _, c := range []struct {
		name string
		id   Identity
		want string
	}{
		{"Jo Dörr", Identity{Kind: Phone, Value: "+15005550100", Name: "jo"}, "Jo Dörr"},
		{"  ", Identity{Kind: Phone, Value: "+15005550100", Name: " jo "}, "jo"},
		{"", Identity{Kind: Phone, Value: "+15005550100"}, "+15005550100"},
		{"", Identity{Kind: WhatsAppI, Value: "15005550100"}, "+15005550100"},
		{"", Identity{Kind: WhatsAppI, Value: "+15005550100"}, "+15005550100"},
		{"", Identity{Kind: Visitor, Value: "018f2b6e-1111-4111-8111-00000000beef"}, "Visitor beef"},
		{"", Identity{Kind: PSID, Scope: "page", Value: "7712345"}, "Customer 2345"},
		{"", Identity{Kind: UserID, Value: "77"}, "Customer 77"},
		{"", Identity{Kind: Email, Value: "jo@example.com"}, "jo@example.com"},
	} {
		if got := DisplayName(c.name, c.id); got != c.want {
			t.Errorf("%q %+v: %q, want %q", c.name, c.id, got, c.want)
		}
	}
}

func TestIdentityKeysDiffer(t *testing.T) {
	seen := map[string]Identity{}
	for _, i := range []Identity{{Kind: Phone, Value: "1"}, {Kind: WhatsAppI, Value: "1"}, {Kind: PSID, Scope: "a", Value: "1"}, {Kind: PSID, Scope: "b", Value: "1"}, {Kind: PSID, Value: "1"}} {
		if other, there := seen[i.Key()]; there {
			t.Errorf("%+v and %+v have one key", i, other)
		}
		seen[i.Key()] = i
	}
}

func TestErrorsKeepTheirCauseToThemselves(t *testing.T) {
	cause := errors.New("dial tcp 10.0.0.3:5432: refused")
	err := &Error{Code: Unavailable, Message: "try again", Cause: cause}
	if !errors.Is(err, cause) || CodeOf(fmt.Errorf("receive: %w", err)) != Unavailable {
		t.Error("code or cause is lost on the way")
	}
	if CodeOf(cause) != Internal || CodeOf(nil) != Internal {
		t.Error("what is not ours is not internal")
	}
	if e := Errorf(Conflict, "%s is %d late", "Ana", 3); e.Message != "Ana is 3 late" || e.Cause != nil {
		t.Errorf("%+v", e)
	}
	if e := FieldError("until", "must be after %s", "now"); e.Field != "until" || e.Code != Invalid || e.Error() != "until: must be after now" {
		t.Errorf("%+v: %v", e, e)
	}
	e := Errorf(Internal, "the file is not readable: %w", cause)
	if !errors.Is(e, cause) || e.Message != "the file is not readable" || e.Error() != "the file is not readable: "+cause.Error() {
		t.Errorf("message %q, in the log %q", e.Message, e.Error())
	}
}
