package faults

import (
	"crypto/hmac"
	"crypto/sha1" // Twilio's choice
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"parley/channels/sandbox"
	"parley/channels/webchat"
	"parley/desk"
)

// person is a customer on one channel.
type person struct {
	channel desk.Channel
	address string // E.164, wa_id, PSID, visitor id
	token   string // a visitor's
}

func newPerson(i int, w *world, run string) person {
	switch p := (person{channel: desk.Channels[i%len(desk.Channels)]}); p.channel {
	case desk.SMS:
		p.address = fmt.Sprintf("+4477009%05d", i)
		return p
	case desk.WhatsApp:
		p.address = fmt.Sprintf("4477008%05d", i)
		return p
	case desk.Messenger:
		p.address = fmt.Sprintf("71000000009%05d", i)
		return p
	default:
		p.address = fmt.Sprintf("%s-%d", run, i)
		p.token = w.tokens.Sign(webchat.Claims{Inbox: w.inboxes[desk.WebChat].ID, Visitor: p.address, Expires: time.Now().Add(72 * time.Hour)})
		return p
	}
}

// hook is a webhook ready to be posted, as often as needed.
type hook struct {
	path   string
	header http.Header
	body   []byte
}

// message makes the webhook that brings a text, as the channel's provider does.
func (p person) message(public, externalID, text string) hook {
	switch p.channel {
	case desk.SMS:
		return twilioHook(public, url.Values{"MessageSid": {externalID}, "AccountSid": {sandbox.TwilioAccountSID}, "From": {p.address}, "To": {sandbox.SMSNumber},
			"Body": {text}, "NumMedia": {"0"}, "SmsStatus": {"received"}})
	case desk.WhatsApp:
		return metaHook(sandbox.InboxWhatsApp, map[string]any{"object": "whatsapp_business_account", "entry": []any{map[string]any{"id": sandbox.WhatsAppAccountID,
			"changes": []any{map[string]any{"field": "messages", "value": map[string]any{
				"messaging_product": "whatsapp", "metadata": map[string]any{"display_phone_number": sandbox.WhatsAppNumber, "phone_number_id": sandbox.WhatsAppPhoneNumberID},
				"contacts": []any{map[string]any{"profile": map[string]any{"name": "Customer " + p.address}, "wa_id": p.address}},
				"messages": []any{map[string]any{"from": p.address, "id": externalID, "timestamp": fmt.Sprint(time.Now().Unix()), "type": "text", "text": map[string]any{"body": text}}},
			}}}}}})
	case desk.Messenger:
		now := time.Now().UnixMilli()
		return metaHook(sandbox.InboxMessenger, map[string]any{"object": "page", "entry": []any{map[string]any{"id": sandbox.MessengerPageID, "time": now,
			"messaging": []any{map[string]any{"sender": map[string]any{"id": p.address}, "recipient": map[string]any{"id": sandbox.MessengerPageID}, "timestamp": now,
				"message": map[string]any{"mid": externalID, "text": text}}}}}})
	}
	body, _ := json.Marshal(map[string]any{"type": "message", "id": externalID, "text": text})
	return hook{"/webhooks/" + sandbox.InboxWebChat, http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + p.token}}, body}
}

// externalID is what the channel's provider calls message n of a run.
func (p person) externalID(run string, customer, n int) string {
	switch p.channel {
	case desk.SMS:
		return fmt.Sprintf("SM%s%04d%06d", run, customer, n)
	case desk.WhatsApp:
		return fmt.Sprintf("wamid.%s%04d%06d", run, customer, n)
	case desk.Messenger:
		return fmt.Sprintf("m_%s%04d%06d", run, customer, n)
	}
	return fmt.Sprintf("%s-4000-8000-%04d%08d", run[:8]+"-"+run[8:12], customer, n)
}

func twilioHook(public string, form url.Values) hook {
	path := "/webhooks/" + sandbox.InboxSMS
	var signed strings.Builder
	signed.WriteString(public + path)
	keys := make([]string, 0, len(form))
	for k := range form {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		signed.WriteString(k + form.Get(k))
	}
	mac := hmac.New(sha1.New, []byte(sandbox.TwilioAuthToken))
	mac.Write([]byte(signed.String()))
	return hook{path, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "X-Twilio-Signature": {base64.StdEncoding.EncodeToString(mac.Sum(nil))}}, []byte(form.Encode())}
}

func metaHook(inbox string, payload any) hook {
	body, _ := json.Marshal(payload)
	mac := hmac.New(sha256.New, []byte(sandbox.MetaAppSecret))
	mac.Write(body)
	return hook{"/webhooks/" + inbox, http.Header{"Content-Type": {"application/json"}, "X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(mac.Sum(nil))}}, body}
}
