package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"gorm.io/gorm/clause"

	"parley/desk"
)

type sessionRow struct {
	TokenHash string `gorm:"primaryKey"`
	AgentID   string
	Data      []byte
	ExpiresAt time.Time `gorm:"serializer:micros"`
}

func (sessionRow) TableName() string { return "sessions" }

// SessionHash names a session without giving its token away.
func SessionHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// SessionAgent is the key under which a session holds the id of its agent.
const SessionAgent = "agent"

// Sessions keeps web sessions for scs (its CtxStore and Codec). A stolen copy of
// the table opens no session: only the tokens' SHA-256 is there.
type Sessions struct{ s *Store }

// Sessions of this store.
func (s *Store) Sessions() Sessions { return Sessions{s} }

type sessionData struct {
	Deadline time.Time         `json:"deadline"`
	Values   map[string]string `json:"values"`
}

// Encode is for scs; values must be strings.
func (Sessions) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	d := sessionData{Deadline: deadline.UTC(), Values: make(map[string]string, len(values))}
	for k, v := range values {
		text, ok := v.(string)
		if !ok {
			return nil, errors.New("session values must be strings: " + k)
		}
		d.Values[k] = text
	}
	return json.Marshal(d)
}

// Decode is for scs.
func (Sessions) Decode(b []byte) (time.Time, map[string]any, error) {
	var d sessionData
	if err := json.Unmarshal(b, &d); err != nil {
		return time.Time{}, nil, err
	}
	values := make(map[string]any, len(d.Values))
	for k, v := range d.Values {
		values[k] = v
	}
	return d.Deadline, values, nil
}

// FindCtx reads a session that has not expired.
func (x Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var row sessionRow
	err := x.s.read(ctx).Where("token_hash = ? AND expires_at > ?", SessionHash(token), micros(x.s.cfg.Now())).Limit(1).Find(&row).Error
	return row.Data, row.TokenHash != "", down(err)
}

// CommitCtx writes a session.
func (x Sessions) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	var d sessionData
	if err := json.Unmarshal(b, &d); err != nil {
		return err
	}
	row := sessionRow{TokenHash: SessionHash(token), AgentID: d.Values[SessionAgent], Data: b, ExpiresAt: expiry.UTC()}
	return down(x.s.writer.WithContext(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error)
}

// DeleteCtx removes a session; Store.EndSession is what also tells of it.
func (x Sessions) DeleteCtx(ctx context.Context, token string) error {
	return down(x.s.writer.WithContext(ctx).Exec("DELETE FROM sessions WHERE token_hash = ?", SessionHash(token)).Error)
}

var errNoContext = errors.New("sessions need a context")

// Find is never used: scs prefers FindCtx.
func (Sessions) Find(string) ([]byte, bool, error) { return nil, false, errNoContext }

// Commit is never used: scs prefers CommitCtx.
func (Sessions) Commit(string, []byte, time.Time) error { return errNoContext }

// Delete is never used: scs prefers DeleteCtx.
func (Sessions) Delete(string) error { return errNoContext }

// SessionField and SessionExcept stand in the Fields of session.ended: the hash
// of the one session that ended, or of the one that goes on. With neither, all
// sessions of the agent have ended.
const (
	SessionField  = "session"
	SessionExcept = "except"
)

// EndSession logs one session out. With an agent's last session their presence
// becomes offline and what rings for them goes back in line.
func (s *Store) EndSession(ctx context.Context, token string) error {
	return s.write(ctx, func(t *tx) error {
		var row sessionRow
		err := t.Clauses(clause.Returning{}).Where("token_hash = ?", SessionHash(token)).Delete(&row).Error
		if err != nil || row.TokenHash == "" || row.AgentID == "" {
			return err
		}
		var left int64
		if err := t.Model(&sessionRow{}).Where("agent_id = ? AND expires_at > ?", row.AgentID, micros(t.now)).Count(&left).Error; err != nil {
			return err
		}
		if left == 0 {
			if err := t.goOffline(row.AgentID, row.AgentID, "logged out"); err != nil {
				return err
			}
		}
		t.tell(desk.EvSessionEnded, nil, desk.Event{AgentID: row.AgentID, ActorID: row.AgentID,
			Data: desk.EventData{Fields: map[string]string{SessionField: row.TokenHash}}})
		return nil
	})
}

// EndSessions ends all sessions of an agent but the one with the token keep ("": none).
func (s *Store) EndSessions(ctx context.Context, agent, actor desk.ID, keep string) error {
	return s.write(ctx, func(t *tx) error { return t.endSessions(agent, actor, keep) })
}

func (t *tx) endSessions(agent, actor desk.ID, keep string) error {
	q, fields := t.Where("agent_id = ?", agent), map[string]string(nil)
	if keep != "" {
		q = q.Where("token_hash <> ?", SessionHash(keep))
		fields = map[string]string{SessionExcept: SessionHash(keep)}
	}
	res := q.Delete(&sessionRow{})
	if res.Error != nil || res.RowsAffected == 0 {
		return res.Error
	}
	t.tell(desk.EvSessionEnded, nil, desk.Event{AgentID: agent, ActorID: actor, Data: desk.EventData{Fields: fields}})
	return nil
}

// PruneSessions removes expired sessions.
func (s *Store) PruneSessions(ctx context.Context) error {
	return down(s.writer.WithContext(ctx).Where("expires_at <= ?", micros(s.cfg.Now())).Delete(&sessionRow{}).Error)
}

// goOffline takes ringing offers back and makes an agent offline.
func (t *tx) goOffline(agent, actor desk.ID, reason string) error {
	ringing, err := t.lockRinging(agent)
	if err != nil {
		return err
	}
	a, err := t.agent(agent)
	if err != nil {
		return err
	}
	for _, c := range ringing {
		if err := t.takeBack(c, desk.OfferWithdrawn, reason); err != nil {
			return err
		}
	}
	if a.Presence != desk.Offline || a.Next != "" {
		t.present(a, desk.Offline, reason, actor)
	}
	return nil
}
