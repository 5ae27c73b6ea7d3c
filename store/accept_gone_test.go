package store_test

import (
	"context"
	"testing"

	"parley/desk"
	"parley/store/storetest"
)

// Who has given up was told that it was not taken, and sends it again: it must
// not take the room of others, and must not be there either way unseen.
func TestWhoHasGivenUpIsNotStored(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		gone, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := w.Accept(gone, []desk.Inbound{inbound(w.sms, "+15005550100", "gone", "m-gone")}); desk.CodeOf(err) != desk.Unavailable {
			t.Errorf("given up: %v", err)
		}
		w.says(w.sms, "+15005550101", "here")
		again := must(w.Accept(ctx, []desk.Inbound{inbound(w.sms, "+15005550100", "gone", "m-gone")}))(t)
		if len(again) != 1 {
			t.Errorf("sent again it is %d new items, want 1: it was stored before", len(again))
		}
	})
}
