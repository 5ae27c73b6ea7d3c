package floor

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// waits is a conversation in line of queue q since some minutes before noon.
func waits(id string, since int, change ...func(*desk.Conversation)) *desk.Conversation {
	c := &desk.Conversation{ID: id, QueueID: "q", State: desk.Waiting, Epoch: 1, QueuedAt: noon.Add(-time.Duration(since) * time.Minute)}
	for _, f := range change {
		f(c)
	}
	return c
}

func priority(n int) func(*desk.Conversation) {
	return func(c *desk.Conversation) { c.Priority = n }
}

func is(s desk.State, agent desk.ID, epoch int64) func(*desk.Conversation) {
	return func(c *desk.Conversation) { c.State, c.AgentID, c.Epoch = s, agent, epoch }
}

// story folds changes in under rising numbers.
type story struct {
	*Floor
	seq int64
}

func tell(list ...*desk.Conversation) *story {
	s := &story{Floor: New(&desk.Snapshot{})}
	for _, c := range list {
		s.then(c)
	}
	return s
}

func (s *story) then(c *desk.Conversation, change ...func(*desk.Change)) {
	s.seq++
	ch := desk.Change{Event: desk.Event{Seq: s.seq, ConversationID: c.ID}, Conversation: c}
	for _, f := range change {
		f(&ch)
	}
	s.Apply(ch)
}

func rings(id, agent desk.ID) func(*desk.Change) {
	return func(ch *desk.Change) {
		ch.Offer = &desk.Offer{ID: id, ConversationID: ch.ConversationID, AgentID: agent, State: desk.OfferPending}
	}
}

func ids(list []*desk.Conversation) (out []desk.ID) {
	for _, c := range list {
		out = append(out, c.ID)
	}
	return out
}

func (s *story) line(t *testing.T, want ...desk.ID) {
	t.Helper()
	if diff := cmp.Diff(want, ids(s.Line("q"))); diff != "" {
		t.Errorf("the line (-want +got):\n%s", diff)
	}
	for i, id := range want {
		if at, of := s.Place(id); at != i+1 || of != len(want) {
			t.Errorf("%s is %d of %d, want %d of %d", id, at, of, i+1, len(want))
		}
	}
}

func TestTheLineIsInOrderOfEntryAndPriority(t *testing.T) {
	s := tell(waits("c", 1), waits("a", 9), waits("b", 5), waits("e", 5), waits("d", 2, priority(4)))
	s.line(t, "a", "d", "b", "e", "c") // d: 2 minutes + 4; equal ones by id
	s.then(waits("c", 1, priority(60)))
	s.line(t, "c", "a", "d", "b", "e")
	s.then(waits("c", 1, priority(-60)))
	s.line(t, "a", "d", "b", "e", "c")
	s.then(waits("a", 9, is(desk.Active, "ana", 2)))
	s.line(t, "d", "b", "e", "c")
	if at, of := s.Place("a"); at != 0 || of != 0 {
		t.Errorf("somebody being served is %d of %d in line", at, of)
	}
	if at, of := s.Place("nobody"); at != 0 || of != 0 {
		t.Errorf("nobody is %d of %d in line", at, of)
	}
}

func TestAnOfferedOneKeepsThePlace(t *testing.T) {
	s := tell(waits("a", 9), waits("b", 5))
	s.then(waits("a", 9, is(desk.Offered, "ana", 2)), rings("o1", "ana"))
	s.line(t, "a", "b")
	if o := s.Offer("a"); o == nil || o.ID != "o1" || len(s.Offers()) != 1 {
		t.Errorf("rings %+v of %d", o, len(s.Offers()))
	}
	if held := ids(s.Held("ana")); !cmp.Equal(held, []desk.ID{"a"}) {
		t.Errorf("the agent it rings at holds %v", held)
	}
	// News of a message while it rings ends nothing.
	s.then(waits("a", 9, is(desk.Offered, "ana", 2)))
	if s.Offer("a") == nil {
		t.Error("a message ended the offer")
	}
	s.then(waits("a", 9, is(desk.Waiting, "", 3)), func(ch *desk.Change) {
		ch.Offer = &desk.Offer{ID: "o1", ConversationID: "a", AgentID: "ana", State: desk.OfferDeclined}
	})
	s.line(t, "a", "b")
	if s.Offer("a") != nil || len(s.Offers()) != 0 || len(s.Held("ana")) != 0 {
		t.Errorf("after the decline: offer %+v, held %v", s.Offer("a"), ids(s.Held("ana")))
	}
	s.then(waits("a", 9, is(desk.Offered, "ben", 4)), rings("o2", "ben"))
	s.then(waits("a", 9, is(desk.Active, "ben", 5)))
	s.line(t, "b")
	if s.Offer("a") != nil || !cmp.Equal(ids(s.Held("ben")), []desk.ID{"a"}) {
		t.Errorf("after the acceptance: offer %+v, held %v", s.Offer("a"), ids(s.Held("ben")))
	}
}

func TestEndsAndMovesLeaveNothingBehind(t *testing.T) {
	for _, end := range []desk.State{desk.Resolved, desk.Abandoned, desk.Expired} {
		s := tell(waits("a", 9))
		s.then(waits("a", 9, is(desk.Offered, "ana", 2)), rings("o", "ana"))
		s.then(waits("a", 9, is(end, "", 3)))
		s.line(t)
		if s.Conversation("a") != nil || s.Offer("a") != nil || len(s.Held("ana")) != 0 {
			t.Errorf("%s: something of it is still there", end)
		}
	}
	s := tell(waits("a", 9), waits("b", 5))
	s.then(waits("a", 9, func(c *desk.Conversation) { c.QueueID, c.Epoch = "other", 2 }))
	s.line(t, "b")
	if diff := cmp.Diff([]desk.ID{"a"}, ids(s.Line("other"))); diff != "" {
		t.Errorf("the other line: %s", diff)
	}
	s.then(waits("b", 5, is(desk.Active, "ana", 2)))
	s.then(waits("b", 5, is(desk.Active, "ben", 3)))
	if len(s.Held("ana")) != 0 || len(s.Held("ben")) != 1 {
		t.Errorf("handed over: ana holds %v, ben %v", ids(s.Held("ana")), ids(s.Held("ben")))
	}
}

func TestAnOlderEpochIsIgnored(t *testing.T) {
	s := tell(waits("a", 9, is(desk.Active, "ana", 5)))
	s.then(waits("a", 9, is(desk.Offered, "ben", 4)), rings("old", "ben"))
	if c := s.Conversation("a"); c.State != desk.Active || c.AgentID != "ana" || s.Offer("a") != nil || len(s.Held("ben")) != 0 {
		t.Errorf("%s of %q, offer %+v", c.State, c.AgentID, s.Offer("a"))
	}
	s.line(t)
	if s.Seq() != 2 {
		t.Errorf("number %d, want 2: it has been looked at", s.Seq())
	}
	// What an older change says of agents still counts: their rows have no epoch.
	s.then(waits("a", 9, is(desk.Active, "ana", 4)), func(ch *desk.Change) { ch.Agents = []*desk.Agent{{ID: "ana", Load: 20}} })
	if a := s.Agent("ana"); a == nil || a.Load != 20 {
		t.Errorf("agent %+v", a)
	}
}

// What a method returned stays as it was: whoever reads has no lock.
func TestWhatWasGivenStays(t *testing.T) {
	s := tell(waits("a", 9), waits("b", 5))
	before := s.Line("q")
	c := s.Conversation("a")
	s.then(waits("a", 9, is(desk.Active, "ana", 2)))
	s.then(waits("c", 20))
	if diff := cmp.Diff([]desk.ID{"a", "b"}, ids(before)); diff != "" || c.State != desk.Waiting {
		t.Errorf("changed under the reader: %s %s", diff, c.State)
	}
}

func TestServesAndLists(t *testing.T) {
	f := New(&desk.Snapshot{
		Queues:  []*desk.Queue{{ID: "2", Name: "Sales"}, {ID: "1", Name: "German", Requirements: []desk.Requirement{{SkillID: "de", Level: 3}}}},
		Inboxes: []*desk.Inbox{{ID: "i", Name: "sms"}}, Skills: []*desk.Skill{{ID: "de", Name: "German"}},
		Agents: []*desk.Agent{{ID: "x", Name: "Ben", Enabled: true, Skills: map[desk.ID]int{"de": 2}}, {ID: "y", Name: "Ana", Enabled: true, Skills: map[desk.ID]int{"de": 3}}},
	})
	names := func(a desk.ID) (out []string) {
		for _, q := range f.Serves(f.Agent(a)) {
			out = append(out, q.Name)
		}
		return out
	}
	if diff := cmp.Diff([][]string{{"German", "Sales"}, {"Sales"}}, [][]string{names("y"), names("x")}); diff != "" {
		t.Errorf("served: %s", diff)
	}
	if a := f.Agents(); a[0].Name != "Ana" || a[1].Name != "Ben" {
		t.Error("agents are not by name")
	}
	f.Configure(&desk.Snapshot{Queues: []*desk.Queue{{ID: "3", Name: "New"}}})
	if f.Queue("2") != nil || f.Queue("3") == nil || f.Inbox("i") != nil || f.Skill("de") != nil || f.Agent("x") == nil {
		t.Error("configuring replaces queues, inboxes and skills, and nothing else")
	}
}

// peaks is the most in line by minute, the last n of them.
func peaks(f *Floor, n int) (out []int) {
	all := f.Peaks("q", time.Now())
	for _, p := range all[len(all)-n:] {
		out = append(out, p.Waiting)
	}
	return out
}

func TestPeaksCarryForward(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := tell(waits("a", 0), waits("b", 0))
		time.Sleep(3 * time.Minute)
		s.then(waits("c", 0))
		s.then(waits("c", 0, is(desk.Active, "ana", 2)))
		s.then(waits("b", 0, is(desk.Active, "ana", 2)))
		if diff := cmp.Diff([]int{0, 2, 2, 2, 3}, peaks(s.Floor, 5)); diff != "" {
			t.Errorf("a minute without a change has what the one before ended with: %s", diff)
		}
		time.Sleep(time.Minute)
		if diff := cmp.Diff([]int{2, 3, 1}, peaks(s.Floor, 3)); diff != "" {
			t.Errorf("a minute later: %s", diff)
		}
		s.then(waits("a", 0, is(desk.Resolved, "", 2)))
		time.Sleep(time.Minute)
		if diff := cmp.Diff([]int{3, 1, 0}, peaks(s.Floor, 3)); diff != "" {
			t.Errorf("the line is empty: %s", diff)
		}
		all := s.Peaks("q", time.Now())
		if first, last := all[0].At, all[len(all)-1].At; len(all) != 60 || last.Sub(first) != 59*time.Minute || !last.Equal(time.Now().UTC().Truncate(time.Minute)) {
			t.Errorf("%d minutes from %v to %v", len(all), first, last)
		}
	})
}

// Somebody who waits for hours without anything happening is in every minute of them.
func TestPeaksOfALongWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := tell(waits("a", 0))
		time.Sleep(5 * time.Hour)
		for i, n := range peaks(s.Floor, 60) {
			if n != 1 {
				t.Fatalf("%d waited %d minutes ago, want 1", n, 59-i)
			}
		}
		s.then(waits("b", 0)) // forgets what is too old, but not that a waits
		if diff := cmp.Diff([]int{1, 1, 2}, peaks(s.Floor, 3)); diff != "" {
			t.Errorf("after the next: %s", diff)
		}
		s.Reset(&desk.Snapshot{}) // nobody after all
		time.Sleep(time.Minute)
		if diff := cmp.Diff([]int{1, 2, 0}, peaks(s.Floor, 3)); diff != "" {
			t.Errorf("after a new snapshot: %s", diff)
		}
	})
}

func TestPeaksDoNotGrow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := tell()
		for i := range 1000 {
			s.then(waits(fmt.Sprint(i), 0))
			s.then(waits(fmt.Sprint(i), 0, is(desk.Resolved, "", 2)))
			time.Sleep(time.Minute)
		}
		if n := len(s.peaks["q"]); n > 3*peakMinutes {
			t.Errorf("%d minutes are kept", n)
		}
	})
}

// Folding changes one by one gives what a snapshot of the end gives, whatever happened.
func TestFoldIsTheSnapshot(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	states := desk.States()
	now := map[desk.ID]*desk.Conversation{}
	offers := map[desk.ID]*desk.Offer{}
	s := tell()
	for range 5000 {
		id := fmt.Sprintf("c%02d", rng.IntN(40))
		c := waits(id, rng.IntN(600), priority(rng.IntN(30)), is(states[rng.IntN(len(states))], fmt.Sprint("agent", rng.IntN(4)), 1))
		c.QueueID = []string{"q", "r"}[rng.IntN(2)]
		if old := now[id]; old != nil {
			c.Epoch = old.Epoch + 1
		}
		now[id] = c
		delete(offers, id)
		s.then(c, func(ch *desk.Change) {
			if c.State == desk.Offered {
				rings(fmt.Sprint("o", s.seq), c.AgentID)(ch)
				offers[id] = ch.Offer
			}
		})
	}
	snapshot := &desk.Snapshot{Seq: s.seq}
	for _, c := range now {
		if c.State.Open() {
			snapshot.Conversations = append(snapshot.Conversations, c)
		}
	}
	for _, o := range offers {
		snapshot.Offers = append(snapshot.Offers, o)
	}
	fresh := New(snapshot)
	if diff := cmp.Diff(fresh.State(), s.State()); diff != "" {
		t.Errorf("folded (-snapshot +fold):\n%s", diff)
	}
	for _, q := range []desk.ID{"q", "r"} {
		if diff := cmp.Diff(ids(fresh.Line(q)), ids(s.Line(q))); diff != "" {
			t.Errorf("line %s (-snapshot +fold):\n%s", q, diff)
		}
	}
	for i := range 4 {
		a := fmt.Sprint("agent", i)
		if diff := cmp.Diff(ids(fresh.Held(a)), ids(s.Held(a))); diff != "" {
			t.Errorf("held by %s (-snapshot +fold):\n%s", a, diff)
		}
	}
}

// Meant for the race detector.
func TestReadersBesideTheFold(t *testing.T) {
	s := tell(waits("a", 9))
	s.Configure(&desk.Snapshot{Queues: []*desk.Queue{{ID: "q", Name: "Support"}}})
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				for _, c := range s.Line("q") {
					_ = c.QueuedAt
				}
				s.Each(func(c *desk.Conversation) { _ = c.State })
				s.Place("c1")
				s.Held("ana")
				s.Peaks("q", time.Now())
				s.Offers()
				s.Serves(&desk.Agent{ID: "ana", Enabled: true})
				s.State()
				s.Agents()
			}
		})
	}
	for i := range 3000 {
		id := fmt.Sprint("c", i%20)
		switch i % 3 {
		case 0:
			s.then(waits(id, i%50, is(desk.Waiting, "", int64(i))))
		case 1:
			s.then(waits(id, i%50, is(desk.Offered, "ana", int64(i))), rings("o", "ana"))
		default:
			s.then(waits(id, i%50, is(desk.Resolved, "", int64(i))), func(ch *desk.Change) { ch.Agents = []*desk.Agent{{ID: "ana", Load: i}} })
		}
	}
	close(stop)
	readers.Wait()
}
