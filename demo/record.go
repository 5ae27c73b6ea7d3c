package demo

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/desk"
	"parley/routing"
)

// What happens in the week, each as the store commits it: the same moves,
// measurements and events in the same order. A test folds the events again and
// must come to the same facts and conversations.

func (w *world) measure(c *desk.Conversation) desk.Measure {
	return desk.Measure{Zone: w.zone, Queue: w.queues[c.QueueID], Now: w.now}
}

func (w *world) facts(list ...desk.Fact) {
	for _, f := range list {
		f.ID = w.id(w.now)
		w.h.Facts = append(w.h.Facts, f)
	}
}

func (w *world) tell(typ desk.EventType, c *desk.Conversation, e desk.Event) {
	e.Type, e.At = typ, w.now
	if c != nil {
		e.ConversationID, e.ContactID, e.InboxID, e.QueueID = c.ID, c.ContactID, c.InboxID, c.QueueID
		if e.AgentID == "" {
			e.AgentID = c.AgentID
		}
		e.Data.Epoch, e.Data.To = c.Epoch, c.State
	}
	w.h.Events = append(w.h.Events, e)
}

func (w *world) worker(id desk.ID) *worker {
	for _, a := range w.workers {
		if a.ID == id {
			return a
		}
	}
	return nil
}

// move changes state and owner and keeps the loads in step.
func (w *world) move(c *desk.Conversation, to desk.State, owner desk.ID) {
	var held, holds *worker
	if c.State.HoldsCapacity() {
		held = w.worker(c.AgentID)
	}
	if to.HoldsCapacity() {
		holds = w.worker(owner)
	}
	must(c.Move(to, w.now))
	if owner != "" || to == desk.Waiting {
		c.AgentID = owner
	}
	if held == holds {
		return
	}
	if held != nil {
		held.Load, held.FreedAt = max(0, held.Load-c.Cost), w.now
		if held.Load == 0 && held.Next != "" {
			w.present(held, held.Next, "", held.ID)
		}
	}
	if holds != nil {
		holds.Load += c.Cost
		holds.LastAssignedAt = w.now
	}
}

// must stops at a move the table forbids: a mistake in the play.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

func (w *world) present(a *worker, p desk.Presence, reason string, actor desk.ID) {
	a.Presence, a.Reason, a.Next, a.PresenceSince = p, reason, "", w.now
	w.tell(desk.EvAgentPresence, nil, desk.Event{AgentID: a.ID, ActorID: actor, Data: desk.EventData{Presence: p, Reason: reason, After: a.setup()}})
	if p != desk.Away && p != desk.Busy {
		return
	}
	back := w.between(5*time.Minute, 22*time.Minute)
	if reason == desk.ReasonMissedOffer {
		back = w.between(time.Minute, 5*time.Minute)
	}
	w.after(back, func() {
		if a.onDuty && a.Presence == p {
			w.present(a, desk.Available, "", a.ID)
			w.serve()
		}
	})
}

// setup is the agent as they are now.
func (a *worker) setup() *desk.Setup {
	c := *a.Agent
	return &desk.Setup{Agent: &c}
}

// want changes a presence now, or after the last conversation.
func (w *world) want(a *worker, p desk.Presence) {
	if a.Load > 0 {
		a.Next = p
		w.tell(desk.EvAgentPresence, nil, desk.Event{AgentID: a.ID, ActorID: a.ID, Data: desk.EventData{Presence: a.Presence, Reason: a.Reason, After: a.setup()}})
		return
	}
	if a.Presence != p {
		w.present(a, p, "", a.ID)
	}
}

// begin makes a conversation; its first message follows.
func (w *world) begin(ch desk.Channel, who *customer, about desk.Context) *desk.Conversation {
	in := w.inbox[ch]
	q := w.queues[in.QueueID]
	c := &desk.Conversation{ID: w.id(w.now), InboxID: in.ID, Channel: ch, ContactID: who.ID, ContactName: who.Name, IdentityID: who.by[ch].ID,
		QueueID: q.ID, State: desk.New, Cost: q.Cost(ch), Priority: q.Priority + in.Priority, Requirements: []desk.Requirement{},
		CreatedAt: w.now, StateSince: w.now, Context: about, Language: who.Language}
	if who.Language != "en" {
		c.Requirements = append(c.Requirements, desk.Requirement{SkillID: w.skill[languageSkills[who.Language]], Level: 2, Preferred: true})
	}
	c.PreferredAgentID = w.lastAgent(who)
	id := who.by[ch]
	w.tell(desk.EvConversationCreated, c, desk.Event{Data: desk.EventData{Fields: map[string]string{"page": about.Page, string(id.Kind): id.Value}}})
	return c
}

// lastAgent is who last took care of the customer, on any channel.
func (w *world) lastAgent(who *customer) desk.ID {
	var last *desk.Conversation
	for _, in := range w.inbox {
		t := w.latest[pair{in.ID, who.ID}]
		if t != nil && t.c.AgentID != "" && (last == nil || t.c.LastAt.After(last.LastAt)) {
			last = t.c
		}
	}
	if last == nil {
		return ""
	}
	return last.AgentID
}

func (w *world) message(c *desk.Conversation, m desk.Message) *desk.Message {
	m.ID, m.ConversationID, m.ContactID, m.Attachments = w.id(w.now), c.ID, c.ContactID, []desk.Attachment{}
	if m.At.IsZero() {
		m.At = w.now
	}
	if m.Kind == "" {
		m.Kind = desk.Text
	}
	w.messages = append(w.messages, &m)
	return &m
}

// hear takes a customer's message in, and moves the conversation to where it
// puts it: into the line when new or ended, back to its owner when put aside.
func (w *world) hear(c *desk.Conversation, text string) {
	m := w.inbound(c, text)
	fresh := c.State == desk.New
	c.Hear(m, m.At)
	if fresh {
		w.facts(w.measure(c).Started(c))
	}
	w.tell(desk.EvMessageReceived, c, desk.Event{MessageID: m.ID})
	switch {
	case fresh:
		must(c.Move(desk.Waiting, w.now))
		w.tell(desk.EvConversationQueued, c, desk.Event{Data: w.told(c, c.Route(desk.EventData{From: desk.New}))})
	case !c.State.Open():
		from := c.State
		must(c.Reopen(w.now))
		c.AskedAt, c.UnansweredSince = c.LastCustomerAt, c.LastCustomerAt
		w.facts(w.measure(c).Count(c, desk.ReopenedCount, c.PreferredAgentID))
		w.tell(desk.EvConversationReopened, c, desk.Event{Data: w.told(c, c.Route(desk.EventData{From: from}))})
	case c.State == desk.Snoozed:
		w.wake(c)
	}
}

func (w *world) inbound(c *desk.Conversation, text string) *desk.Message {
	m := desk.Message{Direction: desk.In, Author: desk.ByCustomer, Text: text, Status: desk.Received, ProviderAt: w.now}
	if !c.Channel.Live() {
		m.ProviderAt = w.now.Add(-w.between(200*time.Millisecond, 1200*time.Millisecond)).Truncate(time.Second)
		m.ExternalID = w.externalID(c.Channel)
	}
	return w.message(c, m)
}

func (w *world) wake(c *desk.Conversation) {
	owner := w.worker(c.AgentID)
	if owner.Presence == desk.Offline {
		c.PreferredAgentID = c.AgentID
		must(c.Move(desk.Waiting, w.now))
		w.tell(desk.EvConversationQueued, c, desk.Event{Data: c.Route(desk.EventData{From: desk.Snoozed})})
		return
	}
	must(c.Move(desk.Active, w.now))
	owner.Load += c.Cost
	w.tell(desk.EvConversationWoken, c, desk.Event{Data: desk.EventData{From: desk.Snoozed, Reason: "customer"}})
}

func (w *world) offer(t *talk, d desk.Decision) {
	c := t.c
	q := w.queues[c.QueueID]
	w.move(c, desk.Offered, d.AgentID)
	t.offer = &desk.Offer{ID: w.id(w.now), ConversationID: c.ID, AgentID: d.AgentID, State: desk.OfferPending, MadeAt: w.now,
		ExpiresAt: w.now.Add(time.Duration(q.OfferSeconds) * time.Second), Decision: d}
	w.offers = append(w.offers, t.offer)
	c.OfferID = t.offer.ID
	w.tell(desk.EvConversationOffered, c, desk.Event{Data: desk.EventData{From: desk.Waiting, OfferID: t.offer.ID, ExpiresAt: t.offer.ExpiresAt}})
}

// widen lets a step of a ring plan hold.
func (w *world) widen(step desk.RingStep) {
	t := w.waiting(step.ConversationID)
	if t == nil {
		return
	}
	q := w.queues[t.c.QueueID]
	words, _ := t.c.Climb(q.RingPlanOf(t.c), step.Ring, routing.Names(floorOf{w}))
	w.tell(desk.EvConversationWidened, t.c, desk.Event{Data: t.c.Route(desk.EventData{Reason: step.Reason(), Words: words})})
}

func (w *world) endOffer(t *talk, how desk.OfferState) {
	t.offer.State, t.offer.EndedAt = how, w.now
	t.offer = nil
}

func (w *world) accept(t *talk) {
	c, id, agent := t.c, t.offer.ID, t.offer.AgentID
	w.endOffer(t, desk.OfferAccepted)
	from := c.State
	w.facts(w.measure(c).LeftLine(c, desk.WaitAnswered, agent, c.QueuedAt))
	if c.ToldHigh > 0 {
		w.facts(w.measure(c).Expected(c, agent, c.QueuedAt))
	}
	w.move(c, desk.Active, agent)
	w.tell(desk.EvConversationAssigned, c, desk.Event{ActorID: agent, Data: desk.EventData{From: from, OfferID: id}})
}

func (w *world) decline(t *talk) {
	w.facts(w.measure(t.c).Count(t.c, desk.DeclineCount, t.c.AgentID))
	w.takeBack(t, desk.OfferDeclined)
}

func (w *world) miss(t *talk) {
	agent := w.worker(t.c.AgentID)
	w.facts(w.measure(t.c).Count(t.c, desk.MissedOffer, agent.ID))
	w.takeBack(t, desk.OfferTimedOut)
	if agent.Presence == desk.Available {
		w.present(agent, desk.Away, desk.ReasonMissedOffer, "")
	}
}

func (w *world) takeBack(t *talk, how desk.OfferState) {
	c, agent, id := t.c, t.c.AgentID, t.offer.ID
	w.endOffer(t, how)
	w.move(c, desk.Waiting, "")
	c.AvoidAgentIDs = append(c.AvoidAgentIDs, agent)
	if c.PreferredAgentID == agent {
		c.PreferredAgentID = ""
	}
	w.tell(desk.EvConversationReturned, c, desk.Event{AgentID: agent,
		Data: c.Route(desk.EventData{From: desk.Offered, Reason: string(how), OfferID: id, Fields: map[string]string{"how": string(how)}})})
}

// reply is an agent's answer to the customer.
func (w *world) reply(c *desk.Conversation, text string) {
	m := w.message(c, desk.Message{Direction: desk.Out, Author: desk.ByAgent, AgentID: c.AgentID, Text: text, Status: desk.Sent})
	asked, open := c.Answer(m, w.now)
	w.facts(w.measure(c).Answered(c, c.AgentID, asked, open)...)
	w.tell(desk.EvMessageCreated, c, desk.Event{MessageID: m.ID, ActorID: c.AgentID})
	w.deliver(c, m)
}

func (w *world) note(c *desk.Conversation, actor desk.ID, text string) {
	m := w.message(c, desk.Message{Direction: desk.Out, Author: desk.ByAgent, AgentID: actor, Kind: desk.Note, Text: text, Status: desk.Sent})
	w.tell(desk.EvMessageCreated, c, desk.Event{MessageID: m.ID, ActorID: actor})
}

// say is Parley's own words to the customer.
func (w *world) say(c *desk.Conversation, text string) {
	m := w.message(c, desk.Message{Direction: desk.Out, Author: desk.ByBot, Text: text, Status: desk.Sent, At: w.now.Add(2 * time.Millisecond)})
	c.Mention(m)
	w.tell(desk.EvMessageCreated, c, desk.Event{MessageID: m.ID})
	w.deliver(c, m)
}

// deliver lets the provider tell how a message fared.
func (w *world) deliver(c *desk.Conversation, m *desk.Message) {
	if c.Channel.Live() {
		return
	}
	m.Status, m.ExternalID = desk.Queued, w.externalID(c.Channel)
	news := func(after time.Duration, s desk.Status, code, reason string) {
		w.after(after, func() {
			next, moved := m.Status.Advance(s)
			if !moved {
				return
			}
			m.Status, m.ErrorCode, m.Error = next, code, reason
			w.tell(desk.EvMessageStatus, nil, desk.Event{MessageID: m.ID, ConversationID: c.ID, ContactID: c.ContactID, InboxID: c.InboxID, AgentID: m.AgentID,
				Data: desk.EventData{Status: next, Error: reason}})
		})
	}
	news(w.between(80*time.Millisecond, 400*time.Millisecond), desk.Sent, "", "")
	if c.Channel == desk.SMS && w.rng.IntN(80) == 0 {
		news(w.between(2*time.Second, 8*time.Second), desk.Failed, "30003", "The phone is switched off or out of reach.")
		return
	}
	news(w.between(600*time.Millisecond, 4*time.Second), desk.Delivered, "", "")
	if c.Channel != desk.SMS && w.rng.IntN(5) > 0 {
		news(w.between(5*time.Second, 50*time.Second), desk.Read, "", "")
	}
}

func (w *world) externalID(ch desk.Channel) string {
	switch ch {
	case desk.SMS:
		return fmt.Sprintf("SM%016x%016x", w.rng.Uint64(), w.rng.Uint64())
	case desk.WhatsApp:
		return "wamid." + base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%016x%016x", w.rng.Uint64(), w.rng.Uint64()))
	}
	return "m_" + base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%016x%016x", w.rng.Uint64(), w.rng.Uint64()))
}

func (w *world) transfer(t *talk, to *desk.Queue, note string) {
	c := t.c
	from, fromQueue := c.AgentID, c.QueueID
	c.QueueID, c.Requirements = to.ID, []desk.Requirement{}
	w.note(c, from, note)
	w.facts(w.measure(c).Count(c, desk.TransferCount, from))
	w.move(c, desk.Waiting, "")
	c.Cost, c.Priority = to.Cost(c.Channel), to.Priority+w.inbox[c.Channel].Priority
	c.PreferredAgentID, c.AvoidAgentIDs = "", []desk.ID{from}
	w.tell(desk.EvConversationTransfer, c, desk.Event{ActorID: from, Data: c.Route(desk.EventData{FromAgentID: from, FromQueueID: fromQueue, Note: note})})
}

func (w *world) snooze(t *talk, until time.Time) {
	c := t.c
	w.move(c, desk.Snoozed, c.AgentID)
	c.SnoozedUntil = until
	w.tell(desk.EvConversationSnoozed, c, desk.Event{ActorID: c.AgentID, Data: desk.EventData{From: desk.Active, ExpiresAt: until}})
}

// resolve ends a conversation and asks for a rating, as every demo inbox does.
func (w *world) resolve(c *desk.Conversation) {
	from, owner, answered := c.State, c.AgentID, !c.AnsweredAt.IsZero()
	w.move(c, desk.Resolved, owner)
	c.Unread, c.UnansweredSince = 0, time.Time{}
	w.facts(w.measure(c).Resolved(c, owner)...)
	w.tell(desk.EvConversationResolved, c, desk.Event{ActorID: owner, Data: desk.EventData{From: from}})
	if within := c.Channel.Window(); !answered || within > 0 && w.now.Sub(c.LastCustomerAt) > within-time.Minute {
		return
	}
	c.CSAT, c.CSATAskedAt = desk.CSATAsked, w.now
	w.facts(w.measure(c).Count(c, desk.CSATSent, c.AgentID))
	w.tell(desk.EvCSATAsked, c, desk.Event{})
	if !c.Channel.Live() {
		w.say(c, "How did we do? Reply with a number from 1 (poor) to 5 (great). You can add a comment.")
	}
}

// rate takes the answer in: by the widget's form, or as a message that begins
// with the number.
func (w *world) rate(c *desk.Conversation, score int, comment string) {
	if !c.Channel.Live() {
		m := w.inbound(c, strings.TrimSpace(fmt.Sprintf("%d %s", score, comment)))
		c.Mention(m)
		c.LastCustomerAt = m.At
		w.tell(desk.EvMessageReceived, c, desk.Event{MessageID: m.ID})
	}
	c.CSATScore, c.CSATAt, c.CSAT = score, w.now, desk.CSATRated
	w.facts(w.measure(c).Rated(c, score))
	if comment != "" {
		c.CSAT, c.CSATComment = desk.CSATComment, comment
	}
	w.tell(desk.EvCSATAnswered, c, desk.Event{Data: desk.EventData{Score: score, Note: comment}})
	if c.Channel.Live() {
		return
	}
	if comment == "" {
		w.say(c, "Thank you! If you like, tell us in a few words why.")
	} else {
		w.say(c, "Thank you for your feedback!")
	}
}

// leave ends a wait that no agent ended.
func (w *world) leave(t *talk, to desk.State, metric desk.Metric, event desk.EventType) {
	c := t.c
	from, agent := c.State, c.AgentID
	if t.offer != nil {
		w.endOffer(t, desk.OfferWithdrawn)
	}
	w.facts(w.measure(c).LeftLine(c, metric, "", c.QueuedAt))
	w.move(c, to, "")
	w.tell(event, c, desk.Event{AgentID: agent, Data: desk.EventData{From: from, ExpiresAt: w.now}})
	w.line = slices.DeleteFunc(w.line, func(x *talk) bool { return x == t })
}
