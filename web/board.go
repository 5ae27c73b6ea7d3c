package web

import (
	"context"
	"sync"
	"time"

	"parley/agent"
	"parley/desk"
	"parley/routing"
	"parley/store"
)

// boardFeed decides when boards and lines are worth showing again.
type boardFeed struct {
	mu       sync.Mutex
	moved    bool // something on the floor since the last board
	lines    bool // a line or an agent since the last lines
	facts    bool // something measured since the figures were read
	figures  map[desk.ID]desk.Figures
	arrivals map[desk.ID]desk.Arrivals
	counted  time.Time // arrivals
	read     time.Time
	took     time.Duration // to add the figures up
	shown    time.Time
	wanted   bool
	failures int // unprocessable inbound items, from the last reading
	troubles []store.RuleTrouble
}

const (
	// boardAtLeast is how often a board is shown when nothing moves: a console
	// that hears nothing for 5 s calls its board stale.
	boardAtLeast = 3 * time.Second
	// figuresAge bounds how old the day's figures on the board may be.
	figuresAge = 30 * time.Second
	// figuresShare: adding the day's figures up takes at most one part in so many
	// of the time, however many facts there are.
	figuresShare = 20
	// troubleFor is how long after a rule failed the board warns of it.
	troubleFor = time.Hour
)

func (b *boardFeed) changed(ch desk.Change) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch ch.Type {
	case desk.EvMessageStatus, desk.EvMessageUpdated, desk.EvConversationRead, desk.EvContactChanged:
		return
	case desk.EvMessageReceived:
		b.moved = true
		return
	case desk.EvConversationQueued, desk.EvConversationPriority, desk.EvConversationWidened, desk.EvConversationHours, desk.EvConversationUnwanted, desk.EvConversationInstead,
		desk.EvConversationOffered, desk.EvQueueChanged, desk.EvAgentChanged:
		b.lines = true
	case desk.EvConversationReturned, desk.EvConversationAssigned, desk.EvConversationTransfer, desk.EvConversationReopened,
		desk.EvConversationGone, desk.EvConversationExpired, desk.EvConversationResolved:
		b.lines, b.facts = true, true
	case desk.EvMessageCreated, desk.EvCSATAsked, desk.EvCSATAnswered, desk.EvConversationCreated:
		b.facts = true
	case desk.EvRuleFailed, desk.EvRulesChanged:
		// Rare, and somebody looks for the effect: at once, whatever reading costs.
		b.facts, b.read = true, time.Time{}
	}
	b.moved = true
}

func (b *boardFeed) linesMoved() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	moved := b.lines
	b.lines = false
	return moved
}

// touch says that a board has just been opened.
func (b *boardFeed) touch() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wanted = true
}

// due tells whether to show boards now.
func (b *boardFeed) due(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.moved && now.Sub(b.shown) < boardAtLeast {
		return false
	}
	b.moved, b.shown = false, now
	return true
}

// showBoards sends the board to the consoles that have it on screen.
func (s *sockets) showBoards(ctx context.Context) {
	var on []*agent.Console
	s.consoles.Each(func(c *agent.Console) {
		if a := s.Floor.Agent(c.AgentID); c.WantsBoard() && a != nil && desk.Allowed(a.Role, desk.ViewBoard) {
			on = append(on, c)
		}
	})
	if len(on) == 0 || !s.board.due(s.api.Now()) {
		return
	}
	frame := s.boardFrame(ctx)
	for _, c := range on {
		c.Send(frame)
	}
}

func (s *sockets) boardFrame(ctx context.Context) []byte {
	b, err := s.makeBoard(ctx)
	if err != nil {
		s.api.Log.Warn("board not made", "error", err)
		return nil
	}
	return encode(map[string]any{"type": "board", "board": b})
}

// today reads the day's figures when something was measured since.
func (s *sockets) today(ctx context.Context) (map[desk.ID]desk.Figures, int, error) {
	b := &s.board
	b.mu.Lock()
	now := s.api.Now()
	age := now.Sub(b.read)
	stale := b.facts && age > figuresShare*b.took || age > max(figuresAge, figuresShare*b.took)
	figures, failures := b.figures, b.failures
	b.facts = b.facts && !stale
	b.mu.Unlock()
	if !stale {
		return figures, failures, nil
	}
	began := time.Now()
	figures, err := s.api.Store.Today(ctx)
	if err != nil {
		return nil, 0, err
	}
	took := time.Since(began)
	failures, err = s.api.Store.CountDeadLetters(ctx)
	if err != nil {
		return nil, 0, err
	}
	troubles, err := s.api.Store.RuleTroubles(ctx, now.Add(-troubleFor))
	if err != nil {
		return nil, 0, err
	}
	b.mu.Lock()
	b.figures, b.failures, b.troubles, b.read, b.took = figures, failures, troubles, now, took
	b.mu.Unlock()
	return figures, failures, nil
}

func (b *boardFeed) ruleTroubles() []RuleTrouble {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]RuleTrouble, len(b.troubles))
	for i, t := range b.troubles {
		out[i] = RuleTrouble{ID: t.ID, Name: t.Name, Error: t.Error, At: t.At, ConversationID: t.ConversationID}
	}
	return out
}

// arrivalsAge is how often the forecast for the next half hour is made anew.
const arrivalsAge = time.Minute

// forecast reads how many come, now and then.
func (s *sockets) forecast(ctx context.Context) map[desk.ID]desk.Arrivals {
	b := &s.board
	now := s.api.Now()
	b.mu.Lock()
	arrivals, fresh := b.arrivals, now.Sub(b.counted) < arrivalsAge && !b.counted.IsZero()
	b.mu.Unlock()
	if fresh {
		return arrivals
	}
	arrivals, err := s.api.Store.QueueArrivals(ctx)
	if err == nil {
		err = s.Estimator.Refresh(ctx)
	}
	if err != nil {
		s.api.Log.Warn("staffing not known", "error", err)
		return nil
	}
	b.mu.Lock()
	b.arrivals, b.counted = arrivals, now
	b.mu.Unlock()
	return arrivals
}

// staffing is how many agents a queue needs; nil when too little is known.
func (s *sockets) staffing(q *desk.Queue, a desk.Arrivals, agents []*desk.Agent) *Staffing {
	var channels []desk.Channel
	for _, in := range s.api.names.get().inboxes {
		if in.QueueID == q.ID {
			channels = append(channels, in.Channel)
		}
	}
	r := s.Estimator.Rates(q.ID)
	atOnce, have := routing.AtOnce(q, channels, agents)
	need, ok := routing.Staff(q, a, r, atOnce)
	if !ok {
		return nil
	}
	return &Staffing{Have: have, Need: need.Need, Expected: need.Expected, Lately: a.Lately, Usual: a.Usual, Weeks: a.Weeks, HandleSeconds: r.HandleSeconds, AtOnce: need.AtOnce}
}

// makeBoard puts the floor and the day's facts together.
func (s *sockets) makeBoard(ctx context.Context) (*Board, error) {
	figures, failures, err := s.today(ctx)
	if err != nil {
		return nil, err
	}
	now := s.api.Now().UTC()
	agents := s.Floor.Agents()
	b := &Board{At: now, Seq: s.Floor.Seq(), Queues: []BoardQueue{}, Agents: []BoardAgent{}, Rules: s.board.ruleTroubles(), Quarantined: failures}
	active := map[desk.ID]int{}
	s.Floor.Each(func(c *desk.Conversation) {
		if c.State == desk.Active || c.State == desk.Wrapping {
			active[c.QueueID]++
		}
	})
	total := desk.Figures{}
	arrivals := s.forecast(ctx)
	all := BoardQueue{Name: "All queues", Open: true, Hour: make([]Minute, 60)}
	for _, q := range s.Floor.Queues() {
		bq := s.boardQueue(q, agents, now)
		bq.Active = active[q.ID]
		bq.Staffing = s.staffing(q, arrivals[q.ID], agents)
		f := figures[q.ID]
		figuresToBoard(&bq, &f)
		total.Merge(&f)
		addQueue(&all, &bq)
		b.Queues = append(b.Queues, bq)
	}
	figuresToBoard(&all, &total)
	b.Totals = all
	s.countStaff(b, agents)
	return b, nil
}

func (s *sockets) boardQueue(q *desk.Queue, agents []*desk.Agent, now time.Time) BoardQueue {
	bq := BoardQueue{ID: q.ID, Name: q.Name, Open: q.Open, TargetSeconds: q.TargetSeconds, TargetShare: q.TargetShare, Hour: []Minute{}}
	if bq.OffHours = !q.Hours.OpenAt(now); bq.OffHours {
		if at, known := q.Hours.NextOpen(now); known {
			bq.OpensAt = &at
		}
	}
	for _, c := range s.Floor.Line(q.ID) {
		bq.Waiting++
		if c.State == desk.Offered {
			bq.Offered++
		}
		from := c.RingsFrom()
		if from.After(now) {
			bq.Later++
		} else if bq.LongestSince == nil || from.Before(*bq.LongestSince) {
			bq.LongestSince = optional(from)
		}
		if now.Sub(from) > time.Duration(q.TargetSeconds)*time.Second {
			bq.Overdue++
		}
		if unwanted(q, c) {
			bq.Unwanted++
		}
	}
	for _, a := range agents {
		if !q.Accepts(a) || a.Presence == desk.Offline {
			continue
		}
		bq.Staffed++
		if a.Presence == desk.Available && !a.OffHours && a.Free() > 0 {
			bq.Available++
		}
	}
	for _, p := range s.Floor.Peaks(q.ID, now) {
		bq.Hour = append(bq.Hour, Minute{At: p.At, Waiting: p.Waiting})
	}
	return bq
}

// addQueue adds what can be added: counts; shares come from the merged figures.
func addQueue(all, q *BoardQueue) {
	all.Waiting += q.Waiting
	all.Offered += q.Offered
	all.Active += q.Active
	all.Overdue += q.Overdue
	all.Unwanted += q.Unwanted
	all.Later += q.Later
	if q.LongestSince != nil && (all.LongestSince == nil || q.LongestSince.Before(*all.LongestSince)) {
		all.LongestSince = q.LongestSince
	}
	for i, m := range q.Hour {
		all.Hour[i].At = m.At
		all.Hour[i].Waiting += m.Waiting
	}
	all.TargetSeconds, all.TargetShare = q.TargetSeconds, q.TargetShare
}

// countStaff lists the agents with what they hold, each counted once in the totals.
func (s *sockets) countStaff(b *Board, agents []*desk.Agent) {
	for _, a := range agents {
		if !a.Enabled || !desk.Allowed(a.Role, desk.WorkConversation) {
			continue
		}
		held := s.Floor.Held(a.ID)
		// Supervisors and admins are on the floor only when they take part.
		if a.Role != desk.RoleAgent && a.Presence == desk.Offline && len(held) == 0 {
			continue
		}
		ba := BoardAgent{AgentItem: s.api.agentItem(a), Conversations: s.api.conversationItems(held)}
		b.Agents = append(b.Agents, ba)
		if a.Presence != desk.Offline {
			b.Totals.Staffed++
			if a.Presence == desk.Available && !a.OffHours && a.Free() > 0 {
				b.Totals.Available++
			}
		}
	}
}
