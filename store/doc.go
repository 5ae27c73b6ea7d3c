// Package store keeps everything in the database: PostgreSQL, or SQLite for one
// node, behind the same methods.
//
// It is the system of record. A method is one use case and one transaction; no
// transaction crosses into another folder. Each method locks the conversations
// it changes (by id, in order), then agents, moves them by desk's rules, and
// commits state, messages, facts and events together. The last statement before
// the commit takes the next numbers of the event log from one row, so numbers
// are dense and rise in commit order over all nodes: whoever has read n has
// read everything up to n. (PostgreSQL ends a transaction whose node has
// stalled for a few seconds, so a frozen node cannot hold that row.)
//
// After the commit the changes are handed to Config.OnCommit. If the node dies
// before that, other nodes find them in the log.
package store
