package store

import (
	"context"
	"time"

	"parley/desk"
)

// keptReplays is how many are remembered.
const keptReplays = 50

// silentReplay is after how long without a word a running one counts as dead
// with its node.
const silentReplay = 30 * time.Second

// BeginReplay remembers a replay that this node begins, and forgets the oldest.
func (s *Store) BeginReplay(ctx context.Context, j desk.Job) error {
	db := s.writer.WithContext(ctx)
	now := s.cfg.Now().UTC()
	err := db.Exec("INSERT INTO replays (id, agent_id, node, state, progress, error, request, created_at, updated_at) VALUES (?, ?, ?, ?, 0, '', ?, ?, ?)",
		j.ID, j.AgentID, s.cfg.Node, desk.JobRunning, string(j.Request), micros(now), micros(now)).Error
	if err == nil {
		err = db.Exec("DELETE FROM replays WHERE id NOT IN (SELECT id FROM replays ORDER BY created_at DESC LIMIT ?)", keptReplays).Error
	}
	return down(err)
}

// ReplayProgress notes how far a replay is; false when somebody has cancelled it.
func (s *Store) ReplayProgress(ctx context.Context, id desk.ID, share float64) (wanted bool, err error) {
	res := s.writer.WithContext(ctx).Exec("UPDATE replays SET progress = ?, updated_at = ? WHERE id = ? AND state = ?", share, micros(s.cfg.Now()), id, desk.JobRunning)
	return res.RowsAffected > 0, down(res.Error)
}

// EndReplay notes how a replay ended, unless it has been cancelled.
func (s *Store) EndReplay(ctx context.Context, id desk.ID, state desk.JobState, words string, result []byte) error {
	var body any
	if result != nil {
		body = string(result)
	}
	return down(s.writer.WithContext(ctx).Exec("UPDATE replays SET state = ?, progress = 1, error = ?, result = ?, updated_at = ? WHERE id = ? AND state = ?",
		state, words, body, micros(s.cfg.Now()), id, desk.JobRunning).Error)
}

// Replay reads one; its result is nil until it is done.
func (s *Store) Replay(ctx context.Context, id desk.ID) (*desk.Job, error) {
	var rows []replayJob
	err := s.read(ctx).Raw(replayColumns+", CAST(result AS text) AS result FROM replays WHERE id = ?", id).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, down(orMissing(err, "there is no such replay; only the last 50 are kept"))
	}
	return s.job(&rows[0]), nil
}

// Replays lists the newest, without their results.
func (s *Store) Replays(ctx context.Context, limit int) ([]desk.Job, error) {
	var rows []replayJob
	err := s.read(ctx).Raw(replayColumns+" FROM replays ORDER BY created_at DESC LIMIT ?", limit).Scan(&rows).Error
	out := make([]desk.Job, len(rows))
	for i := range rows {
		out[i] = *s.job(&rows[i])
	}
	return out, down(err)
}

const replayColumns = "SELECT id, agent_id, state, progress, error, CAST(request AS text) AS request, created_at, updated_at"

type replayJob struct {
	ID, AgentID          desk.ID
	State                desk.JobState
	Progress             float64
	Error                string
	Request, Result      string
	CreatedAt, UpdatedAt int64
}

func (s *Store) job(r *replayJob) *desk.Job {
	j := &desk.Job{ID: r.ID, AgentID: r.AgentID, State: r.State, Progress: r.Progress, Error: r.Error, Request: []byte(r.Request),
		CreatedAt: time.UnixMicro(r.CreatedAt).UTC(), UpdatedAt: time.UnixMicro(r.UpdatedAt).UTC()}
	if r.Result != "" {
		j.Result = []byte(r.Result)
	}
	if j.State == desk.JobRunning && s.cfg.Now().Sub(j.UpdatedAt) > silentReplay {
		j.State, j.Error = desk.JobFailed, "the node that ran it is gone; start it again"
	}
	return j
}

func orMissing(err error, words string) error {
	if err != nil {
		return err
	}
	return &desk.Error{Code: desk.NotFound, Message: words}
}
