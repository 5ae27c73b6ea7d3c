package desk

import "time"

// What folders hand to each other, so that none has to import its neighbour.

// Work names something durable that is waiting to be processed, and the key its
// order is kept by.
type Work struct {
	ID  ID
	Key string
}

// Snapshot is everything live as of event Seq: what a node begins its own
// picture with before it follows the log.
type Snapshot struct {
	Seq           int64
	Conversations []*Conversation // open ones
	Agents        []*Agent
	Offers        []*Offer // pending
	Queues        []*Queue
	Inboxes       []*Inbox
	Skills        []*Skill
}

// Proposal is what the router wants done, as it saw things.
type Proposal struct {
	ConversationID ID
	Epoch          int64 // of the conversation as chosen; another one since means Conflict
	AgentID        ID
	For            time.Duration // how long it rings
	AutoAccept     bool
	Decision       Decision
}

// Outgoing is a message claimed for sending, with everything an adapter needs
// but the functions that reach files.
type Outgoing struct {
	Message        Message
	Identity       Identity
	Inbox          Inbox
	LastCustomerAt time.Time
	Attempts       int
}

// PendingFile is an attachment whose bytes are still at the provider.
type PendingFile struct {
	Attachment Attachment
	Inbox      Inbox
	Attempts   int
}

// Rates is what a queue's last facts say.
type Rates struct {
	Handled        int     // observations behind HandleSeconds
	HandleSeconds  float64 // mean
	Waited         int     // stays in line behind PatienceRate
	AbandonPerHour float64 // abandons / total waiting time
}

// Arrivals is how many come to a queue in half an hour.
type Arrivals struct {
	Lately int     // in the last one
	Usual  float64 // in the next one, on average of the last weeks
	Weeks  int     // that were recorded
}
