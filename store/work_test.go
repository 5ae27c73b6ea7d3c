package store_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/floor"
	"parley/store"
	"parley/store/storetest"
)

// timed is a world whose time passes as the test says.
type timed struct {
	*world
	mu  sync.Mutex
	now time.Time
}

func newTimed(t *testing.T, open storetest.Open) *timed {
	c := &timed{now: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}
	c.world = newWorld(t, clocked(open, c.clock))
	return c
}

func (c *timed) clock() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *timed) pass(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return c.now
}

func (w *world) get(id desk.ID) *desk.Conversation {
	w.t.Helper()
	c, _, err := w.Conversation(w.t.Context(), id)
	w.ok(err)
	return c
}

func (w *world) who(a desk.Agent) *desk.Agent {
	w.t.Helper()
	return must(w.Agent(w.t.Context(), a.ID))(w.t)
}

func (w *world) conflict(what string, err error) {
	w.t.Helper()
	if err == nil || desk.CodeOf(err) != desk.Conflict {
		w.t.Errorf("%s: %v, want a conflict", what, err)
	}
}

func (w *world) seq() int64 {
	w.t.Helper()
	return must(w.LastSeq(w.t.Context()))(w.t)
}

// since lists what was told after a number, as type/reason.
func (w *world) since(seq int64) (out []string) {
	w.t.Helper()
	for _, ch := range must(w.After(w.t.Context(), seq, 100))(w.t) {
		out = append(out, strings.TrimSuffix(string(ch.Type)+"/"+ch.Data.Reason, "/"))
	}
	return out
}

func (w *world) told(what string, seq int64, want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.since(seq)); diff != "" {
		w.t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// active is a conversation that an agent has accepted.
func (w *world) active(inbox desk.Inbox, from string, of desk.Agent) *desk.Conversation {
	w.t.Helper()
	c := w.inLine(inbox, from)
	w.ok(w.Assign(w.t.Context(), c.ID, of.ID, of.ID))
	return w.get(c.ID)
}

func (w *world) inLine(inbox desk.Inbox, from string) *desk.Conversation {
	w.t.Helper()
	w.says(inbox, from, "hello")
	list, _, err := w.Conversations(w.t.Context(), store.ConversationFilter{States: []desk.State{desk.Waiting}, Limit: 50})
	w.ok(err)
	for _, c := range list {
		if _, who, _ := w.Conversation(w.t.Context(), c.ID); who.Value == from {
			return c
		}
	}
	w.t.Fatalf("%s is not in line", from)
	return nil
}

func TestPresenceTakesOffersBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		c := w.inLine(w.sms, "+15005550100")
		w.ok(w.offer(c, w.ana))
		before := w.seq()
		w.ok(w.SetPresence(ctx, w.ana.ID, desk.Away, "lunch", false, w.ana.ID))
		after := w.get(c.ID)
		if after.State != desk.Waiting || !after.QueuedAt.Equal(c.QueuedAt) || len(after.AvoidAgentIDs) != 0 || after.OfferID != "" {
			t.Errorf("what rang is %s since %v, avoiding %v", after.State, after.QueuedAt, after.AvoidAgentIDs)
		}
		if a := w.who(w.ana); a.Presence != desk.Away || a.Reason != "lunch" || a.Load != 0 {
			t.Errorf("%s (%s) with load %d", a.Presence, a.Reason, a.Load)
		}
		w.told("going away", before, "conversation.returned/away", "agent.presence/lunch")
		if o := must(w.PendingOffers(ctx, ""))(t); len(o) != 0 {
			t.Errorf("%d offers ring", len(o))
		}
		if n := w.metrics(); n[desk.DeclineCount]+n[desk.MissedOffer] != 0 {
			t.Errorf("counted as %v", n)
		}
		w.conflict("an offer to somebody away", w.offer(w.get(c.ID), w.ana))
		before = w.seq()
		w.ok(w.SetPresence(ctx, w.ana.ID, desk.Away, "lunch", false, w.ana.ID))
		w.told("the same again", before)
		w.ok(w.SetPresence(ctx, w.ana.ID, desk.Available, "", false, w.ana.ID))
		w.ok(w.offer(w.get(c.ID), w.ana))
		w.sameAsFolded()
	})
}

func TestPresenceAfterTheLastConversation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		one, two := w.active(w.sms, "+15005550100", w.ana), w.active(w.sms, "+15005550101", w.ana)
		ringing := w.inLine(w.sms, "+15005550102")
		w.ok(w.offer(ringing, w.ana))
		w.ok(w.SetPresence(ctx, w.ana.ID, desk.Offline, "", true, w.ana.ID))
		if a := w.who(w.ana); a.Presence != desk.Available || a.Next != desk.Offline || w.get(ringing.ID).State != desk.Offered {
			t.Errorf("%s, then %q; what rings is %s", a.Presence, a.Next, w.get(ringing.ID).State)
		}
		w.ok(w.DeclineOffer(ctx, ringing.ID, w.ana.ID, ""))
		w.ok(w.Resolve(ctx, one.ID, w.ana.ID))
		if a := w.who(w.ana); a.Presence != desk.Available {
			t.Errorf("%s with a conversation left", a.Presence)
		}
		w.ok(w.SetPresence(ctx, w.ana.ID, desk.Available, "", false, w.ana.ID)) // stays after all
		if a := w.who(w.ana); a.Next != "" {
			t.Errorf("changed their mind, but then %q", a.Next)
		}
		w.ok(w.SetPresence(ctx, w.ana.ID, desk.Busy, "", true, w.ana.ID))
		before := w.seq()
		w.ok(w.Resolve(ctx, two.ID, w.ana.ID))
		if a := w.who(w.ana); a.Presence != desk.Busy || a.Next != "" || a.Load != 0 {
			t.Errorf("after the last: %s, then %q, load %d", a.Presence, a.Next, a.Load)
		}
		w.told("the last one resolved", before, "agent.presence", "conversation.resolved")
		w.ok(w.SetPresence(ctx, w.ana.ID, desk.Away, "", true, w.ana.ID)) // nothing to wait for
		if a := w.who(w.ana); a.Presence != desk.Away {
			t.Errorf("%s, want away at once", a.Presence)
		}
		w.sameAsFolded()
	})
}

func TestRequeueIsForAgentsWhoAreGone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		c := w.active(w.sms, "+15005550100", w.ana)
		w.ok(w.Requeue(ctx, c.ID, w.ana.ID))
		w.ok(w.SetPresence(ctx, w.ana.ID, desk.Offline, "", false, w.ana.ID))
		w.ok(w.SetPresence(ctx, w.ben.ID, desk.Offline, "", false, w.ben.ID))
		w.ok(w.Requeue(ctx, c.ID, w.ben.ID)) // not theirs
		if got := w.get(c.ID); got.State != desk.Active || got.AgentID != w.ana.ID || got.Epoch != c.Epoch {
			t.Fatalf("%s of %q", got.State, got.AgentID)
		}
		before := w.seq()
		w.ok(w.Requeue(ctx, c.ID, w.ana.ID))
		w.ok(w.Requeue(ctx, c.ID, w.ana.ID)) // twice has one effect
		got := w.get(c.ID)
		if got.State != desk.Waiting || got.AgentID != "" || got.PreferredAgentID != "" || got.QueuedAt.IsZero() || w.who(w.ana).Load != 0 {
			t.Errorf("%s of %q, kept for %q; load %d", got.State, got.AgentID, got.PreferredAgentID, w.who(w.ana).Load)
		}
		w.told("back in line", before, "message.created", "conversation.queued/agent gone")
		list, _, err := w.Messages(ctx, c.ID, 10, "")
		w.ok(err)
		if m := list[len(list)-1]; m.Kind != desk.Notice || !strings.Contains(m.Text, "Ana went offline") {
			t.Errorf("the thread says %q", m.Text)
		}
		w.sameAsFolded()
	})
}

// A transaction that waited for another one took its time before that one did.
func TestTimesOfAConversationNeverGoBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w := newTimed(t, open)
		c := w.active(w.sms, "+15005550100", w.ana)
		accepted := w.get(c.ID).StateSince
		w.pass(-200 * time.Millisecond)
		w.ok(w.Transfer(t.Context(), store.Transfer{ConversationID: c.ID, ActorID: w.ana.ID, QueueID: w.queue.ID}))
		if c := w.get(c.ID); c.QueuedAt.Before(accepted) || c.StateSince.Before(accepted) {
			t.Errorf("accepted at %v and in line since %v: the two waits overlap", accepted, c.QueuedAt)
		}
		w.pass(-time.Hour) // a wrong clock is not caught up with
		w.ok(w.Resolve(t.Context(), c.ID, w.ana.ID))
		if c := w.get(c.ID); !c.ResolvedAt.Before(accepted) {
			t.Errorf("resolved at %v by a clock that is an hour behind", c.ResolvedAt)
		}
	})
}

func TestSnoozedOnesWake(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newTimed(t, open), t.Context()
		due, later, early, alone := w.active(w.sms, "+15005550100", w.ana), w.active(w.sms, "+15005550101", w.ana), w.active(w.sms, "+15005550102", w.ana), w.active(w.sms, "+15005550103", w.ben)
		at := w.clock().Add(time.Hour)
		for _, c := range []*desk.Conversation{due, early, alone} {
			w.ok(w.Snooze(ctx, c.ID, c.AgentID, at))
		}
		w.ok(w.Snooze(ctx, later.ID, w.ana.ID, at.Add(time.Minute)))
		if err := w.Snooze(ctx, due.ID, w.ana.ID, w.clock()); fieldOf(err) != "until" {
			t.Errorf("snoozed until now: %v", err)
		}
		w.conflict("snoozed twice", w.Snooze(ctx, due.ID, w.ana.ID, at))
		if w.who(w.ana).Load != 0 {
			t.Errorf("load %d while all are snoozed", w.who(w.ana).Load)
		}
		w.pass(30 * time.Minute)
		before := w.seq()
		w.says(w.sms, "+15005550102", "I'm back")
		w.told("the customer is back", before, "message.received", "conversation.woken/customer")
		w.ok(w.SetPresence(ctx, w.ben.ID, desk.Offline, "", false, w.ben.ID))
		w.pass(30*time.Minute - time.Microsecond)
		before = w.seq()
		w.ok(w.WakeDue(ctx))
		w.told("a moment before", before)
		w.pass(time.Microsecond)
		var nodes sync.WaitGroup // at once has one effect
		errs := make([]error, 4)
		for i := range errs {
			nodes.Go(func() { errs[i] = w.WakeDue(ctx) })
		}
		nodes.Wait()
		for _, err := range errs {
			w.ok(err)
		}
		if c := w.get(due.ID); c.State != desk.Active || c.AgentID != w.ana.ID || c.SnoozedFor != 3600 || !c.SnoozedUntil.IsZero() {
			t.Errorf("due: %s of %q after %v s", c.State, c.AgentID, c.SnoozedFor)
		}
		if c := w.get(later.ID); c.State != desk.Snoozed {
			t.Errorf("not due: %s", c.State)
		}
		if c := w.get(early.ID); c.State != desk.Active || c.SnoozedFor != 1800 {
			t.Errorf("woken by the customer: %s after %v s", c.State, c.SnoozedFor)
		}
		if c := w.get(alone.ID); c.State != desk.Waiting || c.AgentID != "" || c.PreferredAgentID != w.ben.ID || !c.QueuedAt.Equal(at) {
			t.Errorf("its agent is gone: %s of %q, kept for %q, since %v", c.State, c.AgentID, c.PreferredAgentID, c.QueuedAt)
		}
		if a, b := w.who(w.ana), w.who(w.ben); a.Load != 2*due.Cost || b.Load != 0 {
			t.Errorf("loads %d and %d", a.Load, b.Load)
		}
		got := w.since(before)
		var reasons []string
		for _, e := range got {
			if strings.HasPrefix(e, "conversation.") {
				reasons = append(reasons, e)
			}
		}
		if len(reasons) != 2 || !strings.Contains(strings.Join(reasons, " "), "conversation.woken/time") || !strings.Contains(strings.Join(reasons, " "), "conversation.queued") {
			t.Errorf("told %v", got)
		}
		w.sameAsFolded()
	})
}

func TestExpireAndAbandonEndTheWaitOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newTimed(t, open), t.Context()
		expires, rings, held := w.inLine(w.sms, "+15005550100"), w.inLine(w.sms, "+15005550101"), w.active(w.sms, "+15005550102", w.ben)
		leaves, leavesRinging, short := w.inLine(w.chat, "visitor-1"), w.inLine(w.chat, "visitor-2"), w.inLine(w.chat, "visitor-3")
		w.ok(w.offer(rings, w.ana))
		w.ok(w.Abandon(ctx, short.ID, w.pass(4*time.Second)))
		w.pass(26 * time.Second)
		w.ok(w.Expire(ctx, expires.ID))
		w.ok(w.Expire(ctx, expires.ID))
		w.ok(w.Expire(ctx, rings.ID))
		w.ok(w.Expire(ctx, held.ID))
		w.ok(w.Abandon(ctx, held.ID, w.clock()))
		if a, b, c := w.get(expires.ID).State, w.get(rings.ID).State, w.get(held.ID).State; a != desk.Expired || b != desk.Offered || c != desk.Active {
			t.Errorf("%s, %s, %s; want expired, offered, active", a, b, c)
		}
		// The moment of leaving counts, not that of noticing.
		left := w.clock()
		w.pass(45 * time.Second)
		w.ok(w.Abandon(ctx, leaves.ID, left))
		w.ok(w.Abandon(ctx, leaves.ID, left))
		w.ok(w.offer(leavesRinging, w.ben))
		w.ok(w.Abandon(ctx, leavesRinging.ID, left.Add(-24*time.Hour))) // before it came: as of now
		if o := must(w.PendingOffers(ctx, w.ben.ID))(t); len(o) != 0 || w.who(w.ben).Load != held.Cost || w.get(leavesRinging.ID).AgentID != "" {
			t.Errorf("%d offers ring, load %d, of %q", len(o), w.who(w.ben).Load, w.get(leavesRinging.ID).AgentID)
		}
		type fact struct {
			metric  desk.Metric
			seconds float64
			short   bool
		}
		got := map[desk.ID]fact{}
		facts, _, err := w.Facts(ctx, store.FactFilter{Limit: 50})
		w.ok(err)
		for _, f := range facts {
			if f.Metric == desk.WaitAbandoned || f.Metric == desk.WaitExpired {
				if _, twice := got[f.ConversationID]; twice {
					t.Errorf("measured twice: %+v", f)
				}
				got[f.ConversationID] = fact{f.Metric, f.Seconds, f.Short}
			}
		}
		want := map[desk.ID]fact{expires.ID: {desk.WaitExpired, 30, false}, leaves.ID: {desk.WaitAbandoned, 30, false},
			leavesRinging.ID: {desk.WaitAbandoned, 75, false}, short.ID: {desk.WaitAbandoned, 4, true}}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(fact{})); diff != "" {
			t.Errorf("facts (-want +got):\n%s", diff)
		}
		w.sameAsFolded()
	})
}

func TestPrioritizeMovesInLineAndKeepsTheWait(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newTimed(t, open), t.Context()
		first := w.inLine(w.sms, "+15005550100")
		w.pass(5 * time.Minute)
		second := w.inLine(w.sms, "+15005550101")
		line := func() (out []desk.ID) {
			list, _, err := w.Conversations(ctx, store.ConversationFilter{States: []desk.State{desk.Waiting}, Line: true, Limit: 10})
			w.ok(err)
			for _, c := range list {
				out = append(out, c.ID)
			}
			folded := floor.New(must(w.Live(ctx))(t)).Line(w.queue.ID)
			if len(folded) != len(out) || folded[0].ID != out[0] {
				t.Errorf("the floor has another line than the list")
			}
			return out
		}
		if diff := cmp.Diff([]desk.ID{first.ID, second.ID}, line()); diff != "" {
			t.Error(diff)
		}
		w.pass(time.Minute)
		w.ok(w.Prioritize(ctx, second.ID, w.ben.ID, 6))
		if diff := cmp.Diff([]desk.ID{second.ID, first.ID}, line()); diff != "" {
			t.Error(diff)
		}
		c := w.get(second.ID)
		if c.Priority != 6 || !c.QueuedAt.Equal(second.QueuedAt) || c.Epoch != second.Epoch {
			t.Errorf("priority %d, in line since %v, epoch %d", c.Priority, c.QueuedAt, c.Epoch)
		}
		w.pass(time.Minute)
		w.ok(w.Assign(ctx, second.ID, w.ben.ID, w.ben.ID))
		facts, _, err := w.Facts(ctx, store.FactFilter{Limit: 1})
		w.ok(err)
		if f := facts[0]; f.Metric != desk.WaitAnswered || f.Seconds != 120 {
			t.Errorf("%s of %v s, want the two minutes really waited", f.Metric, f.Seconds)
		}
		w.sameAsFolded()
	})
}

func TestATransferTakesOnTheOtherQueue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		q := desk.QueueDefaults()
		q.Name, q.Priority, q.Costs = "Sales", 7, map[desk.Channel]int{desk.SMS: 55}
		sales := must(w.CreateQueue(ctx, "", q))(t)
		for name, c := range map[string]*desk.Conversation{"waiting": w.inLine(w.sms, "+15005550100"), "active": w.active(w.sms, "+15005550101", w.ana)} {
			queued := c.QueuedAt
			w.ok(w.Transfer(ctx, store.Transfer{ConversationID: c.ID, ActorID: w.ben.ID, QueueID: sales.ID}))
			got := w.get(c.ID)
			if got.QueueID != sales.ID || got.Cost != 55 || got.Priority != 7 || got.State != desk.Waiting {
				t.Errorf("%s: queue %q, cost %d, priority %d, %s", name, got.QueueID, got.Cost, got.Priority, got.State)
			}
			if name == "waiting" && !got.QueuedAt.Equal(queued) {
				t.Errorf("in line since %v, want the place kept: %v", got.QueuedAt, queued)
			}
			w.ok(w.offer(got, w.ben))
			if load := w.who(w.ben).Load; load != 55 {
				t.Errorf("%s: load %d", name, load)
			}
			w.ok(w.DeclineOffer(ctx, c.ID, w.ben.ID, ""))
		}
		if a, b := w.who(w.ana).Load, w.who(w.ben).Load; a != 0 || b != 0 {
			t.Errorf("loads %d and %d in the end", a, b)
		}
		w.sameAsFolded()
	})
}

func TestReadByItsOwnerOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		c := w.active(w.sms, "+15005550100", w.ana)
		before := w.seq()
		w.ok(w.MarkRead(ctx, c.ID, w.ben.ID))
		if w.get(c.ID).Unread != 1 {
			t.Error("read by somebody else")
		}
		w.ok(w.MarkRead(ctx, c.ID, w.ana.ID))
		w.ok(w.MarkRead(ctx, c.ID, w.ana.ID))
		if w.get(c.ID).Unread != 0 {
			t.Error("still unread")
		}
		w.told("read", before, "conversation.read")
	})
}

func TestAClaimForTheFormerQueueComesTooLate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		c := w.inLine(w.sms, "+15005550100")
		q := desk.QueueDefaults()
		q.Name = "Other"
		other := must(w.CreateQueue(ctx, "", q))(t)
		w.ok(w.Transfer(ctx, store.Transfer{ConversationID: c.ID, ActorID: w.ana.ID, QueueID: other.ID}))
		w.conflict("an offer chosen for the queue it was in", w.offer(c, w.ana))
		if after := w.get(c.ID); after.State != desk.Waiting || after.QueueID != other.ID || !after.QueuedAt.Equal(c.QueuedAt) || !after.StateSince.Equal(c.StateSince) {
			t.Errorf("it is %s in %s since %v", after.State, after.QueueID, after.QueuedAt)
		}
		w.ok(w.offer(w.get(c.ID), w.ana))
	})
}
