package store_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

func TestFilesFromProviders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		w, ctx := newWorld(t, open), t.Context()
		in := inbound(w.sms, "+15005550100", "look", "m1")
		in.Files = []desk.InboundFile{{Kind: desk.File, Name: "a", Source: "https://provider.example/a"}, {Kind: desk.Image, Name: "b", Source: "media-b"}}
		w.receive(in)
		claimed := must(w.ClaimFiles(ctx, 10))(t)
		if len(claimed) != 2 || claimed[0].Inbox.ID != w.sms.ID || claimed[0].Attempts != 1 {
			t.Fatalf("claimed: %+v", claimed)
		}
		if again := must(w.ClaimFiles(ctx, 10))(t); len(again) != 0 {
			t.Errorf("claimed twice: %+v", again)
		}
		a, b := claimed[0].Attachment, claimed[1].Attachment
		if a.Name == "b" {
			a, b = b, a
		}
		before := must(w.LastSeq(ctx))(t)
		data := bytes.Repeat([]byte{0xff, 0xd8, 0xff, 0xe0, 1}, 100_000)
		if err := w.FileStored(ctx, a.ID, "image/jpeg", 0, io.MultiReader(bytes.NewReader(data[:300_000]), broken{})); err == nil {
			t.Error("a broken download counts as stored")
		}
		w.ok(w.FileStored(ctx, a.ID, "text/html", int64(len(data)), bytes.NewReader(data)))
		w.ok(w.FileStored(ctx, a.ID, "text/html", 0, strings.NewReader("again"))) // nothing happens
		w.ok(w.FileFailed(ctx, b.ID, "busy", time.Now().Add(-time.Second)))
		if again := must(w.ClaimFiles(ctx, 10))(t); len(again) != 1 || again[0].Attempts != 2 {
			t.Errorf("due again: %+v", again)
		}
		w.ok(w.FileFailed(ctx, b.ID, "The file is gone.", time.Time{}))

		changes := must(w.After(ctx, before, 10))(t)
		if len(changes) != 2 || changes[0].Type != desk.EvMessageUpdated || changes[1].Message == nil || changes[0].ConversationID == "" {
			t.Fatalf("told: %+v", changes)
		}
		files := changes[1].Message.Attachments
		if f := files[0]; f.State != desk.AttachmentStored || f.Type != "image/jpeg" || f.Kind != desk.Image || f.Size != int64(len(data)) {
			t.Errorf("stored: %+v", f)
		}
		if f := files[1]; f.State != desk.AttachmentFailed || f.Error != "The file is gone." {
			t.Errorf("failed: %+v", f)
		}
		r := must(w.OpenFile(ctx, files[0]))(t)
		if got := must(io.ReadAll(r))(t); !bytes.Equal(got, data) {
			t.Errorf("%d bytes came back of %d", len(got), len(data))
		}
		if _, err := w.OpenFile(ctx, files[1]); desk.CodeOf(err) != desk.NotFound {
			t.Errorf("a file that is not here: %v", err)
		}
	})
}

// clocked opens with a clock of the test's.
func clocked(open storetest.Open, now func() time.Time) storetest.Open {
	return func(change ...func(*store.Config)) *store.Store {
		return open(append(change, func(c *store.Config) { c.Now = now })...)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection lost") }

func TestUnsentUploadsGo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		now := time.Now()
		w, ctx := newWorld(t, clocked(open, func() time.Time { return now })), t.Context()
		up := func(name string) *desk.Attachment {
			return must(w.CreateUpload(ctx, "agent:"+w.ana.ID, name, 1<<20, strings.NewReader("bytes")))(t)
		}
		lost, used := up("lost"), up("used")
		w.says(w.sms, "+15005550100", "hello")
		c := w.only()
		w.ok(w.Assign(ctx, c.ID, w.ana.ID, w.ana.ID))
		must(w.Reply(ctx, store.Reply{ID: desk.NewID(), ConversationID: c.ID, AgentID: w.ana.ID, Attachments: []desk.ID{used.ID}}))(t)
		if _, err := w.CreateUpload(ctx, "agent:"+w.ana.ID, "big", 3, strings.NewReader("bytes")); desk.CodeOf(err) != desk.TooLarge {
			t.Errorf("too large: %v", err)
		}
		now = now.Add(48 * time.Hour)
		w.ok(w.PruneUploads(ctx))
		if _, err := w.File(ctx, lost.ID); desk.CodeOf(err) != desk.NotFound {
			t.Errorf("an upload of the day before yesterday: %v", err)
		}
		r := must(w.OpenFile(ctx, must(w.File(ctx, used.ID))(t).Attachment))(t)
		if got := must(io.ReadAll(r))(t); string(got) != "bytes" {
			t.Errorf("the sent one: %q", got)
		}
		r = must(w.OpenFile(ctx, *lost))(t)
		if _, err := io.ReadAll(r); err == nil {
			t.Error("its bytes are still here")
		}
	})
}

func FuzzFileName(f *testing.F) {
	for _, s := range []string{"", "a.txt", "../../etc/passwd", `C:\x\y.doc`, "a\r\nb", "\u202egpj.exe", "...", strings.Repeat("é", 500) + ".tar.gz", "\xff\xfe", "a/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := store.FileName(s)
		if got == "" || !utf8.ValidString(got) || utf8.RuneCountInString(got) > 120 || strings.ContainsAny(got, "/\\\x00\r\n") || got == "." || got == ".." {
			t.Fatalf("%q became %q", s, got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
				t.Fatalf("%q keeps %U", got, r)
			}
		}
	})
}

func FuzzTypeOf(f *testing.F) {
	for _, s := range []string{"", "<svg", "\ufeff<html", "%PDF-1.4", "GIF89a", "\x00\x00\x00\x18ftypmp42", "#!AMR", "PK\x03\x04", "#!/bin/sh", "\xff\xfe<\x00s\x00"} {
		f.Add([]byte(s), "x.svg")
	}
	f.Fuzz(func(t *testing.T, head []byte, name string) {
		typ, kind := store.TypeOf(head, name)
		for _, active := range []string{"html", "svg", "xml", "script"} {
			if strings.Contains(typ, active) && !strings.Contains(typ, "openxml") {
				t.Fatalf("%q is %s", head, typ)
			}
		}
		if typ == "" || kind == "" {
			t.Fatalf("%q has no type", head)
		}
	})
}

func TestSandboxMessages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open storetest.Open) {
		s, ctx := open(), t.Context()
		for i, id := range []string{"a", "b", "c"} {
			m := store.SandboxMessage{ID: id, At: time.Unix(int64(100+i), 0), Body: `{"text": "` + id + `"}`}
			for range 2 {
				if err := s.AppendSandbox(ctx, m); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := s.UpdateSandbox(ctx, "c", `{"text": "new"}`); err != nil {
			t.Fatal(err)
		}
		got := must(s.RecentSandbox(ctx, 2))(t)
		if len(got) != 2 || got[0].ID != "b" || got[1].ID != "c" || got[1].Body != `{"text": "new"}` || !got[0].At.Equal(time.Unix(101, 0)) {
			t.Errorf("recent: %+v", got)
		}
		if err := s.UpdateSandbox(ctx, "none", `{}`); desk.CodeOf(err) != desk.NotFound {
			t.Errorf("an unknown one: %v", err)
		}
	})
}
