package channels_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"parley/channels"
	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

// provider is an adapter whose answers the test decides.
type provider struct {
	channels.Adapter // what sending does not need is nil
	send             func(ctx context.Context, out desk.Outbound) (string, error)

	mu   sync.Mutex
	sent []string // the texts it was asked to send
}

func (p *provider) Send(ctx context.Context, out desk.Outbound) (string, error) {
	p.mu.Lock()
	p.sent = append(p.sent, out.Message.Text)
	p.mu.Unlock()
	return p.send(ctx, out)
}

func (p *provider) asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string{}, p.sent...)
}

// office is a database with customers who wrote to two inboxes of one provider,
// an agent who answers, and a clock.
type office struct {
	t *testing.T
	*store.Store
	provider *provider
	sender   *channels.Sender
	log      bytes.Buffer
	agent    *desk.Agent
	one, two *desk.Inbox
	n        int

	mu  sync.Mutex
	now time.Time
}

func newOffice(t *testing.T) *office {
	o := &office{t: t, now: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}
	o.Store = storetest.SQLite(t)(func(c *store.Config) { c.Now = o.clock })
	ctx := t.Context()
	q := desk.QueueDefaults()
	q.Name = "Support"
	queue, err := o.CreateQueue(ctx, "", q)
	o.ok(err)
	o.one, err = o.CreateInbox(ctx, "", desk.Inbox{Name: "one", Label: "One", Channel: desk.SMS, Provider: "fake", QueueID: queue.ID, Enabled: true})
	o.ok(err)
	o.two, err = o.CreateInbox(ctx, "", desk.Inbox{Name: "two", Label: "Two", Channel: desk.SMS, Provider: "fake", QueueID: queue.ID, Enabled: true})
	o.ok(err)
	o.agent, err = o.CreateAgent(ctx, "", desk.Agent{Email: "ana@example.com", Name: "Ana", Role: desk.RoleAgent, Enabled: true, Capacity: 100}, "hash")
	o.ok(err)
	o.provider = &provider{send: func(context.Context, desk.Outbound) (string, error) { return "ext", nil }}
	o.sender = &channels.Sender{Adapters: map[string]channels.Adapter{"fake": o.provider}, Outbox: o.Store, Consequences: o.Store,
		Log: slog.New(slog.NewTextHandler(&o.log, nil)), Now: o.clock}
	return o
}

func (o *office) clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *office) pass(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = o.now.Add(d)
}

func (o *office) ok(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// customer writes to an inbox; files are what the provider holds of theirs.
func (o *office) customer(in *desk.Inbox, from string, files ...desk.InboundFile) *desk.Conversation {
	o.t.Helper()
	ctx := o.t.Context()
	o.n++
	id := desk.NewID()
	work, err := o.Accept(ctx, []desk.Inbound{{InboxID: in.ID, ProviderID: id, Kind: desk.InMessage, At: o.clock(), Files: files,
		Identity: desk.Identity{Kind: desk.Phone, Value: from}, Message: &desk.Message{ID: id, ExternalID: id, Kind: desk.Text, Text: "hello", Author: desk.ByCustomer}}})
	o.ok(err)
	o.ok(o.Receive(ctx, []desk.ID{work[0].ID}))
	list, _, err := o.Conversations(ctx, store.ConversationFilter{InboxID: in.ID, Limit: 50})
	o.ok(err)
	for _, c := range list {
		if _, who, err := o.Store.Conversation(ctx, c.ID); err == nil && who.Value == from {
			return c
		}
	}
	o.t.Fatal("no conversation of " + from)
	return nil
}

// writes queues an answer of the agent.
func (o *office) writes(c *desk.Conversation, text string) desk.ID {
	o.t.Helper()
	o.pass(time.Millisecond)
	m, err := o.Reply(o.t.Context(), store.Reply{ID: desk.NewID(), ConversationID: c.ID, AgentID: o.agent.ID, Text: text})
	o.ok(err)
	return m.ID
}

func (o *office) message(id desk.ID) *desk.Message {
	o.t.Helper()
	m, err := o.MessageByID(o.t.Context(), id)
	o.ok(err)
	return m
}

// due is what the sweep finds now, in its order.
func (o *office) due() (ids []desk.ID) {
	o.t.Helper()
	work, err := o.Unsent(o.t.Context(), 0, 100)
	o.ok(err)
	for _, w := range work {
		ids = append(ids, w.ID)
	}
	return ids
}

func (o *office) handle(ids ...desk.ID) {
	o.t.Helper()
	o.ok(o.sender.Handle(o.t.Context(), ids))
}

func (o *office) inbox(in *desk.Inbox) *desk.Inbox {
	o.t.Helper()
	got, err := o.Inbox(o.t.Context(), in.ID)
	o.ok(err)
	return got
}
