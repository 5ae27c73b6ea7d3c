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
	if q == nil || !q.Open || w.now.Before(c.OpensAt) || !a.Enabled || a.OffHours || a.Presence != desk.Available || a.Next != "" || !w.skilled(a, c, w.stepNow(c)) {
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
		load += w.costFor(a, t)
		if t.Channel == c.Channel {
			ofChannel++
		}
		ringing = ringing || !p.AutoAccept
	}
	limit, limited := a.ChannelLimits[c.Channel]
	return load+w.costFor(a, c) <= a.Capacity && (!limited || ofChannel < limit) && (q.AutoAccept || !ringing)
}

// costFor is what a conversation in line takes from an agent.
func (w *world) costFor(a *desk.Agent, c *desk.Conversation) int {
	if n, own := a.Costs[c.QueueID]; own {
		return n
	}
	return w.costs[c.ID]
}

// stepNow is the step of c's ring plan as the world knows it.
func (w *world) stepNow(c *desk.Conversation) int {
	n := max(c.Ring, w.steps[c.ID])
	for i, r := range w.planOf(c) {
		if from := c.RingsFrom(); !w.now.Before(from.Add(time.Duration(r.AfterSeconds) * time.Second)) {
			n = max(n, i+1)
		}
	}
	return min(n, len(w.planOf(c)))
}

func (w *world) planOf(c *desk.Conversation) desk.RingPlan {
	if c.Rings != nil {
		return c.Rings
	}
	return w.Queue(c.QueueID).Rings
}

// skilled tells in its own words whether an agent has what c demands at a step:
// of its queue, of a queue it overflows into, or of a team that helps.
func (w *world) skilled(a *desk.Agent, c *desk.Conversation, step int) bool {
	plan := w.planOf(c)[:step]
	enough := func(reqs []desk.Requirement) bool {
		for _, r := range reqs {
			level := r.Level
			for _, ring := range plan {
				for _, x := range ring.Relax {
					if x.SkillID == r.SkillID {
						level = min(level, x.Level)
					}
				}
			}
			if !r.Preferred && a.Skills[r.SkillID] < level {
				return false
			}
		}
		return true
	}
	if !enough(c.Requirements) {
		return false
	}
	if enough(w.Queue(c.QueueID).Requirements) {
		return true
	}
	for _, ring := range plan {
		if ring.QueueID != "" && enough(w.Queue(ring.QueueID).Requirements) || ring.SkillID != "" && a.Skills[ring.SkillID] > 0 {
			return true
		}
	}
	return false
}

// somebody tells whether anybody at work could ever take c at a step.
func (w *world) somebody(c *desk.Conversation, step int) bool {
	for _, a := range w.agents {
		if a.Enabled && a.Presence != desk.Offline && !a.OffHours && w.skilled(a, c, step) {
			return true
		}
	}
	return false
}

// climbs fails when a step of a ring plan came early though somebody could take
// the customer before it, or has not come though nobody can.
func (w *world) climbs(t *testing.T, steps []desk.RingStep) {
	t.Helper()
	for _, s := range steps {
		if c := w.talks[s.ConversationID]; s.Early && w.somebody(c, max(c.Ring, w.steps[c.ID], w.planOf(c).Due(w.now.Sub(c.RingsFrom())))) {
			t.Fatalf("seed %d: step %d of %s came early\n%s", w.seed, s.Ring, c.ID, w.recent())
		}
	}
	w.climb(steps)
	for _, c := range w.talks {
		if c.State != desk.Waiting || !w.Queue(c.QueueID).Open || w.flights[c.ID].ConversationID != "" || w.now.Before(c.OpensAt) {
			continue
		}
		n, plan := w.stepNow(c), w.planOf(c)
		if w.somebody(c, n) || n > 0 && plan[n-1].Offer != "" {
			continue
		}
		for k := n + 1; k <= len(plan); k++ {
			if w.somebody(c, k) || plan[k-1].Offer != "" {
				t.Fatalf("seed %d: %s waits at step %d for nobody\n%s", w.seed, c.ID, n, w.recent())
			}
		}
	}
}

// overtakes tells whether first was chosen before c, who asks for the same, is
// tied to nobody either, and has the better place.
func (w *world) overtakes(first, c *desk.Conversation) bool {
	q := w.Queue(c.QueueID)
	at := func(c *desk.Conversation) time.Time {
		return q.LineKey(c, raisedBy(w.planOf(c), c, w.stepNow(c)))
	}
	return q != nil && classOf(first, q, w.stepNow(first)) == classOf(c, q, w.stepNow(c)) && w.free(first) && w.free(c) && at(c).Before(at(first))
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
	w.climbs(t, plan.Steps)
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
			if w.overtakes(first, c) {
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
			if later := w.talks[p.ConversationID]; w.overtakes(later, c) {
				breach("%s overtakes %s", later.ID, c.ID)
			}
		}
	}
	if !plan.Wake.IsZero() && (w.wake.IsZero() || plan.Wake.Before(w.wake)) {
		w.wake = plan.Wake
	}
}

func (w *world) free(c *desk.Conversation) bool {
	return c.PreferredAgentID == "" && len(c.AvoidAgentIDs) == 0 && !w.now.Before(c.OpensAt)
}

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
			for _, seed := range seeds(25) {
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
