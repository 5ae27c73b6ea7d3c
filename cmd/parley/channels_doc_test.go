package main

import (
	"flag"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/channels"
	"parley/channels/webchat"
	"parley/desk"
)

var update = flag.Bool("update", false, "rewrite generated documentation")

// docs/channels.md says what the inbox pages say: it is made from the adapters.
func TestChannelDocsAreWhatTheAdaptersSay(t *testing.T) {
	n := &node{public: &url.URL{Scheme: "https", Host: "chat.example.com"}, log: slog.New(slog.DiscardHandler)}
	adapters := n.allAdapters(webchat.NewTokens(make([]byte, 32)))
	var b strings.Builder
	b.WriteString("# Channels, step by step\n\nMade from what each inbox's page shows: `go test ./cmd/parley -run ChannelDocs -update` writes it anew.\n" +
		"In Parley, open Admin, Inboxes, New inbox, choose the kind, fill in its settings and save; the page then shows the webhook URL with your server's name. " +
		"Below it is `https://chat.example.com/webhooks/NAME`.\n\nProviders must reach that URL over https with a valid certificate, and `PARLEY_PUBLIC_URL` must be exactly what they call: signatures are checked against it.\n")
	for _, p := range []struct{ provider, title string }{
		{"webchat", "Web chat"}, {"twilio-sms", "SMS by Twilio"}, {"twilio-whatsapp", "WhatsApp by Twilio"},
		{"meta-whatsapp", "WhatsApp Cloud API (Meta)"}, {"meta-messenger", "Messenger (Meta)"},
	} {
		describe(&b, p.title, adapters[p.provider])
	}
	file := filepath.Join("..", "..", "docs", "channels.md")
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != b.String() {
		t.Error("docs/channels.md is not what the adapters say; run: go test ./cmd/parley -run ChannelDocs -update")
	}
}

func describe(b *strings.Builder, title string, a channels.Adapter) {
	fmt.Fprintf(b, "\n## %s\n\nKind `%s`.\n\n| setting | needed | what it is |\n|---|---|---|\n", title, a.Provider())
	for _, s := range a.Settings() {
		needed := "no"
		if s.Required {
			needed = "yes"
		}
		if s.Secret {
			needed += ", secret"
		}
		fmt.Fprintf(b, "| %s (`%s`) | %s | %s |\n", s.Label, s.Key, needed, s.Help)
	}
	b.WriteString("\n")
	in := desk.Inbox{Name: "NAME", Channel: a.Channel(), Provider: a.Provider(), Config: map[string]string{}}
	for i, step := range a.Steps(in, "https://chat.example.com/webhooks/NAME") {
		fmt.Fprintf(b, "%d. %s\n", i+1, step)
	}
}
