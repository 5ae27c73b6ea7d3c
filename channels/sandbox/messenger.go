package sandbox

import (
	"encoding/json"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"parley/desk"
)

const (
	messengerTextMax = 2000
	humanAgentWindow = 7 * 24 * time.Hour
)

// messengerSend is the body of POST /{page-id}/messages.
// https://developers.facebook.com/docs/messenger-platform/reference/send-api
type messengerSend struct {
	Recipient struct {
		ID string `json:"id"`
	} `json:"recipient"`
	MessagingType string            `json:"messaging_type"`
	Tag           string            `json:"tag"`
	Action        string            `json:"sender_action"`
	Message       *messengerMessage `json:"message"`
}

type messengerMessage struct {
	Text       string               `json:"text"`
	Metadata   string               `json:"metadata"`
	Attachment *messengerAttachment `json:"attachment"`
	Replies    []struct {
		Title string `json:"title"`
	} `json:"quick_replies"`
}

type messengerAttachment struct {
	Type    string `json:"type"`
	Payload struct {
		URL  string `json:"url"`
		Text string `json:"text"`
	} `json:"payload"`
}

// readMessenger reads JSON, or the multipart form that carries a file.
func (s *Sandbox) readMessenger(w http.ResponseWriter, r *http.Request) (b messengerSend, media []Media, bad *graphError) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // what is not multipart is read as JSON
	if kind != "multipart/form-data" {
		bad = readGraph(w, r, &b)
		return b, nil, bad
	}
	file, bad := s.readUpload(w, r, "filedata")
	if bad != nil {
		return b, nil, bad
	}
	for field, into := range map[string]any{"recipient": &b.Recipient, "message": &b.Message} {
		if text := r.FormValue(field); text == "" || json.Unmarshal([]byte(text), into) != nil {
			return b, nil, paramError("The parameter %s is required.", field)
		}
	}
	b.MessagingType, b.Tag = r.FormValue("messaging_type"), r.FormValue("tag")
	return b, []Media{file}, nil
}

func (s *Sandbox) handleMessengerSend(w http.ResponseWriter, r *http.Request) {
	b, media, bad := s.readMessenger(w, r)
	if bad != nil {
		refuseGraph(w, *bad)
		return
	}
	psid := b.Recipient.ID
	if psid == "" {
		refuseGraph(w, *paramError("The parameter recipient is required."))
		return
	}
	if digits(psid) != psid {
		refuseGraph(w, graphError{Message: "(#100) No matching user found", Code: 100, Subcode: 2018001})
		return
	}
	if b.Action != "" {
		s.messengerAction(w, psid, b.Action)
		return
	}
	fault := s.faults.next()
	if s.sendFaulty(w, Messenger, fault) {
		return
	}
	if bad := s.checkMessenger(b, media, psid); bad != nil {
		refuseGraph(w, *bad)
		return
	}
	if a := b.Message.Attachment; a != nil && a.Payload.URL != "" {
		var err error
		if media, err = s.fetchAll(r.Context(), []string{a.Payload.URL}); err != nil {
			refuseGraph(w, graphError{Message: "(#100) Failed to fetch the file from the url", Code: 100, Subcode: 2018008})
			return
		}
	}
	m := s.add(Message{
		App: Messenger, Phone: psid, Direction: Out, Text: desk.CleanText(b.Message.words(), maxFormBytes), Media: media,
		Status: statusSending, ProviderID: newProviderID(Messenger, media), callback: b.Message.Metadata,
	})
	s.progress(m, fault == sendLost)
	if fault == sendDrops {
		breakOff()
	}
	writeJSON(w, http.StatusOK, map[string]string{"recipient_id": psid, "message_id": m.ProviderID})
}

func (m *messengerMessage) words() string {
	text := m.Text
	if m.Attachment != nil && text == "" {
		text = m.Attachment.Payload.Text
	}
	for _, r := range m.Replies {
		text += "\n▸ " + r.Title
	}
	return strings.TrimSpace(text)
}

func (s *Sandbox) checkMessenger(b messengerSend, media []Media, psid string) *graphError {
	m := b.Message
	switch {
	case m == nil || m.Text == "" && m.Attachment == nil && len(media) == 0:
		return &graphError{Message: "(#100) Param message must be non-empty.", Code: 100}
	case utf8.RuneCountInString(m.Text) > messengerTextMax:
		return &graphError{Message: "(#100) Length of param message[text] must be less than or equal to 2000", Code: 100, Subcode: 2018109}
	case b.MessagingType != "" && b.MessagingType != "RESPONSE" && b.MessagingType != "UPDATE" && b.MessagingType != "MESSAGE_TAG":
		return paramError("Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG}")
	}
	since := s.phones.windowSince(threadKey{Messenger, psid}, s.now())
	byTag := b.MessagingType == "MESSAGE_TAG" && b.Tag == "HUMAN_AGENT" && since <= humanAgentWindow
	if since > serviceWindow && !byTag {
		return &graphError{
			Message: "(#10) This message is sent outside of allowed window. Learn more about the new policy here: https://developers.facebook.com/docs/messenger-platform/policy-overview",
			Code:    10, Subcode: 2018278, status: http.StatusForbidden,
		}
	}
	return nil
}

func (s *Sandbox) messengerAction(w http.ResponseWriter, psid, action string) {
	key := threadKey{Messenger, psid}
	switch action {
	case "mark_seen":
		s.seen(key)
	case "typing_on", "typing_off":
		s.live.publish(event{Type: "typing", App: Messenger, Phone: psid, On: action == "typing_on"})
	default:
		refuseGraph(w, *paramError("Param sender_action must be one of {MARK_SEEN, TYPING_ON, TYPING_OFF}"))
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"recipient_id": psid})
}
