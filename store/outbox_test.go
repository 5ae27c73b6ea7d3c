package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

// reply queues an answer of an agent.
func (w *world) reply(c *desk.Conversation, by desk.Agent, text string) *desk.Message {
	w.t.Helper()
	return must(w.Reply(w.t.Context(), store.Reply{ID: desk.NewID(), ConversationID: c.ID, AgentID: by.ID, Text: text}))(w.t)
}

// claims tells whether a message is given out now, and as which attempt.
func (w *world) claims(m *desk.Message) (attempt int, given bool) {
	w.t.Helper()
	out := must(w.ClaimOutgoing(w.t.Context(), m.ID))(w.t)
	if out == nil {
		return 0, false
	}
	return out.Attempts, true
}

func (w *world) status(m *desk.Message) desk.Status {
	w.t.Helper()
	return must(w.MessageByID(w.t.Context(), m.ID))(w.t).Status
}

func (w *world) unsent(age time.Duration) (texts []string) {
	w.t.Helper()
	for _, x := range must(w.Unsent(w.t.Context(), age, 100))(w.t) {
		m := must(w.MessageByID(w.t.Context(), x.ID))(w.t)
		if x.Key != m.ConversationID {
			w.t.Errorf("%q has key %q, want its conversation's", m.Text, x.Key)
		}
		texts = append(texts, m.Text)
	}
	return texts
}

func TestAMessageIsGivenOutWhenItIsDue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newTimed(t, open), t.Context()
		c := w.active(w.sms, "+15005550100", w.ana)
		m := w.reply(c, w.ana, "hi")
		if diff := cmp.Diff([]string{"hi"}, w.unsent(0)); diff != "" || len(w.unsent(time.Second)) != 0 {
			t.Errorf("unsent: %s; a second old: %v", diff, w.unsent(time.Second))
		}
		if n, given := w.claims(m); !given || n != 1 {
			t.Fatalf("attempt %d, given %v", n, given)
		}
		if _, given := w.claims(m); given || len(w.unsent(0)) != 0 {
			t.Error("given out while it is being sent")
		}
		due := w.clock().Add(10 * time.Second)
		w.ok(w.TryLater(ctx, m.ID, due, true))
		w.pass(10*time.Second - time.Microsecond)
		if _, given := w.claims(m); given || len(w.unsent(0)) != 0 {
			t.Error("given out before it is due")
		}
		w.pass(time.Microsecond)
		if n, given := w.claims(m); !given || n != 2 {
			t.Errorf("attempt %d, given %v", n, given)
		}
		w.ok(w.TryLater(ctx, m.ID, w.clock(), false))
		if n, given := w.claims(m); !given || n != 2 {
			t.Errorf("attempt %d, given %v: what was not tried counts", n, given)
		}
		w.ok(w.Sent(ctx, m.ID, "SM1"))
		w.ok(w.TryLater(ctx, m.ID, w.clock(), true)) // too late
		if _, given := w.claims(m); given || w.status(m) != desk.Sent {
			t.Errorf("%s, given out again: %v", w.status(m), given)
		}
		if _, err := w.ClaimOutgoing(ctx, desk.NewID()); err != nil {
			t.Errorf("a message that is not there: %v", err)
		}
	})
}

func TestEarlierMessagesGoFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newTimed(t, open), t.Context()
		c, other := w.active(w.sms, "+15005550100", w.ana), w.active(w.sms, "+15005550101", w.ana)
		write := func(c *desk.Conversation, text string) *desk.Message {
			w.pass(time.Second)
			return w.reply(c, w.ana, text)
		}
		first, second, third := write(c, "first"), write(c, "second"), write(c, "third")
		elsewhere := write(other, "elsewhere")
		blocked := func(what string, list ...*desk.Message) {
			t.Helper()
			for _, m := range list {
				if _, given := w.claims(m); given {
					t.Errorf("%q is given out %s", m.Text, what)
				}
			}
		}
		blocked("before the first was tried", second, third)
		if _, given := w.claims(first); !given {
			t.Fatal("the first is not given out")
		}
		blocked("while the first is being sent", second, third)
		w.ok(w.TryLater(ctx, first.ID, w.clock().Add(time.Minute), true))
		blocked("while the first waits for its next try", second, third)
		if _, given := w.claims(elsewhere); !given {
			t.Error("another conversation waits for it")
		}
		w.ok(w.SetPresence(ctx, w.ana.ID, desk.Available, "", false, w.ana.ID))
		w.pass(time.Minute)
		if _, given := w.claims(first); !given {
			t.Fatal("the first is not given out again")
		}
		w.ok(w.NotSent(ctx, first.ID, "30003", "no"))
		if _, given := w.claims(second); !given {
			t.Error("the second waits for one that failed")
		}
		w.ok(w.MaybeSent(ctx, second.ID, "who knows"))
		if _, given := w.claims(third); !given {
			t.Error("the third waits for one that is unknown")
		}
		// A note goes nowhere and holds nobody up.
		must(w.Reply(ctx, store.Reply{ID: desk.NewID(), ConversationID: other.ID, AgentID: w.ana.ID, Text: "note", Note: true}))(t)
		w.ok(w.Sent(ctx, elsewhere.ID, "x"))
		if _, given := w.claims(write(other, "after a note")); !given {
			t.Error("a note is in the way")
		}
	})
}

func TestSendingAgainByHand(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newTimed(t, open), t.Context()
		c := w.active(w.sms, "+15005550100", w.ana)
		m := w.reply(c, w.ana, "hi")
		_, err := w.Retry(ctx, m.ID)
		w.conflict("while it waits", err)
		for n := 1; n <= 3; n++ {
			w.claims(m)
			w.ok(w.TryLater(ctx, m.ID, w.clock(), true))
		}
		w.claims(m)
		_, err = w.Retry(ctx, m.ID)
		w.conflict("while it is being sent", err)
		w.ok(w.NotSent(ctx, m.ID, "21610", "In words."))
		before := w.seq()
		again, err := w.Retry(ctx, m.ID)
		w.ok(err)
		if again.Status != desk.Queued || again.Error != "" || again.ErrorCode != "" {
			t.Errorf("%s: %q %q", again.Status, again.Error, again.ErrorCode)
		}
		changes := must(w.After(ctx, before, 10))(t)
		if len(changes) != 1 || changes[0].Type != desk.EvMessageStatus || changes[0].Message == nil || changes[0].Message.Status != desk.Queued || changes[0].Data.Status != desk.Queued {
			t.Errorf("told %+v", changes)
		}
		if n, given := w.claims(m); !given || n != 1 {
			t.Errorf("attempt %d, given %v: a person asked, so it begins anew", n, given)
		}
		w.ok(w.MaybeSent(ctx, m.ID, "who knows"))
		must(w.Retry(ctx, m.ID))(t)
		w.claims(m)
		w.ok(w.Sent(ctx, m.ID, "SM1"))
		_, err = w.Retry(ctx, m.ID)
		w.conflict("after it was sent", err)
		if got := must(w.MessageByID(ctx, m.ID))(t); got.Status != desk.Sent || got.ExternalID != "SM1" || got.Error != "" {
			t.Errorf("%+v", got)
		}
		if _, err := w.Retry(ctx, desk.NewID()); desk.CodeOf(err) != desk.NotFound {
			t.Errorf("a message that is not there: %v", err)
		}
	})
}

func TestOutcomesOnlyMoveForward(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		c := w.active(w.sms, "+15005550100", w.ana)
		news := func(m *desk.Message, external string, s desk.Status) {
			w.n++
			w.receive(desk.Inbound{InboxID: w.sms.ID, ProviderID: desk.NewID(), Kind: desk.InStatus, Identity: desk.Identity{Kind: desk.Phone, Value: "+15005550100"},
				Status: &desk.StatusUpdate{MessageID: m.ID, ExternalID: external, Status: s}})
		}
		fast := w.reply(c, w.ana, "fast")
		w.claims(fast)
		news(fast, "SM1", desk.Delivered) // faster than the answer to the call
		w.ok(w.Sent(ctx, fast.ID, "SM1"))
		w.ok(w.MaybeSent(ctx, fast.ID, "timed out"))
		w.ok(w.NotSent(ctx, fast.ID, "1", "no"))
		if got := must(w.MessageByID(ctx, fast.ID))(t); got.Status != desk.Delivered || got.ExternalID != "SM1" {
			t.Errorf("fast: %+v", got)
		}
		unknown := w.reply(c, w.ana, "unknown")
		w.claims(unknown)
		w.ok(w.MaybeSent(ctx, unknown.ID, "timed out"))
		if got := must(w.MessageByID(ctx, unknown.ID))(t); got.Status != desk.Unknown || got.Error != "timed out" {
			t.Errorf("unknown: %+v", got)
		}
		news(unknown, "SM2", desk.Delivered)
		if got := must(w.MessageByID(ctx, unknown.ID))(t); got.Status != desk.Delivered || got.Error != "" {
			t.Errorf("an unknown one that was delivered is %s: %q", got.Status, got.Error)
		}
		failed := w.reply(c, w.ana, "failed")
		w.claims(failed)
		w.ok(w.NotSent(ctx, failed.ID, "21610", "In words."))
		w.ok(w.Sent(ctx, failed.ID, ""))
		if got := must(w.MessageByID(ctx, failed.ID))(t); got.Status != desk.Failed || got.Error != "In words." || got.ErrorCode != "21610" {
			t.Errorf("failed: %+v", got)
		}
	})
}

func TestACallThatNeverCameBackIsUnknown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newTimed(t, open), t.Context()
		c := w.active(w.sms, "+15005550100", w.ana)
		m := w.reply(c, w.ana, "hi")
		next := w.reply(c, w.ana, "next")
		w.claims(m)
		w.pass(2*time.Minute - time.Second)
		w.ok(w.GiveUpSending(ctx))
		if s := w.status(m); s != desk.Sending {
			t.Errorf("%s, but a call may take that long", s)
		}
		w.pass(time.Second)
		w.ok(w.GiveUpSending(ctx))
		got := must(w.MessageByID(ctx, m.ID))(t)
		if _, given := w.claims(m); given || got.Status != desk.Unknown || !strings.Contains(got.Error, "not known") {
			t.Errorf("%s (%q), sent again: %v", got.Status, got.Error, given)
		}
		if _, given := w.claims(next); !given {
			t.Error("the next still waits for it")
		}
		w.sameAsFolded()
	})
}

func TestNothingGoesToWhoOptedOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		c := w.active(w.sms, "+15005550100", w.ana)
		w.reply(c, w.ana, "hi")
		w.ok(w.OptOut(ctx, c.IdentityID))
		w.ok(w.OptOut(ctx, c.IdentityID))
		write := func(note bool) error {
			_, err := w.Reply(ctx, store.Reply{ID: desk.NewID(), ConversationID: c.ID, AgentID: w.ana.ID, Text: "more", Note: note})
			return err
		}
		w.conflict("an answer", write(false))
		w.ok(write(true)) // notes never leave
		if _, who, err := w.Conversation(ctx, c.ID); err != nil || !who.OptedOut {
			t.Errorf("the identity does not show it: %+v %v", who, err)
		}
		w.ok(w.Resolve(ctx, c.ID, w.ana.ID))
		if got := w.get(c.ID); got.CSAT != desk.CSATNone {
			t.Errorf("asked for a rating: %s", got.CSAT)
		}
		if n := w.metrics()[desk.CSATSent]; n != 0 {
			t.Errorf("%d questions counted", n)
		}
		start := inbound(w.sms, "+15005550100", "START", "opt-in")
		start.Kind = desk.InOptIn
		w.receive(start)
		w.ok(w.Assign(ctx, c.ID, w.ana.ID, w.ana.ID))
		w.ok(write(false))
		stop := inbound(w.sms, "+15005550100", "STOP", "opt-out")
		stop.Kind = desk.InOptOut
		w.receive(stop)
		w.conflict("an answer after STOP", write(false))
		if got := w.get(c.ID); got.State != desk.Active || got.LastText != "STOP" {
			t.Errorf("after STOP: %s, %q", got.State, got.LastText)
		}
		w.sameAsFolded()
	})
}

func TestBrokenInboxesAreTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		before := w.seq()
		w.ok(w.BreakInbox(ctx, w.sms.ID, "The password is wrong."))
		w.ok(w.BreakInbox(ctx, w.sms.ID, "The password is wrong."))
		if in := must(w.Inbox(ctx, w.sms.ID))(t); in.Broken != "The password is wrong." {
			t.Errorf("broken: %q", in.Broken)
		}
		w.ok(w.BreakInbox(ctx, w.sms.ID, ""))
		w.ok(w.BreakInbox(ctx, w.sms.ID, ""))
		if in := must(w.Inbox(ctx, w.sms.ID))(t); in.Broken != "" {
			t.Errorf("mended, but %q", in.Broken)
		}
		w.told("broken and mended", before, "inbox.changed/The password is wrong.", "inbox.changed")
	})
}
