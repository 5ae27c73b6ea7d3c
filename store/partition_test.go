package store

import (
	"context"
	"log/slog"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/testenv"
)

func openForCuts(t *testing.T) *Store {
	s, err := Open(context.Background(), Config{URL: testenv.Postgres(t), Key: make([]byte, 32), Log: slog.New(slog.DiscardHandler), PartSize: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// log writes n events at once.
func (s *Store) log(t *testing.T, n int) {
	t.Helper()
	err := s.writer.Exec(`WITH last AS (UPDATE counters SET n = n + ? WHERE name = 'events' RETURNING n)
		INSERT INTO events (seq, at, type, data) SELECT last.n - ? + i, ?, 'message.received', '{}' FROM last, generate_series(1, ?) i`, n, n, micros(s.cfg.Now()), n).Error
	if err != nil {
		t.Fatal(err)
	}
}

// bounds are the partitions of the log with where each ends.
func (s *Store) bounds(t *testing.T) map[string]string {
	t.Helper()
	list, err := s.parts(t.Context(), splits[0])
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, p := range list {
		out[p.Name] = p.to()
		if p.Check.Valid {
			out[p.Name] += " marked"
		}
	}
	return out
}

func (s *Store) lastPart(t *testing.T) *part {
	t.Helper()
	list, err := s.parts(t.Context(), splits[0])
	if err != nil {
		t.Fatal(err)
	}
	return &list[len(list)-1]
}

func TestALargePartitionIsCutWhileEventsAreWritten(t *testing.T) {
	s, ctx := openForCuts(t), t.Context()
	s.log(t, 3*eventMargin)
	var writing sync.WaitGroup
	stop := make(chan struct{})
	writing.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				err := s.write(ctx, func(tx *tx) error {
					tx.tell(desk.EvContactChanged, nil, desk.Event{})
					return nil
				})
				if err != nil {
					t.Errorf("an event while the partition was cut: %v", err)
					return
				}
			}
		}
	})
	err := s.Cut(ctx, 0, 0)
	close(stop)
	writing.Wait()
	if err != nil {
		t.Fatal(err)
	}
	got := s.bounds(t)
	if len(got) != 2 || got["events_2"] != "MAXVALUE" || got["events_1"] == "MAXVALUE" {
		t.Fatalf("partitions end at %v; want one that ends ahead of the log, and a new one", got)
	}
	// The second is entered by whoever comes there, and what is in both is one log.
	s.log(t, 10*eventMargin)
	var second, all int
	if err := s.reader.Raw("SELECT (SELECT count(*) FROM events_2), (SELECT count(*) FROM events)").Row().Scan(&second, &all); err != nil || second == 0 {
		t.Fatalf("%d events in the new partition: %v", second, err)
	}
	if last, err := s.LastSeq(ctx); err != nil || all != int(last) {
		t.Errorf("%d events are there of %d, %v", all, last, err)
	}
	if page, err := s.After(ctx, int64(all-second-5), 10); err != nil || len(page) != 10 || page[9].Seq != int64(all-second+5) {
		t.Errorf("a page over the bound has %d events, %v", len(page), err)
	}
	// It goes on.
	if err := s.Cut(ctx, 0, 0); err != nil {
		t.Fatal(err)
	}
	if got := s.bounds(t); len(got) != 3 {
		t.Errorf("partitions end at %v, want three", got)
	}
}

func TestACutGoesOnWhereItBrokeOff(t *testing.T) {
	s, ctx := openForCuts(t), t.Context()
	s.log(t, 3*eventMargin)
	if err := s.markCut(ctx, splits[0], s.lastPart(t)); err != nil { // and then the node died
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"events_1": "MAXVALUE marked"}, s.bounds(t)); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	if err := s.Cut(ctx, 0, 0); err != nil {
		t.Fatal(err)
	}
	if got := s.bounds(t); len(got) != 2 || got["events_2"] != "MAXVALUE" {
		t.Errorf("partitions end at %v, want the cut to be done", got)
	}
}

func TestACutThatComesTooLateIsGivenUp(t *testing.T) {
	s, ctx := openForCuts(t), t.Context()
	s.log(t, 3*eventMargin)
	if err := s.markCut(ctx, splits[0], s.lastPart(t)); err != nil {
		t.Fatal(err)
	}
	bound, err := s.eventBound(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	last, err := s.LastSeq(ctx)
	if err != nil {
		t.Fatal(err)
	}
	s.log(t, int(bound-last)-2) // writers are right before the bound
	// Beyond it nothing is lost: it is as if the database were away for a moment.
	err = s.write(ctx, func(tx *tx) error {
		for range 9 {
			tx.tell(desk.EvContactChanged, nil, desk.Event{})
		}
		return nil
	})
	if desk.CodeOf(err) != desk.Unavailable {
		t.Errorf("writing beyond the bound: %v, want unavailable", err)
	}
	if err := s.Cut(ctx, 0, 0); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"events_1": "MAXVALUE"}, s.bounds(t)); diff != "" {
		t.Errorf("after giving up (-want +got):\n%s", diff)
	}
	s.log(t, 10)
	if err := s.Cut(ctx, 0, 0); err != nil {
		t.Fatal(err)
	}
	if got := s.bounds(t); len(got) != 2 {
		t.Errorf("partitions end at %v, want the next try to succeed", got)
	}
}

func TestACutDoesNotWaitForALongReader(t *testing.T) {
	s, ctx := openForCuts(t), t.Context()
	s.log(t, 3*eventMargin)
	reading := s.reader.WithContext(ctx).Begin()
	defer reading.Rollback()
	var n int
	if err := reading.Raw("SELECT count(*) FROM events").Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	if err := s.Cut(ctx, 0, 0); desk.CodeOf(err) != desk.Unavailable {
		t.Errorf("cutting while somebody reads: %v, want to be told to come again", err)
	}
	reading.Rollback()
	if err := s.Cut(ctx, 0, 0); err != nil || len(s.bounds(t)) != 2 {
		t.Errorf("afterwards: %v, partitions end at %v", err, s.bounds(t))
	}
}
