// Package twilio is what the channels that Twilio carries have in common: the
// proof that a webhook is Twilio's, the reading of its forms, delivery
// statuses, opt-out words, the counting of SMS segments, sending, and what
// Twilio's error numbers mean to an agent.
//
// Sources: Twilio's documentation of webhook security, of the Message resource
// and of its error and warning dictionary. Twilio does not repeat a webhook by
// itself, so nothing that carries a good signature is turned away for being odd.
package twilio
