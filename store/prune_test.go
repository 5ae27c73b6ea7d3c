package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

// clock is a time that a test sets.
type clock struct{ now time.Time }

func (c *clock) set(cfg *store.Config) { cfg.Now = func() time.Time { return c.now } }

const day = 24 * time.Hour

// pruneAll calls until nothing is left to prune, and gives the sum.
func pruneAll(t *testing.T, prune func() (int64, error)) int64 {
	t.Helper()
	total := int64(0)
	for {
		n := must(prune())(t)
		if n == 0 {
			return total
		}
		total += n
	}
}

// months lets a customer write, be answered and leave on the first of each of n
// months, tidying up as the leader does, and gives the numbers of the last events.
func (w *world) months(c *clock, n int, keep time.Duration) (seqs []int64) {
	w.t.Helper()
	ctx := w.t.Context()
	for i := range n {
		c.now = time.Date(2026, time.Month(1+i), 1, 9, 0, 0, 0, time.UTC)
		from := fmt.Sprintf("+1500555%04d", i)
		w.says(w.sms, from, fmt.Sprintf("month %d", i))
		list, _, err := w.Conversations(ctx, store.ConversationFilter{Limit: 1})
		w.ok(err)
		w.ok(w.Assign(ctx, list[0].ID, w.ana.ID, w.ana.ID))
		w.reply(list[0], w.ana, "hello")
		w.ok(w.Resolve(ctx, list[0].ID, w.ana.ID))
		seqs = append(seqs, w.seq())
		c.now = c.now.Add(2 * day) // facts of a day that is over
		w.ok(w.Cut(ctx, keep, keep))
	}
	return seqs
}

func TestTheLogIsKeptForItsTimeAndSaysSoBeyond(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		c := &clock{time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)}
		w := newWorld(t, func(change ...func(*store.Config)) *store.Store { return open(append(change, c.set)...) })
		ctx := t.Context()
		seqs := w.months(c, 9, 60*day) // January to September
		kept := must(w.After(ctx, 0, 10000))(t)
		if len(kept) != int(seqs[8]) {
			t.Fatalf("%d events, want %d", len(kept), seqs[8])
		}
		if n := pruneAll(t, func() (int64, error) { return w.PruneLog(ctx, 60*day, 7) }); n == 0 {
			t.Fatal("nothing was pruned")
		}
		// It is the 3rd of September: August is kept, and April is not, whatever the partitions.
		if _, err := w.After(ctx, seqs[2], 10); desk.CodeOf(err) != desk.Gone {
			t.Errorf("what followed March: %v, want gone", err)
		}
		rest := must(w.After(ctx, seqs[6], 10000))(t)
		if len(rest) != int(seqs[8]-seqs[6]) || rest[0].Seq != seqs[6]+1 {
			t.Errorf("from August on there are %d events, want %d", len(rest), seqs[8]-seqs[6])
		}
		if tail, err := w.After(ctx, seqs[8], 10); err != nil || len(tail) != 0 {
			t.Errorf("after the newest come %d events, %v; want none", len(tail), err)
		}
		w.says(w.sms, "+15005550000", "again") // numbers go on
		if got := w.seq(); got <= seqs[8] {
			t.Errorf("the newest event is %d after %d", got, seqs[8])
		}
		if more := must(w.After(ctx, seqs[8], 10))(t); len(more) == 0 || more[0].Seq != seqs[8]+1 {
			t.Errorf("the next events are %v", more)
		}
		// All gone: whoever asks is told, not left waiting.
		c.now = c.now.Add(300 * day)
		w.ok(w.Cut(ctx, 60*day, 60*day))
		c.now = c.now.Add(300 * day)
		pruneAll(t, func() (int64, error) { return w.PruneLog(ctx, 60*day, 10000) })
		if _, err := w.After(ctx, seqs[8], 10); desk.CodeOf(err) != desk.Gone {
			t.Errorf("what followed the pruned end: %v, want gone", err)
		}
	})
}

func TestReportsStayWhenTheirFactsGo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		c := &clock{time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)}
		w := newWorld(t, func(change ...func(*store.Config)) *store.Store { return open(append(change, c.set)...) })
		ctx := t.Context()
		w.months(c, 9, 60*day)
		f := store.ReportFilter{From: "2026-01-01", To: "2026-09-30"}
		before := must(w.Report(ctx, store.ByAgent, f))(t)
		facts := func() int {
			list, _, err := w.Facts(ctx, store.FactFilter{ReportFilter: f, Limit: 500})
			w.ok(err)
			return len(list)
		}
		had := facts()
		pruneAll(t, func() (int64, error) { return w.PruneFacts(ctx, 60*day, 5) })
		left := facts()
		if left == 0 || left > had/2 {
			t.Errorf("%d facts of %d are left", left, had)
		}
		if before.Total.Answered != 9 {
			t.Errorf("the report has %d answered, want 9", before.Total.Answered)
		}
		if diff := cmp.Diff(before, must(w.Report(ctx, store.ByAgent, f))(t)); diff != "" {
			t.Errorf("the report with and without its facts (-with +without):\n%s", diff)
		}
		// In another zone the hours are those of the former one, the sums the same.
		away := open(c.set, func(cfg *store.Config) { cfg.Zone = time.FixedZone("elsewhere", 3600) })
		if moved := must(away.Report(ctx, store.ByQueue, f))(t); moved.Total.Answered != 9 {
			t.Errorf("from another zone the report has %d answered, want 9", moved.Total.Answered)
		}
	})
}

func TestConversationsGoWithAllTheyHave(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		c := &clock{time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)}
		w := newWorld(t, func(change ...func(*store.Config)) *store.Store { return open(append(change, c.set)...) })
		ctx := t.Context()
		w.months(c, 4, 0)
		w.says(w.sms, "+15005550000", "January again")
		if n := pruneAll(t, func() (int64, error) { return w.PruneConversations(ctx, 40*day, 10) }); n != 2 {
			t.Errorf("%d conversations went, want those of January and February", n)
		}
		ended := "How did we do? Reply with a number from 1 (poor) to 5 (great). You can add a comment."
		want := []string{"January again", ended, ended}
		if diff := cmp.Diff(want, w.pages(store.ConversationFilter{Limit: 10})); diff != "" {
			t.Errorf("conversations left (-want +got):\n%s", diff)
		}
		list, _, err := w.Contacts(ctx, "", 10, "")
		w.ok(err)
		if len(list) != 4 {
			t.Errorf("%d contacts, want 4: people stay", len(list))
		}
		w.sameAsFolded()
	})
}

func TestProcessedWebhooksGo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		c := &clock{time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC)}
		w := newWorld(t, func(change ...func(*store.Config)) *store.Store { return open(append(change, c.set)...) })
		ctx := t.Context()
		for i := range 5 {
			w.says(w.sms, "+15005550100", fmt.Sprint("text ", i))
		}
		open5 := must(w.Accept(ctx, []desk.Inbound{inbound(w.sms, "+15005550100", "not processed", "late")}))(t)
		c.now = c.now.Add(15 * day)
		w.says(w.sms, "+15005550100", "today")
		if n := pruneAll(t, func() (int64, error) { return w.Prune(ctx, 14*day, 2) }); n != 5 {
			t.Errorf("%d went, want the 5 old processed ones", n)
		}
		if left := must(w.Unprocessed(ctx, time.Second, 10))(t); len(left) != 1 || left[0].ID != open5[0].ID {
			t.Errorf("open work is %v, want what was not processed", left)
		}
	})
}
