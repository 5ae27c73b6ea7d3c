package bench

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// histogram counts durations from 1 µs up to some hours in buckets less than 1 %
// wide, so that quantiles far out cost nothing to keep. Safe for concurrent use.
type histogram struct {
	counts [subBuckets * 27]atomic.Uint32
	n      atomic.Uint64
}

const (
	subBuckets = 1 << subBits
	subBits    = 7
)

func bucketOf(us uint64) int {
	if us < subBuckets {
		return int(us)
	}
	shift := bits.Len64(us) - subBits - 1
	return shift*subBuckets + int(us>>shift)
}

// upperEdge is the largest number of microseconds that falls into a bucket.
func upperEdge(bucket int) uint64 {
	if bucket < 2*subBuckets {
		return uint64(bucket)
	}
	shift := bucket/subBuckets - 1
	return (uint64(bucket-shift*subBuckets)+1)<<shift - 1
}

func (h *histogram) record(d time.Duration) {
	us := uint64(max(0, d.Microseconds()))
	h.counts[min(bucketOf(us), len(h.counts)-1)].Add(1)
	h.n.Add(1)
}

func (h *histogram) count() int { return int(h.n.Load()) }

// quantile is a duration that the share q (0–1) of those recorded do not exceed;
// 0 when nothing was recorded.
func (h *histogram) quantile(q float64) time.Duration {
	n := h.n.Load()
	if n == 0 {
		return 0
	}
	rank := max(1, uint64(q*float64(n)+0.999999))
	var sum uint64
	for i := range h.counts {
		if sum += uint64(h.counts[i].Load()); sum >= rank {
			return time.Duration(upperEdge(i)) * time.Microsecond
		}
	}
	return time.Duration(upperEdge(len(h.counts)-1)) * time.Microsecond
}

// ms is a quantile in milliseconds, as reports give it.
func (h *histogram) ms(q float64) float64 {
	return float64(h.quantile(q).Microseconds()) / 1000
}
