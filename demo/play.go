package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/desk"
	"parley/routing"
)

// talk is a conversation with what its people are about to do.
type talk struct {
	c         *desk.Conversation
	who       *customer
	agentName string
	order     string
	email     string
	amount    string
	good      int // of goods
	steps     []step
	next      int
	waited    time.Duration // of this round, for how content the customer is
	offer     *desk.Offer
	keep      bool // stays open when all is said
}

// arrive lets a customer begin to write.
func (w *world) arrive(ch desk.Channel, who *customer) *talk {
	d := w.dialogueFor(who.Language, ch)
	t := &talk{who: who, good: w.rng.IntN(len(goods)), email: who.Email, order: fmt.Sprintf("LM-%d", 20000+w.rng.IntN(480)), steps: slices.Clone(d.steps)}
	if len(who.orders) > 0 {
		t.order = pick(w, who.orders).Number
	}
	if t.email == "" {
		t.email = "orders@mail.example"
	}
	t.amount = fmt.Sprintf("€ %d.00", goods[t.good].cents/100)
	b := books[who.Language]
	if who.VIP && w.rng.IntN(3) > 0 {
		t.steps = slices.Insert(t.steps, 1, step{'A', b.pass}, step{'T', []string{vipQueue, "VIP: see account value and notes before answering."}})
	}
	if w.rng.IntN(5) > 0 {
		t.steps = append(t.steps, step{'C', b.thanks})
		if w.rng.IntN(5) > 1 {
			t.steps = append(t.steps, step{'A', b.bye})
		}
	}
	about := desk.Context{}
	if ch.Live() {
		g := goods[t.good]
		about = desk.Context{Page: strings.TrimRight(w.publicURL, "/") + "/sandbox/shop/" + g.page, Title: g.title, Referrer: pick(w, words(",,https://www.google.com/,https://www.instagram.com/"))}
	}
	t.c = w.begin(ch, who, about)
	w.talks = append(w.talks, t)
	w.latest[pair{t.c.InboxID, who.ID}] = t
	w.hear(t.c, t.fill(pick(w, t.steps[0].text)))
	t.next = 1
	w.stand(t)
	return t
}

// stand puts a conversation that waits into the line, and plans what happens
// when nobody comes.
func (w *world) stand(t *talk) {
	if t.c.State != desk.Waiting {
		return
	}
	w.line = append(w.line, t)
	if !slices.Contains(w.open, t) {
		w.open = append(w.open, t)
	}
	since := t.c.QueuedAt
	still := func() bool { return t.c.State.InLine() && t.c.QueuedAt.Equal(since) }
	if t.c.Channel.Live() {
		w.after(w.patience(), func() {
			if still() {
				w.leave(t, desk.Abandoned, desk.WaitAbandoned, desk.EvConversationGone)
				w.serve()
			}
		})
	} else {
		w.after(time.Duration(w.queues[t.c.QueueID].ExpireHours)*time.Hour, func() {
			if still() && t.c.State == desk.Waiting {
				w.leave(t, desk.Expired, desk.WaitExpired, desk.EvConversationExpired)
			}
		})
		w.after(w.between(8*time.Minute, 40*time.Minute), func() {
			if still() && t.c.State == desk.Waiting {
				w.hear(t.c, pick(w, books[t.who.Language].nudge))
			}
		})
	}
	w.serve()
}

// patience of a visitor. A few only wanted to see what the button does.
func (w *world) patience() time.Duration {
	if w.rng.IntN(40) == 0 {
		return w.between(1500*time.Millisecond, 4900*time.Millisecond)
	}
	return 6*time.Second + time.Duration(w.rng.ExpFloat64()*float64(160*time.Second))
}

// serve offers whom it can from the line, as the router would.
func (w *world) serve() {
	w.widenDue()
	for {
		p, found, wake := routing.Next(floorOf{w}, "", &desk.Decision{At: w.now})
		if !found {
			if wake.After(w.now) && !wake.Equal(w.woken) {
				w.woken = wake
				w.at(wake, w.serve)
			}
			break
		}
		t := w.waiting(p.ConversationID)
		p.Decision.Seq, p.Decision.Position = int64(len(w.h.Events)), w.position(t.c)
		w.offer(t, p.Decision)
		w.ring(t)
	}
	w.line = slices.DeleteFunc(w.line, func(t *talk) bool { return t.c.State != desk.Waiting })
	w.open = slices.DeleteFunc(w.open, func(t *talk) bool { return !t.c.State.Open() })
}

// widenDue lets the steps of ring plans hold that have come.
func (w *world) widenDue() {
	for _, step := range routing.Steps(floorOf{w}, w.now) {
		w.widen(step)
	}
}

// ring lets the agent answer an offer: mostly yes, and soon.
func (w *world) ring(t *talk) {
	offer := t.offer
	rings := offer.ExpiresAt.Sub(w.now)
	still := func() bool { return t.offer == offer }
	back := func(end func(*talk)) {
		if still() {
			end(t)
			w.line = append(w.line, t)
			w.serve()
		}
	}
	switch n := w.rng.IntN(100); {
	case n < 3:
		w.after(w.between(3*time.Second, 10*time.Second), func() { back(w.decline) })
	case n < 7:
		w.after(rings, func() { back(w.miss) })
	default:
		w.after(w.around(8*time.Second, rings-time.Second), func() {
			if !still() {
				return
			}
			t.waited += w.now.Sub(t.c.QueuedAt)
			w.accept(t)
			t.agentName = w.worker(t.c.AgentID).Name
			w.goOn(t)
			w.serve() // the next one may ring
		})
	}
}

// goOn plans the next step of an active conversation.
func (w *world) goOn(t *talk) {
	if t.next >= len(t.steps) {
		if !t.keep {
			w.soon(t, w.around(20*time.Second, 2*time.Minute), func() { w.finish(t) })
		}
		return
	}
	s := t.steps[t.next]
	switch s.who {
	case 'A':
		w.soon(t, w.agentDelay(t), func() { w.reply(t.c, t.fill(pick(w, s.text))); w.onward(t) })
	case 'N':
		w.soon(t, w.between(4*time.Second, 25*time.Second), func() { w.note(t.c, t.c.AgentID, t.fill(s.text[0])); w.onward(t) })
	case 'C':
		w.soon(t, w.customerDelay(t), func() { w.hear(t.c, t.fill(pick(w, s.text))); w.onward(t) })
	case 'T':
		w.soon(t, w.between(5*time.Second, 20*time.Second), func() {
			w.transfer(t, w.queue[s.text[0]], t.fill(s.text[1]))
			t.next++
			w.stand(t)
		})
	case 'Z':
		w.aside(t)
	}
}

// onward is the step after the one just done.
func (w *world) onward(t *talk) {
	t.next++
	w.goOn(t)
}

// soon does something unless the conversation has moved on by then.
func (w *world) soon(t *talk, d time.Duration, do func()) {
	epoch := t.c.Epoch
	w.after(max(d, time.Second), func() {
		if t.c.Epoch == epoch && t.c.State == desk.Active {
			do()
		}
	})
}

func (w *world) agentDelay(t *talk) time.Duration {
	a := w.worker(t.c.AgentID)
	busy := 1 + float64(a.Load-t.c.Cost)/100
	if t.c.Channel.Live() {
		return w.around(time.Duration(24*a.pace*busy*float64(time.Second)), 4*time.Minute)
	}
	return w.around(time.Duration(70*a.pace*busy*float64(time.Second)), 9*time.Minute)
}

func (w *world) customerDelay(t *talk) time.Duration {
	if t.c.Channel.Live() {
		return w.around(28*time.Second, 4*time.Minute)
	}
	return w.around(95*time.Second, 16*time.Minute)
}

// aside snoozes until the customer asks again, if the week is long enough.
func (w *world) aside(t *talk) {
	wait := w.between(90*time.Minute, 19*time.Hour)
	if w.now.Add(wait).After(w.end.Add(-lastCall)) {
		w.onward(t)
		return
	}
	t.next++
	w.soon(t, w.between(5*time.Second, 30*time.Second), func() {
		w.snooze(t, w.now.Add(26*time.Hour))
		w.serve()
		w.after(wait, func() {
			if t.c.State != desk.Snoozed {
				return
			}
			w.hear(t.c, t.fill(pick(w, t.steps[t.next].text)))
			t.next++
			if t.c.State == desk.Waiting {
				w.stand(t)
			} else {
				w.goOn(t)
			}
		})
	})
}

// finish resolves, and plans the rating and, now and then, one more question.
func (w *world) finish(t *talk) {
	w.resolve(t.c)
	w.serve()
	ended := t.c.ResolvedAt
	still := func() bool { return t.c.State == desk.Resolved && t.c.ResolvedAt.Equal(ended) }
	if t.c.CSAT == desk.CSATAsked && w.rng.IntN(100) < 38 {
		answered := w.around(50*time.Second, 3*time.Hour)
		if !t.c.Channel.Live() {
			answered = w.around(4*time.Minute, 9*time.Hour)
		}
		if w.now.Add(answered).Before(w.end.Add(-2 * time.Minute)) {
			w.after(answered, func() {
				if still() {
					score, comment := w.opinion(t)
					w.rate(t.c, score, comment)
				}
			})
		}
	}
	again := w.between(2*time.Hour, 60*time.Hour)
	if w.rng.IntN(100) >= 5 || w.now.Add(again).After(w.end.Add(-lastCall)) {
		return
	}
	w.after(again, func() {
		if !still() {
			return
		}
		b := books[t.who.Language]
		t.steps = []step{{'C', b.again}, {'A', []string{closing[t.who.Language]}}, {'C', b.thanks}}
		t.next, t.waited = 1, 0
		w.hear(t.c, t.fill(pick(w, b.again)))
		w.stand(t)
	})
}

// closing answers whatever is asked once more.
var closing = map[string]string{
	"en": "Hi {name}, I've just checked: all as agreed, and the confirmation is on its way to {email}.",
	"it": "Buongiorno {name}, ho controllato: tutto confermato, la conferma arriva a {email}.",
	"pl": "Dzień dobry {name}, sprawdziłam: wszystko bez zmian, potwierdzenie idzie na {email}.",
	"ro": "Bună ziua {name}, am verificat: totul e în regulă, confirmarea vine la {email}.",
	"de": "Hallo {name}, ich habe nachgesehen: alles wie besprochen, die Bestätigung geht an {email}.",
}

// opinion is what a customer thinks: of the agent, and of the wait.
func (w *world) opinion(t *talk) (int, string) {
	mood := w.worker(t.c.AgentID).manner - min(0.3, t.waited.Minutes()/40) + 0.28*w.rng.NormFloat64()
	score := 1
	for i, limit := range []float64{0.12, 0.3, 0.48, 0.68} {
		if mood > limit {
			score = i + 2
		}
	}
	if w.rng.IntN(3) > 0 {
		return score, ""
	}
	b := books[t.who.Language]
	if score >= 4 {
		return score, t.fill(pick(w, b.praise))
	}
	return score, t.fill(pick(w, b.blame))
}
