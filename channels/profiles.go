package channels

import (
	"context"
	"log/slog"
	"time"

	"parley/desk"
)

// Naming is where what a provider knows of a customer is kept.
type Naming interface {
	Inbox(ctx context.Context, id desk.ID) (*desk.Inbox, error)
	// NameContact gives a contact that is still called placeholder a name.
	NameContact(ctx context.Context, contact desk.ID, placeholder, name string) error
}

// Profiles asks providers who a new customer is, where webhooks do not say:
// agents see a name instead of a number a moment later.
type Profiles struct {
	Adapters map[string]Adapter
	Naming   Naming
	Log      *slog.Logger
	Wanted   <-chan desk.Change // conversations just begun
}

const profileTimeout = 10 * time.Second

// Run asks until ctx ends.
func (p *Profiles) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case ch := <-p.Wanted:
			if err := p.ask(ctx, ch); err != nil && ctx.Err() == nil {
				p.Log.Info("no profile", "contact", ch.ContactID, "error", err)
			}
		}
	}
}

func (p *Profiles) ask(ctx context.Context, ch desk.Change) error {
	ctx, cancel := context.WithTimeout(ctx, profileTimeout)
	defer cancel()
	who := desk.Identity{Kind: desk.PSID, Value: ch.Data.Fields[string(desk.PSID)]}
	placeholder := desk.DisplayName("", who)
	if who.Value == "" || ch.Conversation == nil || ch.Conversation.ContactName != placeholder {
		return nil
	}
	inbox, err := p.Naming.Inbox(ctx, ch.InboxID)
	if err != nil {
		return err
	}
	profiler, can := p.Adapters[inbox.Provider].(Profiler)
	if !can {
		return nil
	}
	profile, err := profiler.Profile(ctx, *inbox, who)
	if err != nil || profile.Name == "" {
		return err
	}
	return p.Naming.NameContact(ctx, ch.ContactID, placeholder, desk.CleanText(profile.Name, 200))
}
