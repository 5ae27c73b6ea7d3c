package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

func TestVisitorsFindTheirLatestConversation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		other := *must(w.CreateInbox(ctx, "", desk.Inbox{ID: desk.NewID(), Name: "blog", Label: "Blog", Channel: desk.WebChat, Provider: "webchat", QueueID: w.queue.ID, Enabled: true}))(t)
		w.says(w.chat, "v1", "first")
		first := w.only()
		w.says(w.chat, "v2", "hello")
		w.says(other, "v1", "from the blog")
		w.says(w.sms, "+15005550100", "not a visitor")
		key := func(in desk.Inbox, visitor string) store.VisitorKey {
			return store.VisitorKey{Inbox: in.ID, Visitor: visitor}
		}
		asked := []store.VisitorKey{key(w.chat, "v1"), key(w.chat, "v2"), key(other, "v1"), key(other, "v2"), key(w.chat, "nobody")}
		find := func() map[string]string {
			t.Helper()
			found := must(w.VisitorConversations(ctx, asked))(t)
			out := map[string]string{}
			for _, k := range asked {
				if c := found[k]; c != nil {
					name := map[desk.ID]string{w.chat.ID: "chat ", other.ID: "blog "}[c.InboxID]
					out[name+k.Visitor] = c.LastText
				}
			}
			return out
		}
		if diff := cmp.Diff(map[string]string{"chat v1": "first", "chat v2": "hello", "blog v1": "from the blog"}, find()); diff != "" {
			t.Error(diff)
		}
		// Who has ended one and begun another is in the later one.
		w.ok(w.Abandon(ctx, first.ID, first.QueuedAt))
		w.says(w.chat, "v1", "second")
		if diff := cmp.Diff(map[string]string{"chat v1": "second", "chat v2": "hello", "blog v1": "from the blog"}, find()); diff != "" {
			t.Error(diff)
		}
		if none := must(w.VisitorConversations(ctx, nil))(t); len(none) != 0 {
			t.Errorf("asked for nobody: %v", none)
		}
	})
}
