package whatsapp

import (
	"encoding/json"
	"strings"

	"parley/channels"
	"parley/channels/meta"
	"parley/desk"
)

type change struct {
	Field meta.String     `json:"field"`
	Value json.RawMessage `json:"value"`
}

// value is what one change says. The lists stay raw: each item is read apart.
type value struct {
	Metadata struct {
		PhoneNumberID meta.String `json:"phone_number_id"`
	} `json:"metadata"`
	Contacts meta.List `json:"contacts"`
	Messages meta.List `json:"messages"`
	Statuses meta.List `json:"statuses"`
	Echoes   meta.List `json:"message_echoes"`
}

// person is an entry of contacts: who a message's sender is.
type person struct {
	WaID    meta.String `json:"wa_id"`
	UserID  meta.String `json:"user_id"`
	Profile struct {
		Name meta.String `json:"name"`
	} `json:"profile"`
}

// Receive implements channels.Adapter. What is about another phone number than
// this inbox's is left out: the app may serve several.
func (a *Meta) Receive(in desk.Inbox, r channels.Request) ([]desk.Inbound, error) {
	if err := meta.Verify(in, r); err != nil {
		return nil, err
	}
	env, err := meta.ReadEnvelope(r.Body)
	if err != nil {
		return nil, err
	}
	list := []desk.Inbound{}
	if env.Object != "whatsapp_business_account" {
		return list, nil
	}
	now := a.graph.Now().UTC()
	for _, e := range env.Entries {
		for _, raw := range e.Changes {
			list = append(list, a.readChange(in, raw)...)
		}
	}
	for n := range list {
		i := &list[n]
		i.ID, i.InboxID = desk.NewID(), in.ID
		if i.At.IsZero() {
			i.At = now
		}
		if m := i.Message; m != nil {
			m.ID, m.ProviderAt = desk.NewID(), i.At
		}
	}
	meta.Raw(r.Body, list)
	return list, nil
}

func (a *Meta) readChange(in desk.Inbox, raw json.RawMessage) []desk.Inbound {
	var c change
	if err := json.Unmarshal(raw, &c); err != nil {
		a.graph.Log.Warn("whatsapp change unreadable", "inbox", in.ID)
		return []desk.Inbound{ignored(raw)}
	}
	var v value
	if err := json.Unmarshal(c.Value, &v); err != nil {
		a.graph.Log.Warn("whatsapp value unreadable", "inbox", in.ID, "field", c.Field.Max(60))
		return []desk.Inbound{ignored(raw)}
	}
	if id := v.Metadata.PhoneNumberID.ID(); id != "" && id != strings.TrimSpace(in.Config["phone_number_id"]) {
		a.graph.Log.Warn("whatsapp change for another phone number", "inbox", in.ID, "phone_number_id", id)
		return nil
	} else if id == "" && (len(v.Messages) > 0 || len(v.Statuses) > 0 || len(v.Echoes) > 0) {
		a.graph.Log.Warn("whatsapp change without a phone number id", "inbox", in.ID)
		return nil
	}
	people := meta.ReadAll[person](v.Contacts)
	var list []desk.Inbound
	for _, m := range v.Messages {
		list = append(list, a.readMessage(in, m, people))
	}
	for _, s := range v.Statuses {
		list = append(list, readStatus(s))
	}
	for _, e := range v.Echoes {
		list = append(list, readEcho(e))
	}
	if len(list) == 0 {
		return []desk.Inbound{ignored(raw)}
	}
	return list
}

// ignored keeps what has no effect here: news of templates, of the account, of groups.
func ignored(raw json.RawMessage) desk.Inbound {
	return desk.Inbound{Kind: desk.InIgnored, ProviderID: "ignored:" + meta.Fingerprint(raw), Raw: raw}
}

// sender finds who wrote: the wa_id if there is one, else the business-scoped
// user id. Either may stand in the message or only in contacts.
func (m *message) sender(people []person) (desk.Identity, []desk.Identity) {
	from, user := m.From.Max(100), m.FromUser.Max(160)
	p := match(people, from, user)
	if from == "" {
		from = p.WaID.Max(100)
	}
	if user == "" {
		user = p.UserID.Max(160)
	}
	who := desk.Identity{Kind: desk.WhatsAppI, Value: from, Name: p.Profile.Name.Max(200), Verified: true}
	if from == "" {
		who.Kind, who.Value = desk.BSUID, user
	}
	if who.Value == "" {
		return desk.Identity{}, nil
	}
	return who, aliasesOf(who, user)
}

// match finds the entry of contacts that belongs to a sender. One alone is the
// sender's when the message names nobody else.
func match(people []person, from, user string) person {
	for _, p := range people {
		if (from != "" && p.WaID.Max(100) == from) || (user != "" && p.UserID.Max(160) == user) {
			return p
		}
	}
	if len(people) == 1 && (from == "" && user == "") {
		return people[0]
	}
	// wa_id and from may differ in a variant of the same number.
	if len(people) == 1 && from != "" && len(Variants(from)) > 1 && Variants(from)[1] == people[0].WaID.Max(100) {
		return people[0]
	}
	return person{}
}

func (a *Meta) readMessage(in desk.Inbox, raw json.RawMessage, people []person) desk.Inbound {
	m := parse(raw)
	who, aliases := m.sender(people)
	id := m.ID.ID()
	if len(m.parts) == 0 || who.Value == "" || m.Group.ID() != "" {
		a.graph.Log.Warn("whatsapp message of a group or of nobody", "inbox", in.ID, "message", id)
		return ignored(raw)
	}
	if id == "" {
		id = "unnamed:" + meta.Fingerprint(raw)
	}
	out := m.read()
	out.ExternalID, out.Direction, out.Author, out.Status = id, desk.In, desk.ByCustomer, desk.Received
	if m.Type == "system" && m.System.newID() != "" {
		// The customer changed numbers: WhatsApp vouches that both are one person.
		moved := desk.Identity{Kind: desk.WhatsAppI, Value: m.System.newID(), Name: who.Name, Verified: true}
		aliases = append(aliases, moved)
		aliases = append(aliases, aliasesOf(moved, "")...)
	}
	return desk.Inbound{
		ProviderID: id, Kind: desk.InMessage, Identity: who, Aliases: aliases, At: m.At.Time,
		Message: &out, Files: m.files(), Context: m.context(), Raw: raw,
	}
}

// readEcho reads what a human of the company wrote in the phone app.
func readEcho(raw json.RawMessage) desk.Inbound {
	m := parse(raw)
	to, user := m.To.Max(100), m.ToUser.Max(160)
	who := desk.Identity{Kind: desk.WhatsAppI, Value: to, Verified: true}
	if to == "" {
		who.Kind, who.Value = desk.BSUID, user
	}
	id := m.ID.ID()
	if who.Value == "" || id == "" {
		return ignored(raw)
	}
	out := m.read()
	out.ExternalID, out.Direction, out.Author, out.Status, out.Outside = id, desk.Out, desk.ByAgent, desk.Sent, true
	return desk.Inbound{
		ProviderID: id, Kind: desk.InEcho, Identity: who, Aliases: aliasesOf(who, user), At: m.At.Time,
		Message: &out, Files: m.files(), Raw: raw,
	}
}

type status struct {
	ID        meta.String `json:"id"`
	Status    meta.String `json:"status"`
	At        meta.Stamp  `json:"timestamp"`
	Recipient meta.String `json:"recipient_id"`
	User      meta.String `json:"recipient_user_id"`
	Ours      meta.String `json:"biz_opaque_callback_data"`
	Errors    meta.List   `json:"errors"`
}

var statuses = map[string]desk.Status{
	"sent": desk.Sent, "delivered": desk.Delivered, "read": desk.Read, "played": desk.Read, "failed": desk.Failed,
}

func readStatus(raw json.RawMessage) desk.Inbound {
	var s status
	err := json.Unmarshal(raw, &s)
	word := strings.ToLower(s.Status.Max(40))
	next, known := statuses[word]
	if err != nil || !known || s.ID.ID() == "" {
		return ignored(raw)
	}
	who := desk.Identity{Kind: desk.WhatsAppI, Value: s.Recipient.Max(100)}
	if who.Value == "" {
		who.Kind, who.Value = desk.BSUID, s.User.Max(160)
	}
	u := &desk.StatusUpdate{ExternalID: s.ID.ID(), Status: next}
	if ours := s.Ours.ID(); desk.ValidID(ours) {
		u.MessageID = ours
	}
	if next == desk.Failed {
		u.Error = "WhatsApp could not deliver this."
		if errs := meta.ReadAll[meta.Error](s.Errors); len(errs) > 0 {
			u.ErrorCode, u.Error = errs[0].Ref(), meta.Explain(&errs[0])
		}
	}
	return desk.Inbound{
		ProviderID: "status:" + s.ID.ID() + ":" + word, Kind: desk.InStatus, Identity: who, At: s.At.Time, Status: u, Raw: raw,
	}
}
