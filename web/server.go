package web

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"

	"parley/desk"
)

const (
	apiPath = "/api/v1"
	// answerTime bounds what should answer at once.
	answerTime = 20 * time.Second
)

// Server is everything that answers HTTP.
type Server struct {
	echo    *echo.Echo
	api     *API
	auth    *auth
	metrics *metrics
	health  *health
	policy  string
	live    *sockets // nil until Live
}

// New wires the routes. It reads the user interface once and starts nothing.
func New(cfg Config) (*Server, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	a, err := newAuth(cfg)
	if err != nil {
		return nil, err
	}
	words, err := newPasswords()
	if err != nil {
		return nil, err
	}
	links, err := newLinks(cfg.Key)
	if err != nil {
		return nil, err
	}
	s := &Server{echo: echo.New(), auth: a, metrics: newMetrics(cfg.Registry), health: newHealth(cfg), policy: consolePolicy(cfg.PublicURL)}
	s.api = &API{Config: cfg, names: &directory{store: cfg.Store, log: cfg.Log}, auth: a, passwords: words, links: links}
	e := s.echo
	e.HTTPErrorHandler = s.api.handleError
	e.Use(s.identify, s.observe, s.recover, s.headers, compressLists(), atMost(apiMost, apiPatience, unlimited))

	e.GET("/healthz", s.healthz)
	e.GET("/readyz", s.readyz)
	e.GET("/metrics", echo.WrapHandler(s.metrics.handler()))
	spec, err := json.Marshal(s.registerAPI().OpenAPI())
	if err != nil {
		return nil, err
	}
	e.GET("/api/openapi.json", func(c echo.Context) error {
		c.Response().Header().Set("Cache-Control", "no-cache")
		return c.Blob(http.StatusOK, "application/json", spec)
	})
	e.GET("/files/:id/:sig/:name", s.api.linkedFile)
	ui, err := newStatic(cfg.UI)
	if err != nil {
		return nil, err
	}
	// The widget's loader has a short name, because sites write it by hand.
	loader := func(c echo.Context) error {
		c.Request().URL.Path = "/widget/widget.js"
		c.Response().Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		return ui.serve(c)
	}
	e.GET("/widget.js", loader)
	e.HEAD("/widget.js", loader)
	e.GET("/*", ui.serve)
	e.HEAD("/*", ui.serve)
	return s, nil
}

// registerAPI puts the REST API under its path.
func (s *Server) registerAPI() huma.API {
	humaProblems()
	cfg := apiConfig()
	// A group with middleware of its own would answer 404 for wrong methods.
	api := humaecho.NewWithGroup(s.echo, s.echo.Group(apiPath), cfg)
	api.UseMiddleware(s.guard)
	s.api.register(api)
	return api
}

func apiConfig() huma.Config {
	cfg := huma.DefaultConfig("Parley", "1")
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath, cfg.CreateHooks = "", "", "", nil
	cfg.Servers = []*huma.Server{{URL: apiPath}}
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"cookie": {Type: "apiKey", In: "cookie", Name: "__Host-parley", Description: "Set by POST /session; named parley_session where Parley is reached without https"},
		"bearer": {Type: "http", Scheme: "bearer", Description: "The token of POST /session"},
	}
	return cfg
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// Echo is where other parts hang their routes; they get the same request ids,
// error form and headers.
func (s *Server) Echo() *echo.Echo { return s.echo }

// API answers the REST API; sockets show things as it does.
func (s *Server) API() *API { return s.api }

// Mount hands everything under a path to a handler of its own.
func (s *Server) Mount(prefix string, h http.Handler) {
	s.echo.Any(strings.TrimSuffix(prefix, "/")+"/*", echo.WrapHandler(h))
}

// Observe takes committed changes in, from this node and others.
func (s *Server) Observe(changes []desk.Change) { s.api.names.observe(changes) }

// FileURL is a public link to an attachment, for providers that fetch media:
// unguessable, and over after a day.
func (s *Server) FileURL(a desk.Attachment) string { return s.api.fileURL(a) }
