package faults

import (
	"sort"
	"strings"

	"parley/desk"
)

// recordedOnce: what customers were told is taken is there, and only once.
func (c *checker) recordedOnce() {
	rows := map[string][]*Row{}
	for i := range c.h.Tables.Messages {
		m := &c.h.Tables.Messages[i]
		if m.Direction == desk.In {
			rows[m.InboxID+" "+m.ExternalID] = append(rows[m.InboxID+" "+m.ExternalID], m)
		}
	}
	for _, s := range c.h.Said {
		found := rows[s.InboxID+" "+s.ExternalID]
		switch {
		case !s.Acked.IsZero() && len(found) == 0:
			c.breach(1, "lost: %s sent %q (%s) at %s, was told 2xx at %s on try %d, and it is in no conversation", s.Customer, s.Text, s.ExternalID,
				s.Began.Format("15:04:05.000"), s.Acked.Format("15:04:05.000"), s.Tries)
		case len(found) > 1:
			c.breach(1, "duplicated: %s sent %q (%s) in %d tries, and it is there %d times: %s and %s", s.Customer, s.Text, s.ExternalID, s.Tries, len(found), found[0].ID, found[1].ID)
		case len(found) == 1 && found[0].Text != s.Text:
			c.breach(1, "altered: %s sent %q, and it is there as %q", s.Customer, s.Text, found[0].Text)
		}
	}
}

// inOrder: who waits for the acknowledgement before writing on is read in that order.
func (c *checker) inOrder() {
	if c.h.clockLies() {
		return
	}
	place := map[string]int{} // the tables' order is the thread's: at, id
	row := map[string]*Row{}
	for i := range c.h.Tables.Messages {
		m := &c.h.Tables.Messages[i]
		if m.Direction == desk.In {
			place[m.InboxID+" "+m.ExternalID], row[m.InboxID+" "+m.ExternalID] = i, m
		}
	}
	by := map[string][]Said{}
	for _, s := range c.h.Said {
		if _, there := place[s.InboxID+" "+s.ExternalID]; there && !s.Acked.IsZero() {
			by[s.Customer] = append(by[s.Customer], s)
		}
	}
	for _, who := range sortedKeys(by) {
		list := by[who]
		sort.Slice(list, func(i, j int) bool { return list[i].Acked.Before(list[j].Acked) })
		for i := 1; i < len(list); i++ {
			a, b := list[i-1], list[i]
			ka, kb := a.InboxID+" "+a.ExternalID, b.InboxID+" "+b.ExternalID
			if a.Acked.After(b.Began) {
				continue // under way at the same time: either order will do
			}
			if row[ka].ConversationID == row[kb].ConversationID && place[ka] > place[kb] || row[ka].At.After(row[kb].At) {
				c.breach(2, "%s sent %q, was told 2xx at %s, and then sent %q at %s; the thread has the later one first (%s and %s)", who, a.Text,
					a.Acked.Format("15:04:05.000"), b.Text, b.Began.Format("15:04:05.000"), row[ka].At.Format("15:04:05.000000"), row[kb].At.Format("15:04:05.000000"))
			}
		}
	}
}

// sentOnce: an answer that the API took reached the provider once, or nobody
// claims that it did.
func (c *checker) sentOnce() {
	taken := map[string]int{}
	for _, s := range c.h.Sends {
		if s.Accepted {
			taken[s.Text]++
		}
	}
	seen := map[string]int{}
	for _, m := range c.messages {
		if m.Direction == desk.Out {
			seen[m.Text]++
		}
	}
	for _, a := range c.h.Actions {
		if a.Kind != Reply || !a.OK() {
			continue
		}
		m := c.messages[a.Message]
		if m == nil {
			c.breach(12, "lost: agent %s was told that %q is taken, and no message %s is there", short(a.Agent), a.Text, a.Message)
			continue
		}
		if seen[a.Text] != 1 {
			c.breach(12, "duplicated: agent %s wrote %q once, and it is there %d times", short(a.Agent), a.Text, seen[a.Text])
		}
		c.sentAsShown(m, taken[a.Text])
	}
	for text, n := range taken {
		if n > 1 && !c.isOurs(text) {
			continue // questions for ratings are alike for everybody
		}
		if n > 1 {
			c.breach(12, "sent twice: the provider took %q %d times", text, n)
		}
		if n == 1 && c.isOurs(text) && seen[text] == 0 {
			c.breach(12, "from nowhere: the provider took %q, which no message says", text)
		}
	}
}

// isOurs tells whether a text is one of the agents' own, of which each is different.
func (c *checker) isOurs(text string) bool {
	return strings.Contains(text, " r") && !strings.HasPrefix(text, "How did we do")
}

func (c *checker) sentAsShown(m *Row, taken int) {
	live := false
	if conversation := c.h.Tables.Conversations[m.ConversationID]; conversation != nil {
		live = conversation.Channel.Live()
	}
	switch {
	case live:
	case m.Status == desk.Queued || m.Status == desk.Sending:
		c.breach(12, "%q is still %s at rest", m.Text, m.Status)
	case taken == 0 && (m.Status == desk.Sent || m.Status == desk.Delivered || m.Status == desk.Read):
		c.breach(12, "%q is shown as %s, and the provider never took it", m.Text, m.Status)
	}
}

var statusRank = map[desk.Status]int{desk.Queued: 1, desk.Sending: 2, desk.Unknown: 3, desk.Sent: 4, desk.Failed: 5, desk.Delivered: 6, desk.Read: 7}

// statusForward: neither the log nor the row goes back.
func (c *checker) statusForward() {
	at := map[desk.ID]desk.Status{}
	for i := range c.h.Tables.Events {
		e := &c.h.Tables.Events[i]
		if e.Type != desk.EvMessageStatus {
			continue
		}
		if last, was := at[e.MessageID]; was && statusRank[e.Data.Status] < statusRank[last] {
			c.breach(13, "message %s went from %s back to %s at event %d", e.MessageID, last, e.Data.Status, e.Seq)
		}
		at[e.MessageID] = e.Data.Status
	}
	for id, last := range at {
		if m := c.messages[id]; m != nil && statusRank[m.Status] < statusRank[last] {
			c.breach(13, "message %s was %s in the log, and its row is back at %s", id, last, m.Status)
		}
	}
}

// rowsAndEvents: a message, a conversation and an offer each have exactly the
// events that tell of them.
func (c *checker) rowsAndEvents() {
	begun, told := map[desk.ID]int{}, map[desk.ID]int{}
	for i := range c.h.Tables.Events {
		e := &c.h.Tables.Events[i]
		switch e.Type {
		case desk.EvMessageReceived, desk.EvMessageCreated:
			told[e.MessageID]++
			if c.messages[e.MessageID] == nil {
				c.breach(18, "event %d tells of message %s, which is not there", e.Seq, e.MessageID)
			}
		case desk.EvConversationCreated:
			begun[e.ConversationID]++
			if c.h.Tables.Conversations[e.ConversationID] == nil {
				c.breach(18, "event %d tells of conversation %s, which is not there", e.Seq, e.ConversationID)
			}
		case desk.EvConversationOffered, desk.EvConversationAssigned:
			if e.Data.OfferID != "" && c.offers[e.Data.OfferID] == nil {
				c.breach(18, "event %d tells of offer %s, which is not there", e.Seq, e.Data.OfferID)
			}
		}
	}
	for id, m := range c.messages {
		if told[id] != 1 {
			c.breach(18, "message %s (%s %q) has %d events that tell of it%s", id, m.Direction, m.Text, told[id], c.story(m.ConversationID, 0))
		}
	}
	for id := range c.h.Tables.Conversations {
		if begun[id] != 1 {
			c.breach(18, "conversation %s has %d events of its beginning", id, begun[id])
		}
	}
}

// logDense: the numbers are 1 to the counter.
func (c *checker) logDense() {
	want := int64(1)
	if len(c.h.Tables.Events) > 0 {
		want = c.h.Tables.Events[0].Seq
	}
	for i := range c.h.Tables.Events {
		if seq := c.h.Tables.Events[i].Seq; seq != want {
			c.breach(21, "after event %d comes %d", want-1, seq)
			want = seq
		}
		want++
	}
	if c.h.Tables.Counter != want-1 {
		c.breach(21, "the counter is at %d and the last event is %d", c.h.Tables.Counter, want-1)
	}
}

// goroutineSlack is for connections: the driver and the providers keep up to 64
// each, and a server has two goroutines for one.
const goroutineSlack = 400

// atRest: no work, no letters that could not be processed, nothing unfinished in Redis.
func (c *checker) atRest() {
	for state, n := range c.h.Tables.Inbound {
		if n > 0 && (state != "dead" || n != c.h.Poisoned) { // those, and none else
			c.breach(22, "%d inbound items are %s", n, state)
		}
	}
	for stream, n := range c.h.Rest.Pending {
		if n > 0 {
			c.breach(22, "%d entries of stream %s are not finished", n, stream)
		}
	}
	for node, n := range c.h.Rest.Goroutines {
		if n[1] > n[0]+goroutineSlack {
			c.breach(22, "node %s has %d goroutines, and had %d when it began", node, n[1], n[0])
		}
	}
}
