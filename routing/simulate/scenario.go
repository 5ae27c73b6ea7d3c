// Package simulate runs a contact center on a virtual clock: made-up customers,
// made-up agents, and the server's own line and policies between them. The same
// scenario and seed give the same figures to the last digit.
//
// Customers of a class come at random (exponential gaps) or from a recorded
// day; how long they take and how long they wait are drawn from streams of
// their class, in the order of arrival. So two policies are compared on the same
// customers (common random numbers), and differences show much sooner than
// either figure is known.
package simulate

import (
	"slices"
	"time"

	"parley/routing"
)

// Scenario is a center to simulate. ReadScenario makes one; docs/routing.md
// describes the file.
type Scenario struct {
	Name         string
	Seed         uint64 // replication i uses Seed + i
	Replications int
	Arrivals     int           // in a replication; the first tenth is dropped
	Threshold    time.Duration // T of the service level
	Policy       routing.Policy
	Poll         time.Duration // 0: by event
	Reserve      int
	Places       int // in which customers can wait; 0: unlimited
	Offers       Offers
	Groups       []Group
	Classes      []Class
	Recorded     []Recorded // instead of arrivals at random
}

// Group is agents who are alike.
type Group struct {
	Name        string
	Count       int
	Skills      map[string]int
	Concurrency int       // conversations at once
	Speed       []float64 // total speed at 1, 2, … at once; work at speed 1 takes its handle time
}

// Class is customers who are alike.
type Class struct {
	Name     string
	Needs    map[string]int // demanded skills ▶ level
	Wishes   map[string]int // preferred skills ▶ level
	Rate     float64        // arrivals a second
	Handle   Duration
	Patience Duration // mean 0: they wait for ever
	Priority int      // minutes
	Reserve  int      // agents kept free for this class; -1: by the scenario's
	Rings    []Ring   // how the needs relax with the wait, step on step
}

// Ring is one step of a class's plan, as desk.Ring.
type Ring struct {
	After    time.Duration  // age in line
	Relax    map[string]int // skill ▶ level that is enough from now on; 0: none
	Overflow string         // a class whose agents help
	Team     string         // a skill; who has it helps
	Priority int            // minutes added
}

// Offers is how agents answer offers. The zero value: at once and always.
type Offers struct {
	Ring    time.Duration // 0: conversations are given, not offered
	Answer  time.Duration // until they accept or decline
	Decline float64       // share
	Miss    float64       // share that rings until its end; the agent is away then
	Away    time.Duration // for this long
}

// Recorded is one customer of a recorded day.
type Recorded struct {
	Class    int
	At       time.Duration // since the beginning
	Handle   time.Duration // 0: drawn
	Patience time.Duration // 0: drawn
}

// Duration is a distribution of times.
type Duration struct {
	Mean  time.Duration
	Shape Shape
	CV    float64 // coefficient of variation, of a lognormal
}

// Shape of a distribution.
type Shape string

const (
	Exponential   Shape = "exponential"
	Deterministic Shape = "deterministic"
	Lognormal     Shape = "lognormal"
)

// arrivals is how many customers a replication has.
func (s *Scenario) arrivals() int {
	if len(s.Recorded) > 0 {
		return len(s.Recorded)
	}
	return s.Arrivals
}

// dropped is how many of them do not count: the center starts empty. A recorded
// day starts as it did.
func (s *Scenario) dropped() int {
	if len(s.Recorded) > 0 {
		return 0
	}
	return s.Arrivals / 10
}

// serves tells whether agents of a group can take a class.
func (g *Group) serves(c *Class) bool {
	for skill, level := range c.Needs {
		if g.Skills[skill] < level {
			return false
		}
	}
	return true
}

// reserveOf is how many agents are kept free for a class: its own number, or
// the given one when only agents serve it who also serve others.
func (s *Scenario) reserveOf(class, reserve int) int {
	c := &s.Classes[class]
	if c.Reserve >= 0 {
		return c.Reserve
	}
	for _, g := range s.Groups {
		if g.Count == 0 || !g.serves(c) {
			continue
		}
		others := slices.ContainsFunc(s.Classes, func(o Class) bool { return o.Name != c.Name && g.serves(&o) })
		if !others {
			return 0 // somebody is there for this class alone
		}
	}
	return reserve
}
