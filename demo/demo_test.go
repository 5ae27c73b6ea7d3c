package demo_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parley/demo"
	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

var now = time.Date(2026, 3, 31, 9, 30, 0, 0, time.UTC) // two days after clocks changed in Rome

func rome(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func options() demo.Options {
	return demo.Options{Now: now, Seed: 3, Hash: func(p string) (string, error) { return "hash of " + p, nil }}
}

func seeded(t *testing.T, open storetest.Open) *store.Store {
	t.Helper()
	zone := rome(t)
	st := open(func(c *store.Config) { c.Zone, c.Now = zone, func() time.Time { return now } })
	calls := 0
	began := time.Now()
	fresh, err := demo.Seed(context.Background(), st, options(), func(done, total int) {
		calls++
		if done > total {
			t.Errorf("progress %d of %d", done, total)
		}
	})
	if err != nil || !fresh || calls == 0 {
		t.Fatalf("seed: fresh %v, %d calls, %v", fresh, calls, err)
	}
	t.Logf("seeded in %s", time.Since(began))
	return st
}

// whole reads the whole log.
func whole(t *testing.T, st *store.Store) []desk.Change {
	t.Helper()
	var out []desk.Change
	for {
		more, err := st.After(context.Background(), int64(len(out)), 4000)
		if err != nil {
			t.Fatal(err)
		}
		if len(more) == 0 {
			return out
		}
		out = append(out, more...)
	}
}

func TestSeedTwiceIsOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		ctx := context.Background()
		st := seeded(t, open)
		before, err := st.LastSeq(ctx)
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := demo.Seed(ctx, st, options(), nil)
		if err != nil || fresh {
			t.Fatalf("second seed: fresh %v, %v", fresh, err)
		}
		if after, _ := st.LastSeq(ctx); after != before {
			t.Errorf("the second seed added %d events", after-before)
		}
	})
}

func TestSameSeedSameWeek(t *testing.T) {
	a, b := demo.Past(options(), rome(t)), demo.Past(options(), rome(t))
	if d := cmp.Diff(a, b, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("two weeks of one seed differ:\n%.2000s", d)
	}
}

// TestFactsFollowFromEvents folds the log by desk's rules alone and must come
// to the facts and the conversations that were stored.
func TestFactsFollowFromEvents(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		ctx := context.Background()
		st := seeded(t, open)
		f := newFold(t, st)
		last := time.Time{}
		for i, ch := range whole(t, st) {
			if ch.Seq != int64(i)+1 {
				t.Fatalf("event %d has number %d", i+1, ch.Seq)
			}
			if ch.At.Before(last) || ch.At.After(now) {
				t.Fatalf("event %d is at %s, after one at %s", ch.Seq, ch.At, last)
			}
			last = ch.At
			f.take(ch)
		}
		stored := allFacts(t, st)
		byText := cmpopts.SortSlices(func(a, b desk.Fact) bool { return factKey(a) < factKey(b) })
		if d := cmp.Diff(f.facts, stored, byText, cmpopts.IgnoreFields(desk.Fact{}, "ID"), cmpopts.EquateApprox(0, 1e-6)); d != "" {
			t.Errorf("facts (-from events +stored):\n%.3000s", d)
		}
		for id, got := range f.conversations {
			want, _, err := st.Conversation(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(got, want, cmpopts.EquateEmpty(), cmpopts.EquateApprox(0, 1e-6), cmpopts.IgnoreFields(desk.Conversation{},
				"ContactName", "IdentityID", "OfferID", "Cost", "Priority", "Requirements", "PreferredAgentID", "AvoidAgentIDs", "Language", "Context", "Unread", "Version")); d != "" {
				t.Fatalf("conversation (-from events +stored):\n%s", d)
			}
		}
	})
}

func factKey(f desk.Fact) string {
	return strings.Join([]string{f.ConversationID, string(f.Metric), f.EndedAt.Format(time.RFC3339Nano), f.AgentID}, " ")
}

func allFacts(t *testing.T, st *store.Store) []desk.Fact {
	t.Helper()
	var out []desk.Fact
	f := store.FactFilter{ReportFilter: store.ReportFilter{From: "2026-03-01", To: "2026-03-31"}, Limit: 500}
	for {
		page, next, err := st.Facts(context.Background(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range page {
			out = append(out, d.Fact)
		}
		if f.Cursor = next; next == "" {
			return out
		}
	}
}

// TestWeekObeysTheRules looks at offers and capacity, and at what is left open.
func TestWeekObeysTheRules(t *testing.T) {
	for seed := range uint64(6) {
		o := options()
		o.Seed, o.Now = seed, now.Add(time.Duration(seed)*29*time.Hour) // on different days and hours
		h := demo.Past(o, rome(t))
		type state struct {
			load     int
			presence desk.Presence
			agent    desk.Agent
		}
		cost, widened, holder := map[desk.ID]int{}, map[desk.ID]int{}, map[desk.ID]*state{}
		agents := map[desk.ID]*state{}
		for _, a := range h.Agents {
			agents[a.ID] = &state{agent: a, presence: desk.Offline}
			if a.Load != 0 || a.Presence != desk.Offline {
				t.Errorf("seed %d: %s is %s with load %d at the end", seed, a.Name, a.Presence, a.Load)
			}
		}
		for _, e := range h.Events {
			if e.Data.Cost > 0 {
				cost[e.ConversationID] = e.Data.Cost
			}
			if was := holder[e.ConversationID]; was != nil && e.Data.To != "" && !e.Data.To.HoldsCapacity() {
				was.load -= cost[e.ConversationID]
				delete(holder, e.ConversationID)
			}
			switch a := agents[e.AgentID]; e.Type {
			case desk.EvConversationWoken: // may exceed what there is room for
				a.load += cost[e.ConversationID]
				holder[e.ConversationID] = a
			case desk.EvAgentPresence:
				a.presence = e.Data.Presence
			case desk.EvConversationWidened:
				widened[e.ConversationID]++ // others may take it, too
			case desk.EvConversationOffered:
				if a.presence != desk.Available {
					t.Errorf("seed %d: offered to %s, who is %s", seed, a.agent.Name, a.presence)
				}
				a.load += cost[e.ConversationID]
				holder[e.ConversationID] = a
				if a.load > a.agent.Capacity {
					t.Errorf("seed %d: %s holds %d of %d", seed, a.agent.Name, a.load, a.agent.Capacity)
				}
				q := queueOf(h, e.QueueID)
				if widened[e.ConversationID] == 0 && !q.Accepts(&a.agent) {
					t.Errorf("seed %d: %s does not serve %s", seed, a.agent.Name, q.Name)
				}
			}
		}
		ended := map[desk.ID]time.Time{}
		for _, o := range h.Offers {
			if o.State == desk.OfferPending || o.EndedAt.Before(o.MadeAt) || o.EndedAt.After(o.ExpiresAt) {
				t.Errorf("seed %d: offer %s made %s ended %s", seed, o.State, o.MadeAt, o.EndedAt)
			}
			if o.MadeAt.Before(ended[o.ConversationID]) {
				t.Errorf("seed %d: two offers of one conversation at once", seed)
			}
			ended[o.ConversationID] = o.EndedAt
		}
		open := map[desk.State]int{}
		for _, c := range h.Conversations {
			if c.State.Open() {
				open[c.State]++
				if c.Channel.Live() {
					t.Errorf("seed %d: a web chat is left open with nobody at the other end", seed)
				}
			}
		}
		if d := cmp.Diff(map[desk.State]int{desk.Waiting: 3, desk.Snoozed: 1}, open); d != "" {
			t.Errorf("seed %d: left open (-want +got):\n%s", seed, d)
		}
		for _, m := range h.Messages {
			if m.Direction == desk.Out && (m.Status == desk.Queued || m.Status == desk.Sending) {
				t.Errorf("seed %d: a message of the past would be sent now", seed)
			}
			if strings.ContainsAny(m.Text, "{}|") || strings.Contains(m.Text, "  ") {
				t.Errorf("seed %d: unfilled text %q", seed, m.Text)
			}
		}
	}
}

// TestReportOfTheWeek is what a supervisor sees at the first login.
func TestReportOfTheWeek(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		st := seeded(t, open)
		r, err := st.Report(context.Background(), store.ByQueue, store.ReportFilter{From: "2026-03-23"})
		if err != nil {
			t.Fatal(err)
		}
		var want desk.Figures
		for _, f := range allFacts(t, st) {
			want.Count(f.Group())
		}
		want.CountUnanswered(3, now.Add(-11*time.Minute))
		if d := cmp.Diff(want, r.Total, cmpopts.EquateApprox(0, 1e-6)); d != "" {
			t.Errorf("total (-facts +report):\n%s", d)
		}
		waiting := map[string]int{}
		for _, row := range r.Rows {
			if row.Unanswered > 0 {
				q, err := st.Queue(context.Background(), row.Key)
				if err != nil {
					t.Fatal(err)
				}
				waiting[q.Name] = row.Unanswered
			}
		}
		if d := cmp.Diff(map[string]int{"Support": 2, "Returns": 1}, waiting); d != "" {
			t.Errorf("unanswered (-want +got):\n%s", d)
		}
		if level, _ := r.Total.ServiceLevel(); level < 0.7 || level > 0.99 || r.Total.Abandoned < 8 || r.Total.Expired == 0 || r.Total.Ratings() < 120 {
			t.Errorf("not a believable week: service level %.2f, %d abandoned, %d expired, %d ratings", level, r.Total.Abandoned, r.Total.Expired, r.Total.Ratings())
		}
	})
}

// TestLateRating rates a conversation of an earlier day after that day was
// reported: it counts on the day of the question all the same.
func TestLateRating(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		ctx := context.Background()
		st := seeded(t, open)
		filter := store.ReportFilter{From: "2026-03-29", To: "2026-03-30"}
		before, err := st.Report(ctx, store.ByQueue, filter)
		if err != nil {
			t.Fatal(err)
		}
		list, _, err := st.Conversations(ctx, store.ConversationFilter{States: []desk.State{desk.Resolved}, Channel: desk.WebChat, Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(list, func(c *desk.Conversation) bool {
			day := c.CSATAskedAt.In(st.Zone()).Format(time.DateOnly)
			return c.CSAT == desk.CSATAsked && day >= filter.From && day <= filter.To
		})
		if i < 0 {
			t.Fatal("nobody to rate")
		}
		_, who, err := st.Conversation(ctx, list[i].ID)
		if err != nil {
			t.Fatal(err)
		}
		work, err := st.Accept(ctx, []desk.Inbound{{InboxID: list[i].InboxID, ProviderID: "late", Kind: desk.InRating, Identity: *who, At: now, Score: 2}})
		if err != nil || len(work) != 1 {
			t.Fatalf("accept: %v, %v", work, err)
		}
		if err := st.Receive(ctx, []desk.ID{work[0].ID}); err != nil {
			t.Fatal(err)
		}
		after, err := st.Report(ctx, store.ByQueue, filter)
		if err != nil {
			t.Fatal(err)
		}
		want := before.Total.Scores
		want[1]++
		if after.Total.Scores != want {
			t.Errorf("scores %v, want %v", after.Total.Scores, want)
		}
	})
}

func queueOf(h *store.History, id desk.ID) *desk.Queue {
	i := slices.IndexFunc(h.Queues, func(q desk.Queue) bool { return q.ID == id })
	return &h.Queues[i]
}
