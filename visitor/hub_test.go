package visitor

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// join connects a new tab of a visitor.
func join(h *Hub, inbox, visitor, conversation string) *Socket {
	s := NewSocket(inbox, visitor, &wire{})
	h.Join(s, conversation)
	return s
}

// to is how many sockets follow a conversation.
func to(h *Hub, conversation string) (n int) {
	h.To(conversation, func(*Socket) { n++ })
	return n
}

func followed(h *Hub) string {
	list := h.Conversations()
	slices.Sort(list)
	return strings.Join(list, " ")
}

func TestTheFirstMessageBindsEveryTab(t *testing.T) {
	h := NewHub()
	one, two := join(h, "shop", "v1", ""), join(h, "shop", "v1", "")
	other, elsewhere := join(h, "shop", "v2", ""), join(h, "blog", "v1", "")
	if h.Present("c1") || followed(h) != "" {
		t.Error("something is followed before anything was said")
	}
	h.Began("shop", "v1", "c1")
	if one.Conversation() != "c1" || two.Conversation() != "c1" || other.Conversation() != "" || elsewhere.Conversation() != "" {
		t.Errorf("following %q %q; another visitor %q; another inbox %q", one.Conversation(), two.Conversation(), other.Conversation(), elsewhere.Conversation())
	}
	if to(h, "c1") != 2 || !h.Present("c1") || followed(h) != "c1" {
		t.Errorf("%d sockets, present %v, followed %q", to(h, "c1"), h.Present("c1"), followed(h))
	}
	// A later conversation takes the place of the first.
	h.Began("shop", "v1", "c2")
	if to(h, "c1") != 0 || h.Present("c1") || to(h, "c2") != 2 || followed(h) != "c2" {
		t.Errorf("after the next: %d and %d, followed %q", to(h, "c1"), to(h, "c2"), followed(h))
	}
}

func TestWhoHasLeft(t *testing.T) {
	h := NewHub()
	one, two := join(h, "shop", "v1", "c1"), join(h, "shop", "v1", "c1")
	quiet := join(h, "shop", "v2", "")
	if got := h.Leave(one); got != "" || !h.Present("c1") {
		t.Errorf("one of two tabs closed: %q has left, present %v", got, h.Present("c1"))
	}
	if got := h.Leave(two); got != "c1" || h.Present("c1") {
		t.Errorf("the last tab closed: %q has left, present %v", got, h.Present("c1"))
	}
	if got := h.Leave(two); got != "" {
		t.Errorf("left twice: %q", got)
	}
	if got := h.Leave(quiet); got != "" {
		t.Errorf("who never wrote left %q", got)
	}
	if len(h.byVisitor) != 0 || len(h.byConversation) != 0 {
		t.Errorf("left behind: %v %v", h.byVisitor, h.byConversation)
	}
}

func TestAPlaceIsToldWhenItChanges(t *testing.T) {
	s := NewSocket("shop", "v1", nil)
	for i, c := range []struct {
		place Place
		new   bool
	}{
		{Place{Position: 3, Of: 5}, true}, {Place{Position: 3, Of: 5}, false}, {Place{Position: 2, Of: 5}, true}, {Place{Position: 2, Of: 4}, true},
		{Place{Position: 2, Of: 4, Low: time.Minute, High: 2 * time.Minute}, true}, {Place{Position: 2, Of: 4, Low: time.Minute, High: 2 * time.Minute}, false},
	} {
		if got := s.Placed(c.place); got != c.new {
			t.Errorf("%d: %+v is new: %v, want %v", i, c.place, got, c.new)
		}
	}
}

// Meant for the race detector: tabs come and go while others are written to.
func TestComingAndGoing(t *testing.T) {
	h := NewHub()
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			for n := range 300 {
				visitor := fmt.Sprint("v", (i+n)%3)
				s := join(h, "shop", visitor, "")
				h.Began("shop", visitor, "c"+visitor)
				h.To("c"+visitor, func(s *Socket) { s.Send([]byte("x")) })
				h.Each(func(s *Socket) { s.Conversation() })
				h.Conversations()
				h.Leave(s)
			}
		})
	}
	all.Wait()
	if len(h.byVisitor) != 0 || len(h.byConversation) != 0 {
		t.Errorf("left behind: %v %v", h.byVisitor, h.byConversation)
	}
}
