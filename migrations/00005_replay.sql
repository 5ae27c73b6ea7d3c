-- What a period needs to be replayed: since when agents are free, and their last
-- event before any moment.

-- +goose Up
ALTER TABLE agents ADD COLUMN freed_at bigint NOT NULL DEFAULT 0;
CREATE INDEX events_staff ON events (agent_id, seq) WHERE type IN ('agent.presence', 'agent.changed');
CREATE INDEX events_setup ON events (seq) WHERE type IN ('queue.changed', 'skill.changed');

-- +goose Down
DROP INDEX events_setup;
DROP INDEX events_staff;
ALTER TABLE agents DROP COLUMN freed_at;
