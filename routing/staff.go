package routing

import "math"

// Queueing is a line with servers who are alike: Erlang-A, and with patience for
// ever Erlang-C. Times are seconds.
type Queueing struct {
	Load     float64 // erlangs: arrivals a second × mean handle time
	Handle   float64 // mean
	Patience float64 // mean; 0: for ever
}

// Performance is what a line gives in the long run.
type Performance struct {
	Waits     float64 // share who are not served at once
	MeanWait  float64 // seconds, of the answered and those who left
	Within    float64 // share answered within T, of the same
	Abandoned float64 // share who leave
}

// With gives the performance with n servers at a target of t seconds (Garnett,
// Mandelbaum, Reiman 2002; Mandelbaum and Zeltyn 2007). ok is false when the line
// would grow for ever.
//
// Of somebody who finds all servers busy, the wait until one is free for them has a
// density proportional to g(x) = exp(lambda·(1 − e^(−theta·x))/theta − n·mu·x): they
// are served if they are still there then. All else are integrals over g. That takes
// the same time for any load, and nothing overflows.
func (q Queueing) With(n int, t float64) (p Performance, ok bool) {
	if q.Load <= 0 {
		return Performance{Within: 1}, true
	}
	if n <= 0 || q.Handle <= 0 {
		return p, false
	}
	d := density{lambda: q.Load / q.Handle, busy: float64(n) / q.Handle}
	if q.Patience > 0 {
		d.theta = 1 / q.Patience
	} else if q.Load >= float64(n) {
		return p, false
	}
	d.find()
	// Relative to the probability of exactly n in the center.
	free, of := freeServers(n, q.Load)
	most := math.Max(of, d.top)
	free *= math.Exp(of - most)
	line := func(to float64, f func(x float64) float64) float64 {
		return d.busy * d.integral(to, f) * math.Exp(d.top-most)
	}
	wait := line(math.Inf(1), func(float64) float64 { return 1 })
	total := free + wait
	p.Waits = wait / total
	p.Within = (free + line(t, func(x float64) float64 { return math.Exp(-d.theta * x) })) / total
	p.MeanWait = line(math.Inf(1), d.stayed) / total
	p.Abandoned = d.theta * p.MeanWait
	return p, true
}

// freeServers sums the probabilities of 0 to n−1 in the center, relative to that of
// n, as sum·e^of.
func freeServers(n int, load float64) (sum, of float64) {
	const enough, large = 1e-14, 1e200
	term := 1.0
	for k := n; k > 0 && (float64(k) > load || term > enough*sum); k-- {
		term *= float64(k) / load
		sum += term
		if sum > large {
			sum, term, of = sum/large, term/large, of+math.Log(large)
		}
	}
	return sum, of
}

// density is g, with where it is worth looking at.
type density struct {
	lambda, busy, theta float64 // rates: of coming, of n servers becoming free, of leaving
	top                 float64 // the largest exponent
	low, high           float64 // outside the exponent is less than that by negligible
}

// negligible is by how much an exponent is smaller than the largest where g adds
// nothing more.
const negligible = 42

// stayed is the mean time that somebody stays who would have to wait x.
func (d *density) stayed(x float64) float64 {
	if d.theta == 0 {
		return x
	}
	return -math.Expm1(-d.theta*x) / d.theta
}

func (d *density) exponent(x float64) float64 { return d.lambda*d.stayed(x) - d.busy*x }

// find finds the top and the ends.
func (d *density) find() {
	peak := 0.0
	if d.theta > 0 && d.lambda > d.busy {
		peak = math.Log(d.lambda/d.busy) / d.theta
	}
	d.top = d.exponent(peak)
	small := func(x float64) bool { return d.exponent(x) < d.top-negligible }
	step := 1 / d.busy
	for !small(peak + step) {
		step *= 2
	}
	d.high = between(peak+step/2, peak+step, small)
	if small(0) {
		d.low = peak - between(0, peak, func(x float64) bool { return small(peak - x) })
	}
}

// between halves until it is near the first x that is past.
func between(from, to float64, past func(float64) bool) float64 {
	for range 40 {
		if middle := (from + to) / 2; past(middle) {
			to = middle
		} else {
			from = middle
		}
	}
	return to
}

// integral is that of f·g up to a point, relative to e^top: Gauss–Legendre with
// five points on each of 64 panels, which is exact to 10 digits here.
func (d *density) integral(to float64, f func(x float64) float64) float64 {
	const panels = 64
	points := [...][2]float64{{0, 128. / 225}, {.5384693101056831, .4786286704993665}, {-.5384693101056831, .4786286704993665},
		{.9061798459386640, .2369268850561891}, {-.9061798459386640, .2369268850561891}}
	to = math.Min(to, d.high)
	if to <= d.low {
		return 0
	}
	half := (to - d.low) / panels / 2
	sum := 0.0
	for i := range panels {
		middle := d.low + float64(2*i+1)*half
		for _, p := range points {
			x := middle + p[0]*half
			sum += p[1] * f(x) * math.Exp(d.exponent(x)-d.top)
		}
	}
	return sum * half
}

// Need is the least number of servers with whom at least the share of customers
// is answered within t seconds; 0 when nobody comes. It is at most most.
func (q Queueing) Need(share, t float64, most int) int {
	if q.Load <= 0 {
		return 0
	}
	low, high := 0, 1
	good := func(n int) bool {
		p, ok := q.With(n, t)
		return ok && p.Within >= share
	}
	for high < most && !good(high) {
		low, high = high, 2*high
	}
	high = min(high, most)
	for high-low > 1 {
		if mid := (low + high) / 2; good(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}
