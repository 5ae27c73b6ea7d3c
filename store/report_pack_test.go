package store

import (
	"testing"
	"time"

	"parley/desk"
)

// FuzzUnpack reads damaged packs: whatever they hold, it ends without a panic.
func FuzzUnpack(f *testing.F) {
	p := newPacker(time.UTC)
	for i, metric := range []desk.Metric{desk.WaitAnswered, desk.FirstResponse, desk.CSATScore} {
		p.add(desk.Fact{Metric: metric, QueueID: "q", Channel: desk.SMS, AgentID: "a", EndedAt: benchNow, Value: i, Seconds: 12.5 * float64(i), BusinessSeconds: 3})
	}
	whole := p.pack()
	f.Add(whole)
	f.Add(whole[:len(whole)-3])
	f.Add([]byte{packForm, 3, 'U', 'T', 'C', 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Add([]byte{packForm})
	f.Fuzz(func(t *testing.T, pack []byte) {
		if len(pack) == 0 {
			return // never read: see readable
		}
		for _, by := range []ReportKey{ByQueue, ByChannel, ByAgent, ByDay, ByHour} {
			_ = unpack(pack, "2026-04-13", by, ReportFilter{}, &tally{}, &tally{})
		}
	})
}

func TestPackOfAnotherZoneIsMadeAgain(t *testing.T) {
	pack := newPacker(time.FixedZone("there", 3600)).pack()
	here := &Store{cfg: Config{Zone: time.UTC}}
	there := &Store{cfg: Config{Zone: time.FixedZone("there", 3600)}}
	if here.readable(pack) || !there.readable(pack) || here.readable(nil) || there.readable([]byte{packForm + 1}) {
		t.Error("a pack's hours are those of its zone, and its form is the first byte")
	}
}
