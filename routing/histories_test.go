package routing

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/desk"
	"parley/floor"
	"parley/store"
	"parley/store/storetest"
)

var (
	oneSeed   = flag.Int64("seed", -1, "run only this seed of the randomized tests, as a failure names it")
	histories = flag.Int("histories", 24, "how many random histories run against the real store")
)

// seeds are those to run: the first n, or the one asked for.
func seeds(n int) []uint64 {
	if *oneSeed >= 0 {
		return []uint64{uint64(*oneSeed)}
	}
	out := make([]uint64, n)
	for i := range out {
		out[i] = uint64(i)
	}
	return out
}

// hall is a contact center that runs for real but for time and chance: the store
// on SQLite, and two nodes with a floor and a router each, which lead one at a
// time, both, or neither. Whatever would race is drawn from the seed instead:
// when a node hears of a commit, which claim comes first, what a crash cuts off.
type hall struct {
	*rand.Rand
	*store.Store
	t       *testing.T
	seed    uint64
	now     time.Time
	nodes   [2]*hallNode
	queues  []desk.ID
	skills  []desk.ID
	agents  []desk.ID
	inboxes []desk.Inbox
	people  int
	events  []desk.Event
	said    []string
}

// hallNode is one node. Its term is nil while it does not lead.
type hallNode struct {
	hall    *hall
	floor   *floor.Floor
	router  *Router
	term    *term
	backlog []desk.Change // committed, not heard of yet
	asked   chan request
	wake    time.Time // when the router wants to look again
}

// request is something a router asks of the database.
type request struct {
	key   string // by which requests made at once are put in order
	do    func() error
	reply chan error
}

func (n *hallNode) ask(key string, do func() error) error {
	r := request{key, do, make(chan error, 1)}
	n.asked <- r
	return <-r.reply
}

func (n *hallNode) Offer(ctx context.Context, p desk.Proposal) error {
	return n.ask("offer "+p.ConversationID, func() error {
		n.hall.say("%s is claimed for %s by %s, step %d", n.hall.short(p.ConversationID), n.hall.short(p.AgentID), p.Decision.Rule, p.Decision.Ring)
		return n.hall.Store.Offer(ctx, p)
	})
}

func (n *hallNode) ExpireOffer(ctx context.Context, conversation, offer desk.ID) error {
	return n.ask("expire "+conversation, func() error { return n.hall.Store.ExpireOffer(ctx, conversation, offer) })
}

func (n *hallNode) Climb(ctx context.Context, steps []desk.RingStep) error {
	return n.ask("climb", func() error { return n.hall.Store.Climb(ctx, steps) })
}

func (h *hall) clock() time.Time { return h.now }

func (h *hall) say(format string, args ...any) {
	h.said = append(h.said, h.now.Sub(noon).String()+" "+fmt.Sprintf(format, args...))
}

// short names things in the history: ids are long.
func (h *hall) short(id desk.ID) string {
	for _, list := range []struct {
		ids  []desk.ID
		name string
	}{{h.agents, "agent"}, {h.queues, "queue"}, {h.skills, "skill"}} {
		if i := slices.Index(list.ids, id); i >= 0 {
			return fmt.Sprint(list.name, i)
		}
	}
	return id[max(0, len(id)-25):]
}

func (h *hall) fail(format string, args ...any) {
	h.t.Helper()
	h.t.Fatalf("%s\n(again: go test ./routing -run %s -seed %d)\n%s", fmt.Sprintf(format, args...), h.t.Name(), h.seed, strings.Join(h.said[max(0, len(h.said)-60):], "\n"))
}

func (h *hall) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.fail("%v", err)
	}
}

func newHall(t *testing.T, seed uint64) *hall {
	h := &hall{Rand: rand.New(rand.NewPCG(seed, 3)), t: t, seed: seed, now: noon}
	h.Store = storetest.SQLite(t)(func(c *store.Config) {
		c.Now = h.clock
		c.OnCommit = h.committed
	})
	h.setUp()
	for i := range h.nodes {
		h.nodes[i] = h.boot()
	}
	h.lead(h.nodes[0])
	return h
}

// committed keeps the log and lets each node hear of it later.
func (h *hall) committed(changes []desk.Change) {
	for i := range changes {
		changes[i].Rest = len(changes) - 1 - i
	}
	for _, ch := range changes {
		h.events = append(h.events, ch.Event)
		h.say("%d %s %s %s %s", ch.Seq, ch.Type, h.short(ch.ConversationID), h.short(ch.AgentID), ch.Data.Reason)
		if ch.Type == desk.EvConversationOffered || ch.Type == desk.EvConversationAssigned && ch.ActorID == "" {
			h.mayHave(ch)
		}
		if ch.Type == desk.EvQueueChanged {
			h.ForgetConfig()
		}
	}
	for _, n := range h.nodes {
		if n != nil {
			n.backlog = append(n.backlog, changes...)
		}
	}
}

// mayHave fails when somebody is given a conversation who must get nothing.
func (h *hall) mayHave(ch desk.Change) {
	a := ch.Agent
	switch {
	case a == nil:
		h.fail("an offer to nobody: %+v", ch.Event)
	case !a.Enabled || a.Presence != desk.Available || !a.Hours.OpenAt(ch.At):
		h.fail("%s got a conversation while %s, enabled %v, in their hours %v", h.short(a.ID), a.Presence, a.Enabled, a.Hours.OpenAt(ch.At))
	case a.Load > a.Capacity:
		h.fail("%s got a conversation and holds %d of %d", h.short(a.ID), a.Load, a.Capacity)
	case ch.At.Before(ch.Conversation.OpensAt):
		h.fail("%s was offered before its queue opens", h.short(ch.ConversationID))
	}
}

// boot makes a node that knows what the database knows.
func (h *hall) boot() *hallNode {
	snapshot, err := h.Live(h.t.Context())
	h.ok(err)
	n := &hallNode{hall: h, floor: floor.New(snapshot), asked: make(chan request, 64)}
	n.router = New(n.floor, n, slog.New(slog.DiscardHandler), h.clock)
	return n
}

func (h *hall) lead(n *hallNode) {
	if n.term != nil {
		return
	}
	n.router.begin()
	n.router.leading.Store(true)
	n.term = &term{Router: n.router, claimed: map[desk.ID]claim{}, ending: map[desk.ID]time.Time{}}
	n.term.arrange(n.floor.Queues())
}

// crash ends a node in the middle of what it does: each of its requests may have
// come to the database or not. Another begins in its place.
func (h *hall) crash(i int) {
	n := h.nodes[i]
	h.say("node %d crashes, leading %v", i, n.term != nil)
	if n.term != nil {
		n.term.work(h.t.Context(), h.now)
		for _, r := range n.requests() {
			if h.IntN(2) == 0 {
				_ = r.do()
			}
			r.reply <- context.Canceled
		}
		n.term.running.Wait()
	}
	h.nodes[i] = nil // hears of nothing from here
	h.nodes[i] = h.boot()
	if h.nodes[1-i].term == nil || h.IntN(4) == 0 {
		h.lead(h.nodes[h.IntN(2)])
	}
	if h.nodes[0].term == nil && h.nodes[1].term == nil {
		h.lead(h.nodes[1-i])
	}
}

// requests are what the router has begun, in an order that does not depend on
// the scheduler.
func (n *hallNode) requests() []request {
	count := n.term.busy
	if n.term.climbs {
		count++
	}
	out := make([]request, count)
	for i := range out {
		out[i] = <-n.asked
	}
	slices.SortFunc(out, func(a, b request) int { return strings.Compare(a.key, b.key) })
	return out
}

// hear lets a node take in its next commits.
func (n *hallNode) hear(commits int) {
	for ; commits > 0 && len(n.backlog) > 0; commits-- {
		for {
			ch := n.backlog[0]
			n.backlog = n.backlog[1:]
			n.floor.Apply(ch)
			n.router.Changed(ch)
			if ch.Rest == 0 {
				break
			}
		}
	}
}

// work lets a leading node look once and carries out what it asks for.
func (n *hallNode) work() {
	if n.term == nil {
		return
	}
	h := n.hall
	n.wake = n.term.work(h.t.Context(), h.now)
	requests := n.requests()
	h.Shuffle(len(requests), func(i, j int) { requests[i], requests[j] = requests[j], requests[i] })
	for _, r := range requests {
		r.reply <- r.do()
	}
	n.term.running.Wait()
}

func (n *hallNode) idle() bool {
	if n.term == nil {
		return len(n.backlog) == 0
	}
	n.router.mu.Lock()
	defer n.router.mu.Unlock()
	return len(n.backlog) == 0 && len(n.router.answers) == 0 && n.router.news.seq == 0 && len(n.term.claimed) == 0 && len(n.term.steps) == 0 && !n.term.climbs
}

// settle lets everything that has been begun come to its end.
func (h *hall) settle() {
	for range 100 {
		h.duty()
		for _, n := range h.nodes {
			n.hear(len(n.backlog))
			n.work()
			n.hear(len(n.backlog))
		}
		if h.nodes[0].idle() && h.nodes[1].idle() {
			// Once more, for what is only due now.
			before := len(h.events)
			for _, n := range h.nodes {
				n.work()
			}
			if len(h.events) == before && h.nodes[0].idle() && h.nodes[1].idle() {
				return
			}
		}
		h.now = h.now.Add(60 * time.Millisecond) // a refused claim is tried again soon
	}
	h.fail("it does not come to rest")
}

// duty is what the calendars do.
func (h *hall) duty() {
	n := h.nodes[0]
	n.hear(len(n.backlog))
	due, _ := (&Calendars{Floor: n.floor}).look(h.now)
	slices.Sort(due)
	h.ok(h.Duty(h.t.Context(), due))
}

// TestWhatRoutingPromisesWhateverHappens: random histories of customers, agents,
// hours, relaxing demands, crashes and two routers at once, against the real
// router, floor and store.
func TestWhatRoutingPromisesWhateverHappens(t *testing.T) {
	for _, seed := range seeds(*histories) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			h := newHall(t, seed)
			for range 120 {
				h.now = h.now.Add(time.Duration(1+h.IntN(900)) * time.Millisecond)
				h.step()
				if h.IntN(4) == 0 {
					h.settle()
					h.check()
				}
			}
			h.settle()
			h.check()
			h.happened()
		})
	}
}

// happened logs how much a history had of what it is about.
func (h *hall) happened() {
	n := map[desk.EventType]int{}
	for _, e := range h.events {
		n[e.Type]++
	}
	h.t.Logf("%d commits' events: %d offers, %d assigned, %d returned, %d steps of ring plans, %d presence changes, %s of time", len(h.events),
		n[desk.EvConversationOffered], n[desk.EvConversationAssigned], n[desk.EvConversationReturned], n[desk.EvConversationWidened], n[desk.EvAgentPresence], h.now.Sub(noon))
}
