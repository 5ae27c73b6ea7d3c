package bench

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// Each bucket ends where the next begins, and is less than 1 % wide.
func TestBucketsLeaveNoGapAndAreNarrow(t *testing.T) {
	for b := range len((&histogram{}).counts) - 1 {
		edge := upperEdge(b)
		if got := bucketOf(edge); got != b {
			t.Fatalf("the upper edge of bucket %d, %d µs, is in bucket %d", b, edge, got)
		}
		if got := bucketOf(edge + 1); got != b+1 {
			t.Fatalf("%d µs, just above bucket %d, is in bucket %d", edge+1, b, got)
		}
		if width := upperEdge(b+1) - edge; edge > subBuckets && float64(width) > 0.01*float64(edge) {
			t.Fatalf("bucket %d is %d µs wide at %d µs", b+1, width, edge)
		}
	}
	if far := upperEdge(len((&histogram{}).counts) - 1); time.Duration(far)*time.Microsecond < time.Hour {
		t.Errorf("the histogram ends at %d µs", far)
	}
}

func TestQuantilesAreThoseOfTheSortedList(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var h histogram
	var all []time.Duration
	for range 20000 {
		d := time.Duration(rng.ExpFloat64()*4000) * time.Microsecond
		all = append(all, d)
		h.record(d)
	}
	slices.Sort(all)
	for _, q := range []float64{0, 0.5, 0.9, 0.99, 0.999, 1} {
		want := all[max(0, int(q*float64(len(all))+0.999999)-1)]
		if got := h.quantile(q); got < want || float64(got-want) > 0.01*float64(want) {
			t.Errorf("quantile %v is %v, want %v and less than 1 %% above", q, got, want)
		}
	}
	if h.count() != len(all) {
		t.Errorf("%d recorded, want %d", h.count(), len(all))
	}
}

func TestAnEmptyHistogramAndOutliers(t *testing.T) {
	var h histogram
	if got := h.quantile(0.99); got != 0 {
		t.Errorf("nothing recorded has p99 %v", got)
	}
	h.record(-time.Second)
	h.record(1000 * time.Hour)
	if low, high := h.quantile(0.5), h.quantile(1); low != 0 || high < time.Hour {
		t.Errorf("a negative and a huge duration became %v and %v", low, high)
	}
}
