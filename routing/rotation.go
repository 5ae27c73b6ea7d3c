package routing

import (
	"slices"
	"strconv"
	"strings"

	"parley/desk"
)

// rotations tells for each rotation whose turn was the last. Customers of one
// queue who ask for the same make a rotation: mixed, whoever stands behind those
// with a rare skill would have more turns than the others.
//
// Turns are what the router remembers, not what the floor shows: each choice
// carries the turn before it (desk.Decision.Turn), so it can be made again.
type rotations map[string]desk.ID

// rotates tells whether agents are served in turn.
func (p Policy) rotates() bool { return slices.Contains(p.criteria, byRotation) }

// rotationOf names the rotation of a conversation.
func rotationOf(c *desk.Conversation) string {
	b := append(make([]byte, 0, 64), c.QueueID...)
	for _, r := range c.Requirements {
		b = append(append(append(b, ' '), r.SkillID...), '=')
		b = strconv.AppendInt(b, int64(r.Level), 10)
		if r.Preferred {
			b = append(b, 'p')
		}
	}
	return string(b)
}

// behindTurn is how far down an agent comes once last has had the turn: who
// follows by id before everybody else.
func behindTurn(id, last desk.ID) int {
	if id > last {
		return 0
	}
	return 1
}

// lastGiven is where a rotation begins that nobody remembers, as after another
// node has taken over: behind whoever was given something last; "" when nobody was.
func lastGiven(agents []*desk.Agent) desk.ID {
	var last *desk.Agent
	for _, a := range agents {
		if a.LastAssignedAt.IsZero() {
			continue
		}
		if last == nil || a.LastAssignedAt.After(last.LastAssignedAt) || a.LastAssignedAt.Equal(last.LastAssignedAt) && a.ID > last.ID {
			last = a
		}
	}
	if last == nil {
		return ""
	}
	return last.ID
}

// turnOf is whose turn was the last where c stands.
func (l *look) turnOf(c *desk.Conversation) desk.ID {
	if last, known := l.turns[rotationOf(c)]; known {
		return last
	}
	return lastGiven(l.view.Agents())
}

func (l *look) turned(c *desk.Conversation, to desk.ID) {
	if l.turns == nil {
		l.turns = rotations{}
	}
	l.turns[rotationOf(c)] = to
}

// turnOf is the same by the index.
func (x *Index) turnOf(w *waiter) desk.ID {
	if last, known := x.turns[rotationOf(w.c)]; known {
		return last
	}
	var known []*desk.Agent
	for _, s := range x.agents {
		if s.a != nil {
			known = append(known, s.a)
		}
	}
	return lastGiven(known)
}

// mostRotations bounds what is remembered; those forgotten begin as after a takeover.
const mostRotations = leastClasses

func (x *Index) turned(w *waiter, to desk.ID) {
	key := rotationOf(w.c)
	if _, known := x.turns[key]; !known && len(x.turns) >= mostRotations {
		clear(x.turns)
	}
	x.turns[key] = to
}

// narrowTurn keeps whoever is next after last by id.
func (x *Index) narrowTurn(set *bitset, last desk.ID) {
	var best *server
	behind := 0
	set.each(func(i int) bool {
		s := x.agents[i]
		b := behindTurn(s.id, last)
		if best == nil || b < behind || b == behind && strings.Compare(s.id, best.id) < 0 {
			best, behind = s, b
		}
		return true
	})
	clear(*set)
	set.put(best.i, true)
}
