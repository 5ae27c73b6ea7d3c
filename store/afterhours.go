package store

import (
	"context"
	"time"

	"parley/desk"
)

// farthestOpening stands for an opening that nobody knows.
const farthestOpening = 366 * 24 * time.Hour

// afterHours does with a conversation that has just entered a line what its
// queue does outside its hours, and tells the customer. It may lead it to
// another queue, whose hours then count.
func (t *tx) afterHours(c *desk.Conversation) (from desk.ID) {
	c.OpensAt = time.Time{}
	for range t.config.queues { // two that overflow into each other end here
		q := t.config.queues[c.QueueID]
		if q == nil || q.Hours.OpenAt(t.now) {
			return from
		}
		switch q.AfterHours {
		case desk.AfterHoursOverflow:
			o := t.config.queues[q.AfterHoursQueueID]
			if o == nil {
				return from
			}
			if from == "" {
				from = q.ID
			}
			c.QueueID = o.ID
			t.recost(c, o)
		case desk.AfterHoursSay, desk.AfterHoursMessage:
			opens, known := q.Hours.NextOpen(t.now)
			takes := q.AfterHours == desk.AfterHoursMessage
			c.OpensAt = opens
			if !known {
				c.OpensAt = t.now.Add(farthestOpening)
			}
			if takes {
				c.Instead = desk.LeaveMessage
			}
			t.say(c, withStop(c, q.Hours.ClosedWords(c.Language, opens, t.now, takes)))
			return from
		default:
			return from
		}
	}
	return from
}

// reopenAt brings those who wait for an opening to what the queue's hours are now.
func (t *tx) reopenAt(q *desk.Queue) error {
	var ids []desk.ID
	err := t.Model(&conversationRecord{}).Where("open AND queue_id = ? AND state = ? AND opens_at > ?", q.ID, desk.Waiting, micros(t.now)).Order("id").Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return err
	}
	if err := t.lockConversations(ids); err != nil {
		return err
	}
	for _, id := range ids {
		c := t.conversations[id]
		if c == nil || c.State != desk.Waiting {
			continue
		}
		opens := t.now
		if q.AfterHours == desk.AfterHoursSay || q.AfterHours == desk.AfterHoursMessage {
			var known bool
			if opens, known = q.Hours.NextOpen(t.now); !known {
				opens = t.now.Add(farthestOpening)
			}
		}
		if opens.Equal(c.OpensAt) {
			continue
		}
		c.OpensAt = opens
		t.save(c)
		t.tell(desk.EvConversationHours, c, desk.Event{Data: c.Route(desk.EventData{})})
	}
	return nil
}

// offerInstead asks a customer in line whether they would rather leave a message
// or be called back. It is asked once a stay. Who writes on a messaging channel
// has left a message already.
func (t *tx) offerInstead(c *desk.Conversation, what desk.Instead) {
	if c.Instead != "" || c.InsteadOffer == what || what == desk.LeaveMessage && !c.Channel.Live() {
		return
	}
	c.InsteadOffer = what
	t.say(c, withStop(c, what.OfferWords(c.Language)))
}

// withStop adds how to leave the line, on channels where nobody leaves by
// closing an app.
func withStop(c *desk.Conversation, words string) string {
	if c.Channel.Live() {
		return words
	}
	return words + " " + desk.HowToStop(c.Language)
}

// Instead records that a customer in line leaves a message or wants to be called
// back, to a number or address, instead of waiting: they may leave, and the
// place in line stays. The same again changes nothing.
func (s *Store) Instead(ctx context.Context, id desk.ID, what desk.Instead, to string) error {
	return s.write(ctx, func(t *tx) error {
		c, err := t.conversation(id)
		if err != nil {
			return err
		}
		to = desk.CleanText(to, 200)
		switch {
		case what != desk.LeaveMessage && what != desk.CallBack:
			return desk.FieldError("instead", "%q cannot be chosen; use message or callback", desk.Truncate(string(what), 20))
		case what == desk.CallBack && to == "":
			return desk.FieldError("to", "is missing; give the number or address to call back")
		case !c.State.InLine():
			return desk.Errorf(desk.Conflict, "you are not in line")
		case c.Instead == what && c.CallbackTo == to:
			return nil
		}
		t.instead(c, what, to)
		return nil
	})
}

func (t *tx) instead(c *desk.Conversation, what desk.Instead, to string) {
	c.Instead, c.CallbackTo = what, to
	t.say(c, what.TakenWords(c.Language))
	words := "The customer leaves a message instead of waiting."
	if what == desk.CallBack {
		words = "The customer wants to be called back: " + to
	}
	t.notice(c, words)
	t.tell(desk.EvConversationInstead, c, desk.Event{Data: c.Route(desk.EventData{Reason: string(what)})})
}

// answersWait takes what somebody in line writes as the answer to what they were
// told of the wait: that they stop waiting, or the number to call back. It tells
// whether that was all there is to the message.
func (r *reception) answersWait(c *desk.Conversation, in *desk.Inbound, inbox *desk.Inbox) (bool, error) {
	if !c.State.InLine() || in.Message.Kind != desk.Text {
		return false, nil
	}
	if desk.StopsWaiting(in.Message.Text) {
		r.heard(c, in, inbox)
		r.say(c, desk.StoppedWords(c.Language))
		return true, r.abandon(c, r.now)
	}
	if to, ok := desk.PhoneNumber(in.Message.Text); ok && c.InsteadOffer == desk.CallBack && c.Instead == "" {
		r.heard(c, in, inbox)
		r.instead(c, desk.CallBack, to)
		return true, nil
	}
	return false, nil
}

// Duty brings whether agents are outside their hours to what their calendars
// say now; who has gone off gives ringing offers back. It tells whose changed.
func (s *Store) Duty(ctx context.Context, agents []desk.ID) error {
	for _, id := range agents {
		err := s.write(ctx, func(t *tx) error {
			ringing, err := t.lockRinging(id)
			if err != nil {
				return err
			}
			a, err := t.agent(id)
			if err != nil {
				return err
			}
			off := !a.Hours.OpenAt(t.now)
			if off == a.OffHours {
				return nil
			}
			if off {
				for _, c := range ringing {
					if err := t.takeBack(c, desk.OfferWithdrawn, "after hours"); err != nil {
						return err
					}
				}
			}
			a.OffHours = off
			if err := t.Exec("UPDATE agents SET off_hours = ? WHERE id = ?", off, id).Error; err != nil {
				return err
			}
			reason := "hours begin"
			if off {
				reason = "hours end"
			}
			after := *a
			t.tell(desk.EvAgentPresence, nil, desk.Event{AgentID: id, Data: desk.EventData{Presence: a.Presence, Reason: reason, After: &desk.Setup{Agent: &after}}})
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
