package feed

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/desk"
)

// ledger is a log in memory: what is in it is committed.
type ledger struct {
	mu   sync.Mutex
	all  []desk.Change
	down bool
	read int
	gone int64 // up to here it has been pruned
}

func (l *ledger) commit(n int) []desk.Change {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []desk.Change
	for range n {
		ch := desk.Change{Event: desk.Event{Seq: int64(len(l.all) + 1), Type: desk.EvMessageReceived}}
		l.all = append(l.all, ch)
		out = append(out, ch)
	}
	return out
}

func (l *ledger) LastSeq(context.Context) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down {
		return 0, errors.New("down")
	}
	return int64(len(l.all)), nil
}

func (l *ledger) After(_ context.Context, seq int64, limit int) ([]desk.Change, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down {
		return nil, errors.New("down")
	}
	l.read++
	if seq < l.gone {
		return nil, desk.Errorf(desk.Gone, "pruned")
	}
	return append([]desk.Change(nil), l.all[seq:min(int64(len(l.all)), seq+int64(limit))]...), nil
}

// bus keeps what was published.
type bus struct {
	mu        sync.Mutex
	published [][]byte
}

func (b *bus) Publish(_ context.Context, _ string, payload []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.published = append(b.published, payload)
	return nil
}

// follow runs a feed behind seq 0 and returns what it has delivered.
func follow(t *testing.T, l *ledger, b *bus) (*Feed, func() []int64) {
	f := New(l, b, slog.New(slog.DiscardHandler))
	var got []int64
	f.Subscribe(func(ch desk.Change) { got = append(got, ch.Seq) })
	if err := f.Start(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		_ = f.Run(ctx)
		close(done)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return f, func() []int64 {
		synctest.Wait()
		return got
	}
}

func inOrder(t *testing.T, got []int64, n int) {
	t.Helper()
	if len(got) != n {
		t.Fatalf("%d changes delivered, want %d: %v", len(got), n, got)
	}
	for i, seq := range got {
		if seq != int64(i+1) {
			t.Fatalf("change %d has number %d: %v", i+1, seq, got)
		}
	}
}

func TestChangesComeInOrderHoweverTheyArrive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{}
		f, got := follow(t, l, &bus{})
		all := l.commit(5)
		f.Committed(all[3:5])
		f.Committed(all[1:3])
		if n := len(got()); n != 0 {
			t.Fatalf("%d changes were delivered before the first", n)
		}
		f.Committed(all[0:1])
		inOrder(t, got(), 5)
		f.Committed(all[2:4]) // what comes again is delivered once
		inOrder(t, got(), 5)
		if l.read != 0 {
			t.Errorf("the log was read %d times, though nothing was missing", l.read)
		}
	})
}

func TestWhatNobodyPublishedIsReadFromTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{}
		f, got := follow(t, l, &bus{})
		all := l.commit(3)
		f.Committed(all[2:]) // 1 and 2 were committed by a node that died
		wait(2 * gapPatience)
		inOrder(t, got(), 3)
		l.commit(4) // and these without a word
		wait(2 * pollEvery)
		inOrder(t, got(), 7)
	})
}

func TestADeadDatabaseDelaysAndLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{}
		f, got := follow(t, l, &bus{})
		all := l.commit(4)
		l.mu.Lock()
		l.down = true
		l.mu.Unlock()
		f.Committed(all[2:])
		wait(5 * time.Second)
		if n := len(got()); n != 0 {
			t.Fatalf("%d changes delivered over a gap", n)
		}
		l.mu.Lock()
		l.down = false
		l.mu.Unlock()
		wait(2 * pollEvery)
		inOrder(t, got(), 4)
	})
}

func TestOtherNodesGetWhatWasCommittedHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, b := &ledger{}, &bus{}
		here, gotHere := follow(t, l, b)
		theirs := &bus{}
		there, gotThere := follow(t, l, theirs)
		gotThere()
		for _, hello := range theirs.published {
			here.Received(hello)
		}
		here.Committed(l.commit(2))
		inOrder(t, gotHere(), 2)
		for _, payload := range b.published {
			there.Received(payload)
			here.Received(payload) // its own comes back
		}
		there.Received([]byte("garbage"))
		inOrder(t, gotThere(), 2)
	})
}

// Making the text for the others is most of what publishing costs.
func TestNothingIsPublishedToNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, b := &ledger{}, &bus{}
		f, got := follow(t, l, b)
		published := func() int {
			f.Committed(l.commit(1))
			got()
			b.mu.Lock()
			defer b.mu.Unlock()
			n := 0
			for _, payload := range b.published {
				if len(payload) > len(f.self) {
					n++
				}
			}
			return n
		}
		if n := published(); n != 0 {
			t.Errorf("%d commits were published to nobody", n)
		}
		f.Received([]byte("another's name, 26 letters"))
		if n := published(); n != 1 {
			t.Errorf("%d commits were published to another node, want 1", n)
		}
		wait(helloHolds)
		if n := published(); n != 1 {
			t.Errorf("%d commits were published after the other one went, want none more", n-1)
		}
		inOrder(t, got(), 3)
	})
}

func TestResumeIsExactOrRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{}
		f, got := follow(t, l, &bus{})
		f.Committed(l.commit(10))
		inOrder(t, got(), 10)
		for last, want := range map[int64]int{0: 10, 4: 6, 9: 1, 10: 0} {
			missed, ok := f.Since(last)
			if !ok || len(missed) != want || want > 0 && missed[0].Seq != last+1 {
				t.Errorf("since %d: %d changes, ok %v, want %d", last, len(missed), ok, want)
			}
		}
		if _, ok := f.Since(11); ok {
			t.Error("a number of another history was taken for ours")
		}
		for range ringSize / 100 {
			f.Committed(l.commit(200))
		}
		got()
		if _, ok := f.Since(5); ok {
			t.Error("a gap older than what is kept was not refused")
		}
	})
}

func TestAChangeSurvivesTheBus(t *testing.T) {
	at := time.Date(2026, 3, 1, 10, 0, 0, 123000, time.UTC)
	ch := desk.Change{Event: desk.Event{Seq: 7, At: at, Type: desk.EvConversationQueued, ConversationID: desk.NewID()},
		Conversation: &desk.Conversation{ID: desk.NewID(), QueuedAt: at, CSATAt: at, State: desk.Waiting, Requirements: []desk.Requirement{{SkillID: "x", Level: 3}}}}
	b, err := json.Marshal([]desk.Change{ch})
	if err != nil {
		t.Fatal(err)
	}
	var back []desk.Change
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if !back[0].Conversation.QueuedAt.Equal(at) || back[0].Conversation.Requirements[0].Level != 3 || back[0].Seq != 7 {
		t.Errorf("came back as %+v", back[0])
	}
}

// wait lets the bubble's clock run on.
// The log may be kept for a shorter time than a node sleeps.
func TestWhatIsPrunedIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{}
		l.commit(50)
		l.gone = 48
		f := New(l, nil, slog.New(slog.DiscardHandler))
		if err := f.Start(t.Context(), 50); err != nil {
			t.Fatal(err)
		}
		for seq, want := range map[int64]bool{40: false, 49: false, 50: true} {
			if _, ok := f.Since(seq); ok != want {
				t.Errorf("resuming after %d: %v, want %v", seq, ok, want)
			}
		}
		ended := make(chan error, 1)
		go func() { ended <- f.Run(t.Context()) }()
		l.commit(10)
		l.mu.Lock()
		l.gone = 55 // this node has slept for too long
		l.mu.Unlock()
		if err := <-ended; desk.CodeOf(err) != desk.Gone {
			t.Errorf("the feed ended with %v, want gone", err)
		}
	})
}

// A promoted standby may lack what was committed last, and gives its numbers again.
func TestALogThatLostItsEndIsNoticed(t *testing.T) {
	for name, again := range map[string]int{"nothing new yet": 0, "fewer than were lost": 2, "as many and more": 9} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &ledger{}
				f := New(l, nil, slog.New(slog.DiscardHandler))
				if err := f.Start(t.Context(), 0); err != nil {
					t.Fatal(err)
				}
				ended := make(chan error, 1)
				go func() { ended <- f.Run(t.Context()) }()
				f.Committed(l.commit(10))
				synctest.Wait()
				l.mu.Lock()
				l.all = l.all[:5]
				l.mu.Unlock()
				if again > 0 {
					fresh := l.commit(again)
					for i := range fresh {
						fresh[i].ConversationID = "another"
					}
					f.Committed(fresh)
				}
				if err := <-ended; !errors.Is(err, ErrOther) {
					t.Errorf("the feed ended with %v", err)
				}
			})
		})
	}
}

func wait(d time.Duration) { <-time.After(d) }
