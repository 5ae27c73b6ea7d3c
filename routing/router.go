package routing

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"parley/desk"
)

// Claims is the database's side of routing; each is a conditional update.
type Claims interface {
	Offer(ctx context.Context, p desk.Proposal) error
	ExpireOffer(ctx context.Context, conversation, offer desk.ID) error
}

// Floor is the live picture the router works on.
type Floor interface {
	Lines
	Offers() []*desk.Offer
	Conversation(id desk.ID) *desk.Conversation
	Seq() int64
}

// Router brings waiting customers to agents while it holds the lease.
type Router struct {
	floor  Floor
	claims Claims
	log    *slog.Logger
	now    func() time.Time

	wake    chan struct{}
	leading atomic.Bool

	mu       sync.Mutex
	inflight map[desk.ID]inflight // by conversation
}

// inflight is a claim on its way, or done but not on the floor yet.
type inflight struct {
	proposal desk.Proposal
	cost     int
	channel  desk.Channel
	since    time.Time
}

// claimPatience is after how long a claim whose effect never showed is forgotten.
const claimPatience = 3 * time.Second

// parallelClaims bounds the claims in the database at once.
const parallelClaims = 8

// New makes a router.
func New(floor Floor, claims Claims, log *slog.Logger, now func() time.Time) *Router {
	return &Router{floor: floor, claims: claims, log: log, now: now, wake: make(chan struct{}, 1), inflight: map[desk.ID]inflight{}}
}

// Changed tells the router of a change that the floor has folded in.
func (r *Router) Changed(ch desk.Change) {
	if !r.leading.Load() {
		return
	}
	switch ch.Type {
	case desk.EvMessageReceived, desk.EvMessageCreated, desk.EvMessageStatus, desk.EvMessageUpdated, desk.EvConversationRead, desk.EvContactChanged, desk.EvCSATAnswered:
		return // nothing that routing looks at
	}
	r.Wake()
}

// Wake makes the router look at the lines now.
func (r *Router) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Leading tells whether this node routes.
func (r *Router) Leading() bool { return r.leading.Load() }

// Lead routes until ctx ends: the lease is lost, or the node stops.
func (r *Router) Lead(ctx context.Context) error {
	r.mu.Lock()
	clear(r.inflight)
	r.mu.Unlock()
	r.leading.Store(true)
	defer r.leading.Store(false)
	slots := make(chan struct{}, parallelClaims)
	var claims sync.WaitGroup
	defer claims.Wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-r.wake:
		case <-timer.C:
		}
		now := r.now()
		next := r.endOffers(ctx, now, &claims, slots)
		busy, reserved := r.underway(now)
		l := &look{view: r.floor, room: reserved, now: now}
		p := l.decide(r.floor, busy)
		for _, proposal := range p.Proposals {
			if ctx.Err() != nil {
				return nil
			}
			r.begin(proposal, now)
			slots <- struct{}{}
			claims.Go(func() {
				defer func() { <-slots }()
				r.claim(ctx, proposal)
			})
		}
		if !p.Wake.IsZero() && (next.IsZero() || p.Wake.Before(next)) {
			next = p.Wake
		}
		// Even with nothing to wait for, a look now and then costs little and
		// bounds what a lost wake-up could do.
		wait := 5 * time.Second
		if !next.IsZero() {
			wait = max(time.Millisecond, min(wait, next.Sub(now)))
		}
		timer.Reset(wait)
	}
}

// endOffers times out what rang long enough and tells when the next is due.
func (r *Router) endOffers(ctx context.Context, now time.Time, claims *sync.WaitGroup, slots chan struct{}) (next time.Time) {
	for _, o := range r.floor.Offers() {
		if now.Before(o.ExpiresAt) {
			if next.IsZero() || o.ExpiresAt.Before(next) {
				next = o.ExpiresAt
			}
			continue
		}
		r.mu.Lock()
		_, underway := r.inflight[o.ID]
		if !underway {
			r.inflight[o.ID] = inflight{since: now}
		}
		r.mu.Unlock()
		if underway {
			continue
		}
		slots <- struct{}{}
		claims.Go(func() {
			defer func() { <-slots }()
			if err := r.claims.ExpireOffer(ctx, o.ConversationID, o.ID); err != nil && ctx.Err() == nil {
				r.log.Warn("offer not timed out", "offer", o.ID, "error", err)
			}
		})
	}
	return next
}

func (r *Router) begin(p desk.Proposal, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := inflight{proposal: p, since: now}
	if c := r.floor.Conversation(p.ConversationID); c != nil {
		f.cost, f.channel = c.Cost, c.Channel
	}
	r.inflight[p.ConversationID] = f
}

func (r *Router) claim(ctx context.Context, p desk.Proposal) {
	err := r.claims.Offer(ctx, p)
	if err == nil {
		return // stays underway until the floor shows it
	}
	r.mu.Lock()
	delete(r.inflight, p.ConversationID)
	r.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	if desk.CodeOf(err) == desk.Conflict {
		r.log.Debug("claim came too late", "conversation", p.ConversationID, "agent", p.AgentID, "error", err)
		return // the change that beat it wakes us
	}
	r.log.Warn("claim failed", "conversation", p.ConversationID, "error", err)
}

// underway gives the conversations with a claim whose effect the floor does not
// show yet, and what those claims take from their agents.
func (r *Router) underway(now time.Time) (map[desk.ID]bool, *room) {
	r.mu.Lock()
	defer r.mu.Unlock()
	busy, reserved := map[desk.ID]bool{}, newRoom()
	for id, f := range r.inflight {
		if now.Sub(f.since) > claimPatience {
			delete(r.inflight, id)
			continue
		}
		if f.proposal.ConversationID == "" {
			continue // an offer being timed out
		}
		c := r.floor.Conversation(id)
		if c == nil || c.Epoch > f.proposal.Epoch {
			delete(r.inflight, id)
			continue
		}
		busy[id] = true
		reserved.take(f.proposal.AgentID, &desk.Conversation{Cost: f.cost, Channel: f.channel}, !f.proposal.AutoAccept)
	}
	return busy, reserved
}
