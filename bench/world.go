package bench

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"parley/channels/webchat"
	"parley/desk"
	"parley/store"
)

// world is the contact center under load: teams of some twenty agents, each with
// a queue, and for each queue an inbox for SMS, WhatsApp and web chat.
type world struct {
	history  store.History
	agents   []worker
	byID     map[desk.ID]int
	contacts []contact
	phones   []int32 // contacts on SMS and WhatsApp
	visitors []int32 // contacts on web chat
}

// worker is an agent with their session.
type worker struct {
	id    desk.ID
	token string
}

const (
	teamSize = 20
	// visitorShare is one visitor of the web chat in so many contacts; the others
	// write by SMS and WhatsApp in turn.
	visitorShare = 10
)

func newWorld(cfg Config, tokens *webchat.Tokens) *world {
	w := &world{byID: map[desk.ID]int{}}
	h := &w.history
	h.Passwords = map[desk.ID]string{}
	now := time.Now().UTC()
	teams := max(1, cfg.Agents/teamSize)
	inboxes := make([][3]*desk.Inbox, teams)
	for i := range teams {
		skill := desk.Skill{ID: desk.NewID(), Name: fmt.Sprintf("Team %d", i)}
		q := desk.QueueDefaults()
		q.ID, q.Name, q.AutoAccept, q.CreatedAt = desk.NewID(), skill.Name, true, now
		q.Requirements = []desk.Requirement{{SkillID: skill.ID, Level: 1}}
		q.Costs = map[desk.Channel]int{desk.SMS: 1, desk.WhatsApp: 1, desk.WebChat: 1}
		h.Skills, h.Queues = append(h.Skills, skill), append(h.Queues, q)
		inboxes[i] = inboxesOf(i, q.ID, now)
		for _, in := range inboxes[i] {
			h.Inboxes = append(h.Inboxes, *in)
		}
	}
	for i := range cfg.Agents {
		a := desk.Agent{ID: desk.NewID(), Email: fmt.Sprintf("agent%d@bench.example", i), Name: fmt.Sprintf("Agent %d", i), Role: desk.RoleAgent, Enabled: true,
			Capacity: 1000, Skills: map[desk.ID]int{h.Skills[i%teams].ID: 3}, Presence: desk.Offline, PresenceSince: now, CreatedAt: now}
		h.Agents = append(h.Agents, a)
		h.Passwords[a.ID] = "none" // no password has this hash
		w.byID[a.ID] = i
		w.agents = append(w.agents, worker{a.ID, rand.Text() + rand.Text()})
	}
	for i := range cfg.Conversations {
		w.addContact(i, inboxes[i/visitorShare%teams], tokens)
	}
	return w
}

func (w *world) addContact(i int, of [3]*desk.Inbox, tokens *webchat.Tokens) {
	c := contact{agent: -1}
	switch {
	case i%visitorShare == 0:
		c.inbox, c.address = of[2], fmt.Sprintf("%s%06d", newRun(), i)
		c.token = tokens.Sign(webchat.Claims{Inbox: c.inbox.ID, Visitor: c.address, Expires: time.Now().Add(24 * time.Hour)})
		w.visitors = append(w.visitors, int32(i))
	case i%2 == 1:
		c.inbox, c.address = of[0], fmt.Sprintf("+4477009%05d", i)
		w.phones = append(w.phones, int32(i))
	default:
		c.inbox, c.address = of[1], fmt.Sprintf("4477008%05d", i)
		w.phones = append(w.phones, int32(i))
	}
	w.contacts = append(w.contacts, c)
}

func inboxesOf(team int, queue desk.ID, now time.Time) [3]*desk.Inbox {
	make := func(channel desk.Channel, provider string, config, secrets map[string]string) *desk.Inbox {
		name := fmt.Sprintf("bench-%s-%d", channel, team)
		return &desk.Inbox{ID: desk.NewID(), Name: name, Label: name, Channel: channel, Provider: provider, QueueID: queue, Enabled: true,
			Config: config, Secrets: secrets, Requirements: []desk.Requirement{}, CreatedAt: now}
	}
	return [3]*desk.Inbox{
		make(desk.SMS, "twilio-sms", map[string]string{"account_sid": "AC" + newRun() + newRun(), "from": fmt.Sprintf("+1500555%04d", team)}, map[string]string{"auth_token": rand.Text()}),
		make(desk.WhatsApp, "meta-whatsapp", map[string]string{"phone_number_id": fmt.Sprintf("1%014d", team)}, map[string]string{"app_secret": rand.Text()}),
		make(desk.WebChat, "webchat", map[string]string{}, map[string]string{}),
	}
}

// install writes the world into an empty database, with everybody logged in:
// logging in over HTTP costs a password hash each, on purpose. A past of so many
// messages comes with it.
func (w *world) install(ctx context.Context, cfg store.Config, messages int, filling func(done, total int)) error {
	st, err := store.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer st.Close()
	if _, err := st.Load(ctx, "bench", &w.history, nil); err != nil {
		return err
	}
	sessions, expiry := st.Sessions(), time.Now().Add(24*time.Hour)
	for _, a := range w.agents {
		data, err := sessions.Encode(expiry, map[string]any{store.SessionAgent: a.id})
		if err == nil {
			err = sessions.CommitCtx(ctx, a.token, data, expiry)
		}
		if err != nil {
			return err
		}
	}
	if messages > 0 {
		return w.fill(ctx, st, messages, filling)
	}
	return nil
}

// webchats lists the inboxes that visitors come by.
func (w *world) webchats() []*desk.Inbox {
	var out []*desk.Inbox
	for i := range w.history.Inboxes {
		if in := &w.history.Inboxes[i]; in.Channel == desk.WebChat {
			out = append(out, in)
		}
	}
	return out
}
