package bench

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Processes are read from /proc; on systems without one these figures are zero.

// tick is the kernel's unit of CPU time in /proc: USER_HZ, 100 a second on every Linux.
const tick = 10 * time.Millisecond

// stat is the fields after the name in /proc/pid/stat, from the state on; nil when
// there is no such process.
func stat(pid int) []string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	// The name stands in brackets and may hold blanks and brackets.
	return strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
}

// Indexes in stat of: parent, user and system time, and both of ended children.
const (
	statParent = 1
	statUser   = 11
	statSystem = 12
	statUserC  = 13
	statSysC   = 14
)

func field(stat []string, i int) int {
	if i >= len(stat) {
		return 0
	}
	n, _ := strconv.Atoi(stat[i])
	return n
}

// parentOf is 0 when there is no such process.
func parentOf(pid int) int { return field(stat(pid), statParent) }

// cpu is the CPU time that processes have used, with their living and ended children.
func cpu(pids ...int) time.Duration {
	var ticks int
	children := map[int][]int{}
	paths, _ := filepath.Glob("/proc/[0-9]*")
	for _, path := range paths {
		pid, _ := strconv.Atoi(filepath.Base(path))
		if parent := parentOf(pid); parent != 0 {
			children[parent] = append(children[parent], pid)
		}
	}
	for _, pid := range pids {
		s := stat(pid)
		ticks += field(s, statUser) + field(s, statSystem) + field(s, statUserC) + field(s, statSysC)
		for _, child := range children[pid] {
			s := stat(child)
			ticks += field(s, statUser) + field(s, statSystem)
		}
	}
	return time.Duration(ticks) * tick
}

// resident is how many MB of memory a process holds.
func resident(pid int) float64 { return memory(pid, "VmRSS:") }

// mostResident is the most it has ever held.
func mostResident(pid int) float64 { return memory(pid, "VmHWM:") }

func memory(pid int, line string) float64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for l := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(l, line); ok {
			kB, _ := strconv.Atoi(strings.Fields(rest)[0])
			return float64(kB) / 1024
		}
	}
	return 0
}
