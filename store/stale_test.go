package store_test

import (
	"testing"

	"parley/desk"
	"parley/store/storetest"
)

// A node that remembers a conversation, and was not told what became of it
// elsewhere, must neither undo that nor put words where they do not belong.
func TestWhatIsRememberedMayBeOutOfDate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w := newWorld(t, open)
		other := open()
		ctx := t.Context()
		const anna = "+15005550100"
		w.says(w.sms, anna, "one")
		c := w.only()
		w.ok(other.Assign(ctx, c.ID, w.ana.ID, w.ana.ID))
		w.says(w.sms, anna, "two")
		if c = w.only(); c.State != desk.Active || c.AgentID != w.ana.ID || c.Unread != 2 || c.LastText != "two" {
			t.Fatalf("after it was taken elsewhere: %s of %q with %d unread, last %q", c.State, c.AgentID, c.Unread, c.LastText)
		}
		w.ok(other.Resolve(ctx, c.ID, w.ana.ID))
		w.says(w.sms, anna, "three")
		if c = w.only(); c.State != desk.Waiting || c.Reopened != 1 || c.LastText != "three" {
			t.Fatalf("after it was resolved elsewhere: %s, reopened %d times, last %q", c.State, c.Reopened, c.LastText)
		}
		// Two at once, of which one is out of date.
		w.says(w.sms, "+15005550101", "hello")
		w.ok(other.Assign(ctx, c.ID, w.ben.ID, w.ben.ID))
		w.receive(inbound(w.sms, anna, "four", "four"), inbound(w.sms, "+15005550101", "there", "there"))
		c, _, err := w.Conversation(ctx, c.ID)
		w.ok(err)
		if c.State != desk.Active || c.AgentID != w.ben.ID || c.LastText != "four" {
			t.Errorf("of two: %s of %q, last %q", c.State, c.AgentID, c.LastText)
		}
		messages, _, err := w.Messages(ctx, c.ID, 50, "")
		w.ok(err)
		if n := len(messages); n != 4 {
			t.Errorf("%d messages, want 4", n)
		}
	})
}
