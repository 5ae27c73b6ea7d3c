package web

import (
	"context"
	"github.com/danielgtaylor/huma/v2"
	"net/http"
	"parley/desk"
)

func (a *API) registerSession(api huma.API) {
	route(api, http.MethodPost, "/session", "login", "Log in; the answer sets a cookie and gives the same token for scripts", a.login)
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

// Me is the person behind the session.
type Me struct {
	Agent   AgentItem     `json:"agent"`
	Actions []desk.Action `json:"actions" doc:"What you may do"`
	Queues  []Named       `json:"queues" doc:"Lines you serve"`
	Demo    bool          `json:"demo" doc:"Whether the sandbox runs at /sandbox"`
	Version string        `json:"version"`
}

type loginInput struct {
	Body struct {
		Email    string `json:"email" format:"email" maxLength:"200"`
		Password string `json:"password" minLength:"1" maxLength:"200"`
	}
}

func (a *API) login(ctx context.Context, in *loginInput) (*body[Session], error) {
	return nil, huma.Error501NotImplemented("")
}

func (a *API) logout(ctx context.Context, in *none) (*body[OK], error) {
	return nil, huma.Error501NotImplemented("")
}

func (a *API) getMe(ctx context.Context, in *none) (*body[Me], error) {
	return nil, huma.Error501NotImplemented("")
}

type setPresenceInput struct {
	Body struct {
		Presence desk.Presence `json:"presence" enum:"available,busy,away,offline"`
		Reason   string        `json:"reason,omitempty" maxLength:"100"`
		Next     bool          `json:"next,omitempty" doc:"Only once my last conversation ends"`
	}
}

func (a *API) setPresence(ctx context.Context, in *setPresenceInput) (*body[AgentItem], error) {
	return nil, huma.Error501NotImplemented("")
}

func (a *API) listOffers(ctx context.Context, in *none) (*body[Page[OfferItem]], error) {
	return nil, huma.Error501NotImplemented("")
}
