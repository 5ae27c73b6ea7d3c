package faults

import (
	"cmp"
	"maps"
	"slices"
)

// sortedKeys gives a map's keys in order: dice must not fall by chance of the map.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	return slices.Sorted(maps.Keys(m))
}
