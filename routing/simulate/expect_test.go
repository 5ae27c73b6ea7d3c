package simulate

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"parley/routing"
)

// forecast is how estimates made at arrival compare with what came.
type forecast struct {
	n                     int
	bias, squared, actual float64
	inside                int
}

func (f *forecast) add(e routing.Expectation, wait float64) {
	f.n++
	f.bias += e.Mean - wait
	f.squared += (e.Mean - wait) * (e.Mean - wait)
	f.actual += wait
	if wait >= e.Low && wait <= e.High {
		f.inside++
	}
}

func (f *forecast) String() string {
	n := float64(f.n)
	return fmt.Sprintf("%d waits of %.1f s on average: estimate %+.1f s, root mean square error %.1f s, %.1f %% within the range", f.n, f.actual/n, f.bias/n,
		math.Sqrt(f.squared/n), 100*float64(f.inside)/n)
}

// waits runs a scenario and compares the estimate at arrival with what came, for
// those of a class who had to wait and stayed.
func waits(t *testing.T, text, class string, mu, theta float64) (f forecast) {
	t.Helper()
	s := scenario(t, text)
	for r := range uint64(s.Replications) {
		c := newCenter(s, s.Policy, s.Seed+r)
		var crews []routing.Crew
		for _, g := range s.Groups {
			crew := routing.Crew{Slots: g.Count * g.Concurrency}
			for i := range s.Classes {
				if q := c.queues[i].ID; g.serves(&s.Classes[i]) && !slices.Contains(crew.Queues, q) {
					crew.Queues = append(crew.Queues, q)
				}
			}
			crews = append(crews, crew)
		}
		said := map[int]routing.Expectation{}
		c.watch = func(w *customer, served bool) {
			if s.Classes[w.class].Name != class || w.n < s.dropped() {
				return
			}
			if e, waited := said[w.n]; served && waited {
				f.add(e, c.now-w.at)
				delete(said, w.n)
			} else if !served {
				ahead := map[string]int{}
				for _, o := range c.inLine {
					if o != w {
						ahead[o.talk.QueueID]++
					}
				}
				slots := routing.SlotsFor(w.talk.QueueID, crews, func(q string) int { return ahead[q] })
				said[w.n] = routing.Expect(slots, mu, theta, 1+ahead[w.talk.QueueID])
			}
		}
		c.run()
	}
	return f
}

// Everybody stands in one line; one in fifty never leaves, and measures the wait
// that the others would have had.
const probed = `
seed: 7
replications: 4
arrivals: 60000
policy: strict-fifo
agents: [{group: a, count: %d, skills: {a: 5}}]
classes:
  - {name: a, needs: {a: 1}, load: %g, handle: 300s, patience: %s}
  - {name: probe, needs: {a: 1}, load: %g, handle: 300s}
`

func TestExpectedWaitsComeTrue(t *testing.T) {
	for _, test := range []struct {
		name     string
		agents   int
		load     float64
		patience string
		theta    float64
	}{
		{"10 agents, load 8.3, nobody leaves", 10, 8.3, "0s", 0},
		{"10 agents, load 9, patience 300 s", 10, 9, "300s", 1. / 300},
		{"22 agents, load 20, patience 600 s", 22, 20, "600s", 1. / 600},
		{"50 agents, load 52, patience 180 s", 50, 52, "180s", 1. / 180},
	} {
		text := fmt.Sprintf(probed, test.agents, test.load*.98, test.patience, test.load*.02)
		place := waits(t, text, "probe", 1./300, test.theta)
		t.Logf("%s: %s", test.name, &place)
		n := float64(place.n)
		if share := float64(place.inside) / n; math.Abs(share-.8) > .04 {
			t.Errorf("%s: %.1f %% within the range, want 80", test.name, 100*share)
		}
		if math.Abs(place.bias/place.actual) > .08 {
			t.Errorf("%s: on average %.1f %% off", test.name, 100*place.bias/place.actual)
		}
	}
}

// Agents who serve several lines: the estimate is rougher there, but not far off.
func TestExpectedWaitsWithSharedAgents(t *testing.T) {
	five := "seed: 3\nreplications: 4\narrivals: 60000\nagents: [{group: x, count: 20, skills: {a: 1, b: 1, c: 1, d: 1, e: 1}}]\nclasses:\n"
	for _, k := range []string{"a", "b", "c", "d", "e"} {
		five += fmt.Sprintf("  - {name: %s, needs: {%s: 1}, load: 3.7, handle: 300s, patience: %%s}\n", k, k)
	}
	for _, test := range []struct {
		name, text, class string
		theta             float64
	}{
		{"N-design", fmt.Sprintf(nDesign, "dedicated-first", "", "a: 5,", ""), "a", 1. / 600},
		{"N-design", fmt.Sprintf(nDesign, "dedicated-first", "", "a: 5,", ""), "b", 1. / 600},
		{"five lines, all serve all, nobody leaves", strings.ReplaceAll(five, "%s", "0s"), "a", 0},
		{"five lines, all serve all, patience 600 s", strings.ReplaceAll(five, "%s", "600s"), "a", 1. / 600},
	} {
		f := waits(t, test.text, test.class, 1./300, test.theta)
		t.Logf("%s, %s: %s", test.name, test.class, &f)
		n := float64(f.n)
		if share := float64(f.inside) / n; share < .7 {
			t.Errorf("%s, %s: %.1f %% within the range, want about 80", test.name, test.class, 100*share)
		}
		if math.Abs(f.bias/f.actual) > .45 {
			t.Errorf("%s, %s: on average %.1f %% off", test.name, test.class, 100*f.bias/f.actual)
		}
	}
}
