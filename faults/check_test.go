package faults

import (
	"slices"
	"strings"
	"testing"
	"time"

	"parley/desk"
)

func TestAnOrdinaryDayBreaksNothing(t *testing.T) {
	t.Parallel()
	if b := Check(aDay()); len(b) > 0 {
		t.Error(Summary(b))
	}
}

// find gives the nth event of a type, from 0.
func find(h *History, typ desk.EventType, n int) *desk.Event {
	for i := range h.Tables.Events {
		if e := &h.Tables.Events[i]; e.Type == typ {
			if n == 0 {
				return e
			}
			n--
		}
	}
	panic("no such event")
}

// insert puts an event behind another one and numbers all anew, sockets too.
func insert(h *History, after int64, e desk.Event) {
	i := slices.IndexFunc(h.Tables.Events, func(x desk.Event) bool { return x.Seq == after }) + 1
	h.Tables.Events = slices.Insert(h.Tables.Events, i, e)
	h.Sockets = nil
	for i := range h.Tables.Events {
		h.Tables.Events[i].Seq = int64(i + 1)
	}
	h.Tables.Counter = int64(len(h.Tables.Events))
}

// broken is a day broken in one way.
type broken struct {
	invariant int
	how       string
	do        func(h *History)
}

var brokenDays = []broken{
	{1, "an acknowledged message is nowhere", func(h *History) {
		h.Said = append(h.Said, Said{Customer: "zoe", InboxID: sampleInbox, ExternalID: "SM99", Text: "hello?", Acked: h.Said[0].Acked})
	}},
	{1, "a message is there twice", func(h *History) {
		m := h.Tables.Messages[0]
		m.ID = "again"
		h.Tables.Messages = append(h.Tables.Messages, m)
	}},
	{2, "the second message stands before the first", func(h *History) {
		a, b := &h.Tables.Messages[0], &h.Tables.Messages[1]
		a.At, b.At = b.At, a.At
		*a, *b = *b, *a
	}},
	{3, "a second conversation begins while the first is open", func(h *History) {
		e := *find(h, desk.EvConversationCreated, 0)
		at := find(h, desk.EvConversationAssigned, 0)
		e.ConversationID, e.At = "talk-second", at.At
		insert(h, at.Seq, e)
	}},
	{4, "a conversation that somebody has is given to somebody else", func(h *History) {
		at := find(h, desk.EvConversationAssigned, 0)
		e := *at
		e.AgentID, e.ActorID, e.Data.From, e.Data.OfferID = "ben", "", desk.Waiting, ""
		e.Data.Epoch++
		insert(h, at.Seq, e)
	}},
	{5, "a late write comes with an epoch that has passed", func(h *History) {
		find(h, desk.EvConversationAssigned, 0).Data.Epoch = 1
	}},
	{6, "the router takes what a person has assigned", func(h *History) {
		e := find(h, desk.EvConversationAssigned, 0)
		e.ActorID, e.Data.From = "sue", desk.Waiting
		for i := range h.Tables.Offers {
			if h.Tables.Offers[i].ID == e.Data.OfferID {
				h.Tables.Offers[i].Decision.Rule = "manual"
			}
		}
		again := *e
		again.ActorID, again.AgentID, again.Data.OfferID, again.Type = "", "ben", "", desk.EvConversationOffered
		again.Data.Epoch++
		insert(h, e.Seq, again)
	}},
	{7, "an agent is given more than they can hold", func(h *History) { h.Tables.Agents["ada"].Capacity = 30 }},
	{7, "an agent is given more of a channel than they may have", func(h *History) {
		h.Tables.Agents["ada"].ChannelLimits = map[desk.Channel]int{desk.SMS: 1}
	}},
	{8, "somebody waits beside an idle agent", func(h *History) {
		insert(h, find(h, desk.EvAgentPresence, 0).Seq, desk.Event{Type: desk.EvAgentPresence, At: h.Tables.Events[0].At, AgentID: "ben", Data: desk.EventData{Presence: desk.Available}})
	}},
	{9, "who came later is chosen first", func(h *History) {
		// zoe came before kim and waits while kim is given to ben.
		created, queued := *find(h, desk.EvConversationCreated, 1), *find(h, desk.EvConversationQueued, 1)
		created.ConversationID, created.ContactID, queued.ConversationID, queued.ContactID = "talk-a", "contact-a", "talk-a", "contact-a"
		queued.Data.QueuedAt = queued.Data.QueuedAt.Add(-time.Second)
		row := *h.Tables.Conversations["talk-kim"]
		row.ID = "talk-a"
		h.Tables.Conversations["talk-a"] = &row
		at := find(h, desk.EvConversationCreated, 1).Seq - 1
		insert(h, at, created)
		insert(h, at+1, queued)
	}},
	{10, "an offer ends twice", func(h *History) {
		e := *find(h, desk.EvConversationReturned, 0)
		insert(h, e.Seq, e)
	}},
	{10, "an offer rings for ever", func(h *History) {
		h.Tables.Offers[0].State, h.Tables.Offers[0].EndedAt = desk.OfferPending, time.Time{}
	}},
	{11, "two were told that the same offer is theirs", func(h *History) {
		a := h.Actions[0]
		a.Agent, a.Offer = "ben", ""
		h.Actions = append(h.Actions, a)
	}},
	{11, "somebody who was not asked accepts", func(h *History) {
		e := find(h, desk.EvConversationAssigned, 0)
		e.AgentID, e.ActorID = "ben", "ben"
	}},
	{12, "the provider is asked twice", func(h *History) { h.Sends = append(h.Sends, h.Sends[0]) }},
	{12, "delivered is shown, and nothing was sent", func(h *History) { h.Sends = h.Sends[1:] }},
	{12, "an answer is gone", func(h *History) {
		h.Tables.Messages = slices.DeleteFunc(h.Tables.Messages, func(m Row) bool { return m.Text == h.Sends[0].Text })
	}},
	{13, "delivered becomes sent", func(h *History) {
		a, b := find(h, desk.EvMessageStatus, 0), find(h, desk.EvMessageStatus, 1)
		a.Data.Status, b.Data.Status = b.Data.Status, a.Data.Status
	}},
	{14, "a closed conversation is offered", func(h *History) {
		resolved, offered := find(h, desk.EvConversationResolved, 0), *find(h, desk.EvConversationOffered, 0)
		offered.ConversationID, offered.At, offered.Data.OfferID = resolved.ConversationID, resolved.At, ""
		offered.Data.Epoch = resolved.Data.Epoch + 1
		insert(h, resolved.Seq, offered)
	}},
	{15, "a console misses an event", func(h *History) {
		s := &h.Sockets[len(h.Sockets)-1]
		offered := find(h, desk.EvConversationOffered, 0).Seq
		s.Frames = slices.DeleteFunc(s.Frames, func(f Frame) bool { return f.Seq == offered && !f.Welcome })
	}},
	{15, "a console is shown an event twice", func(h *History) {
		s := &h.Sockets[0]
		s.Frames = append(s.Frames, s.Frames[len(s.Frames)-1])
	}},
	{16, "a row is not what the log says", func(h *History) { h.Tables.Conversations["talk-pat"].State = desk.Waiting }},
	{16, "a load is not what is held", func(h *History) { h.Tables.Agents["ben"].Load += 20 }},
	{16, "a node shows another board", func(h *History) { h.Boards["b"] = Board{Queues: map[desk.ID]QueueNow{sampleQueue: {Waiting: 1}}} }},
	{17, "words reach somebody who may not read them", func(h *History) {
		for i := range h.Sockets {
			if h.Sockets[i].Agent == "cyd" {
				e := find(h, desk.EvMessageReceived, 0)
				h.Sockets[i].Frames = append(h.Sockets[i].Frames, Frame{Seq: e.Seq, Type: e.Type, Conversation: e.ConversationID, Said: "my card number"})
			}
		}
	}},
	{17, "a socket outlives its session", func(h *History) {
		first := h.Tables.Events[0]
		insert(h, first.Seq, desk.Event{Type: desk.EvSessionEnded, At: first.At, AgentID: "cyd"})
		h.Sockets = []Socket{{Agent: "cyd", Frames: []Frame{{At: first.At.Add(time.Minute), Welcome: true, Reset: true}}}}
	}},
	{18, "a message without an event", func(h *History) {
		h.Tables.Messages = append(h.Tables.Messages, Row{Message: desk.Message{ID: "quiet", ConversationID: "talk-pat", Direction: desk.Out, Kind: desk.Notice}})
	}},
	{18, "an event without its message", func(h *History) { find(h, desk.EvMessageReceived, 0).MessageID = "nowhere" }},
	{19, "an offer times out before its time", func(h *History) {
		for i := range h.Tables.Events {
			if e := &h.Tables.Events[i]; e.Data.Fields["how"] == string(desk.OfferTimedOut) {
				e.At = e.At.Add(-2 * time.Second)
			}
		}
	}},
	{19, "a conversation wakes twice", func(h *History) {
		e := *find(h, desk.EvConversationWoken, 0)
		e.Data.Epoch++
		insert(h, e.Seq, e)
	}},
	{20, "a wait is counted twice", func(h *History) {
		f := h.Tables.Facts[1]
		f.ID = "again"
		h.Tables.Facts = append(h.Tables.Facts, f)
	}},
	{20, "a time is negative", func(h *History) { h.Tables.Facts[0].Seconds = -1 }},
	{21, "a number is missing in the log", func(h *History) { h.Tables.Events = slices.Delete(h.Tables.Events, 5, 6) }},
	{21, "the counter ran ahead", func(h *History) { h.Tables.Counter++ }},
	{22, "something accepted was never processed", func(h *History) { h.Tables.Inbound["accepted"] = 1 }},
	{22, "something could not be processed", func(h *History) { h.Tables.Inbound["dead"] = 1 }},
	{22, "an entry stays in a stream", func(h *History) { h.Rest.Pending["parley:in:{in0}"] = 1 }},
	{22, "goroutines pile up", func(h *History) { h.Rest.Goroutines["a"] = [2]int{90, 900} }},
	{23, "an acknowledged message lies about", func(h *History) { h.Said[0].Acked = h.Said[0].Acked.Add(-time.Minute) }},
}

// The checker is only worth what it finds: every invariant broken once is told,
// under its number, with words.
func TestTheCheckerTellsEachBrokenInvariant(t *testing.T) {
	t.Parallel()
	tried := map[int]bool{}
	for _, b := range brokenDays {
		tried[b.invariant] = true
		t.Run(b.how, func(t *testing.T) {
			h := aDay()
			b.do(h)
			found := Check(h)
			i := slices.IndexFunc(found, func(x Breach) bool { return x.Invariant == b.invariant })
			if i < 0 {
				t.Fatalf("invariant %d (%s) is broken, and the checker says: %s", b.invariant, nameOf(b.invariant), Summary(found))
			}
			if story := found[i].String(); !strings.Contains(story, nameOf(b.invariant)) || len(story) < 40 {
				t.Errorf("this tells nobody anything: %q", story)
			}
		})
	}
	for _, i := range Invariants {
		if !tried[i.Number] {
			t.Errorf("invariant %d (%s) is never broken here", i.Number, i.Name)
		}
	}
}

// What faults excuse is excused, and no more.
func TestAFaultExcusesWaitingButNotLosing(t *testing.T) {
	t.Parallel()
	h := aDay()
	for _, b := range brokenDays {
		if b.invariant == 8 || b.how == "an acknowledged message is nowhere" {
			b.do(h)
		}
	}
	first, last := h.Tables.Events[0].At, h.Tables.Events[len(h.Tables.Events)-1].At
	h.Faults = []Fault{{Kind: "node: kill -9", Begin: first, End: last, Ready: last}}
	found := Check(h)
	if slices.ContainsFunc(found, func(b Breach) bool { return b.Invariant == 8 }) {
		t.Errorf("waiting during a fault is told: %s", Summary(found))
	}
	if !slices.ContainsFunc(found, func(b Breach) bool { return b.Invariant == 1 }) {
		t.Error("losing a message during a fault is not told")
	}
}

// Who may see a conversation only while it rings at them, and hears of it when it
// no longer does, need not be shown that it rang; who heard in time must.
func TestAnOfferThatIsOverNeedNotBeShown(t *testing.T) {
	t.Parallel()
	for _, late := range []bool{true, false} {
		h := aDay()
		offered := find(h, desk.EvConversationOffered, 0)
		agent := offered.AgentID
		h.Tables.Agents[agent].Skills = map[desk.ID]int{}
		over := slices.IndexFunc(h.Tables.Events, func(e desk.Event) bool {
			return e.Seq > offered.Seq && e.ConversationID == offered.ConversationID && moving(e.Type)
		})
		for i := range h.Sockets {
			s := &h.Sockets[i]
			if s.Agent != agent {
				continue
			}
			s.Frames = slices.DeleteFunc(s.Frames, func(f Frame) bool { return f.Seq == offered.Seq && !f.Welcome })
			for k := range s.Frames {
				if s.Frames[k].Seq < offered.Seq {
					continue
				}
				if s.Frames[k].At = offered.At; late {
					s.Frames[k].At = h.Tables.Events[over].At.Add(time.Minute)
				}
			}
		}
		found := Check(h)
		told := slices.ContainsFunc(found, func(b Breach) bool { return b.Invariant == 15 })
		if told == late {
			t.Errorf("late %v: told %v\n%s", late, told, Summary(found))
		}
	}
}
