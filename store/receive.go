package store

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"parley/desk"
)

const (
	// maxAttempts is after how many failures an accepted item goes to the dead letters.
	maxAttempts = 5
	// reopenWithin is how long after its end a conversation is continued when
	// the customer writes again; later it is a new one.
	reopenWithin = 72 * time.Hour
	// unmatchedFor is how long news of an unknown message waits for that message.
	unmatchedFor = time.Minute
)

// Receive processes accepted items in the order given: contacts, conversations,
// messages and events in one transaction, items done with it. Items that are
// done already have no second effect. An item that keeps failing is set aside
// as a dead letter and the others go on. The error is Unavailable (try the same
// items again later) or nil.
func (s *Store) Receive(ctx context.Context, ids []desk.ID) error {
	err := s.receive(ctx, ids)
	if err == nil || desk.CodeOf(err) == desk.Unavailable || ctx.Err() != nil {
		return err
	}
	for _, id := range ids {
		err := s.receive(ctx, []desk.ID{id})
		if err != nil && (desk.CodeOf(err) == desk.Unavailable || ctx.Err() != nil) {
			return err
		}
		if err != nil {
			s.cfg.Log.Error("inbound item failed", "inbound", id, "error", err)
			if err := s.setAside(ctx, id, err); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) receive(ctx context.Context, ids []desk.ID) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	var r *reception
	err = s.write(ctx, func(t *tx) error {
		again := r != nil // something was not as remembered, or somebody else was faster
		r = &reception{tx: t, identities: map[string]*desk.Identity{}, byPair: map[pair]*desk.Conversation{}, matched: map[desk.ID]*desk.RuleMatch{}, known: map[string]desk.ID{}}
		return r.run(ids, !again)
	})
	if err == nil {
		s.failures.mark(r.ruleFailures)
		s.recent.drop(ids)
		r.learn()
	}
	return err
}

type pair struct{ inbox, contact desk.ID }

// reception is one batch of items on its way into the tables.
type reception struct {
	*tx
	items       []desk.Inbound
	acceptedAt  map[desk.ID]time.Time
	known       map[string]desk.ID        // by rememberKey: conversations known from memory
	identities  map[string]*desk.Identity // by key
	contacts    map[desk.ID]*contactRow   // those read or made here
	byPair      map[pair]*desk.Conversation
	newContacts []contactRow
	newIDs      []identityRow
	optChanged  map[desk.ID]bool // identity ▶ opted out now
	attachments []attachmentRecord
	uploads     []upload
	uploaded    map[desk.ID]attachmentRecord // files customers sent up beforehand
	statuses    map[desk.ID]*messageRecord   // sent messages that there is news of
	byExternal  map[string]*messageRecord
	later       []desk.ID        // items to look at again
	seen        []desk.ID        // contacts who begin or come back with this batch
	taken       map[desk.ID]bool // ids of messages that exist already

	companies    map[desk.ID]*desk.Company // those that rules look at
	matched      map[desk.ID]*desk.RuleMatch
	ruleFailures []ruleFailureRow
}

type upload struct{ id, message, conversation, owner desk.ID }

func (r *reception) run(ids []desk.ID, fromMemory bool) error {
	if err := r.load(ids); err != nil || len(r.items) == 0 {
		return err
	}
	if fromMemory {
		r.recall()
	}
	if err := r.resolveIdentities(); err != nil {
		return err
	}
	if err := r.loadConversations(); err != nil {
		return err
	}
	if err := r.loadRuleFacts(); err != nil {
		return err
	}
	if err := r.loadStatuses(); err != nil {
		return err
	}
	if err := r.loadUploads(); err != nil {
		return err
	}
	if err := r.loadTaken(); err != nil {
		return err
	}
	for i := range r.items {
		if err := r.apply(&r.items[i]); err != nil {
			return fmt.Errorf("inbound %s: %w", r.items[i].ID, err)
		}
	}
	return r.finish()
}

// load takes the items that are still open, in the stream's order: done from the
// start, which holds with the transaction and saves a statement.
func (r *reception) load(ids []desk.ID) (err error) {
	r.items, r.acceptedAt, err = r.takeIn(ids)
	return err
}

// finish writes what only an intake writes; the rest is flushed by the transaction.
func (r *reception) finish() error {
	if err := createAll(r.DB, r.s, r.newContacts, ""); err != nil {
		return err
	}
	if err := createAll(r.DB, r.s, r.newIDs, ""); err != nil {
		return err
	}
	if len(r.seen) > 0 {
		// Not with each message: a busy thread would rewrite its contact all day.
		if err := r.Exec("UPDATE contacts SET seen_at = ? WHERE id IN ?", micros(r.now), r.seen).Error; err != nil {
			return err
		}
	}
	for id, out := range r.optChanged {
		if err := r.Exec("UPDATE identities SET opted_out = ? WHERE id = ?", out, id).Error; err != nil {
			return err
		}
	}
	if len(r.attachments) > 0 {
		if err := r.Create(&r.attachments).Error; err != nil {
			return err
		}
	}
	for _, u := range r.uploads {
		err := r.Exec("UPDATE attachments SET message_id = ?, conversation_id = ? WHERE id = ? AND owner = ? AND message_id IS NULL",
			u.message, u.conversation, u.id, u.owner).Error
		if err != nil {
			return err
		}
	}
	if err := r.saveStatuses(); err != nil {
		return err
	}
	if err := r.saveRuleFailures(r.ruleFailures); err != nil {
		return err
	}
	if len(r.later) == 0 {
		return nil
	}
	return r.putBack(r.later)
}

func (r *reception) apply(in *desk.Inbound) error {
	inbox := r.config.inboxes[in.InboxID]
	if inbox == nil {
		return desk.Errorf(desk.NotFound, "the inbox is gone")
	}
	switch in.Kind {
	case desk.InMessage:
		return r.message(in, inbox)
	case desk.InStatus:
		return r.status(in)
	case desk.InEcho:
		return r.echo(in, inbox)
	case desk.InOptOut, desk.InOptIn:
		return r.optOut(in, inbox)
	case desk.InLeft:
		return r.left(in)
	case desk.InRating:
		return r.rating(in)
	}
	return nil // ignored: kept raw
}

// conversationOf finds the contact's conversation in the inbox: the open one,
// or the latest ended one.
func (r *reception) conversationOf(in *desk.Inbound) *desk.Conversation {
	if id, known := r.known[rememberKey(in.InboxID, in.Identity)]; known {
		return r.conversations[id]
	}
	id := r.identities[in.Identity.Key()]
	if id == nil {
		return nil
	}
	return r.byPair[pair{in.InboxID, id.ContactID}]
}

func (r *reception) loadConversations() error {
	seen := map[desk.ID]bool{}
	for _, c := range r.newContacts {
		seen[c.ID] = true
	}
	var contacts []desk.ID
	for _, id := range r.identities {
		if !seen[id.ContactID] {
			seen[id.ContactID] = true
			contacts = append(contacts, id.ContactID)
		}
	}
	if len(contacts) == 0 {
		return nil
	}
	condition, list := r.s.oneOf("contact_id", contacts)
	var rows []conversationRecord
	err := r.Clauses(clause.Locking{Strength: "UPDATE"}).
		Where(condition+" AND (open OR resolved_at > ?)", list, micros(r.now.Add(-reopenWithin))).
		Order("id").Find(&rows).Error
	for _, row := range rows {
		c := row.conversation()
		if r.conversations[c.ID] != nil {
			return errStale // known from memory, and led to by somebody else as well
		}
		r.conversations[c.ID] = c
		r.after(c.StateSince)
		k := pair{c.InboxID, c.ContactID}
		if old := r.byPair[k]; old == nil || c.State.Open() || !old.State.Open() && c.ResolvedAt.After(old.ResolvedAt) {
			r.byPair[k] = c
		}
	}
	return err
}

func (r *reception) isNew(contact desk.ID) bool {
	return slices.ContainsFunc(r.newContacts, func(c contactRow) bool { return c.ID == contact })
}
