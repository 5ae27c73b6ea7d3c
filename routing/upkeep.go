package routing

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"parley/desk"
)

// Durable is the work the database knows of, whether or not Redis does.
type Durable interface {
	Unprocessed(ctx context.Context, age time.Duration, limit int) ([]desk.Work, error)
	Unsent(ctx context.Context, age time.Duration, limit int) ([]desk.Work, error)
	Receive(ctx context.Context, ids []desk.ID) error
	GiveUpSending(ctx context.Context) error
}

// Endings are what time does to conversations and presence.
type Endings interface {
	WakeDue(ctx context.Context) error
	Requeue(ctx context.Context, conversation, agent desk.ID) error
	Expire(ctx context.Context, conversation desk.ID) error
	Abandon(ctx context.Context, conversation desk.ID, at time.Time) error
	SetPresence(ctx context.Context, agent desk.ID, p desk.Presence, reason string, next bool, actor desk.ID) error
}

// Streams is where work is put; an error means Redis is away.
type Streams interface {
	PushInbound(ctx context.Context, work []desk.Work) error
	PushOutbound(ctx context.Context, work []desk.Work) error
	// InboundLag is how long work on the streams waits for its turn at present.
	InboundLag(ctx context.Context) (time.Duration, error)
}

// Sender sends messages of the outbox, those of one conversation in order.
type Sender interface {
	Handle(ctx context.Context, ids []desk.ID) error
}

// Sockets tells who is connected anywhere. complete is false while absence
// means nothing yet.
type Sockets interface {
	Connected(ctx context.Context, kind string) (seen map[string]time.Time, complete bool, err error)
}

// Kinds of members of Sockets.
const (
	AgentSockets   = "agents"   // member: agent id
	VisitorSockets = "visitors" // member: conversation id
)

const (
	sweepAge      = 2 * time.Second // older accepted work has missed its stream
	sweepEvery    = time.Second
	sweepLimit    = 1000
	agentGrace    = 30 * time.Second
	visitorGrace  = 45 * time.Second
	presenceEvery = 3 * time.Second
	// silentAfter is how old a last beat is when it ended by itself: nodes beat
	// every 10 s, and take who has closed their last socket off the list at once.
	silentAfter = 20 * time.Second
)

// Upkeep does what time brings: it puts lost work back on the streams, ends
// waits nobody will answer, and notices who has gone.
type Upkeep struct {
	Durable Durable
	Endings Endings
	Streams Streams
	Sockets Sockets
	Sender  Sender
	Floor   interface {
		Floor
		Agents() []*desk.Agent
		Each(func(*desk.Conversation))
	}
	Log *slog.Logger
	Now func() time.Time

	agentsGone   map[desk.ID]time.Time // first noticed absent
	visitorsGone map[desk.ID]absence
	visitorsSeen map[string]time.Time // last beats, as of the last look
	sending      sync.WaitGroup
	busy         atomic.Bool // sending by itself
}

// absence is a visitor without any socket.
type absence struct{ noticed, left time.Time }

// Lead runs the upkeep of the whole center on the node that routes.
func (u *Upkeep) Lead(ctx context.Context) error {
	u.agentsGone, u.visitorsGone, u.visitorsSeen = map[desk.ID]time.Time{}, nil, nil
	sweep, presence := time.NewTicker(sweepEvery), time.NewTicker(presenceEvery)
	defer sweep.Stop()
	defer presence.Stop()
	defer u.sending.Wait()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-sweep.C:
			u.sweep(ctx)
		case <-presence.C:
			u.agents(ctx)
			u.visitors(ctx)
			u.conversations(ctx)
		}
	}
}

// sweep puts accepted and queued work that never reached a stream, or was lost
// from it, back. With Redis away the work is done here and now instead: that is
// slower, and nothing waits for Redis' return.
func (u *Upkeep) sweep(ctx context.Context) {
	age := sweepAge
	if lag, err := u.Streams.InboundLag(ctx); err == nil {
		age += 2 * lag // what is younger is in line, not lost
	}
	work, err := u.Durable.Unprocessed(ctx, age, sweepLimit)
	if err == nil && len(work) > 0 {
		if err = u.Streams.PushInbound(ctx, work); err != nil {
			err = u.process(ctx, work)
		}
	}
	u.warn(ctx, "inbound sweep", err)
	work, err = u.Durable.Unsent(ctx, sweepAge, sweepLimit)
	if err == nil && len(work) > 0 {
		if err = u.Streams.PushOutbound(ctx, work); err != nil {
			u.send(ctx, work)
			err = nil
		}
	}
	u.warn(ctx, "outbound sweep", err)
	u.warn(ctx, "sending", u.Durable.GiveUpSending(ctx))
	u.warn(ctx, "snoozed", u.Endings.WakeDue(ctx))
}

func (u *Upkeep) process(ctx context.Context, work []desk.Work) error {
	ids := make([]desk.ID, 0, len(work))
	for _, w := range work {
		ids = append(ids, w.ID)
	}
	for len(ids) > 0 {
		n := min(200, len(ids))
		if err := u.Durable.Receive(ctx, ids[:n]); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// sendAtOnce is how many conversations messages are sent in at a time.
const sendAtOnce = 16

// send sends without the streams, beside the sweep: a provider that answers
// slowly must not hold everything else up. One round at a time; what a round
// leaves, the next sweep finds again.
func (u *Upkeep) send(ctx context.Context, work []desk.Work) {
	if !u.busy.CompareAndSwap(false, true) {
		return
	}
	var order []string
	of := map[string][]desk.ID{} // conversation ▶ its messages
	for _, w := range work {
		if of[w.Key] == nil {
			order = append(order, w.Key)
		}
		of[w.Key] = append(of[w.Key], w.ID)
	}
	u.sending.Go(func() {
		defer u.busy.Store(false)
		var g errgroup.Group
		g.SetLimit(sendAtOnce)
		for _, key := range order {
			if ctx.Err() != nil {
				break
			}
			g.Go(func() error {
				u.warn(ctx, "sending without Redis", u.Sender.Handle(ctx, of[key]))
				return nil
			})
		}
		_ = g.Wait()
	})
}

// agents sets whoever has had no socket anywhere for the grace offline.
func (u *Upkeep) agents(ctx context.Context) {
	seen, complete, err := u.Sockets.Connected(ctx, AgentSockets)
	if err != nil || !complete {
		clear(u.agentsGone) // nobody knows who is connected
		return
	}
	now := u.Now()
	for _, a := range u.Floor.Agents() {
		if _, here := seen[a.ID]; here || a.Presence == desk.Offline {
			delete(u.agentsGone, a.ID)
			continue
		}
		// Who has just become available by the API has a moment to connect, too.
		since, noticed := u.agentsGone[a.ID]
		if !noticed {
			u.agentsGone[a.ID] = now
		} else if now.Sub(since) >= agentGrace {
			err := u.Endings.SetPresence(ctx, a.ID, desk.Offline, desk.ReasonDisconnected, false, "")
			u.warn(ctx, "presence", err)
			if err == nil {
				delete(u.agentsGone, a.ID)
			}
		}
	}
}

// visitors ends the wait of web chat customers whose sockets are all gone: the
// node that held them may have died with them. They have the grace from when
// that is noticed, and left at their last sign of life.
func (u *Upkeep) visitors(ctx context.Context) {
	seen, complete, err := u.Sockets.Connected(ctx, VisitorSockets)
	if err != nil || !complete {
		u.visitorsGone, u.visitorsSeen = nil, nil
		return
	}
	now := u.Now()
	gone := map[desk.ID]absence{}
	u.Floor.Each(func(c *desk.Conversation) {
		if _, here := seen[c.ID]; here || !c.Channel.Live() || !c.State.InLine() || c.Instead != "" {
			return
		}
		a, noticed := u.visitorsGone[c.ID]
		if !noticed {
			a = absence{noticed: now, left: now}
			if beat, was := u.visitorsSeen[c.ID]; was && now.Sub(beat) > silentAfter {
				a.left = beat
			}
		}
		gone[c.ID] = a
	})
	u.visitorsGone, u.visitorsSeen = gone, seen
	for id, a := range gone {
		if now.Sub(a.noticed) < visitorGrace {
			continue
		}
		err := u.Endings.Abandon(ctx, id, a.left)
		u.warn(ctx, "abandonment", err)
		if err == nil {
			delete(gone, id)
		}
	}
}

// conversations expires what nobody took in time and takes back what an agent
// who is gone still holds.
func (u *Upkeep) conversations(ctx context.Context) {
	now := u.Now()
	type held struct{ conversation, agent desk.ID }
	var expired []desk.ID
	var active []held
	var queueOf = map[desk.ID]desk.ID{}
	u.Floor.Each(func(c *desk.Conversation) {
		queueOf[c.ID] = c.QueueID
		switch {
		case c.State == desk.Waiting && (!c.Channel.Live() || c.Instead != ""):
			expired = append(expired, c.ID)
		case c.State == desk.Active:
			active = append(active, held{c.ID, c.AgentID})
		}
	})
	for _, id := range expired {
		c, q := u.Floor.Conversation(id), u.Floor.Queue(queueOf[id])
		if c != nil && q != nil && q.ExpireHours > 0 && now.Sub(c.RingsFrom()) > time.Duration(q.ExpireHours)*time.Hour {
			u.warn(ctx, "expiry", u.Endings.Expire(ctx, id))
		}
	}
	gone := map[desk.ID]*desk.Agent{}
	for _, a := range u.Floor.Agents() {
		if a.Presence == desk.Offline {
			gone[a.ID] = a
		}
	}
	for _, h := range active {
		a, q := gone[h.agent], u.Floor.Queue(queueOf[h.conversation])
		if a != nil && q != nil && q.RequeueMinutes > 0 && now.Sub(a.PresenceSince) > time.Duration(q.RequeueMinutes)*time.Minute {
			u.warn(ctx, "requeue", u.Endings.Requeue(ctx, h.conversation, h.agent))
		}
	}
}

func (u *Upkeep) warn(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		u.Log.Warn("upkeep: "+what, "error", err)
	}
}
