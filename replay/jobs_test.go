package replay_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"parley/demo"
	"parley/desk"
	"parley/replay"
	"parley/store"
	"parley/store/storetest"
)

var aWeek = replay.Request{From: monday.Add(-7 * 24 * time.Hour), To: monday, AgentID: desk.NewID(), Text: []byte("{}")}

// stuck is a log whose reading goes on until nobody waits for it any more.
type stuck struct {
	replay.Log
	reading chan struct{}
	given   chan error
}

func (s stuck) PastFloor(ctx context.Context, _ int64, _ time.Time) (*desk.Snapshot, []string, error) {
	close(s.reading)
	<-ctx.Done()
	s.given <- ctx.Err()
	return nil, nil, ctx.Err()
}

func lastWeek(t *testing.T, open storetest.Open) *store.Store {
	t.Helper()
	st := open(func(c *store.Config) { c.Now = func() time.Time { return monday } })
	if _, err := demo.Seed(t.Context(), st, demo.Options{Now: monday, Seed: 3, Conversations: 40, Hash: func(p string) (string, error) { return p, nil }}, nil); err != nil {
		t.Fatal(err)
	}
	return st
}

func TestACancelledReplayStopsAndLetsTheNextBegin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		st := lastWeek(t, open)
		log := stuck{st, make(chan struct{}), make(chan error, 1)}
		jobs := &replay.Jobs{Log: log, Shelf: st, Slog: slog.New(slog.DiscardHandler)}
		id, err := jobs.Start(t.Context(), aWeek)
		if err != nil {
			t.Fatal(err)
		}
		<-log.reading
		if _, err := jobs.Start(t.Context(), aWeek); desk.CodeOf(err) != desk.Conflict {
			t.Errorf("a second one beside it: %v", err)
		}
		if err := st.EndReplay(t.Context(), id, desk.JobCancelled, "", nil); err != nil {
			t.Fatal(err)
		}
		if err := <-log.given; err == nil { // the work was told to stop
			t.Error("it goes on reading")
		}
		jobs.Log = st
		next := desk.ID("")
		await(t, "the next one begins", func() bool { // the first one notes its end
			if next, err = jobs.Start(t.Context(), aWeek); err != nil && desk.CodeOf(err) != desk.Conflict {
				t.Fatal(err)
			}
			return err == nil
		})
		if j, err := st.Replay(t.Context(), id); err != nil || j.State != desk.JobCancelled || j.Result != nil || j.Error != "" {
			t.Errorf("the cancelled one: %+v, %v", j, err)
		}
		done := func() *desk.Job {
			j, err := st.Replay(t.Context(), next)
			if err != nil {
				t.Fatal(err)
			}
			return j
		}
		await(t, "its end", func() bool { return done().State != desk.JobRunning })
		if j := done(); j.State != desk.JobDone || j.Result == nil {
			t.Errorf("the next one: %s %s", j.State, j.Error)
		}
	})
}

func TestAReplayWhoseNodeIsGoneHasFailed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		now := monday
		st := open(func(c *store.Config) { c.Now = func() time.Time { return now } })
		id := desk.NewID()
		check := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		state := func(want desk.JobState) *desk.Job {
			t.Helper()
			j, err := st.Replay(t.Context(), id)
			check(err)
			if j.State != want {
				t.Errorf("it is %s, want %s", j.State, want)
			}
			return j
		}
		check(st.BeginReplay(t.Context(), desk.Job{ID: id, AgentID: desk.NewID(), Request: []byte("{}")}))
		now = now.Add(20 * time.Second)
		if wanted, err := st.ReplayProgress(t.Context(), id, 0.4); err != nil || !wanted {
			t.Errorf("wanted: %v, %v", wanted, err)
		}
		now = now.Add(25 * time.Second)
		if j := state(desk.JobRunning); j.Progress != 0.4 {
			t.Errorf("at %v", j.Progress)
		}
		now = now.Add(10 * time.Second) // 35 s without a word
		if j := state(desk.JobFailed); j.Error != "the node that ran it is gone; start it again" {
			t.Errorf("said: %s", j.Error)
		}
		// Only slow after all: what it comes to counts.
		check(st.EndReplay(t.Context(), id, desk.JobDone, "", []byte(`{"words":"x"}`)))
		if j := state(desk.JobDone); string(j.Result) == "" {
			t.Error("the result is lost")
		}
	})
}
