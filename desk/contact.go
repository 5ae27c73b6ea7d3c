package desk

import (
	"strings"
	"time"
)

// IdentityKind is the namespace of an identity's value.
type IdentityKind string

const (
	Phone     IdentityKind = "phone"   // E.164 with +
	WhatsAppI IdentityKind = "wa_id"   // digits as WhatsApp gives them; never normalized
	BSUID     IdentityKind = "bsuid"   // WhatsApp business-scoped user id
	PSID      IdentityKind = "psid"    // Messenger page-scoped id; Scope is the page
	Email     IdentityKind = "email"   // lower case
	Visitor   IdentityKind = "visitor" // web chat visitor id
	UserID    IdentityKind = "user_id" // the site's own id, signed
)

// Identity is one address a contact is known by. (Kind, Scope, Value) is unique.
type Identity struct {
	ID        ID           `json:"id"`
	ContactID ID           `json:"contact_id"`
	Kind      IdentityKind `json:"kind"`
	Scope     string       `json:"scope,omitempty"` // inside which Value is unique: the page of a PSID
	Value     string       `json:"value"`
	Name      string       `json:"name,omitempty"` // as the channel gave it
	Verified  bool         `json:"verified"`
	OptedOut  bool         `json:"opted_out"`
	CreatedAt time.Time    `json:"created_at"`
}

// Key is what work is partitioned by, so that one customer's messages stay in order.
func (i Identity) Key() string { return string(i.Kind) + "|" + i.Scope + "|" + i.Value }

// Contact is a customer.
type Contact struct {
	ID        ID                `json:"id"`
	Name      string            `json:"name"`
	Title     string            `json:"title"`
	Email     string            `json:"email"`
	Phone     string            `json:"phone"`
	CompanyID ID                `json:"company_id,omitempty"`
	Value     Money             `json:"value"` // account value
	Language  string            `json:"language"`
	Country   string            `json:"country"`
	VIP       bool              `json:"vip"`
	Tags      []string          `json:"tags"`
	Fields    map[string]string `json:"fields"`
	CreatedAt time.Time         `json:"created_at"`
	SeenAt    time.Time         `json:"seen_at,omitzero"`
}

// Money is an amount in the currency's minor units (cents).
type Money struct {
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"` // ISO 4217
}

// Units is the amount in whole units: 12.50 of 1250 cents. Most currencies have
// two decimals; those that have none or three are of ISO 4217.
func (m Money) Units() float64 {
	switch m.Currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF":
		return float64(m.Minor)
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return float64(m.Minor) / 1000
	}
	return float64(m.Minor) / 100
}

// Company is the account a contact belongs to.
type Company struct {
	ID        ID     `json:"id"`
	Name      string `json:"name"`
	Domain    string `json:"domain"`
	Industry  string `json:"industry"`
	Employees int    `json:"employees"`
	Country   string `json:"country"`
}

// Order is a purchase, fed by the shop.
type Order struct {
	ID        ID        `json:"id"`
	ContactID ID        `json:"contact_id"`
	Number    string    `json:"number"` // the shop's own, unique
	PlacedAt  time.Time `json:"placed_at"`
	Status    string    `json:"status"`
	Total     Money     `json:"total"`
	Items     string    `json:"items"` // "2 × Desk lamp, 1 × Bulb"
	URL       string    `json:"url,omitempty"`
}

// ContactNote is what agents write down about a customer.
type ContactNote struct {
	ID        ID        `json:"id"`
	ContactID ID        `json:"contact_id"`
	AgentID   ID        `json:"agent_id"`
	Text      string    `json:"text"`
	At        time.Time `json:"at"`
}

// DisplayName is what to call a contact known only by an identity.
func DisplayName(name string, i Identity) string {
	if n := strings.TrimSpace(name); n != "" {
		return n
	}
	if n := strings.TrimSpace(i.Name); n != "" {
		return n
	}
	switch i.Kind {
	case Visitor:
		return "Visitor " + tail(i.Value, 4)
	case WhatsAppI:
		return "+" + strings.TrimPrefix(i.Value, "+")
	case PSID, BSUID, UserID:
		return "Customer " + tail(i.Value, 4)
	}
	return i.Value
}

func tail(s string, n int) string {
	if len(s) > n {
		return s[len(s)-n:]
	}
	return s
}
