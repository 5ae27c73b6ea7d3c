package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parley/desk"
	"parley/routing/rules"
	"parley/store"
	"parley/store/storetest"
)

// ruled is a world with rules, a second queue and a skill.
type ruled struct {
	*timed
	sales   desk.Queue
	german  desk.Skill
	version int64
}

func newRuled(t *testing.T, open storetest.Open) *ruled {
	compiled := func(change ...func(*store.Config)) *store.Store {
		return open(append(change, func(c *store.Config) {
			c.CompileRules = func(set desk.RuleSet) store.Rules { return rules.Compile(set, time.UTC) }
		})...)
	}
	w := &ruled{timed: newTimed(t, compiled)}
	q := desk.QueueDefaults()
	q.Name, q.Priority, q.Costs = "Sales", 5, map[desk.Channel]int{desk.SMS: 50}
	w.sales = *must(w.CreateQueue(t.Context(), "", q))(t)
	w.german = *must(w.CreateSkill(t.Context(), "", desk.Skill{Name: "German"}))(t)
	return w
}

func (w *ruled) rules(list ...desk.Rule) *desk.RuleSet {
	w.t.Helper()
	for i := range list {
		list[i].Enabled = true
		if list[i].Name == "" {
			list[i].Name = fmt.Sprint("rule ", i)
		}
	}
	saved := must(w.SaveRules(w.t.Context(), w.ana.ID, w.version, desk.RuleSet{Rules: list}))(w.t)
	w.version = saved.Version
	return saved
}

func (w *ruled) of(from string) *desk.Conversation {
	w.t.Helper()
	list, _, err := w.Conversations(w.t.Context(), store.ConversationFilter{Limit: 50})
	w.ok(err)
	for _, c := range list {
		if _, who, _ := w.Conversation(w.t.Context(), c.ID); who.Value == from {
			return c
		}
	}
	w.t.Fatalf("%s has no conversation", from)
	return nil
}

func TestRulesSendNewConversations(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w := newRuled(t, open)
		set := w.rules(
			desk.Rule{When: `channel == "webchat"`, Name: "Chats"},
			desk.Rule{When: `lower(text) contains "price"`, Name: "Prices", Then: desk.RuleOutcome{QueueID: w.sales.ID, Priority: 30, Tags: []string{"price"}, Rings: desk.RingPlan{{AfterSeconds: 60, Priority: 5}},
				Requirements: []desk.Requirement{{SkillID: w.german.ID, Level: 3}}}},
		)
		w.says(w.sms, "+15005550101", "What is the PRICE of this?")
		w.says(w.sms, "+15005550102", "Hello")
		c := w.of("+15005550101")
		type outcome struct {
			Queue    desk.ID
			Priority int
			Cost     int
			Needs    []desk.Requirement
			Tags     []string
			State    desk.State
			Rings    desk.RingPlan
		}
		got := outcome{c.QueueID, c.Priority, c.Cost, c.Requirements, c.Tags, c.State, c.Rings}
		want := outcome{w.sales.ID, 35, 50, []desk.Requirement{{SkillID: w.german.ID, Level: 3}}, []string{"price"}, desk.Waiting, desk.RingPlan{{AfterSeconds: 60, Priority: 5}}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the conversation (-want +got):\n%s", diff)
		}
		if other := w.of("+15005550102"); other.QueueID != w.queue.ID || other.Priority != 0 || len(other.Tags) != 0 {
			t.Errorf("what no rule matches is in %s with priority %d and tags %v", other.QueueID, other.Priority, other.Tags)
		}
		e := must(w.RuleOf(t.Context(), c.ID))(t)
		if diff := cmp.Diff(&desk.RuleMatch{ID: set.Rules[1].ID, Name: "Prices", Version: 1}, e.Data.Rule); diff != "" || e.QueueID != w.sales.ID {
			t.Errorf("the event tells of queue %s and (-want +got):\n%s", e.QueueID, diff)
		}
		w.sameAsFolded()
	})
}

func TestRulesAreAskedAgainWhenTheCustomerComesBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newRuled(t, open), t.Context()
		c := w.active(w.sms, "+15005550103", w.ana)
		w.rules(desk.Rule{When: `reopened and returning and "again" in tags`},
			desk.Rule{When: `reopened and text contains "buy"`, Then: desk.RuleOutcome{QueueID: w.sales.ID, Tags: []string{"again"}}})
		w.says(w.sms, "+15005550103", "I buy, in the open conversation")
		if c = w.get(c.ID); c.QueueID != w.queue.ID || c.State != desk.Active {
			t.Errorf("an open conversation moved to %s, %s", c.QueueID, c.State)
		}
		w.ok(w.Resolve(ctx, c.ID, w.ana.ID))
		w.pass(time.Hour)
		w.says(w.sms, "+15005550103", "now I buy something else, how does that go?")
		if c = w.get(c.ID); c.QueueID != w.sales.ID || c.State != desk.Waiting || c.Cost != 50 || len(c.Tags) != 1 {
			t.Errorf("after coming back: %+v", c)
		}
		if e := must(w.RuleOf(ctx, c.ID))(t); e.Type != desk.EvConversationReopened || e.Data.Rule == nil || e.Data.Rule.Name != "rule 1" {
			t.Errorf("the event is %+v", e)
		}
		w.sameAsFolded()
	})
}

func TestRulesSeeContactAndCompany(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newRuled(t, open), t.Context()
		vip := true
		must(w.UpsertContact(ctx, "", desk.Identity{Kind: desk.Phone, Value: "+15005550104"}, store.ContactChange{VIP: &vip, Tags: []string{"wholesale"},
			Company: &desk.Company{Name: "Globex", Employees: 900}}))(t)
		w.pass(time.Hour)
		w.rules(desk.Rule{When: `contact.vip and "wholesale" in tags and company.employees > 500 and returning`, Then: desk.RuleOutcome{QueueID: w.sales.ID}})
		w.says(w.sms, "+15005550104", "Hello")
		w.says(w.sms, "+15005550105", "Hello")
		if c := w.of("+15005550104"); c.QueueID != w.sales.ID {
			t.Error("the contact's facts were not seen")
		}
		if c := w.of("+15005550105"); c.QueueID != w.queue.ID {
			t.Error("a stranger matched")
		}
		f := must(w.RuleFacts(ctx, w.of("+15005550104").ID))(t)
		if f.Company == nil || f.Company.Name != "Globex" || f.Text != "Hello" || !f.Returning || !f.Contact.VIP {
			t.Errorf("facts of the past conversation: %+v", f)
		}
	})
}

func TestARuleThatFailsIsToldOnceAMinute(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newRuled(t, open), t.Context()
		set := w.rules(desk.Rule{When: `int(text) > 3`, Name: "Broken"}, desk.Rule{When: "true", Then: desk.RuleOutcome{QueueID: w.sales.ID}})
		failed := func(since int64) (n int) {
			for _, ch := range must(w.After(ctx, since, 100))(t) {
				if ch.Type == desk.EvRuleFailed {
					n++
					if ch.Data.Rule == nil || ch.Data.Rule.ID != set.Rules[0].ID || ch.Data.Error == "" || ch.ConversationID == "" {
						t.Errorf("event %+v", ch.Event)
					}
				}
			}
			return n
		}
		before := w.seq()
		w.receive(inbound(w.sms, "+15005550106", "one", "a"), inbound(w.sms, "+15005550107", "two", "b"))
		w.says(w.sms, "+15005550108", "three")
		if n := failed(before); n != 1 {
			t.Errorf("%d events in the first minute, want 1", n)
		}
		for _, from := range []string{"+15005550106", "+15005550107", "+15005550108"} {
			if c := w.of(from); c.QueueID != w.sales.ID {
				t.Errorf("%s did not reach the rule below", from)
			}
		}
		before = w.seq()
		at := w.pass(time.Minute)
		w.says(w.sms, "+15005550109", "four")
		if n := failed(before); n != 1 {
			t.Errorf("%d events a minute later, want 1", n)
		}
		troubles := must(w.RuleTroubles(ctx, at.Add(-time.Hour)))(t)
		if len(troubles) != 1 || troubles[0].Name != "Broken" || !troubles[0].At.Equal(at) || troubles[0].Version != 1 || troubles[0].ConversationID != w.of("+15005550109").ID {
			t.Errorf("troubles: %+v", troubles)
		}
		w.rules(set.Rules[1])
		if troubles := must(w.RuleTroubles(ctx, at.Add(-time.Hour)))(t); len(troubles) != 0 {
			t.Errorf("after saving there are still %v", troubles)
		}
	})
}

func TestRuleVersions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newRuled(t, open), t.Context()
		if set := must(w.Rules(ctx))(t); set.Version != 0 || set.Rules == nil || len(set.Rules) != 0 {
			t.Errorf("before the first save: %+v", set)
		}
		first := w.rules(desk.Rule{When: "true", Name: "  All "})
		if first.Rules[0].Name != "All" || !desk.ValidID(first.Rules[0].ID) {
			t.Errorf("saved as %+v", first.Rules[0])
		}
		_, err := w.SaveRules(ctx, w.ben.ID, 0, desk.RuleSet{})
		w.conflict("saving on top of an old version", err)
		second := must(w.SaveRules(ctx, w.ben.ID, 1, desk.RuleSet{Note: "gone", Rules: []desk.Rule{}}))(t)
		list, next, err := w.RuleVersions(ctx, 1, "")
		w.ok(err)
		if len(list) != 1 || list[0].Version != 2 || list[0].ByID != w.ben.ID || list[0].Note != "gone" || !list[0].At.Equal(second.At) || next == "" {
			t.Errorf("newest page %+v, next %q", list, next)
		}
		if list, next, err = w.RuleVersions(ctx, 1, next); err != nil || len(list) != 1 || list[0].Version != 1 || next != "" {
			t.Errorf("last page %+v, next %q, %v", list, next, err)
		}
		old := must(w.RuleVersion(ctx, 1))(t)
		if diff := cmp.Diff(first.Rules, old.Rules, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("version 1 (-saved +read):\n%s", diff)
		}
		if _, err := w.RuleVersion(ctx, 9); desk.CodeOf(err) != desk.NotFound {
			t.Errorf("a version that is not there: %v", err)
		}
		must(w.SaveRules(ctx, w.ben.ID, 2, desk.RuleSet{Rules: old.Rules, Restored: 1}))(t)
		if set := must(w.Rules(ctx))(t); set.Version != 3 || set.Restored != 1 || len(set.Rules) != 1 {
			t.Errorf("brought back: %+v", set)
		}
	})
}

func TestRulesNameOnlyWhatThereIs(t *testing.T) {
	w, ctx := newRuled(t, storetest.SQLite(t)), t.Context()
	same := desk.NewID()
	for field, list := range map[string][]desk.Rule{
		"rules[0].name":                          {{When: "true"}},
		"rules[0].then.queue_id":                 {{Name: "a", Then: desk.RuleOutcome{QueueID: desk.NewID()}}},
		"rules[0].then.requirements[0].skill_id": {{Name: "a", Then: desk.RuleOutcome{Requirements: []desk.Requirement{{SkillID: desk.NewID(), Level: 1}}}}},
		"rules[0].then.priority":                 {{Name: "a", Then: desk.RuleOutcome{Priority: 1001}}},
		"rules[0].then.rings[0].queue_id":        {{Name: "a", Then: desk.RuleOutcome{Rings: desk.RingPlan{{QueueID: desk.NewID()}}}}},
		"rules[1].id":                            {{Name: "a", ID: same}, {Name: "b", ID: same}},
		"rules[0].then.tags":                     {{Name: "a", Then: desk.RuleOutcome{Tags: []string{"a tag that is much longer than forty characters are"}}}},
		"rules":                                  make([]desk.Rule, desk.MaxRules+1),
	} {
		_, err := w.SaveRules(ctx, w.ana.ID, 0, desk.RuleSet{Rules: list})
		e, ok := err.(*desk.Error)
		if !ok || e.Code != desk.Invalid || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	w.rules(desk.Rule{When: "true", Name: "All", Then: desk.RuleOutcome{QueueID: w.sales.ID, Requirements: []desk.Requirement{{SkillID: w.german.ID, Level: 1}}}})
	w.conflict("removing a queue that a rule sends to", w.DeleteQueue(ctx, w.ana.ID, w.sales.ID))
	w.conflict("removing a skill that a rule asks for", w.DeleteSkill(ctx, w.ana.ID, w.german.ID))
}

// Two statements more for a batch of new customers, however many they are, and
// none when nobody is new.
func TestStatementsOfRulesDoNotGrow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w := newRuled(t, open)
		w.rules(desk.Rule{When: `company.name == "Globex" and contact.vip`, Then: desk.RuleOutcome{QueueID: w.sales.ID}})
		known := func(n, from int) {
			for i := range n {
				must(w.UpsertContact(t.Context(), "", desk.Identity{Kind: desk.Phone, Value: fmt.Sprintf("+1500555%04d", from+i)}, store.ContactChange{Company: &desk.Company{Name: "Globex"}}))(t)
			}
		}
		count := func(n, from int) int64 {
			var items []desk.Inbound
			for i := range n {
				w.n++
				items = append(items, inbound(w.sms, fmt.Sprintf("+1500555%04d", from+i), "hello", fmt.Sprint("s", w.n)))
			}
			before := w.Statements()
			w.receive(items...)
			return w.Statements() - before
		}
		known(7, 1000)
		count(1, 1006) // the first of all also asks PostgreSQL for the columns' types
		// Each new conversation of a known contact asks for the last agent; that is not the rules'.
		one, five := count(1, 1000), count(5, 1001)
		if five-one != 4 {
			t.Errorf("1 known customer took %d statements, 5 took %d; the rules' share grew", one, five)
		}
		again, all := count(1, 1000), count(5, 1001)
		if again != all {
			t.Errorf("messages in open conversations took %d and %d statements", again, all)
		}
	})
}
