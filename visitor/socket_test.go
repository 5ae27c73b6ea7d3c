package visitor

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// wire is a connection that notes what goes over it. gate, when there is one,
// lets a frame through for each value.
type wire struct {
	gate    chan struct{}
	mu      sync.Mutex
	frames  []string
	closed  string
	writers int
	broken  bool
}

func (w *wire) Write(frame []byte) bool {
	w.mu.Lock()
	w.writers++
	if w.writers > 1 {
		panic("two writers at once")
	}
	w.mu.Unlock()
	if w.gate != nil {
		<-w.gate
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writers--
	if w.broken {
		return false
	}
	w.frames = append(w.frames, string(frame))
	return true
}

func (w *wire) Close(code int, why string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed += fmt.Sprint(code, " ", why, ";")
}

func (w *wire) got() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.frames, " ") + "|" + w.closed
}

func TestNothingIsWrittenBeforeTheGreeting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{}
		s := NewSocket("shop", "v1", w)
		s.Send([]byte("live"))
		synctest.Wait()
		if got := w.got(); got != "|" {
			t.Fatalf("before the start: %q", got)
		}
		s.Start()
		s.Send(nil)
		s.Send([]byte("more"))
		synctest.Wait()
		if got := w.got(); got != "live more|" {
			t.Errorf("%q", got)
		}
		if s.out != nil || s.writing {
			t.Error("a socket at rest keeps its queue")
		}
	})
}

func TestASlowWidgetIsCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{gate: make(chan struct{})}
		s := NewSocket("shop", "v1", w)
		s.Start()
		s.Send([]byte("first"))
		synctest.Wait() // it is being written, and stays there
		for i := range outSize + 10 {
			s.Send([]byte(fmt.Sprint(i)))
			if _, _, cut := s.Cut(); cut != (i >= outSize) {
				t.Fatalf("cut after %d frames: %v", i+1, cut)
			}
		}
		s.End(1012, "again")
		s.Send([]byte("late"))
		close(w.gate)
		synctest.Wait()
		// What it was sent has no gap: nothing comes in behind what was dropped,
		// and the first reason stays.
		if got := w.got(); got != "first|1008 too slow;" {
			t.Errorf("%q", got)
		}
	})
}

func TestASocketAtRestIsClosedToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{}
		s := NewSocket("shop", "v1", w)
		s.Start()
		s.End(1012, "restarting")
		synctest.Wait()
		if got := w.got(); got != "|1012 restarting;" {
			t.Errorf("%q", got)
		}
	})
}

// Who has gone takes nothing more, and nobody tries.
func TestAGoneWireIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{broken: true}
		s := NewSocket("shop", "v1", w)
		s.Start()
		for range 2 * outSize {
			s.Send([]byte("x"))
			synctest.Wait()
		}
		if _, _, cut := s.Cut(); !cut || w.got() != "|" {
			t.Errorf("cut %v, %q", cut, w.got())
		}
	})
}

// Meant for the race detector: many write at once, one after the other.
func TestFramesKeepTheirOrder(t *testing.T) {
	w := &wire{}
	s := NewSocket("shop", "v1", w)
	s.Start()
	for i := range outSize {
		s.Send([]byte(fmt.Sprint(i)))
	}
	s.End(1000, "bye")
	for {
		w.mu.Lock()
		frames, closed := w.frames, w.closed
		w.mu.Unlock()
		if closed == "" {
			continue
		}
		for i, f := range frames {
			if f != fmt.Sprint(i) {
				t.Fatalf("frame %d is %s", i, f)
			}
		}
		return
	}
}
