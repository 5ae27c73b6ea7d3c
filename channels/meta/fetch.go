package meta

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"parley/channels"
	"parley/channels/wire"
	"parley/desk"
)

// Fetch gets a file: by its address, or by the media id that WhatsApp gives,
// for which Graph first answers an address that lives about five minutes.
func (g *Graph) Fetch(ctx context.Context, in desk.Inbox, source string) (io.ReadCloser, string, error) {
	p := wire.Policy{
		Hosts:        []string{"graph.facebook.com", ".fbsbx.com", ".fbcdn.net", ".cdninstagram.com", ".whatsapp.net"},
		Credentialed: []string{"graph.facebook.com", "lookaside.fbsbx.com"},
		Base:         strings.TrimSpace(in.Config["base_url"]),
		Authorize:    func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+in.Secrets["access_token"]) },
	}
	if strings.Contains(source, "://") {
		return p.Get(ctx, source)
	}
	if strings.Trim(source, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-") != "" {
		return nil, "", desk.Errorf(desk.NotFound, "this is not a media id of Meta's")
	}
	var media struct {
		URL  String `json:"url"`
		Type String `json:"mime_type"`
	}
	if err := g.Get(ctx, in, url.PathEscape(source), nil, &media); err != nil {
		return nil, "", fetchError(err)
	}
	if media.URL == "" {
		return nil, "", desk.Errorf(desk.NotFound, "Meta no longer has this file")
	}
	body, contentType, err := p.Get(ctx, string(media.URL))
	if err == nil && media.Type != "" {
		contentType = media.Type.Max(200)
	}
	return body, contentType, err
}

// fetchError says a failed call in the terms of fetching.
func fetchError(err error) error {
	var d *channels.DeliveryError
	if !errors.As(err, &d) {
		return err
	}
	switch {
	case d.Code == "100/33":
		return desk.Errorf(desk.NotFound, "Meta no longer has this file")
	case d.Class == channels.Broken:
		return &desk.Error{Code: desk.Forbidden, Message: d.Reason, Cause: err}
	case d.Class == channels.Permanent:
		return &desk.Error{Code: desk.NotFound, Message: "Meta no longer has this file", Cause: err}
	}
	return &desk.Error{Code: desk.Unavailable, Message: "the file could not be fetched from Meta; trying again may help", Cause: err}
}
