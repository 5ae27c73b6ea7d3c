package routing

import (
	"math"
	"slices"

	"parley/desk"
)

// Expectation is how long somebody will wait: mean and the range within which
// 8 of 10 find themselves, in seconds.
type Expectation struct{ Mean, Low, High float64 }

// tenth is the 90 % point of the standard normal distribution.
const tenth = 1.2815515655446004

// Expect is the wait of the position-th in line (from 1) when slots
// conversations are going on at once, each ending at rate mu, and each who waits
// gives up at rate theta (a second): the sum over the places ahead of
// 1 / (slots·mu + j·theta) (Whitt 1999, "Predicting queueing delays").
//
// The sum is one of exponential times, whose variances add up; the range takes
// it for a gamma distribution of this mean and variance.
func Expect(slots float64, mu, theta float64, position int) Expectation {
	mean, variance := 0.0, 0.0
	for j := range position {
		t := 1 / (slots*mu + float64(j)*theta)
		mean += t
		variance += t * t
	}
	return spread(mean, variance)
}

// Crew is agents who serve the same queues: how many conversations they hold at
// once, of the kind in question.
type Crew struct {
	Slots  int
	Queues []desk.ID
}

// SlotsFor is how many of their slots are for who comes last in a queue's line:
// of agents who serve several queues the share that those ahead in this one have
// of all who are ahead in theirs. With one line for all it gives the same waits
// as if they were counted as one line.
func SlotsFor(queue desk.ID, crews []Crew, ahead func(desk.ID) int) float64 {
	slots := 0.0
	for _, c := range crews {
		if !slices.Contains(c.Queues, queue) {
			continue
		}
		all := 1
		for _, q := range c.Queues {
			all += ahead(q)
		}
		slots += float64(c.Slots) * float64(1+ahead(queue)) / float64(all)
	}
	return slots
}

// spread gives the 10 % and 90 % points of a gamma distribution, by the
// approximation of Wilson and Hilferty (1931).
func spread(mean, variance float64) Expectation {
	if mean <= 0 || variance <= 0 {
		return Expectation{}
	}
	k := mean * mean / variance
	at := func(z float64) float64 {
		return mean * math.Pow(math.Max(0, 1-1/(9*k)+z/(3*math.Sqrt(k))), 3)
	}
	return Expectation{mean, at(-tenth), at(tenth)}
}
