package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"parley/desk"
)

// ContactCard is a contact with everything known beside their conversations.
type ContactCard struct {
	desk.Contact
	Identities []desk.Identity
	Company    *desk.Company
	Orders     []desk.Order       // newest first, at most 50
	Notes      []desk.ContactNote // newest first, at most 200
}

type orderRow struct {
	ID            desk.ID `gorm:"primaryKey"`
	ContactID     desk.ID
	Number        string
	PlacedAt      time.Time `gorm:"serializer:micros"`
	Status        string
	TotalMinor    int64
	TotalCurrency string
	Items         string
	URL           string `gorm:"column:url"`
}

func (orderRow) TableName() string { return "orders" }

func (r orderRow) order() desk.Order {
	return desk.Order{ID: r.ID, ContactID: r.ContactID, Number: r.Number, PlacedAt: r.PlacedAt, Status: r.Status,
		Total: desk.Money{Minor: r.TotalMinor, Currency: r.TotalCurrency}, Items: r.Items, URL: r.URL}
}

type noteRow struct {
	ID        desk.ID `gorm:"primaryKey"`
	ContactID desk.ID
	AgentID   desk.ID
	Text      string
	At        time.Time `gorm:"serializer:micros"`
}

func (noteRow) TableName() string { return "contact_notes" }

func (r contactRow) contact() desk.Contact {
	c := desk.Contact{ID: r.ID, Name: r.Name, Title: r.Title, Email: r.Email, Phone: r.Phone, CompanyID: r.CompanyID,
		Value: desk.Money{Minor: r.ValueMinor, Currency: r.ValueCurrency}, Language: r.Language, Country: r.Country, VIP: r.VIP,
		Tags: r.Tags, Fields: r.Fields, CreatedAt: r.CreatedAt, SeenAt: r.SeenAt}
	if c.Tags == nil {
		c.Tags = []string{}
	}
	if c.Fields == nil {
		c.Fields = map[string]string{}
	}
	return c
}

func contactToRow(c desk.Contact, search string) contactRow {
	if c.Tags == nil {
		c.Tags = []string{}
	}
	if c.Fields == nil {
		c.Fields = map[string]string{}
	}
	return contactRow{ID: c.ID, Name: c.Name, Title: c.Title, Email: c.Email, Phone: c.Phone, CompanyID: c.CompanyID,
		ValueMinor: c.Value.Minor, ValueCurrency: c.Value.Currency, Language: c.Language, Country: c.Country, VIP: c.VIP,
		Tags: c.Tags, Fields: c.Fields, Search: search, CreatedAt: c.CreatedAt, SeenAt: c.SeenAt}
}

// Contacts lists by who was seen last, with the cursor of the next page. Each
// of words must occur in a name, an address or the company.
func (s *Store) Contacts(ctx context.Context, words string, limit int, cursor string) ([]desk.Contact, string, error) {
	q := s.read(ctx).Model(&contactRow{})
	for _, w := range strings.Fields(strings.ToLower(words)) {
		q = q.Where(`search LIKE ? ESCAPE '\'`, "%"+likeEscape.Replace(w)+"%")
	}
	if cursor != "" {
		at, id, err := readCursor(cursor)
		if err != nil {
			return nil, "", err
		}
		q = q.Where("(seen_at, id) < (?, ?)", at, id)
	}
	var rows []contactRow
	if err := q.Order("seen_at DESC, id DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", down(err)
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = writeCursor(micros(rows[limit-1].SeenAt), rows[limit-1].ID)
	}
	out := make([]desk.Contact, len(rows))
	for i, r := range rows {
		out[i] = r.contact()
	}
	return out, next, nil
}

// Contact reads one with everything known.
func (s *Store) Contact(ctx context.Context, id desk.ID) (*ContactCard, error) {
	db := s.read(ctx)
	var row contactRow
	if err := db.Where("id = ?", id).Limit(1).Find(&row).Error; err != nil {
		return nil, down(err)
	}
	if row.ID == "" {
		return nil, errNoContact
	}
	card := &ContactCard{Contact: row.contact(), Identities: []desk.Identity{}, Orders: []desk.Order{}, Notes: []desk.ContactNote{}}
	var identities []identityRow
	if err := db.Where("contact_id = ?", id).Order("created_at, id").Find(&identities).Error; err != nil {
		return nil, down(err)
	}
	for _, r := range identities {
		card.Identities = append(card.Identities, desk.Identity(r))
	}
	var orders []orderRow
	if err := db.Where("contact_id = ?", id).Order("placed_at DESC, id DESC").Limit(50).Find(&orders).Error; err != nil {
		return nil, down(err)
	}
	for _, r := range orders {
		card.Orders = append(card.Orders, r.order())
	}
	var notes []noteRow
	if err := db.Where("contact_id = ?", id).Order("at DESC, id DESC").Limit(200).Find(&notes).Error; err != nil {
		return nil, down(err)
	}
	for _, r := range notes {
		card.Notes = append(card.Notes, desk.ContactNote(r))
	}
	if row.CompanyID != "" {
		var company companyRow
		if err := db.Where("id = ?", row.CompanyID).Limit(1).Find(&company).Error; err != nil {
			return nil, down(err)
		}
		c := desk.Company(company)
		card.Company = &c
	}
	return card, nil
}

var errNoContact = desk.Errorf(desk.NotFound, "there is no such contact")

// ContactChange is what to change of a contact; what is nil stays.
type ContactChange struct {
	Name, Title, Email, Phone, Language, Country *string
	Value                                        *desk.Money
	VIP                                          *bool
	Tags                                         []string // all of them; nil: as they are
	// Fields are merged in; an empty value removes its field.
	Fields map[string]string
	// Company is found or made by its name, and what else is known is filled
	// in; an empty name takes the contact out of their company.
	Company *desk.Company
}

// UpdateContact changes one and the name in their conversations.
func (s *Store) UpdateContact(ctx context.Context, actor, id desk.ID, change ContactChange) error {
	return s.write(ctx, func(t *tx) error { return t.updateContact(actor, id, change) })
}

// NameContact gives a contact that is still called placeholder a name.
func (s *Store) NameContact(ctx context.Context, contact desk.ID, placeholder, name string) error {
	return s.write(ctx, func(t *tx) error {
		var row contactRow
		if err := t.Where("id = ?", contact).Limit(1).Find(&row).Error; err != nil || row.Name != placeholder {
			return err
		}
		return t.updateContact("", contact, ContactChange{Name: &name})
	})
}

func (t *tx) updateContact(actor, id desk.ID, change ContactChange) error {
	// Conversations first, as everybody locks them.
	var open []conversationRecord
	if err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Where("contact_id = ? AND open", id).Order("id").Find(&open).Error; err != nil {
		return err
	}
	var row contactRow
	if err := t.lockOne(&row, id); err != nil {
		return err
	}
	if row.ID == "" {
		return errNoContact
	}
	before := row.Name
	c := row.contact()
	if err := change.apply(&c); err != nil {
		return err
	}
	if err := t.joinCompany(&c, change.Company); err != nil {
		return err
	}
	if err := t.saveContact(c); err != nil {
		return err
	}
	if c.Name != before {
		err := t.Exec("UPDATE conversations SET contact_name = ? WHERE contact_id = ? AND NOT open", c.Name, id).Error
		if err != nil {
			return err
		}
		for _, r := range open {
			v := r.conversation()
			v.ContactName = c.Name
			t.save(v)
		}
	}
	t.tellContact(id, actor, open)
	return nil
}

// tellContact tells of a change beside each open conversation, so that whoever
// may see one of those hears of it; with none, beside the contact only.
func (t *tx) tellContact(id, actor desk.ID, open []conversationRecord) {
	e := desk.Event{ContactID: id, ActorID: actor}
	if len(open) == 0 {
		t.tell(desk.EvContactChanged, nil, e)
	}
	for _, r := range open {
		e.ConversationID, e.InboxID, e.QueueID, e.AgentID = r.ID, r.InboxID, r.QueueID, r.AgentID
		t.tell(desk.EvContactChanged, nil, e)
	}
}

// saveContact writes a contact with what search looks in.
func (t *tx) saveContact(c desk.Contact) error {
	parts := []string{c.Name, c.Email, c.Phone}
	var values []string
	if err := t.Model(&identityRow{}).Where("contact_id = ?", c.ID).Order("created_at, id").Pluck("value", &values).Error; err != nil {
		return err
	}
	if c.CompanyID != "" {
		var company companyRow
		if err := t.Where("id = ?", c.CompanyID).Limit(1).Find(&company).Error; err != nil {
			return err
		}
		values = append(values, company.Name)
	}
	row := contactToRow(c, searchText(append(parts, values...)...))
	return t.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, UpdateAll: true}).Create(&row).Error
}

func (ch ContactChange) apply(c *desk.Contact) error {
	text := func(to *string, from *string) {
		if from != nil {
			*to = strings.TrimSpace(desk.CleanText(*from, 1000))
		}
	}
	text(&c.Name, ch.Name)
	text(&c.Title, ch.Title)
	text(&c.Phone, ch.Phone)
	text(&c.Language, ch.Language)
	text(&c.Country, ch.Country)
	if ch.Email != nil {
		c.Email = cleanEmail(*ch.Email)
	}
	if c.Name == "" {
		return desk.FieldError("name", "is missing")
	}
	if ch.Value != nil {
		c.Value = *ch.Value
	}
	if ch.VIP != nil {
		c.VIP = *ch.VIP
	}
	if ch.Tags != nil {
		tags, err := desk.CleanTags(ch.Tags)
		if err != nil {
			return err
		}
		c.Tags = tags
	}
	for k, v := range ch.Fields {
		k = strings.TrimSpace(desk.CleanText(k, 100))
		if v = strings.TrimSpace(desk.CleanText(v, 2000)); v == "" {
			delete(c.Fields, k)
		} else if k != "" {
			c.Fields[k] = v
		}
	}
	if len(c.Fields) > 100 {
		return desk.FieldError("fields", "a contact has at most 100")
	}
	return nil
}

// UpsertContact finds a contact by an identity, or makes one with it, and
// changes what is given: the feed of a CRM. The identity counts as verified.
func (s *Store) UpsertContact(ctx context.Context, actor desk.ID, identity desk.Identity, change ContactChange) (desk.ID, error) {
	identity, err := cleanIdentity(identity)
	if err != nil {
		return "", err
	}
	var id desk.ID
	err = s.write(ctx, func(t *tx) error {
		var known identityRow
		err := t.Where("kind = ? AND scope = ? AND value = ?", identity.Kind, identity.Scope, identity.Value).Limit(1).Find(&known).Error
		if err != nil {
			return err
		}
		if known.ID != "" {
			id = known.ContactID
			return t.updateContact(actor, id, change)
		}
		id, err = t.createContact(actor, identity, change)
		return err
	})
	return id, err
}

func (t *tx) createContact(actor desk.ID, identity desk.Identity, change ContactChange) (desk.ID, error) {
	c := desk.Contact{ID: desk.NewID(), Name: desk.DisplayName("", identity), Fields: map[string]string{}, CreatedAt: t.now, SeenAt: t.now}
	switch identity.Kind {
	case desk.Phone:
		c.Phone = identity.Value
	case desk.WhatsAppI:
		c.Phone = "+" + identity.Value
	case desk.Email:
		c.Email = identity.Value
	}
	if err := change.apply(&c); err != nil {
		return "", err
	}
	if err := t.joinCompany(&c, change.Company); err != nil {
		return "", err
	}
	row := contactToRow(c, "")
	if err := t.Create(&row).Error; err != nil {
		return "", err
	}
	identity.ID, identity.ContactID, identity.CreatedAt, identity.Verified = desk.NewID(), c.ID, t.now, true
	id := identityRow(identity)
	if err := t.Create(&id).Error; err != nil {
		return "", err
	}
	if err := t.saveContact(c); err != nil {
		return "", err
	}
	t.tellContact(c.ID, actor, nil)
	return c.ID, nil
}

// cleanIdentity brings an address into the form adapters give it, so that a
// feed and a customer's message find the same contact.
func cleanIdentity(i desk.Identity) (desk.Identity, error) {
	i.Value, i.Scope = strings.TrimSpace(desk.CleanText(i.Value, 400)), strings.TrimSpace(i.Scope)
	switch i.Kind {
	case desk.Phone:
		n := strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "", "/", "").Replace(i.Value)
		if !strings.HasPrefix(n, "+") || len(n) < 8 || len(n) > 16 || strings.Trim(n[1:], "0123456789") != "" {
			return i, desk.FieldError("identity.value", "write the number with its country code, like +390612345678")
		}
		i.Value = n
	case desk.WhatsAppI:
		i.Value = strings.TrimPrefix(i.Value, "+")
	case desk.Email:
		i.Value = cleanEmail(i.Value)
		if !strings.Contains(i.Value, "@") {
			return i, desk.FieldError("identity.value", "is not an e-mail address")
		}
	case desk.PSID:
		if i.Scope == "" {
			return i, desk.FieldError("identity.scope", "name the page that this id belongs to")
		}
	case desk.BSUID, desk.Visitor, desk.UserID:
	default:
		return i, desk.FieldError("identity.kind", "is not a kind of address")
	}
	if i.Value == "" {
		return i, desk.FieldError("identity.value", "is missing")
	}
	return i, nil
}

func (t *tx) openOf(contact desk.ID) ([]conversationRecord, error) {
	var open []conversationRecord
	err := t.Where("contact_id = ? AND open", contact).Order("id").Find(&open).Error
	return open, err
}

func (t *tx) contactExists(id desk.ID) error {
	found, err := t.any(&contactRow{}, "id = ?", id)
	if err == nil && !found {
		return errNoContact
	}
	return err
}
