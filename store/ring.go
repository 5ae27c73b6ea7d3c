package store

import (
	"context"

	"parley/desk"
)

// Climb records which steps of their ring plans have come for conversations in
// line, and does what they say beyond choosing an agent. What has left the line
// meanwhile, or is at that step, stays as it is; so it may be told twice.
func (s *Store) Climb(ctx context.Context, steps []desk.RingStep) error {
	return s.write(ctx, func(t *tx) error {
		ids := make([]desk.ID, len(steps))
		for i, step := range steps {
			ids[i] = step.ConversationID
		}
		if err := t.lockConversations(ids); err != nil {
			return err
		}
		for _, step := range steps {
			c := t.conversations[step.ConversationID]
			if c == nil || !c.State.InLine() || !c.QueuedAt.Equal(step.QueuedAt) || step.Ring <= c.Ring {
				continue
			}
			t.climb(c, step)
		}
		return nil
	})
}

func (t *tx) climb(c *desk.Conversation, step desk.RingStep) {
	q := t.config.queues[c.QueueID]
	if q == nil {
		return
	}
	words, offers := c.Climb(q.RingPlanOf(c), step.Ring, t.config.names())
	if words == "" {
		return // the plan is another one now
	}
	for _, o := range offers {
		t.offerInstead(c, o)
	}
	t.save(c)
	t.tell(desk.EvConversationWidened, c, desk.Event{Data: c.Route(desk.EventData{Reason: step.Reason(), Words: words})})
}

// names gives what people call skills and queues.
func (c *config) names() desk.Names {
	return desk.Names{
		Skill: func(id desk.ID) string {
			if k := c.skills[id]; k != nil {
				return k.Name
			}
			return "a skill"
		},
		Queue: func(id desk.ID) string {
			if q := c.queues[id]; q != nil {
				return q.Name
			}
			return "another queue"
		},
	}
}
