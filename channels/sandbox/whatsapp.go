package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"parley/desk"
)

const (
	whatsAppTextMax    = 4096
	whatsAppCaptionMax = 1024
)

var waDigits = regexp.MustCompile(`^\+?[0-9][0-9 ()-]{5,20}$`)

// whatsAppSend is the body of POST /{phone_number_id}/messages.
// https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages
type whatsAppSend struct {
	Product     string                  `json:"messaging_product"`
	Recipient   string                  `json:"recipient"` // a business-scoped user id
	To          string                  `json:"to"`
	Type        string                  `json:"type"`
	Callback    string                  `json:"biz_opaque_callback_data"`
	Status      string                  `json:"status"`
	MessageID   string                  `json:"message_id"`
	Typing      *struct{ Type string }  `json:"typing_indicator"`
	Text        *struct{ Body string }  `json:"text"`
	Image       *whatsAppFile           `json:"image"`
	Audio       *whatsAppFile           `json:"audio"`
	Video       *whatsAppFile           `json:"video"`
	Document    *whatsAppFile           `json:"document"`
	Sticker     *whatsAppFile           `json:"sticker"`
	Template    *whatsAppTemplate       `json:"template"`
	Interactive *whatsAppInteractive    `json:"interactive"`
	Location    *struct{ Name string }  `json:"location"`
	Reaction    *struct{ Emoji string } `json:"reaction"`
}

type whatsAppFile struct {
	ID       string `json:"id"`
	Link     string `json:"link"`
	Caption  string `json:"caption"`
	Filename string `json:"filename"`
}

type whatsAppTemplate struct {
	Name       string `json:"name"`
	Components []struct {
		Parameters []struct {
			Text string `json:"text"`
		} `json:"parameters"`
	} `json:"components"`
}

type whatsAppInteractive struct {
	Body struct {
		Text string `json:"text"`
	} `json:"body"`
	Action struct {
		Buttons []struct {
			Reply struct {
				Title string `json:"title"`
			} `json:"reply"`
		} `json:"buttons"`
	} `json:"action"`
}

func (b *whatsAppSend) file() *whatsAppFile {
	switch b.Type {
	case "image":
		return b.Image
	case "audio":
		return b.Audio
	case "video":
		return b.Video
	case "document":
		return b.Document
	case "sticker":
		return b.Sticker
	}
	return nil
}

func isFileType(t string) bool {
	return t == "image" || t == "audio" || t == "video" || t == "document" || t == "sticker"
}

// words is what the phone shows for the message besides a file.
func (b *whatsAppSend) words() (string, *graphError) {
	if b.Type == "" {
		b.Type = "text"
	}
	switch {
	case b.Type == "text" && b.Text != nil && b.Text.Body != "":
		if utf8.RuneCountInString(b.Text.Body) > whatsAppTextMax {
			return "", paramError("Param text['body'] must be at most 4096 characters long.")
		}
		return b.Text.Body, nil
	case b.Type == "text":
		return "", paramError("The parameter text['body'] is required.")
	case isFileType(b.Type):
		f := b.file()
		if f == nil || f.ID == "" && f.Link == "" {
			return "", paramError("The parameter %s['id'] or %s['link'] is required.", b.Type, b.Type)
		}
		if utf8.RuneCountInString(f.Caption) > whatsAppCaptionMax {
			return "", paramError("Param %s['caption'] must be at most 1024 characters long.", b.Type)
		}
		return f.Caption, nil
	case b.Type == "template" && b.Template != nil && b.Template.Name != "":
		return b.Template.words(), nil
	case b.Type == "interactive" && b.Interactive != nil:
		text := b.Interactive.Body.Text
		for _, button := range b.Interactive.Action.Buttons {
			text += "\n▸ " + button.Reply.Title
		}
		return text, nil
	case b.Type == "location" && b.Location != nil:
		return "📍 " + b.Location.Name, nil
	case b.Type == "reaction" && b.Reaction != nil:
		return b.Reaction.Emoji, nil
	}
	return "", paramError("Param type must be one of {AUDIO, CONTACTS, DOCUMENT, IMAGE, INTERACTIVE, LOCATION, REACTION, STICKER, TEMPLATE, TEXT, VIDEO} and come with its content.")
}

// words shows a template by its name and what was filled in; its text is
// Meta's to know.
func (t *whatsAppTemplate) words() string {
	text := "[" + strings.ReplaceAll(t.Name, "_", " ") + "]"
	for _, c := range t.Components {
		for _, p := range c.Parameters {
			if p.Text != "" {
				text += " " + p.Text
			}
		}
	}
	return text
}

func (s *Sandbox) handleWhatsAppSend(w http.ResponseWriter, r *http.Request) {
	var b whatsAppSend
	if bad := readGraph(w, r, &b); bad != nil {
		refuseGraph(w, *bad)
		return
	}
	if b.Product != "whatsapp" {
		refuseGraph(w, *paramError("The parameter messaging_product is required."))
		return
	}
	if b.Status != "" {
		s.whatsAppRead(w, b)
		return
	}
	to := b.To
	if to == "" {
		to = b.Recipient
	}
	if to == "" || b.To != "" && !waDigits.MatchString(b.To) {
		refuseGraph(w, *paramError("The parameter to is required and must be a phone number."))
		return
	}
	fault := s.faults.next()
	if s.sendFaulty(w, WhatsApp, fault) {
		return
	}
	text, bad := b.words()
	if bad != nil {
		refuseGraph(w, *bad)
		return
	}
	media, bad := s.whatsAppMedia(r.Context(), b.file())
	if bad != nil {
		refuseGraph(w, *bad)
		return
	}
	waID := to
	if b.To != "" {
		waID = digits(to)
	}
	m := Message{
		App: WhatsApp, Phone: waID, Direction: Out, Text: desk.CleanText(text, maxFormBytes), Media: media,
		Status: statusSending, ProviderID: newProviderID(WhatsApp, media), callback: b.Callback,
	}
	if s.phones.windowSince(threadKey{WhatsApp, waID}, s.now()) > serviceWindow && b.Type != "template" {
		s.refuseLater(m)
	} else {
		s.progress(s.add(m), fault == sendLost)
	}
	if fault == sendDrops {
		breakOff()
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"messaging_product": "whatsapp", "contacts": []map[string]string{{"input": to, "wa_id": waID}},
		"messages": []map[string]string{{"id": m.ProviderID}},
	})
}

// refuseLater tells that the window is over. WhatsApp accepts such a message
// and fails it by webhook; it never reaches the phone.
func (s *Sandbox) refuseLater(m Message) {
	s.timeline.after(s.pace(sentAfter), func() {
		s.whatsAppStatus(m, statusFailed, 131047, "Re-engagement message",
			"Message failed to send because more than 24 hours have passed since the customer last replied to this number.")
	})
}

// whatsAppMedia resolves the file of a message: uploaded before, or a link.
func (s *Sandbox) whatsAppMedia(ctx context.Context, f *whatsAppFile) ([]Media, *graphError) {
	if f == nil {
		return nil, nil
	}
	if f.ID != "" {
		m, ok := s.phones.mediaInfo(f.ID)
		if !ok {
			return nil, paramError("Invalid parameter: media id %s", f.ID)
		}
		return []Media{m}, nil
	}
	media, err := s.fetchAll(ctx, []string{f.Link})
	if err != nil {
		return nil, &graphError{
			Message: "(#131053) Media upload error", Code: 131053,
			Data: &errorData{"whatsapp", fmt.Sprintf("Downloading media from weblink failed: %v", err)},
		}
	}
	if f.Filename != "" {
		media[0].Name = f.Filename
		s.phones.remember(media[0])
	}
	return media, nil
}

// whatsAppRead is {status: read}: all up to the message is read, and the
// company may be writing.
func (s *Sandbox) whatsAppRead(w http.ResponseWriter, b whatsAppSend) {
	if b.Status != "read" || b.MessageID == "" {
		refuseGraph(w, *paramError("The parameters status (read) and message_id are required."))
		return
	}
	if m, ok := s.phones.find(b.MessageID); ok {
		key := threadKey{WhatsApp, m.Phone}
		s.seen(key)
		if b.Typing != nil {
			s.live.publish(event{Type: "typing", App: WhatsApp, Phone: m.Phone, On: true})
		}
	}
	writeJSON(w, http.StatusOK, map[string]bool{"success": true})
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
