package routing

import (
	"context"
	"log/slog"
	"time"

	"parley/desk"
)

// Calendars brings agents on and off by their working hours, at the moment each
// calendar says. It runs where routing does.
type Calendars struct {
	Floor interface {
		Agents() []*desk.Agent
	}
	Duty interface {
		// Duty brings agents to what their calendars say now.
		Duty(ctx context.Context, agents []desk.ID) error
	}
	Log *slog.Logger
	Now func() time.Time

	changed chan struct{}
}

// NewCalendars makes what needs no more than these.
func NewCalendars(c Calendars) *Calendars {
	c.changed = make(chan struct{}, 1)
	return &c
}

// Changed tells of a change on the floor: somebody may have other hours now.
func (c *Calendars) Changed(ch desk.Change) {
	if ch.Type != desk.EvAgentChanged {
		return
	}
	select {
	case c.changed <- struct{}{}:
	default:
	}
}

// farCalendar is how long nothing is looked at when no calendar changes: what a
// lost change could do is bounded by it.
const farCalendar = time.Hour

// Lead keeps everybody's hours until ctx ends.
func (c *Calendars) Lead(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-c.changed:
		case <-timer.C:
		}
		now := c.Now()
		due, next := c.look(now)
		if len(due) > 0 {
			if err := c.Duty.Duty(ctx, due); err != nil && ctx.Err() == nil {
				c.Log.Warn("working hours not applied", "agents", len(due), "error", err)
			}
			// Until the floor shows it, and again if that failed.
			next = now.Add(failurePause)
		}
		timer.Reset(max(time.Millisecond, next.Sub(c.Now())))
	}
}

// look finds whose hours have begun or ended, and when the next do.
func (c *Calendars) look(now time.Time) (due []desk.ID, next time.Time) {
	next = now.Add(farCalendar)
	for _, a := range c.Floor.Agents() {
		if a.Hours == nil && !a.OffHours {
			continue
		}
		if a.OffHours == a.Hours.OpenAt(now) {
			due = append(due, a.ID)
		}
		if at, any := a.Hours.NextChange(now); any && at.Before(next) {
			next = at
		}
	}
	return due, next
}
