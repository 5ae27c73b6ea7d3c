package routing

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"parley/desk"
)

// takes tells in its own words whether an agent could be given c now: not by
// the code under test. promised is what proposals on their way will take.
func (w *world) takes(a *desk.Agent, c *desk.Conversation, promised []desk.Proposal) bool {
	q := w.Queue(c.QueueID)
	if q == nil || !q.Open || !a.Enabled || a.Presence != desk.Available || a.Next != "" || !a.Meets(q.Requirements) || !a.Meets(c.Requirements) {
		return false
	}
	load, ofChannel, ringing := a.Load, 0, false
	for _, t := range w.Held(a.ID) {
		if t.Channel == c.Channel {
			ofChannel++
		}
		ringing = ringing || t.State == desk.Offered
	}
	for _, p := range promised {
		if p.AgentID != a.ID {
			continue
		}
		t := w.talks[p.ConversationID]
		load += t.Cost
		if t.Channel == c.Channel {
			ofChannel++
		}
		ringing = ringing || !p.AutoAccept
	}
	limit, limited := a.ChannelLimits[c.Channel]
	return load+c.Cost <= a.Capacity && (!limited || ofChannel < limit) && (q.AutoAccept || !ringing)
}

// kept tells whether c waits on purpose though an agent has room: a little for
// its last agent, or 30 s for those who declined it.
func (w *world) kept(c *desk.Conversation, a *desk.Agent) bool {
	q := w.Queue(c.QueueID)
	if c.PreferredAgentID != "" && w.now.Before(c.QueuedAt.Add(time.Duration(q.PreferredSeconds)*time.Second)) && c.PreferredAgentID != a.ID {
		return true
	}
	return slices.Contains(c.AvoidAgentIDs, a.ID) && w.now.Before(c.StateSince.Add(30*time.Second))
}

// decideAndCheck lets the index decide and holds what it proposes, and what it
// leaves, against the promises.
func (w *world) decideAndCheck(t *testing.T) {
	t.Helper()
	breach := func(format string, args ...any) {
		t.Helper()
		w.say(format, args...)
		t.Fatalf("seed %d: %s\n%s", w.seed, w.history[len(w.history)-1], w.recent())
	}
	var promised []desk.Proposal
	for _, p := range w.flights {
		promised = append(promised, p)
	}
	plan := w.index.Decide(w.now, 0)
	for i, p := range plan.Proposals {
		c, a := w.talks[p.ConversationID], w.agents[p.AgentID]
		switch {
		case c == nil || c.State != desk.Waiting || c.Epoch != p.Epoch:
			breach("%s is proposed and does not wait", p.ConversationID)
		case slices.ContainsFunc(promised, func(o desk.Proposal) bool { return o.ConversationID == c.ID }):
			breach("%s is proposed twice", c.ID)
		case !w.takes(a, c, promised):
			breach("%s is proposed to %s, who cannot take it", c.ID, a.ID)
		}
		for _, o := range plan.Proposals[:i] {
			// Among those who ask for the same and are tied to nobody, first in line is first.
			first := w.talks[o.ConversationID]
			if classOf(first) == classOf(c) && free(first) && free(c) && c.LineKey().Before(first.LineKey()) {
				breach("%s overtakes %s", first.ID, c.ID)
			}
		}
		promised = append(promised, p)
		w.flights[c.ID] = p
		w.say("%s proposed to %s", c.ID, a.ID)
	}
	for _, c := range w.talks {
		if c.State != desk.Waiting || w.flights[c.ID].ConversationID != "" {
			continue
		}
		for _, a := range w.agents {
			if w.takes(a, c, promised) && !w.kept(c, a) {
				breach("%s waits beside %s, who could take it", c.ID, a.ID)
			}
		}
		for _, p := range plan.Proposals {
			if later := w.talks[p.ConversationID]; classOf(later) == classOf(c) && free(later) && free(c) && c.LineKey().Before(later.LineKey()) {
				breach("%s overtakes %s", later.ID, c.ID)
			}
		}
	}
	if !plan.Wake.IsZero() && (w.wake.IsZero() || plan.Wake.Before(w.wake)) {
		w.wake = plan.Wake
	}
}

func free(c *desk.Conversation) bool { return c.PreferredAgentID == "" && len(c.AvoidAgentIDs) == 0 }

// pass lets time go by until then, with whatever is due between.
func (w *world) pass(t *testing.T, until time.Time) {
	for {
		next, offer := until, desk.ID("")
		for id, at := range w.rings {
			if at.Before(next) || at.Equal(next) && id < offer {
				next, offer = at, id
			}
		}
		if !w.wake.IsZero() && w.wake.Before(next) {
			next, offer = w.wake, ""
		}
		if !next.Before(until) {
			w.now = until
			return
		}
		w.now = next
		if offer != "" {
			agent := w.talks[offer].AgentID
			w.say("%s rang out at %s", offer, agent)
			w.move(offer, desk.Waiting, "")
			w.change(agent, func(a *desk.Agent) { a.Presence = desk.Away })
		} else {
			w.wake = time.Time{}
		}
		w.decideAndCheck(t)
	}
}

func TestWhatRoutingPromises(t *testing.T) {
	for _, policy := range Policies() {
		if policy == "strict-fifo" {
			continue // it lets people wait beside free agents: that is its point
		}
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(40) {
				w := newWorld(seed, func(*rand.Rand) string { return policy })
				for range 250 {
					before := w.now
					w.step()
					until := w.now
					w.now = before
					w.decideAndCheck(t)
					w.pass(t, until)
					for _, a := range w.agents {
						if a.Load > a.Capacity || a.Load < 0 {
							t.Fatalf("seed %d: %s holds %d of %d\n%s", seed, a.ID, a.Load, a.Capacity, w.recent())
						}
					}
				}
				w.endsOnce(t)
			}
		})
	}
}

// endsOnce fails when an offer ended other than once, or rings at nobody.
func (w *world) endsOnce(t *testing.T) {
	t.Helper()
	for id, made := range w.offers {
		still := 0
		if c := w.talks[id.talk]; c != nil && c.State == desk.Offered && c.Epoch == id.epoch {
			still = 1
		}
		if made.ends+still != 1 {
			t.Fatalf("seed %d: the offer of %s ended %d times\n%s", w.seed, id.talk, made.ends, w.recent())
		}
	}
}
