package replay

import (
	"fmt"
	"time"

	"parley/desk"
	"parley/routing"
)

// Check is what came of making each recorded choice again.
type Check struct {
	Decisions  int        `json:"decisions"`  // choices of the router in the period that could be made again
	Equal      int        `json:"equal"`      // that came out the same: customer, agent and rule
	ByHand     int        `json:"by_hand"`    // chosen by people
	Unrecorded int        `json:"unrecorded"` // from before the log kept what the router knew
	Mismatches []Mismatch `json:"mismatches"` // the first 50 that did not
}

// Mismatch is a choice that came out otherwise.
type Mismatch struct {
	At       time.Time     `json:"at"`
	Seq      int64         `json:"seq"` // of the last change the router knew
	Recorded desk.Decision `json:"recorded"`
	Customer desk.ID       `json:"conversation_id"`
	// Again is the choice made now, and AgainFor the customer; empty when nobody
	// could be served.
	Again    desk.Decision `json:"again"`
	AgainFor desk.ID       `json:"again_conversation_id,omitempty"`
	Words    string        `json:"words"`
}

const mostMismatches = 50

// decide makes a recorded choice again on the floor as it was.
func (k *Check) decide(p *past, o *desk.Offer) {
	d := &o.Decision
	k.Decisions++
	again, found, _ := routing.Next(p, o.ConversationID, d)
	if found && again.ConversationID == o.ConversationID && again.AgentID == o.AgentID && again.Decision.Rule == d.Rule {
		k.Equal++
		return
	}
	if len(k.Mismatches) == mostMismatches {
		return
	}
	m := Mismatch{At: d.At, Seq: d.Seq, Recorded: *d, Customer: o.ConversationID}
	was := fmt.Sprintf("Recorded: %s for %s.", d.Words, o.ConversationID)
	if !found {
		m.Words = was + " Again: nobody could be served."
	} else {
		m.Again, m.AgainFor = again.Decision, again.ConversationID
		m.Words = fmt.Sprintf("%s Again: %s for %s.", was, again.Decision.Words, again.ConversationID)
	}
	k.Mismatches = append(k.Mismatches, m)
}

// routed tells whether an event is about an offer that the router made.
func routed(e desk.Event) bool {
	return e.Data.OfferID != "" && (e.Type == desk.EvConversationOffered || e.Type == desk.EvConversationAssigned && e.Data.From == desk.Waiting)
}
