package web

import (
	"context"
	"time"

	"parley/channels"
	"parley/desk"
)

// typings shows customers in their messaging apps that an agent is writing,
// where the provider can, at most once in a while per conversation.
type typings struct {
	wanted chan desk.ID
	last   map[desk.ID]time.Time // only typeAtProviders touches it
}

// typingEvery is just under how long providers show the mark (WhatsApp 25 s,
// Messenger 20 s) divided so that it never goes out while the agent writes.
const typingEvery = 8 * time.Second

func (s *sockets) typeAtProvider(c *desk.Conversation) {
	if c.Channel.Live() {
		return
	}
	select {
	case s.typings.wanted <- c.ID:
	default: // worth nothing when it is late
	}
}

func (s *sockets) typeAtProviders(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case id := <-s.typings.wanted:
			now := s.api.Now()
			if now.Sub(s.typings.last[id]) < typingEvery {
				continue
			}
			for old, at := range s.typings.last {
				if now.Sub(at) > time.Minute {
					delete(s.typings.last, old)
				}
			}
			s.typings.last[id] = now
			if err := s.typeOnce(ctx, id); err != nil && ctx.Err() == nil {
				s.api.Log.Debug("typing not shown at the provider", "conversation", id, "error", err)
			}
		}
	}
}

func (s *sockets) typeOnce(ctx context.Context, id desk.ID) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	c, identity, err := s.api.Store.Conversation(ctx, id)
	if err != nil {
		return err
	}
	inbox, err := s.api.Store.Inbox(ctx, c.InboxID)
	if err != nil || identity.OptedOut {
		return err
	}
	typist, can := s.api.Adapters[inbox.Provider].(channels.Typist)
	if !can {
		return nil
	}
	last, err := s.api.Store.LastExternalID(ctx, id)
	if err != nil {
		return err
	}
	return typist.Typing(ctx, *inbox, *identity, last)
}
