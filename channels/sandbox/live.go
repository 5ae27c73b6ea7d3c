package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// event is what the sandbox page is told as it happens.
type event struct {
	Type      string          `json:"type"` // message, status, typing, faults, customers; reload: read the state again
	Message   *Message        `json:"message,omitempty"`
	App       App             `json:"app,omitempty"`
	Phone     string          `json:"phone,omitempty"`
	On        bool            `json:"on,omitempty"`
	Faults    *Faults         `json:"faults,omitempty"`
	Customers *CustomersState `json:"customers,omitempty"`
}

const (
	liveBuffer   = 256
	livePing     = 20 * time.Second
	liveMost     = 100
	liveDeadline = 10 * time.Second
)

// live tells the open pages. A page that reads too slowly is cut off; its
// browser connects again and reads the whole state.
type live struct {
	mu     sync.Mutex
	pages  map[chan event]bool
	closed bool
}

func newLive() *live { return &live{pages: map[chan event]bool{}} }

func (l *live) publish(e event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.pages {
		select {
		case c <- e:
		default:
			delete(l.pages, c)
			close(c)
		}
	}
}

func (l *live) join() (chan event, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || len(l.pages) >= liveMost {
		return nil, false
	}
	c := make(chan event, liveBuffer)
	l.pages[c] = true
	return c, true
}

func (l *live) leave(c chan event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pages[c] {
		delete(l.pages, c)
		close(c)
	}
}

func (l *live) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for c := range l.pages {
		delete(l.pages, c)
		close(c)
	}
}

// handleLive streams events (server-sent) until the page or the sandbox goes.
func (s *Sandbox) handleLive(w http.ResponseWriter, r *http.Request) {
	events, ok := s.live.join()
	if !ok {
		problem(w, http.StatusServiceUnavailable, "Too many sandbox pages are open. Close some and reload.")
		return
	}
	defer s.live.leave(events)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(w)
	send := func(text string) bool {
		_ = out.SetWriteDeadline(time.Now().Add(liveDeadline)) // unsupported in tests only
		_, err := fmt.Fprint(w, text)
		return err == nil && out.Flush() == nil
	}
	if !send("retry: 1000\n\n") {
		return
	}
	ping := time.NewTicker(livePing)
	defer ping.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-ping.C:
			if !send(": still here\n\n") {
				return
			}
		case e, open := <-events:
			if !open {
				return
			}
			data, err := json.Marshal(e)
			if err != nil || !send("data: "+string(data)+"\n\n") {
				return
			}
		}
	}
}
