package twilio

import (
	"context"
	"io"
	"net/http"

	"parley/channels/wire"
	"parley/desk"
)

// Fetch gets a file of a message. Twilio's API answers with a redirect to a
// storage host, which must not see the credentials.
func (a *API) Fetch(ctx context.Context, in desk.Inbox, source string) (io.ReadCloser, string, error) {
	acc := AccountOf(in)
	return wire.Policy{
		Hosts:        []string{"api.twilio.com", ".twilio.com", ".twiliocdn.com", ".amazonaws.com"},
		Credentialed: []string{"api.twilio.com"},
		Base:         acc.Base,
		Authorize:    func(r *http.Request) { r.SetBasicAuth(acc.SID, acc.Token) },
	}.Get(ctx, source)
}
