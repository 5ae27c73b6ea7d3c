package web

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"

	"parley/desk"
	"parley/store"
)

// Upload is a file that waits to be sent with a message.
type Upload struct {
	ID   desk.ID `json:"id"`
	Name string  `json:"name"`
	Type string  `json:"type" doc:"As the bytes say; what could run in a browser is application/octet-stream"`
	Size int64   `json:"size"`
	URL  string  `json:"url"`
}

// uploadTime is how long a file may take to arrive.
const uploadTime = 5 * time.Minute

func (a *API) registerFiles(api huma.API) {
	op := operation(http.MethodPost, "/uploads", "uploadFile", "Upload a file to send with a message; the body is the file itself")
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}},
	}}
	serveSlow(api, op, a.uploadFile)
	op = operation(http.MethodGet, "/files/{id}/{name}", "getFile", "The bytes of an attachment")
	serveSlow(api, op, a.getFile)
}

type uploadFileInput struct {
	Name string `query:"name" maxLength:"300" doc:"The file's name"`
	body io.Reader
}

// Resolve takes the body unread: files are never held in memory whole.
func (in *uploadFileInput) Resolve(ctx huma.Context) []error {
	_ = ctx.SetReadDeadline(time.Now().Add(uploadTime)) // unsupported under some test servers
	in.body = ctx.BodyReader()
	return nil
}

func (a *API) uploadFile(ctx context.Context, in *uploadFileInput) (*body[Upload], error) {
	f, err := a.upload(ctx, "agent:"+a.user(ctx).ID, in.Name, in.body)
	if err != nil {
		return nil, err
	}
	return &body[Upload]{Upload{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, URL: apiPath + "/files/" + f.ID + "/" + url.PathEscape(f.Name)}}, nil
}

// uploadsPerHour bounds what one person or visitor can make us store.
const uploadsPerHour = 100

// upload keeps a file for its owner, "agent:<id>" or "visitor:<visitor id>".
func (a *API) upload(ctx context.Context, owner, name string, r io.Reader) (*desk.Attachment, error) {
	if !a.Limiter.Allow(ctx, "upload:"+owner, uploadsPerHour, time.Hour) {
		return nil, desk.Errorf(desk.TooMany, "too many files in an hour; wait a little")
	}
	ctx, cancel := context.WithTimeout(ctx, uploadTime)
	defer cancel()
	return a.Store.CreateUpload(ctx, owner, name, store.MaxUpload, r)
}

type getFileInput struct {
	ByID
	Name string `path:"name" doc:"Any name; the id decides"`
}

func (a *API) getFile(ctx context.Context, in *getFileInput) (*huma.StreamResponse, error) {
	f, err := a.Store.File(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if f.ConversationID != "" {
		if _, _, err := a.conversation(ctx, f.ConversationID); err != nil {
			return nil, errNoFile
		}
	} else if f.Owner != "agent:"+a.user(ctx).ID {
		return nil, errNoFile
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		c := humaecho.Unwrap(hc)
		if err := a.serveFile(c.Response(), c.Request(), f.Attachment); err != nil {
			a.handleError(err, c)
		}
	}}, nil
}

var errNoFile = desk.Errorf(desk.NotFound, "there is no such file")

// serveFile sends the bytes in a way that nothing in them can act: the type is
// ours, sniffing is off, and a page made of it would be an empty sandbox.
func (a *API) serveFile(w http.ResponseWriter, r *http.Request, f desk.Attachment) error {
	bytes, err := a.Store.OpenFile(r.Context(), f)
	if err != nil {
		return err
	}
	defer bytes.Close()
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	h.Set("Content-Disposition", disposition(f))
	h.Set("Cache-Control", "private, max-age=86400, immutable")
	h.Set("ETag", `"`+f.ID+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes)
	return nil
}

// disposition shows pictures, sound and films in place and has the rest
// downloaded, with the name in both forms of RFC 6266.
func disposition(f desk.Attachment) string {
	how := "attachment"
	switch kind, _, _ := strings.Cut(f.Type, "/"); kind {
	case "image", "audio", "video":
		how = "inline"
	}
	name := store.FileName(f.Name)
	plain := strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, name)
	return fmt.Sprintf(`%s; filename="%s"; filename*=UTF-8''%s`, how, plain, extValue(name))
}

// extValue is ext-value of RFC 8187: everything but attr-char percent-encoded.
func extValue(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// links signs addresses of files for those who have no session: providers that
// fetch media, and the widget.
type links struct{ key []byte }

func newLinks(secret []byte) (links, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "parley file links", 32)
	return links{key}, err
}

// linkLife is how long a link works: providers fetch within minutes, and retry for hours.
const linkLife = 24 * time.Hour

// sign gives the signature of a file's link until a time, which it contains.
func (l links) sign(id desk.ID, until time.Time) string {
	var when [8]byte
	binary.BigEndian.PutUint64(when[:], uint64(until.Unix()))
	return base64.RawURLEncoding.EncodeToString(append(when[:], l.mac(id, when[:])...))
}

func (l links) mac(id desk.ID, when []byte) []byte {
	m := hmac.New(sha256.New, l.key)
	m.Write(when)
	m.Write([]byte(id))
	return m.Sum(nil)[:16]
}

// good tells whether a signature is ours, for this file, and not over.
func (l links) good(id desk.ID, sig string, now time.Time) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(sig)
	return err == nil && len(b) == 24 && hmac.Equal(b[8:], l.mac(id, b[:8])) && now.Unix() < int64(binary.BigEndian.Uint64(b[:8]))
}

func (a *API) fileURL(f desk.Attachment) string {
	// To the hour, so that the same file keeps its address for a while and is cached.
	until := a.Now().Truncate(time.Hour).Add(linkLife + time.Hour)
	return a.PublicURL.JoinPath("files", f.ID, a.links.sign(f.ID, until), url.PathEscape(store.FileName(f.Name))).String()
}

func (a *API) linkedFile(c echo.Context) error {
	id := c.Param("id")
	if !desk.ValidID(id) || !a.links.good(id, c.Param("sig"), a.Now()) {
		return desk.Errorf(desk.NotFound, "this link is not valid, or not any more")
	}
	f, err := a.Store.File(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return a.serveFile(c.Response(), c.Request(), f.Attachment)
}
