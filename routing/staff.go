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

// truncated is where the sums over those who wait end: what is left out is less
// than this share of the whole.
const truncated = 1e-12

// With gives the performance with n servers at a target of t seconds, exactly but
// for where sums end (Garnett, Mandelbaum, Reiman 2002; Mandelbaum and Zeltyn
// 2007). ok is false when the line would grow for ever.
func (q Queueing) With(n int, t float64) (p Performance, ok bool) {
	if q.Load <= 0 {
		return Performance{Within: 1}, true
	}
	if n <= 0 || q.Handle <= 0 {
		return p, false
	}
	mu, theta := 1/q.Handle, 0.0
	if q.Patience > 0 {
		theta = 1 / q.Patience
	} else if q.Load >= float64(n) {
		return p, false
	}
	lambda := q.Load * mu
	// Probabilities relative to that of exactly n: those with a server free, by
	// going down from n; and with j in line, by going up.
	free, term := 0.0, 1.0
	for k := n; k > 0 && term > truncated*math.Max(1, free); k-- {
		term *= float64(k) / q.Load
		free += term
	}
	line := []float64{1}
	sum, last := 1.0, 1.0
	for j := 1; j < 1_000_000; j++ {
		last *= lambda / (float64(n)*mu + float64(j)*theta)
		line = append(line, last)
		sum += last
		// Beyond here terms fall at least as fast as a geometric series with this ratio.
		ratio := lambda / (float64(n)*mu + float64(j+1)*theta)
		if ratio < 1 && last*ratio/(1-ratio) < truncated*(sum+free) {
			break
		}
	}
	total := free + sum
	inLine := 0.0
	for j, w := range line {
		inLine += float64(j) * w / total
		// Who finds j in line is served within t when j+1 servers become free before
		// the patience ends.
		p.Within += w / total * servedWithin(float64(n)*mu, theta, j, t)
	}
	p.Within += free / total
	p.Waits = sum / total
	p.MeanWait = inLine / lambda
	p.Abandoned = theta * inLine / lambda
	return p, true
}

// servedWithin is the chance that somebody with j ahead in line is served within
// t and has not left: of the j+1 ahead of being served each place goes at rate
// busy + k·theta, and they themselves leave at rate theta.
//
// With j ahead the wait is that of a pure death process whose rates are
// busy + (j−k)·theta: what would be a sum of exponentials becomes, for theta > 0,
// the regularized incomplete beta function of x = 1 − e^(−theta·t).
func servedWithin(busy, theta float64, j int, t float64) float64 {
	if t <= 0 {
		return 0
	}
	if theta == 0 {
		return gammaP(float64(j+1), busy*t)
	}
	// The offered wait V of j ahead has P(V ≤ t) = I_x(j+1, c) with c = busy/theta.
	// They are still there at V with chance e^(−theta·V), which is again a beta
	// integral: B(j+1, c+1) / B(j+1, c) · I_x(j+1, c+1).
	c := busy / theta
	return c / (c + float64(j+1)) * betaI(float64(j+1), c+1, 1-math.Exp(-theta*t))
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

// gammaP is the regularized lower incomplete gamma function for a whole number a:
// the chance that a Poisson count of mean x is at least a.
func gammaP(a, x float64) float64 {
	if x <= 0 {
		return 0
	}
	logTerm := -x
	below := math.Exp(logTerm)
	for k := 1.0; k < a; k++ {
		logTerm += math.Log(x / k)
		below += math.Exp(logTerm)
	}
	return math.Max(0, 1-below)
}

// betaI is the regularized incomplete beta function, by its continued fraction
// (Lentz' algorithm; Abramowitz and Stegun 26.5.8).
func betaI(a, b, x float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	case x > (a+1)/(a+b+2):
		return 1 - betaI(b, a, 1-x)
	}
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	front := math.Exp(lab-la-lb+a*math.Log(x)+b*math.Log1p(-x)) / a
	const tiny, enough = 1e-300, 1e-15
	f, c, d := 1.0, 1.0, 0.0
	for i := range 1000 {
		m := float64(i / 2)
		var num float64
		switch {
		case i == 0:
			num = 1
		case i%2 == 0:
			num = m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		default:
			num = -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		}
		if d = 1 + num*d; math.Abs(d) < tiny {
			d = tiny
		}
		if c = 1 + num/c; math.Abs(c) < tiny {
			c = tiny
		}
		d = 1 / d
		step := c * d
		f *= step
		if math.Abs(step-1) < enough {
			break
		}
	}
	return front * (f - 1)
}
