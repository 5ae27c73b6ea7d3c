package webchat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"strings"
	"time"

	"parley/channels"
	"parley/channels/wire"
	"parley/desk"
)

const (
	maxText    = 64 << 10
	maxFiles   = 10
	maxFields  = 20
	maxField   = 1000
	maxComment = 4000
)

// body is what customers post. Score is a pointer to tell 0 from absent.
type body struct {
	Type        string            `json:"type"`
	ID          string            `json:"id"`
	Text        string            `json:"text"`
	Attachments []string          `json:"attachments"`
	Page        string            `json:"page"`
	Title       string            `json:"title"`
	Referrer    string            `json:"referrer"`
	Fields      map[string]string `json:"fields"`
	Score       *int              `json:"score"`
	Comment     string            `json:"comment"`
}

// Receive implements channels.Adapter. The sender is an app of ours, so what is
// not of the documented form is Invalid and names the field.
func (a *Adapter) Receive(in desk.Inbox, r channels.Request) ([]desk.Inbound, error) {
	now := a.now().UTC()
	c, err := a.tokens.Verify(bearer(r.Header.Get("Authorization")), in.ID, now)
	if err != nil {
		return nil, err
	}
	b, err := decode(r)
	if err != nil {
		return nil, err
	}
	i := desk.Inbound{ID: desk.NewID(), InboxID: in.ID, At: now, Raw: r.Body}
	i.Identity, i.Aliases = Identities(c)
	switch b.Type {
	case "message":
		err = b.message(&i)
	case "read":
		err = b.status(&i, c.Visitor, desk.Read)
	case "delivered":
		err = b.status(&i, c.Visitor, desk.Delivered)
	case "left":
		i.Kind, i.ProviderID = desk.InLeft, b.once("left", c.Visitor, now)
	case "rating":
		err = b.rating(&i, c.Visitor)
	case "typing":
		return []desk.Inbound{}, nil // worth nothing a moment later
	default:
		err = desk.FieldError("type", "must be message, read, delivered, left or rating")
	}
	if err != nil {
		return nil, err
	}
	return []desk.Inbound{i}, nil
}

func bearer(header string) string {
	scheme, token, _ := strings.Cut(strings.TrimSpace(header), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

func decode(r channels.Request) (*body, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, desk.FieldError("Content-Type", "must be application/json")
	}
	var b body
	d := json.NewDecoder(bytes.NewReader(r.Body))
	if err := d.Decode(&b); err != nil {
		return nil, &desk.Error{Code: desk.Invalid, Field: "body", Message: "is not JSON of the documented form", Cause: err}
	}
	if d.More() {
		return nil, desk.FieldError("body", "must be one JSON object")
	}
	b.ID = strings.ToLower(b.ID)
	return &b, nil
}

func (b *body) message(i *desk.Inbound) error {
	if !desk.ValidID(b.ID) {
		return desk.FieldError("id", "must be a UUID made by the sender, the same one on each retry")
	}
	text := desk.CleanText(b.Text, maxText)
	if strings.TrimSpace(text) == "" && len(b.Attachments) == 0 {
		return desk.FieldError("text", "is empty; write something or attach a file")
	}
	if len(b.Attachments) > maxFiles {
		return desk.FieldError("attachments", "has %d files; send at most %d in one message", len(b.Attachments), maxFiles)
	}
	m := &desk.Message{
		ID: b.ID, Direction: desk.In, Author: desk.ByCustomer, Kind: desk.Text, Text: text, Status: desk.Received,
		ExternalID: b.ID, ProviderAt: i.At, Attachments: []desk.Attachment{},
	}
	for _, id := range b.Attachments {
		if !desk.ValidID(strings.ToLower(id)) {
			return desk.FieldError("attachments", "must hold the ids that the uploads gave")
		}
		i.Files = append(i.Files, desk.InboundFile{Kind: desk.File, Stored: strings.ToLower(id)})
	}
	if text == "" {
		m.Kind = desk.File
	}
	fields, err := b.fields()
	if err != nil {
		return err
	}
	i.Kind, i.ProviderID, i.Message, i.Fields = desk.InMessage, b.ID, m, fields
	i.Identity.Name = fields["name"]
	i.Context = desk.Context{Page: wire.CleanURL(b.Page), Title: line(b.Title, 300), Referrer: wire.CleanURL(b.Referrer)}
	return nil
}

// fields are the answers of the pre-chat form, typed by the visitor.
func (b *body) fields() (map[string]string, error) {
	if len(b.Fields) > maxFields {
		return nil, desk.FieldError("fields", "has %d entries; send at most %d", len(b.Fields), maxFields)
	}
	var out map[string]string
	for k, v := range b.Fields {
		k, v = line(k, 60), strings.TrimSpace(desk.CleanText(v, maxField))
		if k == "" || v == "" {
			continue
		}
		if k == "name" || k == "email" || k == "phone" {
			v = line(v, 200)
		}
		if out == nil {
			out = map[string]string{}
		}
		out[k] = v
	}
	return out, nil
}

func (b *body) status(i *desk.Inbound, visitor string, s desk.Status) error {
	if !desk.ValidID(b.ID) {
		return desk.FieldError("id", "must be the id of a message")
	}
	i.Kind, i.ProviderID = desk.InStatus, "status:"+visitor+":"+b.ID+":"+string(s)
	i.Status = &desk.StatusUpdate{MessageID: b.ID, Status: s}
	return nil
}

func (b *body) rating(i *desk.Inbound, visitor string) error {
	if b.Score == nil || *b.Score < 1 || *b.Score > 5 {
		return desk.FieldError("score", "must be a number from 1 to 5")
	}
	i.Kind, i.Score, i.Comment = desk.InRating, *b.Score, strings.TrimSpace(desk.CleanText(b.Comment, maxComment))
	i.ProviderID = fmt.Sprintf("%s:%d:%t", b.once("rating", visitor, i.At), i.Score, i.Comment != "")
	return nil
}

// once names a thing for which the sender may make an id. Without one, the same
// thing twice within a second is one thing: a double click, a page's last breath.
func (b *body) once(kind, visitor string, now time.Time) string {
	if desk.ValidID(b.ID) {
		return kind + ":" + visitor + ":" + b.ID
	}
	return fmt.Sprintf("%s:%s:%d", kind, visitor, now.Unix())
}

// line is an outside text that belongs on one line.
func line(s string, max int) string {
	return desk.CleanText(strings.Join(strings.Fields(s), " "), max)
}
