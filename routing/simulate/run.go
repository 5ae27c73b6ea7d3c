package simulate

import (
	"context"
	"runtime"
	"sync"

	"parley/routing"
)

// Result is what a policy does to a scenario.
type Result struct {
	Policy  string `json:"policy"`  // as it was asked for
	Reserve int    `json:"reserve"` // its own, or the scenario's
	Figures
	Occupancy Occupancy     `json:"occupancy"`
	Classes   []ClassResult `json:"classes"`

	each []means // by replication, for differences
}

// ClassResult is the figures of one class.
type ClassResult struct {
	Name string `json:"name"`
	Figures
	Occupancy Occupancy `json:"occupancy"` // of the agents who serve it
}

// Difference is how much another policy changes a figure on the same customers,
// with the half-width of its 95 % confidence interval; nil with one replication.
type Difference struct {
	Mean float64
	Half *float64
}

// Run simulates the scenario under each policy. progress, if given, is called
// with the replications done and their number, from one goroutine at a time.
func Run(ctx context.Context, s *Scenario, policies []routing.Policy, progress func(done, total int)) ([]Result, error) {
	total, done := s.Replications*len(policies), 0
	counted := make([][]figures, len(policies))
	for i := range counted {
		counted[i] = make([]figures, s.Replications)
	}
	type job struct{ policy, replication int }
	jobs := make(chan job)
	var mu sync.Mutex
	var running sync.WaitGroup
	for range min(total, runtime.GOMAXPROCS(0)) {
		running.Go(func() {
			for j := range jobs {
				f := newCenter(s, s.reserved(policies[j.policy]), s.Seed+uint64(j.replication)).run()
				mu.Lock()
				counted[j.policy][j.replication] = f
				done++
				if progress != nil {
					progress(done, total)
				}
				mu.Unlock()
			}
		})
	}
	for r := range s.Replications {
		for p := range policies {
			select {
			case jobs <- job{p, r}:
			case <-ctx.Done():
			}
		}
	}
	close(jobs)
	running.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := make([]Result, len(policies))
	for i, p := range policies {
		out[i] = s.result(p, counted[i])
	}
	return out, nil
}

// reserved is a policy with the scenario's reserve, unless it names its own.
func (s *Scenario) reserved(p routing.Policy) routing.Policy {
	if p.Reserve == 0 {
		return p.WithReserve(s.Reserve)
	}
	return p
}

// result sums replications up.
func (s *Scenario) result(p routing.Policy, all []figures) Result {
	r := Result{Policy: p.Name, Reserve: s.reserved(p).Reserve}
	whole := make([]*tally, len(all))
	for i := range all {
		whole[i] = &tally{}
		for k := range all[i].classes {
			whole[i].add(&all[i].classes[k])
		}
	}
	r.Figures, r.each = summarize(whole)
	for k := range s.Classes {
		class := make([]*tally, len(all))
		for i := range all {
			class[i] = &all[i].classes[k]
		}
		f, _ := summarize(class)
		r.Classes = append(r.Classes, ClassResult{s.Classes[k].Name, f, occupancyOf(all, s.servers(&s.Classes[k]))})
	}
	r.Occupancy = occupancyOf(all, s.servers(&Class{}))
	return r
}

// servers numbers the agents who have the skills for a class.
func (s *Scenario) servers(c *Class) []int {
	var out []int
	n := 0
	for _, g := range s.Groups {
		for range g.Count {
			if g.serves(c) {
				out = append(out, n)
			}
			n++
		}
	}
	return out
}

func occupancyOf(all []figures, agents []int) Occupancy {
	o := Occupancy{Min: 1}
	for _, a := range agents {
		sum := 0.0
		for i := range all {
			sum += all[i].occupancy[a] / float64(len(all))
		}
		o.Mean += sum / float64(len(agents))
		o.Min, o.Max = min(o.Min, sum), max(o.Max, sum)
	}
	return o
}

// Against is how the mean wait differs from another policy's, customer by
// customer the same.
func (r *Result) Against(o *Result) Difference {
	differences := make([]means, len(r.each))
	for i := range r.each {
		differences[i].wait = r.each[i].wait - o.each[i].wait
	}
	mean, half := interval(differences, func(m means) float64 { return m.wait })
	return Difference{mean, half}
}
