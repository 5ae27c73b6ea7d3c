package channels_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"parley/channels"
	"parley/desk"
)

// pipe is a stream whose answer the test gives.
type pipe struct {
	pushed chan []desk.Work
	answer chan error
}

func (p *pipe) PushOutbound(ctx context.Context, work []desk.Work) error {
	p.pushed <- append([]desk.Work{}, work...)
	select {
	case err := <-p.answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func queued(id string) desk.Change {
	return desk.Change{Event: desk.Event{Type: desk.EvMessageCreated},
		Message: &desk.Message{ID: id, ConversationID: "c-" + id, Direction: desk.Out, Status: desk.Queued}}
}

func dispatching(t *testing.T) (*channels.Dispatcher, *pipe) {
	p := &pipe{pushed: make(chan []desk.Work, 100), answer: make(chan error)}
	d := channels.NewDispatcher(p, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return d, p
}

func TestOnlyOutgoingMessagesAreDispatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := dispatching(t)
		message := func(direction desk.Direction, status desk.Status, typ desk.EventType, files ...desk.Attachment) desk.Change {
			return desk.Change{Event: desk.Event{Type: typ}, Message: &desk.Message{ID: "not", Direction: direction, Status: status, Attachments: files}}
		}
		d.Committed([]desk.Change{
			{Event: desk.Event{Type: desk.EvConversationQueued}},
			message(desk.In, desk.Received, desk.EvMessageReceived),
			message(desk.Out, desk.Sent, desk.EvMessageCreated), // a note, or web chat
			message(desk.Out, desk.Failed, desk.EvMessageStatus),
			message(desk.Out, desk.Sent, desk.EvMessageUpdated, desk.Attachment{ID: "f"}),
		})
		synctest.Wait()
		if len(p.pushed) != 0 || len(d.Files()) != 0 {
			t.Fatalf("pushed %v, files %d", <-p.pushed, len(d.Files()))
		}
		again := queued("again")
		again.Type = desk.EvMessageStatus // somebody asked to send it again
		d.Committed([]desk.Change{queued("new"), again, message(desk.In, desk.Received, desk.EvMessageReceived, desk.Attachment{ID: "f"})})
		synctest.Wait()
		var got []desk.Work
		for len(got) < 2 {
			got = append(got, <-p.pushed...)
			p.answer <- nil
		}
		if diff := cmp.Diff([]desk.Work{{ID: "new", Key: "c-new"}, {ID: "again", Key: "c-again"}}, got); diff != "" || len(d.Files()) != 1 {
			t.Errorf("pushed (-want +got):\n%s\n%d files, want 1", diff, len(d.Files()))
		}
	})
}

// With Redis away, or slow, commits go on; what does not fit is for the sweep.
func TestCommittingNeverWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := dispatching(t)
		files := desk.Change{Event: desk.Event{Type: desk.EvMessageReceived}, Message: &desk.Message{Direction: desk.In, Attachments: []desk.Attachment{{}}}}
		for i := range 20000 {
			d.Committed([]desk.Change{queued(fmt.Sprint(i)), files}) // a block here is a deadlock to synctest
		}
		synctest.Wait()
		if len(p.pushed) != 1 {
			t.Errorf("%d pushes at once, want one after the other", len(p.pushed))
		}
		n := 0
		for range 3 {
			batch := <-p.pushed
			n += len(batch)
			p.answer <- errors.New("LOADING Redis is loading the dataset in memory")
			synctest.Wait()
			if len(batch) > 500 {
				t.Errorf("%d in one push", len(batch))
			}
		}
		if n < 1000 || len(p.pushed) != 1 {
			t.Errorf("%d messages in three pushes, then %d more: an error is not the end", n, len(p.pushed))
		}
	})
}
