package whatsapp_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/channels"
	"parley/desk"
)

// call is a request as the provider saw it.
type call struct{ Method, Path, Auth, Body string }

// provider answers the n-th call with the n-th answer, and the last one from then on.
func provider(t *testing.T, answers ...string) (base string, seen *[]call) {
	t.Helper()
	seen = &[]call{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		a := answers[min(len(*seen), len(answers)-1)]
		*seen = append(*seen, call{r.Method, r.URL.RequestURI(), r.Header.Get("Authorization"), string(b)})
		status := 200
		if n, err := fmt.Sscanf(a, "%d ", &status); n == 1 && err == nil {
			a = a[4:]
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, a)
	}))
	t.Cleanup(s.Close)
	return s.URL, seen
}

var (
	marco  = desk.Identity{Kind: desk.WhatsAppI, Value: "393200000142"}
	hidden = desk.Identity{Kind: desk.BSUID, Value: "IT.1A2b3C"}
)

func outbound(in desk.Inbox, text string, files ...desk.Attachment) desk.Outbound {
	return desk.Outbound{
		Message:  desk.Message{ID: messageID, Kind: desk.Text, Text: text, Author: desk.ByAgent, Attachments: files},
		Identity: marco, Inbox: in, LastCustomerAt: noon.Add(-time.Hour),
		FileURL: func(a desk.Attachment) string { return "https://desk.example/f/" + a.Name },
	}
}

const sent = `{"messaging_product":"whatsapp","contacts":[{"input":"x","wa_id":"y"}],"messages":[{"id":"wamid.NEW"}]}`

func TestSendMetaWireForm(t *testing.T) {
	const head = `{"messaging_product":"whatsapp","recipient_type":"individual","to":"393200000142",`
	const ours = `,"biz_opaque_callback_data":"` + messageID + `"}`
	for name, c := range map[string]struct {
		change func(*desk.Outbound)
		want   []string
	}{
		"text": {func(*desk.Outbound) {}, []string{head + `"type":"text","text":{"body":"Ciao 👋 \u003cb\u003e","preview_url":false}` + ours}},
		"reply with a link": {func(o *desk.Outbound) { o.Message.ReplyTo, o.Message.Text = "wamid.IN", "see https://x.example" },
			[]string{head + `"context":{"message_id":"wamid.IN"},"type":"text","text":{"body":"see https://x.example","preview_url":true}` + ours}},
		"hidden number": {func(o *desk.Outbound) { o.Identity = hidden },
			[]string{strings.Replace(head, `"to":"393200000142"`, `"recipient":"IT.1A2b3C"`, 1) + `"type":"text","text":{"body":"Ciao 👋 \u003cb\u003e","preview_url":false}` + ours}},
		"picture with a caption": {func(o *desk.Outbound) {
			o.Message.Attachments = []desk.Attachment{{Name: "a.jpg", Type: "image/jpeg", Size: 10}}
		},
			[]string{head + `"type":"image","image":{"link":"https://desk.example/f/a.jpg","caption":"Ciao 👋 \u003cb\u003e"}` + ours}},
		"picture too large to be one": {func(o *desk.Outbound) {
			o.Message.Text = ""
			o.Message.Attachments = []desk.Attachment{{Name: "a.jpg", Type: "image/jpeg", Size: 6 << 20}}
		}, []string{head + `"type":"document","document":{"link":"https://desk.example/f/a.jpg","filename":"a.jpg"}` + ours}},
		"words before a sound": {func(o *desk.Outbound) {
			o.Message.Attachments = []desk.Attachment{{Name: "a.ogg", Type: "audio/ogg; codecs=opus"}}
		}, []string{
			head + `"type":"text","text":{"body":"Ciao 👋 \u003cb\u003e","preview_url":false}` + ours,
			head + `"type":"audio","audio":{"link":"https://desk.example/f/a.ogg"}` + ours,
		}},
		"several files": {func(o *desk.Outbound) {
			o.Message.Attachments = []desk.Attachment{{Name: "a.pdf", Type: "application/pdf"}, {Name: "b.mp4", Type: "video/mp4"}}
		}, []string{
			head + `"type":"document","document":{"link":"https://desk.example/f/a.pdf","caption":"Ciao 👋 \u003cb\u003e","filename":"a.pdf"}` + ours,
			head + `"type":"video","video":{"link":"https://desk.example/f/b.mp4"}` + ours,
		}},
		"template outside the window": {func(o *desk.Outbound) {
			o.LastCustomerAt = time.Time{}
			o.Message.Kind, o.Message.Detail = desk.Template, desk.Detail{Name: "order_update", Type: "it", Payload: `["Ana","17"]`}
		}, []string{head + `"type":"template","template":{"name":"order_update","language":{"code":"it"},"components":[{"type":"body","parameters":[{"type":"text","text":"Ana"},{"type":"text","text":"17"}]}]}` + ours}},
	} {
		base, seen := provider(t, sent)
		out := outbound(metaInbox(base), "Ciao 👋 <b>")
		c.change(&out)
		id, err := metaAdapter().Send(context.Background(), out)
		if err != nil || id != "wamid.NEW" {
			t.Errorf("%s: %q, %v", name, id, err)
			continue
		}
		var want []call
		for _, body := range c.want {
			want = append(want, call{"POST", "/v23.0/100000000000001/messages", "Bearer demo-meta-token", body})
		}
		if diff := cmp.Diff(want, *seen); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// What WhatsApp's rules forbid is not tried at all.
func TestSendRefusedHere(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*desk.Outbound)
		want   channels.Class
	}{
		"window closed":   {func(o *desk.Outbound) { o.LastCustomerAt = noon.Add(-24 * time.Hour) }, channels.NeedsTemplate},
		"never wrote":     {func(o *desk.Outbound) { o.LastCustomerAt = time.Time{} }, channels.NeedsTemplate},
		"too long":        {func(o *desk.Outbound) { o.Message.Text = strings.Repeat("é", 4097) }, channels.Permanent},
		"empty":           {func(o *desk.Outbound) { o.Message.Text = "" }, channels.Permanent},
		"nobody":          {func(o *desk.Outbound) { o.Identity = desk.Identity{} }, channels.Permanent},
		"wrong identity":  {func(o *desk.Outbound) { o.Identity = desk.Identity{Kind: desk.PSID, Value: "1"} }, channels.Permanent},
		"no link to file": {func(o *desk.Outbound) { o.FileURL = nil; o.Message.Attachments = []desk.Attachment{{Name: "a"}} }, channels.Permanent},
		"no template":     {func(o *desk.Outbound) { o.Message.Kind = desk.Template }, channels.Permanent},
	} {
		for provide, send := range map[string]func(string, func(*desk.Outbound)) (string, error){
			"meta": func(base string, change func(*desk.Outbound)) (string, error) {
				out := outbound(metaInbox(base), "hi")
				change(&out)
				return metaAdapter().Send(context.Background(), out)
			},
			"twilio": func(base string, change func(*desk.Outbound)) (string, error) {
				out := outbound(twilioInbox(base), "hi")
				change(&out)
				return twilioAdapter().Send(context.Background(), out)
			},
		} {
			base, seen := provider(t, sent)
			_, err := send(base, c.change)
			var d *channels.DeliveryError
			if !errors.As(err, &d) || d.Class != c.want || d.Reason == "" || len(*seen) != 0 {
				t.Errorf("%s by %s: %v after %d calls, want %s without one", name, provide, err, len(*seen), c.want)
			}
		}
	}
	base, _ := provider(t, sent)
	for _, text := range []string{strings.Repeat("😀", 4096), strings.Repeat("a", 4096)} {
		if _, err := metaAdapter().Send(context.Background(), outbound(metaInbox(base), text)); err != nil {
			t.Errorf("the longest text: %v", err)
		}
	}
	out := outbound(metaInbox(base), "just inside")
	out.LastCustomerAt = noon.Add(-24*time.Hour + time.Second)
	if _, err := metaAdapter().Send(context.Background(), out); err != nil {
		t.Errorf("a second before the window closes: %v", err)
	}
}

func TestSendMetaFailures(t *testing.T) {
	graph := func(status, code, more string) string {
		return status + ` {"error":{"message":"words of Meta","type":"OAuthException","code":` + code + more + `,"fbtrace_id":"A"}}`
	}
	for name, c := range map[string]struct {
		answer string
		want   channels.Class
		code   string
	}{
		"app limit":        {graph("400", "4", ""), channels.SlowDown, "4"},
		"account limit":    {graph("400", "80007", ""), channels.SlowDown, "80007"},
		"throughput":       {graph("429", "130429", ""), channels.SlowDown, "130429"},
		"spam limit":       {graph("400", "131048", ""), channels.SlowDown, "131048"},
		"pair limit":       {graph("400", "131056", ""), channels.Retry, "131056"},
		"temporary":        {graph("500", "131000", ""), channels.Retry, "131000"},
		"service down":     {graph("400", "131016", ""), channels.Retry, "131016"},
		"maintenance":      {graph("400", "131057", ""), channels.Retry, "131057"},
		"said transient":   {graph("400", "777", `,"is_transient":true`), channels.Retry, "777"},
		"server, no code":  {"500 oops", channels.Retry, "HTTP 500"},
		"gateway":          {"504 <html>", channels.Ambiguous, "HTTP 504"},
		"window":           {graph("400", "131047", ""), channels.NeedsTemplate, "131047"},
		"undeliverable":    {graph("400", "131026", `,"error_data":{"details":"x"}`), channels.Permanent, "131026"},
		"experiment":       {graph("400", "130472", `,"error_data":"text"`), channels.Permanent, "130472"},
		"template params":  {graph("400", "132000", ""), channels.Permanent, "132000"},
		"bad parameter":    {graph("400", "100", ""), channels.Permanent, "100"},
		"foreign object":   {graph("400", "100", `,"error_subcode":33`), channels.Broken, "100/33"},
		"token":            {graph("401", "190", `,"error_subcode":463`), channels.Broken, "190/463"},
		"permission":       {graph("403", "10", ""), channels.Broken, "10"},
		"other permission": {graph("403", "294", ""), channels.Broken, "294"},
		"locked":           {graph("403", "131031", ""), channels.Broken, "131031"},
		"payment":          {graph("400", "131042", ""), channels.Broken, "131042"},
		"policy":           {graph("403", "368", ""), channels.Broken, "368"},
		"code in quotes":   {graph("400", `"131047"`, ""), channels.NeedsTemplate, "131047"},
		"error with 200":   {graph("200", "131000", ""), channels.Retry, "131000"},
		"yes without id":   {`200 {"messages":[]}`, channels.Ambiguous, "unreadable answer"},
		"yes, not JSON":    {`200 <html>`, channels.Ambiguous, "unreadable answer"},
	} {
		base, seen := provider(t, c.answer)
		_, err := metaAdapter().Send(context.Background(), outbound(metaInbox(base), "hi"))
		var d *channels.DeliveryError
		if !errors.As(err, &d) || d.Class != c.want || d.Code != c.code || d.Reason == "" || len(*seen) != 1 {
			t.Errorf("%s: %v after %d calls, want %s %s", name, err, len(*seen), c.want, c.code)
		}
	}
}

// Of two parts the first went: trying the whole again would repeat it.
func TestSendPartly(t *testing.T) {
	base, seen := provider(t, sent, `400 {"error":{"code":131053,"message":"upload"}}`)
	out := outbound(metaInbox(base), "text", desk.Attachment{Name: "a.ogg", Type: "audio/ogg"})
	_, err := metaAdapter().Send(context.Background(), out)
	if d := channels.AsDelivery(err); d.Class != channels.Permanent || !strings.Contains(d.Reason, "1 of 2") || len(*seen) != 2 {
		t.Errorf("%v after %d calls", err, len(*seen))
	}
}

func TestMarks(t *testing.T) {
	base, seen := provider(t, `{"success":true}`)
	a, in := metaAdapter(), metaInbox(base)
	in.Config["api_version"] = "v24.0"
	for _, err := range []error{
		a.Typing(context.Background(), in, marco, "wamid.IN"), a.MarkRead(context.Background(), in, marco, "wamid.IN"), a.Typing(context.Background(), in, marco, ""),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	want := []call{
		{"POST", "/v24.0/100000000000001/messages", "Bearer demo-meta-token", `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.IN","typing_indicator":{"type":"text"}}`},
		{"POST", "/v24.0/100000000000001/messages", "Bearer demo-meta-token", `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.IN"}`},
	}
	if diff := cmp.Diff(want, *seen); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFetchByMediaID(t *testing.T) {
	var base string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer demo-meta-token" {
			w.WriteHeader(401)
			return
		}
		switch r.URL.Path {
		case "/graph/v23.0/1001":
			fmt.Fprintf(w, `{"url":%q,"mime_type":"image/jpeg","id":"1001"}`, base+"/media/1001")
		case "/graph/v23.0/1002":
			fmt.Fprint(w, `{"url":"http://169.254.169.254/latest","id":"1002"}`)
		case "/media/1001":
			_, _ = io.WriteString(w, "jpeg")
		default:
			w.WriteHeader(400)
			_, _ = io.WriteString(w, `{"error":{"code":100,"error_subcode":33,"message":"gone"}}`)
		}
	}))
	defer s.Close()
	base = s.URL
	a, in := metaAdapter(), metaInbox(base+"/graph")
	body, kind, err := a.Fetch(context.Background(), in, "1001")
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if b, _ := io.ReadAll(body); string(b) != "jpeg" || kind != "image/jpeg" {
		t.Errorf("%q of type %q", b, kind)
	}
	for source, want := range map[string]desk.Code{"1002": desk.Forbidden, "9": desk.NotFound, "../x": desk.NotFound, "": desk.NotFound, "http://10.0.0.1/": desk.Forbidden} {
		if _, _, err := a.Fetch(context.Background(), in, source); desk.CodeOf(err) != want {
			t.Errorf("%q: %v, want %s", source, err, want)
		}
	}
}

func TestSendTwilioWireForm(t *testing.T) {
	base, seen := provider(t, `201 {"sid":"SM1"}`, `201 {"sid":"SM2"}`)
	out := outbound(twilioInbox(base), "Ciao", desk.Attachment{Name: "a.jpg"}, desk.Attachment{Name: "b.pdf"})
	id, err := twilioAdapter().Send(context.Background(), out)
	if err != nil || id != "SM2" || len(*seen) != 2 {
		t.Fatalf("%q, %v, %d calls", id, err, len(*seen))
	}
	callback := []string{"https://desk.example/webhooks/wa-twilio?message=" + messageID}
	for n, want := range []url.Values{
		{"To": {"whatsapp:+393200000142"}, "From": {"whatsapp:+15005550006"}, "Body": {"Ciao"}, "MediaUrl": {"https://desk.example/f/a.jpg"}, "StatusCallback": callback},
		{"To": {"whatsapp:+393200000142"}, "From": {"whatsapp:+15005550006"}, "MediaUrl": {"https://desk.example/f/b.pdf"}, "StatusCallback": callback},
	} {
		got, _ := url.ParseQuery((*seen)[n].Body)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("part %d (-want +got):\n%s", n, diff)
		}
	}

	base, seen = provider(t, `201 {"sid":"SM3"}`)
	out = outbound(twilioInbox(base), "")
	out.Identity, out.LastCustomerAt = hidden, time.Time{}
	out.Message.Kind, out.Message.Detail = desk.Template, desk.Detail{Name: "HX0001", Payload: `{"1":"Ana"}`}
	if _, err := twilioAdapter().Send(context.Background(), out); err != nil {
		t.Fatal(err)
	}
	got, _ := url.ParseQuery((*seen)[0].Body)
	if got.Get("ContentSid") != "HX0001" || got.Get("ContentVariables") != `{"1":"Ana"}` || got.Get("To") != "whatsapp:IT.1A2b3C" || got.Has("Body") {
		t.Errorf("template sent as %v", got)
	}
}
