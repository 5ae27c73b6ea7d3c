package rules_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/routing/rules"
)

var (
	vienna  = must(time.LoadLocation("Europe/Vienna"))
	support = &desk.Queue{ID: "q-support", Name: "Support", Open: true, Hours: &desk.Hours{Zone: "Europe/Vienna", Week: map[string][]desk.Span{"mon": {{From: 540, To: 1020}}}}}
	sales   = &desk.Queue{ID: "q-sales", Name: "Sales", Open: true}
	known   = rules.Known{Queues: []string{"Support", "Sales"}, Inboxes: []string{"shop-chat", "shop-sms"}}
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// facts is a German VIP of Globex on web chat, on a Monday at 10:30 in Vienna.
func facts() *desk.RuleFacts {
	return &desk.RuleFacts{
		At:    time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC),
		Inbox: &desk.Inbox{Name: "shop-chat", Label: "Shop chat", Channel: desk.WebChat},
		Contact: &desk.Contact{Name: "Erika Muster", Email: "erika@globex.example", Language: "de", Country: "DE", VIP: true, Tags: []string{"wholesale"},
			Value: desk.Money{Minor: 1250050, Currency: "EUR"}, Fields: map[string]string{"plan": "gold", "seats": "60"}},
		Company:   &desk.Company{Name: "Globex", Employees: 700},
		Context:   desk.Context{Page: "https://shop.example/pricing", Title: "Pricing", Extra: map[string]string{"cart": "12"}},
		Tags:      []string{"refund"},
		Text:      "Hello, where is my order 4711?",
		Returning: true,
		Queues:    map[desk.ID]*desk.Queue{support.ID: support, sales.ID: sales},
	}
}

func set(list ...desk.Rule) desk.RuleSet {
	for i := range list {
		list[i].ID, list[i].Enabled = fmt.Sprint("r", i), true
		if list[i].Name == "" {
			list[i].Name = fmt.Sprint("rule ", i)
		}
	}
	return desk.RuleSet{Version: 7, Rules: list}
}

func TestConditions(t *testing.T) {
	for when, want := range map[string]bool{
		`true`:                                              true,
		`channel == "webchat"`:                              true,
		`channel in ["sms", "whatsapp"]`:                    false,
		`inbox.name == "shop-chat"`:                         true,
		`inbox.label startsWith "Shop"`:                     true,
		`language == "de" and contact.vip`:                  true,
		`contact.value > 12500`:                             true,
		`contact.value > 12500.5`:                           false,
		`contact.currency == "EUR"`:                         true,
		`contact.fields["plan"] == "gold"`:                  true,
		`contact.fields.plan == "gold"`:                     true,
		`contact.fields["nothing"] == ""`:                   true,
		`int(contact.fields["seats"]) > 50`:                 true,
		`company.employees > 500`:                           true,
		`page.url contains "/pricing"`:                      true,
		`page.extra["cart"] != ""`:                          true,
		`lower(text) contains "order"`:                      true,
		`text matches "order [0-9]+"`:                       true,
		`"refund" in tags`:                                  true, // of the conversation
		`"wholesale" in tags`:                               true, // of the contact
		`"refund" in contact.tags`:                          false,
		`any(tags, # startsWith "whole")`:                   true,
		`count(tags, # != "") == 2`:                         true,
		`time.hour == 10`:                                   true, // in Vienna
		`time.clock >= "10:30" and time.clock < "17:00"`:    true,
		`time.weekday == "Monday" and not time.weekend`:     true,
		`time.date == "2026-11-23"`:                         true,
		`open("Support")`:                                   true,
		`not open("sales")`:                                 false,
		`returning and not reopened`:                        true,
		`contact.country == "DE" ? contact.vip : returning`: true,
	} {
		if p := rules.Check(when, rules.Known{}); p != nil {
			t.Errorf("%s: %s", when, p)
			continue
		}
		d := rules.Compile(set(desk.Rule{When: when}), vienna).Decide(facts())
		if len(d.Failed) > 0 || (d.Match != nil) != want {
			t.Errorf("%s: matched %v, failed %v, want %v", when, d.Match != nil, d.Failed, want)
		}
	}
}

func TestTheFirstMatchDecides(t *testing.T) {
	list := set(
		desk.Rule{When: `channel == "sms"`, Then: desk.RuleOutcome{QueueID: sales.ID}},
		desk.Rule{When: `contact.vip`, Name: "VIPs", Then: desk.RuleOutcome{QueueID: support.ID, Priority: 30}},
		desk.Rule{When: `true`, Then: desk.RuleOutcome{QueueID: sales.ID}},
	)
	want := desk.RuleDecision{Match: &desk.RuleMatch{ID: "r1", Name: "VIPs", Version: 7}, Then: desk.RuleOutcome{QueueID: support.ID, Priority: 30}}
	if diff := cmp.Diff(want, rules.Compile(list, vienna).Decide(facts())); diff != "" {
		t.Errorf("decision (-want +got):\n%s", diff)
	}
	list.Rules[1].Enabled = false
	if d := rules.Compile(list, vienna).Decide(facts()); d.Match == nil || d.Match.ID != "r2" {
		t.Errorf("with the second off, %v decides", d.Match)
	}
	if d := rules.Compile(set(), vienna).Decide(facts()); d.Match != nil || d.Failed != nil {
		t.Errorf("no rules decided %v", d)
	}
}

func TestWhatFailsIsPassedOver(t *testing.T) {
	for when, says := range map[string]string{
		`open("Suport")`:                     `there is no queue named "Suport": did you mean "Support"?`,
		`time.hour % (time.hour - 10) == 1`:  `divided by zero`,
		`int(contact.fields["plan"]) > 1`:    `“gold” is no number: check the field first`,
		`tags[7] == "x"`:                     `the list has no entry 7`,
		`contact.vip and company.nme == "x"`: `does not compile: company has no nme`,
	} {
		d := rules.Compile(set(desk.Rule{When: when}, desk.Rule{When: "true"}), vienna).Decide(facts())
		if d.Match == nil || d.Match.ID != "r1" || len(d.Failed) != 1 || d.Failed[0].ID != "r0" || !strings.Contains(d.Failed[0].Error, says) {
			t.Errorf("%s: %+v", when, d)
		}
	}
	gone := desk.Rule{When: "true", Then: desk.RuleOutcome{QueueID: "q-gone"}}
	if d := rules.Compile(set(gone), vienna).Decide(facts()); d.Match != nil || len(d.Failed) != 1 {
		t.Errorf("a queue that is gone: %+v", d)
	}
}

func TestMistakesNamePlaceAndRemedy(t *testing.T) {
	for _, c := range []struct {
		when         string
		line, column int
		message      string
		remedy       string
	}{
		{`chanel == "sms"`, 1, 1, "unknown name chanel", "did you mean channel?"},
		{`vip`, 1, 1, "unknown name vip", "did you mean contact.vip?"},
		{"channel == \"sms\"\n  and contact.lagnuage == \"de\"", 2, 15, "contact has no lagnuage", "did you mean contact.language?"},
		{`contact.plan == "gold"`, 1, 9, "contact has no plan", `contact.fields["plan"]`},
		{`channel = "sms"`, 1, 9, "a single = compares nothing", "write == to compare"},
		{`channel == "sms" AND contact.vip`, 1, 18, "AND must be in lower case", "write and"},
		{`channel == “sms”`, 1, 12, "quotation mark", "straight quotes"},
		{`channel == "sms`, 1, 16, "no closing quote", "same quote"},
		{`(channel == "sms"`, 1, 17, "ends too early", "closing bracket"},
		{`channel == "sms")`, 1, 17, "a ) too many", "take it out"},
		{`channel == "whatsap"`, 1, 12, `no channel "whatsap"`, `did you mean "whatsapp"?`},
		{`inbox.name in ["shop-chat", "shopsms"]`, 1, 29, `no inbox "shopsms"`, `"shop-sms"`},
		{`time.weekday == "monday"`, 1, 17, `no weekday "monday"`, `"Monday"`},
		{`open("Suport")`, 1, 6, `no queue "Suport"`, `"Support"`},
		{`open(text)`, 1, 1, "name of a queue", `open("Support")`},
		{`channel`, 1, 1, "text, not a condition", "compare it"},
		{`channel == 3`, 1, 9, "do not go together", "numbers without quotes"},
		{`contact.vip == "yes"`, 1, 13, "compared with text", "leave out the comparison"},
		{`tags contains "a"`, 1, 6, "this is a list", "in tags"},
		{`channel in "sms"`, 1, 9, "this is text", `["a", "b"]`},
		{`contact == "x"`, 1, 9, "the whole contact", "one kind"},
		{`now() > 3`, 1, 1, "now is not available", "list of names"},
		{`1..100000 == [1]`, 1, 2, "ranges are not available", ">="},
		{`let x = text; x == "a"`, 1, 5, "variables", "one condition"},
		{`any(tags, all(tags, # == "a"))`, 1, 1, "cannot hold another", "and, or, not"},
		{`text matches "["`, 1, 14, "pattern cannot be read", "backslash"},
		{`text matches contact.name`, 1, 6, "written out", "text matches"},
		{`text matches "(a{1000}){1000}"`, 1, 14, "pattern cannot be read", ""},
		{`text matches "[a-z]{900}[0-9]{900}"`, 1, 14, "too large", "shorten"},
		{`$env["channel"] == "sms"`, 1, 1, "$env", "name what you need"},
		{``, 1, 1, "empty", "write when"},
		{strings.Repeat(`contact.vip and `, 200) + "true", 1, 1, "at most 2000", "split"},
		{strings.Repeat(`true or `, 170) + "true", 0, 0, "too long", "split"},
	} {
		p := rules.Check(c.when, known)
		if p == nil {
			t.Errorf("%s: nothing is wrong with it", desk.Truncate(c.when, 60))
			continue
		}
		if c.line > 0 && (p.Line != c.line || p.Column != c.column) || !strings.Contains(p.Message, c.message) || !strings.Contains(p.Remedy, c.remedy) {
			t.Errorf("%s: %s; want %d:%d %q %q", desk.Truncate(c.when, 60), p, c.line, c.column, c.message, c.remedy)
		}
	}
}

func TestATrialTellsWhatEveryRuleSaid(t *testing.T) {
	list := set(
		desk.Rule{When: `contact.language == "it" or open("Support") and len(text) < 5`},
		desk.Rule{When: `channel == "webchat" and contact.vip`},
		desk.Rule{When: `int(contact.fields["plan"]) > 1`},
		desk.Rule{When: `chanel`},
	).Rules
	got := rules.Try(list, facts(), vienna, known)
	var said []string
	for _, v := range got.Verdicts {
		said = append(said, fmt.Sprint(v.Result, " ", v.Reached, " ", v.Decides))
	}
	if diff := cmp.Diff([]string{"not_matched true false", "matched true true", "failed false false", "failed false false"}, said); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
	want := []rules.Step{
		{Text: `contact.language == "it"`, Result: rules.NotMatched, Values: []rules.Value{{Name: "contact.language", Value: `"de"`}}},
		{Text: `open("Support")`, Result: rules.Matched, Values: []rules.Value{{Name: `open("Support")`, Value: "true"}}},
		{Text: `len(text) < 5`, Result: rules.NotMatched, Values: []rules.Value{{Name: "text", Value: `"Hello, where is my order 4711?"`}}},
	}
	if diff := cmp.Diff(want, got.Verdicts[0].Steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if p := got.Verdicts[3].Mistake; p == nil || p.Remedy != "did you mean channel?" {
		t.Errorf("what does not compile: %v", p)
	}
	if got.Decision.Match == nil || got.Decision.Match.ID != "r1" || len(got.Decision.Failed) != 0 {
		t.Errorf("decision %+v", got.Decision)
	}
}

func TestOnlyRulesOverCompaniesNeedOne(t *testing.T) {
	for when, want := range map[string]bool{`company.name == "Globex"`: true, `contact.vip and any(["a"], company.domain == #)`: true, `contact.name == "company"`: false} {
		if got := rules.Compile(set(desk.Rule{When: when}), vienna).NeedsCompany(); got != want {
			t.Errorf("%s: needs the company: %v", when, got)
		}
	}
}

// Every name has an example that compiles and uses it, and stands in the documentation.
func TestTheReferenceIsTrue(t *testing.T) {
	doc, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range append(rules.Names(rules.Known{}), rules.Functions()...) {
		if p := rules.Check(n.Example, rules.Known{}); p != nil {
			t.Errorf("%s: the example %s: %s", n.Name, n.Example, p)
		}
		if !strings.Contains(n.Example, n.Name) {
			t.Errorf("%s: the example %s does not use it", n.Name, n.Example)
		}
		if !strings.Contains(string(doc), "`"+n.Name+"`") || !strings.Contains(string(doc), "`"+n.Example+"`") {
			t.Errorf("docs/rules.md lacks `%s` or its example `%s`", n.Name, n.Example)
		}
	}
}

// Whatever is typed either compiles or has a mistake inside the text with a
// remedy, and what compiles can be evaluated and explained.
func FuzzCheck(f *testing.F) {
	for _, n := range append(rules.Names(known), rules.Functions()...) {
		f.Add(n.Example)
	}
	for _, s := range []string{`channel = "sms"`, `“`, "a\n\nb", `1..2`, `any(tags, #.x)`, `{}`, `tags[`, `let a = 1; a`, `text matches "("`, "\x00", `open(open("x"))`, `#`, `$env`, `contact?.vip`, `tags | any(# == "a")`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, when string) {
		p := rules.Check(when, known)
		if p != nil {
			n := len([]rune(when))
			if p.Message == "" || p.Remedy == "" || p.Line < 1 || p.Column < 1 || p.From < 0 || p.From > p.To || p.To > n {
				t.Errorf("%q: incomplete mistake %+v", when, p)
			}
			return
		}
		trial := rules.Try(set(desk.Rule{When: when}).Rules, facts(), vienna, known)
		v := trial.Verdicts[0]
		d := rules.Compile(set(desk.Rule{When: when}), vienna).Decide(facts())
		if v.Mistake != nil || (v.Result == rules.Matched) != (d.Match != nil) {
			t.Errorf("%q: tried %+v, decided %+v", when, v, d)
		}
	})
}

func BenchmarkDecide(b *testing.B) {
	var list []desk.Rule
	for range 20 {
		list = append(list, desk.Rule{When: `channel == "sms" and contact.language == "it" or contact.value > 99999 and time.hour > 20`})
	}
	ready, f := rules.Compile(set(list...), vienna), facts()
	for b.Loop() {
		ready.Decide(f)
	}
}
