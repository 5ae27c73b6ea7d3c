// Package sandbox is the providers, simulated: Twilio's messaging API, Meta's
// Graph API for WhatsApp and Messenger, the phones of their customers, a shop
// page with the chat widget on it, and customers who arrive by themselves.
//
// The adapters reach it by their configured base URL and know nothing of it.
// It reaches Parley only as a provider does, by signed webhooks, and as a
// visitor's browser does, by the widget's protocol. So whatever works here has
// taken the whole way, signatures, retries and delivery statuses included.
//
// What it refuses, it refuses in the provider's own JSON: wrong credentials,
// numbers that cannot be reached, recipients who opted out, a closed 24-hour
// window, texts that are too long, too many requests. Recipients it has never
// seen are accepted, because tests and scripts may post webhooks of their own
// making straight at Parley and expect the answer to go out.
//
// Faults can be switched on: webhooks twice, out of order or late, sends that
// fail, sends that are taken while the connection breaks, a window that is
// over, a rate limit.
//
// Deliveries of one phone's thread go out in order (unless reordering is
// switched on), are tried again on anything but a 2xx with a growing pause, and
// are given up after a bounded number of attempts; the phone then shows the
// message as failed. What is under way when the process ends is not tried again.
//
// It checks no login: serve it only where the demo is on.
package sandbox
