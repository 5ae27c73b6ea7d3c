package sandbox

import "sync"

// Faults are the troubles that can be switched on.
type Faults struct {
	Duplicate bool `json:"duplicate"`          // each webhook twice
	Reorder   bool `json:"reorder"`            // neighbouring webhooks of a thread swap places
	DelayMS   int  `json:"delay_ms"`           // before each webhook, in milliseconds, at most 60,000
	FailNext  int  `json:"fail_next"`          // so many sends answer a server error
	DropNext  int  `json:"drop_next"`          // so many sends are taken, then the connection breaks
	LoseNext  int  `json:"undeliverable_next"` // so many sends are accepted and fail later
	RateLimit bool `json:"rate_limit"`         // every send is told to slow down
	// WindowClosed makes every 24-hour window over; writing again opens one's own.
	WindowClosed bool `json:"window_closed"`
}

const (
	maxDelayMS   = 60_000
	maxFaultNext = 1000
)

type faultSwitches struct {
	mu  sync.Mutex
	now Faults
}

func (f *faultSwitches) get() Faults {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *faultSwitches) set(to Faults) {
	to.DelayMS = min(max(to.DelayMS, 0), maxDelayMS)
	to.FailNext = min(max(to.FailNext, 0), maxFaultNext)
	to.DropNext = min(max(to.DropNext, 0), maxFaultNext)
	to.LoseNext = min(max(to.LoseNext, 0), maxFaultNext)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = to
}

// sendFault is what happens to one send.
type sendFault int

const (
	sendFine sendFault = iota
	sendLimited
	sendFails
	sendDrops
	sendLost
)

// next uses up the fault for one send.
func (f *faultSwitches) next() sendFault {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.now.RateLimit:
		return sendLimited
	case f.now.FailNext > 0:
		f.now.FailNext--
		return sendFails
	case f.now.DropNext > 0:
		f.now.DropNext--
		return sendDrops
	case f.now.LoseNext > 0:
		f.now.LoseNext--
		return sendLost
	}
	return sendFine
}
