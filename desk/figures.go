package desk

import (
	"maps"
	"time"
)

// Histogram sums up durations so that any two can be added and a percentile
// read from the sum: percentiles themselves are never averaged.
type Histogram struct {
	N               int
	Seconds         float64     // sum by the wall clock
	BusinessSeconds float64     // sum within business hours
	Buckets         map[int]int // Bucket of the seconds ▶ how many
	Business        map[int]int // Bucket of the business seconds ▶ how many
}

// Merge adds another histogram.
func (h *Histogram) Merge(o Histogram) {
	h.N += o.N
	h.Seconds += o.Seconds
	h.BusinessSeconds += o.BusinessSeconds
	h.Buckets = addCounts(h.Buckets, o.Buckets)
	h.Business = addCounts(h.Business, o.Business)
}

func addCounts(to, from map[int]int) map[int]int {
	if to == nil {
		return maps.Clone(from)
	}
	for b, n := range from {
		to[b] += n
	}
	return to
}

func (h *Histogram) count(g FactGroup) {
	if h.Buckets == nil {
		h.Buckets, h.Business = map[int]int{}, map[int]int{}
	}
	h.N += g.N
	h.Seconds += g.Seconds
	h.BusinessSeconds += g.BusinessSeconds
	h.Buckets[g.Bucket] += g.N
	h.Business[g.BusinessBucket] += g.N
}

// Mean in seconds; 0 when empty.
func (h Histogram) Mean() float64 {
	if h.N == 0 {
		return 0
	}
	return h.Seconds / float64(h.N)
}

// Percentile in seconds, within 1 % of the exact one; NaN when empty.
func (h Histogram) Percentile(p float64) float64 { return Percentile(h.Buckets, p) }

// BusinessPercentile is Percentile within business hours.
func (h Histogram) BusinessPercentile(p float64) float64 { return Percentile(h.Business, p) }

// FactGroup is N facts that no report tells apart: alike in metric, value,
// flags and buckets. The seconds are their sums.
type FactGroup struct {
	Metric          Metric
	Value           int
	WithinTarget    bool
	Short           bool
	Bucket          int
	BusinessBucket  int
	N               int
	Seconds         float64
	BusinessSeconds float64
}

// Group is the fact as a group of one.
func (f Fact) Group() FactGroup {
	return FactGroup{Metric: f.Metric, Value: f.Value, WithinTarget: f.WithinTarget, Short: f.Short, Bucket: Bucket(f.Seconds),
		BusinessBucket: Bucket(f.BusinessSeconds), N: 1, Seconds: f.Seconds, BusinessSeconds: f.BusinessSeconds}
}

// Figures are what facts add up to: a row of a report, or a queue's day. The
// zero value is of no facts, and any two can be merged.
type Figures struct {
	Started int // conversations begun by customers

	Answered       int // stays in line that ended with an agent
	AnsweredWithin int // of these, within the queue's target T
	Abandoned      int // left the line, short ones not counted
	AbandonedLate  int // of these, after T
	AbandonedShort int // left within ShortAbandon: reported apart
	Expired        int // messages nobody took in time

	Wait                 Histogram // of the answered
	AbandonedWait        Histogram // of the abandoned, short ones not counted
	FirstResponse        Histogram
	FirstResponseHandoff Histogram
	NextResponse         Histogram
	Handle               Histogram

	Expected       Histogram // how far off the expected wait was, of the answered who had one
	ExpectedWithin int       // of these, who waited as long as told
	ExpectedSooner int       // who waited less

	CSATSent int
	Scores   [5]int // how many gave 1 … 5

	Resolved  int
	Reopened  int
	Transfers int
	Declines  int
	Missed    int

	// Unanswered customers there are now, whatever the range of days.
	Unanswered       int
	OldestUnanswered time.Time // zero when there is none
}

// Count takes facts in. What each metric means for a figure is decided here and
// nowhere else.
func (f *Figures) Count(g FactGroup) {
	switch g.Metric {
	case ConversationStarted:
		f.Started += g.N
	case WaitAnswered:
		f.Answered += g.N
		if g.WithinTarget {
			f.AnsweredWithin += g.N
		}
		f.Wait.count(g)
	case WaitAbandoned:
		f.countAbandoned(g)
	case WaitExpired:
		f.Expired += g.N
	case FirstResponse:
		f.FirstResponse.count(g)
	case FirstResponseHandoff:
		f.FirstResponseHandoff.count(g)
	case NextResponse:
		f.NextResponse.count(g)
	case HandleTime:
		f.Handle.count(g)
	case ExpectedWait:
		f.countExpected(g)
	case CSATSent:
		f.CSATSent += g.N
	case CSATScore:
		if g.Value >= 1 && g.Value <= 5 {
			f.Scores[g.Value-1] += g.N
		}
	case ResolvedCount:
		f.Resolved += g.N
	case ReopenedCount:
		f.Reopened += g.N
	case TransferCount:
		f.Transfers += g.N
	case DeclineCount:
		f.Declines += g.N
	case MissedOffer:
		f.Missed += g.N
	}
}

func (f *Figures) countAbandoned(g FactGroup) {
	if g.Short {
		f.AbandonedShort += g.N
		return
	}
	f.Abandoned += g.N
	if !g.WithinTarget {
		f.AbandonedLate += g.N
	}
	f.AbandonedWait.count(g)
}

func (f *Figures) countExpected(g FactGroup) {
	f.Expected.count(g)
	switch {
	case g.WithinTarget:
		f.ExpectedWithin += g.N
	case g.Short:
		f.ExpectedSooner += g.N
	}
}

// Merge adds the figures of other facts.
func (f *Figures) Merge(o *Figures) {
	f.Started += o.Started
	f.Answered += o.Answered
	f.AnsweredWithin += o.AnsweredWithin
	f.Abandoned += o.Abandoned
	f.AbandonedLate += o.AbandonedLate
	f.AbandonedShort += o.AbandonedShort
	f.Expired += o.Expired
	f.Wait.Merge(o.Wait)
	f.AbandonedWait.Merge(o.AbandonedWait)
	f.FirstResponse.Merge(o.FirstResponse)
	f.FirstResponseHandoff.Merge(o.FirstResponseHandoff)
	f.NextResponse.Merge(o.NextResponse)
	f.Handle.Merge(o.Handle)
	f.Expected.Merge(o.Expected)
	f.ExpectedWithin += o.ExpectedWithin
	f.ExpectedSooner += o.ExpectedSooner
	f.CSATSent += o.CSATSent
	for i, n := range o.Scores {
		f.Scores[i] += n
	}
	f.Resolved += o.Resolved
	f.Reopened += o.Reopened
	f.Transfers += o.Transfers
	f.Declines += o.Declines
	f.Missed += o.Missed
	f.CountUnanswered(o.Unanswered, o.OldestUnanswered)
}

// CountUnanswered takes in n customers without a first response, the first of
// whom asked at oldest.
func (f *Figures) CountUnanswered(n int, oldest time.Time) {
	f.Unanswered += n
	if !oldest.IsZero() && (f.OldestUnanswered.IsZero() || oldest.Before(f.OldestUnanswered)) {
		f.OldestUnanswered = oldest
	}
}

// ServiceLevel is answered within T / (answered + abandoned after T), a share
// 0–1; ok is false when nothing counts yet.
func (f *Figures) ServiceLevel() (share float64, ok bool) {
	return ratio(f.AnsweredWithin, f.Answered+f.AbandonedLate)
}

// Abandonment is abandoned / (answered + abandoned), short ones in neither.
func (f *Figures) Abandonment() (share float64, ok bool) {
	return ratio(f.Abandoned, f.Answered+f.Abandoned)
}

// AsTold is the share of those who waited as long as they were told to expect,
// SoonerThanTold of those who waited less; the rest waited longer.
func (f *Figures) AsTold() (share float64, ok bool) { return ratio(f.ExpectedWithin, f.Expected.N) }

// SoonerThanTold see AsTold.
func (f *Figures) SoonerThanTold() (share float64, ok bool) {
	return ratio(f.ExpectedSooner, f.Expected.N)
}

// Ratings is how many customers answered "rate us".
func (f *Figures) Ratings() int {
	n := 0
	for _, k := range f.Scores {
		n += k
	}
	return n
}

// CSAT is the share of ratings that are 4 or 5.
func (f *Figures) CSAT() (share float64, ok bool) {
	return ratio(f.Scores[3]+f.Scores[4], f.Ratings())
}

// MeanScore of the ratings, 1–5.
func (f *Figures) MeanScore() (mean float64, ok bool) {
	sum := 0
	for i, n := range f.Scores {
		sum += (i + 1) * n
	}
	return ratio(sum, f.Ratings())
}

// ResponseRate is ratings / questions sent: no answer is not a 0.
func (f *Figures) ResponseRate() (share float64, ok bool) {
	return ratio(f.Ratings(), f.CSATSent)
}

func ratio(part, whole int) (float64, bool) {
	if whole == 0 {
		return 0, false
	}
	return float64(part) / float64(whole), true
}
