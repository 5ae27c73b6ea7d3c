// Package whatsapp is the WhatsApp channel, carried by Meta's Cloud API
// (adapter "meta-whatsapp") or by Twilio ("twilio-whatsapp").
//
// A customer is the wa_id that WhatsApp gives, never normalized, or a
// business-scoped user id (BSUID) when the number is hidden: answers go to what
// was given. Variants names the other spellings of a number for matching.
//
// Free text goes only within 24 hours of the customer's last message; outside,
// Send answers channels.NeedsTemplate without asking the provider. A template
// is a message of kind desk.Template: Detail.Name is its name (Meta) or Content
// SID (Twilio), Detail.Type its language (Meta; empty is "en"), Detail.Payload
// the values: a JSON list of the body's texts (Meta), a JSON object (Twilio).
package whatsapp
