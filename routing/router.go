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
	Offer(conversation desk.ID) *desk.Offer
	Conversation(id desk.ID) *desk.Conversation
	Agent(id desk.ID) *desk.Agent
	Each(func(*desk.Conversation))
	Place(conversation desk.ID) (position, of int)
	Seq() int64
}

// Router brings waiting customers to agents while it holds the lease. It is
// told of each change the floor has folded in, keeps an index by that, and asks
// it for the next choices.
type Router struct {
	floor  Floor
	claims Claims
	log    *slog.Logger
	now    func() time.Time

	wake    chan struct{}
	leading atomic.Bool

	mu   sync.Mutex
	news news
}

// news is what has happened since the router last looked.
type news struct {
	talks   map[desk.ID]struct{}
	agents  map[desk.ID]time.Time // when
	config  bool
	answers []answer
}

// answer is how a claim ended.
type answer struct {
	conversation desk.ID // "": an offer was timed out
	err          error
}

func noNews() news {
	return news{talks: map[desk.ID]struct{}{}, agents: map[desk.ID]time.Time{}}
}

// New makes a router.
func New(floor Floor, claims Claims, log *slog.Logger, now func() time.Time) *Router {
	return &Router{floor: floor, claims: claims, log: log, now: now, wake: make(chan struct{}, 1), news: noNews()}
}

// Changed tells the router of a change that the floor has folded in. What it is
// about is read from the floor when the router comes to it, so several changes
// of one thing are one, and the newest counts.
func (r *Router) Changed(ch desk.Change) {
	if !r.leading.Load() {
		return
	}
	switch ch.Type {
	case desk.EvMessageReceived, desk.EvMessageCreated, desk.EvMessageStatus, desk.EvMessageUpdated, desk.EvConversationRead, desk.EvContactChanged, desk.EvCSATAnswered:
		return // nothing that routing looks at
	}
	r.mu.Lock()
	if ch.Conversation != nil {
		r.news.talks[ch.Conversation.ID] = struct{}{}
	}
	if ch.Agent != nil {
		r.news.agents[ch.Agent.ID] = ch.At
	}
	for _, a := range ch.Agents {
		r.news.agents[a.ID] = ch.At
	}
	r.news.config = r.news.config || ch.Type == desk.EvQueueChanged || ch.Type == desk.EvSkillChanged
	r.mu.Unlock()
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

// take empties the news.
func (r *Router) take() news {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.news
	r.news = noNews()
	return n
}

func (r *Router) answered(a answer) {
	r.mu.Lock()
	r.news.answers = append(r.news.answers, a)
	r.mu.Unlock()
	r.Wake()
}

const (
	// claimPatience is after how long a claim whose effect never showed is forgotten.
	claimPatience = 3 * time.Second
	// After a claim that the database refused the picture here is old: its news
	// are on their way, and come before this. After any other failure it is given
	// time to recover.
	conflictPause = 200 * time.Millisecond
	failurePause  = time.Second
	expirePause   = 20 * time.Millisecond // when more offers end at once than fit
	// parallelClaims bounds the claims in the database at once. What cannot be
	// claimed yet is not chosen yet either, so choices are never old.
	parallelClaims = 8
	// syncEvery is how often the whole floor is compared with the index. Nothing
	// depends on it; it bounds what a lost change could do.
	syncEvery = 5 * time.Second
)

// Lead routes until ctx ends: the lease is lost, or the node stops.
func (r *Router) Lead(ctx context.Context) error {
	r.take()
	r.leading.Store(true)
	defer r.leading.Store(false)
	t := &term{Router: r, claimed: map[desk.ID]claim{}, ending: map[desk.ID]time.Time{}}
	defer t.running.Wait()
	t.arrange()
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
		timer.Reset(max(time.Millisecond, t.work(ctx, now).Sub(now)))
	}
}

// term is one time of leading. One goroutine owns it.
type term struct {
	*Router
	index   *Index
	synced  time.Time
	claimed map[desk.ID]claim     // by conversation
	ending  map[desk.ID]time.Time // offers being timed out ▶ since when
	due     time.Time             // when the next offer's time is over; zero: not known
	busy    int                   // claims in the database now
	running sync.WaitGroup
}

// claim is on its way, or refused, or done and not on the floor yet.
type claim struct {
	agent   desk.ID
	refused bool
	until   time.Time // when it is forgotten and the conversation tried again
}

// arrange makes the index by the floor's configuration.
func (t *term) arrange() {
	cfg := IndexConfig{Queues: t.floor.Queues(), Explain: true}
	seen := map[desk.ID]bool{}
	add := func(reqs []desk.Requirement) {
		for _, r := range reqs {
			if k := t.floor.Skill(r.SkillID); k != nil && !seen[k.ID] {
				seen[k.ID] = true
				cfg.Skills = append(cfg.Skills, k)
			}
		}
	}
	for _, q := range cfg.Queues {
		add(q.Requirements)
	}
	for _, a := range t.floor.Agents() {
		for id := range a.Skills {
			add([]desk.Requirement{{SkillID: id}})
		}
	}
	if t.index == nil {
		t.index = NewIndex(cfg)
	} else {
		t.index.Configure(cfg)
	}
	t.synced = time.Time{}
}

// work takes the news in, decides, begins claims, and tells when to look again.
func (t *term) work(ctx context.Context, now time.Time) time.Time {
	t.follow(ctx, t.take(), now)
	next := now.Add(syncEvery)
	sooner := func(at time.Time) {
		if !at.IsZero() && at.Before(next) {
			next = at
		}
	}
	t.endOffers(ctx, now)
	sooner(t.due)
	sooner(t.forget(now))
	if free := parallelClaims - t.busy; free > 0 && ctx.Err() == nil {
		p := t.index.Decide(now, free)
		for _, proposal := range p.Proposals {
			t.begin(ctx, proposal, now)
		}
		sooner(p.Wake) // with more to do, the end of a claim wakes us
	}
	return next
}

// follow brings the index up to what happened.
func (t *term) follow(ctx context.Context, n news, now time.Time) {
	for _, a := range n.answers {
		t.hear(ctx, a, now)
	}
	if n.config {
		t.arrange()
	}
	if now.Sub(t.synced) >= syncEvery {
		t.synced, t.due = now, now
		var open []*desk.Conversation
		t.floor.Each(func(c *desk.Conversation) { open = append(open, c) })
		t.index.Sync(t.floor.Agents(), open, now)
	}
	for id, at := range n.agents {
		if a := t.floor.Agent(id); a != nil {
			t.index.PutAgent(a, at)
		}
	}
	for id := range n.talks {
		if c := t.floor.Conversation(id); c != nil {
			t.index.PutConversation(c)
		} else {
			t.index.RemoveConversation(id)
		}
		if o := t.floor.Offer(id); o != nil && (t.due.IsZero() || o.ExpiresAt.Before(t.due)) {
			t.due = o.ExpiresAt
		}
	}
	for id, c := range t.claimed {
		_, talk := n.talks[id]
		_, agent := n.agents[c.agent]
		if c.refused && (talk || agent) { // this is what the claim came too late for
			t.release(id)
		} else if !t.index.Claimed(id) {
			delete(t.claimed, id)
		}
	}
}

// hear takes in how a claim ended.
func (t *term) hear(ctx context.Context, a answer, now time.Time) {
	t.busy--
	c, known := t.claimed[a.conversation]
	if a.err == nil || !known || ctx.Err() != nil {
		return // a granted claim stays until the floor shows it
	}
	c.refused, c.until = true, now.Add(failurePause)
	if desk.CodeOf(a.err) == desk.Conflict {
		c.until = now.Add(conflictPause)
		t.log.Debug("claim came too late", "conversation", a.conversation, "agent", c.agent, "error", a.err)
	} else {
		t.log.Warn("claim failed", "conversation", a.conversation, "error", a.err)
	}
	t.claimed[a.conversation] = c
}

func (t *term) release(conversation desk.ID) {
	t.index.Release(conversation)
	delete(t.claimed, conversation)
}

// forget gives up on claims whose time is over and tells when the next is due.
func (t *term) forget(now time.Time) (next time.Time) {
	for id, c := range t.claimed {
		if !now.Before(c.until) {
			t.release(id)
		} else if next.IsZero() || c.until.Before(next) {
			next = c.until
		}
	}
	return next
}

// begin claims what was chosen.
func (t *term) begin(ctx context.Context, p desk.Proposal, now time.Time) {
	p.Decision.Position, _ = t.floor.Place(p.ConversationID)
	t.claimed[p.ConversationID] = claim{agent: p.AgentID, until: now.Add(claimPatience)}
	t.busy++
	t.running.Go(func() { t.answered(answer{p.ConversationID, t.claims.Offer(ctx, p)}) })
}

// endOffers times out what rang long enough, when the next is due.
func (t *term) endOffers(ctx context.Context, now time.Time) {
	if t.due.IsZero() || now.Before(t.due) {
		return
	}
	t.due = time.Time{}
	for id, since := range t.ending {
		if now.Sub(since) > claimPatience {
			delete(t.ending, id)
		}
	}
	for _, o := range t.floor.Offers() {
		at := o.ExpiresAt
		if since, underway := t.ending[o.ID]; underway {
			at = since.Add(claimPatience)
		} else if !now.Before(at) && t.busy >= parallelClaims {
			at = now.Add(expirePause)
		} else if !now.Before(at) {
			t.ending[o.ID] = now
			at = now.Add(claimPatience)
			t.busy++
			t.running.Go(func() { t.expire(ctx, o) })
		}
		if t.due.IsZero() || at.Before(t.due) {
			t.due = at
		}
	}
}

func (t *term) expire(ctx context.Context, o *desk.Offer) {
	err := t.claims.ExpireOffer(ctx, o.ConversationID, o.ID)
	if err != nil && ctx.Err() == nil {
		t.log.Warn("offer not timed out", "offer", o.ID, "error", err)
	}
	t.answered(answer{err: err})
}
