package web

import (
	"context"
	"time"

	"parley/desk"
	"parley/routing/rules"
)

type tryRulesInput struct {
	Body struct {
		Rules          []RuleDraft    `json:"rules" maxItems:"100"`
		ConversationID string         `json:"conversation_id,omitempty" doc:"Try them on this conversation's beginning"`
		Facts          *RuleFactsForm `json:"facts,omitempty" doc:"Or on these; absent ones are empty"`
	}
}

// RuleFactsForm is what conditions look at, as a form has it.
type RuleFactsForm struct {
	Inbox     string            `json:"inbox,omitempty" doc:"Inbox name"`
	Channel   desk.Channel      `json:"channel,omitempty" doc:"Where no inbox is named"`
	At        *time.Time        `json:"at,omitempty" doc:"Absent: now"`
	Text      string            `json:"text,omitempty" maxLength:"10000"`
	Page      string            `json:"page,omitempty"`
	PageTitle string            `json:"page_title,omitempty"`
	Referrer  string            `json:"referrer,omitempty"`
	Extra     map[string]string `json:"extra,omitempty"`
	Tags      []string          `json:"tags,omitempty" maxItems:"40"`
	Returning bool              `json:"returning,omitempty"`
	Reopened  bool              `json:"reopened,omitempty"`
	Contact   RuleContactForm   `json:"contact,omitempty"`
	Company   RuleCompanyForm   `json:"company,omitempty"`
}

// RuleContactForm is the contact of RuleFactsForm.
type RuleContactForm struct {
	Name     string            `json:"name,omitempty"`
	Title    string            `json:"title,omitempty"`
	Email    string            `json:"email,omitempty"`
	Phone    string            `json:"phone,omitempty"`
	Language string            `json:"language,omitempty"`
	Country  string            `json:"country,omitempty"`
	VIP      bool              `json:"vip,omitempty"`
	Value    *desk.Money       `json:"value,omitempty"`
	Tags     []string          `json:"tags,omitempty" maxItems:"40"`
	Fields   map[string]string `json:"fields,omitempty"`
}

// RuleCompanyForm is the company of RuleFactsForm.
type RuleCompanyForm struct {
	Name      string `json:"name,omitempty"`
	Domain    string `json:"domain,omitempty"`
	Industry  string `json:"industry,omitempty"`
	Employees int    `json:"employees,omitempty"`
	Country   string `json:"country,omitempty"`
}

// RuleTrial is what each rule said, and what would come of it.
type RuleTrial struct {
	Facts   RuleFactsForm   `json:"facts" doc:"What the conditions looked at"`
	Rules   []rules.Verdict `json:"rules"`
	Outcome RuleTrialResult `json:"outcome"`
}

// RuleTrialResult is where the conversation would go.
type RuleTrialResult struct {
	RuleID       desk.ID            `json:"rule_id,omitempty" doc:"The rule that decides; absent: none matched"`
	Rule         string             `json:"rule,omitempty"`
	QueueID      desk.ID            `json:"queue_id,omitempty"`
	Queue        string             `json:"queue,omitempty"`
	Requirements []desk.Requirement `json:"requirements" doc:"Of queue, inbox and rule together"`
	Priority     int                `json:"priority" doc:"Of queue, inbox and rule together"`
	Tags         []string           `json:"tags"`
}

func (a *API) tryRules(ctx context.Context, in *tryRulesInput) (*body[RuleTrial], error) {
	if err := a.may(ctx, desk.ViewRules); err != nil {
		return nil, err
	}
	known, err := a.ruleNames(ctx)
	if err != nil {
		return nil, err
	}
	f, err := a.ruleFacts(ctx, in)
	if err != nil {
		return nil, err
	}
	trial := rules.Try(drafted(in.Body.Rules), f, a.Store.Zone(), known)
	out := RuleTrial{Facts: formOf(f), Rules: trial.Verdicts, Outcome: ruleResult(f, trial.Decision)}
	if out.Rules == nil {
		out.Rules = []rules.Verdict{}
	}
	return &body[RuleTrial]{out}, nil
}

// ruleFacts reads what to try on.
func (a *API) ruleFacts(ctx context.Context, in *tryRulesInput) (*desk.RuleFacts, error) {
	if id := in.Body.ConversationID; id != "" {
		if !desk.ValidID(id) {
			return nil, desk.FieldError("body.conversation_id", "is not an id")
		}
		if _, _, err := a.conversation(ctx, id); err != nil {
			return nil, err
		}
		return a.Store.RuleFacts(ctx, id)
	}
	form := in.Body.Facts
	if form == nil {
		return nil, desk.FieldError("body.facts", "give a conversation_id or facts to try on")
	}
	queues, err := a.Store.Queues(ctx)
	if err != nil {
		return nil, err
	}
	f := form.facts(a.Now())
	for _, q := range queues {
		f.Queues[q.ID] = q
	}
	if form.Inbox != "" {
		if f.Inbox, err = a.Store.InboxByName(ctx, form.Inbox); err != nil {
			return nil, desk.FieldError("body.facts.inbox", "there is no inbox named %q", desk.Truncate(form.Inbox, 60))
		}
	}
	return f, nil
}

func (form *RuleFactsForm) facts(now time.Time) *desk.RuleFacts {
	c, firm := form.Contact, form.Company
	f := &desk.RuleFacts{At: now, Inbox: &desk.Inbox{Channel: form.Channel}, Text: form.Text, Tags: form.Tags, Returning: form.Returning, Reopened: form.Reopened,
		Context: desk.Context{Page: form.Page, Title: form.PageTitle, Referrer: form.Referrer, Extra: form.Extra},
		Contact: &desk.Contact{Name: c.Name, Title: c.Title, Email: c.Email, Phone: c.Phone, Language: c.Language, Country: c.Country, VIP: c.VIP, Tags: c.Tags, Fields: c.Fields},
		Company: &desk.Company{Name: firm.Name, Domain: firm.Domain, Industry: firm.Industry, Employees: firm.Employees, Country: firm.Country},
		Queues:  map[desk.ID]*desk.Queue{}}
	if form.At != nil {
		f.At = *form.At
	}
	if c.Value != nil {
		f.Contact.Value = *c.Value
	}
	return f
}

// formOf shows facts as the form that would give them.
func formOf(f *desk.RuleFacts) RuleFactsForm {
	out := RuleFactsForm{At: optional(f.At), Text: f.Text, Page: f.Context.Page, PageTitle: f.Context.Title, Referrer: f.Context.Referrer,
		Extra: f.Context.Extra, Tags: f.Tags, Returning: f.Returning, Reopened: f.Reopened}
	if in := f.Inbox; in != nil {
		out.Inbox, out.Channel = in.Name, in.Channel
	}
	if c := f.Contact; c != nil {
		out.Contact = RuleContactForm{Name: c.Name, Title: c.Title, Email: c.Email, Phone: c.Phone, Language: c.Language, Country: c.Country,
			VIP: c.VIP, Value: &c.Value, Tags: c.Tags, Fields: c.Fields}
	}
	if c := f.Company; c != nil {
		out.Company = RuleCompanyForm{Name: c.Name, Domain: c.Domain, Industry: c.Industry, Employees: c.Employees, Country: c.Country}
	}
	return out
}

// ruleResult says where the conversation would stand.
func ruleResult(f *desk.RuleFacts, d desk.RuleDecision) RuleTrialResult {
	out := RuleTrialResult{QueueID: d.Then.QueueID, Priority: d.Then.Priority, Tags: desk.AddTags([]string{}, d.Then.Tags...)}
	needs := [][]desk.Requirement{}
	if in := f.Inbox; in != nil {
		if out.QueueID == "" {
			out.QueueID = in.QueueID
		}
		out.Priority += in.Priority
		needs = append(needs, in.Requirements)
	}
	if q := f.Queues[out.QueueID]; q != nil {
		out.Queue = q.Name
		out.Priority += q.Priority
		needs = append(needs, q.Requirements)
	}
	out.Requirements = desk.Strictest(append(needs, d.Then.Requirements)...)
	if d.Match != nil {
		out.RuleID, out.Rule = d.Match.ID, d.Match.Name
	}
	return out
}
