package bench

import (
	"bufio"
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"testing"

	"parley/channels"
	"parley/channels/meta"
	"parley/channels/sms"
	"parley/channels/twilio"
	"parley/channels/webchat"
	"parley/channels/whatsapp"
	"parley/desk"
)

// What the load sends is what the adapters take from the providers: signed, and
// with the message in it.
func TestRequestsAreTakenByTheAdapters(t *testing.T) {
	const host = "127.0.0.1:9999"
	log := slog.New(slog.DiscardHandler)
	tokens := webchat.NewTokens(bytes.Repeat([]byte{1}, 32))
	w := newWorld(Config{Agents: 4, Conversations: 40}, tokens)
	adapters := map[desk.Channel]channels.Adapter{
		desk.SMS:      sms.New(twilio.Options{Log: log, WebhookURL: func(n string) string { return "http://" + host + "/webhooks/" + n }}),
		desk.WhatsApp: whatsapp.NewMeta(meta.Options{Log: log}), desk.WebChat: webchat.New(tokens, nil),
	}
	s := newSigner(host, newRun())
	seen := map[string]bool{}
	channelsSeen := map[desk.Channel]int{}
	for i := range w.contacts {
		c := &w.contacts[i]
		for n := range 2 {
			req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(s.request(c, measured, 2*i+n))))
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(req.Body)
			u, _ := url.Parse("http://" + host + req.URL.Path)
			items, err := adapters[c.inbox.Channel].Receive(*c.inbox, channels.Request{Method: req.Method, URL: u, Header: req.Header, Body: body})
			if err != nil || len(items) != 1 || items[0].Message == nil {
				t.Fatalf("%s: %+v, %v", c.inbox.Channel, items, err)
			}
			if got, ok := readMark([]byte(items[0].Message.Text), measured); !ok || got != 2*i+n {
				t.Errorf("the text is %q", items[0].Message.Text)
			}
			if items[0].Identity.Value != c.address {
				t.Errorf("%s: from %q, want %q", c.inbox.Channel, items[0].Identity.Value, c.address)
			}
			if seen[items[0].ProviderID] {
				t.Errorf("the provider's id %s comes twice", items[0].ProviderID)
			}
			seen[items[0].ProviderID] = true
			channelsSeen[c.inbox.Channel]++
		}
	}
	if len(channelsSeen) != 3 {
		t.Errorf("messages by channel: %v", channelsSeen)
	}
}

func TestMarks(t *testing.T) {
	for _, n := range []int{0, 7, 123456789, 999999999} {
		if got, ok := readMark(appendMark(nil, reply, n), reply); !ok || got != n {
			t.Errorf("%d came back as %d, %t", n, got, ok)
		}
	}
	for _, text := range []string{"", "pm12345678", "pr123456789", "pm12345678x", "xm123456789"} {
		if n, ok := readMark([]byte(text), measured); ok {
			t.Errorf("%q has the mark %d", text, n)
		}
	}
}
