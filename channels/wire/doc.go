// Package wire is the HTTP between adapters and providers, done safely.
//
// Do makes one attempt at a call and tells a failure that surely never reached
// the provider (channels.Retry) from one that may have (channels.Ambiguous).
// Policy fetches what a webhook points at: only from the hosts it allows, never
// from an address inside our own network, checked when the connection is made
// and again at each redirect, and with credentials for the provider's hosts alone.
package wire
