package faults

import (
	"strings"
	"time"

	"parley/desk"
)

// workPatience is how long an acknowledged message may lie before it is in its
// conversation. Losing Redis is no excuse: the sweep does the work then.
const workPatience = 15 * time.Second

// workedOff: what was acknowledged is processed in time, with Redis or without.
func (c *checker) workedOff() {
	if c.h.clockLies() {
		return
	}
	excused := &History{Recovery: c.h.Recovery}
	for _, f := range c.h.Faults {
		if !strings.HasPrefix(f.Kind, "redis") {
			excused.Faults = append(excused.Faults, f)
		}
	}
	shown := map[desk.ID]*desk.Event{}
	for i := range c.h.Tables.Events {
		if e := &c.h.Tables.Events[i]; e.Type == desk.EvMessageReceived {
			shown[e.MessageID] = e
		}
	}
	of := map[string]*Row{}
	for i := range c.h.Tables.Messages {
		m := &c.h.Tables.Messages[i]
		of[m.InboxID+" "+m.ExternalID] = m
	}
	for _, s := range c.h.Said {
		m := of[s.InboxID+" "+s.ExternalID]
		if m == nil || s.Acked.IsZero() || shown[m.ID] == nil {
			continue // invariants 1 and 18 tell
		}
		if e := shown[m.ID]; excused.calm(s.Acked, e.At) > workPatience {
			c.breach(23, "%s was told 2xx for %q at %s, and it came into conversation %s only at %s%s", s.Customer, s.Text, s.Acked.Format("15:04:05.000"),
				m.ConversationID, e.At.Format("15:04:05.000"), c.story(m.ConversationID, e.Seq))
		}
	}
}
