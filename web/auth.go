package web

import (
	"context"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"

	"parley/desk"
	"parley/store"
)

// sessionLife is how long a login lasts at most.
const sessionLife = 7 * 24 * time.Hour

// auth knows who is behind a request. A session is one random token of 256
// bits, carried by a cookie (browsers) or as a bearer token (scripts).
type auth struct {
	store    *store.Store
	sessions *scs.SessionManager
	cookie   string
	secure   bool
	public   *url.URL
	origins  *http.CrossOriginProtection
}

func newAuth(cfg Config) (*auth, error) {
	x := &auth{store: cfg.Store, cookie: "parley_session", public: cfg.PublicURL, origins: http.NewCrossOriginProtection()}
	if cfg.PublicURL.Scheme == "https" {
		// The prefix makes browsers refuse it from anywhere but this very host.
		x.cookie, x.secure = "__Host-parley", true
	}
	if err := x.origins.AddTrustedOrigin(cfg.PublicURL.Scheme + "://" + cfg.PublicURL.Host); err != nil {
		return nil, err
	}
	x.sessions = scs.New()
	kept := cfg.Store.Sessions()
	x.sessions.Store, x.sessions.Codec, x.sessions.Lifetime = kept, kept, sessionLife
	return x, nil
}

var errNoSession = desk.Errorf(desk.Unauthenticated, "log in first; the session is over or was never there")

// token finds the request's token and whether a cookie carried it, which a
// browser sends by itself.
func (x *auth) token(r *http.Request) (token string, byCookie bool) {
	if scheme, t, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(t), false
	}
	if c, err := r.Cookie(x.cookie); err == nil {
		return c.Value, true
	}
	return "", false
}

// caller reads who is behind the request, afresh each time: a role, a disabled
// account or an ended session counts from the next request on.
func (x *auth) caller(r *http.Request) (Caller, error) {
	token, byCookie := x.token(r)
	if token == "" {
		return Caller{}, errNoSession
	}
	if byCookie {
		if err := x.notForged(r); err != nil {
			return Caller{}, err
		}
	}
	return x.bearer(r.Context(), token)
}

func (x *auth) bearer(ctx context.Context, token string) (Caller, error) {
	ctx, err := x.sessions.Load(ctx, token)
	if err != nil {
		return Caller{}, err
	}
	id := x.sessions.GetString(ctx, store.SessionAgent)
	if id == "" {
		return Caller{}, errNoSession
	}
	g, err := x.store.Agent(ctx, id)
	if desk.CodeOf(err) == desk.NotFound || err == nil && !g.Enabled {
		return Caller{}, errNoSession
	}
	if err != nil {
		return Caller{}, err
	}
	return Caller{Agent: g, Session: store.SessionHash(token), token: token}, nil
}

var errForged = desk.Errorf(desk.Forbidden, "the browser did not send this from Parley's own pages; from a script, send Content-Type: application/json or use Authorization: Bearer")

// notForged refuses what another site could make a browser send with its
// cookie: anything from a foreign origin, and a change that carries neither
// proof of our own origin nor anything a foreign page cannot add by itself.
func (x *auth) notForged(r *http.Request) error {
	if err := x.origins.Check(r); err != nil {
		return errForged
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return nil // a foreign page must ask before sending the last three
	}
	if r.Header.Get("Sec-Fetch-Site") == "same-origin" || x.own(r) || r.Header.Get("X-Requested-With") != "" {
		return nil
	}
	typ, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err != nil, typ == "text/plain", typ == "application/x-www-form-urlencoded", typ == "multipart/form-data":
		return errForged
	}
	return nil
}

// own tells whether the request names Parley as its origin: the public one or
// the host it was sent to.
func (x *auth) own(r *http.Request) bool {
	o, err := url.Parse(r.Header.Get("Origin"))
	return err == nil && o.Host != "" && (o.Host == r.Host || o.Host == x.public.Host && o.Scheme == x.public.Scheme)
}

// Authenticate tells who opens a socket. With a cookie the Origin must be
// Parley's own; a missing one is refused as a foreign one is.
func (s *Server) Authenticate(r *http.Request) (Caller, error) { return s.auth.socket(r) }

func (x *auth) socket(r *http.Request) (Caller, error) {
	if _, byCookie := x.token(r); byCookie && !x.own(r) {
		return Caller{}, desk.Errorf(desk.Forbidden, "open the console at %s", x.public)
	}
	return x.caller(r)
}

// begin makes a session for an agent. What the browser held before is no part
// of it: a token planted in advance stays worthless.
func (x *auth) begin(ctx context.Context, agent desk.ID) (token string, cookie http.Cookie, err error) {
	ctx, err = x.sessions.Load(ctx, "")
	if err != nil {
		return "", cookie, err
	}
	x.sessions.Put(ctx, store.SessionAgent, agent)
	token, expiry, err := x.sessions.Commit(ctx)
	if err != nil {
		return "", cookie, err
	}
	return token, x.makeCookie(token, expiry), nil
}

// makeCookie with an empty token removes it.
func (x *auth) makeCookie(token string, expiry time.Time) http.Cookie {
	c := http.Cookie{Name: x.cookie, Value: token, Path: "/", HttpOnly: true, Secure: x.secure, SameSite: http.SameSiteLaxMode, Expires: expiry}
	if token == "" {
		c.MaxAge = -1
	}
	return c
}

// guard is huma's middleware: operations that name a security scheme are only
// for people who are logged in. The others are told only what the browser held.
func (s *Server) guard(ctx huma.Context, next func(huma.Context)) {
	c := humaecho.Unwrap(ctx)
	if len(ctx.Operation().Security) == 0 {
		if err := s.auth.origins.Check(c.Request()); err != nil { // nobody else logs our people in
			writeProblem(c.Response(), problem(ctx.Context(), errForged))
			return
		}
		held := Caller{}
		if token, byCookie := s.auth.token(c.Request()); byCookie {
			held.token = token
		}
		next(huma.WithContext(ctx, withCaller(ctx.Context(), held)))
		return
	}
	who, err := s.auth.caller(c.Request())
	if err != nil {
		writeProblem(c.Response(), problem(ctx.Context(), err))
		return
	}
	next(huma.WithContext(ctx, withCaller(ctx.Context(), who)))
}

// LoggedIn guards echo routes as guard does the REST API.
func (s *Server) LoggedIn(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		who, err := s.auth.caller(c.Request())
		if err != nil {
			return err
		}
		c.SetRequest(c.Request().WithContext(withCaller(c.Request().Context(), who)))
		return next(c)
	}
}
