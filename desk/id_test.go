package desk

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestNewIDsRiseAndNeverRepeat(t *testing.T) {
	const makers, each = 8, 5000
	made := make([][]ID, makers)
	var all sync.WaitGroup
	for i := range made {
		all.Go(func() {
			for range each {
				made[i] = append(made[i], NewID())
			}
		})
	}
	all.Wait()
	seen := map[ID]bool{}
	for _, ids := range made {
		if !slices.IsSorted(ids) {
			t.Error("an id made later sorts earlier")
		}
		for _, id := range ids {
			if seen[id] || !ValidID(id) {
				t.Fatalf("%s: made before: %v, valid: %v", id, seen[id], ValidID(id))
			}
			seen[id] = true
		}
	}
}

// millis reads the time part of a UUIDv7 (RFC 9562, 5.7).
func millis(t *testing.T, id ID) int64 {
	t.Helper()
	n, err := strconv.ParseInt(strings.ReplaceAll(id, "-", "")[:12], 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestIDsCarryTheirTime(t *testing.T) {
	before := time.Now().UnixMilli()
	id := NewID()
	// Many ids in one millisecond borrow from the next ones.
	if got := millis(t, id); got < before || got > time.Now().Add(time.Minute).UnixMilli() {
		t.Errorf("%s says %d, made at %d", id, got, before)
	}
	seen := map[ID]bool{}
	for _, at := range []time.Time{time.Date(2019, 5, 4, 3, 2, 1, 987e6, time.UTC), time.Date(1999, 12, 31, 23, 59, 59, 0, time.UTC)} {
		for range 100 {
			id := NewIDAt(at)
			if millis(t, id) != at.UnixMilli() || !ValidID(id) || seen[id] {
				t.Fatalf("%s for %v: made before: %v", id, at, seen[id])
			}
			seen[id] = true
			if id[14] != '7' || !strings.ContainsRune("89ab", rune(id[19])) {
				t.Fatalf("%s is not version 7 of RFC 9562's variant", id)
			}
		}
	}
	if now := NewID(); now < NewIDAt(time.Now().Add(-time.Hour)) {
		t.Error("an id of an hour ago sorts after one of now")
	}
}

func TestValidID(t *testing.T) {
	const good = "018f2b6e-1111-4111-8111-0123456789af"
	for id, want := range map[string]bool{
		good:                                   true,
		"00000000-0000-0000-0000-000000000000": true,
		"":                                     false,
		good[1:]:                               false,
		good + "0":                             false,
		strings.ToUpper(good):                  false, // one thing has one id
		strings.ReplaceAll(good, "-", ""):      false,
		strings.Replace(good, "-", "0", 1):     false,
		strings.Replace(good, "0", "-", 1):     false,
		strings.Replace(good, "f", "g", 1):     false,
		"{" + good[1:35] + "}":                 false,
		strings.Replace(good, "0", "\x00", 1):  false,
		"018f2b6e-1111-4111-8111-0123456789é":  false,
		"' OR 1=1 --' OR 1=1 --' OR 1=1 --' x": false,
	} {
		if ValidID(id) != want {
			t.Errorf("%q: %v, want %v", id, !want, want)
		}
	}
}
