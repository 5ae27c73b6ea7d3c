package web

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"parley/desk"
)

// Live adds what is live to the server: webhooks, the console's and the
// widget's sockets, and the widget's own API. Call it once, before serving.
func (s *Server) Live(cfg LiveConfig) {
	l := newSockets(s.api, cfg)
	s.live, s.api.live = l, l
	l.stages = newStages(l)
	s.metrics.registry.MustRegister(hooksAccepted, hooksRefused, socketsOpen, socketsPostponed, l.stages)
	e := s.echo
	e.POST("/webhooks/:inbox", l.hook)
	e.GET("/webhooks/:inbox", l.hook)
	e.GET("/console/ws", func(c echo.Context) error {
		who, err := s.Authenticate(c.Request())
		if err != nil {
			return err
		}
		c.SetRequest(c.Request().WithContext(withCaller(c.Request().Context(), who)))
		return l.console(c)
	})
	e.GET("/widget/ws", l.widgetSocket)
	e.GET("/widget/frame", l.widgetPage)
	e.POST("/widget/api/:inbox/session", l.widgetSession)
	e.GET("/widget/api/:inbox/conversation", l.widgetConversationHandler)
	e.POST("/widget/api/:inbox/files", l.widgetUpload)
	e.POST("/widget/api/:inbox/instead", l.widgetInstead)
}

// Apply shows a change to the consoles and widgets it concerns.
func (s *Server) Apply(ch desk.Change) {
	s.Observe([]desk.Change{ch})
	if s.live != nil {
		s.live.apply(ch)
	}
}

// Passed takes what another node published on PassingChannel.
func (s *Server) Passed(payload []byte) { s.live.passed(payload) }

// Run keeps boards, lines and beats going until ctx ends.
func (s *Server) Run(ctx context.Context) error { return s.live.run(ctx) }

// Drain tells every socket to reconnect elsewhere at a random moment within.
func (s *Server) Drain(within time.Duration) { s.live.drain(within) }

// Dismiss closes the sockets that have not gone by themselves.
func (s *Server) Dismiss() { s.live.dismiss() }
