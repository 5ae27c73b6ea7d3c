package web

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// origin is what is known of a request before it is looked at.
type origin struct {
	id      string
	address netip.Addr
	log     *slog.Logger
}

func logger(ctx context.Context) *slog.Logger {
	if o, ok := ctx.Value(originKey).(origin); ok {
		return o.log
	}
	return slog.Default()
}

// requestID names the request in logs and problems; "" outside a request.
func requestID(ctx context.Context) string {
	o, _ := ctx.Value(originKey).(origin)
	return o.id
}

// callerAddress is the network address the request came from, as far as it can
// be believed: the connection's, or what a trusted proxy says.
func callerAddress(ctx context.Context) netip.Addr {
	o, _ := ctx.Value(originKey).(origin)
	return o.address
}

// identify gives each request its id and caller's address.
func (s *Server) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		id := rand.Text()[:16]
		c.SetRequest(r.WithContext(context.WithValue(r.Context(), originKey, origin{id, s.address(r), s.api.Log})))
		c.Response().Header().Set("X-Request-Id", id)
		return next(c)
	}
}

// address walks X-Forwarded-For from the right for as long as the hop that
// wrote it is a trusted proxy. Without one the header changes nothing.
func (s *Server) address(r *http.Request) netip.Addr {
	peer := netip.Addr{}
	if ap, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		peer = ap.Addr().Unmap()
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusted(peer); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		peer = hop.Unmap()
	}
	return peer
}

func (s *Server) trusted(addr netip.Addr) bool {
	for _, p := range s.api.TrustedProxies {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// addressGroup is what limits count by: an IPv4 address, or an IPv6 /64, which
// is what one subscriber has.
func addressGroup(addr netip.Addr) string {
	if addr.Is6() {
		if p, err := addr.Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.String()
}

// observe logs and measures each request by its route, never by its address,
// which can hold tokens and names.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		route, status := c.Path(), c.Response().Status
		if route == "" {
			route = "none"
		}
		took := time.Since(began)
		s.metrics.request(c.Request().Method, route, status, took)
		ctx := c.Request().Context()
		level := slog.LevelDebug
		if status >= 500 {
			level = slog.LevelWarn
		}
		if s.api.Log.Enabled(ctx, level) {
			s.api.Log.Log(ctx, level, "request", "request", requestID(ctx), "method", c.Request().Method, "route", route, "status", status, "ms", took.Milliseconds())
		}
		return nil
	}
}
