package messenger

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"parley/channels/meta"
	"parley/channels/wire"
	"parley/desk"
)

const (
	maxText    = 2000               // characters in one message
	maxParts   = 10                 // messages that one long text may become
	tagWindow  = 7 * 24 * time.Hour // of the HUMAN_AGENT tag
	maxFile    = 25 << 20           // bytes
	humanAgent = "HUMAN_AGENT"
)

type recipient struct {
	ID string `json:"id"`
}

// request is one call of the Send API: a message or a sender action.
type request struct {
	Recipient recipient `json:"recipient"`
	Type      string    `json:"messaging_type,omitempty"`
	Tag       string    `json:"tag,omitempty"`
	Message   *outgoing `json:"message,omitempty"`
	Action    string    `json:"sender_action,omitempty"`
}

type outgoing struct {
	Text       string  `json:"text,omitempty"`
	Attachment *linked `json:"attachment,omitempty"`
	Metadata   string  `json:"metadata,omitempty"` // our id; it comes back in the echo
}

type linked struct {
	Type    string `json:"type"`
	Payload struct {
		URL      string `json:"url"`
		Reusable bool   `json:"is_reusable"`
	} `json:"payload"`
}

// Send implements channels.Adapter. Text and files are messages of their own,
// and a long text becomes several; the id is the last one's.
func (a *Adapter) Send(ctx context.Context, out desk.Outbound) (string, error) {
	parts, err := a.parts(out)
	if err != nil {
		return "", err
	}
	var id string
	for n, p := range parts {
		var answer struct {
			ID meta.String `json:"message_id"`
		}
		err := a.graph.Post(ctx, out.Inbox, messagesPath(out.Inbox), p, &answer)
		if err == nil && answer.ID.ID() == "" {
			err = wire.Unreadable(errors.New("an answer without a message id"))
		}
		if err != nil {
			return "", wire.Partly(n, len(parts), err)
		}
		id = answer.ID.ID()
	}
	return id, nil
}

func (a *Adapter) parts(out desk.Outbound) ([]request, error) {
	m := out.Message
	if out.Identity.Kind != desk.PSID || out.Identity.Value == "" || out.Identity.Scope != pageID(out.Inbox) {
		return nil, wire.Refuse("This customer is not known to this inbox's page.")
	}
	base := request{Recipient: recipient{ID: out.Identity.Value}, Type: "RESPONSE"}
	switch silence := wire.Silence(out, a.graph.Now()); {
	case silence < desk.Messenger.Window():
	case silence < tagWindow && m.Author == desk.ByAgent:
		base.Type, base.Tag = "MESSAGE_TAG", humanAgent
	case m.Author == desk.ByAgent:
		return nil, wire.WindowClosed("More than 7 days have passed since the customer's last message. Messenger accepts nothing until they write again.")
	default:
		return nil, wire.WindowClosed("More than 24 hours have passed since the customer's last message. Messenger only accepts what an agent writes.")
	}
	texts := split(m.Text, maxText)
	if len(texts) > maxParts {
		return nil, wire.Refuse("The text is too long for Messenger: at most %d characters.", maxParts*maxText)
	}
	var parts []request
	for _, t := range texts {
		p := base
		p.Message = &outgoing{Text: t, Metadata: m.ID}
		parts = append(parts, p)
	}
	for _, f := range m.Attachments {
		if f.Size > maxFile {
			return nil, wire.Refuse("The file %q is too large for Messenger: at most 25 MB.", f.Name)
		}
		l := &linked{Type: fileType(f)}
		if l.Payload.URL = wire.Link(out, f); l.Payload.URL == "" {
			return nil, wire.Refuse("The file %q could not be made available to Messenger.", f.Name)
		}
		p := base
		p.Message = &outgoing{Attachment: l, Metadata: m.ID}
		parts = append(parts, p)
	}
	if len(parts) == 0 {
		return nil, wire.Refuse("The message is empty.")
	}
	return parts, nil
}

func fileType(f desk.Attachment) string {
	switch wire.KindOf(f.Type) {
	case desk.Image:
		if !strings.HasPrefix(f.Type, "image/svg") {
			return "image"
		}
	case desk.Audio:
		return "audio"
	case desk.Video:
		return "video"
	}
	return "file"
}

// split cuts a text into pieces of at most max 16-bit units, at white space
// where there is some. A longer word is cut between characters as people see
// them: an emoji of several code points stays whole unless it fills a piece.
func split(text string, max int) []string {
	var out []string
	for {
		text = strings.TrimSpace(text)
		if text == "" {
			return out
		}
		cut := cutAt(text, max)
		out, text = append(out, strings.TrimSpace(text[:cut])), text[cut:]
	}
}

// cutAt is the place, in bytes, where the first piece of text ends.
func cutAt(text string, max int) int {
	space, joint, units := 0, 0, 0
	var before rune
	for i, r := range text {
		switch {
		case unicode.IsSpace(r):
			space, joint = i, i
		case before != zeroWidthJoiner && !extends(r):
			joint = i
		}
		if units += utf16.RuneLen(r); units > max {
			if space > 0 {
				return space
			}
			if joint > 0 {
				return joint
			}
			return i
		}
		before = r
	}
	return len(text)
}

const zeroWidthJoiner = '\u200d'

// extends tells whether r belongs to the character before it: accents, variation
// selectors, joiners and skin tones.
func extends(r rune) bool {
	return r == zeroWidthJoiner || unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc) || (r >= 0x1f3fb && r <= 0x1f3ff)
}
