// Package meta is what the channels of Meta's platform have in common: the
// webhook handshake and signature, the reading of its JSON however loosely
// typed, calls to the Graph API, what its error codes mean to an agent, and
// the fetching of media.
//
// Sources: Meta's documentation of Webhooks, the WhatsApp Cloud API and the
// Messenger Platform. Meta repeats a webhook for days until it is answered 200,
// so one message that cannot be understood must not fail the rest of its batch.
package meta
