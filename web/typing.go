package web

import (
	"context"
	"time"

	"parley/channels"
	"parley/desk"
)

// typings shows customers in their messaging apps that an agent is writing or
// has read, where the provider can; writing at most once in a while per
// conversation.
type typings struct {
	wanted chan mark
	last   map[desk.ID]time.Time // only typeAtProviders touches it
}

// typingEvery is just under how long providers show the mark (WhatsApp 25 s,
// Messenger 20 s) divided so that it never goes out while the agent writes.
const typingEvery = 8 * time.Second

// mark is one of the two for a conversation.
type mark struct {
	conversation desk.ID
	read         bool
}

func (s *sockets) markAtProvider(c *desk.Conversation, read bool) {
	if c.Channel.Live() {
		return
	}
	select {
	case s.typings.wanted <- mark{c.ID, read}:
	default: // worth little when it is late
	}
}

func (s *sockets) markAtProviders(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-s.typings.wanted:
			id, now := m.conversation, s.api.Now()
			if !m.read && now.Sub(s.typings.last[id]) < typingEvery {
				continue
			}
			for old, at := range s.typings.last {
				if now.Sub(at) > time.Minute {
					delete(s.typings.last, old)
				}
			}
			if !m.read {
				s.typings.last[id] = now
			}
			if err := s.markOnce(ctx, m); err != nil && ctx.Err() == nil {
				s.api.Log.Debug("mark not shown at the provider", "conversation", id, "error", err)
			}
		}
	}
}

func (s *sockets) markOnce(ctx context.Context, m mark) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	c, identity, err := s.api.Store.Conversation(ctx, m.conversation)
	if err != nil {
		return err
	}
	inbox, err := s.api.Store.Inbox(ctx, c.InboxID)
	if err != nil || identity.OptedOut {
		return err
	}
	adapter := s.api.Adapters[inbox.Provider]
	last, err := s.api.Store.LastExternalID(ctx, m.conversation)
	if err != nil {
		return err
	}
	if reader, can := adapter.(channels.Reader); can && m.read {
		return reader.MarkRead(ctx, *inbox, *identity, last)
	}
	if typist, can := adapter.(channels.Typist); can && !m.read {
		return typist.Typing(ctx, *inbox, *identity, last)
	}
	return nil
}
