package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm/clause"

	"parley/desk"
)

// CreateQueue adds a line. Fields left zero in q stay zero: begin with desk.QueueDefaults.
func (s *Store) CreateQueue(ctx context.Context, actor desk.ID, q desk.Queue) (*desk.Queue, error) {
	var out *desk.Queue
	err := s.configure(ctx, func(t *tx) error {
		n := q
		n.ID, n.CreatedAt = newID(q.ID), t.now
		if err := t.checkQueue(&n); err != nil {
			return err
		}
		row := queueRow(n)
		if err := t.Create(&row).Error; err != nil {
			return err
		}
		out = &n
		t.tell(desk.EvQueueChanged, nil, desk.Event{QueueID: n.ID, ActorID: actor, Data: queueData("created", nil, &n)})
		return nil
	})
	return out, err
}

// UpdateQueue changes a line as change says; it may run more than once.
func (s *Store) UpdateQueue(ctx context.Context, actor, id desk.ID, change func(*desk.Queue) error) (*desk.Queue, error) {
	var out *desk.Queue
	err := s.configure(ctx, func(t *tx) error {
		var row queueRow
		if err := t.lockOne(&row, id); err != nil {
			return err
		}
		if row.ID == "" {
			return desk.Errorf(desk.NotFound, "there is no such queue")
		}
		before, q := desk.Queue(row), desk.Queue(row)
		before.Requirements, before.Costs = slices.Clone(before.Requirements), maps.Clone(before.Costs)
		if err := change(&q); err != nil {
			return err
		}
		if err := t.checkQueue(&q); err != nil {
			return err
		}
		row = queueRow(q)
		if err := t.Save(&row).Error; err != nil {
			return err
		}
		out = &q
		t.tell(desk.EvQueueChanged, nil, desk.Event{QueueID: id, ActorID: actor, Data: queueData("updated", &before, &q)})
		return t.reopenAt(&q)
	})
	return out, err
}

// DeleteQueue removes a line that no inbox feeds and no conversation was in.
func (s *Store) DeleteQueue(ctx context.Context, actor, id desk.ID) error {
	return s.configure(ctx, func(t *tx) error {
		var row queueRow
		if err := t.lockOne(&row, id); err != nil {
			return err
		}
		if row.ID == "" {
			return desk.Errorf(desk.NotFound, "there is no such queue")
		}
		for _, in := range t.config.inboxes {
			if in.QueueID == id {
				return desk.Errorf(desk.Conflict, "the inbox %s still brings customers here; give it another queue first", in.Label)
			}
		}
		for _, q := range t.config.queues {
			if q.ID != id && leadsTo(q, id) {
				return desk.Errorf(desk.Conflict, "the queue %s overflows here; change that first", q.Name)
			}
		}
		if rule := t.ruleUses(func(o desk.RuleOutcome) bool { return o.QueueID == id || asksOf(o.Rings, id) }); rule != "" {
			return desk.Errorf(desk.Conflict, "the rule %q sends customers here; change it first", rule)
		}
		if used, err := t.any(&conversationRecord{}, "queue_id = ?", id); err != nil {
			return err
		} else if used {
			return desk.Errorf(desk.Conflict, "conversations refer to this queue; close it instead of removing it")
		}
		if err := t.Delete(&queueRow{}, "id = ?", id).Error; err != nil {
			return err
		}
		q := desk.Queue(row)
		t.tell(desk.EvQueueChanged, nil, desk.Event{QueueID: id, ActorID: actor, Data: queueData("deleted", &q, nil)})
		return nil
	})
}

// configure is write for what admins set up: the next use reads it again.
func (s *Store) configure(ctx context.Context, work func(*tx) error) error {
	s.ForgetConfig() // checks look at the newest
	defer s.ForgetConfig()
	return s.write(ctx, work)
}

func changed(how, name string) desk.EventData {
	return desk.EventData{Fields: map[string]string{"change": how, "name": name}}
}

// queueData is the audit of a changed line, and how it was and is.
func queueData(how string, before, after *desk.Queue) desk.EventData {
	if after == nil {
		d := changed(how, before.Name)
		d.Before = &desk.Setup{Queue: before}
		return d
	}
	d := changed(how, after.Name)
	d.After = &desk.Setup{Queue: after}
	if before != nil {
		d.Before = &desk.Setup{Queue: before}
	}
	return d
}

// lockOne reads and locks the row with this id into row; its ID stays "" when there is none.
func (t *tx) lockOne(row any, id desk.ID) error {
	if !desk.ValidID(id) {
		return nil
	}
	return t.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Limit(1).Find(row).Error
}

func (t *tx) any(model any, where string, args ...any) (bool, error) {
	var one []int
	err := t.Model(model).Select("1").Where(where, args...).Limit(1).Scan(&one).Error
	return len(one) > 0, err
}

func (t *tx) checkQueue(q *desk.Queue) error {
	q.Name = strings.TrimSpace(desk.CleanText(q.Name, 400))
	if q.Name == "" {
		return desk.FieldError("name", "is missing")
	}
	if q.Policy == "" {
		q.Policy = desk.QueueDefaults().Policy
	}
	if q.Requirements == nil {
		q.Requirements = []desk.Requirement{}
	}
	if q.Costs == nil {
		q.Costs = map[desk.Channel]int{}
	}
	if q.Rings == nil {
		q.Rings = desk.RingPlan{}
	}
	if q.AfterHours == "" {
		q.AfterHours = desk.AfterHoursServe
	}
	if q.Order == "" {
		q.Order = desk.OrderScore
	}
	if q.Weight == 0 {
		q.Weight = 100
	}
	for _, x := range []struct {
		field          string
		n, least, most int
	}{
		{"priority", q.Priority, -1000, 1000}, {"offer_seconds", q.OfferSeconds, 5, 600}, {"preferred_seconds", q.PreferredSeconds, 0, 86400},
		{"target_seconds", q.TargetSeconds, 1, 604800}, {"target_share", q.TargetShare, 1, 100}, {"expire_hours", q.ExpireHours, 1, 720},
		{"requeue_minutes", q.RequeueMinutes, 0, 1440}, {"weight", q.Weight, 1, 1000}, {"alert_declines", q.AlertDeclines, 0, 100},
	} {
		if x.n < x.least || x.n > x.most {
			return desk.FieldError(x.field, "must be between %d and %d", x.least, x.most)
		}
	}
	for c, n := range q.Costs {
		if !known(c) {
			return desk.FieldError("costs."+string(c), "there is no such channel")
		}
		if n < 0 || n > 100 {
			return desk.FieldError("costs."+string(c), "must be between 0 and 100: the percent of an agent that one conversation takes")
		}
	}
	if err := q.Hours.Validate(); err != nil {
		return err
	}
	if err := t.checkRequirements(q.Requirements); err != nil {
		return err
	}
	if err := q.Rings.Validate("rings", t.config.hasSkill, t.config.hasQueue); err != nil {
		return err
	}
	if err := t.checkAfterHours(q); err != nil {
		return err
	}
	if taken, err := t.any(&queueRow{}, "name = ? AND id <> ?", q.Name, q.ID); err != nil {
		return err
	} else if taken {
		return desk.FieldError("name", "is taken by another queue")
	}
	return nil
}

func (c *config) hasSkill(id desk.ID) bool { return c.skills[id] != nil }
func (c *config) hasQueue(id desk.ID) bool { return c.queues[id] != nil }

func (t *tx) checkAfterHours(q *desk.Queue) error {
	if !slices.Contains(desk.AfterHoursChoices, q.AfterHours) {
		return desk.FieldError("after_hours", "%q is not known; use one of %v", desk.Truncate(string(q.AfterHours), 20), desk.AfterHoursChoices)
	}
	if !slices.Contains(desk.LineOrders, q.Order) {
		return desk.FieldError("order", "%q is not known; use one of %v", desk.Truncate(string(q.Order), 20), desk.LineOrders)
	}
	if q.AfterHours != desk.AfterHoursOverflow {
		q.AfterHoursQueueID = ""
		return nil
	}
	switch {
	case q.AfterHoursQueueID == "":
		return desk.FieldError("after_hours_queue_id", "is missing; name the queue that takes over after hours")
	case q.AfterHoursQueueID == q.ID || !t.config.hasQueue(q.AfterHoursQueueID):
		return desk.FieldError("after_hours_queue_id", "must be another queue that exists; choose one")
	}
	return nil
}

// leadsTo tells whether a queue sends customers, or asks people, of another.
func leadsTo(q *desk.Queue, other desk.ID) bool {
	return q.AfterHoursQueueID == other || asksOf(q.Rings, other)
}

// asksOf tells whether a plan lets those who serve a queue take customers, too.
func asksOf(p desk.RingPlan, queue desk.ID) bool {
	return slices.ContainsFunc(p, func(r desk.Ring) bool { return r.QueueID == queue })
}

func (t *tx) checkRequirements(all []desk.Requirement) error {
	for i, r := range all {
		if t.config.skills[r.SkillID] == nil {
			return desk.FieldError(fmt.Sprintf("requirements[%d].skill_id", i), "there is no such skill; choose another, or take it out")
		}
		if r.Level < 1 || r.Level > 5 {
			return desk.FieldError(fmt.Sprintf("requirements[%d].level", i), "must be 1 to 5")
		}
		if slices.ContainsFunc(all[:i], func(o desk.Requirement) bool { return o.SkillID == r.SkillID }) {
			return desk.FieldError(fmt.Sprintf("requirements[%d].skill_id", i), "is asked for twice; take one of the two out")
		}
	}
	return nil
}
