package store

import (
	"context"
	"testing"

	"parley/desk"
)

func TestTheAcceptQueueIsBounded(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel() // who waits gives up at once; their calls stay in the queue
	a := &accepter{in: make(chan *acceptCall, 2)}
	for i := range 5 {
		_, err := a.submit(gone, []acceptedRow{{intake: intakeRow{ID: desk.NewID()}}})
		if desk.CodeOf(err) != desk.Unavailable {
			t.Errorf("call %d: %v, want unavailable", i, err)
		}
		if want := min(i+1, 2); len(a.in) != want {
			t.Errorf("after call %d there are %d in the queue, want %d", i, len(a.in), want)
		}
	}
}
