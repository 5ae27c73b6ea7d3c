// Package routing takes inbound work in and brings every waiting customer to
// the right agent.
//
// Choosing is pure: the same floor and time give the same choice and the same
// reasons. It is written twice. The scan (choose.go, decide.go) goes through
// everybody and is the definition; it explains single cases. The index
// (index.go and what it uses: line.go, classes.go, servers.go, match.go,
// narrow.go, bits.go) is kept up by changes and finds the same in microseconds;
// tests hold it against the scan. What a queue wants is a Policy.
//
// The router feeds an index by the floor's changes and claims what it proposes
// in the database, by a conditional update that alone decides about ownership
// and capacity. It runs whenever something changed, and whenever a moment it
// waits for has come (an offer's end, a preferred agent's time); it never polls
// for work.
//
// One node routes, by a lease in Redis. The lease only saves wasted work: two
// routers at once cannot assign anything twice, and with Redis away every node
// routes. On a takeover the index is made anew from the floor.
package routing
