package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// settings are what every command needs to reach the data. Each flag has an
// environment variable.
type settings struct {
	DatabaseURL string `name:"database-url" env:"PARLEY_DATABASE_URL" help:"postgres://… or the path of a SQLite file. Default: parley.db in the data folder." placeholder:"URL"`
	DataDir     string `name:"data-dir" env:"PARLEY_DATA_DIR" default:"data" help:"Folder for the SQLite file, the key and media." placeholder:"DIR"`
	SecretKey   string `name:"secret-key" env:"PARLEY_SECRET_KEY" help:"32 bytes as 64 hex digits or base64; encrypts stored credentials. Made and kept in the data folder when the database is SQLite." placeholder:"KEY"`
	TimeZone    string `name:"time-zone" env:"PARLEY_TIME_ZONE" default:"UTC" help:"Reporting time zone: where days begin." placeholder:"ZONE"`
	LogLevel    string `name:"log-level" env:"PARLEY_LOG_LEVEL" enum:"debug,info,warn,error" default:"info" help:"debug, info, warn or error."`
	LogFormat   string `name:"log-format" env:"PARLEY_LOG_FORMAT" enum:"text,json" default:"text" help:"text or json."`
}

func (s *settings) postgres() bool {
	return strings.HasPrefix(s.DatabaseURL, "postgres://") || strings.HasPrefix(s.DatabaseURL, "postgresql://")
}

func (s *settings) database() string {
	if s.DatabaseURL != "" {
		return s.DatabaseURL
	}
	return filepath.Join(s.DataDir, "parley.db")
}

func (s *settings) zone() (*time.Location, error) {
	z, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("--time-zone: %q is not a time zone; use a name like Europe/Rome", s.TimeZone)
	}
	return z, nil
}

func (s *settings) logger() *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(s.LogLevel)) // the flag's enum has checked it
	o := &slog.HandlerOptions{Level: level}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, o))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, o))
}

// key reads the secret key, or makes one for a database in a file: several
// nodes must share one, so for PostgreSQL it has to be given.
func (s *settings) key() ([]byte, error) {
	if s.SecretKey != "" {
		return parseKey(s.SecretKey)
	}
	if s.postgres() {
		return nil, errors.New("--secret-key (PARLEY_SECRET_KEY) is needed with PostgreSQL: 32 bytes that all nodes share; make one with: openssl rand -hex 32")
	}
	file := filepath.Join(s.DataDir, "secret.key")
	text, err := os.ReadFile(file)
	if err == nil {
		return parseKey(strings.TrimSpace(string(text)))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	return key, os.WriteFile(file, []byte(hex.EncodeToString(key)+"\n"), 0o600)
}

func parseKey(text string) ([]byte, error) {
	if key, err := hex.DecodeString(text); err == nil && len(key) == 32 {
		return key, nil
	}
	for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if key, err := enc.DecodeString(text); err == nil && len(key) == 32 {
			return key, nil
		}
	}
	return nil, errors.New("--secret-key must be 32 bytes, as 64 hex digits or base64; make one with: openssl rand -hex 32")
}

// lockDataDir keeps a second process off a SQLite file and its embedded queue:
// each would know nothing of the other's work. The lock goes with the process.
func lockDataDir(dir string) (release func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("another parley is using the data folder %s; stop it, or give --data-dir another folder", dir)
	}
	return func() { _ = f.Close() }, nil
}

// network is where the server is.
type network struct {
	Addr           string   `env:"PARLEY_ADDR" default:"localhost:8080" help:"Address to listen on." placeholder:"HOST:PORT"`
	PublicURL      string   `name:"public-url" env:"PARLEY_PUBLIC_URL" help:"How browsers and providers reach this server. Default: http:// and the address." placeholder:"URL"`
	RedisURL       string   `name:"redis-url" env:"PARLEY_REDIS_URL" help:"redis://…, rediss://…, redis+sentinel://… or redis+cluster://…. Default: a queue inside this process, for one node." placeholder:"URL"`
	RedisPrefix    string   `name:"redis-prefix" env:"PARLEY_REDIS_PREFIX" default:"parley:" help:"What keys and channels in Redis begin with; nodes that work together share it." placeholder:"TEXT"`
	TrustedProxies []string `name:"trusted-proxies" env:"PARLEY_TRUSTED_PROXIES" help:"Networks whose X-Forwarded-For is believed, such as 10.0.0.0/8." placeholder:"CIDR"`
}

func (n *network) public() (*url.URL, error) {
	if n.PublicURL == "" {
		host, port, err := net.SplitHostPort(n.Addr)
		if err != nil {
			return nil, fmt.Errorf("--addr: %q is not HOST:PORT", n.Addr)
		}
		if host == "" || host == "0.0.0.0" || host == "::" {
			host = "localhost"
		}
		return &url.URL{Scheme: "http", Host: net.JoinHostPort(host, port)}, nil
	}
	u, err := url.Parse(strings.TrimRight(n.PublicURL, "/"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" {
		return nil, fmt.Errorf("--public-url: %q must be http:// or https:// and a host, without a path", n.PublicURL)
	}
	return u, nil
}

func (n *network) proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range n.TrustedProxies {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxies: %q is not a network like 10.0.0.0/8", text)
		}
		out = append(out, p)
	}
	return out, nil
}

// loopback tells whether only this machine can reach the address.
func (n *network) loopback() bool {
	host, _, err := net.SplitHostPort(n.Addr)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
