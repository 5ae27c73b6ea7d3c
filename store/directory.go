package store

import (
	"cmp"
	"context"
	"slices"

	"parley/desk"
)

// Queues lists every queue, oldest first.
func (s *Store) Queues(ctx context.Context) ([]*desk.Queue, error) {
	c, err := s.configNow(ctx)
	if err != nil {
		return nil, err
	}
	return sorted(c.queues, func(a, b *desk.Queue) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	}), nil
}

// Queue finds one by id.
func (s *Store) Queue(ctx context.Context, id desk.ID) (*desk.Queue, error) {
	c, err := s.configNow(ctx)
	if err != nil {
		return nil, err
	}
	if q := c.queues[id]; q != nil {
		return q, nil
	}
	return nil, desk.Errorf(desk.NotFound, "there is no such queue")
}

// Inboxes lists every inbox, oldest first, with its secrets.
func (s *Store) Inboxes(ctx context.Context) ([]*desk.Inbox, error) {
	c, err := s.configNow(ctx)
	if err != nil {
		return nil, err
	}
	return sorted(c.inboxes, func(a, b *desk.Inbox) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	}), nil
}

// Skills lists every skill by name.
func (s *Store) Skills(ctx context.Context) ([]*desk.Skill, error) {
	c, err := s.configNow(ctx)
	if err != nil {
		return nil, err
	}
	return sorted(c.skills, func(a, b *desk.Skill) int { return cmp.Compare(a.Name, b.Name) }), nil
}

func sorted[T any](all map[desk.ID]*T, order func(a, b *T) int) []*T {
	out := make([]*T, 0, len(all))
	for _, v := range all {
		out = append(out, v)
	}
	slices.SortFunc(out, order)
	return out
}

// Agents lists everybody who works here, by name.
func (s *Store) Agents(ctx context.Context) ([]*desk.Agent, error) {
	var rows []agentRow
	if err := s.read(ctx).Order("name, id").Find(&rows).Error; err != nil {
		return nil, down(err)
	}
	out := make([]*desk.Agent, len(rows))
	for i, r := range rows {
		a := desk.Agent(r)
		out[i] = &a
	}
	return out, nil
}

// Agent reads one by id.
func (s *Store) Agent(ctx context.Context, id desk.ID) (*desk.Agent, error) {
	var row agentRow
	if err := s.read(ctx).Where("id = ?", id).Limit(1).Find(&row).Error; err != nil {
		return nil, down(err)
	}
	if row.ID == "" {
		return nil, desk.Errorf(desk.NotFound, "there is no such agent")
	}
	a := desk.Agent(row)
	return &a, nil
}
