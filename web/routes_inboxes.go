package web

import (
	"cmp"
	"context"
	"html"
	"slices"
	"strings"

	"parley/channels"
	"parley/desk"
)

// providerLabels are what the form calls the adapters.
var providerLabels = map[string]string{
	"webchat": "Web chat", "twilio-sms": "SMS (Twilio)", "twilio-whatsapp": "WhatsApp (Twilio)",
	"meta-whatsapp": "WhatsApp (Meta Cloud API)", "meta-messenger": "Messenger (Meta)",
}

func (a *API) listProviders(ctx context.Context, _ *none) (*body[Page[Provider]], error) {
	if err := a.may(ctx, desk.Administer); err != nil {
		return nil, err
	}
	page := Page[Provider]{Items: []Provider{}}
	for name, adapter := range a.Adapters {
		p := Provider{Provider: name, Label: cmp.Or(providerLabels[name], name), Channel: adapter.Channel(), Settings: adapter.Settings(),
			Steps: adapter.Steps(desk.Inbox{Name: "{name}", Provider: name, Channel: adapter.Channel()}, a.webhookURL("{name}"))}
		if p.Settings == nil {
			p.Settings = []channels.Setting{}
		}
		if p.Steps == nil {
			p.Steps = []string{}
		}
		page.Items = append(page.Items, p)
	}
	slices.SortFunc(page.Items, func(x, y Provider) int {
		return cmp.Or(slices.Index(desk.Channels, x.Channel)-slices.Index(desk.Channels, y.Channel), cmp.Compare(x.Provider, y.Provider))
	})
	return &body[Page[Provider]]{page}, nil
}

func (a *API) webhookURL(inbox string) string {
	return strings.TrimSuffix(a.PublicURL.String(), "/") + "/webhooks/" + inbox
}

// inboxItem shows an inbox. Only who sets it up sees more than its names.
func (a *API) inboxItem(in *desk.Inbox, admin bool) InboxItem {
	item := InboxItem{Inbox: *in, QueueName: a.names.get().queue(in.QueueID), Steps: []string{}, SecretsSet: map[string]bool{}}
	if item.Requirements == nil {
		item.Requirements = []desk.Requirement{}
	}
	if !admin {
		item.Config = map[string]string{}
		return item
	}
	item.WebhookURL = a.webhookURL(in.Name)
	for k, v := range in.Secrets {
		item.SecretsSet[k] = v != ""
	}
	if adapter := a.Adapters[in.Provider]; adapter != nil {
		if steps := adapter.Steps(*in, item.WebhookURL); steps != nil {
			item.Steps = steps
		}
	}
	if in.Channel == desk.WebChat {
		item.Snippet = `<script src="` + html.EscapeString(strings.TrimSuffix(a.PublicURL.String(), "/")) + `/widget.js" data-inbox="` + html.EscapeString(in.Name) + `" async></script>`
	}
	return item
}

func (a *API) listInboxes(ctx context.Context, _ *none) (*body[Page[InboxItem]], error) {
	all, err := a.Store.Inboxes(ctx)
	if err != nil {
		return nil, err
	}
	admin := desk.Allowed(a.user(ctx).Role, desk.Administer)
	page := Page[InboxItem]{Items: []InboxItem{}}
	for _, in := range all {
		page.Items = append(page.Items, a.inboxItem(in, admin))
	}
	return &body[Page[InboxItem]]{page}, nil
}

type createInboxInput struct {
	Body InboxPatch
}

func (a *API) createInbox(ctx context.Context, in *createInboxInput) (*body[InboxItem], error) {
	if err := a.may(ctx, desk.Administer); err != nil {
		return nil, err
	}
	n := desk.Inbox{Enabled: true, CSAT: true, Config: map[string]string{}, Secrets: map[string]string{}}
	set(&n.Name, in.Body.Name)
	set(&n.Provider, in.Body.Provider)
	if err := a.applyInbox(&in.Body, &n); err != nil {
		return nil, err
	}
	n.Channel = a.Adapters[n.Provider].Channel()
	made, err := a.Store.CreateInbox(ctx, a.user(ctx).ID, n)
	if err != nil {
		return nil, err
	}
	a.names.stale.Store(true)
	return &body[InboxItem]{a.inboxItem(made, true)}, nil
}

// applyInbox takes the patch in and checks the settings against what the
// provider's adapter needs.
func (a *API) applyInbox(p *InboxPatch, in *desk.Inbox) error {
	if p.Name != nil && *p.Name != in.Name {
		return desk.FieldError("name", "cannot change: providers send to it; add another inbox instead")
	}
	if p.Provider != nil && *p.Provider != in.Provider {
		return desk.FieldError("provider", "cannot change; add another inbox instead")
	}
	adapter := a.Adapters[in.Provider]
	if adapter == nil {
		return desk.FieldError("provider", "is not one of those under /api/v1/providers")
	}
	set(&in.Label, p.Label)
	set(&in.QueueID, p.QueueID)
	set(&in.Enabled, p.Enabled)
	set(&in.Priority, p.Priority)
	set(&in.Greeting, p.Greeting)
	set(&in.CSAT, p.CSAT)
	if p.Requirements != nil {
		in.Requirements = p.Requirements
	}
	settings := map[string]channels.Setting{}
	for _, s := range adapter.Settings() {
		settings[s.Key] = s
	}
	if err := merge(in.Config, p.Config, settings, false); err != nil {
		return err
	}
	if err := merge(in.Secrets, p.Secrets, settings, true); err != nil {
		return err
	}
	return complete(in, adapter.Settings())
}

// merge takes settings in; an empty value removes one.
func merge(to, from map[string]string, settings map[string]channels.Setting, secret bool) error {
	where := map[bool]string{false: "config.", true: "secrets."}[secret]
	for k, v := range from {
		s, known := settings[k]
		if !known || s.Secret != secret {
			return desk.FieldError(where+k, "is not a setting of this provider")
		}
		if v = strings.TrimSpace(desk.CleanText(v, 8000)); v == "" {
			delete(to, k)
		} else {
			to[k] = v
		}
	}
	return nil
}

// complete fills defaults in and names what is missing.
func complete(in *desk.Inbox, settings []channels.Setting) error {
	for _, s := range settings {
		if s.Secret {
			if s.Required && in.Secrets[s.Key] == "" {
				return desk.FieldError("secrets."+s.Key, "%s is missing", s.Label)
			}
			continue
		}
		if in.Config[s.Key] == "" && s.Default != "" {
			in.Config[s.Key] = s.Default
		}
		if s.Required && in.Config[s.Key] == "" {
			return desk.FieldError("config."+s.Key, "%s is missing", s.Label)
		}
	}
	return nil
}

type updateInboxInput struct {
	ByID
	Body InboxPatch
}

func (a *API) updateInbox(ctx context.Context, in *updateInboxInput) (*body[InboxItem], error) {
	if err := a.may(ctx, desk.Administer); err != nil {
		return nil, err
	}
	inbox, err := a.Store.UpdateInbox(ctx, a.user(ctx).ID, in.ID, func(n *desk.Inbox) error { return a.applyInbox(&in.Body, n) })
	if err != nil {
		return nil, err
	}
	return &body[InboxItem]{a.inboxItem(inbox, true)}, nil
}

type deleteInboxInput struct {
	ByID
}

func (a *API) deleteInbox(ctx context.Context, in *deleteInboxInput) (*body[OK], error) {
	if err := a.may(ctx, desk.Administer); err != nil {
		return nil, err
	}
	if err := a.Store.DeleteInbox(ctx, a.user(ctx).ID, in.ID); err != nil {
		return nil, err
	}
	return done(), nil
}

type listDeadLettersInput struct {
	ListQuery
}

// shownOfRaw is how many bytes of a dead letter an admin is shown.
const shownOfRaw = 64 << 10

func (a *API) listDeadLetters(ctx context.Context, in *listDeadLettersInput) (*body[Page[DeadLetter]], error) {
	if err := a.may(ctx, desk.Administer); err != nil {
		return nil, err
	}
	list, next, err := a.Store.DeadLetters(ctx, in.Limit, in.Cursor)
	if err != nil {
		return nil, err
	}
	page := Page[DeadLetter]{Items: []DeadLetter{}, NextCursor: next}
	known := a.names.get()
	for _, d := range list {
		item := DeadLetter{ID: d.ID, InboxID: d.InboxID, At: d.At, Attempts: d.Attempts, Error: d.Error, Raw: desk.CleanText(string(d.Raw), shownOfRaw)}
		if inbox := known.inboxes[d.InboxID]; inbox != nil {
			item.Inbox = inbox.Name
		}
		page.Items = append(page.Items, item)
	}
	return &body[Page[DeadLetter]]{page}, nil
}

type retryDeadLetterInput struct {
	ByID
}

func (a *API) retryDeadLetter(ctx context.Context, in *retryDeadLetterInput) (*body[OK], error) {
	if err := a.may(ctx, desk.Administer); err != nil {
		return nil, err
	}
	work, err := a.Store.RetryDeadLetter(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if a.live != nil {
		if err := a.live.Inbound.PushInbound(ctx, []desk.Work{work}); err != nil {
			a.Log.Warn("retried item not on the stream; the sweep will find it", "inbound", work.ID, "error", err)
		}
	}
	return done(), nil
}
