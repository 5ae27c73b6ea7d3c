package sandbox

import (
	"embed"
	"fmt"
	"hash/fnv"
	"html"
	"net/http"
	"strings"
)

//go:embed shop
var shopFiles embed.FS

// shopPages are the pages by address; "" is the front page.
var shopPages = map[string]string{
	"": "index.html", "lamp": "lamp.html", "kettle": "kettle.html", "chair": "chair.html",
	"shop.css": "shop.css", "lamp.svg": "lamp.svg", "kettle.svg": "kettle.svg", "chair.svg": "chair.svg", "rug.svg": "rug.svg",
}

// shopPolicy is as strict as a careful shop would have it, to show that the
// widget needs no more than to be allowed as a script and as a frame.
const shopPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'"

func handleShop(w http.ResponseWriter, r *http.Request) {
	name, ok := shopPages[r.PathValue("page")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	data, err := shopFiles.ReadFile("shop/" + name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	switch {
	case strings.HasSuffix(name, ".css"):
		h.Set("Content-Type", "text/css; charset=utf-8")
	case strings.HasSuffix(name, ".svg"):
		h.Set("Content-Type", "image/svg+xml")
	default:
		h.Set("Content-Type", "text/html; charset=utf-8")
	}
	h.Set("Content-Security-Policy", shopPolicy)
	h.Del("X-Frame-Options") // the policy says who may frame it: the sandbox page
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Cache-Control", "no-cache")
	_, _ = w.Write(data) // a reader that went away needs no answer
}

// handleFace draws the profile picture of a Messenger customer: initials on a
// colour of their own.
func (s *Sandbox) handleFace(w http.ResponseWriter, r *http.Request) {
	id := strings.TrimSuffix(r.PathValue("file"), ".svg")
	name, ok := s.phones.name(threadKey{Messenger, id})
	if !ok {
		problem(w, http.StatusNotFound, "There is no such customer.")
		return
	}
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(id)) // never fails
	var initials string
	for _, word := range strings.Fields(name) {
		initials += string([]rune(word)[:1])
	}
	h := w.Header()
	h.Set("Content-Type", "image/svg+xml")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, max-age=86400")
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" fill="hsl(%d 45%% 38%%)"/><text x="48" y="61" font-family="sans-serif" font-size="36" font-weight="600" text-anchor="middle" fill="#fff">%s</text></svg>`,
		hash.Sum32()%360, html.EscapeString(initials))
}
