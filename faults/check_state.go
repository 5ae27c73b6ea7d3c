package faults

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"time"

	"parley/desk"
)

// oneOpen: in the tables too.
func (c *checker) oneOpen() {
	open := map[string]desk.ID{}
	for _, id := range sortedKeys(c.h.Tables.Conversations) {
		r := c.h.Tables.Conversations[id]
		if !r.State.Open() {
			continue
		}
		key := r.InboxID + " " + r.ContactID
		if other := open[key]; other != "" {
			c.breach(3, "conversations %s and %s of one contact in one inbox are both open%s", other, id, c.story(id, math.MaxInt64))
		}
		open[key] = id
	}
}

// offersEndOnce: each offer has one end, in its row and in the log.
func (c *checker) offersEndOnce() {
	ends := map[desk.ID][]int64{}
	made := map[desk.ID]int{}
	for i := range c.h.Tables.Events {
		e := &c.h.Tables.Events[i]
		if e.Data.OfferID == "" {
			continue
		}
		switch e.Type {
		case desk.EvConversationOffered:
			made[e.Data.OfferID]++
		case desk.EvConversationReturned, desk.EvConversationAssigned:
			ends[e.Data.OfferID] = append(ends[e.Data.OfferID], e.Seq)
		}
	}
	for _, id := range sortedKeys(c.offers) {
		o := c.offers[id]
		if len(ends[id]) > 1 {
			c.breach(10, "offer %s of conversation %s ended at events %d%s", id, o.ConversationID, ends[id], c.story(o.ConversationID, ends[id][1]))
		}
		if made[id] > 1 {
			c.breach(10, "offer %s of conversation %s was made %d times%s", id, o.ConversationID, made[id], c.story(o.ConversationID, 0))
		}
		row := c.h.Tables.Conversations[o.ConversationID]
		switch {
		case o.State == desk.OfferPending && (row == nil || row.OfferID != id || row.State != desk.Offered):
			c.breach(10, "offer %s still rings at %s, and its conversation %s is elsewhere%s", id, short(o.AgentID), o.ConversationID, c.story(o.ConversationID, math.MaxInt64))
		case o.State != desk.OfferPending && o.EndedAt.IsZero():
			c.breach(10, "offer %s is %s without a time", id, o.State)
		case (o.State == desk.OfferDeclined || o.State == desk.OfferTimedOut) && len(ends[id]) == 0:
			c.breach(10, "offer %s is %s, and no event says so%s", id, o.State, c.story(o.ConversationID, 0))
		}
	}
}

// rightfulAccepts: whoever was told that they have it, had it.
func (c *checker) rightfulAccepts() {
	for _, a := range c.h.Actions {
		if a.Kind != Accept || !a.OK() {
			continue
		}
		t := c.fold.talks[a.Conversation]
		if t == nil || !t.had(a.Agent, a.At, a.Done) && !c.h.clockLies() {
			c.breach(11, "agent %s was told at %s that conversation %s is theirs (offered to them: %v), and it never was%s", short(a.Agent), a.Done.Format("15:04:05.000"),
				a.Conversation, a.Offer != "", c.story(a.Conversation, c.seqAt(a.Done)))
		}
	}
}

// seqAt is about where in the log a time is.
func (c *checker) seqAt(at time.Time) int64 {
	events := c.h.Tables.Events
	i := sort.Search(len(events), func(i int) bool { return !events[i].At.Before(at) })
	if i == len(events) {
		return math.MaxInt64
	}
	return events[i].Seq
}

// foldIsState: the log, the rows and what every node shows are the same.
func (c *checker) foldIsState() {
	for _, id := range sortedKeys(c.h.Tables.Conversations) {
		row, t := c.h.Tables.Conversations[id], c.fold.talks[id]
		if t == nil {
			continue // invariant 18 tells
		}
		owner := t.owner
		if row.State != t.state || row.Epoch != t.epoch || row.AgentID != owner || row.QueueID != t.queue {
			c.breach(16, "conversation %s is %s at epoch %d with %s in the log, and %s at epoch %d with %s in its row%s", id, t.state, t.epoch, short(owner),
				row.State, row.Epoch, short(row.AgentID), c.story(id, math.MaxInt64))
		}
	}
	held := map[desk.ID]int{}
	now := map[desk.ID]QueueNow{}
	for _, row := range c.h.Tables.Conversations {
		if row.State.HoldsCapacity() {
			held[row.AgentID] += row.Cost
		}
		q := now[row.QueueID]
		switch row.State {
		case desk.Waiting, desk.Offered:
			q.Waiting++
			if row.State == desk.Offered {
				q.Offered++
			}
		case desk.Active, desk.Wrapping:
			q.Active++
		}
		now[row.QueueID] = q
	}
	for _, id := range sortedKeys(c.h.Tables.Agents) {
		a := c.h.Tables.Agents[id]
		if a.Load != held[id] {
			c.breach(16, "agent %s has a load of %d and holds conversations of %d", a.Name, a.Load, held[id])
		}
		if p := c.fold.people[id]; p != nil && (p.load != a.Load || p.presence != a.Presence) {
			c.breach(16, "agent %s is %s with %d in the log, and %s with %d in their row", a.Name, p.presence, p.load, a.Presence, a.Load)
		}
	}
	for _, node := range sortedKeys(c.h.Boards) {
		c.boardIsState(node, c.h.Boards[node], now)
	}
}

func (c *checker) boardIsState(node string, b Board, now map[desk.ID]QueueNow) {
	for id, shown := range b.Queues {
		if shown != now[id] {
			c.breach(16, "node %s shows queue %s with %+v at event %d, and the tables have %+v", node, c.queueName(id), shown, b.Seq, now[id])
		}
	}
	for id, shown := range b.Agents {
		if a := c.h.Tables.Agents[id]; a != nil && (shown.Load != a.Load || shown.Presence != a.Presence) {
			c.breach(16, "node %s shows agent %s %s with %d at event %d, and the row says %s with %d", node, a.Name, shown.Presence, shown.Load, b.Seq, a.Presence, a.Load)
		}
	}
}

func (c *checker) queueName(id desk.ID) string {
	if q := c.h.Tables.Queues[id]; q != nil {
		return q.Name
	}
	return id
}

// stay is one measured wait.
type stay struct{ from, to time.Time }

// figures: the facts of each conversation are what its events say.
func (c *checker) figures() {
	have := map[string]int{}
	stays := map[desk.ID][]stay{}
	for _, f := range c.h.Tables.Facts {
		have[string(f.Metric)+" "+f.ConversationID]++
		if f.Seconds < 0 || f.BusinessSeconds < 0 || f.BusinessSeconds > f.Seconds+0.001 {
			c.breach(20, "fact %s of conversation %s is %s of %.3f s, %.3f s of them in business hours", f.ID, f.ConversationID, f.Metric, f.Seconds, f.BusinessSeconds)
		}
		switch f.Metric {
		case desk.WaitAnswered, desk.WaitAbandoned, desk.WaitExpired:
			stays[f.ConversationID] = append(stays[f.ConversationID], stay{f.EndedAt.Add(-time.Duration(f.Seconds * float64(time.Second))), f.EndedAt})
		}
	}
	c.compareCounts(have)
	if c.h.clockLies() {
		return
	}
	for _, id := range sortedKeys(stays) {
		list := stays[id]
		sort.Slice(list, func(i, j int) bool { return list[i].from.Before(list[j].from) })
		for i := 1; i < len(list); i++ {
			if list[i].from.Add(timerSlack).Before(list[i-1].to) {
				c.breach(20, "conversation %s waited until %s, and at the same time from %s on%s", id, list[i-1].to.Format("15:04:05.000"), list[i].from.Format("15:04:05.000"), c.story(id, 0))
			}
		}
	}
}

// compareCounts recomputes what can be counted from events.
func (c *checker) compareCounts(have map[string]int) {
	want := map[string]int{}
	for i := range c.h.Tables.Events {
		e := &c.h.Tables.Events[i]
		add := func(m desk.Metric) { want[string(m)+" "+e.ConversationID]++ }
		switch e.Type {
		case desk.EvConversationCreated:
			add(desk.ConversationStarted)
		case desk.EvConversationAssigned:
			add(desk.WaitAnswered)
			if e.Data.FromAgentID != "" && e.Data.From == desk.Waiting { // taken from a colleague by hand
				add(desk.TransferCount)
			}
		case desk.EvConversationTransfer:
			add(desk.TransferCount)
		case desk.EvConversationResolved:
			add(desk.ResolvedCount)
		case desk.EvConversationReopened:
			add(desk.ReopenedCount)
		case desk.EvConversationGone:
			add(desk.WaitAbandoned)
		case desk.EvConversationExpired:
			add(desk.WaitExpired)
		case desk.EvConversationReturned:
			switch e.Data.Fields["how"] {
			case string(desk.OfferDeclined):
				add(desk.DeclineCount)
			case string(desk.OfferTimedOut):
				add(desk.MissedOffer)
			}
		}
	}
	counted := []desk.Metric{desk.ConversationStarted, desk.WaitAnswered, desk.TransferCount, desk.ResolvedCount, desk.ReopenedCount, desk.WaitAbandoned, desk.WaitExpired, desk.DeclineCount, desk.MissedOffer}
	for _, m := range counted {
		for _, id := range sortedKeys(c.h.Tables.Conversations) {
			key := string(m) + " " + id
			if have[key] != want[key] {
				c.breach(20, "conversation %s has %d facts of %s, and its events say %d%s", id, have[key], m, want[key], c.story(id, math.MaxInt64))
			}
		}
	}
}

// Summary tells a run's breaches in a few lines, the first of each kind in full.
func Summary(breaches []Breach) string {
	var b strings.Builder
	shown := map[int]int{}
	for _, x := range breaches {
		if shown[x.Invariant]++; shown[x.Invariant] <= 3 {
			fmt.Fprintln(&b, x)
		}
	}
	for _, n := range sortedKeys(shown) {
		if shown[n] > 3 {
			fmt.Fprintf(&b, "… and %d more of invariant %d\n", shown[n]-3, n)
		}
	}
	return b.String()
}
