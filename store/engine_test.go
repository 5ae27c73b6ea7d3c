package store_test

import (
	"strings"
	"testing"
	"time"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

// onClock opens a store with a clock that the test sets.
func onClock(open storetest.Open, now *time.Time) storetest.Open {
	return func(change ...func(*store.Config)) *store.Store {
		return open(append(change, func(c *store.Config) { c.Now = func() time.Time { return *now } })...)
	}
}

// monday is a Monday, 10:00 in Rome.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// office is open from 9 to 17 on working days, in Rome.
func office() *desk.Hours {
	h := &desk.Hours{Zone: "Europe/Rome", Week: map[string][]desk.Span{}, Holidays: map[string][]desk.Span{}}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri"} {
		h.Week[day] = []desk.Span{{From: 540, To: 1020}}
	}
	return h
}

func (w *world) setQueue(change func(*desk.Queue)) {
	w.t.Helper()
	w.queue = *must(w.UpdateQueue(w.t.Context(), "", w.queue.ID, func(q *desk.Queue) error { change(q); return nil }))(w.t)
}

func (w *world) events(typ desk.EventType) []desk.Event {
	w.t.Helper()
	all, err := w.ConversationEvents(w.t.Context(), w.only().ID)
	w.ok(err)
	var out []desk.Event
	for _, e := range all {
		if e.Type == typ {
			out = append(out, e)
		}
	}
	return out
}

// saidByParley is what Parley itself has said to the customer, all of it.
func (w *world) saidByParley() string {
	w.t.Helper()
	list, _, err := w.Messages(w.t.Context(), w.only().ID, 50, "")
	w.ok(err)
	var words []string
	for _, m := range list {
		if m.Author == desk.ByBot {
			words = append(words, m.Text)
		}
	}
	return strings.Join(words, "\n")
}

func TestStepsOfARingPlanAreRecordedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w := newWorld(t, open)
		skill := must(w.CreateSkill(t.Context(), "", desk.Skill{Name: "German"}))(t)
		w.setQueue(func(q *desk.Queue) {
			q.Rings = desk.RingPlan{{AfterSeconds: 30, Relax: []desk.Relaxation{{SkillID: skill.ID}}}, {AfterSeconds: 60, Priority: 5, Offer: desk.LeaveMessage}, {AfterSeconds: 90, Priority: 7}}
		})
		w.says(w.chat, "visitor", "hello")
		c := w.only()
		two := desk.RingStep{ConversationID: c.ID, QueuedAt: c.QueuedAt, Ring: 2, Early: true}
		w.ok(w.Climb(t.Context(), []desk.RingStep{two}))
		w.ok(w.Climb(t.Context(), []desk.RingStep{two, {ConversationID: c.ID, QueuedAt: c.QueuedAt, Ring: 1}}))
		if c = w.only(); c.Ring != 2 || c.Raised != 5 || c.InsteadOffer != desk.LeaveMessage {
			t.Errorf("after two steps: %d, raised by %d, offered %q", c.Ring, c.Raised, c.InsteadOffer)
		}
		e := w.events(desk.EvConversationWidened)
		if len(e) != 1 || e[0].Data.Reason != "nobody" || e[0].Data.Words != "German is no longer needed; priority rises by 5, the customer may leave a message instead" {
			t.Errorf("told of: %+v", e)
		}
		if !strings.Contains(w.saidByParley(), "leave a message") {
			t.Errorf("the customer was told %q", w.saidByParley())
		}
		// Of another stay, or out of the line: nothing.
		w.ok(w.Climb(t.Context(), []desk.RingStep{{ConversationID: c.ID, QueuedAt: c.QueuedAt.Add(-time.Second), Ring: 3}}))
		w.ok(w.offer(c, w.ana))
		w.ok(w.AcceptOffer(t.Context(), c.ID, w.ana.ID))
		w.ok(w.Climb(t.Context(), []desk.RingStep{{ConversationID: c.ID, QueuedAt: c.QueuedAt, Ring: 3}}))
		if c = w.only(); c.Ring != 0 || c.Raised != 0 {
			t.Errorf("answered, it is at step %d, raised by %d", c.Ring, c.Raised)
		}
	})
}

func TestWhoComesAfterHours(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		now := monday.Add(10 * time.Hour) // 20:00 in Rome
		tuesday := monday.Add(23 * time.Hour)
		w := newWorld(t, onClock(open, &now))
		w.setQueue(func(q *desk.Queue) { q.Hours, q.AfterHours = office(), desk.AfterHoursMessage })
		w.says(w.chat, "visitor", "is anybody there?")
		c := w.only()
		if c.State != desk.Waiting || !c.OpensAt.Equal(tuesday) || c.Instead != desk.LeaveMessage || !strings.Contains(w.saidByParley(), "on Tuesday at 09:00") {
			t.Fatalf("%s until %v, instead %q, told %q", c.State, c.OpensAt, c.Instead, w.saidByParley())
		}
		if err := w.offer(c, w.ana); desk.CodeOf(err) != desk.Conflict {
			t.Errorf("offered before the opening: %v", err)
		}
		w.ok(w.Abandon(t.Context(), c.ID, now))
		if c = w.only(); c.State != desk.Waiting {
			t.Errorf("who left a message and the page is %s", c.State)
		}
		// Other hours: another opening.
		w.setQueue(func(q *desk.Queue) { q.Hours.Week["tue"] = []desk.Span{{From: 600, To: 1020}} })
		if c = w.only(); !c.OpensAt.Equal(tuesday.Add(time.Hour)) {
			t.Errorf("with other hours until %v", c.OpensAt)
		}
		now = tuesday.Add(time.Hour + 30*time.Second)
		w.ok(w.offer(c, w.ana))
		w.ok(w.AcceptOffer(t.Context(), c.ID, w.ana.ID))
		facts, _, err := w.Facts(t.Context(), store.FactFilter{Metric: desk.WaitAnswered, Limit: 10})
		w.ok(err)
		if len(facts) != 1 || !facts[0].WithinTarget || facts[0].BusinessSeconds != 30 {
			t.Errorf("measured: %+v", facts)
		}
	})
}

func TestWhoIsToldTheHoursAndLeavesIsApart(t *testing.T) {
	now := monday.Add(10 * time.Hour)
	w := newWorld(t, onClock(storetest.SQLite(t), &now))
	w.setQueue(func(q *desk.Queue) { q.Hours, q.AfterHours = office(), desk.AfterHoursSay })
	w.says(w.chat, "visitor", "hello?")
	now = now.Add(time.Minute)
	w.ok(w.Abandon(t.Context(), w.only().ID, now))
	if m := w.metrics(); m[desk.WaitLeftClosed] != 1 || m[desk.WaitAbandoned] != 0 {
		t.Errorf("counted: %v", m)
	}
}

func TestAfterHoursAnotherQueueTakesOver(t *testing.T) {
	now := monday.Add(10 * time.Hour)
	w := newWorld(t, onClock(storetest.SQLite(t), &now))
	q := desk.QueueDefaults()
	q.Name, q.Costs[desk.WebChat] = "Night", 55
	night := must(w.CreateQueue(t.Context(), "", q))(t)
	w.setQueue(func(q *desk.Queue) {
		q.Hours, q.AfterHours, q.AfterHoursQueueID = office(), desk.AfterHoursOverflow, night.ID
	})
	w.says(w.chat, "visitor", "hello?")
	if c := w.only(); c.QueueID != night.ID || c.Cost != 55 || !c.OpensAt.IsZero() {
		t.Errorf("in %s at %d until %v", c.QueueID, c.Cost, c.OpensAt)
	}
	if e := w.events(desk.EvConversationQueued); len(e) != 1 || e[0].QueueID != night.ID || e[0].Data.FromQueueID != w.queue.ID {
		t.Errorf("told: %+v", e)
	}
	if err := w.DeleteQueue(t.Context(), "", night.ID); desk.CodeOf(err) != desk.Conflict {
		t.Errorf("a queue that another leads to was removed: %v", err)
	}
}

func TestOutsideTheirHoursAnAgentGetsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		now := monday
		w := newWorld(t, onClock(open, &now))
		must(w.UpdateAgent(t.Context(), "", w.ana.ID, "", "", func(a *desk.Agent) error { a.Hours = office(); return nil }))(t)
		w.says(w.sms, "+15550001", "hello")
		c := w.only()
		w.ok(w.offer(c, w.ana))
		now = monday.Add(7 * time.Hour) // 17:00
		w.ok(w.Duty(t.Context(), []desk.ID{w.ana.ID, w.ben.ID}))
		w.ok(w.Duty(t.Context(), []desk.ID{w.ana.ID}))
		if c = w.only(); c.State != desk.Waiting {
			t.Errorf("the offer that rang is %s", c.State)
		}
		if a := must(w.Agent(t.Context(), w.ana.ID))(t); !a.OffHours || a.Presence != desk.Available {
			t.Errorf("off %v, %s", a.OffHours, a.Presence)
		}
		if err := w.offer(c, w.ana); desk.CodeOf(err) != desk.Conflict {
			t.Errorf("offered after hours: %v", err)
		}
		if err := w.Assign(t.Context(), c.ID, w.ana.ID, w.ben.ID); desk.CodeOf(err) != desk.Conflict {
			t.Errorf("pushed after hours: %v", err)
		}
		if a := must(w.Agent(t.Context(), w.ben.ID))(t); a.OffHours {
			t.Error("somebody without a calendar is off")
		}
		// Given hours that are over while it rings.
		w.ok(w.offer(c, w.ben))
		must(w.UpdateAgent(t.Context(), "", w.ben.ID, "", "", func(a *desk.Agent) error { a.Hours = office(); return nil }))(t)
		if c = w.only(); c.State != desk.Waiting {
			t.Errorf("with hours that are over, the offer is %s", c.State)
		}
	})
}

func TestAnAgentsOwnCostForAQueue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w := newWorld(t, open)
		must(w.UpdateAgent(t.Context(), "", w.ana.ID, "", "", func(a *desk.Agent) error { a.Costs = map[desk.ID]int{w.queue.ID: 70}; return nil }))(t)
		load := func() int { return must(w.Agent(t.Context(), w.ana.ID))(t).Load }
		w.says(w.sms, "+15550001", "hello")
		c := w.only()
		w.ok(w.offer(c, w.ana))
		if c = w.only(); load() != 70 || c.Cost != 70 {
			t.Errorf("offered, it takes %d of %d", c.Cost, load())
		}
		w.ok(w.DeclineOffer(t.Context(), c.ID, w.ana.ID, ""))
		if c = w.only(); load() != 0 || c.Cost != 20 {
			t.Errorf("declined, it costs %d, and %d is held", c.Cost, load())
		}
		w.ok(w.offer(c, w.ana))
		w.ok(w.AcceptOffer(t.Context(), c.ID, w.ana.ID))
		w.ok(w.Snooze(t.Context(), c.ID, w.ana.ID, time.Now().Add(time.Hour)))
		if load() != 0 {
			t.Errorf("snoozed, it holds %d", load())
		}
		w.says(w.sms, "+15550001", "me again")
		if c = w.only(); c.State != desk.Active || load() != 70 {
			t.Errorf("back, it is %s and holds %d", c.State, load())
		}
		w.ok(w.Resolve(t.Context(), c.ID, w.ana.ID))
		if load() != 0 {
			t.Errorf("resolved, it holds %d", load())
		}
	})
}

func TestAReturningCustomerMayExceedTheCapUpToTheHardLimit(t *testing.T) {
	for hard, want := range map[int]desk.State{150: desk.Active, 110: desk.Waiting, 0: desk.Waiting} {
		w := newWorld(t, storetest.SQLite(t))
		must(w.UpdateAgent(t.Context(), "", w.ana.ID, "", "", func(a *desk.Agent) error { a.HardCapacity = hard; return nil }))(t)
		w.says(w.sms, "+15550001", "hello")
		c := w.only()
		w.ok(w.Assign(t.Context(), c.ID, w.ana.ID, w.ana.ID))
		w.ok(w.Snooze(t.Context(), c.ID, w.ana.ID, time.Now().Add(time.Hour)))
		w.setQueue(func(q *desk.Queue) { q.Costs = map[desk.Channel]int{desk.WebChat: 100} })
		w.says(w.chat, "visitor", "another")
		for _, o := range must(w.conversations())(t) {
			if o.ID != c.ID {
				w.ok(w.Assign(t.Context(), o.ID, w.ana.ID, w.ana.ID))
			}
		}
		w.says(w.sms, "+15550001", "back")
		for _, o := range must(w.conversations())(t) {
			if o.ID == c.ID && (o.State != want || want == desk.Waiting && o.PreferredAgentID != w.ana.ID) {
				t.Errorf("with a hard limit of %d it is %s, preferring %q", hard, o.State, o.PreferredAgentID)
			}
		}
	}
}

func (w *world) conversations() ([]*desk.Conversation, error) {
	list, _, err := w.Conversations(w.t.Context(), store.ConversationFilter{Limit: 10})
	return list, err
}

func TestWhoLosesTheirAgentKeepsThePlaceInLine(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		now := monday
		w := newWorld(t, onClock(open, &now))
		w.says(w.sms, "+15550001", "hello")
		c := w.only()
		entered := c.QueuedAt
		now = now.Add(time.Minute)
		w.ok(w.Assign(t.Context(), c.ID, w.ana.ID, w.ana.ID))
		now = now.Add(time.Hour)
		w.ok(w.SetPresence(t.Context(), w.ana.ID, desk.Offline, "", false, ""))
		w.ok(w.Requeue(t.Context(), c.ID, w.ana.ID))
		c = w.only()
		if !c.Place().Equal(entered) || !c.QueuedAt.Equal(now) {
			t.Errorf("the place counts from %v and the wait from %v", c.Place(), c.QueuedAt)
		}
		now = now.Add(time.Minute)
		w.ok(w.Assign(t.Context(), c.ID, w.ben.ID, w.ben.ID))
		facts, _, err := w.Facts(t.Context(), store.FactFilter{Metric: desk.WaitAnswered, Limit: 10})
		w.ok(err)
		for _, f := range facts {
			if f.Seconds != 60 {
				t.Errorf("a wait of %v s is reported", f.Seconds)
			}
		}
		// Handed on by hand, it waits anew.
		w.ok(w.Transfer(t.Context(), store.Transfer{ConversationID: c.ID, ActorID: w.ben.ID, QueueID: w.queue.ID}))
		if c = w.only(); !c.Place().Equal(now) {
			t.Errorf("transferred, the place counts from %v", c.Place())
		}
	})
}

func TestSupervisorsAreToldOfWhomNobodyWants(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	w.setQueue(func(q *desk.Queue) { q.AlertDeclines = 2 })
	w.says(w.sms, "+15550001", "hello")
	for _, a := range []desk.Agent{w.ana, w.ben, w.ana} {
		c := w.only()
		w.ok(w.offer(c, a))
		w.ok(w.DeclineOffer(t.Context(), c.ID, a.ID, ""))
	}
	if e := w.events(desk.EvConversationUnwanted); len(e) != 1 || e[0].Data.Score != 2 {
		t.Errorf("told: %+v", e)
	}
	if c := w.only(); c.Declines != 3 {
		t.Errorf("%d declines", c.Declines)
	}
}

func TestATransferToASkillAndAConsultedAgent(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	skill := must(w.CreateSkill(t.Context(), "", desk.Skill{Name: "Refunds"}))(t)
	w.says(w.sms, "+15550001", "hello")
	c := w.only()
	w.ok(w.Assign(t.Context(), c.ID, w.ana.ID, w.ana.ID))
	must(w.Reply(t.Context(), store.Reply{ID: desk.NewID(), ConversationID: c.ID, AgentID: w.ana.ID, Text: "Ben, what do you think?", Note: true, Mentions: []desk.ID{w.ben.ID}}))(t)
	if c = w.only(); !desk.CanSee(&w.ben, c, nil) || desk.CanWork(&w.ben, c) {
		t.Errorf("consulted: sees %v, may work %v", desk.CanSee(&w.ben, c, nil), desk.CanWork(&w.ben, c))
	}
	_, err := w.Reply(t.Context(), store.Reply{ID: desk.NewID(), ConversationID: c.ID, AgentID: w.ana.ID, Text: "?", Note: true, Mentions: []desk.ID{desk.NewID()}})
	if desk.CodeOf(err) != desk.Invalid {
		t.Errorf("somebody unknown was consulted: %v", err)
	}
	w.ok(w.Transfer(t.Context(), store.Transfer{ConversationID: c.ID, ActorID: w.ana.ID, SkillID: skill.ID, Level: 3}))
	c = w.only()
	if len(c.Requirements) != 1 || c.Requirements[0] != (desk.Requirement{SkillID: skill.ID, Level: 3}) || c.QueueID != w.queue.ID || c.State != desk.Waiting {
		t.Errorf("after the transfer: %s for %v in %s", c.State, c.Requirements, c.QueueID)
	}
}

func TestWhoWantsACallMayLeave(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	w.says(w.chat, "visitor", "hello")
	c := w.only()
	if err := w.Instead(t.Context(), c.ID, desk.CallBack, ""); desk.CodeOf(err) != desk.Invalid {
		t.Errorf("a call to nowhere: %v", err)
	}
	w.ok(w.Instead(t.Context(), c.ID, desk.CallBack, "+390612345"))
	w.ok(w.Abandon(t.Context(), c.ID, time.Now()))
	if c = w.only(); c.State != desk.Waiting || c.CallbackTo != "+390612345" || !strings.Contains(w.saidByParley(), "call you back") {
		t.Errorf("%s, call %q, told %q", c.State, c.CallbackTo, w.saidByParley())
	}
}

func TestWhatRingsCanBeMoved(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	q := desk.QueueDefaults()
	q.Name = "Sales"
	sales := must(w.CreateQueue(t.Context(), "", q))(t)
	w.says(w.sms, "+15550001", "hello")
	c := w.only()
	entered := c.QueuedAt
	w.ok(w.offer(c, w.ana))
	w.ok(w.Transfer(t.Context(), store.Transfer{ConversationID: c.ID, ActorID: w.ben.ID, QueueID: sales.ID}))
	if c = w.only(); c.State != desk.Waiting || c.QueueID != sales.ID || !c.QueuedAt.Equal(entered) {
		t.Errorf("%s in %s since %v", c.State, c.QueueID, c.QueuedAt)
	}
	if a := must(w.Agent(t.Context(), w.ana.ID))(t); a.Load != 0 || a.Presence != desk.Available {
		t.Errorf("the one it rang at holds %d and is %s", a.Load, a.Presence)
	}
}
