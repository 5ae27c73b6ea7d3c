package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

func ptr[T any](v T) *T { return &v }

// fieldOf is the input an error names.
func fieldOf(err error) string {
	var e *desk.Error
	if errors.As(err, &e) {
		return e.Field
	}
	return ""
}

func names(list []desk.Contact) []string {
	out := []string{}
	for _, c := range list {
		out = append(out, c.Name)
	}
	return out
}

func TestContactsAreFoundByAnything(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		feed := func(kind desk.IdentityKind, value string, ch store.ContactChange) desk.ID {
			return must(w.UpsertContact(ctx, w.ana.ID, desk.Identity{Kind: kind, Value: value}, ch))(t)
		}
		jo := feed(desk.Phone, "+39 06 1234-5678", store.ContactChange{Name: ptr("Jo Dörr"), Company: &desk.Company{Name: "Lamps & Co", Domain: "lamps.example"}})
		feed(desk.Email, " Kim@Example.com ", store.ContactChange{Name: ptr("Kim 100%"), Fields: map[string]string{"plan": "gold"}})
		for words, want := range map[string][]string{
			"":           {"Kim 100%", "Jo Dörr"},
			"dörr":       {"Jo Dörr"},
			"lamps jo":   {"Jo Dörr"},
			"0612345678": {"Jo Dörr"},
			"kim@exam":   {"Kim 100%"},
			"100%":       {"Kim 100%"},
			"%":          {"Kim 100%"},
			"_":          {},
			"' OR 1=1":   {},
		} {
			list, _, err := w.Contacts(ctx, words, 10, "")
			w.ok(err)
			if diff := cmp.Diff(want, names(list)); diff != "" {
				t.Errorf("%q: %s", words, diff)
			}
		}
		// The same address again is the same contact, changed only where given.
		if again := feed(desk.Phone, "+390612345678", store.ContactChange{Title: ptr("Buyer")}); again != jo {
			t.Error("one phone number became two contacts")
		}
		card := must(w.Contact(ctx, jo))(t)
		if card.Name != "Jo Dörr" || card.Title != "Buyer" || card.Phone != "+390612345678" || card.Company == nil || card.Company.Domain != "lamps.example" || !card.Identities[0].Verified {
			t.Errorf("card: %+v", card)
		}
		w.ok(w.UpdateContact(ctx, w.ana.ID, jo, store.ContactChange{Company: &desk.Company{}}))
		if list, _, _ := w.Contacts(ctx, "lamps", 10, ""); len(list) != 0 {
			t.Error("still found by a company they left")
		}
		// Pages follow each other without gap or repetition.
		first, next, err := w.Contacts(ctx, "", 1, "")
		w.ok(err)
		second, end, err := w.Contacts(ctx, "", 1, next)
		w.ok(err)
		if got := append(names(first), names(second)...); end != "" || !cmp.Equal(got, []string{"Kim 100%", "Jo Dörr"}) {
			t.Errorf("pages: %v, then %q", got, end)
		}
	})
}

func TestContactWhatIsRefused(t *testing.T) {
	w, ctx := newWorld(t, storetest.SQLite(t)), t.Context()
	for field, i := range map[string]desk.Identity{
		"identity.value": {Kind: desk.Phone, Value: "0612345678"},
		"identity.scope": {Kind: desk.PSID, Value: "123"},
		"identity.kind":  {Kind: "fax", Value: "1"},
	} {
		if _, err := w.UpsertContact(ctx, "", i, store.ContactChange{}); fieldOf(err) != field {
			t.Errorf("%v: %v, want it to name %s", i, err, field)
		}
	}
	id := must(w.UpsertContact(ctx, "", desk.Identity{Kind: desk.Email, Value: "a@example.com"}, store.ContactChange{}))(t)
	if err := w.UpdateContact(ctx, "", id, store.ContactChange{Name: ptr(" ")}); fieldOf(err) != "name" {
		t.Errorf("no name: %v", err)
	}
	if err := w.UpdateContact(ctx, "", desk.NewID(), store.ContactChange{}); desk.CodeOf(err) != desk.NotFound {
		t.Errorf("nobody: %v", err)
	}
}

func TestRenamingReachesConversations(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		w.says(w.sms, "+15005550100", "hello")
		done := w.only()
		w.ok(w.Resolve(ctx, done.ID, w.ana.ID))
		work := must(w.Accept(ctx, []desk.Inbound{{InboxID: w.chat.ID, ProviderID: "x", Kind: desk.InMessage, At: time.Now(),
			Identity: desk.Identity{Kind: desk.Phone, Value: "+15005550100"}, Message: &desk.Message{Kind: desk.Text, Text: "again", Author: desk.ByCustomer}}}))(t)
		w.ok(w.Receive(ctx, []desk.ID{work[0].ID}))
		before := must(w.LastSeq(ctx))(t)
		w.ok(w.UpdateContact(ctx, w.ana.ID, done.ContactID, store.ContactChange{Name: ptr("Maria")}))
		list, _, err := w.Conversations(ctx, store.ConversationFilter{ContactID: done.ContactID, Limit: 10})
		w.ok(err)
		if len(list) != 2 || list[0].ContactName != "Maria" || list[1].ContactName != "Maria" {
			t.Errorf("conversations: %+v", list)
		}
		changes := must(w.After(ctx, before, 10))(t)
		if len(changes) != 1 || changes[0].Type != desk.EvContactChanged || changes[0].ActorID != w.ana.ID || changes[0].Conversation == nil || changes[0].Conversation.ContactName != "Maria" {
			t.Errorf("told: %+v", changes)
		}
	})
}

func TestNotesAndOrders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		id := must(w.UpsertContact(ctx, "", desk.Identity{Kind: desk.Email, Value: "a@example.com"}, store.ContactChange{}))(t)
		other := must(w.UpsertContact(ctx, "", desk.Identity{Kind: desk.Email, Value: "b@example.com"}, store.ContactChange{}))(t)
		n := must(w.AddContactNote(ctx, id, w.ana.ID, "prefers mornings\x00"))(t)
		if err := w.DeleteContactNote(ctx, id, n.ID, &w.ben); desk.CodeOf(err) != desk.Forbidden {
			t.Errorf("a colleague removes it: %v", err)
		}
		if err := w.DeleteContactNote(ctx, other, n.ID, &w.ana); desk.CodeOf(err) != desk.NotFound {
			t.Errorf("by way of another contact: %v", err)
		}
		o := desk.Order{ContactID: id, Number: "A-1", PlacedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Status: "paid", Total: desk.Money{Minor: 1999, Currency: "eur"}}
		first := must(w.UpsertOrder(ctx, "", o))(t)
		o.Status = "shipped"
		if again := must(w.UpsertOrder(ctx, "", o))(t); again.ID != first.ID {
			t.Error("one number became two orders")
		}
		o.ContactID = other
		if _, err := w.UpsertOrder(ctx, "", o); fieldOf(err) != "number" {
			t.Errorf("an order of somebody else: %v", err)
		}
		o.Number, o.URL = "A-2", "javascript:alert(1)"
		if _, err := w.UpsertOrder(ctx, "", o); fieldOf(err) != "url" {
			t.Errorf("a link that runs: %v", err)
		}
		card := must(w.Contact(ctx, id))(t)
		if len(card.Orders) != 1 || card.Orders[0].Status != "shipped" || card.Orders[0].Total != (desk.Money{Minor: 1999, Currency: "EUR"}) || len(card.Notes) != 1 || card.Notes[0].Text != "prefers mornings" {
			t.Errorf("card: %+v", card)
		}
		w.ok(w.DeleteContactNote(ctx, id, n.ID, &desk.Agent{ID: w.ben.ID, Role: desk.RoleSupervisor}))
		if card = must(w.Contact(ctx, id))(t); len(card.Notes) != 0 {
			t.Error("the note is still there")
		}
	})
}

func TestCompaniesAreListed(t *testing.T) {
	w, ctx := newWorld(t, storetest.SQLite(t)), t.Context()
	for i, name := range []string{"Beta", "Alpha", "Gamma"} {
		must(w.UpsertContact(ctx, "", desk.Identity{Kind: desk.Email, Value: string(rune('a'+i)) + "@example.com"}, store.ContactChange{Company: &desk.Company{Name: name}}))(t)
	}
	var got []string
	for cursor := ""; ; {
		list, next, err := w.Companies(ctx, "", 2, cursor)
		w.ok(err)
		for _, c := range list {
			got = append(got, c.Name)
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"Alpha", "Beta", "Gamma"}, got); diff != "" {
		t.Error(diff)
	}
}
