package simulate

import (
	"math"
	"math/rand/v2"
	"time"
)

// person is a customer to come.
type person struct {
	class    int
	at       float64 // seconds
	work     float64 // seconds at speed 1
	patience float64 // seconds; +Inf: for ever
}

// stream draws a class's customers. Each kind of number has a source of its own,
// so the n-th customer of a class is the same whatever the center does.
type stream struct {
	class                  *Class
	gaps, works, patiences *rand.Rand
	next                   float64
}

// sources of the streams.
const (
	gapSource = iota
	workSource
	patienceSource
	offerSource
	sourcesPerClass
)

// source begins a sequence of its own for each seed, class and kind. Seeds that
// are neighbours are scattered first, so that replications share nothing.
func source(seed uint64, class, kind int) *rand.Rand {
	return rand.New(rand.NewPCG(scatter(seed), scatter(scatter(seed)+uint64(class*sourcesPerClass+kind))))
}

// scatter is the output function of SplitMix64 (Steele, Lea, Flood 2014).
func scatter(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// crowd is everybody who will come in a replication, in order.
type crowd struct {
	scenario *Scenario
	streams  []*stream
	drawn    int
}

func newCrowd(s *Scenario, seed uint64) *crowd {
	c := &crowd{scenario: s}
	for i := range s.Classes {
		st := &stream{class: &s.Classes[i], gaps: source(seed, i, gapSource), works: source(seed, i, workSource), patiences: source(seed, i, patienceSource)}
		st.next = st.gap()
		c.streams = append(c.streams, st)
	}
	return c
}

func (s *stream) gap() float64 {
	if s.class.Rate <= 0 {
		return math.Inf(1)
	}
	return s.gaps.ExpFloat64() / s.class.Rate
}

// next is the next to come; ok is false when that was everybody.
func (c *crowd) next() (p person, ok bool) {
	if c.drawn == c.scenario.arrivals() {
		return p, false
	}
	c.drawn++
	if day := c.scenario.Recorded; len(day) > 0 {
		r := day[c.drawn-1]
		p = person{class: r.Class, at: r.At.Seconds()}
		c.draw(&p)
		if r.Handle > 0 {
			p.work = r.Handle.Seconds()
		}
		if r.Patience > 0 {
			p.patience = r.Patience.Seconds()
		}
		return p, true
	}
	first := 0
	for i, s := range c.streams {
		if s.next < c.streams[first].next {
			first = i
		}
	}
	s := c.streams[first]
	p = person{class: first, at: s.next}
	s.next += s.gap()
	c.draw(&p)
	return p, true
}

// draw gives a person what they bring.
func (c *crowd) draw(p *person) {
	s := c.streams[p.class]
	p.work = s.class.Handle.draw(s.works)
	p.patience = math.Inf(1)
	if s.class.Patience.Mean > 0 {
		p.patience = s.class.Patience.draw(s.patiences)
	}
}

func (d Duration) draw(r *rand.Rand) float64 {
	mean := d.Mean.Seconds()
	switch d.Shape {
	case Deterministic:
		return mean
	case Lognormal:
		// With sigma² = ln(1 + cv²) and mu = ln(mean) − sigma²/2 the mean and the
		// coefficient of variation are those asked for.
		variance := math.Log1p(d.CV * d.CV)
		return math.Exp(math.Log(mean) - variance/2 + math.Sqrt(variance)*r.NormFloat64())
	}
	return r.ExpFloat64() * mean
}

// midnight is when virtual time begins.
var midnight = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// clock is a moment of virtual time, given in seconds since it began.
func clock(seconds float64) time.Time {
	return midnight.Add(time.Duration(seconds * float64(time.Second)))
}
