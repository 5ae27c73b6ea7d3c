package web

import (
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"parley/desk"
)

// static serves the built user interface from memory, in the smallest encoding
// the browser takes.
type static struct{ files map[string]*asset }

type asset struct {
	typ      string
	variants []variant // smallest first; the plain one last
}

type variant struct {
	encoding string // "" is plain
	etag     string
	data     []byte
}

var encodings = []struct{ name, ending string }{{"br", ".br"}, {"gzip", ".gz"}, {"", ""}}

func newStatic(ui fs.FS) (*static, error) {
	s := &static{files: map[string]*asset{}}
	if ui == nil {
		return s, nil
	}
	err := fs.WalkDir(ui, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		if end := path.Ext(name); end == ".br" || end == ".gz" {
			return nil
		}
		f := &asset{typ: mime.TypeByExtension(path.Ext(name))}
		if f.typ == "" {
			f.typ = "application/octet-stream"
		}
		for _, e := range encodings {
			data, err := fs.ReadFile(ui, name+e.ending)
			if err != nil && e.name != "" {
				continue
			}
			if err != nil {
				return err
			}
			sum := sha256.Sum256(data)
			f.variants = append(f.variants, variant{e.name, `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`, data})
		}
		s.files[name] = f
		return nil
	})
	return s, err
}

// notPages are the paths under which only real things are: anything else there
// is 404, not the console.
var notPages = []string{"/api/", "/assets/", "/webhooks/", "/widget/", "/files/", "/console/", "/sandbox-api/", "/metrics", "/healthz", "/readyz"}

func (s *static) serve(c echo.Context) error {
	r := c.Request()
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	f := s.files[name]
	if f == nil {
		for _, p := range notPages {
			if strings.HasPrefix(r.URL.Path+"/", p) {
				return echo.ErrNotFound
			}
		}
		if path.Ext(name) != "" {
			return echo.ErrNotFound
		}
		if f = s.files["index.html"]; f == nil {
			return desk.Errorf(desk.NotFound, "the user interface is not built into this binary; run make build")
		}
		name = "index.html"
	}
	h := c.Response().Header()
	h.Set("Vary", "Accept-Encoding")
	h.Set("Content-Type", f.typ)
	if strings.HasPrefix(name, "assets/") {
		h.Set("Cache-Control", "public, max-age=31536000, immutable") // the name holds a hash
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	v := f.best(r.Header.Get("Accept-Encoding"))
	h.Set("ETag", v.etag)
	if slices.Contains(strings.FieldsFunc(r.Header.Get("If-None-Match"), func(r rune) bool { return r == ',' || r == ' ' }), v.etag) {
		h.Del("Content-Type")
		return c.NoContent(http.StatusNotModified)
	}
	if v.encoding != "" {
		h.Set("Content-Encoding", v.encoding)
	}
	h.Set("Content-Length", strconv.Itoa(len(v.data)))
	c.Response().WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := c.Response().Write(v.data)
	return err
}

// best is the first variant the browser accepts (RFC 9110, section 12.5.3; q=0
// refuses, other weights are not compared).
func (f *asset) best(accept string) variant {
	for _, v := range f.variants {
		if v.encoding == "" || accepts(accept, v.encoding) {
			return v
		}
	}
	return f.variants[len(f.variants)-1]
}

func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		q := strings.ReplaceAll(params, " ", "")
		return !strings.HasPrefix(q, "q=") || strings.Trim(q[2:], "0.") != ""
	}
	return false
}
