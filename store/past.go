package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"parley/desk"
)

// What of the log routing looks at.
var (
	staffEvents = []desk.EventType{desk.EvAgentPresence, desk.EvAgentChanged}
	setupEvents = []desk.EventType{desk.EvQueueChanged, desk.EvSkillChanged}
	talkEvents  = []desk.EventType{desk.EvConversationCreated, desk.EvConversationQueued, desk.EvConversationOffered, desk.EvConversationReturned,
		desk.EvConversationAssigned, desk.EvConversationTransfer, desk.EvConversationSnoozed, desk.EvConversationWoken, desk.EvConversationResolved,
		desk.EvConversationReopened, desk.EvConversationGone, desk.EvConversationExpired, desk.EvConversationPriority,
		desk.EvConversationWidened, desk.EvConversationHours}
	pastEvents = slices.Concat(talkEvents, staffEvents, setupEvents)
)

// clockSkew is by how much the time of an event may be off its number: numbers
// are given at the end of a transaction, times at its beginning.
const clockSkew = time.Minute

// SeqBefore is the number of the last event before a moment; 0 when there is none.
func (s *Store) SeqBefore(ctx context.Context, at time.Time) (int64, error) {
	var seq int64
	err := s.read(ctx).Raw("SELECT seq FROM events WHERE at < ? ORDER BY at DESC, seq DESC LIMIT 1", micros(at)).Scan(&seq).Error
	return seq, down(err)
}

// PastEvents reads the events that routing looks at with numbers above after, up
// to and with to, in order, at most limit.
func (s *Store) PastEvents(ctx context.Context, after, to int64, limit int) ([]desk.Event, error) {
	var rows []eventRow
	err := s.read(ctx).Where("seq > ? AND seq <= ? AND type IN ?", after, to, pastEvents).Order("seq").Limit(limit).Find(&rows).Error
	return events(rows), down(err)
}

func events(rows []eventRow) []desk.Event {
	out := make([]desk.Event, len(rows))
	for i, r := range rows {
		out[i] = desk.Event(r)
	}
	return out
}

// OffersByID reads offers.
func (s *Store) OffersByID(ctx context.Context, ids []desk.ID) (map[desk.ID]*desk.Offer, error) {
	out := make(map[desk.ID]*desk.Offer, len(ids))
	for part := range slices.Chunk(ids, loadRows) {
		list, err := s.offersOf(s.read(ctx).Where(s.oneOf("id", part)))
		if err != nil {
			return nil, err
		}
		for i := range list {
			out[list[i].ID] = &list[i]
		}
	}
	return out, nil
}

// PastFloor is the floor as it was after the event seq, which was about at:
// agents, queues, and the open conversations with what routing looks at. notes
// say what the log does not tell; then today's settings stand in.
func (s *Store) PastFloor(ctx context.Context, seq int64, at time.Time) (floor *desk.Snapshot, notes []string, err error) {
	config, err := s.configNow(ctx)
	if err != nil {
		return nil, nil, err
	}
	p := &pastFloor{s: s, db: s.read(ctx), seq: seq, at: at, config: config, out: &desk.Snapshot{Seq: seq}}
	for _, step := range []func() error{p.queues, p.agents, p.conversations} {
		if err := step(); err != nil {
			return nil, nil, down(err)
		}
	}
	for _, k := range config.skills {
		p.out.Skills = append(p.out.Skills, k)
	}
	for _, in := range config.inboxes {
		p.out.Inboxes = append(p.out.Inboxes, in)
	}
	return p.out, p.notes, nil
}

type pastFloor struct {
	s      *Store
	db     *gorm.DB
	seq    int64
	at     time.Time
	config *config
	out    *desk.Snapshot
	notes  []string
}

func (p *pastFloor) note(format string, args ...any) {
	p.notes = append(p.notes, fmt.Sprintf(format, args...))
}

// queues are what the first change after the moment found, or what they are.
func (p *pastFloor) queues() error {
	var rows []eventRow
	if err := p.db.Where("seq > ? AND at >= ? AND type = ?", p.seq, micros(p.at.Add(-clockSkew)), desk.EvQueueChanged).Order("seq").Find(&rows).Error; err != nil {
		return err
	}
	were := map[desk.ID]*desk.Queue{}
	for _, q := range p.config.queues {
		were[q.ID] = q
	}
	seen := map[desk.ID]bool{}
	for _, r := range rows {
		if seen[r.QueueID] {
			continue
		}
		seen[r.QueueID] = true
		switch d := r.Data; {
		case d.Before != nil:
			were[r.QueueID] = d.Before.Queue
		case d.After != nil:
			delete(were, r.QueueID) // made later
		default:
			p.note("The queue %s was changed on %s, before changes were kept whole; its settings of today stand in.", d.Fields["name"], r.At.Format(time.DateOnly))
		}
	}
	for _, q := range were {
		p.out.Queues = append(p.out.Queues, q)
	}
	slices.SortFunc(p.out.Queues, func(a, b *desk.Queue) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// agents are what their last event before the moment made them, or else what the
// first one after it found.
func (p *pastFloor) agents() error {
	var rows []agentRow
	if err := p.db.Order("id").Find(&rows).Error; err != nil {
		return err
	}
	last, err := p.staff("MAX(seq)", "seq <= ?", p.seq)
	if err != nil {
		return err
	}
	next, err := p.staff("MIN(seq)", "seq > ?", p.seq)
	if err != nil {
		return err
	}
	for _, r := range rows {
		a := desk.Agent(r)
		before, after := last[a.ID], next[a.ID]
		switch {
		case before != nil && before.Data.After != nil:
			a = *before.Data.After.Agent
		case after == nil: // nothing has happened to them since
		case after.Data.Before != nil:
			a = *after.Data.Before.Agent
		case after.Type == desk.EvAgentChanged && after.Data.After != nil:
			continue // came later
		default:
			if after.Data.After != nil {
				a = *after.Data.After.Agent
			} else {
				p.note("%s's skills and capacity are those of today: the log did not keep them then.", a.Name)
			}
			a.Presence, a.Reason, a.Next, a.PresenceSince = desk.Offline, "", "", a.CreatedAt
			if before != nil {
				a.Presence, a.Reason, a.PresenceSince = before.Data.Presence, before.Data.Reason, before.At
			}
		}
		a.Load = 0 // counted with what they hold
		if a.LastAssignedAt.After(p.at) {
			a.LastAssignedAt = time.Time{}
		}
		if a.FreedAt.After(p.at) {
			a.FreedAt = time.Time{}
		}
		p.out.Agents = append(p.out.Agents, &a)
	}
	return nil
}

// staff reads for each agent the first or last of their events on one side of the moment.
func (p *pastFloor) staff(which, where string, seq int64) (map[desk.ID]*eventRow, error) {
	var rows []eventRow
	// The types stand in the text so that the partial index fits.
	of := "type IN ('" + string(staffEvents[0]) + "', '" + string(staffEvents[1]) + "')"
	err := p.db.Where("seq IN (SELECT "+which+" FROM events WHERE "+of+" AND agent_id IS NOT NULL AND "+where+" GROUP BY agent_id)", seq).Find(&rows).Error
	out := make(map[desk.ID]*eventRow, len(rows))
	for i := range rows {
		out[rows[i].AgentID] = &rows[i]
	}
	return out, err
}

// conversations that were open then are open still, or ended after it.
func (p *pastFloor) conversations() error {
	var ids []desk.ID
	err := p.db.Raw("SELECT id FROM conversations WHERE open AND created_at < ? UNION SELECT c.id FROM conversations c JOIN events e ON e.conversation_id = c.id "+
		"WHERE e.seq > ? AND e.at >= ? AND e.type IN ? AND c.created_at < ?",
		micros(p.at.Add(clockSkew)), p.seq, micros(p.at.Add(-clockSkew)), []desk.EventType{desk.EvConversationResolved, desk.EvConversationGone, desk.EvConversationExpired},
		micros(p.at.Add(clockSkew))).Scan(&ids).Error
	if err != nil {
		return err
	}
	slices.Sort(ids)
	agents := map[desk.ID]*desk.Agent{}
	for _, a := range p.out.Agents {
		agents[a.ID] = a
	}
	for part := range slices.Chunk(ids, loadRows) {
		var rows []eventRow
		if err := p.db.Where(p.s.oneOf("conversation_id", part)).Where("seq <= ? AND type IN ?", p.seq, talkEvents).Order("conversation_id, seq").Find(&rows).Error; err != nil {
			return err
		}
		for len(rows) > 0 {
			n := 1
			for n < len(rows) && rows[n].ConversationID == rows[0].ConversationID {
				n++
			}
			p.open(rows[:n], agents)
			rows = rows[n:]
		}
	}
	return nil
}

// open adds a conversation with these events if it was open after the last.
func (p *pastFloor) open(rows []eventRow, agents map[desk.ID]*desk.Agent) {
	c := &desk.Conversation{ID: rows[0].ConversationID, InboxID: rows[0].InboxID, ContactID: rows[0].ContactID}
	if in := p.config.inboxes[c.InboxID]; in != nil {
		c.Channel = in.Channel
	}
	for _, r := range rows {
		c.Follow(desk.Event(r))
	}
	if !c.State.Open() || c.State == "" {
		return
	}
	p.out.Conversations = append(p.out.Conversations, c)
	if a := agents[c.AgentID]; a != nil && c.State.HoldsCapacity() {
		a.Load += c.Cost
	}
}
