package replay

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"parley/desk"
)

// enough is how many observations of a queue or an agent stand for themselves;
// with fewer, everybody's do.
const enough = 20

// draws is what is known of those who were not observed: made of those who were.
type draws struct {
	patience map[desk.ID]*survival       // by queue, web chat only; "": of all
	handled  map[pool][]time.Duration    // by queue and channel
	answers  map[desk.ID][]*ring         // by agent; "": of all
	aways    map[desk.ID][]time.Duration // after a missed offer, by agent; "": of all
}

type pool struct {
	queue   desk.ID
	channel desk.Channel
}

func newDraws(p *Period) *draws {
	d := &draws{patience: map[desk.ID]*survival{}, handled: map[pool][]time.Duration{}, answers: map[desk.ID][]*ring{}, aways: map[desk.ID][]time.Duration{}}
	seen := map[desk.ID][]lifetime{}
	for _, s := range p.stays {
		if s.held {
			continue
		}
		if s.channel.Live() {
			l := lifetime{s.wait.Seconds(), s.end == abandoned}
			seen[s.queue], seen[""] = append(seen[s.queue], l), append(seen[""], l)
		}
		if s.end == answered && !s.cut {
			for _, k := range []pool{{s.queue, s.channel}, {"", s.channel}, {}} {
				d.handled[k] = append(d.handled[k], s.handled())
			}
		}
		for _, r := range s.offers {
			if r.manual || r.how == desk.OfferWithdrawn {
				continue
			}
			d.answers[r.agent], d.answers[""] = append(d.answers[r.agent], r), append(d.answers[""], r)
			if r.how == desk.OfferTimedOut && r.away > 0 {
				d.aways[r.agent], d.aways[""] = append(d.aways[r.agent], r.away), append(d.aways[""], r.away)
			}
		}
	}
	for queue, list := range seen {
		d.patience[queue] = kaplanMeier(list)
	}
	return d
}

// patienceBeyond draws how long somebody would wait who waited known already.
func (d *draws) patienceBeyond(rng *rand.Rand, queue desk.ID, known time.Duration) time.Duration {
	s := d.patience[queue]
	if s == nil || s.left < enough {
		s = d.patience[""]
	}
	if s == nil {
		return forEver
	}
	return s.draw(rng, known)
}

func (d *draws) handle(rng *rand.Rand, s *stay) time.Duration {
	for _, k := range []pool{{s.queue, s.channel}, {"", s.channel}, {}} {
		if list := d.handled[k]; len(list) >= enough || k == (pool{}) && len(list) > 0 {
			return list[rng.IntN(len(list))]
		}
	}
	return defaultHandle
}

// defaultHandle serves when nothing at all was handled in the period.
const defaultHandle = 5 * time.Minute

// answer draws how an agent answers an offer they never had.
func (d *draws) answer(rng *rand.Rand, agent desk.ID) ring {
	list := d.answers[agent]
	if len(list) < enough {
		list = d.answers[""]
	}
	if len(list) == 0 {
		return ring{how: desk.OfferAccepted, after: 5 * time.Second}
	}
	r := *list[rng.IntN(len(list))]
	r.away = 0
	return r
}

func (d *draws) away(rng *rand.Rand, agent desk.ID) time.Duration {
	list := d.aways[agent]
	if len(list) < enough {
		list = d.aways[""]
	}
	if len(list) == 0 {
		return time.Minute
	}
	return list[rng.IntN(len(list))]
}

// forEver is longer than any period.
const forEver = time.Duration(math.MaxInt64 / 4)

// lifetime is a wait that ended by the customer leaving, or by something else
// first: then their patience was longer than that.
type lifetime struct {
	seconds float64
	left    bool
}

// survival is how many wait longer than a time: the product-limit estimate of
// Kaplan and Meier (1958), and beyond where few are left an exponential with the rate
// of leaving of the whole (leavings / total waiting time).
type survival struct {
	at    []float64 // seconds, rising
	share []float64 // who wait longer than that
	left  int
	rate  float64 // a second
}

// trusted is how many must still be observed for a step of the estimate to count:
// with fewer, one more or less is most of it.
const trusted = 20

func kaplanMeier(list []lifetime) *survival {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b lifetime) int { return cmp.Compare(a.seconds, b.seconds) })
	s := &survival{}
	total, still := 0.0, 1.0
	for i := 0; i < len(list); {
		j, gone := i, 0
		for ; j < len(list) && list[j].seconds == list[i].seconds; j++ {
			total += list[j].seconds
			if list[j].left {
				gone++
			}
		}
		if s.left += gone; gone > 0 && len(list)-i >= trusted {
			still *= 1 - float64(gone)/float64(len(list)-i)
			s.at, s.share = append(s.at, list[i].seconds), append(s.share, still)
		}
		i = j
	}
	if total > 0 {
		s.rate = float64(s.left) / total
	}
	return s
}

// beyond is the share who wait longer than t.
func (s *survival) beyond(t float64) float64 {
	i, found := slices.BinarySearch(s.at, t)
	if found {
		i++
	}
	last, share := 0.0, 1.0
	if i > 0 {
		last, share = s.at[i-1], s.share[i-1]
	}
	if i == len(s.at) && s.rate > 0 {
		return share * math.Exp(-s.rate*(t-last))
	}
	return share
}

// draw gives a patience of those who have more than known.
func (s *survival) draw(rng *rand.Rand, known time.Duration) time.Duration {
	if s.left == 0 || s.rate <= 0 {
		return forEver
	}
	t := known.Seconds()
	// 1 − Float64 is never 0.
	u := (1 - rng.Float64()) * s.beyond(t)
	for i, share := range s.share {
		if share <= u && s.at[i] > t {
			return time.Duration(s.at[i] * float64(time.Second))
		}
	}
	last, share := 0.0, 1.0
	if n := len(s.at); n > 0 {
		last, share = s.at[n-1], s.share[n-1]
	}
	seconds := max(last, t)
	if u > 0 && share > 0 {
		seconds = max(seconds, last+math.Log(share/u)/s.rate)
	}
	return time.Duration(min(seconds*float64(time.Second), float64(forEver)))
}
