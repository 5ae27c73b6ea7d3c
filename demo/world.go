package demo

import (
	"container/heap"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"time"

	"parley/desk"
	"parley/routing"
	"parley/store"
)

const (
	week     = 7 * 24 * time.Hour
	quiet    = 2*time.Hour + 20*time.Minute // between the last of the week and now
	lastCall = 80 * time.Minute             // before the end nobody new arrives
	hurry    = 60 * time.Minute             // before the end people come to the point
	covered  = 14 * time.Hour               // before the end every line is staffed, so that it is empty then
	usual    = 600                          // conversations
	// reopenWithin is how long the intake continues an ended conversation.
	reopenWithin = 72 * time.Hour
)

// world is the shop in its week, and the clock it runs on.
type world struct {
	rng        *rand.Rand
	zone       *time.Location
	publicURL  string
	start, end time.Time
	now        time.Time
	due        agenda
	order      int
	h          *store.History

	skill   map[string]desk.ID
	queue   map[string]*desk.Queue // by name
	queues  map[desk.ID]*desk.Queue
	inbox   map[desk.Channel]*desk.Inbox
	workers []*worker

	contacts, owners, regular []*customer
	phones, names             map[string]bool
	psid, orderNo             int

	line     []*talk   // waiting
	open     []*talk   // not over when last served
	woken    time.Time // when the router wants to look again
	expect   *routing.Estimator
	talks    []*talk
	latest   map[pair]*talk
	messages []*desk.Message
	offers   []*desk.Offer
}

type pair struct{ inbox, contact desk.ID }

// worker is an agent at work.
type worker struct {
	*desk.Agent
	pace, manner float64
	onDuty       bool
}

// Past plays the week and gives what it left behind, without passwords.
func Past(o Options, zone *time.Location) *store.History {
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	if o.PublicURL == "" {
		o.PublicURL = "http://localhost:8080"
	}
	if o.Conversations == 0 {
		o.Conversations = usual
	}
	now := o.Now.UTC().Truncate(time.Microsecond)
	end := now.Add(-quiet)
	w := &world{rng: rand.New(rand.NewPCG(o.Seed, 0x4c756d656e)), zone: zone, publicURL: o.PublicURL, start: end.Add(-week), end: end, h: &store.History{},
		phones: map[string]bool{}, names: map[string]bool{}, latest: map[pair]*talk{}}
	w.now = w.start
	w.expect = w.estimator()
	w.setUp(o.PublicURL)
	w.invite()
	w.planShifts()
	w.planArrivals(o.Conversations)
	w.run(end)
	w.epilogue(now)
	w.now = now
	w.widenDue()
	return w.history()
}

// epilogue is what is left for whoever logs in first: one put aside, three in line.
func (w *world) epilogue(now time.Time) {
	w.due = nil
	w.goHome()
	ana := w.workers[0]
	w.now = w.end.Add(2 * time.Minute)
	ana.onDuty = true
	w.present(ana, desk.Available, "", ana.ID)
	t := w.arrive(desk.WhatsApp, w.somebody(desk.WhatsApp))
	t.steps = t.steps[:2] // asked and answered; the rest is for tomorrow
	t.keep = true
	w.run(w.end.Add(10 * time.Minute))
	if t.c.State == desk.Active {
		w.snooze(t, now.Add(20*time.Hour))
	}
	w.goHome()
	for i, ch := range []desk.Channel{desk.SMS, desk.WhatsApp, desk.Messenger} {
		w.due = nil
		w.now = now.Add(-[...]time.Duration{11 * time.Minute, 5 * time.Minute, 80 * time.Second}[i])
		w.arrive(ch, w.stranger(ch))
	}
}

func (w *world) history() *store.History {
	h := w.h
	for _, a := range w.workers {
		h.Agents = append(h.Agents, *a.Agent)
	}
	for _, t := range w.talks {
		t.who.SeenAt = later(t.who.SeenAt, t.c.LastCustomerAt)
		h.Conversations = append(h.Conversations, t.c)
	}
	for _, c := range w.contacts {
		h.Contacts = append(h.Contacts, *c.Contact)
	}
	for _, m := range w.messages {
		h.Messages = append(h.Messages, *m)
	}
	for _, o := range w.offers {
		h.Offers = append(h.Offers, *o)
	}
	return h
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// hourWeight is how much is written at an hour of the shop's day.
var hourWeight = [24]float64{2, 1, 1, 1, 1, 2, 4, 8, 16, 26, 32, 30, 24, 26, 28, 30, 28, 22, 18, 20, 22, 16, 8, 4}

// planArrivals draws when customers come.
func (w *world) planArrivals(n int) {
	span := w.end.Add(-lastCall).Sub(w.start)
	for n > 0 {
		at := w.start.Add(time.Duration(w.rng.Int64N(int64(span))))
		local := at.In(w.zone)
		weight := hourWeight[local.Hour()] / 32
		if d := local.Weekday(); d == time.Saturday || d == time.Sunday {
			weight *= 0.55
		}
		if w.rng.Float64() > weight {
			continue
		}
		n--
		w.at(at.Truncate(time.Microsecond), func() {
			ch := w.someChannel()
			w.arrive(ch, w.somebody(ch))
		})
	}
}

func (w *world) someChannel() desk.Channel {
	chat := 42
	if h := w.now.In(w.zone).Hour(); h < 7 || h > 22 {
		chat = 15
	}
	switch n := w.rng.IntN(58 + chat); {
	case n < chat:
		return desk.WebChat
	case n < chat+28:
		return desk.WhatsApp
	case n < chat+43:
		return desk.SMS
	}
	return desk.Messenger
}

// somebody is who writes next on a channel: often somebody known, but nobody
// whose last conversation there would go on instead.
func (w *world) somebody(ch desk.Channel) *customer {
	if w.rng.IntN(100) < 6 && w.now.Before(w.start.Add(week/3)) {
		if c := pick(w, w.owners); c.by[ch] != nil && w.free(c, ch) {
			return c
		}
	}
	if w.rng.IntN(100) < 48 {
		for range 8 {
			if c := pick(w, w.regular); c.by[ch] != nil && w.free(c, ch) {
				return c
			}
		}
	}
	return w.stranger(ch)
}

func (w *world) free(c *customer, ch desk.Channel) bool {
	t := w.latest[pair{w.inbox[ch].ID, c.ID}]
	return t == nil || !t.c.State.Open() && w.now.Sub(t.c.ResolvedAt) > reopenWithin
}

// rota says who works when, by weekday: 0 Sunday. On Sundays nobody is there
// for returns, which wait till Monday or expire.
var rota = func(day time.Weekday) (early, late, night []int) {
	switch day {
	case time.Saturday:
		return []int{3, 8, 10, 11}, []int{7, 12, 5}, []int{6}
	case time.Sunday:
		return []int{8, 9}, []int{10, 12, 8}, []int{5, 12}
	}
	return []int{0, 4, 9, 11, 3}, []int{7, 5, 12, 8}, []int{6}
}

func (w *world) planShifts() {
	day := w.start.In(w.zone)
	for y, m, d := day.Date(); ; d++ {
		midnight := time.Date(y, m, d-1, 0, 0, 0, 0, w.zone)
		if midnight.After(w.end) {
			break
		}
		early, late, night := rota(midnight.Weekday())
		for _, s := range []struct {
			who      []int
			from, to int // hours
		}{{early, 7, 15}, {late, 13, 22}, {night, 21, 32}} {
			for _, i := range s.who {
				w.shift(w.workers[i], time.Date(y, m, d-1, s.from, 0, 0, 0, w.zone), time.Date(y, m, d-1, s.to, 0, 0, 0, w.zone))
			}
		}
	}
	for _, i := range []int{6, 7} { // they can serve every line
		w.shift(w.workers[i], w.end.Add(-covered), w.end.Add(time.Hour))
	}
}

// shift plans a stay at work, a few minutes early or late like everybody's.
func (w *world) shift(a *worker, from, to time.Time) {
	from = from.Add(time.Duration(w.rng.IntN(600)-300) * time.Second)
	if from.Before(w.start) {
		from = w.start
	}
	if !to.After(from) {
		return
	}
	w.at(from, func() {
		if !a.onDuty {
			a.onDuty = true
			w.present(a, desk.Available, "", a.ID)
			w.planBreak(a)
			w.serve()
		}
	})
	w.at(to, func() {
		if w.stillDue(a, w.now) {
			return
		}
		a.onDuty = false
		w.want(a, desk.Offline)
	})
}

// stillDue tells whether the cover before the end keeps the agent at work.
func (w *world) stillDue(a *worker, at time.Time) bool {
	return (a == w.workers[6] || a == w.workers[7]) && at.After(w.end.Add(-covered)) && at.Before(w.end)
}

// planBreak sends an agent for a break some time later.
func (w *world) planBreak(a *worker) {
	w.after(w.between(25*time.Minute, 90*time.Minute), func() {
		if !a.onDuty {
			return
		}
		if a.Presence == desk.Available && !w.stillDue(a, w.now) {
			w.want(a, pick(w, []desk.Presence{desk.Away, desk.Busy, desk.Away}))
		}
		w.planBreak(a)
	})
}

// goHome ends everybody's day.
func (w *world) goHome() {
	for _, a := range w.workers {
		if a.onDuty = false; a.Presence != desk.Offline {
			w.present(a, desk.Offline, "", a.ID)
		}
	}
}

// agenda is what is due, earliest first, and in the order planned.
type agenda []task

type task struct {
	at    time.Time
	order int
	do    func()
}

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	if !a[i].at.Equal(a[j].at) {
		return a[i].at.Before(a[j].at)
	}
	return a[i].order < a[j].order
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(task)) }
func (a *agenda) Pop() any {
	old := *a
	last := old[len(old)-1]
	*a = old[:len(old)-1]
	return last
}

func (w *world) at(at time.Time, do func()) {
	w.order++
	heap.Push(&w.due, task{at, w.order, do})
}

func (w *world) after(d time.Duration, do func()) {
	w.at(w.now.Add(d.Truncate(time.Microsecond)), do)
}

func (w *world) run(until time.Time) {
	for len(w.due) > 0 && !w.due[0].at.After(until) {
		next := heap.Pop(&w.due).(task)
		w.now = next.at
		next.do()
	}
	w.now = until
}

func (w *world) between(a, b time.Duration) time.Duration {
	return a + time.Duration(w.rng.Int64N(int64(b-a)))
}

// around is a time people take: log-normal about a median, at most cap.
func (w *world) around(median, limit time.Duration) time.Duration {
	d := min(time.Duration(float64(median)*math.Exp(0.6*w.rng.NormFloat64())), limit)
	if w.now.After(w.end.Add(-hurry)) {
		d /= 6
	}
	return d
}

// id is a UUIDv7 for a moment, from the seeded source.
func (w *world) id(at time.Time) desk.ID {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(at.UnixMilli())<<16|0x7000|w.rng.Uint64()&0xfff)
	binary.BigEndian.PutUint64(b[8:], w.rng.Uint64()&(1<<62-1)|1<<63)
	t := hex.EncodeToString(b[:])
	return t[:8] + "-" + t[8:12] + "-" + t[12:16] + "-" + t[16:20] + "-" + t[20:]
}
