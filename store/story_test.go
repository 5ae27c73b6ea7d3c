package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/floor"
	"parley/store"
	"parley/store/storetest"
)

// world is a small contact center in a fresh database, with everything committed folded into a floor.
type world struct {
	t *testing.T
	*store.Store
	queue desk.Queue
	sms   desk.Inbox
	chat  desk.Inbox
	ana   desk.Agent
	ben   desk.Agent
	n     int
}

func newWorld(t *testing.T, open storetest.Open) *world {
	w := &world{t: t}
	ctx := t.Context()
	w.Store = open()
	q := desk.QueueDefaults()
	q.ID, q.Name = desk.NewID(), "Support"
	w.queue = *must(w.CreateQueue(ctx, "", q))(t)
	in := desk.Inbox{ID: desk.NewID(), Name: "sms", Label: "SMS", Channel: desk.SMS, Provider: "twilio-sms", QueueID: w.queue.ID, Enabled: true, CSAT: true}
	w.sms = *must(w.CreateInbox(ctx, "", in))(t)
	in = desk.Inbox{ID: desk.NewID(), Name: "chat", Label: "Chat", Channel: desk.WebChat, Provider: "webchat", QueueID: w.queue.ID, Enabled: true, CSAT: true}
	w.chat = *must(w.CreateInbox(ctx, "", in))(t)
	w.ana = w.agent("Ana")
	w.ben = w.agent("Ben")
	return w
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) agent(name string) desk.Agent {
	w.t.Helper()
	a := desk.Agent{ID: desk.NewID(), Email: name + "@example.com", Name: name, Role: desk.RoleAgent, Enabled: true, Capacity: 100, Presence: desk.Offline}
	made := must(w.CreateAgent(w.t.Context(), "", a, "hash"))(w.t)
	w.ok(w.SetPresence(w.t.Context(), made.ID, desk.Available, "", false, made.ID))
	return *made
}

// says brings one message of a customer in, through the whole intake.
func (w *world) says(inbox desk.Inbox, from, text string) {
	w.t.Helper()
	w.n++
	w.receive(inbound(inbox, from, text, fmt.Sprintf("m%d", w.n)))
}

func inbound(inbox desk.Inbox, from, text, id string) desk.Inbound {
	kind := desk.Phone
	if inbox.Channel == desk.WebChat {
		kind = desk.Visitor
	}
	return desk.Inbound{InboxID: inbox.ID, ProviderID: id, Kind: desk.InMessage, At: time.Now(), Identity: desk.Identity{Kind: kind, Value: from},
		Message: &desk.Message{Kind: desk.Text, Text: text, ExternalID: id, Author: desk.ByCustomer}}
}

func (w *world) receive(items ...desk.Inbound) {
	w.t.Helper()
	work := must(w.Accept(w.t.Context(), items))(w.t)
	ids := make([]desk.ID, len(work))
	for i, x := range work {
		ids[i] = x.ID
	}
	w.ok(w.Receive(w.t.Context(), ids))
}

func (w *world) only() *desk.Conversation {
	w.t.Helper()
	list, _, err := w.Conversations(w.t.Context(), store.ConversationFilter{Limit: 10})
	w.ok(err)
	if len(list) != 1 {
		w.t.Fatalf("%d conversations, want 1", len(list))
	}
	return list[0]
}

func (w *world) offer(c *desk.Conversation, to desk.Agent) error {
	return w.Offer(w.t.Context(), desk.Proposal{ConversationID: c.ID, Epoch: c.Epoch, AgentID: to.ID, For: 20 * time.Second})
}

func (w *world) metrics() map[desk.Metric]int {
	out := map[desk.Metric]int{}
	facts, _, err := w.Facts(w.t.Context(), store.FactFilter{Limit: 200})
	w.ok(err)
	for _, f := range facts {
		out[f.Metric]++
	}
	return out
}

func TestStoryFromFirstMessageToRating(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		w.says(w.sms, "+15005550100", "hello")
		c := w.only()
		if c.State != desk.Waiting || c.QueuedAt.IsZero() || c.LastText != "hello" || c.Unread != 1 {
			t.Fatalf("after the first message: %+v", c)
		}
		w.ok(w.offer(c, w.ana))
		w.ok(w.AcceptOffer(ctx, c.ID, w.ana.ID))
		if a := must(w.Agent(ctx, w.ana.ID))(t); a.Load != c.Cost {
			t.Errorf("load is %d, want %d", a.Load, c.Cost)
		}
		r := store.Reply{ID: desk.NewID(), ConversationID: c.ID, AgentID: w.ana.ID, Text: "hi!"}
		m := must(w.Reply(ctx, r))(t)
		if again := must(w.Reply(ctx, r))(t); again.ID != m.ID {
			t.Error("the same id became another message")
		}
		out := must(w.ClaimOutgoing(ctx, m.ID))(t)
		if out == nil || out.Identity.Value != "+15005550100" || out.Inbox.ID != w.sms.ID {
			t.Fatalf("claimed %+v", out)
		}
		if twice := must(w.ClaimOutgoing(ctx, m.ID))(t); twice != nil {
			t.Error("one message was claimed twice")
		}
		w.ok(w.Sent(ctx, m.ID, "SM1"))
		w.receive(desk.Inbound{InboxID: w.sms.ID, ProviderID: "SM1:delivered", Kind: desk.InStatus, Identity: desk.Identity{Kind: desk.Phone, Value: "+15005550100"},
			Status: &desk.StatusUpdate{MessageID: m.ID, ExternalID: "SM1", Status: desk.Delivered}})
		w.receive(desk.Inbound{InboxID: w.sms.ID, ProviderID: "SM1:sent", Kind: desk.InStatus, Identity: desk.Identity{Kind: desk.Phone, Value: "+15005550100"},
			Status: &desk.StatusUpdate{ExternalID: "SM1", Status: desk.Sent}})
		if got := must(w.MessageByID(ctx, m.ID))(t); got.Status != desk.Delivered {
			t.Errorf("status is %s after a late sent, want delivered", got.Status)
		}
		w.ok(w.Resolve(ctx, c.ID, w.ana.ID))
		if a := must(w.Agent(ctx, w.ana.ID))(t); a.Load != 0 {
			t.Errorf("load is %d after resolving", a.Load)
		}
		w.says(w.sms, "+15005550100", "5 great help")
		c = w.only()
		if c.State != desk.Resolved || c.CSATScore != 5 || c.CSATComment != "great help" {
			t.Errorf("after the rating: state %s, score %d, comment %q", c.State, c.CSATScore, c.CSATComment)
		}
		w.says(w.sms, "+15005550100", "one more question")
		if c = w.only(); c.State != desk.Waiting || c.PreferredAgentID != w.ana.ID || c.Reopened != 1 {
			t.Errorf("after writing again: %s, preferred %q, reopened %d", c.State, c.PreferredAgentID, c.Reopened)
		}
		want := map[desk.Metric]int{desk.ConversationStarted: 1, desk.WaitAnswered: 1, desk.FirstResponse: 1, desk.FirstResponseHandoff: 1, desk.NextResponse: 1,
			desk.ResolvedCount: 1, desk.HandleTime: 1, desk.CSATSent: 1, desk.CSATScore: 1, desk.ReopenedCount: 1}
		if diff := cmp.Diff(want, w.metrics()); diff != "" {
			t.Errorf("facts (-want +got):\n%s", diff)
		}
		w.sameAsFolded()
	})
}

// sameAsFolded checks that folding the log from nothing gives the same floor as
// a fresh snapshot, and that the log has no gaps.
func (w *world) sameAsFolded() {
	w.t.Helper()
	ctx := w.t.Context()
	all := must(w.After(ctx, 0, 10000))(w.t)
	for i, ch := range all {
		if ch.Seq != int64(i+1) {
			w.t.Fatalf("event %d has number %d", i+1, ch.Seq)
		}
	}
	fresh := must(w.Live(ctx))(w.t)
	folded := floor.New(&desk.Snapshot{Queues: fresh.Queues, Inboxes: fresh.Inboxes, Skills: fresh.Skills})
	for _, ch := range all {
		folded.Apply(ch)
	}
	if diff := cmp.Diff(floor.New(fresh).State(), folded.State()); diff != "" {
		w.t.Errorf("folded state is not the snapshot (-snapshot +folded):\n%s", diff)
	}
}

func TestDuplicatesHaveOneEffect(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		item := inbound(w.sms, "+15005550101", "once", "SMx")
		first := must(w.Accept(ctx, []desk.Inbound{item}))(t)
		if again := must(w.Accept(ctx, []desk.Inbound{item}))(t); len(again) != 0 {
			t.Errorf("a duplicate was accepted as new work")
		}
		ids := []desk.ID{first[0].ID, first[0].ID}
		w.ok(w.Receive(ctx, ids))
		w.ok(w.Receive(ctx, ids))
		list, _, err := w.Messages(ctx, w.only().ID, 50, "")
		w.ok(err)
		if len(list) != 1 {
			t.Errorf("%d messages, want 1", len(list))
		}
	})
}

func TestFirstMessagesAtOnceMakeOneConversation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		var work []desk.Work
		for i := range 12 {
			work = append(work, must(w.Accept(ctx, []desk.Inbound{inbound(w.sms, "+15005550102", "hi", fmt.Sprint("p", i))}))(t)...)
		}
		var all sync.WaitGroup
		errs := make([]error, len(work))
		for i, x := range work {
			all.Go(func() { errs[i] = w.Receive(ctx, []desk.ID{x.ID}) })
		}
		all.Wait()
		for _, err := range errs {
			w.ok(err)
		}
		for range 3 { // losers of the race are tried again by the sweep
			rest := must(w.Unprocessed(ctx, -time.Second, 100))(t)
			for _, x := range rest {
				w.ok(w.Receive(ctx, []desk.ID{x.ID}))
			}
		}
		list, _, err := w.Messages(ctx, w.only().ID, 50, "")
		w.ok(err)
		if len(list) != 12 {
			t.Errorf("%d messages, want 12", len(list))
		}
		w.sameAsFolded()
	})
}

func TestOneOwnerWhoeverRaces(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		w.says(w.sms, "+15005550103", "hello")
		c := w.only()
		errs := make([]error, 10)
		var all sync.WaitGroup
		for i := range errs {
			to := w.ana
			if i%2 == 1 {
				to = w.ben
			}
			all.Go(func() { errs[i] = w.offer(c, to) })
		}
		all.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if desk.CodeOf(err) != desk.Conflict {
				t.Errorf("a loser got %v, want a conflict", err)
			}
		}
		if won != 1 {
			t.Errorf("%d of 10 offers won, want 1", won)
		}
		c = w.only()
		other := w.ana.ID
		if c.AgentID == other {
			other = w.ben.ID
		}
		if err := w.AcceptOffer(ctx, c.ID, other); desk.CodeOf(err) != desk.Conflict {
			t.Errorf("somebody it was not offered to accepted: %v", err)
		}
		w.ok(w.AcceptOffer(ctx, c.ID, c.AgentID))
		w.sameAsFolded()
	})
}

func TestNobodyGetsMoreThanTheirCapacity(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		for i := range 12 {
			w.says(w.sms, fmt.Sprintf("+1500555%04d", 200+i), "hello")
		}
		list, _, err := w.Conversations(ctx, store.ConversationFilter{Limit: 20})
		w.ok(err)
		for accepted, want := range map[bool]int{false: 1, true: 5} { // one rings at a time; accepted for them, as many as fit
			agent := map[bool]desk.Agent{false: w.ana, true: w.ben}[accepted]
			var all sync.WaitGroup
			for _, c := range list {
				all.Go(func() {
					_ = w.Offer(ctx, desk.Proposal{ConversationID: c.ID, Epoch: c.Epoch, AgentID: agent.ID, For: 20 * time.Second, AutoAccept: accepted})
				})
			}
			all.Wait()
			a := must(w.Agent(ctx, agent.ID))(t)
			mine, _, err := w.Conversations(ctx, store.ConversationFilter{AgentID: a.ID, Limit: 20})
			w.ok(err)
			if a.Load != 20*want || len(mine) != want {
				t.Errorf("accepted for them %v: load %d with %d, want %d with %d", accepted, a.Load, len(mine), 20*want, want)
			}
		}
		w.sameAsFolded()
	})
}

func TestOfferThatNobodyAnswersKeepsThePlaceAndSetsAway(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		w.says(w.sms, "+15005550104", "hello")
		c := w.only()
		w.ok(w.offer(c, w.ana))
		rings := w.only()
		w.ok(w.ExpireOffer(ctx, c.ID, rings.OfferID))
		w.ok(w.ExpireOffer(ctx, c.ID, rings.OfferID)) // twice has one effect
		after := w.only()
		if after.State != desk.Waiting || !after.QueuedAt.Equal(c.QueuedAt) {
			t.Errorf("state %s, in line since %v, want waiting since %v", after.State, after.QueuedAt, c.QueuedAt)
		}
		a := must(w.Agent(ctx, w.ana.ID))(t)
		if a.Presence != desk.Away || a.Reason != desk.ReasonMissedOffer || a.Load != 0 {
			t.Errorf("agent is %s (%s) with load %d", a.Presence, a.Reason, a.Load)
		}
		if n := w.metrics()[desk.MissedOffer]; n != 1 {
			t.Errorf("%d missed offers, want 1", n)
		}
		w.sameAsFolded()
	})
}

func TestDeclineTransferSnoozeAbandon(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		w.says(w.chat, "visitor-1", "hello")
		c := w.only()
		w.ok(w.offer(c, w.ana))
		w.ok(w.DeclineOffer(ctx, c.ID, w.ana.ID, "lunch"))
		c = w.only()
		w.ok(w.offer(c, w.ben))
		w.ok(w.AcceptOffer(ctx, c.ID, w.ben.ID))
		w.ok(w.Transfer(ctx, store.Transfer{ConversationID: c.ID, ActorID: w.ben.ID, AgentID: w.ana.ID, Note: "please help"}))
		if c = w.only(); c.State != desk.Offered || c.AgentID != w.ana.ID {
			t.Fatalf("after the transfer: %s at %q", c.State, c.AgentID)
		}
		w.ok(w.AcceptOffer(ctx, c.ID, w.ana.ID))
		w.ok(w.Snooze(ctx, c.ID, w.ana.ID, time.Now().Add(time.Hour)))
		if a := must(w.Agent(ctx, w.ana.ID))(t); a.Load != 0 {
			t.Errorf("a snoozed conversation holds %d", a.Load)
		}
		w.says(w.chat, "visitor-1", "are you there?")
		if c = w.only(); c.State != desk.Active || c.AgentID != w.ana.ID {
			t.Errorf("after the customer wrote: %s of %q", c.State, c.AgentID)
		}
		w.ok(w.Resolve(ctx, c.ID, w.ana.ID))
		w.says(w.chat, "visitor-2", "anyone?")
		list, _, err := w.Conversations(ctx, store.ConversationFilter{States: []desk.State{desk.Waiting}, Limit: 5})
		w.ok(err)
		left := time.Now()
		w.ok(w.Abandon(ctx, list[0].ID, left))
		w.ok(w.Abandon(ctx, list[0].ID, left))
		m := w.metrics()
		want := map[desk.Metric]int{desk.DeclineCount: 1, desk.TransferCount: 1, desk.WaitAbandoned: 1, desk.WaitAnswered: 2}
		got := map[desk.Metric]int{}
		for k := range want {
			got[k] = m[k]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("facts (-want +got):\n%s", diff)
		}
		w.sameAsFolded()
	})
}

func TestPoisonIsSetAsideAndTheOthersGoOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		bad := inbound(w.sms, "+15005550105", "", "bad")
		bad.Message = nil
		work := must(w.Accept(ctx, []desk.Inbound{bad, inbound(w.sms, "+15005550106", "good", "good")}))(t)
		for range 6 {
			w.ok(w.Receive(ctx, []desk.ID{work[0].ID, work[1].ID}))
		}
		if c := w.only(); c.LastText != "good" {
			t.Errorf("the good one says %q", c.LastText)
		}
		if n := must(w.CountDeadLetters(ctx))(t); n != 1 {
			t.Errorf("%d dead letters, want 1", n)
		}
	})
}

func TestStatementsOfABatchDoNotGrow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w := newWorld(t, open)
		count := func(n int) int64 {
			var items []desk.Inbound
			for i := range n {
				w.n++
				items = append(items, inbound(w.sms, fmt.Sprintf("+1500555%04d", i), "again", fmt.Sprint("s", w.n)))
			}
			before := w.Statements()
			w.receive(items...)
			return w.Statements() - before
		}
		count(100) // makes contacts and conversations
		one, hundred := count(1), count(100)
		t.Logf("statements: %d for 1 message, %d for 100 (%.2f each)", one, hundred, float64(hundred)/100)
		if hundred > one || hundred > 8 {
			t.Errorf("100 messages took %d statements, 1 took %d", hundred, one)
		}
	})
}
