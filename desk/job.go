package desk

import "time"

// JobState is where work in the background stands.
type JobState string

const (
	JobRunning   JobState = "running"
	JobDone      JobState = "done"
	JobFailed    JobState = "failed"
	JobCancelled JobState = "cancelled"
)

// Job is work in the background that somebody asked for. Request and Result are JSON.
type Job struct {
	ID        ID
	AgentID   ID // who asked
	State     JobState
	Progress  float64 // 0–1
	Error     string  // in words, when it failed
	Request   []byte
	Result    []byte
	CreatedAt time.Time
	UpdatedAt time.Time
}
