package faults

import (
	"fmt"
	"time"

	"parley/desk"
)

// sample writes a short day by hand that keeps every invariant: the history that
// the tests of the checker break in one way each.
type sample struct {
	h     *History
	at    time.Time
	talks map[string]*desk.Conversation
	n     int
}

const (
	sampleQueue = "queue-1"
	sampleInbox = "inbox-1"
)

func (s *sample) tick(d time.Duration) { s.at = s.at.Add(d) }

func (s *sample) id(kind string) desk.ID {
	s.n++
	return fmt.Sprintf("%s-%06d", kind, s.n)
}

// tell adds an event of a conversation as it stands.
func (s *sample) tell(t desk.EventType, c *desk.Conversation, e desk.Event) *desk.Event {
	tables := &s.h.Tables
	tables.Counter++
	e.Seq, e.At, e.Type = tables.Counter, s.at, t
	if c != nil {
		e.ConversationID, e.ContactID, e.InboxID, e.QueueID = c.ID, c.ContactID, c.InboxID, c.QueueID
		if e.AgentID == "" {
			e.AgentID = c.AgentID
		}
		e.Data.Epoch, e.Data.To = c.Epoch, c.State
		switch t {
		case desk.EvConversationQueued, desk.EvConversationReturned, desk.EvConversationReopened:
			e.Data.Cost, e.Data.QueuedAt = c.Cost, c.QueuedAt
		}
	}
	tables.Events = append(tables.Events, e)
	return &tables.Events[len(tables.Events)-1]
}

func (s *sample) fact(m desk.Metric, c *desk.Conversation, since time.Time) {
	f := desk.Fact{ID: s.id("fact"), Metric: m, EndedAt: s.at, ConversationID: c.ID, QueueID: c.QueueID}
	if !since.IsZero() {
		f.Seconds = s.at.Sub(since).Seconds()
		f.BusinessSeconds = f.Seconds
	}
	s.h.Tables.Facts = append(s.h.Tables.Facts, f)
}

// move panics where a day written by hand would not be a possible one.
func (s *sample) move(c *desk.Conversation, to desk.State) {
	if err := c.Move(to, s.at); err != nil {
		panic(err)
	}
}

func (s *sample) weigh(agent desk.ID, by int) { s.h.Tables.Agents[agent].Load += by }

// say is a customer's message, acknowledged and processed.
func (s *sample) say(who string) {
	c := s.talks[who]
	n := len(s.h.Said) + 1
	said := Said{Customer: who, InboxID: sampleInbox, ExternalID: fmt.Sprintf("SM%d", n), N: n, Text: fmt.Sprintf("%s says %d", who, n), Began: s.at, Tries: 1}
	s.tick(20 * time.Millisecond)
	said.Acked = s.at
	s.h.Said = append(s.h.Said, said)
	fresh := c == nil
	if fresh {
		c = &desk.Conversation{ID: "talk-" + who, InboxID: sampleInbox, ContactID: "contact-" + who, Channel: desk.SMS, QueueID: sampleQueue, State: desk.New, Cost: 20}
		s.talks[who], s.h.Tables.Conversations[c.ID] = c, c
		s.tell(desk.EvConversationCreated, c, desk.Event{})
		s.fact(desk.ConversationStarted, c, time.Time{})
	}
	m := Row{Message: desk.Message{ID: s.id("message"), ConversationID: c.ID, Direction: desk.In, Author: desk.ByCustomer, Kind: desk.Text, Text: said.Text,
		Status: desk.Received, ExternalID: said.ExternalID, At: s.at}, InboxID: sampleInbox}
	s.h.Tables.Messages = append(s.h.Tables.Messages, m)
	s.tell(desk.EvMessageReceived, c, desk.Event{MessageID: m.ID})
	switch {
	case fresh:
		s.move(c, desk.Waiting)
		s.tell(desk.EvConversationQueued, c, desk.Event{Data: desk.EventData{From: desk.New}})
	case !c.State.Open():
		from := c.State
		if err := c.Reopen(s.at); err != nil {
			panic(err)
		}
		c.PreferredAgentID = ""
		s.fact(desk.ReopenedCount, c, time.Time{})
		s.tell(desk.EvConversationReopened, c, desk.Event{Data: desk.EventData{From: from}})
	}
	s.tick(30 * time.Millisecond)
}

const sampleRings = 4 * time.Second

func (s *sample) offer(who string, agent desk.ID) {
	c := s.talks[who]
	o := desk.Offer{ID: s.id("offer"), ConversationID: c.ID, AgentID: agent, State: desk.OfferPending, MadeAt: s.at, ExpiresAt: s.at.Add(sampleRings)}
	s.move(c, desk.Offered)
	c.AgentID, c.OfferID = agent, o.ID
	s.weigh(agent, c.Cost)
	s.h.Tables.Offers = append(s.h.Tables.Offers, o)
	s.tell(desk.EvConversationOffered, c, desk.Event{Data: desk.EventData{From: desk.Waiting, OfferID: o.ID, ExpiresAt: o.ExpiresAt}})
	s.tick(100 * time.Millisecond)
}

func (s *sample) endOffer(c *desk.Conversation, how desk.OfferState) desk.ID {
	for i := range s.h.Tables.Offers {
		if o := &s.h.Tables.Offers[i]; o.ID == c.OfferID {
			o.State, o.EndedAt = how, s.at
			return o.ID
		}
	}
	panic("no offer rings")
}

func (s *sample) accept(who string) {
	c := s.talks[who]
	agent, queued := c.AgentID, c.QueuedAt
	offer := s.endOffer(c, desk.OfferAccepted)
	s.move(c, desk.Active)
	s.fact(desk.WaitAnswered, c, queued)
	s.tell(desk.EvConversationAssigned, c, desk.Event{ActorID: agent, Data: desk.EventData{From: desk.Offered, OfferID: offer}})
	s.h.Actions = append(s.h.Actions, Action{Kind: Accept, Agent: agent, Conversation: c.ID, Offer: offer, Status: 200, At: s.at.Add(-time.Millisecond), Done: s.at.Add(time.Millisecond)})
	s.tick(50 * time.Millisecond)
}

func (s *sample) takeBack(who string, how desk.OfferState, fact desk.Metric) {
	c := s.talks[who]
	agent := c.AgentID
	offer := s.endOffer(c, how)
	s.move(c, desk.Waiting)
	s.weigh(agent, -c.Cost)
	s.fact(fact, c, time.Time{})
	s.tell(desk.EvConversationReturned, c, desk.Event{AgentID: agent, Data: desk.EventData{From: desk.Offered, OfferID: offer, Fields: map[string]string{"how": string(how)}}})
}

// reply is an answer that the provider took and delivered.
func (s *sample) reply(who string) {
	c := s.talks[who]
	text := fmt.Sprintf("run agent r%d", s.n)
	m := Row{Message: desk.Message{ID: s.id("message"), ConversationID: c.ID, Direction: desk.Out, Author: desk.ByAgent, Kind: desk.Text, Text: text, Status: desk.Delivered, At: s.at}, InboxID: sampleInbox}
	s.h.Tables.Messages = append(s.h.Tables.Messages, m)
	s.tell(desk.EvMessageCreated, c, desk.Event{MessageID: m.ID, ActorID: c.AgentID})
	s.h.Actions = append(s.h.Actions, Action{Kind: Reply, Agent: c.AgentID, Conversation: c.ID, Message: m.ID, Text: text, Status: 200, At: s.at, Done: s.at})
	s.h.Sends = append(s.h.Sends, Send{At: s.at, Channel: desk.SMS, To: who, Text: text, Status: 201, Accepted: true})
	for _, status := range []desk.Status{desk.Sent, desk.Delivered} {
		s.tick(50 * time.Millisecond)
		s.tell(desk.EvMessageStatus, nil, desk.Event{ConversationID: c.ID, MessageID: m.ID, Data: desk.EventData{Status: status}})
	}
}

func (s *sample) resolve(who string) {
	c := s.talks[who]
	from := c.State
	s.move(c, desk.Resolved)
	s.weigh(c.AgentID, -c.Cost)
	s.fact(desk.ResolvedCount, c, time.Time{})
	s.tell(desk.EvConversationResolved, c, desk.Event{ActorID: c.AgentID, Data: desk.EventData{From: from}})
	s.tick(50 * time.Millisecond)
}

func (s *sample) snooze(who string, d time.Duration) {
	c := s.talks[who]
	s.move(c, desk.Snoozed)
	s.weigh(c.AgentID, -c.Cost)
	s.tell(desk.EvConversationSnoozed, c, desk.Event{ActorID: c.AgentID, Data: desk.EventData{From: desk.Active, ExpiresAt: s.at.Add(d)}})
	s.tick(d)
	s.move(c, desk.Active)
	s.weigh(c.AgentID, c.Cost)
	s.tell(desk.EvConversationWoken, c, desk.Event{Data: desk.EventData{From: desk.Snoozed, Reason: "time"}})
	s.tick(50 * time.Millisecond)
}

func (s *sample) present(agent desk.ID, p desk.Presence) {
	s.h.Tables.Agents[agent].Presence = p
	s.tell(desk.EvAgentPresence, nil, desk.Event{AgentID: agent, Data: desk.EventData{Presence: p}})
}

// aDay is the history.
func aDay() *History {
	s := &sample{at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), talks: map[string]*desk.Conversation{}, h: &History{Patience: time.Second, Recovery: time.Second, Boards: map[string]Board{},
		Rest: Rest{Pending: map[string]int64{"parley:in:{in0}": 0}, Goroutines: map[string][2]int{"a": {90, 95}}},
		Tables: Tables{Conversations: map[desk.ID]*desk.Conversation{}, Inbound: map[string]int{}, Agents: map[desk.ID]*desk.Agent{},
			Queues: map[desk.ID]*desk.Queue{sampleQueue: {ID: sampleQueue, Name: "Line", Open: true, Requirements: []desk.Requirement{{SkillID: "skill-1", Level: 1}}}}}}}
	for _, name := range []string{"ada", "ben"} {
		s.h.Tables.Agents[name] = &desk.Agent{ID: name, Name: name, Role: desk.RoleAgent, Enabled: true, Capacity: 40, Presence: desk.Offline, Skills: map[desk.ID]int{"skill-1": 1}}
	}
	s.h.Tables.Agents["cyd"] = &desk.Agent{ID: "cyd", Name: "cyd", Role: desk.RoleAgent, Enabled: true, Capacity: 40, Presence: desk.Offline, Skills: map[desk.ID]int{}}
	s.h.Tables.Agents["sue"] = &desk.Agent{ID: "sue", Name: "sue", Role: desk.RoleSupervisor, Enabled: true, Capacity: 40, Presence: desk.Offline, Skills: map[desk.ID]int{}}
	s.present("ada", desk.Available)
	s.tick(time.Second)
	s.say("pat")
	s.offer("pat", "ada")
	s.accept("pat")
	s.say("pat")
	s.reply("pat")
	s.snooze("pat", 2*time.Second)
	s.say("kim")
	s.offer("kim", "ada")
	s.takeBack("kim", desk.OfferDeclined, desk.DeclineCount)
	s.tick(40 * time.Second) // nobody else is there
	s.present("ben", desk.Available)
	s.tick(100 * time.Millisecond)
	s.offer("kim", "ben")
	s.accept("kim")
	s.reply("kim")
	s.resolve("kim")
	s.resolve("pat")
	s.say("pat") // comes back
	s.offer("pat", "ada")
	s.tick(sampleRings)
	s.takeBack("pat", desk.OfferTimedOut, desk.MissedOffer)
	s.present("ada", desk.Away)
	s.tick(100 * time.Millisecond)
	s.offer("pat", "ben")
	s.accept("pat")
	s.watch()
	return s.h
}

// watch adds what consoles and boards showed of it.
func (s *sample) watch() {
	for _, agent := range []desk.ID{"ada", "ben", "cyd", "sue"} {
		socket := Socket{Agent: agent, Frames: []Frame{{At: s.at, Welcome: true, Reset: true, Resumed: -1}}}
		for i, e := range s.h.Tables.Events {
			over := agent == "sue"
			if !over && e.AgentID != agent {
				continue
			}
			if i == len(s.h.Tables.Events)/2 { // reconnects in the middle
				last := socket.Frames[len(socket.Frames)-1].Seq
				socket.Frames = append(socket.Frames, Frame{At: e.At, Welcome: true, Resumed: last, Seq: e.Seq})
			}
			f := Frame{At: e.At, Seq: e.Seq, Type: e.Type, Conversation: e.ConversationID}
			for _, m := range s.h.Tables.Messages {
				if m.ID == e.MessageID {
					f.Said = m.Text
				}
			}
			socket.Frames = append(socket.Frames, f)
		}
		s.h.Sockets = append(s.h.Sockets, socket)
	}
	b := Board{Seq: s.h.Tables.Counter, Queues: map[desk.ID]QueueNow{sampleQueue: {Active: 1}}, Agents: map[desk.ID]AgentNow{}}
	for id, a := range s.h.Tables.Agents {
		b.Agents[id] = AgentNow{a.Presence, a.Load}
	}
	s.h.Boards["a"] = b
}
