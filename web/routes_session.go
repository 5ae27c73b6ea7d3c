package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parley/desk"
)

func (a *API) registerSession(api huma.API) {
	openRoute(api, http.MethodPost, "/session", "login", "Log in; the answer sets a cookie and gives the same token for scripts", a.login)
	route(api, http.MethodDelete, "/session", "logout", "Log out", a.logout)
	route(api, http.MethodGet, "/me", "getMe", "Who you are and what you may do", a.getMe)
	route(api, http.MethodPut, "/me/presence", "setPresence", "Change your presence", a.setPresence)
	route(api, http.MethodGet, "/me/offers", "listOffers", "What is ringing for you", a.listOffers)
}

// Session is the answer to a login.
type Session struct {
	Token string `json:"token" doc:"The same session for scripts: Authorization: Bearer …"`
	Me    Me     `json:"me"`
}

// OK says that it was done.
type OK struct {
	OK bool `json:"ok"`
}

func done() *body[OK] { return &body[OK]{OK{true}} }

// Me is the person behind the session.
type Me struct {
	Agent   AgentItem     `json:"agent"`
	Actions []desk.Action `json:"actions" doc:"What you may do"`
	Queues  []Named       `json:"queues" doc:"Lines you serve"`
	Demo    bool          `json:"demo" doc:"Whether the sandbox runs at /sandbox"`
	Version string        `json:"version"`
}

// Guesses at one account's password, and logins from one address, per window.
// The second is wide: a whole office can share an address.
const (
	loginWindow     = 5 * time.Minute
	loginsOfAccount = 30
	loginsOfAddress = 300
)

type loginInput struct {
	Body struct {
		Email    string `json:"email" format:"email" maxLength:"200"`
		Password string `json:"password" minLength:"1" maxLength:"200"`
	}
}

type sessionOutput[T any] struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      T
}

var errWrongLogin = desk.Errorf(desk.Unauthenticated, "the e-mail address or the password is wrong")

func (a *API) login(ctx context.Context, in *loginInput) (*sessionOutput[Session], error) {
	account := strings.ToLower(strings.TrimSpace(in.Body.Email))
	address := addressGroup(callerAddress(ctx))
	if !a.Limiter.Allow(ctx, "login-address:"+address, loginsOfAddress, loginWindow) || !a.Limiter.Allow(ctx, "login-account:"+account, loginsOfAccount, loginWindow) {
		return nil, desk.Errorf(desk.TooMany, "too many attempts to log in; wait five minutes, or ask an administrator for a new password")
	}
	g, hash, err := a.Store.Credentials(ctx, account)
	if err != nil {
		return nil, err
	}
	right, err := a.passwords.matches(ctx, in.Body.Password, hash)
	if err != nil {
		return nil, err
	}
	if !right || !g.Enabled {
		return nil, errWrongLogin
	}
	token, cookie, err := a.auth.begin(ctx, g.ID)
	if err != nil {
		return nil, err
	}
	if held := caller(ctx).token; held != "" { // replaced in this browser
		if err := a.Store.EndSession(ctx, held); err != nil {
			return nil, err
		}
	}
	me, err := a.me(ctx, g)
	if err != nil {
		return nil, err
	}
	return &sessionOutput[Session]{cookie, Session{token, *me}}, nil
}

func (a *API) me(ctx context.Context, g *desk.Agent) (*Me, error) {
	queues, err := a.Store.Queues(ctx)
	if err != nil {
		return nil, err
	}
	return &Me{Agent: a.agentItem(g), Actions: desk.Actions(g.Role), Queues: lines(queues, g), Demo: a.Demo, Version: a.Version}, nil
}

func (a *API) logout(ctx context.Context, in *none) (*sessionOutput[OK], error) {
	if err := a.Store.EndSession(ctx, caller(ctx).token); err != nil {
		return nil, err
	}
	return &sessionOutput[OK]{a.auth.makeCookie("", time.Time{}), OK{true}}, nil
}

func (a *API) getMe(ctx context.Context, in *none) (*body[Me], error) {
	me, err := a.me(ctx, a.user(ctx))
	if err != nil {
		return nil, err
	}
	return &body[Me]{*me}, nil
}

type setPresenceInput struct {
	Body struct {
		Presence desk.Presence `json:"presence" enum:"available,busy,away,offline"`
		Reason   string        `json:"reason,omitempty" maxLength:"100"`
		Next     bool          `json:"next,omitempty" doc:"Only once my last conversation ends"`
	}
}

func (a *API) setPresence(ctx context.Context, in *setPresenceInput) (*body[AgentItem], error) {
	me := a.user(ctx)
	return a.presence(ctx, me.ID, in.Body.Presence, in.Body.Reason, in.Body.Next)
}

func (a *API) presence(ctx context.Context, id desk.ID, p desk.Presence, reason string, next bool) (*body[AgentItem], error) {
	if err := a.Store.SetPresence(ctx, id, p, desk.CleanText(strings.TrimSpace(reason), 400), next, a.user(ctx).ID); err != nil {
		return nil, err
	}
	g, err := a.Store.Agent(ctx, id)
	if err != nil {
		return nil, err
	}
	return &body[AgentItem]{a.agentItem(g)}, nil
}

func (a *API) listOffers(ctx context.Context, in *none) (*body[Page[OfferItem]], error) {
	offers, err := a.Store.PendingOffers(ctx, a.user(ctx).ID)
	if err != nil {
		return nil, err
	}
	page := Page[OfferItem]{Items: []OfferItem{}}
	for i := range offers {
		c, _, err := a.Store.Conversation(ctx, offers[i].ConversationID)
		if err != nil {
			return nil, err
		}
		if c.OfferID == offers[i].ID { // else it ended between the two reads
			page.Items = append(page.Items, a.offerItem(&offers[i], c))
		}
	}
	return &body[Page[OfferItem]]{page}, nil
}
