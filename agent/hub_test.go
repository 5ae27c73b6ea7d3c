package agent

import (
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

// seqOf is the number in a frame; 0 when it is no change.
func seqOf(frame string) int64 {
	var ch desk.Change
	if json.Unmarshal([]byte(frame), &ch) != nil {
		return 0
	}
	return ch.Seq
}

func isCut(c *Console) bool {
	select {
	case <-c.Cut:
		return true
	default:
		return false
	}
}

// traffic makes n messages of ana's conversation, and as many that are not hers.
func (c *center) traffic(n int) {
	for range n {
		c.happens(about(desk.EvMessageReceived, talk("mine", "near", desk.Active, ana, 1)))
		c.happens(about(desk.EvMessageReceived, talk("away", "far", desk.Active, "dora", 1)))
	}
}

func TestWelcome(t *testing.T) {
	c := newCenter(talk("mine", "near", desk.Active, ana, 1))
	c.traffic(5)
	for name, w := range map[string]struct {
		hello Hello
		want  string
	}{
		"the first time":     {Hello{}, "welcome 10 true"},
		"up to date":         {Hello{Resume: true, Last: 10}, "welcome 10 false"},
		"from another past":  {Hello{Resume: true, Last: 11}, "welcome 10 true"},
		"a number, no epoch": {Hello{Last: 9}, "welcome 10 true"},
	} {
		if got := c.greets(NewConsole(ana), w.hello); len(got) != 1 || got[0] != w.want {
			t.Errorf("%s: %q, want %q", name, got, w.want)
		}
	}
}

// A console that is cut again and again, wherever that happens, ends up with
// each change that concerns it, once, in order.
func TestResumeGivesTheRestExactly(t *testing.T) {
	const before, meanwhile = 400, outSize + 100 // more than it can hold while it is greeted
	for _, reads := range []int{2, 3, 100, before, before + 1, before + 2, 5000} {
		c := newCenter(talk("mine", "near", desk.Active, ana, 1))
		c.traffic(before)
		var got []int64
		last, rounds := int64(0), 0
		for ; last < 2*(before+meanwhile)-1 && rounds < 3000; rounds++ {
			con := NewConsole(ana)
			greeting := c.Join(con, c, Hello{Resume: true, Last: last}, c.newest, func(int64, bool) []byte { return []byte("welcome") })
			if rounds == 0 {
				c.traffic(meanwhile)
			}
			// The socket's writer: the greeting as far as the network takes it,
			// unless the console is cut meanwhile; then what is live.
			var frames []string
			broken := false
			for frame := range greeting {
				if broken = len(frames) == reads || isCut(con) && rounds > 0; broken {
					break
				}
				frames = append(frames, string(frame))
			}
			if !broken {
				frames = append(frames, queued(con)...)
			}
			for _, frame := range frames {
				if seq := seqOf(frame); seq > 0 {
					got, last = append(got, seq), seq
				}
			}
			c.Leave(con)
		}
		var want []int64
		for i := range int64(before + meanwhile) {
			want = append(want, 2*i+1)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d frames at a time: %d changes of %d in %d rounds (-want +got):\n%.600s", reads, len(got), len(want), rounds, diff)
		}
	}
}

// Whoever comes while much happens is told a number, and gets everything after it.
func TestNothingIsMissedBetweenTheWelcomeAndTheFirstChange(t *testing.T) {
	for round := range 50 {
		c := newCenter(talk("mine", "near", desk.Active, ana, 1))
		var delivered atomic.Int64 // as the feed has it: raised before the hub is told
		done := make(chan struct{})
		const all = 60
		go func() {
			defer close(done)
			for n := range int64(all) {
				ch := about(desk.EvMessageReceived, talk("mine", "near", desk.Active, ana, 1))
				ch.Seq = n + 1
				delivered.Store(ch.Seq)
				c.Apply(ch)
			}
		}()
		for delivered.Load() < 10 { // in the middle of it
			runtime.Gosched()
		}
		now := func() int64 {
			n := delivered.Load()
			for range 200 { // if more could be delivered now, it would be
				runtime.Gosched()
			}
			return n
		}
		con := NewConsole(ana)
		var next int64
		for range c.Join(con, c, Hello{}, now, func(seq int64, _ bool) []byte { next = seq + 1; return nil }) {
			continue
		}
		<-done
		for _, frame := range queued(con) {
			if seq := seqOf(frame); seq != next {
				t.Fatalf("round %d: after %d comes %d", round, next-1, seq)
			}
			next++
		}
		if next != all+1 {
			t.Fatalf("round %d: shown up to %d of %d", round, next-1, all)
		}
	}
}

func TestASlowConsoleIsCutAndTheOthersAreNot(t *testing.T) {
	c := newCenter(talk("mine", "near", desk.Active, ana, 1))
	second := NewConsole(ana)
	c.greets(second, Hello{})
	var fast []string
	for range outSize + 200 {
		c.traffic(1)
		fast = append(fast, queued(second)...)
	}
	code, why := c.consoles[ana].Why()
	if !isCut(c.consoles[ana]) || code != 1008 || why != "too slow" || isCut(second) || len(fast) != outSize+200 {
		t.Fatalf("cut: %v with %d %q; the other: %v with %d frames", isCut(c.consoles[ana]), code, why, isCut(second), len(fast))
	}
	// What is still in the queue has no gap: nothing came in behind what was dropped.
	slow := c.consoles[ana]
	frames := []string{string(<-slow.Out)} // the writer takes one after the cut
	c.traffic(1)
	frames = append(frames, queued(slow)...)
	if len(frames) != outSize {
		t.Errorf("%d frames, want the %d before the cut", len(frames), outSize)
	}
	for i, f := range frames {
		if seqOf(f) != int64(2*i+1) {
			t.Fatalf("frame %d has number %d", i, seqOf(f))
		}
	}
	rest := c.greets(NewConsole(ana), Hello{Resume: true, Last: seqOf(frames[len(frames)-1])})
	if first := seqOf(rest[1]); first != int64(2*outSize+1) || len(rest)-1 != 201 {
		t.Errorf("the rest begins with %d and has %d changes", first, len(rest)-1)
	}
	slow.End(1012, "again")
	if code, _ := slow.Why(); code != 1008 {
		t.Errorf("cut twice: %d, want the first reason", code)
	}
}

// A change that the feed has delivered but not shown yet when a console joins
// comes with its greeting, and not again.
func TestEachNumberIsSentOnce(t *testing.T) {
	c := newCenter(talk("mine", "near", desk.Active, ana, 1))
	c.traffic(2)
	ch := about(desk.EvMessageReceived, talk("mine", "near", desk.Active, ana, 1))
	c.seq++
	ch.Seq = c.seq
	c.log = append(c.log, ch)
	back, fresh := NewConsole(ana), NewConsole(ana)
	var greeting []string
	// It comes between reading the number for the welcome and joining.
	for frame := range c.Join(back, c, Hello{Resume: true, Last: 3}, func() int64 { return c.seq - 1 }, func(int64, bool) []byte { return []byte("welcome") }) {
		greeting = append(greeting, string(frame))
	}
	c.greets(fresh, Hello{})
	c.Apply(ch)
	c.traffic(1)
	if len(greeting) != 2 || seqOf(greeting[1]) != 5 {
		t.Errorf("greeted with %q", greeting)
	}
	for name, con := range map[string]*Console{"resumed": back, "fresh": fresh} {
		if live := queued(con); len(live) != 1 || seqOf(live[0]) != 6 {
			t.Errorf("%s: then came %q, want number 6 only", name, live)
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	c := newCenter()
	tabs := map[string]*Console{"this": NewConsole(ana), "other": NewConsole(ana), "any": c.consoles[ana]}
	for name, con := range tabs {
		if name != "any" {
			con.Ended = func(e desk.Event) bool { return e.Data.Reason == name }
			c.greets(con, Hello{})
		}
	}
	c.happens(desk.Change{Event: desk.Event{Type: desk.EvSessionEnded, AgentID: ana, Data: desk.EventData{Reason: "this"}}})
	for name, want := range map[string]bool{"this": true, "other": false, "any": true} {
		if isCut(tabs[name]) != want {
			t.Errorf("console %q is cut: %v, want %v", name, !want, want)
		}
	}
	if code, _ := tabs["this"].Why(); code != 4401 || isCut(c.consoles[ben]) {
		t.Errorf("code %d, want 4401; somebody else's is cut: %v", code, isCut(c.consoles[ben]))
	}
	if got := c.shown(); got != "" {
		t.Errorf("told to %q", got)
	}
}

func viewers(list []Viewer) string {
	var out []string
	for _, v := range list {
		out = append(out, v.ID+"="+v.Name)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestViewersHereAndElsewhere(t *testing.T) {
	mine := talk("mine", "near", desk.Active, ana, 1)
	c := newCenter(mine)
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	check := func(what string, at time.Time, want string) {
		t.Helper()
		if got := viewers(c.Viewers("mine", at)); got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	second := NewConsole(ana)
	c.greets(second, Hello{})
	c.View(c.consoles[ana], mine)
	c.View(second, mine)
	c.View(c.consoles[ben], mine)
	check("two tabs are one viewer", now, "ana=Ana ben=Ben")
	c.Elsewhere("mine", "b", []Viewer{{boss, "Boss"}, {ana, "Ana"}}, now)
	c.Elsewhere("mine", "c", []Viewer{{boss, "Boss"}, {admin, "Admin"}}, now.Add(30*time.Second))
	check("on other nodes, too", now.Add(time.Minute), "admin=Admin ana=Ana ben=Ben boss=Boss")
	check("a silent node is forgotten", now.Add(61*time.Second), "admin=Admin ana=Ana ben=Ben boss=Boss")
	check("as is the next", now.Add(91*time.Second), "ana=Ana ben=Ben")
	c.Elsewhere("mine", "c", nil, now)
	check("they closed it there", now, "ana=Ana ben=Ben boss=Boss")
	if got := viewers(c.Here("mine")); got != "ana=Ana ben=Ben" {
		t.Errorf("here: %q", got)
	}
	c.View(c.consoles[ben], talk("else", "near", desk.Waiting, "", 1))
	c.Leave(second)
	check("one opened another", now, "ana=Ana boss=Boss")
	c.Leave(c.consoles[ana])
	check("all have gone here", now, "ana=Ana boss=Boss")
	if open := c.Open(); !cmp.Equal(open, []desk.ID{"else"}) {
		t.Errorf("open here: %v", open)
	}
	if got := c.Viewers("nothing", now); got == nil || len(got) != 0 {
		t.Errorf("viewers of nothing: %v, want an empty list", got)
	}
}

func TestWatchers(t *testing.T) {
	mine := talk("mine", "near", desk.Active, ana, 1)
	c := newCenter(mine, talk("rings", "near", desk.Offered, ana, 1))
	watching := func(id desk.ID) string {
		var out []string
		c.Watchers(id, func(con *Console) { out = append(out, con.AgentID) })
		slices.Sort(out)
		return strings.Join(out, " ")
	}
	c.View(c.consoles[boss], mine)
	c.View(c.consoles[cleo], mine) // had it open when it was theirs
	if got := watching("mine"); got != "ana boss" {
		t.Errorf("the owner and who looks on: %q", got)
	}
	if got := watching("rings"); got != "" {
		t.Errorf("what rings is watched by %q", got)
	}
	c.floor.Apply(desk.Change{Event: desk.Event{Seq: 1}, Conversation: talk("mine", "far", desk.Active, "dora", 2)})
	c.View(c.consoles[ana], mine)
	if got := watching("mine"); got != "boss" {
		t.Errorf("out of the agents' sight it is watched by %q", got)
	}
	if got := viewers(c.Here("mine")); got != "boss=Boss" {
		t.Errorf("and viewed by %q", got)
	}
}

func TestAgentsConnected(t *testing.T) {
	c := newCenter()
	second := NewConsole(ana)
	c.greets(second, Hello{})
	c.Leave(c.consoles[ben])
	got := c.Agents()
	slices.Sort(got)
	if diff := cmp.Diff([]desk.ID{admin, ana, boss, cleo, off}, got); diff != "" {
		t.Error(diff)
	}
	n := 0
	c.Each(func(*Console) { n++ })
	if n != 6 {
		t.Errorf("%d consoles, want 6", n)
	}
	second.ShowBoard(true)
	if !second.WantsBoard() || c.consoles[ana].WantsBoard() {
		t.Error("the board is on another console than asked")
	}
}

// Meant for the race detector: consoles come, look and go beside the changes.
func TestComingAndGoingBesideTheChanges(t *testing.T) {
	c := newCenter(talk("mine", "near", desk.Active, ana, 1))
	past := &fixedPast{}
	stop := make(chan struct{})
	var people sync.WaitGroup
	for i := range 4 {
		people.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				con := NewConsole(ana)
				for frame := range c.Join(con, past, Hello{Resume: n%2 == 0}, func() int64 { return 0 }, func(int64, bool) []byte { return []byte("w") }) {
					_ = frame
				}
				c.View(con, talk("mine", "near", desk.Active, ana, 1))
				c.Elsewhere("mine", fmt.Sprint(i), []Viewer{{ben, "Ben"}}, time.Now())
				c.Viewers("mine", time.Now())
				c.Watchers("mine", func(con *Console) { con.Send([]byte("typing")) })
				con.End(1000, "bye")
				c.Leave(con)
			}
		})
	}
	for range 2000 {
		c.happens(about(desk.EvMessageReceived, talk("mine", "near", desk.Active, ana, 1)))
		queued(c.consoles[ana])
	}
	close(stop)
	people.Wait()
	if len(c.views) != 0 || len(c.Hub.consoles) != 6 {
		t.Errorf("%d views and %d consoles are left", len(c.views), len(c.Hub.consoles))
	}
}

type fixedPast struct{}

func (fixedPast) Since(int64) ([]desk.Change, bool) {
	return []desk.Change{about(desk.EvMessageReceived, talk("mine", "near", desk.Active, ana, 1))}, true
}
