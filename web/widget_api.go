package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"parley/channels/webchat"
	"parley/desk"
	"parley/store"
)

// widgetUploadLimit is the largest file a visitor may send, in bytes.
const widgetUploadLimit = 10 << 20

// beginVisit is what the widget says when it opens.
type beginVisit struct {
	Token    string `json:"token"`
	Language string `json:"language"`
	Page     string `json:"page"`
	Title    string `json:"title"`
	Referrer string `json:"referrer"`
	UserID   string `json:"user_id"`
	UserHash string `json:"user_hash"`
	Name     string `json:"name"`
	Email    string `json:"email"`
}

// widgetSession begins or renews a visitor and says how the inbox stands.
func (s *sockets) widgetSession(c echo.Context) error {
	ctx := c.Request().Context()
	inbox, err := s.widgetInbox(c)
	if err != nil {
		return err
	}
	var in beginVisit
	if err := json.NewDecoder(http.MaxBytesReader(c.Response(), c.Request().Body, 16<<10)).Decode(&in); err != nil && err != io.EOF {
		return newProblem(http.StatusBadRequest, "The body is not the JSON the widget sends.")
	}
	if !s.api.Limiter.Allow(ctx, "widget:"+addressGroup(callerAddress(ctx)), 120, time.Minute) {
		return desk.Errorf(desk.TooMany, "too many visits from your address; try again in a minute")
	}
	user, err := webchat.CheckIdentity(*inbox, in.UserID, in.UserHash)
	if err != nil {
		return err
	}
	claims, err := s.Tokens.Verify(in.Token, inbox.ID, s.api.Now())
	// A token of somebody else's login is not continued: nobody reads the
	// conversations of the one before at a shared computer.
	if err != nil || user != claims.UserID && (user != "" || claims.UserID != "") {
		claims = webchat.Claims{Inbox: inbox.ID, Visitor: newVisitor()}
	}
	claims.UserID, claims.Expires = user, s.api.Now().Add(webchat.TokenLife)
	view, err := s.widgetConversation(ctx, claims)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{
		"token": s.Tokens.Sign(claims), "visitor_id": claims.Visitor, "conversation": view,
		"inbox": map[string]any{"label": inbox.Label, "greeting": inbox.Greeting, "csat": inbox.CSAT, "online": s.staffed(inbox),
			"languages": strings.FieldsFunc(inbox.Config["languages"], func(r rune) bool { return r == ',' || r == ' ' }), "form": inbox.Config["form"] == "true"},
	})
}

func newVisitor() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// staffed tells whether anybody who serves the inbox's queue is there.
func (s *sockets) staffed(inbox *desk.Inbox) bool {
	q := s.Floor.Queue(inbox.QueueID)
	if q == nil || !q.Open || !q.Hours.OpenAt(s.api.Now()) {
		return false
	}
	for _, a := range s.Floor.Agents() {
		if q.Accepts(a) && a.Presence != desk.Offline && !a.OffHours {
			return true
		}
	}
	return false
}

// widgetInbox finds the web chat inbox of the address.
func (s *sockets) widgetInbox(c echo.Context) (*desk.Inbox, error) {
	inbox, err := s.api.Store.InboxByName(c.Request().Context(), c.Param("inbox"))
	if err != nil {
		return nil, err
	}
	if inbox.Channel != desk.WebChat || !inbox.Enabled {
		return nil, desk.Errorf(desk.NotFound, "%q is not an open web chat", inbox.Name)
	}
	return inbox, nil
}

// visitorOf reads the visitor behind a request's bearer token.
func (s *sockets) visitorOf(c echo.Context) (*desk.Inbox, webchat.Claims, error) {
	inbox, err := s.widgetInbox(c)
	if err != nil {
		return nil, webchat.Claims{}, err
	}
	token := strings.TrimPrefix(c.Request().Header.Get("Authorization"), "Bearer ")
	claims, err := s.Tokens.Verify(token, inbox.ID, s.api.Now())
	return inbox, claims, err
}

func (s *sockets) widgetConversationHandler(c echo.Context) error {
	_, claims, err := s.visitorOf(c)
	if err != nil {
		return err
	}
	view, err := s.widgetConversation(c.Request().Context(), claims)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"conversation": view})
}

// widgetInstead takes what a visitor chooses instead of waiting in line.
func (s *sockets) widgetInstead(c echo.Context) error {
	_, claims, err := s.visitorOf(c)
	if err != nil {
		return err
	}
	var in struct {
		Instead desk.Instead `json:"instead"`
		To      string       `json:"to"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(c.Response(), c.Request().Body, 4<<10)).Decode(&in); err != nil {
		return newProblem(http.StatusBadRequest, "The body is not the JSON the widget sends.")
	}
	ctx := c.Request().Context()
	if !s.api.Limiter.Allow(ctx, "widget-instead:"+claims.Visitor, 10, time.Minute) {
		return desk.Errorf(desk.TooMany, "too many requests; try again in a minute")
	}
	key := store.VisitorKey{Inbox: claims.Inbox, Visitor: claims.Visitor}
	found, err := s.api.Store.VisitorConversations(ctx, []store.VisitorKey{key})
	if err != nil {
		return err
	}
	talk := found[key]
	if talk == nil {
		return desk.Errorf(desk.Conflict, "you are not in line")
	}
	if err := s.api.Store.Instead(ctx, talk.ID, in.Instead, in.To); err != nil {
		return err
	}
	return s.widgetConversationHandler(c)
}

// widgetUpload keeps a file of a visitor until a message names it.
func (s *sockets) widgetUpload(c echo.Context) error {
	_, claims, err := s.visitorOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if !s.api.Limiter.Allow(ctx, "widget-file:"+claims.Visitor, 20, time.Minute) {
		return desk.Errorf(desk.TooMany, "too many files at once; try again in a minute")
	}
	f, err := s.api.Store.CreateUpload(ctx, "visitor:"+claims.Visitor, c.QueryParam("name"), widgetUploadLimit, c.Request().Body)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, widgetFile{f.ID, f.Name, f.Type, f.Size, f.Kind, s.api.fileURL(*f)})
}

// widgetPage serves the page inside the widget's iframe, framed only by the
// sites the inbox allows.
func (s *sockets) widgetPage(c echo.Context) error {
	if s.api.UI == nil {
		return echo.ErrNotFound
	}
	page, err := fs.ReadFile(s.api.UI, "widget/frame.html")
	if err != nil {
		return desk.Errorf(desk.NotFound, "the widget has not been built; run make build")
	}
	inbox, err := s.api.Store.InboxByName(c.Request().Context(), c.QueryParam("inbox"))
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Del("X-Frame-Options")
	h.Del("Cross-Origin-Opener-Policy")
	h.Set("Content-Security-Policy", framePolicy(s.api.PublicURL, inbox))
	h.Set("Cache-Control", "no-cache")
	return c.HTMLBlob(http.StatusOK, page)
}

// framePolicy lets the allowed sites show the frame, and the frame nothing but
// our own scripts.
func framePolicy(public *url.URL, inbox *desk.Inbox) string {
	ancestors := []string{"'self'"}
	for _, o := range strings.FieldsFunc(inbox.Config["allowed_origins"], func(r rune) bool { return r == ',' || r == ' ' || r == '\n' }) {
		// Only what has the form of a source expression; anything else would end the directive.
		if !strings.ContainsAny(o, ";'\"") {
			ancestors = append(ancestors, o)
		}
	}
	if len(ancestors) == 1 {
		ancestors = []string{"*"} // no sites named: any may show it
	}
	socket := "ws://"
	if public.Scheme == "https" {
		socket = "wss://"
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' " +
		socket + public.Host + "; base-uri 'none'; form-action 'none'; frame-ancestors " + strings.Join(ancestors, " ")
}

// hookLimit keeps one visitor from flooding: providers are limited by their signature.
func (s *sockets) hookLimit(ctx context.Context, inbox *desk.Inbox, items []desk.Inbound) error {
	if inbox.Channel != desk.WebChat || len(items) == 0 {
		return nil
	}
	if !s.api.Limiter.Allow(ctx, "visitor:"+items[0].Identity.Value, 120, time.Minute) {
		return desk.Errorf(desk.TooMany, "too many messages at once; try again in a minute")
	}
	return nil
}
