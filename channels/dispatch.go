package channels

import (
	"context"
	"log/slog"

	"parley/desk"
)

// Stream is where outgoing work is put for the senders of all nodes.
type Stream interface {
	PushOutbound(ctx context.Context, work []desk.Work) error
}

// Dispatcher puts messages that were just committed to the outbox on the
// stream. It may lose any of them: the sweep finds them in the database.
type Dispatcher struct {
	stream Stream
	log    *slog.Logger
	work   chan desk.Work
	files  chan struct{}
	begun  chan desk.Change
}

// NewDispatcher makes a dispatcher.
func NewDispatcher(stream Stream, log *slog.Logger) *Dispatcher {
	return &Dispatcher{stream: stream, log: log, work: make(chan desk.Work, 8192), files: make(chan struct{}, 1), begun: make(chan desk.Change, 256)}
}

// Committed looks for outgoing messages and pending files in what this node has
// committed. It never blocks.
func (d *Dispatcher) Committed(changes []desk.Change) {
	for _, ch := range changes {
		if ch.Type == desk.EvConversationCreated {
			select {
			case d.begun <- ch:
			default:
			}
		}
		m := ch.Message
		if m == nil {
			continue
		}
		if m.Direction == desk.Out && m.Status == desk.Queued {
			select {
			case d.work <- desk.Work{ID: m.ID, Key: m.ConversationID}:
			default:
			}
		}
		if ch.Type == desk.EvMessageReceived && len(m.Attachments) > 0 {
			select {
			case d.files <- struct{}{}:
			default:
			}
		}
	}
}

// Files receives when a file may be waiting at a provider.
func (d *Dispatcher) Files() <-chan struct{} { return d.files }

// Begun receives conversations just begun.
func (d *Dispatcher) Begun() <-chan desk.Change { return d.begun }

// Run pushes until ctx ends, several at once when they come faster than Redis answers.
func (d *Dispatcher) Run(ctx context.Context) error {
	for {
		var batch []desk.Work
		select {
		case <-ctx.Done():
			return nil
		case w := <-d.work:
			batch = append(batch, w)
		}
	more:
		for len(batch) < 500 {
			select {
			case w := <-d.work:
				batch = append(batch, w)
			default:
				break more
			}
		}
		if err := d.stream.PushOutbound(ctx, batch); err != nil && ctx.Err() == nil {
			d.log.Warn("messages not on the stream; the sweep will find them", "messages", len(batch), "error", err)
		}
	}
}
