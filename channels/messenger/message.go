package messenger

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"strings"

	"parley/channels/meta"
	"parley/channels/wire"
	"parley/desk"
)

// content is the message part of an event.
type content struct {
	ID         meta.String     `json:"mid"`
	Text       meta.String     `json:"text"`
	QuickReply json.RawMessage `json:"quick_reply"`
	ReplyTo    json.RawMessage `json:"reply_to"`
	Deleted    meta.Bool       `json:"is_deleted"`
	Files      meta.List       `json:"attachments"`
	Referral   json.RawMessage `json:"referral"`
}

type attachment struct {
	Type    meta.String     `json:"type"`
	Title   meta.String     `json:"title"`
	URL     meta.String     `json:"url"`
	Payload json.RawMessage `json:"payload"`
}

type payload struct {
	URL         meta.String `json:"url"`
	Title       meta.String `json:"title"`
	StickerID   meta.String `json:"sticker_id"`
	Template    meta.String `json:"template_type"`
	Text        meta.String `json:"text"`
	Coordinates *struct {
		Latitude  meta.Number `json:"lat"`
		Longitude meta.Number `json:"long"`
	} `json:"coordinates"`
	Elements meta.List `json:"elements"`
}

// readMessage reads a message part. An attachment that cannot be shown as a
// file adds a line of text; nothing readable at all makes it Unsupported.
func (e *event) readMessage(who desk.Identity) desk.Inbound {
	var c content
	if !e.part("message", &c) {
		return e.salvage(who)
	}
	if bool(c.Deleted) && c.ID.ID() != "" {
		return e.inbound(who, "deleted:"+c.ID.ID(), desk.Message{
			Kind: desk.Deleted, Text: "Message deleted", Detail: desk.Detail{Target: c.ID.ID()},
		})
	}
	m := desk.Message{Kind: desk.Text, Text: string(c.Text), ExternalID: c.ID.ID()}
	var small struct {
		ID      meta.String `json:"mid"`
		Payload meta.String `json:"payload"`
	}
	if json.Unmarshal(c.ReplyTo, &small) == nil {
		m.ReplyTo = small.ID.ID()
	}
	if json.Unmarshal(c.QuickReply, &small) == nil && small.Payload != "" {
		m.Kind, m.Detail.Payload = desk.Choice, small.Payload.Max(4096)
	}
	var files []desk.InboundFile
	for _, a := range meta.ReadAll[attachment](c.Files) {
		if f, ok := a.file(); ok {
			files = append(files, f)
		} else {
			a.describe(&m)
		}
	}
	switch {
	case m.Text == "" && len(files) > 0 && m.Kind == desk.Text:
		m.Kind = files[0].Kind
	case m.Text == "" && len(files) == 0 && m.Kind == desk.Text:
		m.Kind = desk.Unsupported
		if m.Detail.Type == "" {
			m.Detail.Type = "message"
		}
	}
	id := c.ID.ID()
	if id == "" {
		id = "unnamed:" + meta.Fingerprint(e.raw)
	}
	i := e.inbound(who, id, m)
	i.Files, i.Context = files, referralContext(c.Referral)
	return i
}

// salvage keeps a message whose parts are not of the documented types.
func (e *event) salvage(who desk.Identity) desk.Inbound {
	var p struct {
		ID json.RawMessage `json:"mid"`
	}
	var mid meta.String
	if e.part("message", &p) {
		_ = json.Unmarshal(p.ID, &mid) // no id: named by its content
	}
	id := mid.ID()
	if id == "" {
		id = "unnamed:" + meta.Fingerprint(e.raw)
	}
	return e.inbound(who, id, desk.Message{Kind: desk.Unsupported, ExternalID: mid.ID(), Detail: desk.Detail{Type: "message"}})
}

var fileKinds = map[meta.String]desk.Kind{
	"image": desk.Image, "audio": desk.Audio, "video": desk.Video, "file": desk.File,
}

// file is the attachment as a file to fetch, if it is one.
func (a *attachment) file() (desk.InboundFile, bool) {
	kind, ok := fileKinds[a.Type]
	p := a.payload()
	source := p.URL.Max(2048)
	if !ok || source == "" {
		return desk.InboundFile{}, false
	}
	if p.StickerID != "" {
		kind = desk.Sticker
	}
	name := string(kind)
	if u, err := url.Parse(source); err == nil && path.Ext(u.Path) != "" {
		if n := wire.CleanName(path.Base(u.Path)); n != "" {
			name = n
		}
	}
	return desk.InboundFile{Kind: kind, Name: name, Source: source}, true
}

func (a *attachment) payload() payload {
	var p payload
	if len(a.Payload) > 0 && json.Unmarshal(a.Payload, &p) != nil {
		return payload{}
	}
	return p
}

// describe puts an attachment that is no file into the message's words.
func (a *attachment) describe(m *desk.Message) {
	p := a.payload()
	link, title := wire.CleanURL(string(firstOf(p.URL, a.URL))), firstOf(a.Title, p.Title, p.Text).Max(1000)
	if m.Detail.Type == "" {
		m.Detail.Type = a.Type.Max(60)
	}
	if a.Type == "location" && p.Coordinates != nil {
		m.Kind = desk.Location
		m.Detail.Latitude, m.Detail.Longitude = float64(p.Coordinates.Latitude), float64(p.Coordinates.Longitude)
		m.Detail.Name = title
		if title == "" {
			title = fmt.Sprintf("%.6f, %.6f", m.Detail.Latitude, m.Detail.Longitude)
		}
	}
	if a.Type == "like_heart" {
		title = "❤"
	}
	if title == "" && len(p.Elements) > 0 {
		if el := meta.ReadAll[attachment](p.Elements); len(el) > 0 {
			title = el[0].Title.Max(1000)
		}
	}
	if m.Detail.URL == "" {
		m.Detail.URL = link
	}
	for _, line := range []string{title, link} {
		if line != "" && !strings.Contains(m.Text, line) {
			m.Text = strings.TrimSpace(m.Text + "\n" + line)
		}
	}
	m.Text = desk.CleanText(m.Text, meta.MaxText)
}

func firstOf(list ...meta.String) meta.String {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

func (e *event) readPostback(who desk.Identity) desk.Inbound {
	var p struct {
		ID       meta.String     `json:"mid"`
		Title    meta.String     `json:"title"`
		Payload  meta.String     `json:"payload"`
		Referral json.RawMessage `json:"referral"`
	}
	if !e.part("postback", &p) || (p.Title == "" && p.Payload == "") {
		return e.unknown(who)
	}
	id := p.ID.ID()
	if id == "" {
		id = "postback:" + meta.Fingerprint(e.raw)
	}
	text := firstOf(p.Title, p.Payload)
	i := e.inbound(who, id, desk.Message{
		Kind: desk.Choice, Text: string(text), ExternalID: p.ID.ID(), Detail: desk.Detail{Type: "postback", Payload: p.Payload.Max(4096)},
	})
	i.Context = referralContext(p.Referral)
	return i
}

func (e *event) readEdit(who desk.Identity) desk.Inbound {
	var p struct {
		ID   meta.String `json:"mid"`
		Text meta.String `json:"text"`
		N    meta.Number `json:"num_edit"`
	}
	if !e.part("message_edit", &p) || p.ID.ID() == "" {
		return e.unknown(who)
	}
	return e.inbound(who, fmt.Sprintf("edit:%s:%d:%s", p.ID.ID(), int(p.N), meta.Fingerprint([]byte(p.Text))), desk.Message{
		Kind: desk.Edit, Text: string(p.Text), Detail: desk.Detail{Target: p.ID.ID()},
	})
}

func (e *event) readReaction(who desk.Identity) desk.Inbound {
	var p struct {
		ID     meta.String `json:"mid"`
		Action meta.String `json:"action"`
		Emoji  meta.String `json:"emoji"`
		Word   meta.String `json:"reaction"`
	}
	if !e.part("reaction", &p) || p.ID.ID() == "" {
		return e.unknown(who)
	}
	m := desk.Message{Kind: desk.Reaction, Detail: desk.Detail{Target: p.ID.ID()}, Text: "Reaction removed"}
	if p.Action != "unreact" {
		m.Detail.Emoji = p.Emoji.Max(64)
		m.Text = firstOf(p.Emoji, p.Word).Max(64)
	}
	return e.inbound(who, "reaction:"+meta.Fingerprint(e.raw), m)
}

func (e *event) readReferral(who desk.Identity) desk.Inbound {
	raw := e.parts["referral"]
	c := referralContext(raw)
	text := "Came through a link"
	if ref := c.Extra["ref"]; ref != "" {
		text += ": " + ref
	}
	i := e.inbound(who, "referral:"+meta.Fingerprint(e.raw), desk.Message{
		Kind: desk.Referral, Text: text, Detail: desk.Detail{Type: c.Extra["source"], URL: c.Page},
	})
	i.Context = c
	return i
}

// referralContext is where the customer came from: an advertisement, a link, a page.
func referralContext(raw json.RawMessage) desk.Context {
	var p struct {
		Ref     meta.String `json:"ref"`
		Source  meta.String `json:"source"`
		Type    meta.String `json:"type"`
		AdID    meta.String `json:"ad_id"`
		Referer meta.String `json:"referer_uri"`
		Ad      struct {
			Title meta.String `json:"ad_title"`
		} `json:"ads_context_data"`
	}
	if len(raw) == 0 || json.Unmarshal(raw, &p) != nil {
		return desk.Context{}
	}
	c := desk.Context{Page: wire.CleanURL(string(p.Referer)), Title: p.Ad.Title.Max(500)}
	extra := map[string]string{}
	for name, v := range map[string]meta.String{"ref": p.Ref, "source": p.Source, "type": p.Type, "ad_id": p.AdID} {
		if s := v.Max(1000); s != "" {
			extra[name] = s
		}
	}
	if len(extra) > 0 {
		c.Extra = extra
	}
	return c
}
