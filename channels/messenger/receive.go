package messenger

import (
	"encoding/json"
	"fmt"
	"strings"

	"parley/channels"
	"parley/channels/meta"
	"parley/desk"
)

// event is one item of messaging. The parts stay raw and are read apart.
type event struct {
	sender, recipient string
	at                meta.Stamp
	parts             map[string]json.RawMessage
	raw               json.RawMessage
}

func parse(raw json.RawMessage) *event {
	e := &event{parts: map[string]json.RawMessage{}, raw: raw}
	_ = json.Unmarshal(raw, &e.parts) // not an object: no parts, so ignored
	var who struct {
		ID meta.String `json:"id"`
	}
	if e.part("sender", &who) {
		e.sender = who.ID.Max(100)
	}
	who.ID = ""
	if e.part("recipient", &who) {
		e.recipient = who.ID.Max(100)
	}
	e.part("timestamp", &e.at)
	return e
}

func (e *event) part(name string, into any) bool {
	raw, ok := e.parts[name]
	return ok && string(raw) != "null" && json.Unmarshal(raw, into) == nil
}

func (e *event) has(name string) bool {
	raw, ok := e.parts[name]
	return ok && string(raw) != "null"
}

// Receive implements channels.Adapter. What is about another page than this
// inbox's is left out: the app may serve several.
func (a *Adapter) Receive(in desk.Inbox, r channels.Request) ([]desk.Inbound, error) {
	if err := meta.Verify(in, r); err != nil {
		return nil, err
	}
	env, err := meta.ReadEnvelope(r.Body)
	if err != nil {
		return nil, err
	}
	list := []desk.Inbound{}
	for _, entry := range env.Entries {
		if env.Object != "page" || entry.ID.Max(100) != pageID(in) || pageID(in) == "" {
			a.graph.Log.Warn("messenger entry for another page", "inbox", in.ID, "page", entry.ID.Max(100))
			continue
		}
		for _, raw := range entry.Messaging {
			list = append(list, a.read(in, parse(raw))...)
		}
		// Another app answers these customers now; what they say is not ours.
		for _, raw := range entry.Standby {
			list = append(list, ignored(raw))
		}
		for _, raw := range entry.Changes {
			list = append(list, ignored(raw))
		}
	}
	now := a.graph.Now().UTC()
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

func ignored(raw json.RawMessage) desk.Inbound {
	return desk.Inbound{Kind: desk.InIgnored, ProviderID: "ignored:" + meta.Fingerprint(raw), Raw: raw}
}

func customer(in desk.Inbox, psid string) desk.Identity {
	return desk.Identity{Kind: desk.PSID, Scope: pageID(in), Value: psid, Verified: true}
}

// read tells what an event is by the part it has.
func (a *Adapter) read(in desk.Inbox, e *event) []desk.Inbound {
	page := pageID(in)
	if e.has("message") && e.isEcho() {
		if e.sender != "" && e.sender != page {
			return []desk.Inbound{ignored(e.raw)}
		}
		return []desk.Inbound{e.readEcho(customer(in, e.recipient))}
	}
	if e.sender == "" || e.sender == page || (e.recipient != "" && e.recipient != page) {
		if e.has("message") {
			a.graph.Log.Warn("messenger message without a customer", "inbox", in.ID)
		}
		return []desk.Inbound{ignored(e.raw)}
	}
	who := customer(in, e.sender)
	switch {
	case e.has("message"):
		return []desk.Inbound{e.readMessage(who)}
	case e.has("postback"):
		return []desk.Inbound{e.readPostback(who)}
	case e.has("message_edit"):
		return []desk.Inbound{e.readEdit(who)}
	case e.has("reaction"):
		return []desk.Inbound{e.readReaction(who)}
	case e.has("referral"):
		return []desk.Inbound{e.readReferral(who)}
	case e.has("read"):
		return []desk.Inbound{e.readMark(who)}
	case e.has("delivery"):
		return e.readDelivery(who)
	}
	for _, name := range silent {
		if e.has(name) {
			return []desk.Inbound{ignored(e.raw)}
		}
	}
	return []desk.Inbound{e.unknown(who)}
}

// silent are events of no effect here: opt-ins, the passing of a thread between
// apps, account linking, and typing.
var silent = []string{
	"optin", "pass_thread_control", "take_thread_control", "request_thread_control", "app_roles",
	"account_linking", "policy_enforcement", "typing", "feedback", "messaging_feedback",
}

// unknown shows the agent that something came which Parley does not know.
func (e *event) unknown(who desk.Identity) desk.Inbound {
	kind := "unknown"
	for name := range e.parts {
		if name != "sender" && name != "recipient" && name != "timestamp" && (kind == "unknown" || name < kind) {
			kind = desk.CleanText(name, 60)
		}
	}
	return e.inbound(who, "unnamed:"+meta.Fingerprint(e.raw), desk.Message{Kind: desk.Unsupported, Detail: desk.Detail{Type: kind}})
}

// inbound wraps what a customer said.
func (e *event) inbound(who desk.Identity, providerID string, m desk.Message) desk.Inbound {
	m.Direction, m.Author, m.Status = desk.In, desk.ByCustomer, desk.Received
	if m.Attachments == nil {
		m.Attachments = []desk.Attachment{}
	}
	return desk.Inbound{ProviderID: providerID, Kind: desk.InMessage, Identity: who, At: e.at.Time, Message: &m, Raw: e.raw}
}

func (e *event) readMark(who desk.Identity) desk.Inbound {
	var p struct {
		Watermark meta.Stamp `json:"watermark"`
	}
	if !e.part("read", &p) || p.Watermark.IsZero() {
		return ignored(e.raw)
	}
	return e.watermark(who, p.Watermark, desk.Read)
}

// readDelivery prefers the ids and falls back to the watermark, since the ids
// may be absent.
func (e *event) readDelivery(who desk.Identity) []desk.Inbound {
	var p struct {
		IDs       meta.List  `json:"mids"`
		Watermark meta.Stamp `json:"watermark"`
	}
	if !e.part("delivery", &p) {
		return []desk.Inbound{ignored(e.raw)}
	}
	var list []desk.Inbound
	for _, id := range meta.ReadAll[meta.String](p.IDs) {
		if id.ID() == "" {
			continue
		}
		list = append(list, desk.Inbound{
			ProviderID: "status:" + id.ID() + ":delivered", Kind: desk.InStatus, Identity: who, At: e.at.Time, Raw: e.raw,
			Status: &desk.StatusUpdate{ExternalID: id.ID(), Status: desk.Delivered},
		})
	}
	if len(list) == 0 && !p.Watermark.IsZero() {
		list = append(list, e.watermark(who, p.Watermark, desk.Delivered))
	}
	if len(list) == 0 {
		list = append(list, ignored(e.raw))
	}
	return list
}

func (e *event) watermark(who desk.Identity, at meta.Stamp, s desk.Status) desk.Inbound {
	when := e.at.Time
	if when.IsZero() {
		when = at.Time
	}
	return desk.Inbound{
		ProviderID: fmt.Sprintf("%s:%s:%d", s, who.Value, at.UnixMilli()), Kind: desk.InStatus, Identity: who, At: when, Raw: e.raw,
		Status: &desk.StatusUpdate{Watermark: at.Time, Status: s},
	}
}

func (e *event) isEcho() bool {
	var p struct {
		Echo meta.Bool `json:"is_echo"`
	}
	return e.part("message", &p) && bool(p.Echo)
}

// readEcho reads what the page itself sent: our own message, which its metadata
// names, or a human's in Meta's inbox.
func (e *event) readEcho(to desk.Identity) desk.Inbound {
	var p struct {
		ID       meta.String `json:"mid"`
		Metadata meta.String `json:"metadata"`
	}
	if !e.part("message", &p) || p.ID.ID() == "" || to.Value == "" {
		return ignored(e.raw)
	}
	if ours := strings.TrimSpace(string(p.Metadata)); desk.ValidID(ours) {
		return desk.Inbound{
			ProviderID: "status:" + p.ID.ID() + ":sent", Kind: desk.InStatus, Identity: to, At: e.at.Time, Raw: e.raw,
			Status: &desk.StatusUpdate{MessageID: ours, ExternalID: p.ID.ID(), Status: desk.Sent},
		}
	}
	i := e.readMessage(to)
	i.Kind = desk.InEcho
	m := i.Message
	m.Direction, m.Author, m.Status, m.Outside = desk.Out, desk.ByAgent, desk.Sent, true
	return i
}
