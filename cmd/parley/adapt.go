package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"parley/channels/sandbox"
	"parley/desk"
	"parley/queue"
	"parley/store"
)

// streams gives the queue the shapes that its users ask for.
type streams struct{ redis *queue.Redis }

func (s streams) PushInbound(ctx context.Context, work []desk.Work) error {
	return s.redis.Push(ctx, queue.Inbound, work)
}

func (s streams) PushOutbound(ctx context.Context, work []desk.Work) error {
	return s.redis.Push(ctx, queue.Outbound, work)
}

func (s streams) InboundLag(ctx context.Context) (time.Duration, error) {
	return s.redis.Lag(ctx, queue.Inbound)
}

func (s streams) Connected(ctx context.Context, kind string) (map[string]time.Time, bool, error) {
	return s.redis.Members(ctx, kind)
}

// sandboxStore keeps the sandbox's phones in the database.
type sandboxStore struct{ store *store.Store }

func (s sandboxStore) Append(ctx context.Context, m sandbox.Message) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return s.store.AppendSandbox(ctx, store.SandboxMessage{ID: m.ID, At: m.At, Body: string(body)})
}

func (s sandboxStore) Update(ctx context.Context, m sandbox.Message) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return s.store.UpdateSandbox(ctx, m.ID, string(body))
}

func (s sandboxStore) Recent(ctx context.Context, limit int) ([]sandbox.Message, error) {
	rows, err := s.store.RecentSandbox(ctx, limit)
	if err != nil {
		return nil, err
	}
	out := make([]sandbox.Message, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r.Body), &out[i]); err != nil {
			return nil, fmt.Errorf("sandbox message %s: %w", r.ID, err)
		}
	}
	return out, nil
}
