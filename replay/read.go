package replay

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parley/desk"
)

const (
	pageSize = 5000
	// warmUp is how long before the period reading begins, so that who was
	// assigned when and who holds what is known as it begins.
	warmUp = 24 * time.Hour
	// MostEvents bounds the memory of a replay: up to a kilobyte each.
	MostEvents = 4_000_000
)

// Period is what has been read of the log.
type Period struct {
	From, To time.Time
	Check    Check
	Notes    []string // what the log does not tell

	began    time.Time // From less the warm-up
	base     *desk.Snapshot
	stays    []*stay
	schedule []shift
	queues   []queueChange
	busy     occupied
	names    map[desk.ID]string        // of agents
	targets  map[desk.ID]time.Duration // by queue, once asked for
}

// queueChange is a queue that became another one.
type queueChange struct {
	at    time.Time
	id    desk.ID
	queue *desk.Queue // nil: removed
}

// Read reads the period [from, to), of at most so many events, and makes each
// choice in it again. progress, which may be nil, is told the share done, 0–1.
func Read(ctx context.Context, log Log, from, to time.Time, most int, progress func(float64)) (*Period, error) {
	if !to.After(from) {
		return nil, desk.FieldError("to", "must be after the beginning of the period")
	}
	r := &reading{log: log, most: most, p: &Period{From: from, To: to, began: from.Add(-warmUp), names: map[desk.ID]string{}}, progress: progress}
	var err error
	if r.seq, err = log.SeqBefore(ctx, r.p.began); err != nil {
		return nil, err
	}
	if r.last, err = log.SeqBefore(ctx, to); err != nil {
		return nil, err
	}
	if r.last <= r.seq {
		return nil, desk.FieldError("from", "nothing was recorded between %s and %s", from.Format(time.RFC3339), to.Format(time.RFC3339))
	}
	if r.p.base, r.p.Notes, err = log.PastFloor(ctx, r.seq, r.p.began); err != nil {
		return nil, err
	}
	r.first = r.seq
	r.past = newPast(r.p.base)
	r.scribe = newScribe(r.p)
	r.p.busy = occupied{from: from, to: to}
	for _, a := range r.p.base.Agents {
		r.p.busy.note(a, r.p.began)
	}
	for _, c := range r.p.base.Conversations {
		r.scribe.begin(c)
	}
	if err := r.pages(ctx); err != nil {
		return nil, err
	}
	r.scribe.end()
	for _, a := range r.past.Agents() {
		r.p.busy.note(a, to)
		r.p.names[a.ID] = a.Name
	}
	for _, s := range r.p.stays {
		r.p.target(s.queue)
	}
	return r.p, nil
}

// reading is one pass over the log. Choices lie a little before the events that
// tell of them, so it looks a page ahead.
type reading struct {
	log              Log
	p                *Period
	past             *past
	scribe           *scribe
	seq, first, last int64
	read, most       int
	due              []*desk.Offer // choices to make again, by the change they follow
	offers           map[desk.ID]*desk.Offer
	progress         func(float64)
}

func (r *reading) pages(ctx context.Context) error {
	page, err := r.page(ctx)
	if err != nil {
		return err
	}
	for len(page) > 0 {
		ahead, err := r.page(ctx)
		if err != nil {
			return err
		}
		slices.SortStableFunc(r.due, func(a, b *desk.Offer) int { return int(a.Decision.Seq - b.Decision.Seq) })
		for _, e := range page {
			r.decideBefore(e.Seq)
			s := r.past.follow(e)
			s.offer = r.offers[e.Data.OfferID]
			r.scribe.write(s)
			for _, a := range s.agents {
				r.p.busy.note(a, e.At)
			}
			if e.Type != desk.EvConversationOffered { // it has ended
				delete(r.offers, e.Data.OfferID)
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if r.progress != nil {
			r.progress(float64(page[len(page)-1].Seq-r.first) / float64(r.last-r.first))
		}
		page = ahead
	}
	r.decideBefore(r.last + 1)
	return nil
}

// page reads on, with the offers that the events are about.
func (r *reading) page(ctx context.Context) ([]desk.Event, error) {
	page, err := r.log.PastEvents(ctx, r.seq, r.last, pageSize)
	if err != nil || len(page) == 0 {
		return nil, err
	}
	if r.read += len(page); r.read > r.most {
		return nil, desk.FieldError("from", "the period holds more than %d events, which is more than fits into memory here; choose a shorter one", r.most)
	}
	r.seq = page[len(page)-1].Seq
	if r.offers == nil {
		r.offers = map[desk.ID]*desk.Offer{}
	}
	var ids []desk.ID
	for _, e := range page {
		if id := e.Data.OfferID; id != "" && r.offers[id] == nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	found, err := r.log.OffersByID(ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	for id, o := range found {
		r.offers[id] = o
	}
	for _, e := range page {
		o := r.offers[e.Data.OfferID]
		switch {
		case o == nil || !routed(e) || e.At.Before(r.p.From):
		case o.Decision.Policy == "manual":
			r.p.Check.ByHand++
		case o.Decision.Seq == 0:
			r.p.Check.Unrecorded++
		default:
			r.due = append(r.due, o)
		}
	}
	return page, nil
}

// decideBefore makes those choices again that were made before the event seq.
func (r *reading) decideBefore(seq int64) {
	for len(r.due) > 0 && r.due[0].Decision.Seq < seq {
		r.p.Check.decide(r.past, r.due[0])
		r.due = r.due[1:]
	}
}

// Result in words: "412 of 412 choices came out the same".
func (k *Check) String() string {
	text := fmt.Sprintf("%d of %d recorded choices came out the same", k.Equal, k.Decisions)
	if k.ByHand > 0 {
		text += fmt.Sprintf("; %d more were made by people", k.ByHand)
	}
	if k.Unrecorded > 0 {
		text += fmt.Sprintf("; %d are from before the log kept what the router knew", k.Unrecorded)
	}
	return text + "."
}
