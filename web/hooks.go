package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"parley/channels"
	"parley/desk"
)

// maxWebhook is the largest body taken: Meta sends up to 3 MB.
const maxWebhook = 4 << 20

// hookTimeout answers before providers give up (Twilio waits 15 s).
const hookTimeout = 8 * time.Second

// Inbound puts accepted work on the streams; an error means that Redis is away,
// and the sweep will find the work in the database.
type Inbound interface {
	PushInbound(ctx context.Context, work []desk.Work) error
	// InboundLag is how long accepted work waits for its turn at present.
	InboundLag(ctx context.Context) (time.Duration, error)
}

// hook is what providers call. It answers 2xx only when everything in the
// request is durable; the streams come after and may fail.
func (s *sockets) hook(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), hookTimeout)
	defer cancel()
	inbox, err := s.api.Store.InboxByName(ctx, c.Param("inbox"))
	if err != nil {
		return err
	}
	adapter := s.api.Adapters[inbox.Provider]
	if adapter == nil || !inbox.Enabled {
		return desk.Errorf(desk.NotFound, "there is no inbox named %q, or it is switched off", inbox.Name)
	}
	leave, err := s.gate.enter(ctx, c.Request().ContentLength)
	if err != nil {
		hooksRefused.WithLabelValues(inbox.Name, string(desk.CodeOf(err))).Inc()
		return err
	}
	defer leave()
	r, err := s.hookRequest(c)
	if err != nil {
		return err
	}
	if c.Request().Method == http.MethodGet {
		h, can := adapter.(channels.Handshaker)
		if !can {
			return echo.ErrMethodNotAllowed
		}
		reply, err := h.Handshake(*inbox, r)
		if err != nil {
			return hookError(err)
		}
		return answer(c, reply)
	}
	items, err := adapter.Receive(*inbox, r)
	if err != nil {
		hooksRefused.WithLabelValues(inbox.Name, string(desk.CodeOf(err))).Inc()
		return hookError(err)
	}
	for i := range items {
		items[i].InboxID = inbox.ID
	}
	if err := s.hookLimit(ctx, inbox, items); err != nil {
		return err
	}
	if err := s.take(ctx, items); err != nil {
		hooksRefused.WithLabelValues(inbox.Name, string(desk.CodeOf(err))).Inc()
		return err
	}
	hooksAccepted.WithLabelValues(inbox.Name).Add(float64(len(items)))
	return answer(c, adapter.Accepted())
}

// take makes items durable, then tells the streams.
func (s *sockets) take(ctx context.Context, items []desk.Inbound) error {
	work, err := s.api.Store.Accept(ctx, items)
	if err != nil || len(work) == 0 {
		return err
	}
	if err := s.Inbound.PushInbound(ctx, work); err != nil {
		s.api.Log.Warn("work not on the stream; the sweep will find it", "items", len(work), "error", err)
	}
	return nil
}

func (s *sockets) hookRequest(c echo.Context) (channels.Request, error) {
	req := c.Request()
	// Whoever sends slowly must not keep the room of others.
	_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Now().Add(hookTimeout))
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), req.Body, maxWebhook))
	if err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return channels.Request{}, err
		}
		return channels.Request{}, newProblem(http.StatusBadRequest, "The body could not be read.")
	}
	// The URL as the provider was given it: from configuration, never from Host.
	u := *s.api.PublicURL
	u.Path, u.RawPath, u.RawQuery = req.URL.Path, req.URL.RawPath, req.URL.RawQuery
	return channels.Request{Method: req.Method, URL: &u, Header: req.Header, Body: body}, nil
}

// hookError says 400 for what cannot be read at all; everything else as everywhere.
func hookError(err error) error {
	var known *desk.Error
	if errors.As(err, &known) && known.Code == desk.Invalid {
		return newProblem(http.StatusBadRequest, known.Message)
	}
	return err
}

func answer(c echo.Context, r channels.Reply) error {
	status := r.Status
	if status == 0 {
		status = http.StatusOK
	}
	if len(r.Body) == 0 {
		return c.NoContent(status)
	}
	return c.Blob(status, r.Type, r.Body)
}
