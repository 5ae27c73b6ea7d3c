package desk

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// allowedMoves has a row for each state to leave and a column for each to
// enter, both in the order of States: a letter where that is allowed.
var allowedMoves = map[State]string{
	//         nbwoawsrax
	New:       "-bw-a--r--",
	Bot:       "--w----ra-",
	Waiting:   "---oa--rax",
	Offered:   "--w-a--rax",
	Active:    "--w--wsr--",
	Wrapping:  "----a--r--",
	Snoozed:   "--w-a--r--",
	Resolved:  "--w-a-----",
	Abandoned: "--w-a-----",
	Expired:   "--w-a-----",
}

func TestEveryPairOfStates(t *testing.T) {
	states := States()
	if len(states) != len(allowedMoves) {
		t.Fatalf("%d states, the table has %d", len(states), len(allowedMoves))
	}
	for _, from := range states {
		for i, to := range states {
			want := allowedMoves[from][i] != '-'
			if CanMove(from, to) != want {
				t.Errorf("%s to %s: %v, want %v", from, to, !want, want)
			}
			c := Conversation{State: from, Epoch: 7, StateSince: noon.Add(-time.Hour), AgentID: "a", QueuedAt: noon.Add(-time.Hour)}
			before := c
			err := c.Move(to, noon)
			switch {
			case !want && (CodeOf(err) != Conflict || !reflect.DeepEqual(c, before)):
				t.Errorf("%s to %s: %v, want a conflict that changes nothing", from, to, err)
			case want && (err != nil || c.State != to || c.Epoch != 8 || !c.StateSince.Equal(noon)):
				t.Errorf("%s to %s: %v, state %s, epoch %d since %v", from, to, err, c.State, c.Epoch, c.StateSince)
			}
		}
	}
	if CanMove(Active, "sleeping") || CanMove("sleeping", Active) {
		t.Error("a state nobody knows can be entered or left")
	}
}

func TestWhatStatesMean(t *testing.T) {
	is := func(f func(State) bool) (out []State) {
		for _, s := range States() {
			if f(s) {
				out = append(out, s)
			}
		}
		return out
	}
	for name, c := range map[string]struct{ got, want []State }{
		"open":     {is(State.Open), []State{New, Bot, Waiting, Offered, Active, Wrapping, Snoozed}},
		"in line":  {is(State.InLine), []State{Waiting, Offered}},
		"capacity": {is(State.HoldsCapacity), []State{Offered, Active, Wrapping}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
}

// walk moves through states, a minute each from noon, and gives the time of the last.
func walk(t *testing.T, c *Conversation, states ...State) time.Time {
	t.Helper()
	now := c.StateSince
	if now.IsZero() {
		now = noon
	}
	for _, s := range states {
		now = now.Add(time.Minute)
		if err := c.Move(s, now); err != nil {
			t.Fatal(err)
		}
	}
	return now
}

func minutes(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }

func TestThePlaceInLineSurvivesOffers(t *testing.T) {
	c := &Conversation{State: New}
	walk(t, c, Waiting)
	c.AgentID, c.OfferID = "ana", "offer"
	walk(t, c, Offered)
	if c.AgentID != "ana" || c.OfferID != "offer" || !c.QueuedAt.Equal(minutes(1)) {
		t.Errorf("offered: agent %q, offer %q, in line since %v", c.AgentID, c.OfferID, c.QueuedAt)
	}
	c.AvoidAgentIDs = []ID{"ana"}
	walk(t, c, Waiting)
	if c.AgentID != "" || c.OfferID != "" || !c.QueuedAt.Equal(minutes(1)) || len(c.AvoidAgentIDs) != 1 {
		t.Errorf("back in line: agent %q, offer %q, since %v, avoiding %v", c.AgentID, c.OfferID, c.QueuedAt, c.AvoidAgentIDs)
	}
	walk(t, c, Active)
	if !c.QueuedAt.IsZero() || c.OfferID != "" || c.AvoidAgentIDs != nil || !c.AcceptedAt.Equal(minutes(4)) || !c.HandoffAt.Equal(minutes(1)) {
		t.Errorf("accepted: %+v", c)
	}
}

func TestATransferWaitsAnewAndKeepsItsFirsts(t *testing.T) {
	c := &Conversation{State: New}
	walk(t, c, Waiting, Active)
	c.AgentID = "ana"
	walk(t, c, Waiting)
	if !c.QueuedAt.Equal(minutes(3)) || c.AgentID != "" {
		t.Errorf("waiting since %v for %q, want a new stay", c.QueuedAt, c.AgentID)
	}
	walk(t, c, Active)
	if !c.HandoffAt.Equal(minutes(1)) || !c.AcceptedAt.Equal(minutes(2)) {
		t.Errorf("handed over at %v, accepted at %v, want the first of the round", c.HandoffAt, c.AcceptedAt)
	}
}

func TestSnoozedTimeAddsUp(t *testing.T) {
	c := &Conversation{State: New, AgentID: "ana"}
	walk(t, c, Waiting, Active)
	c.AgentID = "ana"
	walk(t, c, Snoozed)
	c.SnoozedUntil = noon.Add(time.Hour)
	walk(t, c, Active)
	if c.SnoozedFor != 60 || !c.SnoozedUntil.IsZero() || c.AgentID != "ana" {
		t.Errorf("woken: snoozed for %v s until %v, of %q", c.SnoozedFor, c.SnoozedUntil, c.AgentID)
	}
	walk(t, c, Snoozed)
	if err := c.Move(Resolved, c.StateSince.Add(90*time.Second)); err != nil {
		t.Fatal(err)
	}
	if c.SnoozedFor != 150 {
		t.Errorf("snoozed for %v s in all, want 150", c.SnoozedFor)
	}
}

func TestEndsLeaveTheLine(t *testing.T) {
	for _, end := range []State{Resolved, Abandoned, Expired} {
		c := &Conversation{State: New}
		walk(t, c, Waiting, Offered)
		c.AgentID, c.OfferID, c.AvoidAgentIDs = "ana", "offer", []ID{"ben"}
		at := walk(t, c, end)
		if !c.QueuedAt.IsZero() || c.OfferID != "" || c.AvoidAgentIDs != nil || !c.ResolvedAt.Equal(at) {
			t.Errorf("%s: %+v", end, c)
		}
		// Who resolved is remembered for the rating; nobody had an abandoned one.
		if owner := map[State]ID{Resolved: "ana"}[end]; c.AgentID != owner {
			t.Errorf("%s: of %q, want %q", end, c.AgentID, owner)
		}
	}
}

func TestReopenStartsANewRound(t *testing.T) {
	for _, end := range []State{Resolved, Abandoned, Expired} {
		c := Conversation{ID: "c", InboxID: "i", ContactID: "k", QueueID: "q", AgentID: "ana", State: end, Epoch: 9, Cost: 20, Priority: 3, Reopened: 1,
			CreatedAt: noon, StateSince: noon, AskedAt: noon, HandoffAt: noon, AnsweredAt: noon, UnansweredSince: noon, AcceptedAt: noon, ResolvedAt: noon,
			SnoozedFor: 5, LastCustomerAt: noon, LastAt: noon, LastText: "bye", CSAT: CSATComment, CSATAskedAt: noon, CSATScore: 4, CSATComment: "ok", CSATAt: noon}
		now := noon.Add(time.Hour)
		if err := c.Reopen(now); err != nil {
			t.Fatal(err)
		}
		want := Conversation{ID: "c", InboxID: "i", ContactID: "k", QueueID: "q", PreferredAgentID: "ana", State: Waiting, Epoch: 10, Cost: 20, Priority: 3, Reopened: 2,
			CreatedAt: noon, StateSince: now, QueuedAt: now, PlaceAt: now, HandoffAt: now, LastCustomerAt: noon, LastAt: noon, LastText: "bye"}
		if !reflect.DeepEqual(c, want) {
			t.Errorf("%s reopened:\n got %+v\nwant %+v", end, c, want)
		}
	}
	for _, s := range States() {
		if !s.Open() {
			continue
		}
		c := Conversation{State: s, AgentID: "ana", AskedAt: noon, CSATScore: 3, Reopened: 1}
		before := c
		if err := c.Reopen(noon); CodeOf(err) != Conflict || !reflect.DeepEqual(c, before) {
			t.Errorf("%s reopened: %v, want a conflict that changes nothing", s, err)
		}
	}
}

// The key orders a line as the score (minutes waited + priority) does, at any moment.
func TestLineKeyOrdersByScore(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	score := func(c *Conversation, now time.Time) float64 {
		return now.Sub(c.QueuedAt).Minutes() + float64(c.Priority)
	}
	var q *Queue // orders by score
	for range 2000 {
		a := &Conversation{QueuedAt: noon.Add(-time.Duration(rng.IntN(7200)) * time.Second), Priority: rng.IntN(120) - 60}
		b := &Conversation{QueuedAt: noon.Add(-time.Duration(rng.IntN(7200)) * time.Second), Priority: rng.IntN(120) - 60}
		for _, now := range []time.Time{noon, noon.Add(13 * time.Hour)} {
			if first := q.LineKey(a, 0).Before(q.LineKey(b, 0)); first != (score(a, now) > score(b, now)+1e-9) {
				t.Fatalf("key says a first: %v; scores %v and %v", first, score(a, now), score(b, now))
			}
		}
	}
}

func TestLineKeyOrders(t *testing.T) {
	at := func(minutes, priority, raised int) *Conversation {
		return &Conversation{QueuedAt: noon.Add(-time.Duration(minutes) * time.Minute), Priority: priority, Raised: raised}
	}
	byScore, byPriority, fast := &Queue{}, &Queue{Order: OrderPriority}, &Queue{Weight: 300}
	for name, c := range map[string]struct {
		q             *Queue
		first, second *Conversation
		more          int // of the first
	}{
		"the wait":                             {byScore, at(3, 0, 0), at(2, 0, 0), 0},
		"priority is minutes":                  {byScore, at(1, 3, 0), at(3, 0, 0), 0},
		"what steps raised counts, too":        {byScore, at(1, 1, 2), at(3, 0, 0), 0},
		"and what is not recorded yet":         {byScore, at(1, 0, 0), at(3, 0, 0), 3},
		"a longer wait beats it":               {byScore, at(5, 0, 0), at(1, 3, 0), 0},
		"strictly, no wait beats a priority":   {byPriority, at(0, 1, 0), at(40000, 0, 0), 0},
		"strictly, the wait among equals":      {byPriority, at(3, 1, 0), at(2, 1, 0), 0},
		"strictly, even the largest":           {byPriority, at(0, 3000, 0), at(40000, 2999, 0), 0},
		"with a weight, the wait counts more":  {fast, at(3, 0, 0), at(1, 5, 0), 0},
		"with a weight, priority still counts": {fast, at(1, 5, 0), at(2, 0, 0), 0},
	} {
		if !c.q.LineKey(c.first, c.more).Before(c.q.LineKey(c.second, 0)) {
			t.Errorf("%s: the second is first", name)
		}
	}
	if s := fast.Score(at(3, 2, 1), 4, noon); s != 16 {
		t.Errorf("3 minutes, three times, and 7 make %v", s)
	}
	if s := byPriority.Score(at(3, 2, 1), 4, noon); s != 3 {
		t.Errorf("where priority is strict, 3 minutes make %v", s)
	}
}

func TestChannels(t *testing.T) {
	day := 24 * time.Hour
	for c, want := range map[Channel]struct {
		live          bool
		window, human time.Duration
		cost          int
	}{WebChat: {true, 0, 0, 30}, SMS: {false, 0, 0, 20}, WhatsApp: {false, day, day, 20}, Messenger: {false, day, 7 * day, 20}} {
		if c.Live() != want.live || c.Window() != want.window || c.HumanWindow() != want.human || c.Cost() != want.cost {
			t.Errorf("%s: live %v, window %v, for people %v, cost %d; want %+v", c, c.Live(), c.Window(), c.HumanWindow(), c.Cost(), want)
		}
	}
	q := QueueDefaults()
	q.Costs[SMS] = 0
	if q.Cost(SMS) != 0 || q.Cost(WebChat) != 30 {
		t.Errorf("costs %d and %d, want the queue's own 0 and the channel's 30", q.Cost(SMS), q.Cost(WebChat))
	}
}

// Nodes tell each other of conversations as JSON: a plan without steps is a plan.
func TestAPlanWithoutStepsIsNotLost(t *testing.T) {
	for _, plan := range []RingPlan{nil, {}, {{AfterSeconds: 5, Priority: 1}}} {
		text, err := json.Marshal(Conversation{Rings: plan})
		var c Conversation
		if err == nil {
			err = json.Unmarshal(text, &c)
		}
		text, err2 := json.Marshal(EventData{Rings: plan})
		var d EventData
		if err2 == nil {
			err2 = json.Unmarshal(text, &d)
		}
		if err != nil || err2 != nil || (c.Rings == nil) != (plan == nil) || (d.Rings == nil) != (plan == nil) || len(c.Rings) != len(plan) {
			t.Errorf("%v became %v and %v (%v, %v)", plan, c.Rings, d.Rings, err, err2)
		}
	}
}
