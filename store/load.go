package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"parley/desk"
)

// History is a past written down elsewhere: demo data, or what is moved here
// from another system. It must already obey desk's rules; the database only
// checks what refers to what.
type History struct {
	Skills        []desk.Skill
	Queues        []desk.Queue
	Inboxes       []desk.Inbox
	Agents        []desk.Agent
	Passwords     map[desk.ID]string // agent ▶ password hash
	Companies     []desk.Company
	Contacts      []desk.Contact
	Identities    []desk.Identity
	Orders        []desk.Order
	Notes         []desk.ContactNote
	Conversations []*desk.Conversation
	Messages      []desk.Message
	Offers        []desk.Offer
	Facts         []desk.Fact
	Events        []desk.Event   // in order; numbers are given here
	Inbound       []desk.Inbound // accepted at At and done with; for Append only
}

// loadRows is how many rows go into one statement: none has more than 60
// columns, and SQLite takes 32,766 parameters.
const loadRows = 500

// Loaded tells whether a history of this name is there.
func (s *Store) Loaded(ctx context.Context, name string) (bool, error) {
	var row settingRow
	err := s.writer.WithContext(ctx).Where("name = ?", "loaded_"+name).Limit(1).Find(&row).Error
	return row.Name != "", down(err)
}

// Load writes a history in one transaction, once: with a name that was loaded
// before it changes nothing and tells false. It fails with Conflict when the
// database holds things of the same name already. progress, which may be nil,
// is told of rows written. Nodes that run already learn of it from the log.
func (s *Store) Load(ctx context.Context, name string, h *History, progress func(done, total int)) (bool, error) {
	l := &loader{s: s, h: h, progress: progress}
	l.total = len(h.Skills) + len(h.Queues) + len(h.Inboxes) + len(h.Agents) + len(h.Companies) + len(h.Contacts) + len(h.Identities) +
		len(h.Orders) + len(h.Notes) + len(h.Conversations) + len(h.Messages) + len(h.Offers) + len(h.Facts) + len(h.Events)
	fresh := false
	err := s.writer.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		l.DB = db
		mark := settingRow{Name: "loaded_" + name, Value: s.cfg.Now().UTC().Format(time.RFC3339)}
		res := db.Clauses(clause.OnConflict{DoNothing: true}).Create(&mark)
		if res.Error != nil || res.RowsAffected == 0 {
			return res.Error
		}
		fresh = true
		return l.run()
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return false, &desk.Error{Code: desk.Conflict, Message: "the database already holds things with the same names; load into an empty one", Cause: err}
	}
	s.ForgetConfig()
	return fresh && err == nil, down(err)
}

type loader struct {
	*gorm.DB
	s           *Store
	h           *History
	progress    func(done, total int)
	done, total int
}

func (l *loader) wrote(n int) {
	l.done += n
	if l.progress != nil && n > 0 {
		l.progress(l.done, l.total)
	}
}

// run writes what others refer to first, and the event numbers last.
func (l *loader) run() error {
	for _, step := range []func() error{l.setup, l.people, l.talk, l.events} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) setup() error {
	if err := load(l, "skills", l.h.Skills, func(k *desk.Skill) skillRow { return skillRow(*k) }); err != nil {
		return err
	}
	if err := load(l, "queues", l.h.Queues, func(q *desk.Queue) queueRow { return queueRow(*q) }); err != nil {
		return err
	}
	var failed error
	err := load(l, "inboxes", l.h.Inboxes, func(in *desk.Inbox) inboxRow {
		row, err := l.s.inboxToRow(in)
		failed = errors.Join(failed, err)
		return row
	})
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	type loginRow struct {
		AgentRow     agentRow `gorm:"embedded"`
		PasswordHash string
	}
	return load(l, "agents", l.h.Agents, func(a *desk.Agent) loginRow { return loginRow{agentToRow(a), l.h.Passwords[a.ID]} })
}

func (l *loader) people() error {
	companies := map[desk.ID]string{}
	for _, c := range l.h.Companies {
		companies[c.ID] = c.Name
	}
	found := map[desk.ID][]string{} // contact ▶ further words to be found by
	for _, i := range l.h.Identities {
		found[i.ContactID] = append(found[i.ContactID], i.Value)
	}
	type companyRow desk.Company
	if err := load(l, "companies", l.h.Companies, func(c *desk.Company) companyRow { return companyRow(*c) }); err != nil {
		return err
	}
	err := load(l, "contacts", l.h.Contacts, func(c *desk.Contact) contactRow {
		words := append([]string{c.Name, c.Email, c.Phone, companies[c.CompanyID]}, found[c.ID]...)
		return contactToRow(*c, searchText(words...))
	})
	if err == nil {
		err = load(l, "identities", l.h.Identities, func(i *desk.Identity) identityRow { return identityRow(*i) })
	}
	if err != nil {
		return err
	}
	type orderRow struct {
		ID            desk.ID
		ContactID     desk.ID
		Number        string
		PlacedAt      time.Time `gorm:"serializer:micros"`
		Status        string
		TotalMinor    int64
		TotalCurrency string
		Items         string
		URL           string
	}
	err = load(l, "orders", l.h.Orders, func(o *desk.Order) orderRow {
		return orderRow{o.ID, o.ContactID, o.Number, o.PlacedAt, o.Status, o.Total.Minor, o.Total.Currency, o.Items, o.URL}
	})
	if err != nil {
		return err
	}
	type noteRow struct {
		ID        desk.ID
		ContactID desk.ID
		AgentID   desk.ID
		Text      string
		At        time.Time `gorm:"serializer:micros"`
	}
	return load(l, "contact_notes", l.h.Notes, func(n *desk.ContactNote) noteRow { return noteRow(*n) })
}

func (l *loader) talk() error {
	queues := make(map[desk.ID]*desk.Queue, len(l.h.Queues))
	for i := range l.h.Queues {
		queues[l.h.Queues[i].ID] = &l.h.Queues[i]
	}
	inboxOf := make(map[desk.ID]desk.ID, len(l.h.Conversations))
	err := load(l, "conversations", l.h.Conversations, func(c **desk.Conversation) conversationRecord {
		inboxOf[(*c).ID] = (*c).InboxID
		return conversationToRecord(*c, queues[(*c).QueueID])
	})
	if err != nil {
		return err
	}
	err = load(l, "messages", l.h.Messages, func(m *desk.Message) messageRecord {
		r := messageRecord{MessageRow: MessageRow(*m), InboxID: inboxOf[m.ConversationID]}
		if m.Direction == desk.Out && m.ExternalID != "" {
			r.Attempts = 1
		}
		return r
	})
	if err != nil {
		return err
	}
	// What was decided by the history's n-th event was decided by the log's n-th
	// from here on.
	var first int64
	if err := l.Raw("SELECT n FROM counters WHERE name = 'events'").Scan(&first).Error; err != nil {
		return err
	}
	err = load(l, "offers", l.h.Offers, func(o *desk.Offer) offerRow {
		row := offerRow(*o)
		if row.Decision.Seq > 0 {
			row.Decision.Seq += first
		}
		return row
	})
	if err != nil {
		return err
	}
	// All these days were over when they came, whatever was packed before.
	days := map[string]bool{}
	for _, f := range l.h.Facts {
		days[f.Day] = true
	}
	for _, day := range sortedKeys(days) {
		if err := raiseChanges(l.DB, day); err != nil {
			return err
		}
	}
	return load(l, "facts", l.h.Facts, func(f *desk.Fact) factRecord {
		return factRecord{FactRow: FactRow(*f), Bucket: desk.Bucket(f.Seconds), BusinessBucket: desk.Bucket(f.BusinessSeconds)}
	})
}

func (l *loader) events() error {
	if len(l.h.Events) == 0 {
		return nil
	}
	var last int64
	if err := l.Raw("UPDATE counters SET n = n + ? WHERE name = 'events' RETURNING n", len(l.h.Events)).Scan(&last).Error; err != nil {
		return err
	}
	seq := last - int64(len(l.h.Events))
	return load(l, "events", l.h.Events, func(e *desk.Event) eventRow {
		seq++
		row := eventRow(*e)
		row.Seq = seq
		return row
	})
}

// load writes a list into a table, some rows a statement.
func load[T, R any](l *loader, table string, list []T, row func(*T) R) error {
	rows := make([]R, 0, min(len(list), loadRows))
	for len(list) > 0 {
		part := list[:min(len(list), loadRows)]
		list = list[len(part):]
		rows = rows[:0]
		for i := range part {
			rows = append(rows, row(&part[i]))
		}
		if err := l.Table(table).Create(&rows).Error; err != nil {
			return err
		}
		l.wrote(len(part))
	}
	return nil
}
