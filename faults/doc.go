// Package faults proves what docs/guarantees.md promises: real servers under a
// seeded load of customers and agents, faults put into them and into what they
// depend on, and afterwards a checker that goes through the whole history.
//
// A Rig is one contact center: 1 to 3 `parley serve` processes behind a
// balancer, their database and Redis, each link through a proxy, and simulated
// providers that outlive the nodes. A Driver plays customers and agents and
// writes down what was acknowledged to them. Faults are injected one at a time.
// At the end everything is read into a History, and Check tells which of the
// numbered invariants it breaks.
//
// The same seed gives the same customers, agents and faults; how they interleave
// is up to the machine.
package faults
