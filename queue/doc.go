// Package queue is everything Parley keeps in Redis: the inbound and outbound
// streams, leases, pub/sub, who is connected, short-lived values and limits.
//
// Nothing here is the truth: the database is. Redis may be emptied or lost at
// any moment. What it held is then rebuilt, because nodes take their leases
// again, groups are made again from the start of their streams, sockets are
// reported again every ten seconds, and the sweeper pushes again what the
// database says is unfinished.
//
// Streams. Work of a kind is spread over partitions by the contact's key, so
// that one contact's work stays in order. An entry carries an id; the row behind
// it is in the database. Each partition is owned by one node at a time, which
// reads it, calls the handler, and acknowledges and deletes what the handler
// finished. Everything that was read and not acknowledged is delivered again,
// first, to the next owner: the handler sees an entry at least once, and each
// contact's entries in the order in which they were pushed. The one exception is
// a hand-over whose old owner was cut off from Redis without knowing it: for a
// moment two nodes may handle the same entries, so that handlers must decide by
// a conditional update in the database.
//
// Leases. A holder renews several times within the time to live (TTL) and
// believes in its lease only until the start of its last successful renewal plus
// the TTL minus a margin, by the monotonic clock: a process that was frozen, or
// that cannot reach Redis, stops by itself before another one may begin. Each
// term has a number that rises, also over the loss of all data in Redis, to fence
// late writes with.
//
// Without a URL, Open runs a Redis-compatible server inside the process, on a
// loopback port with a random password; everything then goes the same way.
package queue
