package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// consolePolicy is the Content-Security-Policy of every page but the widget's
// frame: only our own scripts, and nobody may frame the console. Mantine sets
// inline styles.
func consolePolicy(public *url.URL) string {
	socket := "ws"
	if public.Scheme == "https" {
		socket = "wss"
	}
	return "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; " +
		"connect-src 'self' " + socket + "://" + public.Host + "; worker-src 'self' blob:; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}

// headers sets what every answer carries; a route may overwrite it, as the
// widget's frame does.
func (s *Server) headers(next echo.HandlerFunc) echo.HandlerFunc {
	secure := s.auth.secure
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Content-Security-Policy", s.policy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if strings.HasPrefix(c.Request().URL.Path, apiPath) {
			h.Set("Cache-Control", "no-store") // answers are about people
		}
		if secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// recover turns a panic into an answer and a log entry; one request must not
// end the others.
func (s *Server) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if e, ok := p.(error); ok && errors.Is(e, http.ErrAbortHandler) {
				panic(p)
			}
			if c.Request().Context().Err() != nil {
				// The reader is gone; failing to write to them is no fault of ours.
				err = c.Request().Context().Err()
				return
			}
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}()
		return next(c)
	}
}

// compressLists compresses what the REST API answers. What holds a token beside
// words of the caller's choice is left alone, and so are files.
func compressLists() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{MinLength: 1400, Level: 4, Skipper: func(c echo.Context) bool {
		p := c.Request().URL.Path
		return !strings.HasPrefix(p, apiPath+"/") || p == apiPath+"/session" || strings.HasPrefix(p, apiPath+"/files") || strings.HasPrefix(p, apiPath+"/uploads")
	}})
}
