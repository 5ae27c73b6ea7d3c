// Package webchat is the channel of our own: customers in the widget of a site
// (adapter "webchat").
//
// What a provider's signature is elsewhere, a visitor token is here: it names
// inbox and visitor, ends at a set time, and is signed with a key of the
// server's, so that coming back needs no session in the database. A site that
// knows its users proves it by user_hash, the HMAC of their id with the inbox's
// identity secret; CheckIdentity judges it when the token is issued, and the
// token then carries the user id.
//
// Customers post JSON with the token as bearer:
//
//	{"type":"message","id":uuid,"text":…,"attachments":[file ids],"page":…,"title":…,"referrer":…,"fields":{"name":…,"email":…}}
//	{"type":"read","id":message id}    {"type":"delivered","id":message id}
//	{"type":"left"}                    {"type":"rating","score":1–5,"comment":…}
//
// Messages out need no provider: a committed message is sent, and the visitor's
// sockets are told. Fields are what the visitor typed and prove nothing. A
// message id in read or delivered is the visitor's claim: whoever applies it
// checks that the message is of that visitor's conversation.
package webchat
