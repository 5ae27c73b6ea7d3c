package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
)

var graphVersion = regexp.MustCompile(`^v[0-9]{1,3}\.[0-9]$`)

const serviceWindow = 24 * time.Hour

// graphError is how Graph refuses.
// https://developers.facebook.com/docs/graph-api/guides/error-handling
type graphError struct {
	Message string     `json:"message"`
	Type    string     `json:"type"`
	Code    int        `json:"code"`
	Subcode int        `json:"error_subcode,omitempty"`
	Data    *errorData `json:"error_data,omitempty"`
	Trace   string     `json:"fbtrace_id"`

	status int
}

type errorData struct {
	Product string `json:"messaging_product"`
	Details string `json:"details"`
}

func refuseGraph(w http.ResponseWriter, e graphError) {
	if e.Type == "" {
		e.Type = "OAuthException"
	}
	if e.status == 0 {
		e.status = http.StatusBadRequest
	}
	e.Trace = "A" + token(22)
	writeJSON(w, e.status, map[string]any{"error": e})
}

func paramError(format string, args ...any) *graphError {
	return &graphError{Message: "(#100) " + fmt.Sprintf(format, args...), Code: 100}
}

// graphAuth checks version and access token.
func graphAuth(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !graphVersion.MatchString(r.PathValue("version")) {
			refuseGraph(w, graphError{Message: "Unknown path components: " + r.URL.Path, Code: 2500, status: http.StatusNotFound})
			return
		}
		given, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !bearer {
			given = r.URL.Query().Get("access_token")
		}
		switch given {
		case MetaAccessToken:
			next(w, r)
		case "":
			w.Header().Set("WWW-Authenticate", `OAuth "Facebook Platform" "invalid_request"`)
			refuseGraph(w, graphError{Message: "An active access token must be used to query information about the current user.", Code: 2500})
		default:
			w.Header().Set("WWW-Authenticate", `OAuth "Facebook Platform" "invalid_token"`)
			refuseGraph(w, graphError{Message: "Invalid OAuth access token - Cannot parse access token", Code: 190, status: http.StatusUnauthorized})
		}
	}
}

func unknownObject(id string) graphError {
	return graphError{
		Message: fmt.Sprintf("Unsupported request. Object with ID '%s' does not exist, cannot be loaded due to missing permissions, or does not support this operation", id),
		Type:    "GraphMethodException", Code: 100, Subcode: 33,
	}
}

// handleGraphSend is POST /{version}/{id}/messages for either product.
func (s *Sandbox) handleGraphSend(w http.ResponseWriter, r *http.Request) {
	switch id := r.PathValue("id"); id {
	case WhatsAppPhoneNumberID:
		s.handleWhatsAppSend(w, r)
	case MessengerPageID, "me":
		s.handleMessengerSend(w, r)
	default:
		refuseGraph(w, unknownObject(id))
	}
}

// readGraph reads a JSON body into v.
func readGraph(w http.ResponseWriter, r *http.Request, v any) *graphError {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxFormBytes))
	if err != nil {
		return paramError("The request body could not be read.")
	}
	if err := json.Unmarshal(data, v); err != nil {
		return paramError("Invalid JSON in the request body: %v", err)
	}
	return nil
}

// handleGraphUpload is POST /{version}/{phone_number_id}/media.
func (s *Sandbox) handleGraphUpload(w http.ResponseWriter, r *http.Request) {
	if id := r.PathValue("id"); id != WhatsAppPhoneNumberID {
		refuseGraph(w, unknownObject(id))
		return
	}
	m, bad := s.readUpload(w, r, "file")
	if bad != nil {
		refuseGraph(w, *bad)
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"id": m.ID})
}

// readUpload stores the file of a multipart form.
func (s *Sandbox) readUpload(w http.ResponseWriter, r *http.Request, field string) (Media, *graphError) {
	r.Body = http.MaxBytesReader(w, r.Body, maxFileBytes+maxFormBytes)
	file, head, err := r.FormFile(field)
	if err != nil {
		return Media{}, paramError("The parameter %s is required.", field)
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	if err != nil {
		return Media{}, paramError("The parameter %s could not be read.", field)
	}
	m, err := s.saveMedia(head.Filename, head.Header.Get("Content-Type"), data)
	if err != nil {
		return Media{}, paramError("Media upload error: %v", err)
	}
	return m, nil
}

// handleGraphGet is GET /{version}/{id}: a media id or a page-scoped user id.
func (s *Sandbox) handleGraphGet(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if m, ok := s.phones.mediaInfo(id); ok {
		writeJSON(w, http.StatusOK, map[string]any{
			"url": s.cfg.PublicURL + GraphPath + "/media/" + m.ID, "mime_type": m.Type, "sha256": s.fileHash(m.ID),
			"file_size": m.Size, "id": m.ID, "messaging_product": "whatsapp",
		})
		return
	}
	name, ok := s.phones.name(threadKey{Messenger, id})
	if !ok {
		refuseGraph(w, unknownObject(id))
		return
	}
	first, last, _ := strings.Cut(name, " ")
	writeJSON(w, http.StatusOK, map[string]string{
		"first_name": first, "last_name": last, "profile_pic": s.cfg.PublicURL + MediaPath + "face/" + id + ".svg", "id": id,
	})
}

// handleGraphMedia is the download a media's url leads to. It wants the token.
func (s *Sandbox) handleGraphMedia(w http.ResponseWriter, r *http.Request) {
	if given, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); given != MetaAccessToken {
		refuseGraph(w, graphError{Message: "Invalid OAuth access token - Cannot parse access token", Code: 190, status: http.StatusUnauthorized})
		return
	}
	s.serveMedia(w, r, r.PathValue("media"))
}

// sendFaulty answers for a switched-on fault; true when it did.
func (s *Sandbox) sendFaulty(w http.ResponseWriter, app App, fault sendFault) bool {
	s.tellFaults(fault)
	switch {
	case fault == sendLimited && app == WhatsApp:
		refuseGraph(w, graphError{
			Message: "(#130429) Rate limit hit", Code: 130429, status: http.StatusTooManyRequests,
			Data: &errorData{"whatsapp", "Message failed to send because there were too many messages sent from this phone number in a short period of time"},
		})
	case fault == sendLimited:
		refuseGraph(w, graphError{Message: "(#613) Calls to this api have exceeded the rate limit.", Code: 613, status: http.StatusTooManyRequests})
	case fault == sendFails && app == WhatsApp:
		refuseGraph(w, graphError{
			Message: "(#131000) Something went wrong", Code: 131000, status: http.StatusInternalServerError,
			Data: &errorData{"whatsapp", "Message failed to send due to an unknown error"},
		})
	case fault == sendFails:
		refuseGraph(w, graphError{Message: "(#2) Service temporarily unavailable", Code: 2, status: http.StatusInternalServerError})
	default:
		return false
	}
	return true
}
