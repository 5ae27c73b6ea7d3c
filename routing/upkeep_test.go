package routing_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"parley/desk"
	"parley/routing"
)

func TestAnAgentWhoseSocketsAreGoneIsOfflineAfterTheGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpkept(t)
		available := func() bool { return u.presence() == desk.Available }
		u.lead()
		u.holds("available while connected", 5*time.Minute, available)
		u.leave(routing.AgentSockets, ana)
		u.holds("available within the grace", 29*time.Second, available)
		u.connect(routing.AgentSockets, ana) // reloaded the page
		u.holds("available after coming back", 5*time.Minute, available)
		u.leave(routing.AgentSockets, ana)
		u.holds("available within the next grace", 29*time.Second, available)
		u.until("offline", 8*time.Second, func() bool { return u.presence() == desk.Offline })
		if reason := u.floor.Agent(ana).Reason; reason != desk.ReasonDisconnected {
			t.Errorf("offline for %q", reason)
		}
		// Available again by the API, there is a moment to connect.
		u.ok(u.SetPresence(t.Context(), ana, desk.Available, "", false, ana))
		u.holds("available before connecting", 29*time.Second, available)
	})
}

func TestNothingIsConcludedWhileNobodyKnowsWhoIsConnected(t *testing.T) {
	for name, blind := range map[string]func(*upkept){
		"incomplete": func(u *upkept) { u.complete = false },
		"Redis away": func(u *upkept) { u.away = errors.New("connection refused") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				u := newUpkept(t)
				id := u.customer("chat", desk.WebChat)
				u.leave(routing.AgentSockets, ana)
				u.lead()
				time.Sleep(20 * time.Second) // a good part of both graces
				u.set(func() { blind(u) })
				as := func() bool { return u.presence() == desk.Available && u.state(id) == desk.Waiting }
				u.holds("as it was", 5*time.Minute, as)
				u.set(func() { u.complete, u.away = true, nil })
				u.holds("as it was: the graces begin anew", 29*time.Second, as)
				u.until("offline", 8*time.Second, func() bool { return u.presence() == desk.Offline })
				u.holds("waiting", 7*time.Second, func() bool { return u.state(id) == desk.Waiting })
				u.until("abandoned", 12*time.Second, func() bool { return u.state(id) == desk.Abandoned })
			})
		})
	}
}

func TestAnAgentIsSetOfflineWhenTheDatabaseIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpkept(t)
		u.leave(routing.AgentSockets, ana)
		u.failing = 2
		u.lead()
		u.until("offline at the third try", 45*time.Second, func() bool { return u.presence() == desk.Offline })
	})
}

func TestAVisitorWhoHasGoneAbandonsTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpkept(t)
		chat, sms, served := u.customer("chat", desk.WebChat), u.customer("sms", desk.SMS), u.customer("served", desk.WebChat)
		u.becomes(served, desk.Active, ana)
		u.connect(routing.VisitorSockets, chat)
		u.lead()
		waiting := func() bool { return u.state(chat) == desk.Waiting }
		u.holds("waiting while connected", 2*time.Minute, waiting)
		u.leave(routing.VisitorSockets, chat)
		u.holds("waiting within the grace", 44*time.Second, waiting)
		u.connect(routing.VisitorSockets, chat)
		u.holds("waiting after coming back", 2*time.Minute, waiting)
		u.becomes(chat, desk.Offered, ana) // what rings is still in line
		u.leave(routing.VisitorSockets, chat)
		left := time.Now()
		u.holds("ringing within the new grace", 44*time.Second, func() bool { return u.state(chat) == desk.Offered })
		u.until("abandoned", 8*time.Second, func() bool { return u.state(chat) == desk.Abandoned })
		if at := u.left[chat]; !near(at, left, 3*time.Second) {
			t.Errorf("left at %v, want %v", at, left)
		}
		if u.state(sms) != desk.Waiting || u.state(served) != desk.Active {
			t.Errorf("without sockets the SMS is %s and the chat being served %s", u.state(sms), u.state(served))
		}
	})
}

// The node that knew when they left is dead: what is known is its last beat.
func TestAVisitorWhoWentWithTheirNodeLeftAtItsLastBeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpkept(t)
		id := u.customer("chat", desk.WebChat)
		u.connect(routing.VisitorSockets, id)
		u.lead()
		time.Sleep(2*time.Minute + 8*time.Second)
		beat := time.Now().Add(-6 * time.Second)
		u.dies(routing.VisitorSockets, id, 6*time.Second)
		u.failing = 1 // the first try is not the last; the moment stays the same
		u.holds("waiting within the grace", 44*time.Second, func() bool { return u.state(id) == desk.Waiting })
		u.until("abandoned", 30*time.Second, func() bool { return u.state(id) == desk.Abandoned })
		if at := u.left[id]; !near(at, beat, time.Second) {
			t.Errorf("left at %v, want %v", at, beat)
		}
	})
}

// Who was served while away, and writes again much later, has the whole grace.
func TestAnOldAbsenceIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpkept(t)
		id := u.customer("chat", desk.WebChat)
		u.lead()
		time.Sleep(20 * time.Second)
		u.becomes(id, desk.Resolved, ana)
		time.Sleep(10 * time.Minute)
		u.becomes(id, desk.Waiting, "")
		u.holds("waiting within the grace", 44*time.Second, func() bool { return u.state(id) == desk.Waiting })
		u.until("abandoned", 8*time.Second, func() bool { return u.state(id) == desk.Abandoned })
	})
}

func TestWhatNobodyTookExpires(t *testing.T) {
	for name, c := range map[string]struct {
		hours   int
		channel desk.Channel
		state   desk.State
		want    desk.State
	}{
		"after the queue's hours":            {2, desk.SMS, desk.Waiting, desk.Expired},
		"a visitor who is there waits on":    {2, desk.WebChat, desk.Waiting, desk.Waiting},
		"what rings is about to be answered": {2, desk.SMS, desk.Offered, desk.Offered},
		"what is being served":               {2, desk.SMS, desk.Active, desk.Active},
		"never":                              {0, desk.SMS, desk.Waiting, desk.Waiting},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				u := newUpkept(t, func(q *desk.Queue) { q.ExpireHours = c.hours })
				id := u.customer("c", c.channel)
				if c.state != desk.Waiting {
					u.becomes(id, c.state, ana)
				}
				u.connect(routing.VisitorSockets, id)
				time.Sleep(2*time.Hour - time.Minute)
				u.lead()
				u.holds(string(c.state), time.Minute, func() bool { return u.state(id) == c.state })
				time.Sleep(5 * time.Second)
				if s := u.state(id); s != c.want {
					t.Errorf("%s after two hours, want %s", s, c.want)
				}
			})
		})
	}
}

func TestWhatAGoneAgentHoldsGoesBackInLine(t *testing.T) {
	for name, c := range map[string]struct {
		minutes int
		back    time.Duration // the agent comes back after; 0: never
		want    desk.State
	}{
		"after the queue's minutes": {5, 0, desk.Waiting},
		"not when they come back":   {5, 4 * time.Minute, desk.Active},
		"not where the queue keeps": {0, 0, desk.Active},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				u := newUpkept(t, func(q *desk.Queue) { q.RequeueMinutes = c.minutes })
				id := u.customer("c", desk.SMS)
				u.becomes(id, desk.Active, ana)
				u.lead()
				u.leave(routing.AgentSockets, ana)
				u.until("offline", 40*time.Second, func() bool { return u.presence() == desk.Offline })
				offline := time.Now()
				if c.back > 0 {
					time.Sleep(c.back)
					u.connect(routing.AgentSockets, ana)
					u.ok(u.SetPresence(t.Context(), ana, desk.Available, "", false, ana))
				}
				u.holds("theirs", 5*time.Minute-time.Since(offline)-time.Second, func() bool { return u.state(id) == desk.Active })
				time.Sleep(6 * time.Second)
				if s := u.state(id); s != c.want {
					t.Errorf("after the queue's time it is %s, want %s", s, c.want)
				}
				u.holds(string(c.want), 2*time.Minute, func() bool { return u.state(id) == c.want })
			})
		})
	}
}

func TestSweepBringsBackWhatMissedItsStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpkept(t)
		pushed := func() (in, out int) {
			u.mu.Lock()
			defer u.mu.Unlock()
			return len(u.inbound), len(u.outbound)
		}
		u.lead()
		u.set(func() { u.waiting["in"], u.unsent["out"] = time.Now(), time.Now() })
		u.holds("left to its stream", 1900*time.Millisecond, func() bool { in, out := pushed(); return in+out == 0 })
		u.until("put back", 2*time.Second, func() bool { in, out := pushed(); return in > 0 && out > 0 })
		u.set(func() {
			if in, out := u.inbound[0], u.outbound[0]; in != (desk.Work{ID: "in", Key: "key of in"}) || out != (desk.Work{ID: "out", Key: "key of out"}) {
				t.Errorf("put back %+v and %+v", in, out)
			}
			if len(u.waiting) != 1 {
				t.Error("it was processed beside the stream")
			}
			// Without Redis it is done here and now, everything of it.
			u.away = errors.New("connection refused")
			for i := range 500 {
				u.waiting[fmt.Sprint("more", i)] = time.Now()
			}
		})
		u.until("processed", 4*time.Second, func() bool {
			u.mu.Lock()
			defer u.mu.Unlock()
			return len(u.waiting) == 0
		})
	})
}

// What is in line on a busy stream has not missed it.
func TestSweepLeavesABusyStreamAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpkept(t)
		pushed := func() int {
			u.mu.Lock()
			defer u.mu.Unlock()
			return len(u.inbound)
		}
		u.lag = 4 * time.Second
		u.lead()
		u.set(func() { u.waiting["in"] = time.Now() })
		u.holds("in line", 9900*time.Millisecond, func() bool { return pushed() == 0 })
		u.until("put back, as it is not processed by then", 2*time.Second, func() bool { return pushed() > 0 })
	})
}

// With Redis away agents' answers go out all the same, those of a conversation
// in order, and a provider that does not answer holds up neither the others nor
// the sweep.
func TestAnswersAreSentWithoutRedis(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpkept(t)
		u.away = errors.New("connection refused")
		u.slow = map[string]bool{"b": true}
		u.set(func() {
			for _, id := range []string{"a", "b", "c"} {
				u.unsent[id] = time.Now()
			}
		})
		u.lead()
		sent := func(want int) func() bool {
			return func() bool {
				u.mu.Lock()
				defer u.mu.Unlock()
				return len(u.sent) == want
			}
		}
		u.until("the others sent", 4*time.Second, sent(2))
		u.set(func() { u.waiting["in"] = time.Now() })
		u.until("inbound goes on", 4*time.Second, func() bool {
			u.mu.Lock()
			defer u.mu.Unlock()
			return len(u.waiting) == 0
		})
		u.holds("sent once", time.Minute, sent(2))
	})
}

func TestSweeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := newUpkept(t)
		u.away = errors.New("connection refused") // holds up none of this
		u.lead()
		time.Sleep(time.Hour + time.Second/2)
		u.mu.Lock()
		defer u.mu.Unlock()
		if u.sweeps != 2*3600 {
			t.Errorf("snoozed ones and broken-off calls were looked for %d times, want each second", u.sweeps)
		}
	})
}
