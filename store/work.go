package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"parley/desk"
)

func (s *Store) offersOf(q *gorm.DB) ([]desk.Offer, error) {
	var rows []offerRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, down(err)
	}
	out := make([]desk.Offer, len(rows))
	for i, r := range rows {
		out[i] = desk.Offer(r)
	}
	return out, nil
}

// Assign gives a conversation to an agent by hand: pulled by the agent
// themself, or pushed by a supervisor. It may exceed the agent's capacity,
// because a person decided it, but never goes to somebody offline.
func (s *Store) Assign(ctx context.Context, id, agent, actor desk.ID) error {
	return s.write(ctx, func(t *tx) error {
		c, err := t.conversation(id)
		if err != nil {
			return err
		}
		if c.State == desk.Active && c.AgentID == agent {
			return nil
		}
		// Everyone concerned is locked at once, in order.
		if err := t.lockAgents(agent, c.AgentID); err != nil {
			return err
		}
		if a := t.agents[agent]; !a.Enabled || a.Presence == desk.Offline {
			if agent == actor {
				return desk.Errorf(desk.Conflict, "you are offline; become available first")
			}
			return desk.Errorf(desk.Conflict, "%s is offline; choose somebody who is online", a.Name)
		} else if agent != actor && !a.Hours.OpenAt(t.now) {
			return desk.Errorf(desk.Conflict, "%s is outside their working hours; choose somebody who is at work", a.Name)
		}
		o := desk.Offer{ID: desk.NewID(), ConversationID: c.ID, AgentID: agent, State: desk.OfferAccepted, MadeAt: t.now, ExpiresAt: t.now, EndedAt: t.now,
			Decision: desk.Decision{At: t.now, Policy: "manual", AgentID: agent, Rule: "manual", ActorID: actor, Words: manualWords(agent == actor),
				Excluded: map[string]int{}}}
		if !c.QueuedAt.IsZero() {
			o.Decision.Waited = t.now.Sub(c.QueuedAt).Seconds()
		}
		from := c.AgentID
		switch {
		case c.State == desk.Offered:
			if _, err := t.endOffer(c, desk.OfferWithdrawn); err != nil {
				return err
			}
		case !c.State.Open():
			if err := c.Reopen(t.now); err != nil {
				return err
			}
			t.facts = append(t.facts, t.measure(c).Count(c, desk.ReopenedCount, agent))
			t.tell(desk.EvConversationReopened, c, desk.Event{ActorID: actor, Data: c.Route(desk.EventData{})})
		case c.State == desk.Active || c.State == desk.Wrapping || c.State == desk.Snoozed:
			t.facts = append(t.facts, t.measure(c).Count(c, desk.TransferCount, c.AgentID))
			if c.State == desk.Wrapping {
				if err := t.move(c, desk.Active, c.AgentID); err != nil {
					return err
				}
			}
			if err := t.move(c, desk.Waiting, ""); err != nil {
				return err
			}
		}
		t.offers = append(t.offers, offerRow(o))
		if err := t.give(c, agent, actor, &o); err != nil {
			return err
		}
		t.changes[len(t.changes)-1].Data.FromAgentID = from
		return nil
	})
}

func manualWords(self bool) string {
	if self {
		return "Taken by hand."
	}
	return "Assigned by a supervisor."
}

// Transfer says where a conversation is handed: to an agent, or into a queue's
// line, asking for a skill or not.
type Transfer struct {
	ConversationID, ActorID desk.ID
	AgentID                 desk.ID
	QueueID                 desk.ID // "": the line of the queue it is in
	SkillID                 desk.ID
	Level                   int    // of SkillID, at least; 0: 1
	Note                    string // for whoever gets it
}

// Transfer hands a conversation on. At an agent it rings at once; in a line it
// waits anew. The history stays.
func (s *Store) Transfer(ctx context.Context, to Transfer) error {
	return s.write(ctx, func(t *tx) error {
		c, err := t.conversation(to.ConversationID)
		if err != nil {
			return err
		}
		if c.State == desk.Offered { // moved while it rings
			if err := t.takeBack(c, desk.OfferWithdrawn, "moved"); err != nil {
				return err
			}
		}
		if c.State != desk.Active && c.State != desk.Wrapping && c.State != desk.Waiting {
			return desk.Errorf(desk.Conflict, "the conversation is %s and cannot be transferred", c.State)
		}
		from, fromQueue := c.AgentID, c.QueueID
		if err := t.lockAgents(from, to.AgentID, to.ActorID); err != nil {
			return err
		}
		if err := t.aim(c, to); err != nil {
			return err
		}
		if to.Note != "" {
			t.note(c, to.ActorID, to.Note)
		}
		t.facts = append(t.facts, t.measure(c).Count(c, desk.TransferCount, from))
		if c.State == desk.Wrapping {
			if err := t.move(c, desk.Active, from); err != nil {
				return err
			}
		}
		if c.State == desk.Waiting {
			c.Epoch++ // a claim under way was chosen for the other queue
		} else if err := t.move(c, desk.Waiting, ""); err != nil {
			return err
		}
		if q := t.config.queues[c.QueueID]; q != nil && to.QueueID != "" {
			t.recost(c, q)
		}
		c.AvoidAgentIDs = nil
		if to.AgentID == "" {
			if from != "" {
				c.AvoidAgentIDs = []desk.ID{from}
			}
			t.afterHours(c)
		}
		c.PreferredAgentID = to.AgentID
		t.save(c)
		t.tell(desk.EvConversationTransfer, c, desk.Event{ActorID: to.ActorID, AgentID: to.AgentID,
			Data: c.Route(desk.EventData{FromAgentID: from, FromQueueID: fromQueue, Note: to.Note})})
		if to.AgentID == "" {
			return nil
		}
		return t.hand(c, to.AgentID, to.ActorID, to.Note)
	})
}

// aim makes a conversation ask for what a transfer says. Another queue has a plan
// and demands of its own.
func (t *tx) aim(c *desk.Conversation, to Transfer) error {
	if to.QueueID != "" {
		if t.config.queues[to.QueueID] == nil {
			return desk.FieldError("queue_id", "there is no such queue")
		}
		c.QueueID, c.Requirements = to.QueueID, []desk.Requirement{}
		c.Rings, c.Ring, c.Raised = nil, 0, 0
		c.ToldLow, c.ToldHigh = 0, 0 // was of the other line
	}
	if to.SkillID == "" {
		return nil
	}
	if t.config.skills[to.SkillID] == nil {
		return desk.FieldError("skill_id", "there is no such skill")
	}
	c.Requirements = desk.Strictest(c.Requirements, []desk.Requirement{{SkillID: to.SkillID, Level: max(1, min(5, to.Level))}})
	return nil
}

// hand rings a transferred conversation at the agent it was meant for, whatever
// their skills: a person chose them. If they do not take it, the line decides.
func (t *tx) hand(c *desk.Conversation, agent, actor desk.ID, note string) error {
	a := t.agents[agent]
	if err := t.fits(c, a); err != nil {
		var full *desk.Error
		if errors.As(err, &full) {
			return desk.Errorf(desk.Conflict, "%s; choose somebody who is free, or a queue", full.Message)
		}
		return err
	}
	q := t.config.queues[c.QueueID]
	if q == nil {
		return desk.Errorf(desk.Conflict, "the queue is gone")
	}
	words := "Transferred to you by hand."
	if from := t.agents[actor]; from != nil {
		words = from.Name + " transferred it to you."
	}
	if note != "" {
		words += " “" + note + "”"
	}
	o := desk.Offer{ID: desk.NewID(), ConversationID: c.ID, AgentID: agent, State: desk.OfferPending, MadeAt: t.now,
		ExpiresAt: t.now.Add(time.Duration(q.OfferSeconds) * time.Second),
		Decision:  desk.Decision{At: t.now, Policy: "manual", AgentID: agent, Rule: "manual", ActorID: actor, Words: desk.Truncate(words, 300), Excluded: map[string]int{}}}
	if err := t.move(c, desk.Offered, agent); err != nil {
		return err
	}
	c.OfferID = o.ID
	t.offers = append(t.offers, offerRow(o))
	t.tell(desk.EvConversationOffered, c, desk.Event{ActorID: actor, Data: desk.EventData{From: desk.Waiting, OfferID: o.ID, ExpiresAt: o.ExpiresAt, Cost: c.Cost}}).Offer = &o
	return nil
}

// recost applies another queue's cost while nobody holds the conversation.
func (t *tx) recost(c *desk.Conversation, q *desk.Queue) {
	c.Cost = q.Cost(c.Channel)
	if in := t.config.inboxes[c.InboxID]; in != nil {
		c.Priority = q.Priority + in.Priority
	}
}

func (t *tx) note(c *desk.Conversation, actor desk.ID, text string) {
	m := desk.Message{ID: desk.NewID(), ConversationID: c.ID, ContactID: c.ContactID, Direction: desk.Out, Author: desk.ByAgent, AgentID: actor,
		Kind: desk.Note, Text: text, Status: desk.Sent, At: t.now, Attachments: []desk.Attachment{}}
	t.messages = append(t.messages, messageRecord{MessageRow: MessageRow(m), InboxID: c.InboxID})
	t.tell(desk.EvMessageCreated, c, desk.Event{MessageID: m.ID, ActorID: actor}).Message = &m
}

// Resolve ends a conversation, measures it, and asks for a rating where the
// inbox does.
func (s *Store) Resolve(ctx context.Context, id, actor desk.ID) error {
	return s.write(ctx, func(t *tx) error {
		c, err := t.conversation(id)
		if err != nil {
			return err
		}
		if c.State == desk.Resolved {
			return nil
		}
		from, answered := c.State, !c.AnsweredAt.IsZero()
		if _, err := t.endOffer(c, desk.OfferWithdrawn); err != nil {
			return err
		}
		if from == desk.Offered { // resolved from the line: nobody owned it
			if err := t.move(c, desk.Waiting, ""); err != nil {
				return err
			}
		}
		owner := c.AgentID
		if owner == "" {
			owner = actor
		}
		if err := t.move(c, desk.Resolved, owner); err != nil {
			return err
		}
		c.Unread, c.UnansweredSince = 0, time.Time{}
		t.facts = append(t.facts, t.measure(c).Resolved(c, owner)...)
		t.tell(desk.EvConversationResolved, c, desk.Event{ActorID: actor, Data: desk.EventData{From: from}})
		if answered {
			return t.askRating(c)
		}
		return nil
	})
}

// askRating asks the customer how it was, when inbox, window and opt-out allow.
func (t *tx) askRating(c *desk.Conversation) error {
	inbox := t.config.inboxes[c.InboxID]
	if inbox == nil || !inbox.CSAT {
		return nil
	}
	if w := c.Channel.Window(); w > 0 && t.now.Sub(c.LastCustomerAt) > w-time.Minute {
		return nil
	}
	var id identityRow
	if err := t.Where("id = ?", c.IdentityID).Limit(1).Find(&id).Error; err != nil {
		return err
	}
	if id.OptedOut {
		return nil
	}
	c.CSAT, c.CSATAskedAt = desk.CSATAsked, t.now
	t.facts = append(t.facts, t.measure(c).Count(c, desk.CSATSent, c.AgentID))
	t.save(c)
	t.tell(desk.EvCSATAsked, c, desk.Event{})
	if !c.Channel.Live() {
		t.say(c, "How did we do? Reply with a number from 1 (poor) to 5 (great). You can add a comment.")
	}
	return nil
}

// Snooze puts an owned conversation aside until a time or the customer's next message.
func (s *Store) Snooze(ctx context.Context, id, actor desk.ID, until time.Time) error {
	return s.write(ctx, func(t *tx) error {
		if !until.After(t.now) {
			return desk.FieldError("until", "must be in the future")
		}
		c, err := t.conversation(id)
		if err != nil {
			return err
		}
		if err := t.move(c, desk.Snoozed, c.AgentID); err != nil {
			return err
		}
		c.SnoozedUntil = until.UTC()
		t.tell(desk.EvConversationSnoozed, c, desk.Event{ActorID: actor, Data: desk.EventData{From: desk.Active, ExpiresAt: c.SnoozedUntil}})
		return nil
	})
}

// WakeDue brings back snoozed conversations whose time has come.
func (s *Store) WakeDue(ctx context.Context) error {
	var rows []conversationRecord
	err := s.read(ctx).Select("id").Where("state = 'snoozed' AND snoozed_until <= ?", micros(s.cfg.Now())).Limit(200).Find(&rows).Error
	if err != nil {
		return down(err)
	}
	for _, row := range rows {
		err := s.write(ctx, func(t *tx) error {
			c, err := t.conversation(row.ID)
			if err != nil || c.State != desk.Snoozed || c.SnoozedUntil.After(t.now) {
				return err
			}
			r := reception{tx: t}
			t.save(c)
			return r.wakeSnoozed(c, "time")
		})
		if err != nil {
			return fmt.Errorf("wake %s: %w", row.ID, err)
		}
	}
	return nil
}

// Prioritize moves a conversation in its line. The reported wait stays.
func (s *Store) Prioritize(ctx context.Context, id, actor desk.ID, priority int) error {
	return s.write(ctx, func(t *tx) error {
		c, err := t.conversation(id)
		if err != nil {
			return err
		}
		c.Priority = priority
		t.save(c)
		t.tell(desk.EvConversationPriority, c, desk.Event{ActorID: actor, Data: c.Route(desk.EventData{})})
		return nil
	})
}

// Abandon records that a web chat customer in line has left, at the moment of
// leaving. Who left a message or wants to be called back may leave.
func (s *Store) Abandon(ctx context.Context, id desk.ID, at time.Time) error {
	return s.write(ctx, func(t *tx) error {
		c, err := t.conversation(id)
		if err != nil || !c.State.InLine() || c.Instead != "" {
			return err
		}
		return t.abandon(c, at)
	})
}

func (t *tx) abandon(c *desk.Conversation, at time.Time) error {
	metric := desk.WaitAbandoned
	if at.Before(c.OpensAt) {
		metric = desk.WaitLeftClosed
	}
	return t.leave(c, desk.Abandoned, metric, desk.EvConversationGone, at)
}

func (t *tx) leave(c *desk.Conversation, to desk.State, metric desk.Metric, event desk.EventType, at time.Time) error {
	from, agent := c.State, c.AgentID
	if _, err := t.endOffer(c, desk.OfferWithdrawn); err != nil {
		return err
	}
	t.leaveLine(c, metric, "", at)
	if err := t.move(c, to, ""); err != nil {
		return err
	}
	t.tell(event, c, desk.Event{AgentID: agent, Data: desk.EventData{From: from, ExpiresAt: at}})
	return nil
}

// Expire ends the wait of a message nobody took within its queue's hours.
func (s *Store) Expire(ctx context.Context, id desk.ID) error {
	return s.write(ctx, func(t *tx) error {
		c, err := t.conversation(id)
		if err != nil || c.State != desk.Waiting {
			return err
		}
		return t.leave(c, desk.Expired, desk.WaitExpired, desk.EvConversationExpired, t.now)
	})
}

// MarkRead says that the owner has seen everything in it.
func (s *Store) MarkRead(ctx context.Context, id, actor desk.ID) error {
	return s.write(ctx, func(t *tx) error {
		c, err := t.conversation(id)
		if err != nil || c.AgentID != actor || c.Unread == 0 {
			return err
		}
		c.Unread = 0
		t.save(c)
		t.tell(desk.EvConversationRead, c, desk.Event{ActorID: actor})
		return nil
	})
}
