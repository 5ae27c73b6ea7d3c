package faults

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"parley/channels/sandbox"
	"parley/channels/webchat"
	"parley/desk"
	"parley/store"
)

// world is the contact center under test: two queues, one that rings and one
// that accepts for its agents, an inbox of each channel, a dozen agents.
type world struct {
	history store.History
	key     []byte
	tokens  *webchat.Tokens
	inboxes map[desk.Channel]*desk.Inbox
	queues  []desk.ID
	agents  []worker // those who work, then a supervisor and an administrator
}

// worker is somebody with a session.
type worker struct {
	id    desk.ID
	name  string
	role  desk.Role
	token string
}

// offerSeconds is short, so that missed offers happen in a short run.
const offerSeconds = 4

func newWorld(agents int, provider string) *world {
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	w := &world{key: key, tokens: webchat.NewTokens(key), inboxes: map[desk.Channel]*desk.Inbox{}}
	w.history.Passwords = map[desk.ID]string{}
	now := time.Now().UTC()
	general, billing := desk.Skill{ID: desk.NewID(), Name: "General"}, desk.Skill{ID: desk.NewID(), Name: "Billing"}
	w.history.Skills = []desk.Skill{general, billing}
	rings := w.addQueue("Rings", general.ID, now, false)
	takes := w.addQueue("Accepts", billing.ID, now, true)
	w.addInbox(sandbox.InboxSMS, desk.SMS, "twilio-sms", rings, now, map[string]string{
		"account_sid": sandbox.TwilioAccountSID, "from": sandbox.SMSNumber, "base_url": provider + sandbox.TwilioPath}, map[string]string{"auth_token": sandbox.TwilioAuthToken})
	w.addInbox(sandbox.InboxWhatsApp, desk.WhatsApp, "meta-whatsapp", rings, now, map[string]string{
		"phone_number_id": sandbox.WhatsAppPhoneNumberID, "base_url": provider + sandbox.GraphPath},
		map[string]string{"app_secret": sandbox.MetaAppSecret, "verify_token": sandbox.MetaVerifyToken, "access_token": sandbox.MetaAccessToken})
	w.addInbox(sandbox.InboxMessenger, desk.Messenger, "meta-messenger", takes, now, map[string]string{
		"page_id": sandbox.MessengerPageID, "base_url": provider + sandbox.GraphPath},
		map[string]string{"app_secret": sandbox.MetaAppSecret, "verify_token": sandbox.MetaVerifyToken, "access_token": sandbox.MetaAccessToken})
	w.addInbox(sandbox.InboxWebChat, desk.WebChat, "webchat", takes, now, map[string]string{}, map[string]string{})
	for i := range agents {
		skills := map[desk.ID]int{general.ID: 3}
		if i%2 == 0 {
			skills[billing.ID] = 3
		}
		limits := map[desk.Channel]int{}
		if i%4 == 0 {
			limits[desk.Messenger] = 2
		}
		w.addAgent(fmt.Sprintf("Agent %d", i), desk.RoleAgent, skills, limits, now)
	}
	w.addAgent("Supervisor", desk.RoleSupervisor, map[desk.ID]int{}, map[desk.Channel]int{}, now)
	w.addAgent("Admin", desk.RoleAdmin, map[desk.ID]int{}, map[desk.Channel]int{}, now)
	return w
}

func (w *world) addQueue(name string, skill desk.ID, now time.Time, accepts bool) desk.ID {
	q := desk.QueueDefaults()
	q.ID, q.Name, q.AutoAccept, q.CreatedAt, q.OfferSeconds, q.PreferredSeconds = desk.NewID(), name, accepts, now, offerSeconds, 5
	q.Requirements = []desk.Requirement{{SkillID: skill, Level: 2}}
	w.history.Queues = append(w.history.Queues, q)
	w.queues = append(w.queues, q.ID)
	return q.ID
}

func (w *world) addInbox(name string, channel desk.Channel, provider string, queue desk.ID, now time.Time, config, secrets map[string]string) {
	in := desk.Inbox{ID: desk.NewID(), Name: name, Label: name, Channel: channel, Provider: provider, QueueID: queue, Enabled: true,
		Config: config, Secrets: secrets, Requirements: []desk.Requirement{}, CreatedAt: now}
	w.history.Inboxes = append(w.history.Inboxes, in)
	w.inboxes[channel] = &in
}

func (w *world) addAgent(name string, role desk.Role, skills map[desk.ID]int, limits map[desk.Channel]int, now time.Time) {
	a := desk.Agent{ID: desk.NewID(), Email: fmt.Sprintf("%d@faults.example", len(w.agents)), Name: name, Role: role, Enabled: true,
		Capacity: desk.FullCapacity, Skills: skills, ChannelLimits: limits, Presence: desk.Offline, PresenceSince: now, CreatedAt: now}
	w.history.Agents = append(w.history.Agents, a)
	w.history.Passwords[a.ID] = "none" // no password has this hash
	w.agents = append(w.agents, worker{a.ID, name, role, rand.Text() + rand.Text()})
}

// install writes the world into an empty database, with everybody logged in.
func (w *world) install(ctx context.Context, url string) error {
	st, err := store.Open(ctx, store.Config{URL: url, Key: w.key, Node: "faults"})
	if err != nil {
		return err
	}
	defer st.Close()
	if _, err := st.Load(ctx, "faults", &w.history, nil); err != nil {
		return err
	}
	sessions, expiry := st.Sessions(), time.Now().Add(72*time.Hour) // clocks jump by a day
	for _, a := range w.agents {
		data, err := sessions.Encode(expiry, map[string]any{store.SessionAgent: a.id})
		if err == nil {
			err = sessions.CommitCtx(ctx, a.token, data, expiry)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
