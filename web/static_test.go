package web_test

import (
	"net/http"
	"testing"
	"testing/fstest"

	"parley/store/storetest"
	"parley/web"
)

func TestUserInterface(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	s := newSite(t, storetest.SQLite(t), func(c *web.Config) {
		c.UI = fstest.MapFS{
			"index.html": file("<html>"), "favicon.svg": file("<svg>"), ".keep": file(""),
			"assets/app-1.js": file("plain"), "assets/app-1.js.br": file("brotli"), "assets/app-1.js.gz": file("gzip"),
		}
	})
	const year, page = "public, max-age=31536000, immutable", "no-cache"
	for _, c := range []struct {
		path, accept string
		status       int
		body, cache  string
		encoding     string
	}{
		{"/", "", 200, "<html>", page, ""},
		{"/inbox/123", "", 200, "<html>", page, ""},
		{"/index.html", "", 200, "<html>", page, ""},
		{"/favicon.svg", "", 200, "<svg>", page, ""},
		{"/assets/app-1.js", "gzip, deflate, br", 200, "brotli", year, "br"},
		{"/assets/app-1.js", "gzip", 200, "gzip", year, "gzip"},
		{"/assets/app-1.js", "br;q=0, gzip;q=0.5", 200, "gzip", year, "gzip"},
		{"/assets/app-1.js", "", 200, "plain", year, ""},
		{"/assets/app-2.js", "", 404, "", "", ""},
		{"/robots.txt", "", 404, "", "", ""},
		{"/.keep", "", 404, "", "", ""},
		{"/assets/", "", 404, "", "", ""},
		{"/api/v2/x", "", 404, "", "", ""},
		{"/assets/..%2f..%2findex.html", "", 200, "<html>", page, ""},
		{"/..%2f..%2fetc/passwd", "", 200, "<html>", page, ""},
	} {
		res := s.call("GET", c.path, "", nil, func(r *http.Request) { r.Header.Set("Accept-Encoding", c.accept) })
		if res.Status != c.status || c.status == 200 && string(res.Body) != c.body {
			t.Errorf("%s %s: %d %q, want %d %q", c.path, c.accept, res.Status, res.Body, c.status, c.body)
			continue
		}
		if c.status != 200 {
			res.problem(t, c.status)
			continue
		}
		h := res.Header
		if h.Get("Cache-Control") != c.cache || h.Get("Content-Encoding") != c.encoding || h.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: %v", c.path, h)
		}
		again := s.call("GET", c.path, "", nil, func(r *http.Request) {
			r.Header.Set("Accept-Encoding", c.accept)
			r.Header.Set("If-None-Match", h.Get("ETag"))
		})
		if again.Status != 304 || len(again.Body) != 0 {
			t.Errorf("%s with its ETag: %d", c.path, again.Status)
		}
	}
	brotli := s.call("GET", "/assets/app-1.js", "", nil, func(r *http.Request) { r.Header.Set("Accept-Encoding", "br") }).Header.Get("ETag")
	if plain := s.call("GET", "/assets/app-1.js", "", nil).Header.Get("ETag"); plain == brotli {
		t.Error("two encodings share an ETag")
	}
	if res := s.call("HEAD", "/inbox", "", nil); res.Status != 200 || res.Header.Get("Content-Length") != "6" {
		t.Errorf("HEAD: %d %v", res.Status, res.Header)
	}
}

func TestWithoutUserInterface(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	p := s.call("GET", "/", "", nil).problem(t, 404)
	if p.Detail != "the user interface is not built into this binary; run make build" {
		t.Errorf("told %q", p.Detail)
	}
}
