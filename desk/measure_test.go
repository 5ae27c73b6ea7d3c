package desk

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// fact is what a test wants to know of one.
type fact struct {
	metric            Metric
	agent             ID
	seconds, business float64
}

func factsOf(facts []Fact) (out []fact) {
	for _, f := range facts {
		out = append(out, fact{f.Metric, f.AgentID, f.Seconds, f.BusinessSeconds})
	}
	return out
}

func same(t *testing.T, what string, got []Fact, want ...fact) {
	t.Helper()
	have := factsOf(got)
	if len(have) != len(want) {
		t.Errorf("%s: %+v, want %+v", what, have, want)
		return
	}
	for i := range want {
		if have[i] != want[i] {
			t.Errorf("%s: %+v, want %+v", what, have[i], want[i])
		}
	}
}

func TestAnswersAreCreditedToWhoWrote(t *testing.T) {
	m := Measure{Zone: time.UTC, Now: noon}
	c := &Conversation{ID: "c", AgentID: "owner", HandoffAt: noon.Add(-2 * time.Minute)}
	asked, open := noon.Add(-5*time.Minute), noon.Add(-time.Minute)
	same(t, "first answer", m.Answered(c, "writer", asked, asked),
		fact{FirstResponse, "writer", 300, 300}, fact{FirstResponseHandoff, "writer", 120, 120}, fact{NextResponse, "writer", 300, 300})
	same(t, "a later answer", m.Answered(c, "writer", time.Time{}, open), fact{NextResponse, "writer", 60, 60})
	same(t, "a second message in a row", m.Answered(c, "writer", time.Time{}, time.Time{}))
	c.HandoffAt = time.Time{}
	same(t, "never handed over", m.Answered(c, "writer", asked, time.Time{}), fact{FirstResponse, "writer", 300, 300})
	if f := m.Started(&Conversation{AgentID: "owner"}); f.AgentID != "" {
		t.Errorf("a conversation a customer began is credited to %q", f.AgentID)
	}
	if f := m.Count(c, TransferCount, "from"); f.AgentID != "from" || f.Seconds != 0 || f.BusinessSeconds != 0 {
		t.Errorf("a transfer: %+v", f)
	}
}

func TestFactsCarryTheirDimensions(t *testing.T) {
	tokyo := zone(t, "Asia/Tokyo")
	m := Measure{Zone: tokyo, Now: time.Date(2026, 3, 2, 15, 30, 0, 0, time.UTC)} // half past midnight there
	f := m.Count(&Conversation{ID: "c", InboxID: "i", QueueID: "q", Channel: SMS, AgentID: "owner"}, DeclineCount, "ana")
	if f.Day != "2026-03-03" || f.ConversationID != "c" || f.InboxID != "i" || f.QueueID != "q" || f.Channel != SMS || f.AgentID != "ana" || !f.EndedAt.Equal(m.Now) || !ValidID(f.ID) {
		t.Errorf("%+v", f)
	}
}

func TestBusinessSeconds(t *testing.T) {
	monday := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	q := &Queue{Hours: &Hours{Zone: "UTC", Week: map[string][]Span{"mon": {{540, 1020}}, "fri": {{540, 1020}}}}}
	c := &Conversation{ID: "c"}
	for name, w := range map[string]struct {
		from, to time.Time
		want     fact
	}{
		"over the weekend":                  {monday.AddDate(0, 0, -3).Add(6 * time.Hour), monday, fact{NextResponse, "a", 66 * 3600, 2 * 3600}},
		"a Sunday answer to a Sunday":       {monday.AddDate(0, 0, -1), monday.AddDate(0, 0, -1).Add(time.Hour), fact{NextResponse, "a", 3600, 0}},
		"within the hours":                  {monday, monday.Add(time.Minute), fact{NextResponse, "a", 60, 60}},
		"a clock that went back is no time": {monday.Add(time.Hour), monday, fact{NextResponse, "a", 0, 0}},
	} {
		same(t, name, Measure{Zone: time.UTC, Queue: q, Now: w.to}.Answered(c, "a", time.Time{}, w.from), w.want)
	}
	same(t, "without a calendar", Measure{Zone: time.UTC, Queue: &Queue{}, Now: monday}.Answered(c, "a", time.Time{}, monday.Add(-time.Hour)), fact{NextResponse, "a", 3600, 3600})
}

func TestLeavingTheLine(t *testing.T) {
	q := &Queue{TargetSeconds: 60}
	c := &Conversation{}
	for _, w := range []struct {
		metric        Metric
		waited        time.Duration
		within, short bool
	}{
		{WaitAnswered, 60 * time.Second, true, false},
		{WaitAnswered, 60*time.Second + time.Millisecond, false, false},
		{WaitAnswered, time.Second, true, false}, // quick service is no short abandon
		{WaitAbandoned, 5*time.Second - time.Millisecond, true, true},
		{WaitAbandoned, 5 * time.Second, true, false},
		{WaitAbandoned, 61 * time.Second, false, false},
		{WaitExpired, 2 * time.Second, true, false},
	} {
		f := Measure{Zone: time.UTC, Queue: q, Now: noon}.LeftLine(c, w.metric, "ana", noon.Add(-w.waited))
		if f.Metric != w.metric || f.AgentID != "ana" || f.WithinTarget != w.within || f.Short != w.short || f.Seconds != w.waited.Seconds() {
			t.Errorf("%s after %v: %+v", w.metric, w.waited, f)
		}
	}
}

func TestHandleTimeIsLessTheSnoozedTime(t *testing.T) {
	m := Measure{Zone: time.UTC, Now: noon}
	c := &Conversation{AgentID: "owner", AcceptedAt: noon.Add(-time.Hour), SnoozedFor: 600}
	same(t, "resolved", m.Resolved(c, "ana"), fact{ResolvedCount, "ana", 0, 0}, fact{HandleTime, "ana", 3000, 3000})
	c.SnoozedFor = 7200
	same(t, "snoozed longer than open", m.Resolved(c, "ana"), fact{ResolvedCount, "ana", 0, 0}, fact{HandleTime, "ana", 0, 0})
	same(t, "resolved from the line", m.Resolved(&Conversation{}, "ana"), fact{ResolvedCount, "ana", 0, 0})
	m.Queue = &Queue{Hours: &Hours{Zone: "UTC", Week: every(Span{690, 1020})}} // since half past eleven
	c.SnoozedFor = 600
	same(t, "within the hours", m.Resolved(c, "ana"), fact{ResolvedCount, "ana", 0, 0}, fact{HandleTime, "ana", 3000, 1800})
}

func TestARatingBelongsToTheDayItWasAskedFor(t *testing.T) {
	m := Measure{Zone: time.UTC, Now: noon}
	f := m.Rated(&Conversation{AgentID: "owner", CSATAskedAt: noon.AddDate(0, 0, -1)}, 4)
	if f.Metric != CSATScore || f.Value != 4 || f.AgentID != "owner" || f.Day != "2026-03-01" || !f.EndedAt.Equal(noon.AddDate(0, 0, -1)) {
		t.Errorf("%+v", f)
	}
}

// Each value is within 1 % of the middle of its bucket, and buckets keep the order.
func TestBucketsAreOnePercentWide(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 9))
	last, at := 0, 0.0
	for range 20000 {
		s := 0.01 * math.Pow(10, 9*rng.Float64()) // 10 ms to 115 days
		b := Bucket(s)
		if mid := BucketValue(b); math.Abs(mid-s) > 0.01*s {
			t.Fatalf("%v s is told as %v s", s, mid)
		}
		if (s < at && b > last) || (s > at && b < last) {
			t.Fatalf("%v s is in bucket %d, %v s in %d", s, b, at, last)
		}
		last, at = b, s
	}
	for _, s := range []float64{0, -1, 0.0099} {
		if Bucket(s) != 0 || BucketValue(Bucket(s)) != 0 {
			t.Errorf("%v s is in bucket %d", s, Bucket(s))
		}
	}
}

func TestExpectedWaitsComeTrueOrNot(t *testing.T) {
	came := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for wait, want := range map[time.Duration]struct {
		off           float64
		within, short bool
	}{
		59 * time.Second:  {61, false, true},
		60 * time.Second:  {60, true, false},
		150 * time.Second: {30, true, false},
		180 * time.Second: {60, true, false},
		181 * time.Second: {61, false, false},
	} {
		m := Measure{Zone: time.UTC, Now: came.Add(wait)}
		f := m.Expected(&Conversation{ToldLow: 60, ToldHigh: 180}, "ana", came)
		if f.Metric != ExpectedWait || f.Seconds != want.off || f.WithinTarget != want.within || f.Short != want.short || f.AgentID != "ana" {
			t.Errorf("after %s: %+v", wait, f)
		}
		var figures Figures
		figures.Count(f.Group())
		figures.Merge(&Figures{Expected: Histogram{N: 3}, ExpectedWithin: 2, ExpectedSooner: 1})
		if share, ok := figures.AsTold(); !ok || share != float64(2+b(want.within))/4 {
			t.Errorf("after %s: %v as told", wait, share)
		}
		if share, _ := figures.SoonerThanTold(); share != float64(1+b(want.short))/4 {
			t.Errorf("after %s: %v sooner", wait, share)
		}
	}
	if _, ok := (&Figures{}).AsTold(); ok {
		t.Error("nothing told is a share")
	}
}

func b(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
