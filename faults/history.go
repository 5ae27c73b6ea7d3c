package faults

import (
	"time"

	"parley/desk"
)

// History is everything known about one run, for Check.
type History struct {
	Said    []Said   // by customers
	Actions []Action // by agents
	Sockets []Socket // of consoles
	Sends   []Send   // what providers were asked
	Faults  []Fault
	Tables  Tables
	Boards  map[string]Board // by node, at rest
	Rest    Rest
	// Poisoned is how many items were put in that cannot be processed.
	Poisoned int
	// Patience is how long work may lie where somebody could take it, away from
	// faults; after one it is Recovery more.
	Patience, Recovery time.Duration
}

// Said is one message a customer sent, with all its tries under one id.
type Said struct {
	Customer   string // channel and address
	InboxID    desk.ID
	ExternalID string // the provider's id of the message
	N          int    // rises with the customer's messages
	Text       string
	Began      time.Time
	Acked      time.Time // of the first 2xx; zero: never
	Tries      int
	Refused    string // the last answer that was not a 2xx
}

// ActionKind is what an agent asked for.
type ActionKind string

const (
	Accept   ActionKind = "accept"
	Decline  ActionKind = "decline"
	Reply    ActionKind = "reply"
	Resolve  ActionKind = "resolve"
	Transfer ActionKind = "transfer"
	Snooze   ActionKind = "snooze"
	Take     ActionKind = "take"
	Presence ActionKind = "presence"
	Disable  ActionKind = "disable"
)

// Action is one request of an agent, with what was answered.
type Action struct {
	Kind         ActionKind
	Agent        desk.ID
	Conversation desk.ID
	Offer        desk.ID // Accept: what the agent had been offered; "" when it was another's
	Message      desk.ID // Reply
	Text         string
	Status       int // 0: no answer
	At, Done     time.Time
}

// OK tells whether the server said that it was done.
func (a *Action) OK() bool { return a.Status >= 200 && a.Status < 300 }

// Socket is one console's chain of connections.
type Socket struct {
	Agent  desk.ID
	Frames []Frame
}

// Frame is a welcome or a change as it came.
type Frame struct {
	At           time.Time
	Welcome      bool
	Reset        bool
	Resumed      int64 // Welcome: the last number said in hello; -1: none
	Seq          int64
	Epoch        string
	Type         desk.EventType
	Conversation desk.ID
	Said         string // the message's text, as shown
	Ended        bool   // the socket was closed because the session ended
}

// Send is one request to a provider's send endpoint.
type Send struct {
	At       time.Time
	Channel  desk.Channel
	To       string
	Text     string
	Status   int  // answered; 0: the connection was broken off
	Accepted bool // the provider took it, whatever was answered
}

// Fault is one fault and its time.
type Fault struct {
	Kind       string
	Node       string // "" when it is not of one node
	Begin, End time.Time
	// Ready is when every node said that it is ready again.
	Ready time.Time
	// ClockLies: what the nodes write down as times may be off from here on.
	ClockLies bool
}

// Tables is the database at rest.
type Tables struct {
	Events        []desk.Event // in order of Seq
	Counter       int64
	Conversations map[desk.ID]*desk.Conversation
	Messages      []Row
	Offers        []desk.Offer
	Agents        map[desk.ID]*desk.Agent
	Queues        map[desk.ID]*desk.Queue
	Facts         []desk.Fact
	Inbound       map[string]int // by state
}

// Row is a message with what only the database knows.
type Row struct {
	desk.Message
	InboxID       desk.ID
	NextAttemptAt time.Time
}

// Board is what a node shows, cut down to what must be the same everywhere.
type Board struct {
	Seq    int64
	Queues map[desk.ID]QueueNow
	Agents map[desk.ID]AgentNow
}

// QueueNow is a queue on a board.
type QueueNow struct{ Waiting, Offered, Active int }

// AgentNow is an agent on a board.
type AgentNow struct {
	Presence desk.Presence
	Load     int
}

// Rest is what is left over when nothing goes on any more.
type Rest struct {
	Pending    map[string]int64  // unfinished entries of each stream
	Goroutines map[string][2]int // by node, at the start and now
}
