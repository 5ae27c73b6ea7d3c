package store

import (
	"slices"
	"sync"
	"time"

	"parley/desk"
)

// failureEvery is how often a rule that fails says so: it may fail for every customer.
const failureEvery = time.Minute

// failureLimit remembers when each rule last said that it failed.
type failureLimit struct {
	sync.Mutex
	told map[desk.ID]time.Time
}

// due tells whether a rule may say it now. It is marked only once that is
// committed (mark), as a transaction may run again.
func (l *failureLimit) due(rule desk.ID, now time.Time) bool {
	l.Lock()
	defer l.Unlock()
	last, before := l.told[rule]
	return !before || now.Sub(last) >= failureEvery
}

func (l *failureLimit) mark(rows []ruleFailureRow) {
	if len(rows) == 0 {
		return
	}
	l.Lock()
	defer l.Unlock()
	if l.told == nil || len(l.told) > 10*desk.MaxRules {
		l.told = map[desk.ID]time.Time{}
	}
	for _, r := range rows {
		l.told[r.RuleID] = r.At
	}
}

// loadRuleFacts reads what rules look at of those who begin or come back: two
// statements for the whole batch, and none when there are no rules.
func (r *reception) loadRuleFacts() error {
	if !r.config.rules.Any() {
		return nil
	}
	var contacts []desk.ID
	for i := range r.items {
		in := &r.items[i]
		id := r.identities[in.Identity.Key()]
		if in.Kind != desk.InMessage || id == nil || r.contacts[id.ContactID] != nil {
			continue
		}
		if c := r.byPair[pair{in.InboxID, id.ContactID}]; c == nil || !c.State.Open() {
			contacts = append(contacts, id.ContactID)
		}
	}
	if len(contacts) > 0 {
		condition, list := r.s.oneOf("id", contacts)
		var rows []contactRow
		if err := r.Where(condition, list).Find(&rows).Error; err != nil {
			return err
		}
		for i := range rows {
			r.contacts[rows[i].ID] = &rows[i]
		}
	}
	if !r.config.rules.NeedsCompany() {
		return nil
	}
	return r.loadCompanies()
}

func (r *reception) loadCompanies() error {
	var ids []desk.ID
	for _, c := range r.contacts {
		if c.CompanyID != "" {
			ids = append(ids, c.CompanyID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	condition, list := r.s.oneOf("id", ids)
	var rows []companyRow
	if err := r.Where(condition, list).Find(&rows).Error; err != nil {
		return err
	}
	r.companies = map[desk.ID]*desk.Company{}
	for _, row := range rows {
		c := desk.Company(row)
		r.companies[c.ID] = &c
	}
	return nil
}

// direct lets the rules say where a conversation goes that begins or comes
// back; without a match it stays where the inbox, or its last stay, put it.
func (r *reception) direct(c *desk.Conversation, in *desk.Inbound, inbox *desk.Inbox) (desk.RuleDecision, error) {
	if !r.config.rules.Any() {
		return desk.RuleDecision{}, nil
	}
	row, err := r.contact(c.ContactID)
	if err != nil {
		return desk.RuleDecision{}, err
	}
	contact := row.contact()
	d := r.config.rules.Decide(&desk.RuleFacts{At: r.now, Inbox: inbox, Contact: &contact, Company: r.companies[contact.CompanyID], Context: in.Context,
		Tags: c.Tags, Text: in.Message.Text, Returning: !r.isNew(contact.ID), Reopened: c.State != desk.New, Queues: r.config.queues})
	if d.Match != nil {
		r.obey(c, inbox, d.Then)
	}
	return d, nil
}

// obey makes a conversation what a rule's outcome says.
func (r *reception) obey(c *desk.Conversation, inbox *desk.Inbox, then desk.RuleOutcome) {
	if q := r.config.queues[then.QueueID]; q != nil {
		c.QueueID = q.ID
	}
	q := r.config.queues[c.QueueID]
	if q == nil {
		return
	}
	c.Cost = q.Cost(c.Channel)
	c.Priority = q.Priority + inbox.Priority + then.Priority
	c.Requirements = desk.Strictest(inbox.Requirements, then.Requirements)
	c.Tags = desk.AddTags(c.Tags, then.Tags...)
	c.Rings = then.Rings
}

// tellFailed tells of rules that were passed over, of each at most so often.
func (r *reception) tellFailed(c *desk.Conversation, failed []desk.RuleFailure) {
	for _, f := range failed {
		told := slices.ContainsFunc(r.ruleFailures, func(row ruleFailureRow) bool { return row.RuleID == f.ID })
		if told || !r.s.failures.due(f.ID, r.now) {
			continue
		}
		r.ruleFailures = append(r.ruleFailures, ruleFailureRow{RuleID: f.ID, Name: f.Name, Version: f.Version, Error: f.Error, At: r.now, ConversationID: c.ID})
		r.tell(desk.EvRuleFailed, c, desk.Event{Data: desk.EventData{Rule: &f.RuleMatch, Error: f.Error}})
	}
}
