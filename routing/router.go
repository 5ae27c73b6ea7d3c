package routing

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"parley/desk"
)

// Claims is the database's side of routing; each is a conditional update.
type Claims interface {
	Offer(ctx context.Context, p desk.Proposal) error
	ExpireOffer(ctx context.Context, conversation, offer desk.ID) error
	// Climb records steps of ring plans.
	Climb(ctx context.Context, steps []desk.RingStep) error
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
	Whole() *desk.Snapshot
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

	mu      sync.Mutex
	news    news
	partial news // of a commit that has not been told to its end
	answers []answer
}

// news is what has happened since the router last looked, as the floor was
// after the change seq: what is decided by it can be decided again from the log.
type news struct {
	seq    int64
	talks  map[desk.ID]talkNews
	agents map[desk.ID]agentNews
	queues []*desk.Queue // all, when any of them or a skill changed
	setup  int64         // when that was
}

type talkNews struct {
	seq int64
	c   *desk.Conversation // nil: no longer open
}

type agentNews struct {
	seq int64
	a   *desk.Agent
}

// add puts newer news over older.
func (n *news) add(o news) {
	n.seq = o.seq
	if o.queues != nil {
		n.queues, n.setup = o.queues, o.setup
	}
	maps.Copy(n.talks, o.talks)
	maps.Copy(n.agents, o.agents)
}

// answer is how a claim ended.
type answer struct {
	conversation desk.ID         // "": an offer was timed out
	steps        []desk.RingStep // or these were to be recorded
	err          error
}

func noNews() news {
	return news{talks: map[desk.ID]talkNews{}, agents: map[desk.ID]agentNews{}}
}

// New makes a router.
func New(floor Floor, claims Claims, log *slog.Logger, now func() time.Time) *Router {
	return &Router{floor: floor, claims: claims, log: log, now: now, wake: make(chan struct{}, 1), news: noNews(), partial: noNews()}
}

// Changed tells the router of a change right after the floor has folded it in.
// Several changes of one thing are one, the newest; those of one commit count
// together, once the last of them is told.
func (r *Router) Changed(ch desk.Change) {
	if !r.leading.Load() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if concerns(ch) {
		r.note(ch)
	}
	if ch.Rest > 0 || r.partial.seq == 0 {
		return
	}
	r.partial.seq = ch.Seq
	r.news.add(r.partial)
	clear(r.partial.talks)
	clear(r.partial.agents)
	r.partial.seq, r.partial.queues = 0, nil
	r.Wake()
}

// concerns tells whether routing looks at anything that a change is about.
func concerns(ch desk.Change) bool {
	switch ch.Type {
	case desk.EvMessageReceived, desk.EvMessageCreated, desk.EvMessageStatus, desk.EvMessageUpdated, desk.EvConversationRead, desk.EvContactChanged, desk.EvCSATAnswered:
		return len(ch.Agents) > 0
	}
	return true
}

// note keeps what the floor now shows of what a change is about.
func (r *Router) note(ch desk.Change) {
	n := &r.partial
	n.seq = ch.Seq
	if ch.Conversation != nil {
		n.talks[ch.Conversation.ID] = talkNews{ch.Seq, r.floor.Conversation(ch.Conversation.ID)}
	}
	for _, a := range append(ch.Agents[:len(ch.Agents):len(ch.Agents)], ch.Agent) {
		if a != nil {
			n.agents[a.ID] = agentNews{ch.Seq, r.floor.Agent(a.ID)}
		}
	}
	if ch.Type == desk.EvQueueChanged || ch.Type == desk.EvSkillChanged {
		n.queues, n.setup = r.floor.Queues(), ch.Seq
	}
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

// take empties the news and the answers.
func (r *Router) take() (news, []answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n, answers := r.news, r.answers
	r.news, r.answers = noNews(), nil
	return n, answers
}

func (r *Router) answered(a answer) {
	r.mu.Lock()
	r.answers = append(r.answers, a)
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
	r.begin()
	r.leading.Store(true)
	defer r.leading.Store(false)
	t := &term{Router: r, claimed: map[desk.ID]claim{}, ending: map[desk.ID]time.Time{}}
	defer t.running.Wait()
	t.arrange(t.floor.Queues())
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

// begin forgets what an earlier term was told.
func (r *Router) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.news, r.partial, r.answers = noNews(), noNews(), nil
}

// term is one time of leading. One goroutine owns it.
type term struct {
	*Router
	index   *Index
	queues  []*desk.Queue // it was arranged for
	seq     int64         // of the last change the index knows
	synced  time.Time
	base    int64                 // what the whole floor was as of, when last compared
	claimed map[desk.ID]claim     // by conversation
	ending  map[desk.ID]time.Time // offers being timed out ▶ since when
	due     time.Time             // when the next offer's time is over; zero: not known
	busy    int                   // claims in the database now
	steps   []desk.RingStep       // of ring plans, to be recorded
	after   time.Time             // but not before this
	climbs  bool                  // some are being recorded
	running sync.WaitGroup
}

// claim is on its way, or refused, or done and not on the floor yet.
type claim struct {
	agent   desk.ID
	refused bool
	until   time.Time // when it is forgotten and the conversation tried again
}

// arrange makes the index for these queues.
func (t *term) arrange(queues []*desk.Queue) {
	t.queues = queues
	cfg := IndexConfig{Queues: queues, Explain: true}
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
	n, answers := t.take()
	t.follow(ctx, n, answers, now)
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
		t.steps = append(t.steps, p.Steps...)
		for _, proposal := range p.Proposals {
			t.claim(ctx, proposal, now)
		}
		sooner(p.Wake) // with more to do, the end of a claim wakes us
	}
	sooner(t.climb(ctx, now))
	return next
}

// follow brings the index up to what happened.
func (t *term) follow(ctx context.Context, n news, answers []answer, now time.Time) {
	for _, a := range answers {
		t.hear(ctx, a, now)
	}
	if n.queues != nil && n.setup > t.base {
		t.arrange(n.queues)
	}
	t.compare(now)
	t.seq = max(t.seq, n.seq)
	for _, v := range n.agents {
		if v.a != nil && v.seq > t.base {
			t.index.PutAgent(v.a)
		}
	}
	for id, v := range n.talks {
		switch {
		case v.seq <= t.base:
		case v.c != nil:
			t.index.PutConversation(v.c)
		default:
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

// compare makes the index what the whole floor is, now and then. In the middle of
// a commit it is left for the next time: the rest is about to come.
func (t *term) compare(now time.Time) {
	if now.Sub(t.synced) < syncEvery {
		return
	}
	whole := t.floor.Whole()
	if whole == nil {
		return
	}
	if !sameQueues(t.queues, whole.Queues) {
		t.arrange(whole.Queues)
	}
	t.synced, t.due = now, now
	t.base, t.seq = whole.Seq, max(t.seq, whole.Seq)
	t.index.Sync(whole.Agents, whole.Conversations)
}

// sameQueues tells whether two lists, in whatever order, hold the same values.
func sameQueues(a, b []*desk.Queue) bool {
	return len(a) == len(b) && !slices.ContainsFunc(b, func(q *desk.Queue) bool { return !slices.Contains(a, q) })
}

// mostSteps bounds what is recorded at once.
const mostSteps = 200

// climb has steps of ring plans recorded, some at a time. Choosing does not wait
// for that: a step holds once it has come. It tells when to try again.
func (t *term) climb(ctx context.Context, now time.Time) time.Time {
	if t.climbs || len(t.steps) == 0 || ctx.Err() != nil {
		return time.Time{}
	}
	if now.Before(t.after) {
		return t.after
	}
	n := min(mostSteps, len(t.steps))
	steps := slices.Clone(t.steps[:n])
	t.steps = slices.Delete(t.steps, 0, n)
	t.climbs = true
	t.running.Go(func() { t.answered(answer{steps: steps, err: t.claims.Climb(ctx, steps)}) })
	return time.Time{}
}

// climbed takes in how recording steps ended.
func (t *term) climbed(ctx context.Context, a answer, now time.Time) {
	t.climbs = false
	if a.err == nil || ctx.Err() != nil {
		return
	}
	t.log.Warn("steps of ring plans not recorded", "conversations", len(a.steps), "error", a.err)
	t.steps, t.after = append(t.steps, a.steps...), now.Add(failurePause)
}

// hear takes in how a claim ended.
func (t *term) hear(ctx context.Context, a answer, now time.Time) {
	if a.steps != nil {
		t.climbed(ctx, a, now)
		return
	}
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

// claim claims what was chosen.
func (t *term) claim(ctx context.Context, p desk.Proposal, now time.Time) {
	p.Decision.Position, _ = t.floor.Place(p.ConversationID)
	p.Decision.Seq = t.seq
	p.Decision.Steps = t.index.Unrecorded()
	for _, id := range slices.Sorted(maps.Keys(t.claimed)) {
		p.Decision.Claims = append(p.Decision.Claims, desk.Claim{ConversationID: id, AgentID: t.claimed[id].agent})
	}
	t.claimed[p.ConversationID] = claim{agent: p.AgentID, until: now.Add(claimPatience)}
	t.busy++
	t.running.Go(func() { t.answered(answer{conversation: p.ConversationID, err: t.claims.Offer(ctx, p)}) })
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
