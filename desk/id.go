package desk

import (
	"crypto/rand"
	"encoding/hex"
	"sync"
	"time"
)

// ID identifies a thing: a UUID in its lower-case text form. New ids are
// UUIDv7 (RFC 9562), so ids made later on one node sort later.
type ID = string

var idClock struct {
	sync.Mutex
	last uint64 // milliseconds << 12 | sequence
}

// NewID makes an id for now. Within one process ids rise strictly.
func NewID() ID { return NewIDAt(time.Now()) }

// NewIDAt makes an id whose time part is at; seeding uses it for the past.
// The 12 bits after the milliseconds count up within one millisecond.
func NewIDAt(at time.Time) ID {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	stamp := uint64(at.UnixMilli()) << 12
	if time.Since(at) < time.Minute {
		idClock.Lock()
		if stamp <= idClock.last {
			stamp = idClock.last + 1
		}
		idClock.last = stamp
		idClock.Unlock()
	} else {
		stamp |= uint64(b[0])<<4 | uint64(b[1])>>4
	}
	ms, seq := stamp>>12, stamp&0xfff
	b[0], b[1], b[2], b[3], b[4], b[5] = byte(ms>>40), byte(ms>>32), byte(ms>>24), byte(ms>>16), byte(ms>>8), byte(ms)
	b[6], b[7] = 0x70|byte(seq>>8), byte(seq)
	b[8] = 0x80 | b[8]&0x3f
	return formatID(b)
}

func formatID(b [16]byte) ID {
	var t [36]byte
	hex.Encode(t[0:8], b[0:4])
	hex.Encode(t[9:13], b[4:6])
	hex.Encode(t[14:18], b[6:8])
	hex.Encode(t[19:23], b[8:10])
	hex.Encode(t[24:36], b[10:16])
	t[8], t[13], t[18], t[23] = '-', '-', '-', '-'
	return string(t[:])
}

// ValidID tells whether s has the form of a lower-case UUID of any version:
// client-made ids may be random ones.
func ValidID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
				return false
			}
		}
	}
	return true
}
