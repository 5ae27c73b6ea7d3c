package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"parley/desk"
)

// MediaPath, after the public URL and before a media id, is where files are.
const MediaPath = "/sandbox/media/"

const (
	maxFileBytes   = 16 << 20
	maxMemoryBytes = 64 << 20 // of files when there is no folder
)

var (
	errTooLarge = fmt.Errorf("the file is larger than %d MB", maxFileBytes>>20)
	errForeign  = errors.New("the file is not on this server")
)

// files keeps the bytes of media: in a folder, or in memory where the oldest go first.
type files struct {
	dir   string
	mu    sync.Mutex
	kept  map[string][]byte
	order []string
	size  int
}

func (f *files) save(id string, data []byte) error {
	if f.dir != "" {
		return os.WriteFile(filepath.Join(f.dir, id), data, 0o600)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.kept[id] = data
	f.order = append(f.order, id)
	f.size += len(data)
	for f.size > maxMemoryBytes && len(f.order) > 1 {
		f.size -= len(f.kept[f.order[0]])
		delete(f.kept, f.order[0])
		f.order = f.order[1:]
	}
	return nil
}

func (f *files) load(id string) ([]byte, bool) {
	if !desk.ValidID(id) { // also keeps paths inside the folder
		return nil, false
	}
	if f.dir != "" {
		data, err := os.ReadFile(filepath.Join(f.dir, id))
		return data, err == nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	data, ok := f.kept[id]
	return data, ok
}

// saveMedia stores a file under an id of its own. The type comes from the
// bytes where they tell, else from what was claimed, else from the name.
func (s *Sandbox) saveMedia(name, claimed string, data []byte) (Media, error) {
	if len(data) > maxFileBytes {
		return Media{}, errTooLarge
	}
	kind := http.DetectContentType(data)
	if kind == "application/octet-stream" || strings.HasPrefix(kind, "text/plain") {
		if t, _, err := mime.ParseMediaType(claimed); err == nil && t != "" && t != "application/octet-stream" {
			kind = t
		} else if t := mime.TypeByExtension(path.Ext(name)); t != "" {
			kind = t
		}
	}
	kind, _, _ = strings.Cut(kind, ";")
	name = desk.CleanText(path.Base(strings.ReplaceAll(name, "\\", "/")), 200)
	if name == "" || name == "." || name == "/" {
		name = "file" + extension(kind)
	}
	m := Media{ID: desk.NewID(), Name: name, Type: kind, Size: int64(len(data))}
	if err := s.files.save(m.ID, data); err != nil {
		return Media{}, fmt.Errorf("keep media: %w", err)
	}
	s.phones.remember(m)
	return m, nil
}

func extension(kind string) string {
	known := map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "video/mp4": ".mp4", "audio/ogg": ".ogg", "application/pdf": ".pdf"}
	if e, ok := known[kind]; ok {
		return e
	}
	if all, _ := mime.ExtensionsByType(kind); len(all) > 0 {
		return all[0]
	}
	return ".bin"
}

// fetch gets a file that Parley offers by link, as a provider would. Only from
// Parley itself: the sandbox must not be a way to reach other addresses.
func (s *Sandbox) fetch(ctx context.Context, link string) (Media, error) {
	u, err := url.Parse(link)
	if err != nil || u.Scheme+"://"+u.Host != origin(s.cfg.PublicURL) {
		return Media{}, errForeign
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.local(link), nil)
	if err != nil {
		return Media{}, err
	}
	res, err := s.client.Do(req)
	if err != nil {
		return Media{}, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return Media{}, fmt.Errorf("the file answered %d", res.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, maxFileBytes+1))
	if err != nil {
		return Media{}, err
	}
	name := path.Base(u.Path)
	if _, params, err := mime.ParseMediaType(res.Header.Get("Content-Disposition")); err == nil && params["filename"] != "" {
		name = params["filename"]
	}
	return s.saveMedia(name, res.Header.Get("Content-Type"), data)
}

// local is the address by which this process reaches a public URL of Parley.
func (s *Sandbox) local(public string) string {
	if rest, ok := strings.CutPrefix(public, s.cfg.PublicURL); ok {
		return s.cfg.LocalURL + rest
	}
	return public
}

func origin(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// shownInline are the types a browser may show; all else is downloaded.
var shownInline = []string{"image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", "video/webm", "audio/mpeg", "audio/ogg", "audio/mp4", "audio/aac", "audio/wav", "audio/wave"}

func (s *Sandbox) serveMedia(w http.ResponseWriter, r *http.Request, id string) {
	info, known := s.phones.mediaInfo(id)
	data, ok := s.files.load(id)
	if !known || !ok {
		problem(w, http.StatusNotFound, "There is no such file.")
		return
	}
	h := w.Header()
	h.Set("Content-Type", info.Type)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, max-age=86400")
	disposition := "attachment"
	if slices.Contains(shownInline, info.Type) {
		disposition = "inline"
	}
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": info.Name}))
	if r.Method != http.MethodHead {
		_, _ = w.Write(data) // a reader that went away needs no answer
	}
}
