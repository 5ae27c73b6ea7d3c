// Package routing takes inbound work in and brings every waiting customer to
// the right agent.
//
// Choosing (choose.go) is a pure function over the floor with the time given:
// the same inputs give the same choice and the same reasons. The router runs it
// whenever the floor changed in a way that matters, and whenever a moment it
// waits for has come (an offer's end, a preferred agent's time); it never
// polls for work. What it chose is claimed in the database by a conditional
// update, which alone decides about ownership and capacity.
//
// One node routes, by a lease in Redis. The lease only saves wasted work: two
// routers at once cannot assign anything twice, and with Redis away every node
// routes.
package routing
