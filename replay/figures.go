package replay

import (
	"math"
	"slices"
	"time"

	"parley/desk"
)

// Figures of a period, for all queues or one. Times are seconds. They mean what
// the simulator's mean: waits of the answered and of those who left, service
// level answered within T of the same.
type Figures struct {
	Customers    int     `json:"customers"` // stays in line that began in the period
	Answered     int     `json:"answered"`
	Within       float64 `json:"within"` // answered within T
	Abandoned    float64 `json:"abandoned_count"`
	Expired      float64 `json:"expired"`
	MeanWait     float64 `json:"mean_wait"`
	P50          float64 `json:"p50"`
	P90          float64 `json:"p90"`
	P99          float64 `json:"p99"`
	ServiceLevel float64 `json:"service_level"`
	Abandonment  float64 `json:"abandoned"` // share
	Occupancy    float64 `json:"occupancy"` // of all queues only: share of the time at work with anybody
	CI           CI      `json:"ci"`
}

// CI is half-widths of 95 % confidence intervals over the replications: what is
// drawn makes them. Null for what was recorded.
type CI struct {
	MeanWait     *float64 `json:"mean_wait"`
	ServiceLevel *float64 `json:"service_level"`
	Abandonment  *float64 `json:"abandoned"`
}

// tally counts outcomes.
type tally struct {
	waits                         []float64
	sum                           float64
	customers                     int
	answered, within, left, expir int
}

func (t *tally) add(o outcome, target time.Duration) {
	t.customers++
	switch o.end {
	case answered:
		t.answered++
		if o.wait <= target {
			t.within++
		}
	case abandoned:
		t.left++
	case expired:
		t.expir++
		return
	default:
		return
	}
	t.waits = append(t.waits, o.wait.Seconds())
	t.sum += o.wait.Seconds()
}

func (t *tally) mean() float64      { return ratio(t.sum, float64(len(t.waits))) }
func (t *tally) level() float64     { return ratio(float64(t.within), float64(len(t.waits))) }
func (t *tally) abandoned() float64 { return ratio(float64(t.left), float64(len(t.waits))) }

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// summarize makes figures of replications: means are averaged, percentiles are
// of all waits together.
func summarize(all []*tally, drawn bool) Figures {
	n := float64(len(all))
	var f Figures
	var waits []float64
	customers, answers := 0.0, 0.0
	for _, t := range all {
		waits = append(waits, t.waits...)
		customers += float64(t.customers) / n
		answers += float64(t.answered) / n
		f.Within += float64(t.within) / n
		f.Abandoned += float64(t.left) / n
		f.Expired += float64(t.expir) / n
	}
	f.Customers, f.Answered = int(math.Round(customers)), int(math.Round(answers))
	slices.Sort(waits)
	f.P50, f.P90, f.P99 = quantile(waits, .5), quantile(waits, .9), quantile(waits, .99)
	f.MeanWait, f.CI.MeanWait = interval(all, (*tally).mean, drawn)
	f.ServiceLevel, f.CI.ServiceLevel = interval(all, (*tally).level, drawn)
	f.Abandonment, f.CI.Abandonment = interval(all, (*tally).abandoned, drawn)
	return f
}

// quantile is the nearest-rank quantile of sorted values.
func quantile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(0, int(math.Ceil(p*float64(len(sorted))))-1)]
}

func interval(all []*tally, of func(*tally) float64, drawn bool) (float64, *float64) {
	values := make([]float64, len(all))
	for i, t := range all {
		values[i] = of(t)
	}
	mean, half := meanOf(values)
	if !drawn {
		half = nil
	}
	return mean, half
}

// meanOf is the mean and half of its 95 % confidence interval; nil with one value.
func meanOf(values []float64) (mean float64, half *float64) {
	n := float64(len(values))
	for _, v := range values {
		mean += v / n
	}
	if len(values) < 2 {
		return mean, nil
	}
	sum := 0.0
	for _, v := range values {
		sum += (v - mean) * (v - mean)
	}
	h := studentsT(len(values)-1) * math.Sqrt(sum/(n-1)/n)
	return mean, &h
}

// studentsT is the 97.5 % point of Student's t distribution: exact for few
// degrees of freedom, else the first terms of its expansion.
func studentsT(freedom int) float64 {
	table := [...]float64{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228}
	if freedom <= len(table) {
		return table[freedom-1]
	}
	const z = 1.959964
	n := float64(freedom)
	return z + (z*z*z+z)/(4*n) + (5*math.Pow(z, 5)+16*z*z*z+3*z)/(96*n*n)
}

// occupied counts how long people at work had anybody.
type occupied struct {
	from, to     time.Time
	busy, atWork time.Duration
	last         map[desk.ID]state
}

type state struct {
	at           time.Time
	busy, atWork bool
}

// note counts the time until now, and takes in how somebody is from now on.
func (o *occupied) note(a *desk.Agent, now time.Time) {
	if o.last == nil {
		o.last = map[desk.ID]state{}
	}
	if was, known := o.last[a.ID]; known {
		from, to := later(was.at, o.from), now
		if to.After(o.to) {
			to = o.to
		}
		if d := to.Sub(from); d > 0 {
			if was.atWork || was.busy {
				o.atWork += d
			}
			if was.busy {
				o.busy += d
			}
		}
	}
	o.last[a.ID] = state{now, a.Load > 0, a.Presence != desk.Offline}
}

func (o *occupied) share() float64 { return ratio(o.busy.Seconds(), o.atWork.Seconds()) }
