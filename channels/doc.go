// Package channels is the contract between Parley and the providers of its
// channels, and the sender that works through the outbox with it.
//
// An adapter is stateless: it verifies and reads webhooks into desk.Inbound and
// sends desk.Outbound, for whichever desk.Inbox it is given. It decides nothing
// about conversations and never touches the database. What an adapter cannot
// understand it keeps as desk.Unsupported with the raw type; it answers an
// error only for a bad signature (desk.Forbidden) or for a body that is not of
// the provider's form at all (desk.Invalid), because an error makes providers retry.
//
// Every adapter must parse and send. What only some can do (handshake, typing,
// read marks, fetching media) are optional interfaces. There is no registry:
// cmd lists the adapters.
package channels
