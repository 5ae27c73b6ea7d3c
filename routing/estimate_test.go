package routing_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"parley/desk"
	"parley/floor"
	"parley/routing"
)

// past is what the facts say, and how often they were asked.
type past struct {
	rates map[desk.ID]desk.Rates
	err   error
	asked int
}

func (p *past) QueueRates(context.Context) (map[desk.ID]desk.Rates, error) {
	p.asked++
	return p.rates, p.err
}

// staffed is a floor with a queue that asks for German, and these agents.
func staffed(agents ...*desk.Agent) *floor.Floor {
	q := desk.QueueDefaults()
	q.ID, q.Requirements = "q", []desk.Requirement{{SkillID: "de", Level: 3}}
	for _, a := range agents {
		a.Role, a.Enabled = desk.RoleAgent, true
	}
	return floor.New(&desk.Snapshot{Queues: []*desk.Queue{&q}, Agents: agents})
}

func german(id string, level, capacity int, p desk.Presence) *desk.Agent {
	return &desk.Agent{ID: id, Name: id, Capacity: capacity, Skills: map[desk.ID]int{"de": level}, Presence: p}
}

// last is who comes into the line of q as the position-th.
func last(f *floor.Floor, channel desk.Channel, position int) *desk.Conversation {
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for i := range position - 1 {
		f.Apply(desk.Change{Conversation: &desk.Conversation{ID: fmt.Sprintf("c%04d", i), QueueID: "q", Channel: channel, State: desk.Waiting, QueuedAt: at.Add(-time.Minute)}})
	}
	return &desk.Conversation{ID: "new", QueueID: "q", Channel: channel, State: desk.Waiting, QueuedAt: at}
}

func estimator(t *testing.T, f *floor.Floor, r desk.Rates) *routing.Estimator {
	t.Helper()
	e := &routing.Estimator{History: &past{rates: map[desk.ID]desk.Rates{"q": r}}, Floor: f, Now: time.Now}
	if err := e.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestExpectedWait(t *testing.T) {
	five := desk.Rates{Handled: 20, HandleSeconds: 300}
	one := []*desk.Agent{german("a", 3, 100, desk.Available)}
	for name, c := range map[string]struct {
		agents    []*desk.Agent
		rates     desk.Rates
		channel   desk.Channel
		position  int
		low, high time.Duration
	}{
		// Five SMS at once, one done each 60 s: position n waits n · 60 s, and 8 of 10
		// times between the 10 % and the 90 % point of an Erlang distribution: 1.1 and
		// 5.3 minutes for the third, 6.2 and 14.2 for the tenth.
		"first":          {one, five, desk.SMS, 1, 0, 2*time.Minute + 30*time.Second},
		"third":          {one, five, desk.SMS, 3, time.Minute, 5*time.Minute + 30*time.Second},
		"tenth":          {one, five, desk.SMS, 10, 6 * time.Minute, 14 * time.Minute},
		"chats cost 30":  {one, five, desk.WebChat, 3, 2 * time.Minute, 9 * time.Minute}, // three at once
		"twice the team": {[]*desk.Agent{german("a", 3, 100, desk.Available), german("b", 5, 100, desk.Busy)}, five, desk.SMS, 4, time.Minute, 3*time.Minute + 30*time.Second},
		"others do not serve it": {[]*desk.Agent{german("a", 3, 100, desk.Available), german("b", 2, 100, desk.Available), german("c", 5, 100, desk.Away), german("d", 5, 100, desk.Offline)},
			five, desk.SMS, 3, time.Minute, 5*time.Minute + 30*time.Second},
		// Those ahead give up, too, at 12 an hour each: 60 + 60/1.2 + 60/1.4 = 152.9 s.
		"impatient": {one, desk.Rates{Handled: 20, HandleSeconds: 300, AbandonPerHour: 12}, desk.SMS, 3, time.Minute, 4*time.Minute + 30*time.Second},
		"quick":     {one, desk.Rates{Handled: 500, HandleSeconds: 5}, desk.SMS, 1, 0, 30 * time.Second},
	} {
		f := staffed(c.agents...)
		low, high, ok := estimator(t, f, c.rates).Wait(last(f, c.channel, c.position))
		if !ok || low != c.low || high != c.high {
			t.Errorf("%s: %v to %v (%v), want %v to %v", name, low, high, ok, c.low, c.high)
		}
	}
}

func TestNothingIsPromisedWithoutGrounds(t *testing.T) {
	enough := desk.Rates{Handled: 20, HandleSeconds: 300}
	team := staffed(german("a", 3, 100, desk.Available))
	for name, e := range map[string]*routing.Estimator{
		"too few observations": estimator(t, team, desk.Rates{Handled: 19, HandleSeconds: 300}),
		"nothing handled":      estimator(t, team, desk.Rates{Handled: 20}),
		"nobody there":         estimator(t, staffed(german("a", 3, 100, desk.Offline)), enough),
		"nobody serves it":     estimator(t, staffed(german("a", 2, 100, desk.Available)), enough),
		"no room for one":      estimator(t, staffed(german("a", 3, 10, desk.Available)), enough),
		"nothing read yet":     {History: &past{}, Floor: team, Now: time.Now},
	} {
		if low, high, ok := e.Wait(last(team, desk.SMS, 1)); ok || low != 0 || high != 0 {
			t.Errorf("%s: %v to %v", name, low, high)
		}
	}
	if _, _, ok := estimator(t, team, enough).Wait(&desk.Conversation{QueueID: "other", Channel: desk.SMS}); ok {
		t.Error("an estimate for an unknown queue")
	}
}

func TestWaitsGrowWithThePlace(t *testing.T) {
	f := staffed(german("a", 3, 100, desk.Available))
	e := estimator(t, f, desk.Rates{Handled: 100, HandleSeconds: 240, AbandonPerHour: 6})
	before := time.Duration(0)
	for place := 1; place <= 200; place++ {
		low, high, ok := e.Wait(last(f, desk.SMS, place))
		if !ok || low > high || high < before || low%(30*time.Second) != 0 || high%(30*time.Second) != 0 {
			t.Fatalf("place %d: %v to %v after %v", place, low, high, before)
		}
		before = high
	}
}

func TestRatesAreReadNowAndThen(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	p := &past{rates: map[desk.ID]desk.Rates{"q": {Handled: 20, HandleSeconds: 300}}}
	e := &routing.Estimator{History: p, Floor: staffed(german("a", 3, 100, desk.Available)), Now: func() time.Time { return now }}
	refresh := func(after time.Duration, asked int, fails bool) {
		t.Helper()
		now = now.Add(after)
		if err := e.Refresh(t.Context()); (err != nil) != fails || p.asked != asked {
			t.Errorf("%v, asked %d times, want %d", err, p.asked, asked)
		}
	}
	refresh(0, 1, false)
	refresh(29*time.Second, 1, false)
	refresh(time.Second, 2, false)
	p.err = errors.New("down")
	refresh(30*time.Second, 3, true)
	if _, high, ok := e.Wait(&desk.Conversation{QueueID: "q", Channel: desk.SMS, QueuedAt: now}); !ok || high != 150*time.Second {
		t.Error("the last rates are forgotten when reading fails")
	}
	refresh(0, 4, true) // and at once again
	p.err = nil
	refresh(0, 5, false)
	refresh(10*time.Second, 5, false)
}
