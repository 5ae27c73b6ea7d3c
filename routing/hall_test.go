package routing

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"parley/desk"
	"parley/store"
)

// setUp fills the hall by chance.
func (h *hall) setUp() {
	ctx := h.t.Context()
	id := func(kind, n int) desk.ID { return fmt.Sprintf("00000000-0000-7000-8000-%06d%06d", kind, n) }
	for i := range 3 {
		k, err := h.CreateSkill(ctx, "", desk.Skill{ID: id(1, i), Name: fmt.Sprint("skill", i)})
		h.ok(err)
		h.skills = append(h.skills, k.ID)
	}
	for i := range 2 + h.IntN(2) {
		q := desk.QueueDefaults()
		q.ID, q.Name = id(2, i), fmt.Sprint("queue", i)
		h.arrange(&q)
		made, err := h.CreateQueue(ctx, "", q)
		h.ok(err)
		h.queues = append(h.queues, made.ID)
	}
	for i, q := range h.queues {
		for _, c := range []desk.Channel{desk.WebChat, desk.SMS} {
			in := desk.Inbox{ID: id(3, 10*i+len(c)), Name: fmt.Sprintf("%s-%d", c, i), Label: "x", Channel: c, QueueID: q, Enabled: true, Requirements: h.requirements(1),
				Provider: map[desk.Channel]string{desk.WebChat: "webchat", desk.SMS: "twilio-sms"}[c]}
			made, err := h.CreateInbox(ctx, "", in)
			h.ok(err)
			h.inboxes = append(h.inboxes, *made)
		}
	}
	for i := range 2 + h.IntN(5) {
		a := desk.Agent{ID: id(4, i), Email: fmt.Sprintf("a%d@example.com", i), Name: fmt.Sprint("agent", i), Role: desk.RoleAgent, Enabled: true}
		h.shape(&a)
		made, err := h.CreateAgent(ctx, "", a, "hash")
		h.ok(err)
		h.agents = append(h.agents, made.ID)
		h.ok(h.SetPresence(ctx, made.ID, desk.Available, "", false, made.ID))
	}
}

// arrange gives a queue settings by chance.
func (h *hall) arrange(q *desk.Queue) {
	names := slices.DeleteFunc(Policies(), func(p string) bool { return p == "strict-fifo" }) // it lets people wait: that is its point
	q.Policy, q.AutoAccept, q.PreferredSeconds = names[h.IntN(len(names))], h.IntN(3) == 0, h.IntN(2)*20
	q.OfferSeconds, q.Requirements = 5+h.IntN(10), h.requirements(2)
	q.Order, q.Weight = desk.LineOrders[h.IntN(2)], []int{50, 100, 300}[h.IntN(3)]
	q.Hours, q.AfterHours = nil, desk.AfterHoursServe
	if h.IntN(3) == 0 {
		q.Hours, q.AfterHours = h.hours(), []desk.AfterHours{desk.AfterHoursSay, desk.AfterHoursMessage}[h.IntN(2)]
	}
	q.Rings = desk.RingPlan{}
	after := 0
	for range h.IntN(4) {
		after += h.IntN(15)
		r := desk.Ring{AfterSeconds: after, Priority: 1 + h.IntN(3), Relax: []desk.Relaxation{{SkillID: h.skills[h.IntN(3)], Level: h.IntN(3)}}}
		if len(h.queues) > 0 && h.IntN(3) == 0 {
			r.QueueID = h.queues[h.IntN(len(h.queues))]
		}
		if h.IntN(4) == 0 {
			r.SkillID = h.skills[h.IntN(3)]
		}
		if h.IntN(5) == 0 {
			r.Offer = desk.Insteads[h.IntN(2)]
		}
		q.Rings = append(q.Rings, r)
	}
}

// hours are open some minutes around now, with a gap.
func (h *hall) hours() *desk.Hours {
	week := map[string][]desk.Span{}
	from := 12*60 + h.IntN(2) // noon is when a history begins
	for _, day := range []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} {
		week[day] = []desk.Span{{From: from, To: from + 1 + h.IntN(2)}, {From: from + 4, To: from + 40}}
	}
	return &desk.Hours{Zone: "UTC", Week: week}
}

func (h *hall) requirements(most int) []desk.Requirement {
	out := []desk.Requirement{}
	for _, k := range h.skills {
		if len(out) < most && h.IntN(3) == 0 {
			out = append(out, desk.Requirement{SkillID: k, Level: 1 + h.IntN(4), Preferred: h.IntN(4) == 0})
		}
	}
	return out
}

// shape gives an agent skills, room and hours by chance.
func (h *hall) shape(a *desk.Agent) {
	a.Capacity, a.HardCapacity = []int{40, 60, 100}[h.IntN(3)], 150
	a.Skills, a.ChannelLimits, a.Costs, a.Hours = map[desk.ID]int{}, map[desk.Channel]int{}, map[desk.ID]int{}, nil
	for _, k := range h.skills {
		if h.IntN(3) > 0 {
			a.Skills[k] = 1 + h.IntN(5)
		}
	}
	if h.IntN(4) == 0 {
		a.ChannelLimits[desk.SMS] = h.IntN(3)
	}
	if h.IntN(4) == 0 {
		a.Costs[h.queues[h.IntN(len(h.queues))]] = 10 + h.IntN(40)
	}
	if h.IntN(3) == 0 {
		a.Hours = h.hours()
	}
}

// some is a conversation in one of these states as the database has it, oldest
// first; nil when there is none.
func (h *hall) some(states ...desk.State) *desk.Conversation {
	live, err := h.Live(h.t.Context())
	h.ok(err)
	fit := slices.DeleteFunc(live.Conversations, func(c *desk.Conversation) bool { return !slices.Contains(states, c.State) })
	slices.SortFunc(fit, func(a, b *desk.Conversation) int { return compareIDs(a.ID, b.ID) })
	if len(fit) == 0 {
		return nil
	}
	return fit[h.IntN(len(fit))]
}

func compareIDs(a, b desk.ID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// step lets one thing happen. That something comes too late is part of the game.
func (h *hall) step() {
	ctx := h.t.Context()
	agent := h.agents[h.IntN(len(h.agents))]
	var err error
	on := func(do func(*desk.Conversation) error, states ...desk.State) {
		if c := h.some(states...); c != nil {
			err = do(c)
		}
	}
	switch n := h.IntN(100); {
	case n < 24:
		h.arrive()
	case n < 34:
		on(func(c *desk.Conversation) error { return h.AcceptOffer(ctx, c.ID, c.AgentID) }, desk.Offered)
	case n < 38:
		on(func(c *desk.Conversation) error { return h.DeclineOffer(ctx, c.ID, c.AgentID, "") }, desk.Offered)
	case n < 48:
		on(func(c *desk.Conversation) error { return h.Resolve(ctx, c.ID, c.AgentID) }, desk.Active)
	case n < 51:
		on(func(c *desk.Conversation) error { return h.Abandon(ctx, c.ID, h.now) }, desk.Waiting, desk.Offered)
	case n < 54:
		on(func(c *desk.Conversation) error { return h.Snooze(ctx, c.ID, c.AgentID, h.now.Add(20*time.Second)) }, desk.Active)
	case n < 56:
		err = h.WakeDue(ctx)
	case n < 59:
		on(func(c *desk.Conversation) error {
			return h.Transfer(ctx, store.Transfer{ConversationID: c.ID, ActorID: c.AgentID, QueueID: h.queues[h.IntN(len(h.queues))]})
		}, desk.Active, desk.Waiting)
	case n < 61:
		on(func(c *desk.Conversation) error { return h.Prioritize(ctx, c.ID, agent, h.IntN(8)) }, desk.Waiting)
	case n < 68:
		p := []desk.Presence{desk.Available, desk.Available, desk.Available, desk.Away, desk.Offline, desk.Busy}[h.IntN(6)]
		err = h.SetPresence(ctx, agent, p, "", h.IntN(4) == 0, agent)
	case n < 71:
		_, err = h.UpdateAgent(ctx, "", agent, "", "", func(a *desk.Agent) error { h.shape(a); return nil })
	case n < 73:
		_, err = h.UpdateQueue(ctx, "", h.queues[h.IntN(len(h.queues))], func(q *desk.Queue) error { h.arrange(q); return nil })
	case n < 76:
		on(func(c *desk.Conversation) error { return h.Requeue(ctx, c.ID, c.AgentID) }, desk.Active)
	case n < 78:
		on(func(c *desk.Conversation) error { return h.Instead(ctx, c.ID, desk.LeaveMessage, "") }, desk.Waiting)
	case n < 80:
		h.crash(h.IntN(2))
	case n < 82: // two at once; or one of two steps back
		n := h.nodes[h.IntN(2)]
		if n.term == nil {
			h.lead(n)
		} else if h.nodes[0].term != nil && h.nodes[1].term != nil {
			n.router.leading.Store(false)
			n.term = nil
		}
	case n < 92:
		n := h.nodes[h.IntN(2)]
		n.hear(h.IntN(4))
		n.work()
	default:
		h.now = h.now.Add(time.Duration(h.IntN(9000)) * time.Millisecond)
	}
	if err != nil && desk.CodeOf(err) == desk.Internal {
		h.fail("%v", err)
	}
	if h.IntN(2) == 0 {
		n := h.nodes[h.IntN(2)]
		n.hear(1 + h.IntN(4))
		n.work()
	}
}

// arrive lets a new customer, or one of the last, write.
func (h *hall) arrive() {
	in := h.inboxes[h.IntN(len(h.inboxes))]
	h.people++
	n := h.people
	if h.IntN(4) == 0 {
		n = 1 + h.IntN(n)
	}
	kind, value := desk.Phone, fmt.Sprintf("+1500555%04d", n)
	if in.Channel == desk.WebChat {
		kind, value = desk.Visitor, fmt.Sprintf("00000000-0000-7000-8000-%012d", n)
	}
	work, err := h.Accept(h.t.Context(), []desk.Inbound{{InboxID: in.ID, ProviderID: fmt.Sprint("m", len(h.events), "-", h.people), Kind: desk.InMessage, At: h.now,
		Identity: desk.Identity{Kind: kind, Value: value}, Message: &desk.Message{Kind: desk.Text, Text: "hello"}}})
	h.ok(err)
	for _, w := range work {
		h.ok(h.Receive(h.t.Context(), []desk.ID{w.ID}))
	}
}

// check holds what the database knows, at rest, against the promises.
func (h *hall) check() {
	live, err := h.Live(h.t.Context())
	h.ok(err)
	load := map[desk.ID]int{}
	ringing := map[desk.ID]int{}
	for _, c := range live.Conversations {
		if c.State.HoldsCapacity() {
			load[c.AgentID] += c.Cost
		}
		if c.State == desk.Offered {
			ringing[c.AgentID]++
		}
		if (c.State == desk.Waiting) != (c.AgentID == "") {
			h.fail("%s is %s and of %q", c.ID, c.State, c.AgentID)
		}
	}
	for _, a := range live.Agents {
		switch {
		case a.Load != load[a.ID]:
			h.fail("%s is said to hold %d and holds %d", h.short(a.ID), a.Load, load[a.ID])
		case a.Load > a.Hard():
			h.fail("%s holds %d, and %d is the most", h.short(a.ID), a.Load, a.Hard())
		case ringing[a.ID] > 1:
			h.fail("%d offers ring at %s", ringing[a.ID], h.short(a.ID))
		case ringing[a.ID] > 0 && (a.Presence != desk.Available || a.OffHours):
			h.fail("an offer rings at %s, who is %s, off hours %v", h.short(a.ID), a.Presence, a.OffHours)
		case a.OffHours == a.Hours.OpenAt(h.now):
			h.fail("%s is off %v against their hours", h.short(a.ID), a.OffHours)
		}
	}
	h.offersEndOnce(live)
	h.nobodyWaitsBesideRoom(live)
}

// offersEndOnce reads the log: what was offered ended once, or rings.
func (h *hall) offersEndOnce(live *desk.Snapshot) {
	ends := map[desk.ID]int{}
	rings := map[desk.ID]desk.ID{} // conversation ▶ offer
	for _, e := range h.events {
		if offer := rings[e.ConversationID]; offer != "" && e.Data.From == desk.Offered && e.Data.To != desk.Offered {
			ends[offer]++
			delete(rings, e.ConversationID)
			if e.Data.OfferID != "" && e.Data.OfferID != offer {
				h.fail("%s ended the offer %s while %s rang", e.Type, e.Data.OfferID, offer)
			}
		}
		if e.Type == desk.EvConversationOffered {
			if rings[e.ConversationID] != "" {
				h.fail("%s is offered twice at once", e.ConversationID)
			}
			rings[e.ConversationID] = e.Data.OfferID
		}
	}
	pending := map[desk.ID]desk.ID{}
	for _, o := range live.Offers {
		pending[o.ConversationID] = o.ID
	}
	if !maps.Equal(rings, pending) {
		h.fail("by the log these ring: %v; in the database: %v", rings, pending)
	}
	for offer, n := range ends {
		if n != 1 {
			h.fail("the offer %s ended %d times", offer, n)
		}
	}
}

// nobodyWaitsBesideRoom looks for somebody in line whom an idle agent could take.
func (h *hall) nobodyWaitsBesideRoom(live *desk.Snapshot) {
	w := &world{seed: h.seed, now: h.now, queues: live.Queues, skills: live.Skills, agents: map[desk.ID]*desk.Agent{}, talks: map[desk.ID]*desk.Conversation{},
		costs: map[desk.ID]int{}, history: h.said}
	for _, a := range live.Agents {
		w.agents[a.ID] = a
	}
	for _, c := range live.Conversations {
		if c.State != desk.Snoozed {
			w.talks[c.ID] = c
		}
		if c.State.InLine() {
			w.costs[c.ID] = c.Cost
		}
	}
	w.climbs(h.t, nil)
	for _, id := range slices.Sorted(maps.Keys(w.talks)) {
		c := w.talks[id]
		if c.State != desk.Waiting {
			continue
		}
		for _, a := range w.agents {
			if w.takes(a, c, nil) && !w.kept(c, a) {
				h.fail("%s waits beside %s, who could take it: %+v, %+v", h.short(c.ID), h.short(a.ID), c, a)
			}
		}
	}
}
