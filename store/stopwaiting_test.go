package store_test

import (
	"strings"
	"testing"
	"time"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

func (w *world) ended(metric desk.Metric) []store.FactDetail {
	w.t.Helper()
	facts, _, err := w.Facts(w.t.Context(), store.FactFilter{Metric: metric, Limit: 10})
	w.ok(err)
	return facts
}

func TestWhoStopsWaitingByAWord(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		now := monday
		w := newWorld(t, onClock(open, &now))
		w.says(w.sms, "+390000001", "Stop waiting") // a first message begins a conversation, whatever it says
		if c := w.only(); c.State != desk.Waiting {
			t.Fatalf("begun as %s", c.State)
		}
		now = now.Add(40 * time.Second)
		w.ok(w.offer(w.only(), w.ana)) // it rings, and still is theirs to leave
		w.says(w.sms, "+390000001", "stop for a second")
		if c := w.only(); c.State != desk.Offered {
			t.Fatalf("an ordinary message made it %s", c.State)
		}
		now = now.Add(20 * time.Second)
		w.says(w.sms, "+390000001", "stop waiting.")
		c := w.only()
		if c.State != desk.Abandoned || c.AgentID != "" || !strings.Contains(w.saidByParley(), "You no longer wait") {
			t.Errorf("%s at %q, told %q", c.State, c.AgentID, w.saidByParley())
		}
		if facts := w.ended(desk.WaitAbandoned); len(facts) != 1 || facts[0].Seconds < 59 || facts[0].Seconds > 61 {
			t.Errorf("left the line as %+v", facts)
		}
		if who := w.who(w.ana); who.Load != 0 {
			t.Errorf("Ana holds %d for who has left", who.Load)
		}
		w.sameAsFolded()

		now = now.Add(time.Minute)
		w.says(w.sms, "+390000001", "I am back")
		w.ok(w.Assign(t.Context(), w.only().ID, w.ana.ID, w.ana.ID))
		w.says(w.sms, "+390000001", "stop waiting")
		if c = w.only(); c.State != desk.Active {
			t.Errorf("with an agent, the words made it %s", c.State)
		}
	})
}

func TestWhoWritesANumberIsCalledBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w := newWorld(t, open)
		w.setQueue(func(q *desk.Queue) { q.Rings = desk.RingPlan{{AfterSeconds: 30, Offer: desk.CallBack}} })
		w.says(w.sms, "+390000002", "020 7946 0000")
		c := w.only()
		if c.Instead != "" {
			t.Fatalf("nothing was offered, and %q is chosen", c.Instead)
		}
		w.ok(w.Climb(t.Context(), []desk.RingStep{{ConversationID: c.ID, QueuedAt: c.QueuedAt, Ring: 1}}))
		if !strings.Contains(w.saidByParley(), "leave us your number") || !strings.Contains(w.saidByParley(), "write “Stop waiting”") {
			t.Errorf("told %q", w.saidByParley())
		}
		w.says(w.sms, "+390000002", "+44 20 7946 0018")
		if c = w.only(); c.State != desk.Waiting || c.Instead != desk.CallBack || c.CallbackTo != "+44 20 7946 0018" || !strings.Contains(w.saidByParley(), "we will call you back") {
			t.Errorf("%s, %q to %q, told %q", c.State, c.Instead, c.CallbackTo, w.saidByParley())
		}
		w.says(w.sms, "+390000002", "020 7946 0019") // the first number counts; this is a message like any other
		if c = w.only(); c.CallbackTo != "+44 20 7946 0018" {
			t.Errorf("called back at %q", c.CallbackTo)
		}
		w.sameAsFolded()
	})
}
