package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"parley/desk"
	"parley/store"
)

// A past for the database: conversations as they end up in the tables, over
// half a year, of some hundred thousand contacts. The contacts of the load are
// among them, so that whoever writes under load has a history.

const (
	historySpan = 180 * 24 * time.Hour
	// historyEnd is how long before now it ends: later ends would be continued
	// by the load, and not begun anew.
	historyEnd = 4 * 24 * time.Hour
	// inboundKept is for how long accepted webhooks are there.
	inboundKept = 14 * 24 * time.Hour
	// perConversation is how many messages a conversation has, on average;
	// perContact how many conversations a contact has had.
	perConversation = 9
	perContact      = 4
	// chunkConversations are written at once.
	chunkConversations = 4000
)

// past makes the history of a world.
type past struct {
	w     *world
	rng   *rand.Rand
	now   time.Time
	who   []pastContact
	teams [][]desk.ID // agents by team
	zone  *time.Location
}

type pastContact struct {
	id, identity desk.ID
	name         string
	inbox        *desk.Inbox
	team         int
	made         bool
	kind         desk.IdentityKind
	address      string
}

// fill adds about messages messages to a world's database.
func (w *world) fill(ctx context.Context, st *store.Store, messages int, progress func(done, total int)) error {
	p := newPast(w, messages, time.Now().UTC())
	conversations := max(1, messages/perConversation)
	step := historySpan / time.Duration(max(1, conversations))
	at := p.now.Add(-historyEnd - historySpan)
	chunks := make(chan *store.History, 1)
	go func() {
		defer close(chunks)
		for done := 0; done < conversations; done += chunkConversations {
			h := &store.History{}
			for range min(chunkConversations, conversations-done) {
				at = at.Add(step)
				p.conversation(h, at)
			}
			select {
			case chunks <- h:
			case <-ctx.Done():
				return
			}
		}
	}()
	done := 0
	for h := range chunks {
		if err := st.Append(ctx, h); err != nil {
			return err
		}
		done += len(h.Messages)
		progress(done, max(done, messages))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return st.Analyze(ctx)
}

func newPast(w *world, messages int, now time.Time) *past {
	p := &past{w: w, rng: rand.New(rand.NewPCG(1, 2)), now: now, zone: time.UTC}
	teams := len(w.history.Queues)
	p.teams = make([][]desk.ID, teams)
	for i, a := range w.agents {
		p.teams[i%teams] = append(p.teams[i%teams], a.id)
	}
	team := map[desk.ID]int{}
	for i := range w.history.Inboxes {
		team[w.history.Inboxes[i].ID] = i / 3
	}
	for i := range w.contacts {
		c := &w.contacts[i]
		p.add(c.inbox, team[c.inbox.ID], c.address)
	}
	for i := len(p.who); i < messages/perConversation/perContact; i++ {
		in := &w.history.Inboxes[p.rng.IntN(len(w.history.Inboxes))]
		p.add(in, team[in.ID], fmt.Sprintf("%d%09d", 43+i%7, i))
	}
	return p
}

func (p *past) add(in *desk.Inbox, team int, address string) {
	c := pastContact{inbox: in, team: team, address: address}
	switch in.Channel {
	case desk.SMS:
		c.kind = desk.Phone
		if address[0] != '+' {
			c.address = "+" + address
		}
	case desk.WhatsApp:
		c.kind = desk.WhatsAppI
	default:
		c.kind = desk.Visitor
	}
	p.who = append(p.who, c)
}

// person picks who writes, and makes their rows the first time.
func (p *past) person(h *store.History, at time.Time) *pastContact {
	c := &p.who[p.rng.IntN(len(p.who))]
	if c.made {
		return c
	}
	c.made = true
	c.id, c.identity = desk.NewIDAt(at), desk.NewIDAt(at)
	c.name = givenNames[p.rng.IntN(len(givenNames))] + " " + familyNames[p.rng.IntN(len(familyNames))]
	h.Contacts = append(h.Contacts, desk.Contact{ID: c.id, Name: c.name, Phone: c.address, Language: "en", CreatedAt: at, SeenAt: at})
	h.Identities = append(h.Identities, desk.Identity{ID: c.identity, ContactID: c.id, Kind: c.kind, Value: c.address, Verified: true, CreatedAt: at})
	if c.kind == desk.WhatsAppI { // the provider vouches for the number, too
		h.Identities = append(h.Identities, desk.Identity{ID: desk.NewIDAt(at), ContactID: c.id, Kind: desk.Phone, Value: "+" + c.address, Verified: true, CreatedAt: at})
	}
	return c
}

// between is some time in a range, more often near its beginning.
func (p *past) between(from, to time.Duration) time.Duration {
	x := p.rng.Float64()
	return from + time.Duration(x*x*float64(to-from)).Truncate(time.Microsecond)
}

// conversation plays one from the first message to its end, and writes down
// what the server would have.
func (p *past) conversation(h *store.History, at time.Time) {
	who := p.person(h, at)
	q := &p.w.history.Queues[who.team]
	agent := p.teams[who.team][p.rng.IntN(len(p.teams[who.team]))]
	c := &desk.Conversation{ID: desk.NewIDAt(at), InboxID: who.inbox.ID, Channel: who.inbox.Channel, ContactID: who.id, ContactName: who.name, IdentityID: who.identity,
		QueueID: q.ID, AgentID: agent, State: desk.Resolved, Epoch: 4, Cost: 1, CreatedAt: at, AskedAt: at, HandoffAt: at, Language: "en"}
	t := &talk{past: p, h: h, c: c, q: q, who: who, at: at}
	t.event(desk.EvConversationCreated, "", desk.EventData{To: desk.New, Fields: map[string]string{string(who.kind): who.address}})
	t.hear()
	t.event(desk.EvConversationQueued, "", desk.EventData{From: desk.New, To: desk.Waiting, QueuedAt: at, Cost: 1})
	t.fact(t.measure().Started(c))
	t.at = at.Add(p.between(time.Second, 4*time.Minute))
	t.assigned()
	for range 2 + p.rng.IntN(4) {
		t.answer()
		t.at = t.at.Add(p.between(5*time.Second, 10*time.Minute))
		t.hear()
	}
	t.answer()
	t.resolved()
	h.Conversations = append(h.Conversations, c)
}

// talk is one conversation being played.
type talk struct {
	*past
	h     *store.History
	c     *desk.Conversation
	q     *desk.Queue
	who   *pastContact
	at    time.Time
	asked time.Time // since when an answer is due
}

func (t *talk) measure() desk.Measure { return desk.Measure{Zone: t.zone, Queue: t.q, Now: t.at} }

func (t *talk) fact(list ...desk.Fact) { t.h.Facts = append(t.h.Facts, list...) }

func (t *talk) event(typ desk.EventType, message desk.ID, d desk.EventData) {
	d.Epoch = t.c.Epoch
	e := desk.Event{At: t.at, Type: typ, ConversationID: t.c.ID, ContactID: t.c.ContactID, InboxID: t.c.InboxID, QueueID: t.c.QueueID, MessageID: message, Data: d}
	if !t.c.AcceptedAt.IsZero() {
		e.AgentID = t.c.AgentID
	}
	t.h.Events = append(t.h.Events, e)
}

func (t *talk) message(m desk.Message) *desk.Message {
	m.ID, m.ConversationID, m.ContactID, m.At = desk.NewIDAt(t.at), t.c.ID, t.c.ContactID, t.at
	m.Kind, m.Text = desk.Text, t.words()
	t.h.Messages = append(t.h.Messages, m)
	t.c.LastAt, t.c.LastText, t.c.LastAuthor, t.c.LastAgentID = t.at, desk.Truncate(m.Text, 120), m.Author, m.AgentID
	return &t.h.Messages[len(t.h.Messages)-1]
}

// hear takes a message of the customer in.
func (t *talk) hear() {
	m := t.message(desk.Message{Direction: desk.In, Author: desk.ByCustomer, Status: desk.Received, ExternalID: "SM" + newRun() + newRun()})
	m.ProviderAt = t.at
	t.c.LastCustomerAt, t.asked = t.at, t.at
	t.event(desk.EvMessageReceived, m.ID, desk.EventData{})
	if t.now.Sub(t.at) < inboundKept {
		t.h.Inbound = append(t.h.Inbound, desk.Inbound{ID: desk.NewIDAt(t.at), InboxID: t.c.InboxID, ProviderID: m.ExternalID, Identity: desk.Identity{Kind: t.who.kind, Value: t.who.address},
			At: t.at, Raw: fmt.Appendf(nil, "AccountSid=AC0123456789abcdef0123456789abcdef&ApiVersion=2010-04-01&From=%s&MessageSid=%s&Body=%s", t.who.address, m.ExternalID, m.Text)})
	}
}

func (t *talk) assigned() {
	o := desk.Offer{ID: desk.NewIDAt(t.at), ConversationID: t.c.ID, AgentID: t.c.AgentID, State: desk.OfferAccepted, MadeAt: t.at, ExpiresAt: t.at.Add(time.Minute), EndedAt: t.at,
		Decision: desk.Decision{At: t.at, Policy: t.q.Policy, AgentID: t.c.AgentID, Rule: "least_loaded", Words: "Longest waiting customer; least loaded of the agents with the skills.", Excluded: map[string]int{"no capacity": 3, "offline": 9}}}
	t.h.Offers = append(t.h.Offers, o)
	t.fact(t.measure().LeftLine(t.c, desk.WaitAnswered, t.c.AgentID, t.c.CreatedAt))
	t.c.AcceptedAt = t.at
	t.event(desk.EvConversationAssigned, "", desk.EventData{From: desk.Waiting, To: desk.Active, OfferID: o.ID})
}

// answer is a message of the agent, with what its provider tells of it.
func (t *talk) answer() {
	t.at = t.at.Add(t.between(3*time.Second, 5*time.Minute))
	m := t.message(desk.Message{Direction: desk.Out, Author: desk.ByAgent, AgentID: t.c.AgentID, Status: desk.Read, ExternalID: "SM" + newRun() + newRun()})
	if t.c.AnsweredAt.IsZero() {
		t.c.AnsweredAt = t.at
		t.fact(t.measure().Answered(t.c, t.c.AgentID, t.c.AskedAt, time.Time{})...)
	} else {
		t.fact(t.measure().Answered(t.c, t.c.AgentID, time.Time{}, t.asked)...)
	}
	t.event(desk.EvMessageCreated, m.ID, desk.EventData{})
	if t.c.Channel.Live() {
		m.Status, m.ExternalID = desk.Sent, ""
		return
	}
	t.event(desk.EvMessageStatus, m.ID, desk.EventData{Status: desk.Sent})
	t.event(desk.EvMessageStatus, m.ID, desk.EventData{Status: desk.Delivered})
}

func (t *talk) resolved() {
	t.at = t.at.Add(t.between(time.Second, time.Minute))
	t.c.StateSince, t.c.ResolvedAt = t.at, t.at
	t.fact(t.measure().Resolved(t.c, t.c.AgentID)...)
	t.event(desk.EvConversationResolved, "", desk.EventData{From: desk.Active, To: desk.Resolved})
	if t.rng.IntN(10) == 0 {
		t.c.CSAT, t.c.CSATAskedAt, t.c.CSATAt, t.c.CSATScore = desk.CSATRated, t.at, t.at, 1+t.rng.IntN(5)
		t.fact(t.measure().Count(t.c, desk.CSATSent, t.c.AgentID), t.measure().Rated(t.c, t.c.CSATScore))
		t.event(desk.EvCSATAsked, "", desk.EventData{})
		t.event(desk.EvCSATAnswered, "", desk.EventData{Score: t.c.CSATScore})
	}
}

// words is a text of 20 to some 200 characters.
func (p *past) words() string {
	s := sentences[p.rng.IntN(len(sentences))]
	for p.rng.IntN(3) == 0 {
		s += " " + sentences[p.rng.IntN(len(sentences))]
	}
	return fmt.Sprintf("%s (no. %d)", s, p.rng.IntN(1_000_000))
}

var sentences = []string{
	"Hello, where is my order?", "It should have been here last week, but nothing has come so far.", "Could you have a look, please?",
	"I have checked it for you: the parcel left our warehouse yesterday.", "The invoice shows another amount than the order did.", "Thanks a lot!",
	"Which size would you recommend for somebody of 1.80 m who likes it loose?", "I would like to send it back, how do I get a label?",
	"I have sent the label to your address; it is valid for fourteen days.", "Is it possible to change the delivery address now?",
	"My account does not let me in any more, the password mail never arrives.", "Please look into your spam folder, it may have ended there.",
	"The lamp flickers when I dim it below half.", "You get a new one at no cost, just keep the old one until it is there.", "Perfect, that is all I needed to know.",
}

var givenNames = []string{"Anna", "Ben", "Carla", "David", "Elena", "Felix", "Greta", "Hugo", "Ines", "Jonas", "Klara", "Luca", "Marta", "Noah", "Olga", "Paolo", "Rosa", "Samir", "Tina", "Viktor"}

var familyNames = []string{"Albrecht", "Bianchi", "Costa", "Dubois", "Ek", "Ferrari", "Garcia", "Horvath", "Ionescu", "Jensen", "Kowalski", "Lopez", "Meyer", "Novak", "Olsen", "Popescu",
	"Rossi", "Schmidt", "Tanaka", "Usman", "Vogel", "Weber", "Yilmaz", "Zimmermann"}
