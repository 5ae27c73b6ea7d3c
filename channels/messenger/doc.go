// Package messenger is the Messenger channel (adapter "meta-messenger").
//
// A customer is a page-scoped id (PSID), unique within the page, which is its
// Scope; ids of different pages are never taken for one person. Answers go
// freely within 24 hours of the customer's last message, and for 7 days under
// the HUMAN_AGENT tag if a human wrote them. Times are in milliseconds.
//
// Each message sent carries our id as metadata. Meta echoes it back: an echo
// with our id says that the message was sent, and one without is a human who
// answered in Meta's own inbox.
package messenger
