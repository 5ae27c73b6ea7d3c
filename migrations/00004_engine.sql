-- Relaxation of demands with the wait, calendars of agents, what a queue does
-- after hours, and what a conversation carries of it.

-- +goose Up
ALTER TABLE queues ADD COLUMN after_hours text NOT NULL DEFAULT 'serve';
ALTER TABLE queues ADD COLUMN after_hours_queue_id {{.UUID}};
ALTER TABLE queues ADD COLUMN rings {{.JSON}} NOT NULL DEFAULT '[]';
ALTER TABLE queues ADD COLUMN line_order text NOT NULL DEFAULT 'score';
ALTER TABLE queues ADD COLUMN weight integer NOT NULL DEFAULT 100;
ALTER TABLE queues ADD COLUMN alert_declines integer NOT NULL DEFAULT 3;

ALTER TABLE agents ADD COLUMN hard_capacity integer NOT NULL DEFAULT 150;
ALTER TABLE agents ADD COLUMN costs {{.JSON}} NOT NULL DEFAULT '{}';
ALTER TABLE agents ADD COLUMN hours {{.JSON}};
ALTER TABLE agents ADD COLUMN off_hours boolean NOT NULL DEFAULT false;

ALTER TABLE conversations ADD COLUMN rings {{.JSON}}; -- null: the queue's
ALTER TABLE conversations ADD COLUMN ring integer NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN raised integer NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN declines integer NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN opens_at bigint NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN place_at bigint NOT NULL DEFAULT 0; -- 0: queued_at
ALTER TABLE conversations ADD COLUMN instead text NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN instead_offer text NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN callback_to text NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN consulted_agent_ids {{.JSON}} NOT NULL DEFAULT '[]';

-- +goose Down
ALTER TABLE conversations DROP COLUMN consulted_agent_ids;
ALTER TABLE conversations DROP COLUMN callback_to;
ALTER TABLE conversations DROP COLUMN instead_offer;
ALTER TABLE conversations DROP COLUMN instead;
ALTER TABLE conversations DROP COLUMN place_at;
ALTER TABLE conversations DROP COLUMN opens_at;
ALTER TABLE conversations DROP COLUMN declines;
ALTER TABLE conversations DROP COLUMN raised;
ALTER TABLE conversations DROP COLUMN ring;
ALTER TABLE conversations DROP COLUMN rings;
ALTER TABLE agents DROP COLUMN off_hours;
ALTER TABLE agents DROP COLUMN hours;
ALTER TABLE agents DROP COLUMN costs;
ALTER TABLE agents DROP COLUMN hard_capacity;
ALTER TABLE queues DROP COLUMN alert_declines;
ALTER TABLE queues DROP COLUMN weight;
ALTER TABLE queues DROP COLUMN line_order;
ALTER TABLE queues DROP COLUMN rings;
ALTER TABLE queues DROP COLUMN after_hours_queue_id;
ALTER TABLE queues DROP COLUMN after_hours;
