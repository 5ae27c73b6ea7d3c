package simulate

import (
	"math"
	"slices"
)

// figures is what one replication counts.
type figures struct {
	dropped   int // customers before this do not count
	threshold float64
	classes   []tally
	occupancy []float64 // by agent
}

// tally is the counts of one class.
type tally struct {
	waits      []float32 // seconds, of everybody but the blocked
	sum        float64   // of those
	waited     int       // who could not be served at once
	answered   int
	within     int // of these, within T
	abandoned  int
	blocked    int
	handled    int
	handleTime float64
}

func (f *figures) of(w *customer) *tally {
	if w.n < f.dropped {
		return &tally{}
	}
	return &f.classes[w.class]
}

func (t *tally) wait(seconds float64) {
	t.waits = append(t.waits, float32(seconds))
	t.sum += seconds
	if seconds > 0 {
		t.waited++
	}
}

func (f *figures) answered(w *customer, now float64) {
	t := f.of(w)
	t.wait(now - w.at)
	t.answered++
	if now-w.at <= f.threshold {
		t.within++
	}
}

func (f *figures) left(w *customer, now float64) {
	t := f.of(w)
	t.wait(now - w.at)
	t.abandoned++
}

func (f *figures) blocked(w *customer) { f.of(w).blocked++ }

func (f *figures) handled(w *customer, now float64) {
	t := f.of(w)
	t.handled++
	t.handleTime += now - w.begun
}

// add sums two classes up.
func (t *tally) add(o *tally) {
	t.waits = append(t.waits, o.waits...)
	t.sum += o.sum
	t.waited += o.waited
	t.answered += o.answered
	t.within += o.within
	t.abandoned += o.abandoned
	t.blocked += o.blocked
	t.handled += o.handled
	t.handleTime += o.handleTime
}

// Figures are the results for all customers, or for a class. Times are seconds.
type Figures struct {
	MeanWait     float64   `json:"mean_wait"` // of the answered and the abandoned
	P50          float64   `json:"p50"`
	P90          float64   `json:"p90"`
	P99          float64   `json:"p99"`
	PWait        float64   `json:"p_wait"`        // share who were not served at once
	ServiceLevel float64   `json:"service_level"` // answered within T of the answered and the abandoned
	Abandoned    float64   `json:"abandoned"`     // share of the answered and the abandoned
	Blocked      float64   `json:"blocked"`       // share of all who came
	MeanHandle   float64   `json:"mean_handle"`
	CI           Intervals `json:"ci"`

	quantiles []float64 // of the waits, from 0 to 1, for the report
}

// Intervals are half-widths of 95 % confidence intervals over the replications;
// null with one replication.
type Intervals struct {
	MeanWait     *float64 `json:"mean_wait"`
	ServiceLevel *float64 `json:"service_level"`
	Abandoned    *float64 `json:"abandoned"`
}

// Occupancy is the share of time in which agents had anybody.
type Occupancy struct {
	Mean float64 `json:"mean"`
	Min  float64 `json:"min"` // of the least busy agent
	Max  float64 `json:"max"`
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// means is a replication's figures that are averaged over replications.
type means struct{ wait, pWait, level, abandoned, blocked, handle float64 }

func (t *tally) means() means {
	n := float64(len(t.waits))
	return means{wait: ratio(t.sum, n), pWait: ratio(float64(t.waited), n), level: ratio(float64(t.within), n), abandoned: ratio(float64(t.abandoned), n),
		blocked: ratio(float64(t.blocked), n+float64(t.blocked)), handle: ratio(t.handleTime, float64(t.handled))}
}

// summarize makes figures of one class's tallies, one a replication. Means are
// averaged over replications; percentiles are of all waits together.
func summarize(all []*tally) (Figures, []means) {
	each := make([]means, len(all))
	n := 0
	for i, t := range all {
		each[i] = t.means()
		n += len(t.waits)
	}
	waits := make([]float32, 0, n)
	for _, t := range all {
		waits = append(waits, t.waits...)
	}
	slices.Sort(waits)
	f := Figures{P50: quantile(waits, .5), P90: quantile(waits, .9), P99: quantile(waits, .99)}
	for k := range curvePoints + 1 {
		f.quantiles = append(f.quantiles, quantile(waits, float64(k)/curvePoints))
	}
	f.MeanWait, f.CI.MeanWait = interval(each, func(m means) float64 { return m.wait })
	f.ServiceLevel, f.CI.ServiceLevel = interval(each, func(m means) float64 { return m.level })
	f.Abandoned, f.CI.Abandoned = interval(each, func(m means) float64 { return m.abandoned })
	f.PWait, _ = interval(each, func(m means) float64 { return m.pWait })
	f.Blocked, _ = interval(each, func(m means) float64 { return m.blocked })
	f.MeanHandle, _ = interval(each, func(m means) float64 { return m.handle })
	return f, each
}

// quantile is the nearest-rank quantile of sorted values.
func quantile(sorted []float32, p float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return float64(sorted[max(0, int(math.Ceil(p*float64(len(sorted))))-1)])
}

// interval is the mean of a figure over replications and the half-width of its
// 95 % confidence interval by Student's t; nil with one replication.
func interval(each []means, of func(means) float64) (mean float64, half *float64) {
	n := float64(len(each))
	for _, m := range each {
		mean += of(m) / n
	}
	if len(each) < 2 {
		return mean, nil
	}
	sum := 0.0
	for _, m := range each {
		sum += (of(m) - mean) * (of(m) - mean)
	}
	h := student(len(each)-1) * math.Sqrt(sum/(n-1)/n)
	return mean, &h
}

// student is the 97.5 % point of Student's t distribution.
func student(freedom int) float64 {
	table := [...]float64{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
		2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042}
	if freedom <= len(table) {
		return table[freedom-1]
	}
	// The first terms of the expansion in 1/freedom are exact to three digits here.
	const z = 1.959964
	return z + (z*z*z+z)/(4*float64(freedom))
}
