package store

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"
	"gorm.io/gorm"

	"parley/desk"
)

// Append adds people, conversations and what belongs to them to a database, as
// fast as it takes them: for filling one to a size. It is not one transaction,
// tells running nodes nothing, and leaves Skills, Queues, Inboxes, Agents,
// Companies, Orders and Notes of the history aside. Events come after those
// that are there.
func (s *Store) Append(ctx context.Context, h *History) error {
	err := s.appending(ctx, h, func(l *loader) error {
		contacts := make([]contactRow, len(h.Contacts))
		for i, c := range h.Contacts {
			contacts[i] = contactToRow(c, searchText(c.Name, c.Email, c.Phone))
		}
		if err := appendAll(l, contacts); err != nil {
			return err
		}
		identities := make([]identityRow, len(h.Identities))
		for i, id := range h.Identities {
			identities[i] = identityRow(id)
		}
		if err := appendAll(l, identities); err != nil {
			return err
		}
		conversations := make([]conversationRecord, len(h.Conversations))
		for i, c := range h.Conversations {
			conversations[i] = conversationToRecord(c, nil)
		}
		return appendAll(l, conversations)
	})
	if err != nil {
		return down(err)
	}
	g, ctx := errgroup.WithContext(ctx)
	if !s.pg {
		g.SetLimit(1)
	}
	for _, part := range []func(*loader) error{appendMessages, appendOffers, appendFacts, (*loader).events, appendInbound} {
		g.Go(func() error { return s.appending(ctx, h, part) })
	}
	return down(g.Wait())
}

func (s *Store) appending(ctx context.Context, h *History, part func(*loader) error) error {
	return s.writer.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		if s.pg {
			// Nobody waits for these rows, so they may take their time.
			err := db.Exec("SELECT set_config('idle_in_transaction_session_timeout', '0', true), set_config('synchronous_commit', 'off', true)").Error
			if err != nil {
				return err
			}
		}
		return part(&loader{DB: db, s: s, h: h})
	})
}

func appendMessages(l *loader) error {
	inboxOf := make(map[desk.ID]desk.ID, len(l.h.Conversations))
	for _, c := range l.h.Conversations {
		inboxOf[c.ID] = c.InboxID
	}
	rows := make([]messageRecord, len(l.h.Messages))
	for i, m := range l.h.Messages {
		rows[i] = messageRecord{MessageRow: MessageRow(m), InboxID: inboxOf[m.ConversationID]}
	}
	return appendAll(l, rows)
}

func appendOffers(l *loader) error {
	rows := make([]offerRow, len(l.h.Offers))
	for i, o := range l.h.Offers {
		rows[i] = offerRow(o)
	}
	return appendAll(l, rows)
}

func appendFacts(l *loader) error {
	days := map[string]bool{}
	rows := make([]factRecord, len(l.h.Facts))
	for i, f := range l.h.Facts {
		days[f.Day] = true
		rows[i] = factRecord{FactRow: FactRow(f), Bucket: desk.Bucket(f.Seconds), BusinessBucket: desk.Bucket(f.BusinessSeconds)}
	}
	for _, day := range sortedKeys(days) {
		if err := raiseChanges(l.DB, day); err != nil {
			return err
		}
	}
	return appendAll(l, rows)
}

// appendInbound writes items that were accepted and processed in the past.
func appendInbound(l *loader) error {
	rows := make([]inboundRow, len(l.h.Inbound))
	for i := range l.h.Inbound {
		in := &l.h.Inbound[i]
		rows[i] = inboundRow{ID: in.ID, InboxID: in.InboxID, ProviderID: in.ProviderID,
			Body: in.Raw, Raw: in.Raw, AcceptedAt: in.At}
	}
	return appendAll(l, rows)
}

// appendRows is how many rows go into one statement: large enough that its
// costs do not show, small enough that its arrays stay in the cache.
const appendRows = 5000

func appendAll[R any](l *loader, rows []R) error {
	for part := range slices.Chunk(rows, appendRows) {
		if err := createAll(l.DB, l.s, part, ""); err != nil {
			return err
		}
	}
	return nil
}

// Analyze lets the database look at its tables anew, so that it plans by what
// is there: after much has been written at once.
func (s *Store) Analyze(ctx context.Context) error {
	return down(s.writer.WithContext(ctx).Exec("ANALYZE").Error)
}
