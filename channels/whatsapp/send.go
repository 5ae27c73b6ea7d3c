package whatsapp

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"strings"
	"unicode/utf8"

	"parley/channels/meta"
	"parley/channels/wire"
	"parley/desk"
)

// Limits of the Cloud API, in characters and bytes.
const (
	maxText     = 4096
	maxCaption  = 1024
	maxImage    = 5 << 20
	maxAudio    = 16 << 20
	maxVideo    = 16 << 20
	maxDocument = 100 << 20
)

// request is one message for the Cloud API.
type request struct {
	Product   string     `json:"messaging_product"`
	Kind      string     `json:"recipient_type"`
	To        string     `json:"to,omitempty"`
	Recipient string     `json:"recipient,omitempty"` // a BSUID; in "to" Graph accepts and drops it
	Context   *inReplyTo `json:"context,omitempty"`
	Type      string     `json:"type"`
	Text      *text      `json:"text,omitempty"`
	Image     *link      `json:"image,omitempty"`
	Audio     *link      `json:"audio,omitempty"`
	Video     *link      `json:"video,omitempty"`
	Document  *link      `json:"document,omitempty"`
	Template  *template  `json:"template,omitempty"`
	Ours      string     `json:"biz_opaque_callback_data,omitempty"` // comes back in statuses
}

type inReplyTo struct {
	ID string `json:"message_id"`
}

type text struct {
	Body    string `json:"body"`
	Preview bool   `json:"preview_url"`
}

type link struct {
	Link     string `json:"link"`
	Caption  string `json:"caption,omitempty"`
	Filename string `json:"filename,omitempty"`
}

type template struct {
	Name     string `json:"name"`
	Language struct {
		Code string `json:"code"`
	} `json:"language"`
	Components []component `json:"components,omitempty"`
}

type component struct {
	Type       string      `json:"type"`
	Parameters []parameter `json:"parameters"`
}

type parameter struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

// Send implements channels.Adapter. WhatsApp carries one file a message, so
// several travel in parts; the id is the last part's, and statuses of all parts
// carry our id.
func (a *Meta) Send(ctx context.Context, out desk.Outbound) (string, error) {
	parts, err := a.parts(out)
	if err != nil {
		return "", err
	}
	var id string
	for n, p := range parts {
		if id, err = a.post(ctx, out.Inbox, p); err != nil {
			return "", wire.Partly(n, len(parts), err)
		}
	}
	return id, nil
}

func (a *Meta) post(ctx context.Context, in desk.Inbox, p request) (string, error) {
	var answer struct {
		Messages []struct {
			ID meta.String `json:"id"`
		} `json:"messages"`
	}
	if err := a.graph.Post(ctx, in, messagesPath(in), p, &answer); err != nil {
		return "", err
	}
	if len(answer.Messages) == 0 || answer.Messages[0].ID.ID() == "" {
		return "", wire.Unreadable(errors.New("an answer without a message id"))
	}
	return answer.Messages[0].ID.ID(), nil
}

// parts checks a message against WhatsApp's rules and writes its requests.
func (a *Meta) parts(out desk.Outbound) ([]request, error) {
	m := out.Message
	base := request{Product: "whatsapp", Kind: "individual", Ours: m.ID}
	if m.ReplyTo != "" {
		base.Context = &inReplyTo{ID: m.ReplyTo}
	}
	switch who := out.Identity; {
	case who.Value == "":
		return nil, wire.Refuse("This customer has no WhatsApp address to write to.")
	case who.Kind == desk.BSUID:
		base.Recipient = who.Value
	case who.Kind == desk.WhatsAppI, who.Kind == desk.Phone:
		base.To = strings.TrimPrefix(who.Value, "+")
	default:
		return nil, wire.Refuse("This customer has no WhatsApp address to write to.")
	}
	if m.Kind == desk.Template {
		t, err := templateOf(m)
		if err != nil {
			return nil, err
		}
		base.Type, base.Template = "template", t
		return []request{base}, nil
	}
	if wire.Silence(out, a.graph.Now()) >= desk.WhatsApp.Window() {
		return nil, wire.WindowClosed(windowClosed)
	}
	if n := utf8.RuneCountInString(m.Text); n > maxText {
		return nil, wire.Refuse("The text is too long for WhatsApp: %d of at most %d characters. Send it in two messages.", n, maxText)
	}
	if m.Text == "" && len(m.Attachments) == 0 {
		return nil, wire.Refuse("The message is empty.")
	}
	return fileParts(base, out)
}

// fileParts puts the text under the first file where it fits there, else before it.
func fileParts(base request, out desk.Outbound) ([]request, error) {
	var parts []request
	caption := out.Message.Text
	if caption != "" && (len(out.Message.Attachments) == 0 || utf8.RuneCountInString(caption) > maxCaption ||
		fileType(out.Message.Attachments[0]) == "audio") {
		p := base
		p.Type, p.Text = "text", &text{Body: caption, Preview: strings.Contains(caption, "https://")}
		parts, caption = append(parts, p), ""
	}
	for _, f := range out.Message.Attachments {
		if f.Size > maxDocument {
			return nil, wire.Refuse("The file %q is too large for WhatsApp: at most 100 MB.", f.Name)
		}
		l := &link{Link: wire.Link(out, f), Caption: caption}
		if l.Link == "" {
			return nil, wire.Refuse("The file %q could not be made available to WhatsApp.", f.Name)
		}
		caption = ""
		p := base
		switch p.Type = fileType(f); p.Type {
		case "image":
			p.Image = l
		case "audio":
			p.Audio = l
		case "video":
			p.Video = l
		default:
			l.Filename = f.Name
			p.Document = l
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// shown are the types that WhatsApp shows as more than a document, each up to
// a size.
var shown = map[string]struct {
	as  string
	max int64
}{
	"image/jpeg": {"image", maxImage}, "image/png": {"image", maxImage},
	"audio/aac": {"audio", maxAudio}, "audio/mp4": {"audio", maxAudio}, "audio/mpeg": {"audio", maxAudio},
	"audio/amr": {"audio", maxAudio}, "audio/ogg": {"audio", maxAudio},
	"video/mp4": {"video", maxVideo}, "video/3gpp": {"video", maxVideo},
}

// fileType is what a file travels as: what WhatsApp would refuse as a picture
// still arrives as a document.
func fileType(f desk.Attachment) string {
	t, _, _ := mime.ParseMediaType(f.Type)
	if s, ok := shown[t]; ok && f.Size <= s.max {
		return s.as
	}
	return "document"
}

func templateOf(m desk.Message) (*template, error) {
	t := &template{Name: m.Detail.Name}
	if t.Name == "" {
		return nil, wire.Refuse("Choose a template.")
	}
	if t.Language.Code = m.Detail.Type; t.Language.Code == "" {
		t.Language.Code = "en"
	}
	var values []string
	if m.Detail.Payload != "" && json.Unmarshal([]byte(m.Detail.Payload), &values) != nil {
		return nil, wire.Refuse("The values of the template must be a list of texts.")
	}
	if len(values) > 0 {
		c := component{Type: "body"}
		for _, v := range values {
			c.Parameters = append(c.Parameters, parameter{Type: "text", Text: v})
		}
		t.Components = []component{c}
	}
	return t, nil
}
