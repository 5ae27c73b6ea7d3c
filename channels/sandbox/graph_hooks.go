package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// signMeta computes X-Hub-Signature-256 over the raw body.
// https://developers.facebook.com/docs/graph-api/webhooks/getting-started
func signMeta(body []byte) string {
	mac := hmac.New(sha256.New, []byte(MetaAppSecret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func (s *Sandbox) postMeta(lane, inbox string, payload any, done func(bool)) {
	body, err := json.Marshal(payload)
	if err != nil { // only our own plain types come here
		s.cfg.Log.Error("sandbox: payload", "error", err)
		return
	}
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "facebookexternalua")
	h.Set("X-Hub-Signature-256", signMeta(body))
	s.courier.post(&delivery{lane: lane, url: s.local(s.webhook(inbox)), header: h, body: body, done: done})
}

type object = map[string]any

func seconds(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

func (s *Sandbox) postWhatsApp(m Message, value object, done func(bool)) {
	value["messaging_product"] = "whatsapp"
	value["metadata"] = object{"display_phone_number": WhatsAppNumber, "phone_number_id": WhatsAppPhoneNumberID}
	s.postMeta(threadKey{m.App, m.Phone}.String(), InboxWhatsApp, object{
		"object": "whatsapp_business_account",
		"entry":  []object{{"id": WhatsAppAccountID, "changes": []object{{"value": value, "field": "messages"}}}},
	}, done)
}

// whatsAppInboundHook tells of a customer's message: its text, or one message
// for each file, the first of which carries the text as a caption.
func (s *Sandbox) whatsAppInboundHook(m Message, done func(bool)) {
	message := object{"from": m.Phone, "id": m.ProviderID, "timestamp": seconds(m.At)}
	if len(m.Media) == 0 {
		message["type"], message["text"] = "text", object{"body": m.Text}
	} else {
		f := m.Media[0]
		kind := whatsAppKind(f.Type)
		content := object{"id": f.ID, "mime_type": f.Type, "sha256": s.fileHash(f.ID)}
		if m.Text != "" && kind != "audio" {
			content["caption"] = m.Text
		}
		if kind == "document" {
			content["filename"] = f.Name
		}
		message["type"], message[kind] = kind, content
	}
	s.postWhatsApp(m, object{
		"contacts": []object{{"profile": object{"name": m.Name}, "wa_id": m.Phone}},
		"messages": []object{message},
	}, done)
}

func whatsAppKind(mimeType string) string {
	switch kind, _, _ := strings.Cut(mimeType, "/"); kind {
	case "image", "audio", "video":
		return kind
	}
	return "document"
}

// whatsAppStatusHook tells a status of a message of ours.
func (s *Sandbox) whatsAppStatusHook(m Message, status string) {
	s.whatsAppStatus(m, status, 131026, "Message undeliverable", "Message Undeliverable.")
}

func (s *Sandbox) whatsAppStatus(m Message, status string, code int, title, details string) {
	v := object{"id": m.ProviderID, "status": status, "timestamp": seconds(s.now()), "recipient_id": m.Phone}
	if m.callback != "" {
		v["biz_opaque_callback_data"] = m.callback
	}
	if status == statusFailed {
		v["errors"] = []object{{
			"code": code, "title": title, "message": title, "error_data": object{"details": details},
			"href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
		}}
	} else {
		v["conversation"] = object{"id": token(32), "origin": object{"type": "service"}}
		v["pricing"] = object{"billable": false, "pricing_model": "PMP", "category": "service", "type": "free_customer_service"}
	}
	s.postWhatsApp(m, object{"statuses": []object{v}}, nil)
}

func (s *Sandbox) postMessenger(m Message, entry object, done func(bool)) {
	now := s.now().UnixMilli()
	if _, set := entry["sender"]; !set {
		entry["sender"], entry["recipient"] = object{"id": m.Phone}, object{"id": MessengerPageID}
	}
	entry["timestamp"] = now
	s.postMeta(threadKey{m.App, m.Phone}.String(), InboxMessenger, object{
		"object": "page",
		"entry":  []object{{"id": MessengerPageID, "time": now, "messaging": []object{entry}}},
	}, done)
}

func (s *Sandbox) messengerContent(m Message) object {
	content := object{"mid": m.ProviderID}
	if m.Text != "" {
		content["text"] = m.Text
	}
	if len(m.Media) > 0 {
		files := []object{}
		for _, f := range m.Media {
			files = append(files, object{"type": messengerKind(f.Type), "payload": object{"url": s.cfg.PublicURL + MediaPath + f.ID}})
		}
		content["attachments"] = files
	}
	return content
}

func messengerKind(mimeType string) string {
	if kind := whatsAppKind(mimeType); kind != "document" {
		return kind
	}
	return "file"
}

func (s *Sandbox) messengerInboundHook(m Message, done func(bool)) {
	s.postMessenger(m, object{"message": s.messengerContent(m)}, done)
}

// messengerStatusHook: being sent is told by an echo of the message itself,
// delivery by its mid, reading by a watermark. Loss is told to nobody.
func (s *Sandbox) messengerStatusHook(m Message, status string) {
	watermark := s.now().UnixMilli()
	switch status {
	case statusSent:
		content := s.messengerContent(m)
		content["is_echo"], content["app_id"] = true, json.Number(MetaAppID)
		if m.callback != "" {
			content["metadata"] = m.callback
		}
		s.postMessenger(m, object{"sender": object{"id": MessengerPageID}, "recipient": object{"id": m.Phone}, "message": content}, nil)
	case statusDelivered:
		s.postMessenger(m, object{"delivery": object{"mids": []string{m.ProviderID}, "watermark": watermark}}, nil)
	case statusRead:
		s.postMessenger(m, object{"read": object{"watermark": watermark}}, nil)
	}
}

func (s *Sandbox) fileHash(id string) string {
	data, ok := s.files.load(id)
	if !ok {
		return ""
	}
	sum := sha256.Sum256(data)
	return base64.StdEncoding.EncodeToString(sum[:])
}
