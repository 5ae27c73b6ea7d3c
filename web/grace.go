package web

import (
	"context"
	"sync"
	"time"

	"parley/desk"
	"parley/routing"
)

// graces are the visitors whose last socket on this node has closed: for a
// while they may come back, here or on another node, and keep their place.
type graces struct {
	mu   sync.Mutex
	left map[desk.ID]time.Time
}

func (g *graces) add(conversation desk.ID, at time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.left == nil {
		g.left = map[desk.ID]time.Time{}
	}
	g.left[conversation] = at
}

// due takes out those whose grace is over.
func (g *graces) due(now time.Time) map[desk.ID]time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out map[desk.ID]time.Time
	for id, at := range g.left {
		if now.Sub(at) >= visitorGrace {
			if out == nil {
				out = map[desk.ID]time.Time{}
			}
			out[id] = at
			delete(g.left, id)
		}
	}
	return out
}

// endGraces ends the wait of those who did not come back anywhere, dated at the
// moment they left. When nobody can tell who is connected elsewhere, the node
// that routes decides later.
func (s *sockets) endGraces(ctx context.Context) {
	due := s.graces.due(s.api.Now())
	if len(due) == 0 {
		return
	}
	seen, _, err := s.Connected.Connected(ctx, routing.VisitorSockets)
	if err != nil {
		return
	}
	for id, at := range due {
		if _, elsewhere := seen[id]; elsewhere || s.visitors.Present(id) {
			continue
		}
		if err := s.api.Store.Abandon(ctx, id, at); err != nil {
			s.api.Log.Warn("abandonment not recorded; the router will see to it", "conversation", id, "error", err)
		}
	}
}
