package store

import (
	"context"
	"errors"
	"io"
	"time"

	"gorm.io/gorm/clause"

	"parley/desk"
)

const (
	// partSize is how much of a file one row of blobs holds, in bytes.
	partSize = 256 << 10
	// MaxUpload is the largest file people may send, in bytes: what every
	// channel's provider can still deliver as a link.
	MaxUpload = 25 << 20
	// maxFetched is the largest file taken from a provider, in bytes: WhatsApp
	// lets customers send documents of 100 MB.
	maxFetched = 100 << 20
	// uploadsKept is how long an upload waits for its message.
	uploadsKept = 24 * time.Hour
	// orphansSought is how far back parts are looked for whose upload broke off.
	orphansSought = 7 * 24 * time.Hour
)

type blobRow struct {
	ID   desk.ID `gorm:"primaryKey"`
	Part int     `gorm:"primaryKey;autoIncrement:false"`
	Data []byte
}

func (blobRow) TableName() string { return "blobs" }

// CreateUpload keeps a file until its owner ("agent:<id>" or "visitor:<id>")
// sends it with a message. Its type is told from the bytes. It reads r in small
// parts, none of them inside a transaction, and fails with TooLarge beyond limit.
func (s *Store) CreateUpload(ctx context.Context, owner, name string, limit int64, r io.Reader) (*desk.Attachment, error) {
	a := desk.Attachment{ID: desk.NewID(), Name: FileName(name), State: desk.AttachmentStored}
	head, size, err := s.saveBlob(ctx, a.ID, limit, r)
	if err == nil && size == 0 {
		err = desk.FieldError("name", "the file is empty")
	}
	if err == nil && tooManyPixels(head) {
		err = desk.FieldError("name", "the picture has more than %d million pixels; send a smaller one", maxPixels/1_000_000)
	}
	if err == nil {
		a.Size, a.Blob = size, a.ID
		a.Type, a.Kind = TypeOf(head, a.Name)
		row := attachmentRecord{AttachmentRow: AttachmentRow(a), Owner: owner, CreatedAt: s.cfg.Now()}
		err = down(s.writer.WithContext(ctx).Create(&row).Error)
	}
	if err != nil {
		s.dropBlob(a.ID)
		return nil, err
	}
	return &a, nil
}

// saveBlob writes the parts and gives back the first of them.
func (s *Store) saveBlob(ctx context.Context, id desk.ID, limit int64, r io.Reader) (head []byte, size int64, err error) {
	for part := 0; ; part++ {
		data := make([]byte, partSize)
		n, err := io.ReadFull(r, data)
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return nil, 0, err
		}
		size += int64(n)
		if size > limit {
			return nil, 0, desk.Errorf(desk.TooLarge, "the file is larger than %d MB; send a smaller one or a link", limit>>20)
		}
		if part == 0 {
			head = data[:n]
		}
		if n > 0 {
			row := blobRow{ID: id, Part: part, Data: data[:n]}
			if err := s.writer.WithContext(ctx).Create(&row).Error; err != nil {
				return nil, 0, down(err)
			}
		}
		if last {
			return head, size, nil
		}
	}
}

// dropBlob removes what a failed upload left; PruneUploads finds what a crash did.
func (s *Store) dropBlob(id desk.ID) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := s.writer.WithContext(ctx).Exec("DELETE FROM blobs WHERE id = ?", id).Error; err != nil {
		s.cfg.Log.Warn("parts of a failed upload stay until the next pruning", "blob", id, "error", err)
	}
}

// StoredFile is an attachment with what decides who may read it.
type StoredFile struct {
	desk.Attachment
	ConversationID desk.ID // "" until it is sent
	Owner          string
}

// File reads an attachment by id.
func (s *Store) File(ctx context.Context, id desk.ID) (*StoredFile, error) {
	var row attachmentRecord
	if err := s.read(ctx).Where("id = ?", id).Limit(1).Find(&row).Error; err != nil {
		return nil, down(err)
	}
	if row.ID == "" {
		return nil, desk.Errorf(desk.NotFound, "there is no such file")
	}
	return &StoredFile{desk.Attachment(row.AttachmentRow), row.ConversationID, row.Owner}, nil
}

// OpenFile reads the bytes of a stored attachment, a part at a time.
func (s *Store) OpenFile(ctx context.Context, a desk.Attachment) (io.ReadSeekCloser, error) {
	if a.State != desk.AttachmentStored || a.Blob == "" {
		return nil, desk.Errorf(desk.NotFound, "the file is not here yet")
	}
	return &blobReader{ctx: ctx, s: s, id: a.Blob, size: a.Size, part: -1}, nil
}

type blobReader struct {
	ctx  context.Context
	s    *Store
	id   desk.ID
	size int64
	at   int64
	part int // in data; -1: none
	data []byte
}

func (b *blobReader) Read(p []byte) (int, error) {
	if b.at >= b.size {
		return 0, io.EOF
	}
	part := int(b.at / partSize)
	if part != b.part {
		var row blobRow
		if err := b.s.read(b.ctx).Where("id = ? AND part = ?", b.id, part).Limit(1).Find(&row).Error; err != nil {
			return 0, down(err)
		}
		b.part, b.data = part, row.Data
	}
	offset := int(b.at % partSize)
	if offset >= len(b.data) {
		return 0, io.ErrUnexpectedEOF // erased while being read
	}
	n := copy(p, b.data[offset:])
	b.at += int64(n)
	return n, nil
}

func (b *blobReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += b.at
	case io.SeekEnd:
		offset += b.size
	}
	if offset < 0 {
		return 0, errors.New("seek before the beginning")
	}
	b.at = offset
	return offset, nil
}

func (b *blobReader) Close() error { return nil }

// PruneUploads removes uploads that were never sent, and parts of files that
// nothing refers to any more.
func (s *Store) PruneUploads(ctx context.Context) error {
	before := s.cfg.Now().Add(-uploadsKept)
	db := s.writer.WithContext(ctx)
	if err := db.Exec("DELETE FROM attachments WHERE message_id IS NULL AND created_at < ?", micros(before)).Error; err != nil {
		return down(err)
	}
	// Ids begin with their time; younger parts may belong to an upload still under
	// way, and older ones have been looked at many times.
	return down(db.Exec("DELETE FROM blobs WHERE id > ? AND id < ? AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.id = blobs.id)",
		desk.NewIDAt(before.Add(-orphansSought)), desk.NewIDAt(before)).Error)
}

// fetchingFor is how long one try to fetch a file may take before another node
// may try.
const fetchingFor = 5 * time.Minute

// ClaimFiles takes files whose bytes are still at a provider and whose next try
// is due; each counts as tried from here on.
func (s *Store) ClaimFiles(ctx context.Context, limit int) ([]desk.PendingFile, error) {
	var out []desk.PendingFile
	err := s.write(ctx, func(t *tx) error {
		out = nil
		var rows []attachmentRecord
		err := t.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).
			Where("state = 'pending' AND next_attempt_at <= ?", micros(t.now)).
			Order("next_attempt_at, id").Limit(limit).Find(&rows).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		var ids []desk.ID
		for _, r := range rows {
			p := desk.PendingFile{Attachment: desk.Attachment(r.AttachmentRow), Attempts: r.Attempts + 1}
			if in := t.config.inboxes[inboxOfOwner(r.Owner)]; in != nil {
				p.Inbox = *in
			}
			out = append(out, p)
			ids = append(ids, r.ID)
		}
		return t.Exec("UPDATE attachments SET attempts = attempts + 1, next_attempt_at = ? WHERE id IN ?", micros(t.now.Add(fetchingFor)), ids).Error
	})
	return out, err
}

func inboxOfOwner(owner string) desk.ID {
	const prefix = "inbox:"
	if len(owner) > len(prefix) && owner[:len(prefix)] == prefix {
		return owner[len(prefix):]
	}
	return ""
}

// FileStored keeps the bytes of a pending file. contentType is the provider's
// word, used only where the bytes say nothing; size is what it announced, 0 or
// less when it did not.
func (s *Store) FileStored(ctx context.Context, id desk.ID, contentType string, size int64, r io.Reader) error {
	f, err := s.File(ctx, id)
	if err != nil || f.State != desk.AttachmentPending {
		return err
	}
	if size > maxFetched {
		return desk.Errorf(desk.TooLarge, "the file is larger than %d MB", maxFetched>>20)
	}
	if err := s.writer.WithContext(ctx).Exec("DELETE FROM blobs WHERE id = ?", id).Error; err != nil { // of a try that broke off
		return down(err)
	}
	head, got, err := s.saveBlob(ctx, id, maxFetched, r)
	if err != nil {
		s.dropBlob(id)
		return err
	}
	typ, kind := TypeOf(head, f.Name)
	if typ == binary {
		typ, kind = declared(contentType)
	}
	if kind == desk.Image && tooManyPixels(head) {
		typ, kind = binary, desk.File // kept, never shown
	}
	if f.Kind != desk.Sticker && kind != desk.File {
		f.Kind = kind
	}
	return s.fileChanged(ctx, id, "UPDATE attachments SET state = ?, type = ?, kind = ?, size = ?, blob = ?, error = '' WHERE id = ? AND state = ?",
		desk.AttachmentStored, typ, f.Kind, got, id, id, desk.AttachmentPending)
}

// FileFailed records a failed try: again at retryAt, or never when that is zero;
// then the agent sees reason in place of the file.
func (s *Store) FileFailed(ctx context.Context, id desk.ID, reason string, retryAt time.Time) error {
	if !retryAt.IsZero() {
		return down(s.writer.WithContext(ctx).Exec("UPDATE attachments SET next_attempt_at = ?, error = ? WHERE id = ? AND state = ?",
			micros(retryAt), reason, id, desk.AttachmentPending).Error)
	}
	return s.fileChanged(ctx, id, "UPDATE attachments SET state = ?, error = ? WHERE id = ? AND state = ?",
		desk.AttachmentFailed, reason, id, desk.AttachmentPending)
}

// fileChanged updates one attachment and tells its message.
func (s *Store) fileChanged(ctx context.Context, id desk.ID, update string, args ...any) error {
	return s.write(ctx, func(t *tx) error {
		res := t.Exec(update, args...)
		if res.Error != nil || res.RowsAffected == 0 {
			return res.Error
		}
		var m messageRecord
		err := t.Where("id = (SELECT message_id FROM attachments WHERE id = ?)", id).Limit(1).Find(&m).Error
		if err != nil || m.ID == "" {
			return err
		}
		msg := m.message()
		if err := t.s.loadAttachments(t.DB, []*desk.Message{msg}); err != nil {
			return err
		}
		t.tell(desk.EvMessageUpdated, nil, desk.Event{MessageID: m.ID, ConversationID: m.ConversationID, ContactID: m.ContactID,
			InboxID: m.InboxID}).Message = msg
		return nil
	})
}
