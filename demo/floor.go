package demo

import (
	"slices"
	"strings"

	"parley/desk"
)

// floorOf shows the world to the router as a floor.
type floorOf struct{ w *world }

func (f floorOf) Agents() []*desk.Agent {
	out := make([]*desk.Agent, len(f.w.workers))
	for i, a := range f.w.workers {
		out[i] = a.Agent
	}
	return out
}

func (f floorOf) Queues() []*desk.Queue {
	out := make([]*desk.Queue, len(f.w.h.Queues))
	for i := range f.w.h.Queues {
		out[i] = &f.w.h.Queues[i]
	}
	return out
}

func (f floorOf) Queue(id desk.ID) *desk.Queue { return f.w.queues[id] }

func (f floorOf) Skill(id desk.ID) *desk.Skill {
	i := slices.IndexFunc(f.w.h.Skills, func(k desk.Skill) bool { return k.ID == id })
	if i < 0 {
		return nil
	}
	return &f.w.h.Skills[i]
}

func (f floorOf) Conversation(id desk.ID) *desk.Conversation {
	if t := f.w.waiting(id); t != nil {
		return t.c
	}
	return nil
}

func (f floorOf) Held(agent desk.ID) []*desk.Conversation {
	var out []*desk.Conversation
	for _, t := range f.w.open {
		if t.c.AgentID == agent && t.c.State.Open() {
			out = append(out, t.c)
		}
	}
	return out
}

// Line is everybody who waits in a queue or rings for it, first in line first.
func (f floorOf) Line(queue desk.ID) []*desk.Conversation {
	var out []*desk.Conversation
	q := f.w.queues[queue]
	for _, t := range f.w.open {
		if t.c.QueueID == queue && t.c.State.InLine() {
			out = append(out, t.c)
		}
	}
	slices.SortFunc(out, func(a, b *desk.Conversation) int {
		if n := q.LineKey(a, 0).Compare(q.LineKey(b, 0)); n != 0 {
			return n
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}

// waiting finds who is in line.
func (w *world) waiting(id desk.ID) *talk {
	if i := slices.IndexFunc(w.line, func(t *talk) bool { return t.c.ID == id }); i >= 0 {
		return w.line[i]
	}
	return nil
}

func (w *world) position(c *desk.Conversation) int {
	return 1 + slices.Index(floorOf{w}.Line(c.QueueID), c)
}
