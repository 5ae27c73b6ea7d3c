package web

import (
	"context"
	"io/fs"
	"log/slog"
	"net/netip"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parley/channels"
	"parley/store"
)

// Limiter counts uses of key and tells whether they are within n per window.
type Limiter interface {
	Allow(ctx context.Context, key string, n int, window time.Duration) bool
}

// Config of the web server. Store, PublicURL, Key and Limiter are required.
type Config struct {
	Store *store.Store
	// PublicURL is how browsers and providers reach Parley. With https the
	// session cookie is Secure and named __Host-…
	PublicURL *url.URL
	// Key signs links to files; 32 bytes.
	Key     []byte
	Limiter Limiter
	// Adapters by the provider name inboxes choose them by.
	Adapters map[string]channels.Adapter
	// Checks are what /readyz asks besides the database, by name.
	Checks map[string]Check
	// UI holds the built console; nil serves none.
	UI fs.FS
	// TrustedProxies may tell the caller's address by X-Forwarded-For; nobody
	// else is believed.
	TrustedProxies []netip.Prefix
	// VisitorPace is how many visitors' sockets are let in each second; 0: 500 a core.
	VisitorPace int
	// Registry holds what /metrics tells; nil: one with HTTP alone.
	Registry *prometheus.Registry
	Demo     bool // the sandbox runs at /sandbox
	Version  string
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	Log *slog.Logger
}
