package channels_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/channels"
	"parley/desk"
)

// shelf is a provider that holds files.
type shelf struct {
	channels.Adapter
	fetch func(source string) (io.Reader, string, error)

	mu     sync.Mutex
	asked  []string
	open   int // bodies not closed
	bounds []time.Duration
}

func (s *shelf) Fetch(ctx context.Context, _ desk.Inbox, source string) (io.ReadCloser, string, error) {
	s.mu.Lock()
	s.asked = append(s.asked, source)
	until, _ := ctx.Deadline()
	s.bounds = append(s.bounds, time.Until(until))
	s.mu.Unlock()
	body, typ, err := s.fetch(source)
	if err != nil {
		return nil, "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open++
	return closing{body, s}, typ, nil
}

type closing struct {
	io.Reader
	shelf *shelf
}

func (c closing) Close() error {
	c.shelf.mu.Lock()
	defer c.shelf.mu.Unlock()
	c.shelf.open--
	return nil
}

// ledger is the office's files, counting what becomes of the claimed ones.
type ledger struct {
	channels.PendingFiles
	mu      sync.Mutex
	changed *sync.Cond
	open    int // claimed, and neither stored nor failed
	most    int // open at a time
	stored  int
}

func newLedger(files channels.PendingFiles) *ledger {
	l := &ledger{PendingFiles: files}
	l.changed = sync.NewCond(&l.mu)
	return l
}

func (l *ledger) ClaimFiles(ctx context.Context, limit int) ([]desk.PendingFile, error) {
	files, err := l.PendingFiles.ClaimFiles(ctx, limit)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open += len(files)
	l.most = max(l.most, l.open)
	return files, err
}

func (l *ledger) FileStored(ctx context.Context, id desk.ID, contentType string, size int64, body io.Reader) error {
	err := l.PendingFiles.FileStored(ctx, id, contentType, size, body)
	if err == nil {
		l.settled(1)
	}
	return err
}

func (l *ledger) FileFailed(ctx context.Context, id desk.ID, reason string, retryAt time.Time) error {
	defer l.settled(0)
	return l.PendingFiles.FileFailed(ctx, id, reason, retryAt)
}

func (l *ledger) settled(stored int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	l.stored += stored
	l.changed.Broadcast()
}

// until waits for something about the files.
func (l *ledger) until(is func() bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !is() {
		l.changed.Wait()
	}
}

// fetching runs a fetcher over the office's files; look makes it look once more
// and returns when it has done all there is.
func fetching(t *testing.T, o *office, adapters map[string]channels.Adapter) (look func()) {
	t.Helper()
	wake, l := fetchingFrom(t, o, adapters)
	return func() {
		wake <- struct{}{} // begins
		wake <- struct{}{} // is taken only when everything has been claimed
		l.until(func() bool { return l.open == 0 })
	}
}

func fetchingFrom(t *testing.T, o *office, adapters map[string]channels.Adapter) (chan<- struct{}, *ledger) {
	t.Helper()
	l := newLedger(o.Store)
	wake := make(chan struct{})
	f := &channels.FileFetcher{Adapters: adapters, Files: l, Log: slog.New(slog.NewTextHandler(&o.log, nil)), Now: o.clock, Wake: wake}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return wake, l
}

// file is the only one of a conversation.
func (o *office) file(c *desk.Conversation) desk.Attachment {
	o.t.Helper()
	list, _, err := o.Messages(o.t.Context(), c.ID, 10, "")
	o.ok(err)
	for _, m := range list {
		if len(m.Attachments) == 1 {
			return m.Attachments[0]
		}
	}
	o.t.Fatal("no file in the conversation")
	return desk.Attachment{}
}

func TestFilesAreFetchedOnce(t *testing.T) {
	o := newOffice(t)
	c := o.customer(o.one, "+15005550101", desk.InboundFile{Kind: desk.Image, Name: "lamp.txt", Source: "media-1"})
	s := &shelf{fetch: func(string) (io.Reader, string, error) { return strings.NewReader("hello file"), "text/plain", nil }}
	look := fetching(t, o, map[string]channels.Adapter{"fake": s})
	look()
	look()
	f := o.file(c)
	if f.State != desk.AttachmentStored || f.Size != 10 {
		t.Fatalf("%+v", f)
	}
	body, err := o.OpenFile(t.Context(), f)
	o.ok(err)
	if b, err := io.ReadAll(body); string(b) != "hello file" || err != nil {
		t.Errorf("%q %v", b, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if diff := cmp.Diff([]string{"media-1"}, s.asked); diff != "" || s.open != 0 || s.bounds[0] <= 0 || s.bounds[0] > time.Minute {
		t.Errorf("asked %v within %v, %d bodies open", s.asked, s.bounds, s.open)
	}
}

// One that takes its time holds up none of the others, and so many are fetched at a time.
func TestASlowFileHoldsUpNoOther(t *testing.T) {
	o := newOffice(t)
	slow := make(chan struct{})
	s := &shelf{fetch: func(source string) (io.Reader, string, error) {
		if source == "media-0" {
			<-slow
		}
		return strings.NewReader(source), "text/plain", nil
	}}
	const files = 20
	var first *desk.Conversation
	for i := range files {
		c := o.customer(o.one, fmt.Sprintf("+150055501%02d", i), desk.InboundFile{Kind: desk.File, Name: "a.txt", Source: fmt.Sprint("media-", i)})
		if i == 0 {
			first = c
		}
	}
	wake, l := fetchingFrom(t, o, map[string]channels.Adapter{"fake": s})
	wake <- struct{}{}
	l.until(func() bool { return l.stored == files-1 })
	if f := o.file(first); f.State != desk.AttachmentPending {
		t.Errorf("the slow one is %s", f.State)
	}
	close(slow)
	l.until(func() bool { return l.stored == files })
	if l.most < 2 || l.most > 8 {
		t.Errorf("%d at a time, want 2 to 8", l.most)
	}
}

func TestFilesAreTriedAgainAFewTimes(t *testing.T) {
	o := newOffice(t)
	c := o.customer(o.one, "+15005550101", desk.InboundFile{Kind: desk.File, Name: "a.txt", Source: "media-1"})
	works := false
	s := &shelf{fetch: func(string) (io.Reader, string, error) {
		if works {
			return strings.NewReader("x"), "", nil
		}
		return nil, "", errors.New("503")
	}}
	look := fetching(t, o, map[string]channels.Adapter{"fake": s})
	attempts := func() int {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.asked)
	}
	waits := []time.Duration{2, 4, 8, 16, 32} // seconds
	for i, wait := range waits {
		look()
		o.pass(wait*time.Second - time.Millisecond)
		look()
		if attempts() != i+1 || o.file(c).State != desk.AttachmentPending {
			t.Fatalf("after %d waits: %d attempts, %s", i, attempts(), o.file(c).State)
		}
		o.pass(time.Millisecond)
	}
	look()
	o.pass(time.Hour)
	look()
	if f := o.file(c); attempts() != 6 || f.State != desk.AttachmentFailed || f.Error == "" {
		t.Errorf("in the end: %d attempts, %s: %q", attempts(), f.State, f.Error)
	}
	works = true
	c = o.customer(o.one, "+15005550102", desk.InboundFile{Kind: desk.File, Name: "b.txt", Source: "media-2"})
	look()
	if f := o.file(c); f.State != desk.AttachmentStored {
		t.Errorf("the next is %s", f.State)
	}
}

// outgrown is a body that turns out too large while it is read.
type outgrown struct{}

func (outgrown) Read([]byte) (int, error) { return 0, desk.Errorf(desk.TooLarge, "more than 100 MB") }

func TestFilesThatCannotBeHad(t *testing.T) {
	for name, c := range map[string]struct {
		fetch func(string) (io.Reader, string, error)
		words string
	}{
		"too large by the provider's word": {func(string) (io.Reader, string, error) { return nil, "", desk.Errorf(desk.TooLarge, "200 MB") }, "The file is larger than is kept here."},
		"too large in fact":                {func(string) (io.Reader, string, error) { return outgrown{}, "", nil }, "The file is larger than is kept here."},
		"a private address":                {func(string) (io.Reader, string, error) { return nil, "", desk.Errorf(desk.Forbidden, "10.0.0.1") }, "The file could not be fetched from the provider."},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			conversation := o.customer(o.one, "+15005550101", desk.InboundFile{Kind: desk.File, Name: "a.bin", Source: "media-1"})
			s := &shelf{fetch: c.fetch}
			look := fetching(t, o, map[string]channels.Adapter{"fake": s})
			look()
			o.pass(time.Hour)
			look()
			if f := o.file(conversation); f.State != desk.AttachmentFailed || f.Error != c.words {
				t.Errorf("%s: %q, want failed: %q", f.State, f.Error, c.words)
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			if len(s.asked) != 1 || s.open != 0 {
				t.Errorf("asked %d times, %d bodies open", len(s.asked), s.open)
			}
		})
	}
	t.Run("an adapter without files", func(t *testing.T) {
		o := newOffice(t)
		conversation := o.customer(o.one, "+15005550101", desk.InboundFile{Kind: desk.File, Name: "a.bin", Source: "media-1"})
		fetching(t, o, map[string]channels.Adapter{"fake": o.provider})()
		if f := o.file(conversation); f.State != desk.AttachmentFailed || f.Error != "This channel's files cannot be fetched." {
			t.Errorf("%s: %q", f.State, f.Error)
		}
	})
}
