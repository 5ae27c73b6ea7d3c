package sandbox

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"

	"parley/desk"
)

const (
	maxPhoneText  = 64 << 10 // bytes of one message from the page
	maxPhoneFiles = 10
	screenLasts   = 45 * time.Second // the page says again what is open
	historyShown  = 100
)

// Handler answers everything under /sandbox/; mount it without stripping the path.
func (s *Sandbox) Handler() http.Handler {
	mux := http.NewServeMux()
	account := "/sandbox/twilio/2010-04-01/Accounts/{sid}/"
	mux.HandleFunc("POST "+account+"Messages.json", twilioAuth(s.handleTwilioSend))
	mux.HandleFunc("GET "+account+"Messages.json", twilioAuth(s.handleTwilioList))
	mux.HandleFunc("GET "+account+"Messages/{message}", twilioAuth(s.handleTwilioMessage))
	mux.HandleFunc("GET "+account+"Messages/{message}/Media/{media}", s.handleTwilioMedia)

	mux.HandleFunc("POST /sandbox/graph/{version}/{id}/messages", graphAuth(s.handleGraphSend))
	mux.HandleFunc("POST /sandbox/graph/{version}/{id}/media", graphAuth(s.handleGraphUpload))
	mux.HandleFunc("GET /sandbox/graph/media/{media}", s.handleGraphMedia)
	mux.HandleFunc("GET /sandbox/graph/{version}/{id}", graphAuth(s.handleGraphGet))

	mux.HandleFunc("GET "+MediaPath+"{media}", func(w http.ResponseWriter, r *http.Request) { s.serveMedia(w, r, r.PathValue("media")) })
	mux.HandleFunc("GET "+MediaPath+"face/{file}", s.handleFace)

	mux.HandleFunc("GET /sandbox/api/state", s.handleState)
	mux.HandleFunc("GET /sandbox/api/live", s.handleLive)
	mux.HandleFunc("POST /sandbox/api/send", sameSite(s.handleSend))
	mux.HandleFunc("POST /sandbox/api/media", sameSite(s.handleUpload))
	mux.HandleFunc("POST /sandbox/api/open", sameSite(s.handleOpen))
	mux.HandleFunc("GET /sandbox/api/faults", s.handleFaults)
	mux.HandleFunc("PUT /sandbox/api/faults", sameSite(s.handleSetFaults))
	mux.HandleFunc("POST /sandbox/api/customers", sameSite(s.handleCustomers))

	mux.HandleFunc("GET /sandbox/shop", handleShop)
	mux.HandleFunc("GET /sandbox/shop/{page}", handleShop)
	mux.HandleFunc("/sandbox/", func(w http.ResponseWriter, r *http.Request) {
		problem(w, http.StatusNotFound, "The sandbox has nothing at this address.")
	})
	return mux
}

// sameSite keeps other sites' pages from pressing the buttons: a browser sends
// Sec-Fetch-Site with every request, and scripts do not.
func sameSite(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
			problem(w, http.StatusForbidden, "The sandbox is only operated from its own page.")
			return
		}
		next(w, r)
	}
}

// readJSON reads a request of the page's.
func readJSON(w http.ResponseWriter, r *http.Request, v any) bool {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // what cannot be parsed is not JSON
	if kind != "application/json" {
		problem(w, http.StatusUnsupportedMediaType, "Send JSON with Content-Type: application/json.")
		return false
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxFormBytes))
	if err := d.Decode(v); err != nil {
		problem(w, http.StatusBadRequest, "The body is not the JSON expected here: "+err.Error())
		return false
	}
	return true
}

// threadView is a thread as the page gets it.
type threadView struct {
	App      App       `json:"app"`
	Phone    string    `json:"phone"`
	Messages []Message `json:"messages"`
}

func (s *Sandbox) handleState(w http.ResponseWriter, _ *http.Request) {
	threads := []threadView{}
	for _, p := range People {
		for _, app := range []App{SMS, WhatsApp, Messenger} {
			key := threadKey{app, p.Address(app)}
			if h := s.phones.history(key, historyShown); len(h) > 0 {
				threads = append(threads, threadView{app, key.phone, h})
			}
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"people": People, "threads": threads, "faults": s.faultsView(), "customers": s.customers.state(),
		"company": map[App]string{SMS: SMSNumber, WhatsApp: "+" + WhatsAppNumber, Messenger: MessengerPageID},
		"inboxes": map[App]string{SMS: InboxSMS, WhatsApp: InboxWhatsApp, Messenger: InboxMessenger},
	})
}

type sendRequest struct {
	App   App      `json:"app"`
	From  string   `json:"from"` // a customer's address in the app
	Name  string   `json:"name"` // profile name of a customer not among People
	Text  string   `json:"text"`
	Media []string `json:"media"` // ids of files uploaded before
}

func (s *Sandbox) checkSend(b sendRequest) ([]Media, error) {
	switch {
	case !b.App.valid():
		return nil, desk.FieldError("app", "must be sms, whatsapp or messenger")
	case b.App == SMS && !e164.MatchString(b.From):
		return nil, desk.FieldError("from", "must be a phone number like +447700900123")
	case b.App != SMS && (b.From == "" || digits(b.From) != b.From || len(b.From) > 20):
		return nil, desk.FieldError("from", "must be digits only, at most 20")
	case len(b.Text) > maxPhoneText:
		return nil, desk.FieldError("text", "is longer than 64 kB; send it in parts")
	case b.Text == "" && len(b.Media) == 0:
		return nil, desk.FieldError("text", "is empty; write something or attach a file")
	case len(b.Media) > maxPhoneFiles:
		return nil, desk.FieldError("media", "holds more than 10 files; send fewer")
	}
	media := []Media{}
	for _, id := range b.Media {
		m, ok := s.phones.mediaInfo(id)
		if !ok {
			return nil, desk.FieldError("media", "names a file that is not there; upload it again")
		}
		media = append(media, m)
	}
	return media, nil
}

func (s *Sandbox) handleSend(w http.ResponseWriter, r *http.Request) {
	var b sendRequest
	if !readJSON(w, r, &b) {
		return
	}
	media, err := s.checkSend(b)
	if err != nil {
		problem(w, http.StatusUnprocessableEntity, err.Error())
		return
	}
	writeJSON(w, http.StatusAccepted, map[string]any{"messages": s.send(Message{App: b.App, Phone: b.From, Name: b.Name, Text: b.Text, Media: media})})
}

// send writes as a customer. WhatsApp carries one file a message, so several
// become several messages, the first with the text.
func (s *Sandbox) send(m Message) []Message {
	if m.App != WhatsApp || len(m.Media) < 2 {
		return []Message{s.write(m)}
	}
	out := []Message{}
	for i, f := range m.Media {
		one := m
		one.Media = []Media{f}
		if i > 0 {
			one.Text = ""
		}
		out = append(out, s.write(one))
	}
	return out
}

func (s *Sandbox) handleUpload(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxFileBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		problem(w, http.StatusRequestEntityTooLarge, "The file is larger than 16 MB; choose a smaller one.")
		return
	case err != nil || len(data) == 0:
		problem(w, http.StatusBadRequest, "The file is empty or did not arrive whole; try again.")
		return
	}
	m, err := s.saveMedia(r.URL.Query().Get("name"), r.Header.Get("Content-Type"), data)
	if err != nil {
		s.cfg.Log.Error("sandbox: upload", "error", err)
		problem(w, http.StatusInternalServerError, "The file could not be kept.")
		return
	}
	writeJSON(w, http.StatusCreated, m)
}

// handleOpen says which thread is on the phone's screen: what arrives there is
// read. An empty app says none. The page repeats it while that is so.
func (s *Sandbox) handleOpen(w http.ResponseWriter, r *http.Request) {
	var b struct {
		App   App    `json:"app"`
		Phone string `json:"phone"`
	}
	if !readJSON(w, r, &b) {
		return
	}
	if b.App != "" && !b.App.valid() {
		problem(w, http.StatusUnprocessableEntity, "app: must be sms, whatsapp, messenger or empty")
		return
	}
	for _, p := range People { // one phone: another thread on the screen hides this one
		for _, app := range []App{SMS, WhatsApp, Messenger} {
			s.phones.show(threadKey{app, p.Address(app)}, time.Time{})
		}
	}
	if key := (threadKey{b.App, b.Phone}); b.App != "" {
		if _, known := personAt(b.App, b.Phone); !known {
			problem(w, http.StatusUnprocessableEntity, "phone: is nobody's on this page")
			return
		}
		s.phones.show(key, s.now().Add(screenLasts))
		s.read(key)
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Sandbox) handleFaults(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.faultsView())
}

func (s *Sandbox) handleSetFaults(w http.ResponseWriter, r *http.Request) {
	f := s.faultsView() // what is not named stays
	if !readJSON(w, r, &f) {
		return
	}
	s.phones.closeWindows(f.WindowClosed, s.now())
	s.faults.set(f)
	f = s.faultsView()
	s.live.publish(event{Type: "faults", Faults: &f})
	writeJSON(w, http.StatusOK, f)
}

func (s *Sandbox) handleCustomers(w http.ResponseWriter, r *http.Request) {
	b := s.customers.state()
	if !readJSON(w, r, &b) {
		return
	}
	s.customers.set(b.Running, b.PerMinute)
	writeJSON(w, http.StatusOK, s.customers.state())
}
