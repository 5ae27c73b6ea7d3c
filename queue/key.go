package queue

import "strconv"

// Kind names a kind of work with streams of its own.
type Kind string

const (
	Inbound  Kind = "in"  // ids of rows in the inbound table
	Outbound Kind = "out" // ids of messages to send
)

// Partitions is into how many streams each kind of work is split. All nodes on
// one Redis must agree on it.
const Partitions = 16

// embeddedPartitions is fewer, because there is one node only and the embedded
// server wakes every blocked reader at every command.
const embeddedPartitions = 4

// group is the consumer group of every stream, and owner the one consumer in
// it: whoever owns the partition reads under this name, and so finds what the
// owner before it left unfinished as its own, in order.
const (
	group = "parley"
	owner = "owner"
)

// stream is the key of one partition. The braces are Redis Cluster's hash tag:
// a partition lives in one slot, and the partitions spread over the nodes.
func (r *Redis) stream(kind Kind, partition int) string {
	return r.config.Prefix + string(kind) + ":{" + string(kind) + strconv.Itoa(partition) + "}"
}

// together is a key that shares its slot with the others of the same tag, so
// that one script may touch them.
func (r *Redis) together(tag, name string) string {
	return r.config.Prefix + "{" + tag + "}:" + name
}

// partition is where key's work goes: FNV-1a, which is the same in every
// process and needs no allocation.
func partition(key string, of int) int {
	hash := uint32(2166136261)
	for i := range len(key) {
		hash = (hash ^ uint32(key[i])) * 16777619
	}
	// The low bits of FNV over short keys are uneven; fold the high ones in.
	hash ^= hash >> 16
	return int(hash % uint32(of))
}
