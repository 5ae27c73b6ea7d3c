package twilio

import (
	"strings"

	"parley/channels"
	"parley/desk"
)

// Reader reads a customer's message from a form; the channel gives it.
type Reader func(f Form) desk.Inbound

// Receive verifies a webhook, checks that it is about this inbox's account,
// and reads it: a delivery status here, a message by read. One webhook of
// Twilio's is one of them.
func (a *API) Receive(in desk.Inbox, r channels.Request, read Reader) ([]desk.Inbound, error) {
	acc := AccountOf(in)
	f, err := verify(acc.Token, r)
	if err != nil {
		return nil, err
	}
	if err := f.unambiguous(); err != nil {
		return nil, err
	}
	if f.SID() == "" {
		return nil, desk.FieldError("MessageSid", "is missing; this is not a message or status of Twilio's")
	}
	if status, ok := f.status(); ok {
		if acc.SID == "" || f.Get("AccountSid") != acc.SID {
			return nil, a.stranger(in, f)
		}
		return a.finish(in, r, a.statusInbound(f, status, r.URL.Query().Get("message"))), nil
	}
	if !acc.Owns(f) || isWhatsApp(f.Get("To")) != (in.Channel == desk.WhatsApp) {
		return nil, a.stranger(in, f)
	}
	i := read(f)
	i.ProviderID = f.SID()
	if i.Identity.Value == "" {
		a.log.Warn("twilio message without a sender", "inbox", in.ID, "sid", i.ProviderID)
		i.Kind, i.Message, i.Files = desk.InIgnored, nil, nil
	}
	return a.finish(in, r, i), nil
}

// stranger refuses a webhook that is signed with our token and yet about an
// account, number or service that is not this inbox's.
func (a *API) stranger(in desk.Inbox, f Form) error {
	a.log.Warn("twilio webhook for another account or number", "inbox", in.ID, "sid", f.SID())
	return desk.Errorf(desk.Forbidden, "the webhook is about another account or number than this inbox")
}

func (a *API) finish(in desk.Inbox, r channels.Request, i desk.Inbound) []desk.Inbound {
	i.ID, i.InboxID, i.Raw = desk.NewID(), in.ID, r.Body
	if i.At.IsZero() {
		i.At = a.now().UTC() // Twilio's webhooks carry no time
	}
	if m := i.Message; m != nil {
		m.ID, m.Direction, m.Author, m.Status = desk.NewID(), desk.In, desk.ByCustomer, desk.Received
		m.ExternalID, m.ProviderAt = i.ProviderID, i.At
	}
	return []desk.Inbound{i}
}

func isWhatsApp(address string) bool {
	scheme, _ := SplitAddress(address)
	return scheme == "whatsapp"
}

// status tells a delivery status from a message: it names a status that only
// sent messages go through, or one unknown and none of a message's own fields.
func (f Form) status() (string, bool) {
	s := strings.ToLower(strings.TrimSpace(f.Get("MessageStatus")))
	if _, known := statuses[s]; known {
		return s, true
	}
	if s == "" {
		s = strings.ToLower(strings.TrimSpace(f.Get("SmsStatus")))
	}
	if s == "" || s == "received" || s == "receiving" || f.Has("Body") || f.Has("NumMedia") {
		return "", false
	}
	return s, true
}

// statuses in Twilio's words. All that come before delivery say the same to
// us: Twilio has the message.
var statuses = map[string]desk.Status{
	"accepted": desk.Sent, "scheduled": desk.Sent, "queued": desk.Sent, "sending": desk.Sent, "sent": desk.Sent,
	"delivered": desk.Delivered, "partially_delivered": desk.Delivered, "read": desk.Read,
	"undelivered": desk.Failed, "failed": desk.Failed, "canceled": desk.Failed,
}

func (a *API) statusInbound(f Form, word, messageID string) desk.Inbound {
	to := Address(f.Get("To"))
	sid := f.SID()
	status, ok := statuses[word]
	if !ok {
		return desk.Inbound{Kind: desk.InIgnored, Identity: to, ProviderID: "status:" + sid + ":" + desk.CleanText(word, 40)}
	}
	u := &desk.StatusUpdate{ExternalID: sid, Status: status}
	if desk.ValidID(messageID) {
		u.MessageID = messageID
	}
	if status == desk.Failed {
		u.ErrorCode = desk.CleanText(f.Get("ErrorCode"), 40)
		u.Error = Explain(u.ErrorCode, desk.CleanText(f.Get("ErrorMessage"), 300))
		if word == "canceled" {
			u.Error = "This message was canceled at Twilio before it was sent."
		}
	}
	return desk.Inbound{Kind: desk.InStatus, Identity: to, Status: u, ProviderID: "status:" + sid + ":" + string(status)}
}

// Address is the customer behind an address of Twilio's.
func Address(s string) desk.Identity {
	scheme, address := SplitAddress(s)
	if scheme != "whatsapp" {
		if strings.HasPrefix(s, " ") && !strings.HasPrefix(address, "+") {
			address = "+" + address // a plus that was not percent-encoded
		}
		return desk.Identity{Kind: desk.Phone, Value: NormalizePhone(address)}
	}
	address = strings.TrimPrefix(desk.CleanText(address, 160), "+")
	if strings.Trim(address, "0123456789") == "" {
		return desk.Identity{Kind: desk.WhatsAppI, Value: address}
	}
	return desk.Identity{Kind: desk.BSUID, Value: address}
}
