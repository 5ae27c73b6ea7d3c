package channels

import (
	"context"

	"parley/desk"
)

// Profiler asks the provider who a customer is, where webhooks do not say.
type Profiler interface {
	Profile(ctx context.Context, in desk.Inbox, who desk.Identity) (Profile, error)
}

// Profile is what a provider tells about a customer.
type Profile struct {
	Name    string
	Picture string // URL at the provider; it expires, so fetch it at once with Fetcher
}
