package demo

import (
	"strings"
	"time"

	"parley/channels/sandbox"
	"parley/desk"
)

// Names of skills; languages are skills.
const (
	billing    = "Billing"
	technical  = "Technical"
	sales      = "Sales"
	returns    = "Returns"
	vipCare    = "VIP care"
	english    = "English"
	italian    = "Italian"
	polish     = "Polish"
	romanian   = "Romanian"
	german     = "German"
	french     = "French"
	spanish    = "Spanish"
	support    = "Support" // a queue
	vipQueue   = "VIP"     // a queue
	agentMail  = "agent@parley.example"
	bossMail   = "supervisor@parley.example"
	adminMail  = "admin@parley.example"
	openedShop = 400 * 24 * time.Hour // how long ago Lumen set all this up
)

var skillList = []struct{ name, about string }{
	{sales, "Advice before a purchase: products, stock, offers"},
	{technical, "How things work, and why they do not"},
	{billing, "Invoices, payments, refunds"},
	{returns, "Sending things back and exchanging them"},
	{vipCare, "Customers with an account manager"},
	{english, ""}, {italian, ""}, {polish, ""}, {romanian, ""}, {german, ""}, {french, ""}, {spanish, ""},
}

// languageSkills by the language a customer writes in.
var languageSkills = map[string]string{"en": english, "it": italian, "pl": polish, "ro": romanian, "de": german}

// staff is who works at Lumen. The agent who logs in first serves every line,
// so that whatever the sandbox's customers want rings there.
var staff = []struct {
	mail, name string
	role       desk.Role
	capacity   int
	pace       float64 // how long answers take, against others
	manner     float64 // how content customers are, 0–1
	skills     map[string]int
}{
	{agentMail, "Ana Ferreira", desk.RoleAgent, 100, 1, 0.8, map[string]int{sales: 4, technical: 4, billing: 3, returns: 4, vipCare: 3, english: 5, italian: 3, spanish: 4}},
	{bossMail, "Samuel Okafor", desk.RoleSupervisor, 100, 1, 0.8, map[string]int{sales: 4, technical: 4, billing: 4, returns: 4, vipCare: 5, english: 5, french: 3}},
	{adminMail, "Mira Lindqvist", desk.RoleAdmin, 60, 1, 0.8, map[string]int{technical: 3, english: 5, german: 3}},
	{"giulia@parley.example", "Giulia Romano", desk.RoleAgent, 100, 0.8, 0.9, map[string]int{sales: 5, returns: 3, english: 4, italian: 5, french: 2}},
	{"katarzyna@parley.example", "Katarzyna Wójcik", desk.RoleAgent, 100, 0.9, 0.85, map[string]int{technical: 5, returns: 4, english: 4, polish: 5, german: 2}},
	{"mihai@parley.example", "Mihai Ionescu", desk.RoleAgent, 100, 1.2, 0.7, map[string]int{technical: 4, billing: 4, english: 4, romanian: 5, italian: 3}},
	{"lukas@parley.example", "Lukas Brandt", desk.RoleAgent, 100, 1.1, 0.75, map[string]int{sales: 3, technical: 3, billing: 3, returns: 3, vipCare: 3, english: 4, german: 5}},
	{"amara@parley.example", "Amara Nwosu", desk.RoleAgent, 120, 0.7, 0.92, map[string]int{sales: 4, technical: 3, billing: 4, returns: 4, vipCare: 5, english: 5, french: 4}},
	{"priya@parley.example", "Priya Raman", desk.RoleAgent, 100, 0.9, 0.88, map[string]int{sales: 3, technical: 5, vipCare: 4, english: 5}},
	{"daniel@parley.example", "Daniel O'Connor", desk.RoleAgent, 80, 1.4, 0.6, map[string]int{sales: 4, billing: 4, english: 5}},
	{"yuki@parley.example", "Yuki Tanaka", desk.RoleAgent, 60, 1, 0.82, map[string]int{sales: 3, technical: 4, english: 4, german: 3}},
	{"leila@parley.example", "Leila Benali", desk.RoleAgent, 100, 1, 0.78, map[string]int{billing: 5, returns: 5, english: 4, french: 5, italian: 2}},
	{"tomas@parley.example", "Tomás Herrera", desk.RoleAgent, 80, 1.2, 0.74, map[string]int{sales: 4, technical: 2, english: 4, spanish: 5, italian: 3}},
}

// setUp makes skills, queues, inboxes and agents.
func (w *world) setUp(publicURL string) {
	at := w.start.Add(-openedShop)
	w.skill, w.queue, w.inbox = map[string]desk.ID{}, map[string]*desk.Queue{}, map[desk.Channel]*desk.Inbox{}
	w.queues = map[desk.ID]*desk.Queue{}
	for _, k := range skillList {
		id := w.id(at)
		w.skill[k.name] = id
		about := k.about
		if about == "" {
			about = "Speaks and writes " + k.name
		}
		w.h.Skills = append(w.h.Skills, desk.Skill{ID: id, Name: k.name, Description: about})
	}
	for i, q := range w.queueList() {
		q.ID, q.CreatedAt = w.id(at), at.Add(time.Duration(i)*time.Minute)
		w.h.Queues = append(w.h.Queues, q)
	}
	for i := range w.h.Queues {
		q := &w.h.Queues[i]
		w.queue[q.Name], w.queues[q.ID] = q, q
	}
	for i, in := range w.inboxList(strings.TrimRight(publicURL, "/")) {
		in.ID, in.CreatedAt, in.Enabled, in.CSAT, in.Requirements = w.id(at), at.Add(time.Duration(i)*time.Minute), true, true, []desk.Requirement{}
		w.h.Inboxes = append(w.h.Inboxes, in)
	}
	for i := range w.h.Inboxes {
		w.inbox[w.h.Inboxes[i].Channel] = &w.h.Inboxes[i]
	}
	for _, s := range staff {
		a := &desk.Agent{ID: w.id(at), Email: s.mail, Name: s.name, Role: s.role, Enabled: true, Capacity: s.capacity, HardCapacity: desk.HardCapacityDefault,
			ChannelLimits: map[desk.Channel]int{}, Skills: map[desk.ID]int{}, Presence: desk.Offline, PresenceSince: at, CreatedAt: at}
		for k, level := range s.skills {
			a.Skills[w.skill[k]] = level
		}
		w.workers = append(w.workers, &worker{Agent: a, pace: s.pace, manner: s.manner})
	}
}

func (w *world) queueList() []desk.Queue {
	needs := func(skill string, level int) []desk.Requirement {
		return []desk.Requirement{{SkillID: w.skill[skill], Level: level}}
	}
	line := func(name string, reqs []desk.Requirement, target int) desk.Queue {
		q := desk.QueueDefaults()
		q.Name, q.Requirements, q.TargetSeconds = name, reqs, target
		return q
	}
	list := []desk.Queue{
		line(sales, needs(sales, 2), 45), line(support, needs(technical, 2), 60), line(billing, needs(billing, 3), 120),
		line(returns, needs(returns, 2), 120), line(vipQueue, needs(vipCare, 3), 20),
	}
	list[2].Hours = &desk.Hours{Zone: "Europe/Rome", Holidays: map[string][]desk.Span{}, Week: map[string][]desk.Span{}}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri"} {
		list[2].Hours.Week[day] = []desk.Span{{From: 8 * 60, To: 19 * 60}}
	}
	list[3].ExpireHours, list[3].TargetShare = 12, 75
	list[4].Priority, list[4].TargetShare, list[4].OfferSeconds = 10, 90, 15
	// Each asks for less with the wait; others help once it is long.
	relax := func(skill string, level int) []desk.Relaxation {
		return []desk.Relaxation{{SkillID: w.skill[skill], Level: level}}
	}
	list[0].Rings = desk.RingPlan{{AfterSeconds: 90, Relax: relax(sales, 1)}, {AfterSeconds: 240, Priority: 5}}
	list[1].Rings = desk.RingPlan{{AfterSeconds: 120, Relax: relax(technical, 1)}, {AfterSeconds: 600, Priority: 5}}
	list[2].Rings = desk.RingPlan{{AfterSeconds: 300, Relax: relax(billing, 2)}}
	list[3].Rings = desk.RingPlan{{AfterSeconds: 900, Priority: 10}}
	list[4].Rings = desk.RingPlan{{AfterSeconds: 30, Relax: relax(vipCare, 2)}, {AfterSeconds: 60, SkillID: w.skill[sales], Priority: 10}}
	return list
}

func (w *world) inboxList(publicURL string) []desk.Inbox {
	return []desk.Inbox{
		{Name: sandbox.InboxWebChat, Label: "Shop chat", Channel: desk.WebChat, Provider: "webchat", QueueID: w.queue[sales].ID,
			Config:   map[string]string{"languages": "en,it,pl,ro,ar"},
			Secrets:  map[string]string{"identity_secret": "demo-identity-secret"},
			Greeting: "Hi, this is Lumen. How can we help?"},
		{Name: sandbox.InboxSMS, Label: "Lumen SMS", Channel: desk.SMS, Provider: "twilio-sms", QueueID: w.queue[support].ID,
			Config:  map[string]string{"account_sid": sandbox.TwilioAccountSID, "from": sandbox.SMSNumber, "base_url": publicURL + sandbox.TwilioPath},
			Secrets: map[string]string{"auth_token": sandbox.TwilioAuthToken}},
		{Name: sandbox.InboxWhatsApp, Label: "Lumen WhatsApp", Channel: desk.WhatsApp, Provider: "meta-whatsapp", QueueID: w.queue[support].ID,
			Config: map[string]string{"phone_number_id": sandbox.WhatsAppPhoneNumberID, "number": sandbox.WhatsAppNumber,
				"api_version": graphVersion, "base_url": publicURL + sandbox.GraphPath},
			Secrets: metaSecrets()},
		{Name: sandbox.InboxMessenger, Label: "Lumen on Facebook", Channel: desk.Messenger, Provider: "meta-messenger", QueueID: w.queue[returns].ID,
			Config:  map[string]string{"page_id": sandbox.MessengerPageID, "api_version": graphVersion, "base_url": publicURL + sandbox.GraphPath},
			Secrets: metaSecrets()},
	}
}

// graphVersion of the demo's inboxes; the sandbox takes any.
const graphVersion = "v23.0"

func metaSecrets() map[string]string {
	return map[string]string{"app_secret": sandbox.MetaAppSecret, "verify_token": sandbox.MetaVerifyToken, "access_token": sandbox.MetaAccessToken}
}
