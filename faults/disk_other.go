//go:build !linux

package faults

// DiskFull is known on Linux only.
var DiskFull []Injection
