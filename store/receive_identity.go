package store

import (
	"strings"
	"time"

	"parley/desk"
)

type contactRow struct {
	ID            desk.ID `gorm:"primaryKey"`
	Name          string
	Title         string
	Email         string
	Phone         string
	CompanyID     desk.ID `gorm:"serializer:optional"`
	ValueMinor    int64
	ValueCurrency string
	Language      string
	Country       string
	VIP           bool              `gorm:"column:vip"`
	Tags          []string          `gorm:"serializer:json"`
	Fields        map[string]string `gorm:"serializer:json"`
	Search        string
	CreatedAt     time.Time `gorm:"serializer:micros"`
	SeenAt        time.Time `gorm:"serializer:micros"`
}

func (contactRow) TableName() string { return "contacts" }

// resolveIdentities finds or makes the contact behind each item. An alias the
// provider vouches for leads to the same contact.
func (r *reception) resolveIdentities() error {
	r.contacts, r.optChanged = map[desk.ID]*contactRow{}, map[desk.ID]bool{}
	var kinds, scopes, names []string
	seen := map[string]bool{}
	for i := range r.items {
		if r.isKnown(&r.items[i]) {
			continue
		}
		for _, id := range allIdentities(&r.items[i]) {
			if !seen[id.Key()] {
				seen[id.Key()] = true
				kinds, scopes, names = append(kinds, string(id.Kind)), append(scopes, id.Scope), append(names, id.Value)
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	rows, err := r.findIdentities(kinds, scopes, names)
	if err != nil {
		return err
	}
	for _, row := range rows {
		id := desk.Identity(row)
		r.identities[id.Key()] = &id
	}
	for i := range r.items {
		if !r.isKnown(&r.items[i]) {
			r.resolveIdentity(&r.items[i])
		}
	}
	return nil
}

func (r *reception) isKnown(in *desk.Inbound) bool {
	_, known := r.known[rememberKey(in.InboxID, in.Identity)]
	return known
}

// findIdentities looks each up by the unique index; a long list of alternatives
// would be compared with every row.
func (r *reception) findIdentities(kinds, scopes, names []string) (rows []identityRow, err error) {
	if r.s.pg {
		err = r.Where("(kind, scope, value) IN (SELECT * FROM unnest(?::text[], ?::text[], ?::text[]))", pgArray(kinds), pgArray(scopes), pgArray(names)).Find(&rows).Error
		return rows, err
	}
	err = r.Where(`(kind, scope, value) IN (SELECT k.value, s.value, v.value FROM json_each(?) k JOIN json_each(?) s ON s.key = k.key JOIN json_each(?) v ON v.key = k.key)`,
		jsonArray(kinds), jsonArray(scopes), jsonArray(names)).Find(&rows).Error
	return rows, err
}

func allIdentities(in *desk.Inbound) []desk.Identity {
	if in.Identity.Value == "" {
		return nil
	}
	return append([]desk.Identity{in.Identity}, in.Aliases...)
}

func (r *reception) resolveIdentity(in *desk.Inbound) {
	all := allIdentities(in)
	var contact desk.ID
	for _, id := range all {
		if known := r.identities[id.Key()]; known != nil {
			contact = known.ContactID
			break
		}
	}
	if contact == "" {
		if in.Kind == desk.InStatus || in.Kind == desk.InIgnored || len(all) == 0 {
			return // news of a message makes nobody
		}
		contact = r.makeContact(in)
	}
	for _, id := range all {
		if r.identities[id.Key()] != nil {
			continue
		}
		id.ID, id.ContactID, id.CreatedAt = desk.NewID(), contact, r.now
		r.identities[id.Key()] = &id
		r.newIDs = append(r.newIDs, identityRow(id))
	}
}

func (r *reception) makeContact(in *desk.Inbound) desk.ID {
	c := contactRow{ID: desk.NewID(), Name: desk.DisplayName(in.Fields["name"], in.Identity), Email: strings.ToLower(strings.TrimSpace(in.Fields["email"])),
		Tags: []string{}, Fields: map[string]string{}, CreatedAt: r.now, SeenAt: r.now}
	if in.Identity.Kind == desk.Phone {
		c.Phone = in.Identity.Value
	}
	if in.Identity.Kind == desk.WhatsAppI {
		c.Phone = "+" + strings.TrimPrefix(in.Identity.Value, "+")
	}
	for k, v := range in.Fields {
		if k != "name" && k != "email" && k != "language" {
			c.Fields[k] = v
		}
	}
	c.Language = in.Fields["language"]
	c.Search = searchText(c.Name, c.Email, c.Phone, in.Identity.Value)
	r.newContacts = append(r.newContacts, c)
	r.contacts[c.ID] = &c
	return c.ID
}

// searchText is what contact search looks in: lower case, words in any order.
func searchText(parts ...string) string {
	return strings.ToLower(strings.Join(parts, " "))
}

// contact reads a contact that exists already, once per batch.
func (r *reception) contact(id desk.ID) (*contactRow, error) {
	if c := r.contacts[id]; c != nil {
		return c, nil
	}
	var row contactRow
	if err := r.Where("id = ?", id).Limit(1).Find(&row).Error; err != nil {
		return nil, err
	}
	r.contacts[id] = &row
	return &row, nil
}
