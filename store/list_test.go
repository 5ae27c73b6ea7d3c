package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

// pages reads a whole list, page by page, as the last texts of its rows.
func (w *world) pages(f store.ConversationFilter) (texts []string) {
	w.t.Helper()
	for {
		list, next, err := w.Conversations(w.t.Context(), f)
		w.ok(err)
		for _, c := range list {
			texts = append(texts, c.LastText)
		}
		if next == "" {
			return texts
		}
		if len(list) != f.Limit {
			w.t.Fatalf("a page of %d before the last one, want %d", len(list), f.Limit)
		}
		f.Cursor = next
	}
}

func TestListsShowTheOpenOnesAndThenTheLatestEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		from := func(i int) string { return fmt.Sprintf("+1500555%04d", i) }
		byText := map[string]*desk.Conversation{}
		for i := range 7 {
			w.says(w.sms, from(i), fmt.Sprintf("c%d", i))
			list, _, err := w.Conversations(ctx, store.ConversationFilter{Words: fmt.Sprintf("c%d", i), Limit: 2})
			w.ok(err)
			byText[fmt.Sprintf("c%d", i)] = list[0]
		}
		for _, i := range []string{"c2", "c0", "c4", "c3"} { // the order they end in
			w.ok(w.Resolve(ctx, byText[i].ID, w.ana.ID))
		}
		w.says(w.sms, from(1), "c1 again") // is the latest now
		all := []string{"c1 again", "c6", "c5", "c3", "c4", "c0", "c2"}
		for limit := 1; limit <= 8; limit++ {
			if diff := cmp.Diff(all, w.pages(store.ConversationFilter{Limit: limit})); diff != "" {
				t.Errorf("pages of %d (-want +got):\n%s", limit, diff)
			}
		}
		for name, v := range map[string]struct {
			f    store.ConversationFilter
			want []string
		}{
			"waiting":              {store.ConversationFilter{States: []desk.State{desk.Waiting}}, all[:3]},
			"ended":                {store.ConversationFilter{States: []desk.State{desk.Resolved, desk.Abandoned}}, all[3:]},
			"a state nobody is in": {store.ConversationFilter{States: []desk.State{desk.Expired}}, nil},
			"of the queue":         {store.ConversationFilter{QueueIDs: []desk.ID{w.queue.ID}}, all},
			"of no queue":          {store.ConversationFilter{QueueIDs: []desk.ID{}}, nil},
			"of a contact":         {store.ConversationFilter{ContactID: byText["c4"].ContactID}, []string{"c4"}},
			"with words":           {store.ConversationFilter{Words: "AGAIN c"}, all[:1]},
			"with words, ended":    {store.ConversationFilter{Words: "c4"}, []string{"c4"}},
			"what others may see":  {store.ConversationFilter{VisibleTo: w.ben.ID, VisibleQueues: []desk.ID{}}, nil},
			"in line":              {store.ConversationFilter{Line: true}, []string{"c1 again", "c5", "c6"}},
		} {
			v.f.Limit = 2
			if diff := cmp.Diff(v.want, w.pages(v.f)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		// A conversation that ends between two pages is not lost with the first.
		page, next, err := w.Conversations(ctx, store.ConversationFilter{Limit: 2})
		w.ok(err)
		w.ok(w.Resolve(ctx, byText["c5"].ID, w.ana.ID))
		rest := w.pages(store.ConversationFilter{Limit: 2, Cursor: next})
		if len(page) != 2 || !slices.Contains(rest, "c5") || len(rest) != 5 {
			t.Errorf("after the page come %v, want c5 and all that had ended", rest)
		}
	})
}

// News names a message by the provider's id, which is one only within its inbox.
func TestNewsIsOfTheMessageInItsInbox(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		other := must(w.CreateInbox(ctx, "", desk.Inbox{ID: desk.NewID(), Name: "sms-2", Label: "SMS 2", Channel: desk.SMS, Provider: "twilio-sms", QueueID: w.queue.ID, Enabled: true}))(t)
		sent := func(in desk.Inbox, from string) *desk.Message {
			w.says(in, from, "hello")
			list, _, err := w.Conversations(ctx, store.ConversationFilter{InboxID: in.ID, Limit: 1})
			w.ok(err)
			w.ok(w.Assign(ctx, list[0].ID, w.ana.ID, w.ana.ID))
			m := w.reply(list[0], w.ana, "hi")
			must(w.ClaimOutgoing(ctx, m.ID))(t)
			w.ok(w.Sent(ctx, m.ID, "SM7"))
			return m
		}
		one, two := sent(w.sms, "+15005550111"), sent(*other, "+15005550112")
		w.receive(desk.Inbound{InboxID: other.ID, ProviderID: "SM7:delivered", Kind: desk.InStatus, Identity: desk.Identity{Kind: desk.Phone, Value: "+15005550112"},
			Status: &desk.StatusUpdate{ExternalID: "SM7", Status: desk.Delivered}})
		if got, gone := w.status(one), w.status(two); got != desk.Sent || gone != desk.Delivered {
			t.Errorf("in the inbox there is no news of: %s, in the other: %s; want sent and delivered", got, gone)
		}
	})
}
