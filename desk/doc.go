// Package desk is Parley's vocabulary: conversations, messages, contacts,
// agents, queues, events, metrics, and the rules that hold for them whatever
// database, provider or transport is in use.
//
// It imports the standard library only and does no I/O. Every other folder may
// import desk; desk imports none of them.
//
// Times are instants in UTC. Durations are time.Duration in Go and seconds in
// JSON. Identifiers are UUIDv7 text, so they sort by creation time.
package desk
