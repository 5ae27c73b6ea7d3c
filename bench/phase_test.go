package bench

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"parley/channels/webchat"
)

func testWorld() *world {
	w := newWorld(Config{Agents: 4, Conversations: 40}, webchat.NewTokens(make([]byte, 32)))
	for i := range w.contacts {
		w.contacts[i].agent = i % 4
	}
	return w
}

func frame(kind byte, n int, eventType string) []byte {
	return fmt.Appendf(nil, `{"conversation":{"last_message":{"text":"pm000000099 other"}},"event":{"seq":7,"type":%q},"message":{"id":"x","text":"%s and more"},"seq":7,"type":"change"}`,
		eventType, appendMark(nil, kind, n))
}

func TestTheBooksShowWhatWentWrong(t *testing.T) {
	w := testWorld()
	const base = 500
	p := newPhase(w, base, 0, Load{Rate: 100, Duration: time.Second})
	p.start = time.Now()
	show := func(i, agent int) {
		p.show(w, agent, frame(measured, base+i, "message.received"), p.due(i).Add(3*time.Millisecond))
	}
	owner := func(i int) int { return w.contacts[p.contactOf[i]].agent }
	last := len(p.contactOf) - 1
	for i := range p.contactOf {
		if i == 3 {
			p.answered(i, 503, nil, p.due(i))
			continue
		}
		p.answered(i, 204, nil, p.due(i).Add(time.Millisecond))
		if i != 5 && i != last {
			show(i, owner(i))
		}
	}
	show(8, owner(8))                                                  // again
	show(9, (owner(9)+1)%4)                                            // to somebody else
	p.show(w, 0, frame(measured, base-1, "message.received"), p.start) // of the phase before
	p.show(w, owner(5), frame(measured, base+5, "message.updated"), p.start)
	first := -1 // an earlier message of the contact of the last one
	for i, c := range p.contactOf[:last] {
		if c == p.contactOf[last] {
			first = i
		}
	}
	if first < 0 || p.contactOf[5] == p.contactOf[last] {
		t.Fatal("the plan does not go round")
	}
	show(last, owner(last))
	show(5, owner(5)) // late: after a later one of the same contact
	if lost, duplicates := p.balance(); lost != 0 || duplicates != 1 {
		t.Errorf("lost %d, duplicates %d, want 0 and 1", lost, duplicates)
	}
	p.answered(3, 0, errors.New("cut"), p.start)
	p.acked[3].Store(true) // as if it had been acknowledged and never shown
	f := figures(p, Load{Rate: 100, Duration: time.Second}, usage{statements: 9.9}, 0)
	if f.Lost != 1 || f.Duplicates != 1 || f.Strayed != 1 || f.Reordered != 1 || f.Refused != 2 || f.Messages != 99 {
		t.Errorf("the figures are %+v", f)
	}
	if f.ShownP50 < 3 || f.ShownP50 > 3.1 || f.AcceptP99 < 1 || f.AcceptP99 > 1.1 || f.Statements != 0.1 {
		t.Errorf("shown %v ms, accepted %v ms, %v statements", f.ShownP50, f.AcceptP99, f.Statements)
	}
	if f.judge() == "" {
		t.Error("a rate with losses was taken as carried")
	}
}

func TestAPlanKeepsVisitorsWithinTheirLimit(t *testing.T) {
	w := testWorld()
	for _, rate := range []float64{10, 100, 5000} {
		p := newPhase(w, 0, 0, Load{Rate: rate, Duration: 10 * time.Second})
		by := map[int32]int{}
		for _, c := range p.contactOf {
			by[c]++
		}
		visitors := 0
		for _, c := range w.visitors {
			if per := float64(by[c]) / 10; per > visitorRate+0.1 {
				t.Errorf("at %v a second a visitor writes %v times a second", rate, per)
			}
			visitors += by[c]
		}
		if visitors == 0 || len(by) != len(w.contacts) {
			t.Errorf("at %v a second %d of %d contacts write, %d messages are visitors'", rate, len(by), len(w.contacts), visitors)
		}
	}
}

func TestRepliesCountOnceAtTheirVisitor(t *testing.T) {
	w := testWorld()
	p := newPhase(w, 0, 10, Load{Rate: 10, Replies: 10, Duration: time.Second})
	p.start = time.Now()
	at := p.replyDue(2).Add(4 * time.Millisecond)
	p.showReply(p.replyTo[2], frame(reply, 12, "x"), at)
	p.showReply(p.replyTo[2], frame(reply, 12, "x"), at) // its next status
	p.showReply(p.replyTo[3], frame(reply, 12, "x"), at) // not theirs
	if p.reply.count() != 1 || p.reply.ms(0.5) < 4 || p.reply.ms(0.5) > 4.1 {
		t.Errorf("%d replies, %v ms", p.reply.count(), p.reply.ms(0.5))
	}
}

func TestSeqOf(t *testing.T) {
	if seq, ok := seqOf(frame(measured, 1, "message.received")); !ok || seq != 7 {
		t.Errorf("%d, %t", seq, ok)
	}
	if _, ok := seqOf([]byte(`{"type":"lines","seq":3}`)); ok {
		t.Error("only changes have a number to resume from")
	}
}

func TestRecovered(t *testing.T) {
	for name, c := range map[string]struct {
		seconds []float64
		want    float64
	}{
		"at once":            {[]float64{1, 2, 1, 9}, 0},
		"after a while":      {[]float64{60000, 9, 2, 1, 1, 9}, 2},
		"luck does not do":   {[]float64{9, 1, 9, 1, 1, 9}, -1},
		"too little to tell": {[]float64{1, 1}, -1},
	} {
		if got := recovered(c.seconds, 2); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
