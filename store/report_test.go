package store_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

// reportNow is a Tuesday shortly after clocks changed in Rome.
var reportNow = time.Date(2026, 3, 31, 10, 0, 0, 0, time.UTC)

func inRome(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// openWith opens a store in Rome's time that holds these facts.
func openWith(t *testing.T, open storetest.Open, queues []desk.Queue, facts []desk.Fact) *store.Store {
	t.Helper()
	zone := inRome(t)
	st := open(func(c *store.Config) { c.Zone, c.Now = zone, func() time.Time { return reportNow } })
	if _, err := st.Load(context.Background(), "test", &store.History{Queues: queues, Facts: facts}, nil); err != nil {
		t.Fatal(err)
	}
	return st
}

var (
	someQueues = testIDs(0x10, 3)
	someAgents = testIDs(0x20, 4)
	someMetric = []desk.Metric{desk.ConversationStarted, desk.WaitAnswered, desk.WaitAnswered, desk.WaitAbandoned, desk.WaitExpired, desk.FirstResponse,
		desk.FirstResponseHandoff, desk.NextResponse, desk.HandleTime, desk.CSATSent, desk.CSATScore, desk.ResolvedCount, desk.ReopenedCount,
		desk.TransferCount, desk.DeclineCount, desk.MissedOffer}
)

func testIDs(from, n int) []desk.ID {
	out := make([]desk.ID, n)
	for i := range out {
		out[i] = fmt.Sprintf("00000000-0000-7000-8000-%012x", from+i)
	}
	return out
}

func testQueues() []desk.Queue {
	out := make([]desk.Queue, len(someQueues))
	for i, id := range someQueues {
		out[i] = desk.QueueDefaults()
		out[i].ID, out[i].Name, out[i].CreatedAt = id, fmt.Sprintf("queue %d", i), reportNow.Add(time.Duration(i)*time.Second)
	}
	return out
}

// randomFacts are spread over the ten days before reportNow.
func randomFacts(rng *rand.Rand, zone *time.Location, n int) []desk.Fact {
	out := make([]desk.Fact, n)
	for i := range out {
		at := reportNow.Add(-time.Duration(rng.Int64N(int64(10 * 24 * time.Hour)))).Truncate(time.Microsecond)
		f := desk.Fact{ID: desk.NewID(), Metric: someMetric[rng.IntN(len(someMetric))], EndedAt: at, Day: at.In(zone).Format(time.DateOnly),
			InboxID: testIDs(1, 1)[0], QueueID: someQueues[rng.IntN(len(someQueues))], Channel: desk.Channels[rng.IntN(4)], ConversationID: desk.NewID()}
		if rng.IntN(5) > 0 {
			f.AgentID = someAgents[rng.IntN(len(someAgents))]
		}
		switch f.Metric {
		case desk.CSATScore:
			f.Value = 1 + rng.IntN(5)
		case desk.WaitAnswered, desk.WaitAbandoned, desk.WaitExpired, desk.FirstResponse, desk.FirstResponseHandoff, desk.NextResponse, desk.HandleTime:
			f.Seconds = 40 * math.Exp(1.5*rng.NormFloat64())
			f.BusinessSeconds = f.Seconds * float64(rng.IntN(3)) / 2
			f.WithinTarget = f.Seconds <= 60
			f.Short = f.Metric == desk.WaitAbandoned && f.Seconds < 5
		}
		out[i] = f
	}
	return out
}

var reflectHistogram = reflect.TypeFor[desk.Histogram]()

// naive adds facts up the simple way, keeping every number.
type naive struct {
	desk.Figures
	seconds, business map[desk.Metric][]float64
}

func (n *naive) take(f desk.Fact) {
	if n.seconds == nil {
		n.seconds, n.business = map[desk.Metric][]float64{}, map[desk.Metric][]float64{}
	}
	switch f.Metric {
	case desk.WaitAnswered:
		n.Answered++
		if f.WithinTarget {
			n.AnsweredWithin++
		}
	case desk.WaitAbandoned:
		switch {
		case f.Short:
			n.AbandonedShort++
			return
		case !f.WithinTarget:
			n.AbandonedLate++
		}
		n.Abandoned++
	case desk.CSATScore:
		n.Scores[f.Value-1]++
	default:
		counts := map[desk.Metric]*int{desk.ConversationStarted: &n.Started, desk.WaitExpired: &n.Expired, desk.CSATSent: &n.CSATSent, desk.ResolvedCount: &n.Resolved,
			desk.ReopenedCount: &n.Reopened, desk.TransferCount: &n.Transfers, desk.DeclineCount: &n.Declines, desk.MissedOffer: &n.Missed}
		if c := counts[f.Metric]; c != nil {
			*c++
		}
	}
	n.seconds[f.Metric] = append(n.seconds[f.Metric], f.Seconds)
	n.business[f.Metric] = append(n.business[f.Metric], f.BusinessSeconds)
}

// check compares a row with what the naive sum says.
func (n *naive) check(t *testing.T, what string, got desk.Figures) {
	t.Helper()
	histograms := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().Type() == reflectHistogram }, cmp.Ignore())
	if d := cmp.Diff(n.Figures, got, histograms); d != "" {
		t.Errorf("%s (-naive +report):\n%s", what, d)
	}
	for metric, h := range map[desk.Metric]desk.Histogram{desk.WaitAnswered: got.Wait, desk.WaitAbandoned: got.AbandonedWait, desk.FirstResponse: got.FirstResponse,
		desk.FirstResponseHandoff: got.FirstResponseHandoff, desk.NextResponse: got.NextResponse, desk.HandleTime: got.Handle} {
		checkHistogram(t, what+" "+string(metric), h, n.seconds[metric], n.business[metric])
	}
}

func checkHistogram(t *testing.T, what string, h desk.Histogram, seconds, business []float64) {
	t.Helper()
	if h.N != len(seconds) {
		t.Errorf("%s: n = %d, want %d", what, h.N, len(seconds))
		return
	}
	if h.N == 0 {
		return
	}
	sum := 0.0
	for _, s := range seconds {
		sum += s
	}
	if mean := sum / float64(h.N); math.Abs(h.Mean()-mean) > 1e-6*mean {
		t.Errorf("%s: mean %v, want %v", what, h.Mean(), mean)
	}
	for _, p := range []float64{0.5, 0.9} {
		for kind, pair := range map[string][2]float64{"wall": {h.Percentile(p), nearestRank(seconds, p)}, "business": {h.BusinessPercentile(p), nearestRank(business, p)}} {
			if got, want := pair[0], pair[1]; math.Abs(got-want) > 0.01*want+0.01 {
				t.Errorf("%s: %s p%v = %v, want %v within 1 %%", what, kind, p, got, want)
			}
		}
	}
}

func nearestRank(values []float64, p float64) float64 {
	s := slices.Sorted(slices.Values(values))
	return s[max(0, int(math.Ceil(p*float64(len(s))))-1)]
}

func TestReportIsTheSumOfItsFacts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		zone := inRome(t)
		facts := randomFacts(rand.New(rand.NewPCG(5, 5)), zone, 6000)
		st := openWith(t, open, testQueues(), facts)
		keys := map[store.ReportKey]func(desk.Fact) string{
			store.ByQueue: func(f desk.Fact) string { return f.QueueID }, store.ByChannel: func(f desk.Fact) string { return string(f.Channel) },
			store.ByAgent: func(f desk.Fact) string { return f.AgentID }, store.ByDay: func(f desk.Fact) string { return f.EndedAt.In(zone).Format(time.DateOnly) },
			store.ByHour: func(f desk.Fact) string { return f.EndedAt.In(zone).Format("15") },
		}
		for _, filter := range []store.ReportFilter{
			{From: "2026-03-20", To: "2026-03-31"}, {From: "2026-03-28", To: "2026-03-29"}, {},
			{From: "2026-03-22", To: "2026-03-30", QueueID: someQueues[1], Channel: desk.SMS}, {From: "2026-03-29", To: "2026-03-29", AgentID: someAgents[2]},
			{From: "2026-03-31", Channel: desk.WhatsApp}, {From: "2026-03-30", QueueID: someQueues[2], AgentID: someAgents[1]},
		} {
			for by, key := range keys {
				checkReport(t, st, by, key, filter, facts, zone)
			}
		}
	})
}

func checkReport(t *testing.T, st *store.Store, by store.ReportKey, key func(desk.Fact) string, filter store.ReportFilter, facts []desk.Fact, zone *time.Location) {
	t.Helper()
	got, err := st.Report(context.Background(), by, filter)
	if err != nil {
		t.Fatal(err)
	}
	want, days, total := map[string]*naive{}, map[string]*naive{}, &naive{}
	of := func(m map[string]*naive, k string) *naive {
		if m[k] == nil {
			m[k] = &naive{}
		}
		return m[k]
	}
	for _, f := range facts {
		day := f.EndedAt.In(zone).Format(time.DateOnly)
		if day < got.From || day > got.To || filter.QueueID != "" && f.QueueID != filter.QueueID || filter.Channel != "" && f.Channel != filter.Channel ||
			filter.AgentID != "" && f.AgentID != filter.AgentID {
			continue
		}
		of(want, key(f)).take(f)
		of(days, day).take(f)
		total.take(f)
	}
	what := fmt.Sprintf("by %s %+v", by, filter)
	total.check(t, what+" total", got.Total)
	seen := map[string]bool{}
	for _, r := range got.Rows {
		seen[r.Key] = true
		of(want, r.Key).check(t, what+" "+r.Key, r.Figures)
	}
	for k := range want {
		if !seen[k] {
			t.Errorf("%s: no row %q", what, k)
		}
	}
	if first, last := got.Days[0].Key, got.Days[len(got.Days)-1].Key; first != got.From || last != got.To {
		t.Errorf("%s: days %s to %s", what, first, last)
	}
	for _, d := range got.Days {
		of(days, d.Key).check(t, what+" day "+d.Key, d.Figures)
	}
}

func TestReportTakesFewStatements(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		st := openWith(t, open, testQueues(), randomFacts(rand.New(rand.NewPCG(1, 1)), inRome(t), 500))
		ctx := context.Background()
		if _, err := st.Report(ctx, store.ByQueue, store.ReportFilter{From: "2026-03-01"}); err != nil { // packs what is over
			t.Fatal(err)
		}
		for _, by := range []store.ReportKey{store.ByQueue, store.ByChannel, store.ByAgent, store.ByDay, store.ByHour} {
			before := st.Statements()
			if _, err := st.Report(ctx, by, store.ReportFilter{From: "2026-03-01"}); err != nil {
				t.Fatal(err)
			}
			if n := st.Statements() - before; n > 4 {
				t.Errorf("a report by %s took %d statements", by, n)
			}
		}
	})
}

func TestTodayIsTheReportOfToday(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		st := openWith(t, open, testQueues(), randomFacts(rand.New(rand.NewPCG(2, 9)), inRome(t), 3000))
		ctx := context.Background()
		today, err := st.Today(ctx)
		if err != nil {
			t.Fatal(err)
		}
		r, err := st.Report(ctx, store.ByQueue, store.ReportFilter{})
		if err != nil {
			t.Fatal(err)
		}
		if r.From != "2026-03-31" || r.To != r.From || len(r.Rows) != len(someQueues) {
			t.Fatalf("report of %s to %s with %d rows", r.From, r.To, len(r.Rows))
		}
		for _, row := range r.Rows {
			if d := cmp.Diff(row.Figures, today[row.Key], cmpopts.EquateApprox(0, 1e-6)); d != "" || row.Started == 0 {
				t.Errorf("queue %s, %d started (-report +today):\n%s", row.Key, row.Started, d)
			}
		}
	})
}

// TestDaysEndAtLocalMidnight looks at the day on which clocks go forward: it
// has 23 hours, and its midnights are an hour apart in UTC.
func TestDaysEndAtLocalMidnight(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		zone := inRome(t)
		q := testQueues()
		var facts []desk.Fact
		at := func(text string) {
			now, err := time.Parse(time.RFC3339, text)
			if err != nil {
				t.Fatal(err)
			}
			c := &desk.Conversation{ID: desk.NewID(), QueueID: q[0].ID, InboxID: testIDs(1, 1)[0], Channel: desk.SMS}
			facts = append(facts, desk.Measure{Zone: zone, Queue: &q[0], Now: now}.Started(c))
		}
		at("2026-03-28T22:59:59Z") // 23:59:59 on the 28th, winter time
		at("2026-03-28T23:00:00Z") // the 29th begins
		at("2026-03-29T00:59:59Z") // 01:59:59
		at("2026-03-29T01:00:00Z") // 03:00:00: there is no 02
		at("2026-03-29T21:59:59Z") // 23:59:59, summer time
		at("2026-03-29T22:00:00Z") // the 30th begins
		st := openWith(t, open, q, facts)
		byDay, err := st.Report(context.Background(), store.ByDay, store.ReportFilter{From: "2026-03-28", To: "2026-03-30"})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(map[string]int{"2026-03-28": 1, "2026-03-29": 4, "2026-03-30": 1}, started(byDay.Rows)); d != "" {
			t.Errorf("by day (-want +got):\n%s", d)
		}
		byHour, err := st.Report(context.Background(), store.ByHour, store.ReportFilter{From: "2026-03-28", To: "2026-03-30"})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(map[string]int{"00": 2, "01": 1, "03": 1, "23": 2}, started(byHour.Rows)); d != "" || len(byHour.Rows) != 24 {
			t.Errorf("by hour, %d rows (-want +got):\n%s", len(byHour.Rows), d)
		}
	})
}

func started(rows []store.ReportRow) map[string]int {
	out := map[string]int{}
	for _, r := range rows {
		if r.Started > 0 {
			out[r.Key] = r.Started
		}
	}
	return out
}

func TestBusinessTime(t *testing.T) {
	zone := inRome(t)
	office := []desk.Span{{From: 9 * 60, To: 18 * 60}}
	q := testQueues()[0]
	q.Hours = &desk.Hours{Zone: "Europe/Rome", Week: map[string][]desk.Span{"mon": office, "tue": office, "wed": office, "thu": office, "fri": office}}
	local := func(text string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct {
		name, asked, answered string
		wall, business        time.Duration
	}{
		{"a weekend reply to a weekend message", "2026-03-28 12:00", "2026-03-28 12:30", 30 * time.Minute, 0},
		{"over the weekend on which clocks change", "2026-03-27 17:55", "2026-03-30 09:05", 62*time.Hour + 10*time.Minute, 10 * time.Minute},
		{"within a day", "2026-03-30 10:00", "2026-03-30 10:20", 20 * time.Minute, 20 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, open storetest.Open) {
				talk := &desk.Conversation{ID: desk.NewID(), QueueID: q.ID, InboxID: testIDs(1, 1)[0], Channel: desk.SMS}
				facts := desk.Measure{Zone: zone, Queue: &q, Now: local(c.answered)}.Answered(talk, someAgents[0], local(c.asked), time.Time{})
				r, err := openWith(t, open, []desk.Queue{q}, facts).Report(context.Background(), store.ByQueue, store.ReportFilter{From: "2026-03-01"})
				if err != nil {
					t.Fatal(err)
				}
				h := r.Total.FirstResponse
				checkHistogram(t, c.name, h, []float64{c.wall.Seconds()}, []float64{c.business.Seconds()})
			})
		})
	}
}

// TestFigureIsItsFacts opens figures down: as many facts as the figure says,
// each once, over pages.
func TestFigureIsItsFacts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		st := openWith(t, open, testQueues(), randomFacts(rand.New(rand.NewPCG(3, 4)), inRome(t), 4000))
		ctx := context.Background()
		filter := store.ReportFilter{From: "2026-03-24", To: "2026-03-29", QueueID: someQueues[0]}
		r, err := st.Report(ctx, store.ByDay, filter)
		if err != nil {
			t.Fatal(err)
		}
		for metric, want := range map[desk.Metric]int{desk.WaitAnswered: r.Total.Answered, desk.CSATScore: r.Total.Ratings(), desk.FirstResponse: r.Total.FirstResponse.N} {
			f := store.FactFilter{ReportFilter: filter, Metric: metric, Limit: 17}
			seen := map[desk.ID]bool{}
			var last time.Time
			for {
				page, next, err := st.Facts(ctx, f)
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range page {
					if seen[d.ID] || !last.IsZero() && d.EndedAt.After(last) || d.Metric != metric {
						t.Errorf("%s: fact %s of %s again or out of order", metric, d.ID, d.EndedAt)
					}
					seen[d.ID], last = true, d.EndedAt
				}
				if f.Cursor = next; next == "" {
					break
				}
			}
			if len(seen) != want || want == 0 {
				t.Errorf("%s: %d facts, the figure says %d", metric, len(seen), want)
			}
		}
	})
}

// TestLoadIsOnce loads one history twice, as two nodes that start together may.
func TestLoadIsOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		ctx := context.Background()
		facts := randomFacts(rand.New(rand.NewPCG(8, 8)), inRome(t), 20)
		st := openWith(t, open, testQueues(), facts)
		fresh, err := st.Load(ctx, "test", &store.History{Queues: testQueues(), Facts: facts}, nil)
		if err != nil || fresh {
			t.Errorf("the same history again: fresh %v, %v", fresh, err)
		}
		if _, err := st.Load(ctx, "other", &store.History{Queues: testQueues()}, nil); desk.CodeOf(err) != desk.Conflict {
			t.Errorf("another history with the same queues: %v, want a conflict", err)
		}
		if there, err := st.Loaded(ctx, "other"); err != nil || there {
			t.Errorf("what failed counts as loaded: %v, %v", there, err)
		}
	})
}

func TestReportRefusesSlips(t *testing.T) {
	st := openWith(t, storetest.SQLite(t), nil, nil)
	for name, c := range map[string]struct {
		by    store.ReportKey
		f     store.ReportFilter
		field string
	}{
		"backwards": {store.ByDay, store.ReportFilter{From: "2026-03-31", To: "2026-03-01"}, "to"}, "no date": {store.ByDay, store.ReportFilter{From: "31.3.2026"}, "from"},
		"ages": {store.ByDay, store.ReportFilter{From: "1026-03-31"}, "from"}, "no such key": {"mood", store.ReportFilter{}, "by"},
	} {
		_, err := st.Report(context.Background(), c.by, c.f)
		if e, ok := err.(*desk.Error); !ok || e.Code != desk.Invalid || e.Field != c.field {
			t.Errorf("%s: %v, want an error about %s", name, err, c.field)
		}
	}
}
