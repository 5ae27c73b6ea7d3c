package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"parley/desk"
)

const (
	twilioDate    = time.RFC1123Z
	twilioBodyMax = 1600
	twilioMedia   = 10
	maxFormBytes  = 1 << 20
	fetchTimeout  = 10 * time.Second
)

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// twilioMessage is the resource as the Messages API shows it.
// https://www.twilio.com/docs/messaging/api/message-resource
type twilioMessage struct {
	AccountSID          string            `json:"account_sid"`
	APIVersion          string            `json:"api_version"`
	Body                string            `json:"body"`
	DateCreated         string            `json:"date_created"`
	DateSent            *string           `json:"date_sent"`
	DateUpdated         string            `json:"date_updated"`
	Direction           string            `json:"direction"`
	ErrorCode           *int              `json:"error_code"`
	ErrorMessage        *string           `json:"error_message"`
	From                string            `json:"from"`
	MessagingServiceSID *string           `json:"messaging_service_sid"`
	NumMedia            string            `json:"num_media"`
	NumSegments         string            `json:"num_segments"`
	Price               *string           `json:"price"`
	PriceUnit           string            `json:"price_unit"`
	SID                 string            `json:"sid"`
	Status              string            `json:"status"`
	SubresourceURIs     map[string]string `json:"subresource_uris"`
	To                  string            `json:"to"`
	URI                 string            `json:"uri"`
}

type twilioError struct {
	Code     int    `json:"code"`
	Message  string `json:"message"`
	MoreInfo string `json:"more_info"`
	Status   int    `json:"status"`
}

func refuseTwilio(w http.ResponseWriter, status, code int, format string, args ...any) {
	writeJSON(w, status, twilioError{code, fmt.Sprintf(format, args...), fmt.Sprintf("https://www.twilio.com/docs/errors/%d", code), status})
}

// twilioAuth checks basic auth and the account in the path.
func twilioAuth(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		user, secret, ok := r.BasicAuth()
		if !ok || user != TwilioAccountSID || secret != TwilioAuthToken {
			w.Header().Set("WWW-Authenticate", `Basic realm="Twilio API"`)
			refuseTwilio(w, http.StatusUnauthorized, 20003, "Authenticate")
			return
		}
		if r.PathValue("sid") != TwilioAccountSID {
			refuseTwilio(w, http.StatusNotFound, 20404, "The requested resource %s was not found", r.URL.Path)
			return
		}
		next(w, r)
	}
}

// twilioRefusal is why Twilio would not take a message at all.
type twilioRefusal struct {
	status, code int
	message      string
}

func (s *Sandbox) checkTwilio(f url.Values) *twilioRefusal {
	bad := func(code int, format string, args ...any) *twilioRefusal {
		return &twilioRefusal{http.StatusBadRequest, code, fmt.Sprintf(format, args...)}
	}
	to, from, body := f.Get("To"), f.Get("From"), f.Get("Body")
	switch {
	case to == "":
		return bad(21604, "A 'To' phone number is required.")
	case from == "" && f.Get("MessagingServiceSid") == "":
		return bad(21603, "A 'From' phone number is required.")
	case from != "" && from != SMSNumber:
		return bad(21606, "The 'From' phone number provided (%s) is not a valid message-capable Twilio phone number for this destination.", from)
	case !e164.MatchString(to), to == "+15005550001": // Twilio's own number for trying this out
		return bad(21211, "Invalid 'To' Phone Number: %s", mask(to))
	case to == "+15005550009":
		return bad(21614, "'To' number is not a valid mobile number: %s", to)
	case to == "+15005550004", s.phones.optedOut(threadKey{SMS, to}):
		return bad(21610, "Attempt to send to unsubscribed recipient")
	case body == "" && len(f["MediaUrl"]) == 0:
		return bad(21602, "Message body is required.")
	case len(utf16.Encode([]rune(body))) > twilioBodyMax:
		return bad(21617, "The concatenated message body exceeds the 1600 character limit")
	case len(f["MediaUrl"]) > twilioMedia:
		return bad(21623, "Number of media files exceeds allowed limit")
	}
	return nil
}

func mask(number string) string {
	if len(number) < 5 {
		return number
	}
	return number[:len(number)-4] + "XXXX"
}

// handleTwilioSend is POST …/Messages.json.
func (s *Sandbox) handleTwilioSend(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
	if err := r.ParseForm(); err != nil {
		refuseTwilio(w, http.StatusBadRequest, 20001, "The request body could not be read")
		return
	}
	f := r.PostForm
	fault := s.faults.next()
	s.tellFaults(fault)
	switch fault {
	case sendLimited:
		w.Header().Set("Retry-After", "2")
		refuseTwilio(w, http.StatusTooManyRequests, 20429, "Too Many Requests")
		return
	case sendFails:
		refuseTwilio(w, http.StatusInternalServerError, 20500, "An internal server error has occurred")
		return
	}
	if no := s.checkTwilio(f); no != nil {
		refuseTwilio(w, no.status, no.code, "%s", no.message)
		return
	}
	media, err := s.fetchAll(r.Context(), f["MediaUrl"])
	if err != nil {
		refuseTwilio(w, http.StatusBadRequest, 21620, "Invalid media URL(s)")
		return
	}
	m := s.add(Message{
		App: SMS, Phone: f.Get("To"), Direction: Out, Text: desk.CleanText(f.Get("Body"), maxFormBytes), Media: media,
		Status: statusSending, ProviderID: twilioSID(media), callback: f.Get("StatusCallback"),
	})
	s.progress(m, fault == sendLost)
	if fault == sendDrops {
		breakOff()
	}
	writeJSON(w, http.StatusCreated, s.twilioView(m))
}

func (s *Sandbox) fetchAll(ctx context.Context, links []string) ([]Media, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	out := []Media{}
	for _, link := range links {
		m, err := s.fetch(ctx, link)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// breakOff ends the connection without an answer: the caller cannot know.
func breakOff() { panic(http.ErrAbortHandler) }

func twilioSID(media []Media) string {
	if len(media) > 0 {
		return "MM" + token(32)
	}
	return "SM" + token(32)
}

func twilioStatus(m Message) string {
	switch {
	case m.Direction == In:
		return "received"
	case m.Status == statusSending:
		return "queued"
	case m.Status == statusRead: // SMS has no read marks
		return statusDelivered
	case m.Status == statusFailed:
		return "undelivered"
	}
	return m.Status
}

func (s *Sandbox) twilioView(m Message) twilioMessage {
	at := m.At.UTC().Format(twilioDate)
	uri := "/2010-04-01/Accounts/" + TwilioAccountSID + "/Messages/" + m.ProviderID
	v := twilioMessage{
		AccountSID: TwilioAccountSID, APIVersion: "2010-04-01", Body: m.Text, DateCreated: at, DateUpdated: at,
		Direction: "outbound-api", From: SMSNumber, To: m.Phone, NumMedia: strconv.Itoa(len(m.Media)),
		NumSegments: strconv.Itoa(segments(m.Text)), PriceUnit: "USD", SID: m.ProviderID, Status: twilioStatus(m),
		SubresourceURIs: map[string]string{"media": uri + "/Media.json"}, URI: uri + ".json",
	}
	if m.Status != statusSending {
		v.DateSent = &at
	}
	if m.Direction == In {
		v.Direction, v.From, v.To = "inbound", m.Phone, SMSNumber
	}
	if m.Status == statusFailed {
		code := 30003
		v.ErrorCode, v.ErrorMessage = &code, &m.Error
	}
	return v
}

// handleTwilioList is GET …/Messages.json, newest first: To, From, DateSent
// (with < and >, as a day or a moment), PageSize, Page.
func (s *Sandbox) handleTwilioList(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	size, page := whole(q.Get("PageSize"), 50, 1000), max(whole(q.Get("Page"), 0, 1000), 0)
	after, errAfter := moment(q.Get("DateSent>"))
	before, errBefore := moment(q.Get("DateSent<"))
	if err := errors.Join(errAfter, errBefore); err != nil {
		refuseTwilio(w, http.StatusBadRequest, 20001, "Invalid DateSent")
		return
	}
	views := []twilioMessage{}
	for _, m := range s.phones.all(SMS, messagesKeptLoaded) {
		if strings.HasPrefix(m.ProviderID, "carrier-") || m.At.Before(after) || !before.IsZero() && m.At.After(before) {
			continue
		}
		v := s.twilioView(m)
		if to := q.Get("To"); to != "" && to != v.To {
			continue
		}
		if from := q.Get("From"); from != "" && from != v.From {
			continue
		}
		views = append(views, v)
	}
	start := min(page*size, len(views))
	end := min(start+size, len(views))
	base := "/2010-04-01/Accounts/" + TwilioAccountSID + "/Messages.json"
	link := func(n int) string {
		v := r.URL.Query()
		v.Set("Page", strconv.Itoa(n))
		v.Set("PageSize", strconv.Itoa(size))
		return base + "?" + v.Encode()
	}
	out := map[string]any{
		"messages": views[start:end], "page": page, "page_size": size, "start": start, "end": max(end-1, 0),
		"uri": link(page), "first_page_uri": link(0), "next_page_uri": nil, "previous_page_uri": nil,
	}
	if end < len(views) {
		out["next_page_uri"] = link(page + 1)
	}
	if page > 0 {
		out["previous_page_uri"] = link(page - 1)
	}
	writeJSON(w, http.StatusOK, out)
}

func moment(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t, nil
	}
	return time.Parse(time.RFC3339, text)
}

func whole(text string, otherwise, most int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return otherwise
	}
	return min(n, most)
}

// handleTwilioMessage is GET …/Messages/{sid}.json.
func (s *Sandbox) handleTwilioMessage(w http.ResponseWriter, r *http.Request) {
	sid, isJSON := strings.CutSuffix(r.PathValue("message"), ".json")
	m, ok := s.phones.find(sid)
	if !isJSON || !ok || m.App != SMS {
		refuseTwilio(w, http.StatusNotFound, 20404, "The requested resource %s was not found", r.URL.Path)
		return
	}
	writeJSON(w, http.StatusOK, s.twilioView(m))
}

// handleTwilioMedia is GET …/Messages/{sid}/Media/{id}: the bytes. Twilio asks
// for no credentials here unless the account says so.
func (s *Sandbox) handleTwilioMedia(w http.ResponseWriter, r *http.Request) {
	s.serveMedia(w, r, r.PathValue("media"))
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a client that went away needs no answer
}

// problem is an error of the sandbox's own API.
func problem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"status": status, "title": http.StatusText(status), "detail": detail})
}
