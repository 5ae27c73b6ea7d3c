package channels

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"parley/desk"
)

// PendingFiles are inbound files whose bytes are still at the provider.
type PendingFiles interface {
	ClaimFiles(ctx context.Context, limit int) ([]desk.PendingFile, error)
	FileStored(ctx context.Context, id desk.ID, contentType string, size int64, body io.Reader) error
	FileFailed(ctx context.Context, id desk.ID, reason string, retryAt time.Time) error
}

// FileFetcher brings inbound files here soon: providers' links and ids expire.
type FileFetcher struct {
	Adapters map[string]Adapter
	Files    PendingFiles
	Log      *slog.Logger
	Now      func() time.Time
	// Wake, when it receives, says that a file may be waiting.
	Wake <-chan struct{}
}

const (
	fetchTimeout = time.Minute
	// fetchAtOnce bounds the fetches of a node: a provider that answers slowly
	// must not make the files of others late, nor outlast the claims on them.
	fetchAtOnce = 8
	fetchSweep  = 5 * time.Second
	maxFetches  = 6
)

// Run fetches until ctx ends.
func (f *FileFetcher) Run(ctx context.Context) error {
	sweep := time.NewTicker(fetchSweep)
	defer sweep.Stop()
	var fetching sync.WaitGroup
	defer fetching.Wait()
	busy := 0
	ended := make(chan struct{}, fetchAtOnce)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-f.Wake:
		case <-sweep.C:
		case <-ended:
			busy--
		}
		if busy == fetchAtOnce || ctx.Err() != nil {
			continue
		}
		// Only as many as begin now: a claim does not last for ever.
		files, err := f.Files.ClaimFiles(ctx, fetchAtOnce-busy)
		if err != nil && ctx.Err() == nil {
			f.Log.Warn("files not claimed", "error", err)
		}
		for _, file := range files {
			busy++
			fetching.Go(func() {
				f.fetch(ctx, file)
				ended <- struct{}{}
			})
		}
	}
}

func (f *FileFetcher) fetch(ctx context.Context, file desk.PendingFile) {
	call, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	id := file.Attachment.ID
	fetcher, ok := f.Adapters[file.Inbox.Provider].(Fetcher)
	if !ok {
		f.note(id, f.Files.FileFailed(ctx, id, "This channel's files cannot be fetched.", time.Time{}))
		return
	}
	body, contentType, err := fetcher.Fetch(call, file.Inbox, file.Attachment.Source)
	if err == nil {
		err = f.Files.FileStored(call, id, contentType, 0, body)
		_ = body.Close()
	}
	if err == nil {
		return
	}
	f.Log.Warn("file not fetched", "attachment", id, "inbox", file.Inbox.Name, "attempt", file.Attempts, "error", err)
	retry := time.Time{}
	if file.Attempts < maxFetches && desk.CodeOf(err) != desk.TooLarge && desk.CodeOf(err) != desk.Forbidden {
		retry = f.Now().Add(time.Second << min(file.Attempts, 8))
	}
	reason := "The file could not be fetched from the provider."
	if desk.CodeOf(err) == desk.TooLarge {
		reason = "The file is larger than is kept here."
	}
	f.note(id, f.Files.FileFailed(context.WithoutCancel(ctx), id, reason, retry))
}

func (f *FileFetcher) note(id desk.ID, err error) {
	if err != nil {
		f.Log.Warn("file state not saved", "attachment", id, "error", err)
	}
}
