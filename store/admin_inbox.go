package store

import (
	"context"
	"regexp"
	"strings"
	"time"

	"parley/desk"
)

var inboxName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,59}$`)

// CreateInbox adds an address. Whether the provider's settings are complete is
// for the caller, who knows the adapters, to check.
func (s *Store) CreateInbox(ctx context.Context, actor desk.ID, in desk.Inbox) (*desk.Inbox, error) {
	var out *desk.Inbox
	err := s.configure(ctx, func(t *tx) error {
		n := in
		n.ID, n.CreatedAt, n.Broken = newID(in.ID), t.now, ""
		if !inboxName.MatchString(n.Name) {
			return desk.FieldError("name", "needs 2 to 60 lower-case letters, digits and hyphens, and begins with a letter or digit")
		}
		if taken, err := t.any(&inboxRow{}, "name = ?", n.Name); err != nil {
			return err
		} else if taken {
			return desk.FieldError("name", "is taken by another inbox")
		}
		if err := t.checkInbox(&n); err != nil {
			return err
		}
		row, err := s.inboxToRow(&n)
		if err != nil {
			return err
		}
		if err := t.Create(&row).Error; err != nil {
			return err
		}
		out = &n
		t.tell(desk.EvInboxChanged, nil, desk.Event{InboxID: n.ID, ActorID: actor, Data: changed("created", n.Name)})
		return nil
	})
	return out, err
}

// UpdateInbox changes an address as change says; it may run more than once.
// Name, channel and provider stay. Sending that was stopped is tried again.
func (s *Store) UpdateInbox(ctx context.Context, actor, id desk.ID, change func(*desk.Inbox) error) (*desk.Inbox, error) {
	var out *desk.Inbox
	err := s.configure(ctx, func(t *tx) error {
		var row inboxRow
		if err := t.lockOne(&row, id); err != nil {
			return err
		}
		if row.ID == "" {
			return desk.Errorf(desk.NotFound, "there is no such inbox")
		}
		in, err := s.inboxFromRow(row)
		if err != nil {
			return err
		}
		name, channel, provider := in.Name, in.Channel, in.Provider
		if err := change(in); err != nil {
			return err
		}
		in.Name, in.Channel, in.Provider, in.Broken = name, channel, provider, ""
		if err := t.checkInbox(in); err != nil {
			return err
		}
		if row, err = s.inboxToRow(in); err != nil {
			return err
		}
		if err := t.Save(&row).Error; err != nil {
			return err
		}
		out = in
		t.tell(desk.EvInboxChanged, nil, desk.Event{InboxID: id, ActorID: actor, Data: changed("updated", in.Name)})
		return nil
	})
	return out, err
}

// DeleteInbox removes an address nobody ever wrote to.
func (s *Store) DeleteInbox(ctx context.Context, actor, id desk.ID) error {
	return s.configure(ctx, func(t *tx) error {
		var row inboxRow
		if err := t.lockOne(&row, id); err != nil {
			return err
		}
		if row.ID == "" {
			return desk.Errorf(desk.NotFound, "there is no such inbox")
		}
		for _, used := range []any{&conversationRecord{}, &inboundRow{}} {
			if found, err := t.any(used, "inbox_id = ?", id); err != nil {
				return err
			} else if found {
				return desk.Errorf(desk.Conflict, "customers have written here; switch the inbox off instead of removing it")
			}
		}
		if err := t.Delete(&inboxRow{}, "id = ?", id).Error; err != nil {
			return err
		}
		t.tell(desk.EvInboxChanged, nil, desk.Event{InboxID: id, ActorID: actor, Data: changed("deleted", row.Name)})
		return nil
	})
}

func (t *tx) checkInbox(in *desk.Inbox) error {
	in.Label, in.Greeting = strings.TrimSpace(desk.CleanText(in.Label, 400)), strings.TrimSpace(desk.CleanText(in.Greeting, 2000))
	if in.Label == "" {
		in.Label = in.Name
	}
	if !known(in.Channel) {
		return desk.FieldError("provider", "speaks no known channel")
	}
	if t.config.queues[in.QueueID] == nil {
		return desk.FieldError("queue_id", "there is no such queue; its customers need one to wait in")
	}
	if in.Priority < -1000 || in.Priority > 1000 {
		return desk.FieldError("priority", "must be between -1000 and 1000")
	}
	if in.Requirements == nil {
		in.Requirements = []desk.Requirement{}
	}
	if in.Config == nil {
		in.Config = map[string]string{}
	}
	if in.Secrets == nil {
		in.Secrets = map[string]string{}
	}
	return t.checkRequirements(in.Requirements)
}

// DeadLetter is an inbound item that could not be processed.
type DeadLetter struct {
	ID       desk.ID
	InboxID  desk.ID
	At       time.Time
	Attempts int
	Error    string
	Raw      []byte // as the provider sent it, or as it was understood
}

// DeadLetters lists them, newest first, with the cursor of the next page.
func (s *Store) DeadLetters(ctx context.Context, limit int, cursor string) ([]DeadLetter, string, error) {
	q := s.read(ctx).Where("state = 'dead'")
	if cursor != "" {
		at, id, err := readCursor(cursor)
		if err != nil {
			return nil, "", err
		}
		q = q.Where("(accepted_at, id) < (?, ?)", at, id)
	}
	var rows []intakeRow
	if err := q.Order("accepted_at DESC, id DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, "", down(err)
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = writeCursor(micros(rows[limit-1].AcceptedAt), rows[limit-1].ID)
	}
	sources, err := s.sources(ctx, rows)
	if err != nil {
		return nil, "", err
	}
	out := make([]DeadLetter, len(rows))
	for i, r := range rows {
		out[i] = DeadLetter{ID: r.ID, InboxID: r.InboxID, At: r.AcceptedAt, Attempts: r.Attempts, Error: r.Error, Raw: sources[r.ID]}
	}
	return out, next, nil
}

// sources are the items as they came, or as they were understood.
func (s *Store) sources(ctx context.Context, of []intakeRow) (map[desk.ID][]byte, error) {
	ids := make([]desk.ID, len(of))
	for i, r := range of {
		ids[i] = r.ID
	}
	condition, list := s.oneOf("id", ids)
	var rows []inboundRow
	if err := s.read(ctx).Where(condition, list).Find(&rows).Error; err != nil {
		return nil, down(err)
	}
	out := make(map[desk.ID][]byte, len(rows))
	for _, r := range rows {
		if out[r.ID] = r.Raw; len(r.Raw) == 0 {
			out[r.ID] = r.Body
		}
	}
	return out, nil
}

// CountDeadLetters is how many wait for an admin.
func (s *Store) CountDeadLetters(ctx context.Context) (int, error) {
	var n int64
	err := s.read(ctx).Model(&intakeRow{}).Where("state = 'dead'").Count(&n).Error
	return int(n), down(err)
}

// RetryDeadLetter makes one accepted work again and tells which.
func (s *Store) RetryDeadLetter(ctx context.Context, id desk.ID) (desk.Work, error) {
	var rows []intakeRow
	err := s.writer.WithContext(ctx).Raw("UPDATE intake SET state = ?, attempts = 0, error = '' WHERE id = ? AND state = ? RETURNING id, key",
		intakeOpen, id, intakeDead).Scan(&rows).Error
	if err != nil {
		return desk.Work{}, down(err)
	}
	if len(rows) == 0 {
		return desk.Work{}, desk.Errorf(desk.NotFound, "there is no such dead letter; perhaps somebody else retried it")
	}
	return desk.Work{ID: rows[0].ID, Key: rows[0].Key}, nil
}
