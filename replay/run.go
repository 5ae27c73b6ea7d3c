package replay

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"parley/desk"
)

// Config says how a period is to happen again.
type Config struct {
	Change       *Change // nil: nothing is otherwise
	Name         string  // what the change is called
	Replications int     // 0: 20
	Seed         uint64
	Parallel     int // replications at once; 0: one a processor
}

const (
	usualReplications = 20
	// MostReplications bounds what one request may ask for.
	MostReplications = 200
)

// Result is a period as it was, again, and otherwise.
type Result struct {
	From         time.Time   `json:"from"`
	To           time.Time   `json:"to"`
	Replications int         `json:"replications"`
	Check        Check       `json:"check"`
	Recorded     Side        `json:"recorded"`
	Replayed     *Side       `json:"replayed,omitempty"` // again, with nothing otherwise: what the model gets right
	Changed      *Side       `json:"changed,omitempty"`
	Difference   *Difference `json:"difference,omitempty"` // of Changed from Replayed
	Told         Told        `json:"told"`
	Agents       []Share     `json:"agents"`
	Moved        []Moved     `json:"moved"` // the first who would have got somebody else
	Words        string      `json:"words"`
	Assumptions  []string    `json:"assumptions"`
	Notes        []string    `json:"notes"` // what the log does not tell
}

// Side is the figures of one way the period went.
type Side struct {
	Name string `json:"name"`
	Figures
	Queues []QueueFigures `json:"queues"`

	all []*tally
}

// QueueFigures are those of one queue.
type QueueFigures struct {
	ID     desk.ID `json:"id"`
	Name   string  `json:"name"`
	Target int     `json:"target_seconds"`
	Figures
}

// Difference is what a change makes on the same customers, with half of a 95 %
// confidence interval; null when nothing was drawn.
type Difference struct {
	MeanWait     Estimate `json:"mean_wait"`
	ServiceLevel Estimate `json:"service_level"`
	Abandonment  Estimate `json:"abandoned"`
	Within       Estimate `json:"within"` // customers answered within T
	AbandonedN   Estimate `json:"left"`   // customers
	P90          float64  `json:"p90"`
	P99          float64  `json:"p99"`
	Occupancy    float64  `json:"occupancy"`
}

// Estimate is a mean over replications.
type Estimate struct {
	Mean float64  `json:"mean"`
	Half *float64 `json:"half"`
}

// Told is how the waits that were expected at entry came true, of the answered.
type Told struct {
	Customers int     `json:"customers"`
	Inside    float64 `json:"inside"` // share whose wait was in the range
	Over      float64 `json:"over"`   // share who waited longer than the range
}

func (p *Period) told() Told {
	var t Told
	inside, over := 0, 0
	for _, s := range p.stays {
		if s.told == nil || s.end != answered || s.at.Before(p.From) {
			continue
		}
		t.Customers++
		switch w := s.wait.Seconds(); {
		case w > s.told.High:
			over++
		case w >= s.told.Low:
			inside++
		}
	}
	t.Inside, t.Over = ratio(float64(inside), float64(t.Customers)), ratio(float64(over), float64(t.Customers))
	return t
}

// Share is how many an agent answered.
type Share struct {
	ID       desk.ID `json:"id"`
	Name     string  `json:"name"`
	Recorded int     `json:"recorded"`
	Replayed float64 `json:"replayed"` // mean over replications
	Changed  float64 `json:"changed"`
}

// Moved is a customer who would have got somebody else, in the first replication.
type Moved struct {
	ConversationID desk.ID   `json:"conversation_id"`
	Queue          string    `json:"queue"`
	At             time.Time `json:"at"`
	Was            string    `json:"was"` // agent, or how it ended
	WasWait        float64   `json:"was_wait_seconds"`
	Would          string    `json:"would"`
	WouldWait      float64   `json:"would_wait_seconds"`
}

const mostMoved = 20

// replication is what is kept of one.
type replication struct {
	total  *tally
	queues map[desk.ID]*tally
	agents map[desk.ID]int
	busy   float64
	first  []outcome // of the first replication only
}

// Run lets a period happen again, as it was and with the change. progress, which
// may be nil, is told the share done, 0–1, from one goroutine at a time.
func (p *Period) Run(ctx context.Context, cfg Config, progress func(float64)) (*Result, error) {
	if cfg.Replications == 0 {
		cfg.Replications = usualReplications
	}
	if cfg.Replications < 1 || cfg.Replications > MostReplications {
		return nil, desk.FieldError("replications", "must be between 1 and %d", MostReplications)
	}
	out := &Result{From: p.From, To: p.To, Replications: cfg.Replications, Check: p.Check, Agents: []Share{}, Moved: []Moved{}, Notes: p.Notes}
	if out.Check.Mismatches == nil {
		out.Check.Mismatches = []Mismatch{}
	}
	if out.Notes == nil {
		out.Notes = []string{}
	}
	out.Told = p.told()
	recorded := p.count(p.recorded(), p.busy.share())
	out.Recorded = p.side("recorded", []replication{recorded}, false)
	settings := []*Change{nil}
	if cfg.Change != nil {
		settings = append(settings, cfg.Change)
	}
	all, err := p.replicate(ctx, cfg, settings, progress)
	if err != nil {
		return nil, err
	}
	replayed := p.side("replayed", all[0], true)
	out.Replayed = &replayed
	if cfg.Change != nil {
		changed := p.side(cfg.Name, all[1], true)
		out.Changed, out.Difference = &changed, difference(&changed, &replayed)
		out.Moved = p.moved(all[0][0].first, all[1][0].first)
	}
	out.Agents = p.shares(recorded, all)
	out.Words, out.Assumptions = p.words(out), assumptions(p)
	return out, nil
}

func (p *Period) replicate(ctx context.Context, cfg Config, settings []*Change, progress func(float64)) ([][]replication, error) {
	d := newDraws(p)
	all := make([][]replication, len(settings))
	for i := range all {
		all[i] = make([]replication, cfg.Replications)
	}
	parallel := cfg.Parallel
	if parallel == 0 {
		parallel = runtime.GOMAXPROCS(0)
	}
	type job struct{ setting, n int }
	jobs := make(chan job)
	var mu sync.Mutex
	var running sync.WaitGroup
	var failed error
	done, total := 0, len(settings)*cfg.Replications
	for range min(parallel, total) {
		running.Go(func() {
			for j := range jobs {
				r := newRerun(p, d, settings[j.setting], cfg.Seed+uint64(j.n))
				outcomes, err := r.run(ctx)
				var rep replication
				if err == nil {
					rep = p.count(outcomes, r.busy.share())
					if j.n == 0 {
						rep.first = outcomes
					}
				}
				mu.Lock()
				if err != nil {
					failed = err
				}
				all[j.setting][j.n] = rep
				done++
				if progress != nil {
					progress(float64(done) / float64(total))
				}
				mu.Unlock()
			}
		})
	}
	for n := range cfg.Replications {
		for s := range settings {
			select {
			case jobs <- job{s, n}:
			case <-ctx.Done():
			}
		}
	}
	close(jobs)
	running.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return all, failed
}

// recorded are the outcomes as they were.
func (p *Period) recorded() []outcome {
	out := make([]outcome, len(p.stays))
	for i, s := range p.stays {
		out[i] = outcome{came: !s.held, end: s.end, at: s.at, wait: s.wait, agent: s.agent, queue: s.queue}
	}
	return out
}

// count sums the outcomes of the period up: of those who came within it.
func (p *Period) count(outcomes []outcome, busy float64) replication {
	r := replication{total: &tally{}, queues: map[desk.ID]*tally{}, agents: map[desk.ID]int{}, busy: busy}
	for _, o := range outcomes {
		if !o.came || o.at.Before(p.From) || !o.at.Before(p.To) {
			continue
		}
		target := p.target(o.queue)
		q := r.queues[o.queue]
		if q == nil {
			q = &tally{}
			r.queues[o.queue] = q
		}
		q.add(o, target)
		r.total.add(o, target)
		if o.end == answered {
			r.agents[o.agent]++
		}
	}
	return r
}

func (p *Period) queue(id desk.ID) *desk.Queue {
	for i := len(p.queues) - 1; i >= 0; i-- {
		if ch := p.queues[i]; ch.id == id && ch.queue != nil {
			return ch.queue
		}
	}
	for _, q := range p.base.Queues {
		if q.ID == id {
			return q
		}
	}
	return nil
}

// target is T of a queue as it was at the end of the period.
func (p *Period) target(queue desk.ID) time.Duration {
	if p.targets == nil {
		p.targets = map[desk.ID]time.Duration{}
	}
	t, known := p.targets[queue]
	if !known {
		t = time.Duration(desk.QueueDefaults().TargetSeconds) * time.Second
		if q := p.queue(queue); q != nil {
			t = time.Duration(q.TargetSeconds) * time.Second
		}
		p.targets[queue] = t
	}
	return t
}

func (p *Period) side(name string, all []replication, drawn bool) Side {
	s := Side{Name: name, Queues: []QueueFigures{}}
	ids := map[desk.ID]bool{}
	for _, r := range all {
		s.all = append(s.all, r.total)
		for id := range r.queues {
			ids[id] = true
		}
	}
	s.Figures = summarize(s.all, drawn)
	for _, r := range all {
		s.Occupancy += r.busy / float64(len(all))
	}
	for id := range ids {
		each := make([]*tally, len(all))
		for i, r := range all {
			if each[i] = r.queues[id]; each[i] == nil {
				each[i] = &tally{}
			}
		}
		q := QueueFigures{ID: id, Name: id, Target: int(p.target(id).Seconds()), Figures: summarize(each, drawn)}
		if named := p.queue(id); named != nil {
			q.Name = named.Name
		}
		s.Queues = append(s.Queues, q)
	}
	slices.SortFunc(s.Queues, func(a, b QueueFigures) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
	return s
}

func difference(a, b *Side) *Difference {
	of := func(f func(*tally) float64) Estimate {
		values := make([]float64, len(a.all))
		for i := range a.all {
			values[i] = f(a.all[i]) - f(b.all[i])
		}
		mean, half := meanOf(values)
		return Estimate{mean, half}
	}
	return &Difference{MeanWait: of((*tally).mean), ServiceLevel: of((*tally).level), Abandonment: of((*tally).abandoned),
		Within: of(func(t *tally) float64 { return float64(t.within) }), AbandonedN: of(func(t *tally) float64 { return float64(t.left) }),
		P90: a.P90 - b.P90, P99: a.P99 - b.P99, Occupancy: a.Occupancy - b.Occupancy}
}

func (p *Period) shares(recorded replication, all [][]replication) []Share {
	ids := map[desk.ID]bool{}
	for id := range recorded.agents {
		ids[id] = true
	}
	for _, list := range all {
		for _, r := range list {
			for id := range r.agents {
				ids[id] = true
			}
		}
	}
	mean := func(list []replication, id desk.ID) float64 {
		sum := 0
		for _, r := range list {
			sum += r.agents[id]
		}
		return float64(sum) / float64(len(list))
	}
	out := []Share{}
	for id := range ids {
		s := Share{ID: id, Name: p.names[id], Recorded: recorded.agents[id], Replayed: mean(all[0], id)}
		if len(all) > 1 {
			s.Changed = mean(all[1], id)
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Share) int { return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID)) })
	return out
}

// moved lists customers whom the change brings to somebody else.
func (p *Period) moved(was, would []outcome) []Moved {
	out := []Moved{}
	for i, a := range was {
		b := would[i]
		if !a.came || !b.came || a.end == b.end && a.agent == b.agent || a.at.Before(p.From) {
			continue
		}
		m := Moved{ConversationID: p.stays[i].talk, At: p.stays[i].at, Was: p.how(a), WasWait: a.wait.Seconds(), Would: p.how(b), WouldWait: b.wait.Seconds()}
		if q := p.queue(a.queue); q != nil {
			m.Queue = q.Name
		}
		if out = append(out, m); len(out) == mostMoved {
			break
		}
	}
	return out
}

func (p *Period) how(o outcome) string {
	switch o.end {
	case answered:
		return p.names[o.agent]
	case abandoned:
		return "left"
	case expired:
		return "expired"
	case closed:
		return "closed"
	}
	return "still waiting"
}
