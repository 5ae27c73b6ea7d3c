package routing

import (
	"math"

	"parley/desk"
)

// Staffing is how many agents a queue needs in the next half hour.
type Staffing struct {
	Need     int     // agents at work all the time
	Expected float64 // customers in the half hour
	AtOnce   float64 // conversations an agent holds
}

// mostNeeded bounds the search.
const mostNeeded = 10_000

const halfHour = 1800.0

// Expected is the forecast for the next half hour: as many as usually at this
// time of the week and as many as lately, both counting half, because either
// alone misses a day that is unlike others or a turn of the hour.
func Expected(a desk.Arrivals) float64 {
	if a.Weeks == 0 {
		return float64(a.Lately)
	}
	return (a.Usual + float64(a.Lately)) / 2
}

// Staff is the least number of agents for the queue's target by Erlang-A, each
// holding atOnce conversations at once; ok is false with fewer than 20 handled.
func Staff(q *desk.Queue, a desk.Arrivals, r desk.Rates, atOnce float64) (s Staffing, ok bool) {
	if r.Handled < minObservations || r.HandleSeconds <= 0 || atOnce <= 0 {
		return s, false
	}
	s.Expected, s.AtOnce = Expected(a), atOnce
	line := Queueing{Load: s.Expected / halfHour * r.HandleSeconds, Handle: r.HandleSeconds}
	if r.AbandonPerHour > 0 {
		line.Patience = 3600 / r.AbandonPerHour
	}
	slots := line.Need(float64(q.TargetShare)/100, float64(q.TargetSeconds), mostNeeded)
	s.Need = int(math.Ceil(float64(slots) / atOnce))
	return s, true
}

// AtOnce is how many conversations of the queue an agent of those who serve it
// holds at once, on average; of one with full capacity when nobody is at work.
func AtOnce(q *desk.Queue, channels []desk.Channel, agents []*desk.Agent) (atOnce float64, have int) {
	cost := 0
	for _, c := range channels {
		cost = max(cost, q.Cost(c))
	}
	if cost == 0 {
		cost = desk.WebChat.Cost()
	}
	slots := 0
	for _, a := range agents {
		if q.Accepts(a) && works(a) && (a.Presence == desk.Available || a.Presence == desk.Busy) {
			have++
			slots += a.Capacity / cost
		}
	}
	if slots == 0 {
		return float64(desk.FullCapacity / cost), have
	}
	return float64(slots) / float64(have), have
}
