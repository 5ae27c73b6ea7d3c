package web_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
	"parley/web"
)

const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"

// Whatever a file holds and calls itself, it stays inert: OWASP ASVS 5.0, 5.4.
func TestFilesAreServedInert(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s := newSite(t, open)
		token := s.session(s.people[desk.RoleAgent])
		for _, c := range []struct {
			name, declared, content string
			typ, how, saved         string
		}{
			{"drawing.svg", "image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, "application/octet-stream", "attachment", "drawing.svg"},
			{"drawing.svg", "image/svg+xml; x", `<?xml version="1.0"?><svg onload="alert(1)"/>`, "application/octet-stream", "attachment", "drawing.svg"},
			{"photo.png", "image/png", "\ufeff  <svg onload=alert(1)>", "application/octet-stream", "attachment", "photo.png"},
			{"page.html", "text/html", "<!doctype html><script>alert(1)</script>", "application/octet-stream", "attachment", "page.html"},
			{"photo.png", "image/png", "<html><body onload=alert(1)>", "application/octet-stream", "attachment", "photo.png"},
			{"photo.png", "text/html", png, "image/png", "inline", "photo.png"},
			{"report.pdf", "application/pdf", "%PDF-1.7 x", "application/pdf", "attachment", "report.pdf"},
			{"run.exe", "image/png", "MZ\x90\x00\x03", "application/octet-stream", "attachment", "run.exe"},
			{"notes.txt", "", "just words", "text/plain", "attachment", "notes.txt"},
			{"table.csv", "", "a,b\n1,2", "text/csv", "attachment", "table.csv"},
			{"letter.docx", "", "PK\x03\x04rest of a zip", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "attachment", "letter.docx"},
			{"../../etc/passwd", "", "words", "text/plain", "attachment", "passwd"},
			{`..\..\boot.ini`, "", "words", "text/plain", "attachment", "boot.ini"},
			{"..", "", "words", "text/plain", "attachment", "file"},
			{"evil\r\nSet-Cookie: a=b.txt", "", "words", "text/plain", "attachment", "evilSet-Cookie: a=b.txt"},
			{"photo\u202egnp.exe", "", "words", "text/plain", "attachment", "photognp.exe"},
			{`quo"te;.txt`, "", "words", "text/plain", "attachment", `quo"te;.txt`},
			{"naïve 文.txt", "", "words", "text/plain", "attachment", "naïve 文.txt"},
			{"", "", "words", "text/plain", "attachment", "file"},
		} {
			var up web.Upload
			s.call("POST", "/api/v1/uploads?name="+url.QueryEscape(c.name), token, c.content, func(r *http.Request) {
				r.Header.Set("Content-Type", c.declared)
			}).into(t, &up)
			if up.Type != c.typ || up.Name != c.saved || up.Size != int64(len(c.content)) {
				t.Errorf("%q: kept as %+v", c.name, up)
			}
			res := s.call("GET", up.URL, token, nil)
			h := res.Header
			if res.Status != 200 || string(res.Body) != c.content {
				t.Errorf("%q: %d %q", c.name, res.Status, res.Body)
			}
			if h.Get("Content-Type") != c.typ || h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox;") {
				t.Errorf("%q is served as %v", c.name, h)
			}
			d := h.Get("Content-Disposition")
			if how, _, _ := strings.Cut(d, ";"); how != c.how || h.Get("Set-Cookie") != "" || !strings.Contains(d, "filename*=UTF-8''"+strings.ReplaceAll(url.PathEscape(c.saved), ":", "%3A")) && !strings.ContainsAny(c.saved, `=;"`) {
				t.Errorf("%q: disposition %q", c.name, d)
			}
		}
	})
}

func TestUploadLimits(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	token := s.session(s.people[desk.RoleAgent])
	big := io.LimitReader(zeros{}, store.MaxUpload+1)
	s.call("POST", "/api/v1/uploads?name=big", token, io.Reader(big)).problem(t, 413)
	s.call("POST", "/api/v1/uploads?name=none", token, "").problem(t, 422)
	bomb := []byte(png)
	copy(bomb[16:24], []byte{0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff}) // 65535 × 65535
	binary.BigEndian.PutUint32(bomb[29:33], crc32.ChecksumIEEE(bomb[12:29]))
	p := s.call("POST", "/api/v1/uploads?name=bomb.png", token, bytes.NewReader(bomb)).problem(t, 422)
	if !strings.Contains(p.Detail, "pixels") {
		t.Errorf("told %q", p.Detail)
	}
	// A file of several parts comes back whole, and in ranges.
	data := bytes.Repeat([]byte("0123456789"), 60_000)
	var up web.Upload
	s.call("POST", "/api/v1/uploads?name=long.txt", token, bytes.NewReader(data)).into(t, &up)
	if got := s.call("GET", up.URL, token, nil); !bytes.Equal(got.Body, data) {
		t.Errorf("%d bytes came back of %d", len(got.Body), len(data))
	}
	part := s.call("GET", up.URL, token, nil, func(r *http.Request) { r.Header.Set("Range", "bytes=262140-262149") })
	if part.Status != 206 || string(part.Body) != "0123456789" {
		t.Errorf("over the border of two parts: %d %q", part.Status, part.Body)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestSignedLinks(t *testing.T) {
	now := time.Date(2026, 5, 4, 12, 30, 0, 0, time.UTC)
	s := newSite(t, storetest.SQLite(t), func(c *web.Config) { c.Now = func() time.Time { return now } })
	a, b := s.file(desk.RoleAgent, "a b?.txt", "first"), s.file(desk.RoleAgent, "b.txt", "second")
	link := func(f *desk.Attachment) string { return strings.TrimPrefix(s.Web.FileURL(*f), s.URL) }
	if res := s.call("GET", link(a), "", nil); res.Status != 200 || string(res.Body) != "first" {
		t.Fatalf("%s: %d %s", link(a), res.Status, res.Body)
	}
	other := strings.Replace(link(a), a.ID, b.ID, 1)
	parts := strings.Split(link(a), "/")
	parts[3] = strings.Repeat("A", len(parts[3]))
	for name, path := range map[string]string{
		"for another file": other, "made up": strings.Join(parts, "/"), "cut": "/files/" + a.ID + "/x/a.txt", "no id": "/files/x/" + parts[3] + "/a.txt",
	} {
		if res := s.call("GET", path, "", nil); res.Status != 404 {
			t.Errorf("%s: %d %s", name, res.Status, res.Body)
		}
	}
	old := link(a)
	now = now.Add(26 * time.Hour)
	if res := s.call("GET", old, "", nil); res.Status != 404 {
		t.Errorf("a link of yesterday: %d", res.Status)
	}
}
