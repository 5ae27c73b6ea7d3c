package routing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/desk"
	"parley/floor"
)

// rota is the database for calendars: it notes who was told to come or go.
type rota struct {
	sync.Mutex
	floor *floor.Floor
	began time.Time
	fails int
	log   []string
}

func (r *rota) Duty(_ context.Context, agents []desk.ID) error {
	r.Lock()
	defer r.Unlock()
	if r.fails > 0 {
		r.fails--
		return errors.New("the database is away")
	}
	for _, id := range agents {
		a := *r.floor.Agent(id)
		a.OffHours = !a.Hours.OpenAt(time.Now())
		r.log = append(r.log, fmt.Sprintf("%s %s off %v", time.Since(r.began), id, a.OffHours))
		r.floor.Apply(desk.Change{Event: desk.Event{Type: desk.EvAgentPresence, AgentID: id}, Agent: &a})
	}
	return nil
}

func TestAgentsComeAndGoByTheirCalendars(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now().UTC() // midnight
		at := func(from, to int) *desk.Hours {
			h := &desk.Hours{Zone: "UTC", Week: map[string][]desk.Span{}}
			for _, day := range []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} {
				h.Week[day] = []desk.Span{{From: from, To: to}}
			}
			return h
		}
		early, late := person("early", nil), person("late", nil)
		early.Hours, late.Hours = at(6*60, 14*60), at(14*60, 26*60)
		r := &rota{floor: center([]*desk.Agent{early, late, person("always", nil)}), began: began, fails: 1}
		c := NewCalendars(Calendars{Floor: r.floor, Duty: r, Log: slog.New(slog.DiscardHandler), Now: time.Now})
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { must(c.Lead(ctx)) })
		time.Sleep(15 * time.Hour)
		// Hired for the afternoon while it runs.
		r.Lock()
		a := *person("always", nil)
		a.Hours = at(15*60+30, 16*60)
		r.floor.Apply(desk.Change{Event: desk.Event{Type: desk.EvAgentChanged, AgentID: a.ID}, Agent: &a})
		r.Unlock()
		c.Changed(desk.Change{Event: desk.Event{Type: desk.EvAgentChanged}})
		time.Sleep(2 * time.Hour)
		cancel()
		running.Wait()
		want := []string{"1s early off true", "2h0m0s late off true", "6h0m0s early off false", "14h0m0s early off true", "14h0m0s late off false",
			"15h0m0s always off true", "15h30m0s always off false", "16h0m0s always off true"}
		if got := strings.Join(r.log, "\n"); got != strings.Join(want, "\n") {
			t.Errorf("happened:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
		}
	})
}
