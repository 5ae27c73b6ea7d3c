package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"parley/desk"
)

// maxText is how many characters of the first message a rule sees.
const maxText = 1000

// facts is what an expression can name; the tags are the names.
type facts struct {
	Channel   string       `expr:"channel"`
	Inbox     inboxFacts   `expr:"inbox"`
	Contact   contactFacts `expr:"contact"`
	Company   companyFacts `expr:"company"`
	Language  string       `expr:"language"`
	Page      pageFacts    `expr:"page"`
	Text      string       `expr:"text"`
	Tags      []string     `expr:"tags"`
	Time      timeFacts    `expr:"time"`
	Returning bool         `expr:"returning"`
	Reopened  bool         `expr:"reopened"`

	Open func(queue string) (bool, error) `expr:"open"`
}

type inboxFacts struct {
	Name  string `expr:"name"`
	Label string `expr:"label"`
}

type contactFacts struct {
	Name     string            `expr:"name"`
	Title    string            `expr:"title"`
	Email    string            `expr:"email"`
	Phone    string            `expr:"phone"`
	Language string            `expr:"language"`
	Country  string            `expr:"country"`
	VIP      bool              `expr:"vip"`
	Value    float64           `expr:"value"`
	Currency string            `expr:"currency"`
	Tags     []string          `expr:"tags"`
	Fields   map[string]string `expr:"fields"`
}

type companyFacts struct {
	Name      string `expr:"name"`
	Domain    string `expr:"domain"`
	Industry  string `expr:"industry"`
	Employees int    `expr:"employees"`
	Country   string `expr:"country"`
}

type pageFacts struct {
	URL      string            `expr:"url"`
	Title    string            `expr:"title"`
	Referrer string            `expr:"referrer"`
	Extra    map[string]string `expr:"extra"`
}

type timeFacts struct {
	Hour    int    `expr:"hour"`
	Minute  int    `expr:"minute"`
	Clock   string `expr:"clock"`
	Weekday string `expr:"weekday"`
	Weekend bool   `expr:"weekend"`
	Date    string `expr:"date"`
	Day     int    `expr:"day"`
	Month   int    `expr:"month"`
}

// see turns facts into what expressions name, with times in the zone.
func see(f *desk.RuleFacts, zone *time.Location) *facts {
	out := &facts{Page: pageFacts{URL: f.Context.Page, Title: f.Context.Title, Referrer: f.Context.Referrer, Extra: f.Context.Extra},
		Text: desk.Truncate(f.Text, maxText), Tags: slices.Clone(f.Tags), Returning: f.Returning, Reopened: f.Reopened, Open: opener(f)}
	if in := f.Inbox; in != nil {
		out.Channel, out.Inbox = string(in.Channel), inboxFacts{Name: in.Name, Label: in.Label}
	}
	if c := f.Contact; c != nil {
		out.Contact = contactFacts{Name: c.Name, Title: c.Title, Email: c.Email, Phone: c.Phone, Language: c.Language, Country: c.Country,
			VIP: c.VIP, Value: c.Value.Units(), Currency: c.Value.Currency, Tags: c.Tags, Fields: c.Fields}
		out.Language = c.Language
		out.Tags = desk.AddTags(out.Tags, c.Tags...)
	}
	if c := f.Company; c != nil {
		out.Company = companyFacts{Name: c.Name, Domain: c.Domain, Industry: c.Industry, Employees: c.Employees, Country: c.Country}
	}
	at := f.At.In(zone)
	out.Time = timeFacts{Hour: at.Hour(), Minute: at.Minute(), Clock: at.Format("15:04"), Weekday: at.Weekday().String(),
		Weekend: at.Weekday() == time.Saturday || at.Weekday() == time.Sunday, Date: at.Format(time.DateOnly), Day: at.Day(), Month: int(at.Month())}
	return out
}

// opener answers whether a queue, by name, is open at the moment of the facts.
func opener(f *desk.RuleFacts) func(string) (bool, error) {
	return func(name string) (bool, error) {
		for _, q := range f.Queues {
			if strings.EqualFold(q.Name, name) {
				return q.Open && (q.Hours == nil || q.Hours.OpenAt(f.At)), nil
			}
		}
		names := make([]string, 0, len(f.Queues))
		for _, q := range f.Queues {
			names = append(names, q.Name)
		}
		return false, fmt.Errorf("there is no queue named %q%s", name, didYouMean(name, names))
	}
}

// Name is one thing an expression can use, for reference and completion.
type Name struct {
	Name    string   `json:"name"`
	Type    string   `json:"type" doc:"text, number, yes/no, list or function"`
	Words   string   `json:"words"`
	Example string   `json:"example" doc:"A whole expression that uses it"`
	Values  []string `json:"values,omitempty" doc:"All it can be, where that is known"`
}

var weekdays = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

func channels() []string {
	out := make([]string, len(desk.Channels))
	for i, c := range desk.Channels {
		out[i] = string(c)
	}
	return out
}

// Names is the reference of the language's names; docs/rules.md holds the same.
func Names(k Known) []Name {
	return []Name{
		{"channel", "text", "Where the customer writes", `channel == "whatsapp"`, channels()},
		{"inbox.name", "text", "The inbox, as in its webhook address", `inbox.name in ["shop-chat", "shop-sms"]`, k.Inboxes},
		{"inbox.label", "text", "The inbox, as people call it", `inbox.label startsWith "Shop"`, nil},
		{"text", "text", "The first 1,000 characters of the message that began or reopened the conversation", `lower(text) contains "refund"`, nil},
		{"language", "text", "The customer's language as a two-letter code, where known", `language == "de"`, nil},
		{"tags", "list", "The customer's tags, and the conversation's own when it is reopened", `"wholesale" in tags`, nil},
		{"returning", "yes/no", "The customer was known before", `not returning`, nil},
		{"reopened", "yes/no", "The conversation is continued after its end", `not reopened and channel == "sms"`, nil},
		{"contact.vip", "yes/no", "Marked as very important", `contact.vip`, nil},
		{"contact.value", "number", "Account value, in whole units of its currency", `contact.value >= 10000`, nil},
		{"contact.currency", "text", "Currency of the account value", `contact.currency == "EUR" and contact.value > 500`, nil},
		{"contact.name", "text", "Name", `contact.name contains "Kent"`, nil},
		{"contact.title", "text", "Title at their company", `lower(contact.title) contains "director"`, nil},
		{"contact.email", "text", "E-mail address", `contact.email endsWith "@example.com"`, nil},
		{"contact.phone", "text", "Phone number with its country code", `contact.phone startsWith "+49"`, nil},
		{"contact.language", "text", "Language as a two-letter code", `contact.language in ["de", "nl"]`, nil},
		{"contact.country", "text", "Country as a two-letter code", `contact.country == "AT"`, nil},
		{"contact.tags", "list", "Tags of the customer", `"wholesale" in contact.tags`, nil},
		{"contact.fields", "fields", "Your own fields, and what the pre-chat form asked; empty when absent", `contact.fields["plan"] == "gold"`, nil},
		{"company.name", "text", "Company; empty when the customer belongs to none", `company.name == "Globex"`, nil},
		{"company.domain", "text", "The company's domain", `company.domain endsWith ".edu"`, nil},
		{"company.industry", "text", "Industry", `company.industry == "Retail"`, nil},
		{"company.employees", "number", "Number of employees", `company.employees > 500`, nil},
		{"company.country", "text", "Country of the company", `company.country == "US"`, nil},
		{"page.url", "text", "Web chat: the page they wrote from", `page.url contains "/pricing"`, nil},
		{"page.title", "text", "Web chat: its title", `page.title contains "Returns"`, nil},
		{"page.referrer", "text", "Web chat: where they came from", `page.referrer contains "partner.example"`, nil},
		{"page.extra", "fields", "Web chat: what else the site told", `page.extra["cart"] != ""`, nil},
		{"time.hour", "number", "Hour 0–23, in the reporting time zone", `time.hour >= 18`, nil},
		{"time.minute", "number", "Minute 0–59", `time.minute < 30`, nil},
		{"time.clock", "text", "Time of day", `time.clock >= "09:30" and time.clock < "17:00"`, nil},
		{"time.weekday", "text", "Day of the week in English", `time.weekday == "Friday"`, weekdays},
		{"time.weekend", "yes/no", "Saturday or Sunday", `time.weekend`, nil},
		{"time.date", "text", "Date", `time.date >= "2026-12-20" and time.date <= "2027-01-02"`, nil},
		{"time.day", "number", "Day of the month", `time.day == 1`, nil},
		{"time.month", "number", "Month 1–12", `time.month == 12`, nil},
		{"open", "function", "Whether a queue is open now: not closed by hand, and within its hours", `not open("Support")`, k.Queues},
	}
}

// functions are the built-in ones a rule may call, with how they are used.
var functions = map[string]Name{
	"lower": {"lower", "function", "In lower case: comparing is exact otherwise", `lower(text) contains "refund"`, nil},
	"upper": {"upper", "function", "In upper case", `upper(contact.country) == "DE"`, nil},
	"trim":  {"trim", "function", "Without spaces at both ends", `trim(text) == ""`, nil},
	"len":   {"len", "function", "Number of characters or entries", `len(text) > 500`, nil},
	"any":   {"any", "function", "Whether something is true of at least one entry; # is the entry", `any(tags, # startsWith "key-")`, nil},
	"all":   {"all", "function", "Whether it is true of every entry", `all(tags, # != "blocked")`, nil},
	"none":  {"none", "function", "Whether it is true of no entry", `none(tags, # == "blocked")`, nil},
	"one":   {"one", "function", "Whether it is true of exactly one entry", `one(tags, # startsWith "team-")`, nil},
	"count": {"count", "function", "Of how many entries it is true", `count(tags, # startsWith "order-") > 2`, nil},
	"int":   {"int", "function", "A field's text as a whole number; fails when it is none", `contact.fields["seats"] != "" and int(contact.fields["seats"]) > 50`, nil},
	"float": {"float", "function", "A field's text as a number; fails when it is none", `contact.fields["score"] != "" and float(contact.fields["score"]) > 0.8`, nil},
	"abs":   {"abs", "function", "Without the sign", `abs(contact.value) > 100`, nil},
}

// Functions is the reference of what can be called.
func Functions() []Name {
	out := make([]Name, 0, len(functions))
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		out = append(out, functions[name])
	}
	return out
}
