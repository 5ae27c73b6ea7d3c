package whatsapp

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"parley/channels/meta"
	"parley/channels/wire"
	"parley/desk"
)

// message is one of WhatsApp's. The parts for its type are read apart, so that
// an odd one leaves the sender and the id readable.
type message struct {
	ID       meta.String `json:"id"`
	From     meta.String `json:"from"`
	FromUser meta.String `json:"from_user_id"`
	To       meta.String `json:"to"`
	ToUser   meta.String `json:"to_user_id"`
	At       meta.Stamp  `json:"timestamp"`
	Type     meta.String `json:"type"`
	Group    meta.String `json:"group_id"`
	System   system
	parts    map[string]json.RawMessage
}

// parse reads as much as it can; every field is read apart.
func parse(raw json.RawMessage) *message {
	m := &message{parts: map[string]json.RawMessage{}}
	_ = json.Unmarshal(raw, &m.parts) // not an object: no parts, so no sender
	for name, into := range map[string]any{
		"id": &m.ID, "from": &m.From, "from_user_id": &m.FromUser, "to": &m.To, "to_user_id": &m.ToUser,
		"timestamp": &m.At, "type": &m.Type, "group_id": &m.Group, "system": &m.System,
	} {
		m.part(name, into)
	}
	return m
}

// part reads the part of that name and tells whether it was there and readable.
func (m *message) part(name string, into any) bool {
	raw, ok := m.parts[name]
	return ok && string(raw) != "null" && json.Unmarshal(raw, into) == nil
}

type media struct {
	ID       meta.String `json:"id"`
	Link     meta.String `json:"link"`
	URL      meta.String `json:"url"`
	MIME     meta.String `json:"mime_type"`
	Caption  meta.String `json:"caption"`
	Filename meta.String `json:"filename"`
	Voice    meta.Bool   `json:"voice"`
	Animated meta.Bool   `json:"animated"`
}

var mediaKinds = map[meta.String]desk.Kind{
	"image": desk.Image, "video": desk.Video, "audio": desk.Audio, "voice": desk.Audio,
	"document": desk.File, "sticker": desk.Sticker,
}

// files are the message's file, if its type is one and it says where to find it.
func (m *message) files() []desk.InboundFile {
	kind, ok := mediaKinds[m.Type]
	var f media
	if !ok || !m.part(string(m.Type), &f) {
		return nil
	}
	source := f.ID.ID()
	for _, u := range []meta.String{f.URL, f.Link} {
		if source == "" {
			source = u.Max(2048)
		}
	}
	if source == "" {
		return nil
	}
	mimeType := f.MIME.Max(200)
	name := wire.CleanName(string(f.Filename))
	if name == "" {
		name = wire.NameFor(kind, mimeType)
	}
	return []desk.InboundFile{{Kind: kind, Name: name, Type: mimeType, Source: source}}
}

// read is what the message says, in the plainest form that keeps it whole.
func (m *message) read() desk.Message {
	out := desk.Message{Attachments: []desk.Attachment{}}
	out.ReplyTo = m.contextOf().ID.ID()
	if kind, ok := mediaKinds[m.Type]; ok {
		var f media
		if m.part(string(m.Type), &f) && len(m.files()) > 0 {
			out.Kind, out.Text = kind, string(f.Caption)
			if bool(f.Voice) {
				out.Detail.Type = "voice"
			}
			return out
		}
	} else if read := m.reader(); read != nil && read(m, &out) {
		return out
	} else if ref := m.referral(); m.Type == "" && ref.SourceURL != "" {
		out.Kind, out.Text, out.Detail.URL = desk.Referral, ref.Headline.Max(500), wire.CleanURL(string(ref.SourceURL))
		return out
	}
	return m.unsupported()
}

// unsupported is what is shown for a message that cannot be understood.
func (m *message) unsupported() desk.Message {
	out := desk.Message{Kind: desk.Unsupported, Attachments: []desk.Attachment{}, ReplyTo: m.contextOf().ID.ID()}
	out.Detail.Type = m.Type.Max(60)
	if out.Detail.Type == "" {
		out.Detail.Type = "unknown"
	}
	var list meta.List
	if m.part("errors", &list) {
		if errs := meta.ReadAll[meta.Error](list); len(errs) > 0 {
			out.Detail.Payload = errs[0].Ref()
		}
	}
	return out
}

// reader of the message's type; it tells whether the message's part was readable.
func (m *message) reader() func(*message, *desk.Message) bool {
	switch m.Type {
	case "text":
		return readText
	case "location":
		return readLocation
	case "contacts":
		return readContacts
	case "interactive":
		return readInteractive
	case "button":
		return readButton
	case "reaction":
		return readReaction
	case "order":
		return readOrder
	case "system":
		return readSystem
	case "edit":
		return readEdit
	case "revoke":
		return readRevoke
	}
	return nil
}

func readText(m *message, out *desk.Message) bool {
	var p struct {
		Body meta.String `json:"body"`
	}
	if !m.part("text", &p) || p.Body == "" {
		return false
	}
	out.Kind, out.Text = desk.Text, string(p.Body)
	return true
}

func readLocation(m *message, out *desk.Message) bool {
	var p struct {
		Latitude  *meta.Number `json:"latitude"`
		Longitude *meta.Number `json:"longitude"`
		Name      meta.String  `json:"name"`
		Address   meta.String  `json:"address"`
		URL       meta.String  `json:"url"`
	}
	if !m.part("location", &p) || p.Latitude == nil || p.Longitude == nil {
		return false
	}
	out.Kind = desk.Location
	out.Detail = desk.Detail{
		Latitude: float64(*p.Latitude), Longitude: float64(*p.Longitude),
		Name: p.Name.Max(500), Address: p.Address.Max(1000), URL: wire.CleanURL(string(p.URL)),
	}
	out.Text = placeText(out.Detail)
	return true
}

func readContacts(m *message, out *desk.Message) bool {
	type card struct {
		Name struct {
			Formatted meta.String `json:"formatted_name"`
			First     meta.String `json:"first_name"`
			Last      meta.String `json:"last_name"`
		} `json:"name"`
		Phones []struct {
			Phone meta.String `json:"phone"`
			WaID  meta.String `json:"wa_id"`
		} `json:"phones"`
		Org struct {
			Company meta.String `json:"company"`
		} `json:"org"`
	}
	var list meta.List
	if !m.part("contacts", &list) {
		return false
	}
	var lines []string
	for _, c := range meta.ReadAll[card](list) {
		name := c.Name.Formatted.Max(200)
		if name == "" {
			name = strings.TrimSpace(c.Name.First.Max(100) + " " + c.Name.Last.Max(100))
		}
		line := []string{name}
		for _, p := range c.Phones {
			line = append(line, p.Phone.Max(60))
		}
		line = append(line, c.Org.Company.Max(200))
		line = slices.DeleteFunc(line, func(s string) bool { return s == "" })
		if len(line) == 0 {
			continue
		}
		if len(lines) == 0 {
			out.Detail.Name = name
			if len(c.Phones) > 0 {
				out.Detail.Phone = c.Phones[0].Phone.Max(60)
			}
		}
		lines = append(lines, strings.Join(line, ", "))
	}
	out.Kind, out.Text = desk.ContactCard, strings.Join(lines, "\n")
	return len(lines) > 0
}

func readInteractive(m *message, out *desk.Message) bool {
	var p struct {
		Type   meta.String `json:"type"`
		Button *choice     `json:"button_reply"`
		List   *choice     `json:"list_reply"`
		Flow   *struct {
			Response meta.String `json:"response_json"`
			Body     meta.String `json:"body"`
			Name     meta.String `json:"name"`
		} `json:"nfm_reply"`
	}
	if !m.part("interactive", &p) {
		return false
	}
	out.Kind, out.Detail.Type = desk.Choice, p.Type.Max(60)
	switch {
	case p.Button != nil:
		out.Text, out.Detail.Payload = string(p.Button.Title), p.Button.ID.Max(4096)
	case p.List != nil:
		out.Text, out.Detail.Payload = string(p.List.Title), p.List.ID.Max(4096)
	case p.Flow != nil:
		out.Text, out.Detail.Payload = flowText(p.Flow.Response, p.Flow.Body), p.Flow.Response.Max(16<<10)
		out.Detail.Name = p.Flow.Name.Max(200)
	}
	return out.Text != "" || out.Detail.Payload != ""
}

type choice struct {
	ID    meta.String `json:"id"`
	Title meta.String `json:"title"`
}

// flowText lists the answers of a form, one a line, in the order of their names.
func flowText(response, body meta.String) string {
	var answers map[string]json.RawMessage
	if json.Unmarshal([]byte(response), &answers) != nil {
		return string(body)
	}
	var lines []string
	for name, raw := range answers {
		var v meta.String
		if name == "flow_token" || json.Unmarshal(raw, &v) != nil || v == "" {
			continue
		}
		lines = append(lines, desk.CleanText(name, 100)+": "+string(v))
	}
	slices.Sort(lines)
	if len(lines) == 0 {
		return string(body)
	}
	return desk.CleanText(strings.Join(lines, "\n"), meta.MaxText)
}

func readButton(m *message, out *desk.Message) bool {
	var p struct {
		Payload meta.String `json:"payload"`
		Text    meta.String `json:"text"`
	}
	if !m.part("button", &p) || (p.Text == "" && p.Payload == "") {
		return false
	}
	out.Kind, out.Text, out.Detail.Payload = desk.Choice, string(p.Text), p.Payload.Max(4096)
	return true
}

func readReaction(m *message, out *desk.Message) bool {
	var p struct {
		Message meta.String `json:"message_id"`
		Emoji   meta.String `json:"emoji"`
	}
	if !m.part("reaction", &p) {
		return false
	}
	out.Kind, out.Detail.Target, out.Detail.Emoji = desk.Reaction, p.Message.ID(), p.Emoji.Max(64)
	out.Text = out.Detail.Emoji
	if out.Text == "" {
		out.Text = "Reaction removed"
	}
	return true
}

func readOrder(m *message, out *desk.Message) bool {
	type item struct {
		SKU      meta.String `json:"product_retailer_id"`
		Quantity meta.Number `json:"quantity"`
		Price    meta.Number `json:"item_price"`
		Currency meta.String `json:"currency"`
	}
	var p struct {
		Catalog meta.String `json:"catalog_id"`
		Text    meta.String `json:"text"`
		Items   meta.List   `json:"product_items"`
	}
	if !m.part("order", &p) {
		return false
	}
	var lines []string
	if t := p.Text.Max(4096); t != "" {
		lines = append(lines, t)
	}
	for _, i := range meta.ReadAll[item](p.Items) {
		lines = append(lines, fmt.Sprintf("%g × %s, %.2f %s", float64(i.Quantity), i.SKU.Max(100), float64(i.Price), i.Currency.Max(3)))
	}
	out.Kind, out.Detail.Type = desk.OrderCart, "catalog "+p.Catalog.Max(100)
	out.Text = desk.CleanText(strings.Join(lines, "\n"), meta.MaxText)
	return len(lines) > 0
}

type system struct {
	Type meta.String `json:"type"`
	Body meta.String `json:"body"`
	WaID meta.String `json:"wa_id"`
	New  meta.String `json:"new_wa_id"`
}

// newID is the wa_id that a customer moved to.
func (s system) newID() string {
	if t := string(s.Type); t != "user_changed_number" && t != "customer_changed_number" {
		return ""
	}
	if id := s.WaID.Max(100); id != "" {
		return id
	}
	return s.New.Max(100)
}

func readSystem(m *message, out *desk.Message) bool {
	out.Kind, out.Text, out.Detail.Type = desk.Notice, string(m.System.Body), m.System.Type.Max(60)
	return out.Text != ""
}

func readEdit(m *message, out *desk.Message) bool {
	var p struct {
		Original meta.String     `json:"original_message_id"`
		Message  json.RawMessage `json:"message"`
	}
	if !m.part("edit", &p) {
		return false
	}
	inner := parse(p.Message)
	if inner.Type == "edit" {
		return false
	}
	edited := inner.read()
	out.Kind, out.Text, out.Detail.Target = desk.Edit, edited.Text, p.Original.ID()
	return out.Detail.Target != ""
}

func readRevoke(m *message, out *desk.Message) bool {
	var p struct {
		Original meta.String `json:"original_message_id"`
	}
	if !m.part("revoke", &p) {
		return false
	}
	out.Kind, out.Detail.Target = desk.Deleted, p.Original.ID()
	out.Text = "Message deleted"
	return true
}
