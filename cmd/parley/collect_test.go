package main

import "testing"

func TestCollectingLessOftenUnderLoad(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct {
		made, live uint64
		want       int
	}{
		{0, 30 * mb, 100},          // idle: small
		{20 * mb, 30 * mb, 100},    // a little to do
		{150 * mb, 75 * mb, 200},   // one collection a second
		{2000 * mb, 60 * mb, 400},  // never more
		{2000 * mb, 128 * mb, 200}, // nor more memory than there is room for
		{2000 * mb, 2000 * mb, 100},
		{5, 0, 400},
	} {
		if got := collectPercent(c.made, c.live); got != c.want {
			t.Errorf("%d MB/s on %d MB: %d, want %d", c.made/mb, c.live/mb, got, c.want)
		}
	}
}
