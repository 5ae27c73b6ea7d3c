package store_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/store/storetest"
)

func TestTagsOfAConversation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w := newWorld(t, open)
		c := w.active(w.sms, "+390001", w.ana)
		tag := func(add, remove []string, want ...string) {
			t.Helper()
			w.ok(w.Tag(t.Context(), c.ID, w.ana.ID, add, remove))
			if d := cmp.Diff(want, w.get(c.ID).Tags); d != "" {
				t.Errorf("tags (-want +got):\n%s", d)
			}
		}
		tag([]string{" order  late ", "vip"}, nil, "order late", "vip")
		tag([]string{"vip"}, []string{"never there"}, "order late", "vip") // as it is: nothing to tell
		tag([]string{"refund"}, []string{"vip"}, "order late", "refund")
		var told []map[string]string
		for _, e := range w.events(desk.EvConversationTagged) {
			told = append(told, e.Data.Fields)
		}
		if d := cmp.Diff([]map[string]string{{"added": "order late, vip"}, {"added": "refund", "removed": "vip"}}, told); d != "" {
			t.Errorf("told (-want +got):\n%s", d)
		}
		if err := w.Tag(t.Context(), c.ID, w.ana.ID, []string{strings.Repeat("x", desk.MaxTag+1)}, nil); desk.CodeOf(err) != desk.Invalid {
			t.Errorf("a long tag: %v", err)
		}
		if err := w.Tag(t.Context(), desk.NewID(), w.ana.ID, []string{"x"}, nil); desk.CodeOf(err) != desk.NotFound {
			t.Errorf("no conversation: %v", err)
		}
		w.sameAsFolded()
	})
}
