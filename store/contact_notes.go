package store

import (
	"context"
	"strings"

	"gorm.io/gorm/clause"

	"parley/desk"
)

// AddContactNote writes something down about a customer.
func (s *Store) AddContactNote(ctx context.Context, contact, agent desk.ID, text string) (*desk.ContactNote, error) {
	var out *desk.ContactNote
	err := s.write(ctx, func(t *tx) error {
		if err := t.contactExists(contact); err != nil {
			return err
		}
		n := desk.ContactNote{ID: desk.NewID(), ContactID: contact, AgentID: agent, Text: strings.TrimSpace(desk.CleanText(text, 20000)), At: t.now}
		if n.Text == "" {
			return desk.FieldError("text", "is empty")
		}
		row := noteRow(n)
		if err := t.Create(&row).Error; err != nil {
			return err
		}
		out = &n
		return t.tellOpen(contact, agent)
	})
	return out, err
}

// DeleteContactNote removes a note, when its author or somebody who may ask.
func (s *Store) DeleteContactNote(ctx context.Context, contact, note desk.ID, by *desk.Agent) error {
	return s.write(ctx, func(t *tx) error {
		var row noteRow
		if err := t.lockOne(&row, note); err != nil {
			return err
		}
		if row.ID == "" || row.ContactID != contact {
			return desk.Errorf(desk.NotFound, "there is no such note")
		}
		n := desk.ContactNote(row)
		if !desk.CanDeleteNote(by, &n) {
			return desk.Errorf(desk.Forbidden, "only its author or a supervisor may remove a note")
		}
		if err := t.Delete(&noteRow{}, "id = ?", note).Error; err != nil {
			return err
		}
		return t.tellOpen(contact, by.ID)
	})
}

func (t *tx) tellOpen(contact, actor desk.ID) error {
	open, err := t.openOf(contact)
	if err == nil {
		t.tellContact(contact, actor, open)
	}
	return err
}

// UpsertOrder creates an order or updates the one with the same number: the
// feed of a shop.
func (s *Store) UpsertOrder(ctx context.Context, actor desk.ID, o desk.Order) (*desk.Order, error) {
	var out *desk.Order
	err := s.write(ctx, func(t *tx) error {
		if err := t.contactExists(o.ContactID); err != nil {
			return err
		}
		n := o
		n.Number = strings.TrimSpace(desk.CleanText(o.Number, 400))
		if n.Number == "" {
			return desk.FieldError("number", "is missing")
		}
		if n.URL != "" && !strings.HasPrefix(n.URL, "https://") && !strings.HasPrefix(n.URL, "http://") {
			return desk.FieldError("url", "must begin with https:// or http://")
		}
		var had orderRow
		if err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Where("number = ?", n.Number).Limit(1).Find(&had).Error; err != nil {
			return err
		}
		if had.ID != "" && had.ContactID != n.ContactID {
			return desk.FieldError("number", "is an order of another contact")
		}
		n.ID = had.ID
		if n.ID == "" {
			n.ID = newID(o.ID)
		}
		row := orderRow{ID: n.ID, ContactID: n.ContactID, Number: n.Number, PlacedAt: n.PlacedAt.UTC(), Status: desk.CleanText(n.Status, 200),
			TotalMinor: n.Total.Minor, TotalCurrency: strings.ToUpper(n.Total.Currency), Items: desk.CleanText(n.Items, 8000), URL: n.URL}
		if err := t.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, UpdateAll: true}).Create(&row).Error; err != nil {
			return err
		}
		n = row.order()
		out = &n
		return t.tellOpen(n.ContactID, actor)
	})
	return out, err
}

type companyRow struct {
	ID        desk.ID `gorm:"primaryKey"`
	Name      string
	Domain    string
	Industry  string
	Employees int
	Country   string
}

func (companyRow) TableName() string { return "companies" }

// Companies lists by name those in whose name or domain each of words occurs,
// with the cursor of the next page.
func (s *Store) Companies(ctx context.Context, words string, limit int, cursor string) ([]desk.Company, string, error) {
	q := s.read(ctx)
	for _, w := range strings.Fields(strings.ToLower(words)) {
		like := "%" + likeEscape.Replace(w) + "%"
		q = q.Where(`(lower(name) LIKE ? ESCAPE '\' OR lower(domain) LIKE ? ESCAPE '\')`, like, like)
	}
	if cursor != "" {
		_, id, err := readCursor(cursor)
		if err != nil {
			return nil, "", err
		}
		q = q.Where("name > (SELECT c.name FROM companies c WHERE c.id = ?)", id)
	}
	var rows []companyRow
	if err := q.Order("name").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", down(err)
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = writeCursor(0, rows[limit-1].ID)
	}
	out := make([]desk.Company, len(rows))
	for i, r := range rows {
		out[i] = desk.Company(r)
	}
	return out, next, nil
}

// joinCompany puts a contact into the company of that name.
func (t *tx) joinCompany(c *desk.Contact, company *desk.Company) error {
	if company == nil {
		return nil
	}
	name := strings.TrimSpace(desk.CleanText(company.Name, 400))
	if name == "" {
		c.CompanyID = ""
		return nil
	}
	var row companyRow
	if err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Where("name = ?", name).Limit(1).Find(&row).Error; err != nil {
		return err
	}
	had := row
	if row.ID == "" {
		row.ID = newID(company.ID)
	}
	row.Name = name
	for to, from := range map[*string]string{&row.Domain: company.Domain, &row.Industry: company.Industry, &row.Country: company.Country} {
		if from != "" {
			*to = strings.TrimSpace(desk.CleanText(from, 400))
		}
	}
	if company.Employees > 0 {
		row.Employees = company.Employees
	}
	c.CompanyID = row.ID
	if row == had {
		return nil
	}
	return t.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, UpdateAll: true}).Create(&row).Error
}
