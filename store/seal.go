package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm/clause"
)

// sealer encrypts provider credentials with AES-256-GCM; the key lives outside
// the database. A sealed value is the nonce followed by the ciphertext, bound
// to the id of its row so that it cannot be moved to another.
type sealer struct{ aead cipher.AEAD }

func newSealer(key []byte) (sealer, error) {
	if len(key) != 32 {
		return sealer{}, fmt.Errorf("the secret key has %d bytes; it needs 32", len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return sealer{}, err
	}
	aead, err := cipher.NewGCM(block)
	return sealer{aead}, err
}

func (s sealer) seal(id string, secrets map[string]string) ([]byte, error) {
	plain, err := json.Marshal(secrets)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, s.aead.NonceSize())
	_, _ = rand.Read(nonce)
	return s.aead.Seal(nonce, nonce, plain, []byte(id)), nil
}

func (s sealer) open(id string, sealed []byte) (map[string]string, error) {
	n := s.aead.NonceSize()
	if len(sealed) < n {
		return nil, errors.New("sealed value too short")
	}
	plain, err := s.aead.Open(nil, sealed[:n], sealed[n:], []byte(id))
	if err != nil {
		return nil, errors.New("cannot decrypt with this secret key")
	}
	var out map[string]string
	return out, json.Unmarshal(plain, &out)
}

type settingRow struct {
	Name  string `gorm:"primaryKey"`
	Value string
}

func (settingRow) TableName() string { return "settings" }

// checkKey refuses a database whose credentials were sealed with another key,
// at start rather than at the first message.
func (s *Store) checkKey(ctx context.Context) error {
	const name, word = "key_check", "parley"
	var row settingRow
	err := s.writer.WithContext(ctx).Where("name = ?", name).Limit(1).Find(&row).Error
	if err != nil {
		return down(err)
	}
	if row.Name == "" {
		sealed, err := s.seal.seal(name, map[string]string{"word": word})
		if err != nil {
			return err
		}
		row = settingRow{Name: name, Value: fmt.Sprintf("%x", sealed)}
		return down(s.writer.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
	}
	var sealed []byte
	if _, err := fmt.Sscanf(row.Value, "%x", &sealed); err != nil {
		return fmt.Errorf("settings.%s is damaged: %w", name, err)
	}
	if got, err := s.seal.open(name, sealed); err != nil || got["word"] != word {
		return errors.New("PARLEY_SECRET_KEY is not the key this database was set up with: stored credentials cannot be read. Use the former key")
	}
	return nil
}
