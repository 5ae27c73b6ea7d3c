package channels

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"parley/desk"
)

// Outbox is the messages waiting to be sent, in the database.
type Outbox interface {
	ClaimOutgoing(ctx context.Context, id desk.ID) (*desk.Outgoing, error)
	Sent(ctx context.Context, id desk.ID, externalID string) error
	NotSent(ctx context.Context, id desk.ID, code, reason string) error
	MaybeSent(ctx context.Context, id desk.ID, reason string) error
	// TryLater gives a claimed message back; tried tells whether that was an attempt.
	TryLater(ctx context.Context, id desk.ID, at time.Time, tried bool) error
}

// Consequences are what a failure means beyond its message.
type Consequences interface {
	OptOut(ctx context.Context, identity desk.ID) error
	BreakInbox(ctx context.Context, id desk.ID, why string) error
}

// Sender hands outgoing messages to their providers. An attempt is on record
// before the call, so after a crash in the middle a message is unknown and is
// never sent again blindly.
type Sender struct {
	Adapters     map[string]Adapter
	Outbox       Outbox
	Consequences Consequences
	FileURL      func(desk.Attachment) string
	Open         func(desk.Attachment) ([]byte, error)
	Log          *slog.Logger
	Now          func() time.Time
	// Answered is told of each answer of a provider: "" for sent, or how it
	// failed. nil: nobody is.
	Answered func(provider string, class Class, took time.Duration)

	mu     sync.Mutex
	paused map[desk.ID]time.Time // inbox ▶ until, after SlowDown
}

const (
	sendTimeout = 30 * time.Second
	maxSends    = 8
	maxBackoff  = 10 * time.Minute
)

// Handle sends the messages of one partition in order: the next of a
// conversation goes after the previous one was accepted, failed, or is unknown.
// While that is tried again the outbox does not give the next out.
func (s *Sender) Handle(ctx context.Context, ids []desk.ID) error {
	for _, id := range ids {
		if err := s.send(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// send tries one message. The error is the database's only: then nothing has been lost
// and the stream brings the message again.
func (s *Sender) send(ctx context.Context, id desk.ID) error {
	out, err := s.Outbox.ClaimOutgoing(ctx, id)
	if err != nil || out == nil {
		return err
	}
	if until := s.pausedUntil(out.Inbox.ID); !until.IsZero() {
		return s.Outbox.TryLater(ctx, id, until, false)
	}
	adapter := s.Adapters[out.Inbox.Provider]
	if adapter == nil || !out.Inbox.Enabled {
		return s.Outbox.NotSent(ctx, id, "", "The inbox is switched off.")
	}
	began := time.Now()
	call, cancel := context.WithTimeout(ctx, sendTimeout)
	external, err := adapter.Send(call, desk.Outbound{Message: out.Message, Identity: out.Identity, Inbox: out.Inbox,
		FileURL: s.FileURL, Open: s.Open, LastCustomerAt: out.LastCustomerAt})
	cancel()
	if s.Answered != nil {
		class := Class("")
		if err != nil {
			class = AsDelivery(err).Class
		}
		s.Answered(out.Inbox.Provider, class, time.Since(began))
	}
	// The outcome is recorded even while the node is stopping.
	ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err == nil {
		// First what cannot be found out again.
		err := s.Outbox.Sent(ctx, id, external)
		if out.Inbox.Broken != "" {
			err = errors.Join(err, s.Consequences.BreakInbox(ctx, out.Inbox.ID, ""))
		}
		return err
	}
	return s.failed(ctx, out, AsDelivery(err))
}

func (s *Sender) failed(ctx context.Context, out *desk.Outgoing, d *DeliveryError) error {
	id := out.Message.ID
	s.Log.Warn("message not sent", "message", id, "inbox", out.Inbox.Name, "class", d.Class, "code", d.Code, "attempt", out.Attempts)
	switch d.Class {
	case Retry, SlowDown:
		wait := d.After
		if wait == 0 {
			wait = min(maxBackoff, time.Second<<out.Attempts)
			wait += time.Duration(rand.Int64N(int64(wait) / 4))
		}
		if d.Class == SlowDown {
			s.pause(out.Inbox.ID, s.Now().Add(wait))
		}
		if out.Attempts >= maxSends {
			return s.Outbox.NotSent(ctx, id, d.Code, d.Reason+" Tried several times without success.")
		}
		return s.Outbox.TryLater(ctx, id, s.Now().Add(wait), true)
	case Ambiguous:
		return s.Outbox.MaybeSent(ctx, id, d.Reason)
	case OptedOut:
		err := s.Consequences.OptOut(ctx, out.Identity.ID)
		return errors.Join(err, s.Outbox.NotSent(ctx, id, d.Code, d.Reason))
	case Broken:
		err := s.Consequences.BreakInbox(ctx, out.Inbox.ID, d.Reason)
		return errors.Join(err, s.Outbox.NotSent(ctx, id, d.Code, d.Reason))
	}
	return s.Outbox.NotSent(ctx, id, d.Code, d.Reason)
}

func (s *Sender) pause(inbox desk.ID, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.paused == nil {
		s.paused = map[desk.ID]time.Time{}
	}
	s.paused[inbox] = until
}

func (s *Sender) pausedUntil(inbox desk.ID) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	until, ok := s.paused[inbox]
	if !ok || !s.Now().Before(until) {
		delete(s.paused, inbox)
		return time.Time{}
	}
	return until
}
