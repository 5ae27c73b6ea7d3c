package faults

import (
	"context"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// DiskFull lets no file of the node grow any more, and then again. It needs no
// rights and no file system of its own.
var DiskFull = []Injection{{"disk: full", func(ctx context.Context, on *Target) error {
	pid := on.node.cmd.Process.Pid
	var size int64
	for _, name := range []string{"parley.db", "parley.db-wal"} {
		if info, err := os.Stat(filepath.Join(on.rig.cfg.Dir, name)); err == nil {
			size = max(size, info.Size())
		}
	}
	limit := unix.Rlimit{Cur: uint64(size), Max: unix.RLIM_INFINITY}
	if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, &limit, nil); err != nil {
		return err
	}
	on.wait(ctx, on.hold)
	limit.Cur = unix.RLIM_INFINITY
	return unix.Prlimit(pid, unix.RLIMIT_FSIZE, &limit, nil)
}}}
