package store

import (
	"context"
	"slices"
	"time"

	"parley/desk"
)

// SandboxMessage is a message on one of the sandbox's phones; Body is JSON that
// only the sandbox reads.
type SandboxMessage struct {
	ID   string    `gorm:"primaryKey"`
	At   time.Time `gorm:"serializer:micros"`
	Body string
}

// TableName is for gorm.
func (SandboxMessage) TableName() string { return "sandbox_messages" }

// AppendSandbox saves a new message; a known id changes nothing.
func (s *Store) AppendSandbox(ctx context.Context, m SandboxMessage) error {
	return down(s.writer.WithContext(ctx).Exec("INSERT INTO sandbox_messages (id, at, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", m.ID, micros(m.At), m.Body).Error)
}

// UpdateSandbox replaces the body of a message saved before.
func (s *Store) UpdateSandbox(ctx context.Context, id, body string) error {
	res := s.writer.WithContext(ctx).Exec("UPDATE sandbox_messages SET body = ? WHERE id = ?", body, id)
	if res.Error == nil && res.RowsAffected == 0 {
		return desk.Errorf(desk.NotFound, "there is no such sandbox message")
	}
	return down(res.Error)
}

// RecentSandbox reads the newest messages, oldest first, at most limit.
func (s *Store) RecentSandbox(ctx context.Context, limit int) ([]SandboxMessage, error) {
	var rows []SandboxMessage
	err := s.read(ctx).Order("at DESC, id DESC").Limit(limit).Find(&rows).Error
	slices.Reverse(rows)
	return rows, down(err)
}
