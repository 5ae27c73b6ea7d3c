package desk

import (
	"math"
	"time"
)

// Metric names a kind of fact; docs/metrics.md defines each.
type Metric string

const (
	FirstResponse        Metric = "first_response"         // from the customer's first message
	FirstResponseHandoff Metric = "first_response_handoff" // from hand-off to a human
	NextResponse         Metric = "next_response"
	WaitAnswered         Metric = "wait_answered"  // entry in line ▶ acceptance
	WaitAbandoned        Metric = "wait_abandoned" // entry ▶ the customer left
	WaitExpired          Metric = "wait_expired"
	WaitLeftClosed       Metric = "wait_left_closed" // came after hours and left before the opening: reported apart
	ExpectedWait         Metric = "expected_wait"    // of an answered stay: seconds are the error, see Measure.Expected
	HandleTime           Metric = "handle_time"
	CSATSent             Metric = "csat_sent"
	CSATScore            Metric = "csat_score" // Value is the score, 1–5
	ResolvedCount        Metric = "resolved"
	ReopenedCount        Metric = "reopened"
	TransferCount        Metric = "transfer"
	DeclineCount         Metric = "decline"
	MissedOffer          Metric = "missed_offer"
	ConversationStarted  Metric = "conversation_started"
)

// Metrics lists every metric.
var Metrics = []Metric{FirstResponse, FirstResponseHandoff, NextResponse, WaitAnswered, WaitAbandoned, WaitExpired, WaitLeftClosed, ExpectedWait, HandleTime, CSATSent, CSATScore,
	ResolvedCount, ReopenedCount, TransferCount, DeclineCount, MissedOffer, ConversationStarted}

// Fact is one immutable measurement. Its dimensions are those at its end.
type Fact struct {
	ID              ID        `json:"id"`
	Metric          Metric    `json:"metric"`
	EndedAt         time.Time `json:"ended_at"`
	Day             string    `json:"day"` // local day of the reporting time zone, 2006-01-02
	InboxID         ID        `json:"inbox_id"`
	QueueID         ID        `json:"queue_id"`
	Channel         Channel   `json:"channel"`
	AgentID         ID        `json:"agent_id,omitempty"`
	ConversationID  ID        `json:"conversation_id"`
	Seconds         float64   `json:"seconds"`          // by the wall clock
	BusinessSeconds float64   `json:"business_seconds"` // in the queue's hours
	Value           int       `json:"value,omitempty"`
	WithinTarget    bool      `json:"within_target,omitempty"` // wait facts: at most T of the queue then; expected_wait: within the range told
	Short           bool      `json:"short,omitempty"`         // abandoned in under ShortAbandon; expected_wait: sooner than told
}

// ShortAbandon is the wait under which leaving is reported apart.
const ShortAbandon = 5 * time.Second

// bucketGrowth gives histogram buckets whose middle is within 1 % of any value inside.
const bucketGrowth = 1.02

// Bucket is the histogram bucket of a duration in seconds: 0 for under 10 ms,
// else 1 + floor(log_1.02(s / 0.01)). Buckets of any two histograms can be added.
func Bucket(seconds float64) int {
	if seconds < 0.01 {
		return 0
	}
	return 1 + int(math.Floor(math.Log(seconds/0.01)/math.Log(bucketGrowth)))
}

// BucketValue is the middle, in seconds, of a bucket: within 1 % of each member.
func BucketValue(b int) float64 {
	if b <= 0 {
		return 0
	}
	return 0.01 * math.Pow(bucketGrowth, float64(b)-0.5)
}

// Percentile reads the p-quantile (0–1) from bucket counts; NaN when empty.
// It is the nearest-rank quantile: the smallest value with at least p·n at or below it.
func Percentile(counts map[int]int, p float64) float64 {
	total, top := 0, 0
	for b, n := range counts {
		total += n
		top = max(top, b)
	}
	if total == 0 {
		return math.NaN()
	}
	want := int(math.Ceil(p * float64(total)))
	want = max(want, 1)
	seen := 0
	for b := 0; b <= top; b++ {
		seen += counts[b]
		if seen >= want {
			return BucketValue(b)
		}
	}
	return BucketValue(top)
}
