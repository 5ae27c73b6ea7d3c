-- For many millions of messages: the log and the facts in partitions, and
-- indexes that lists need and messages do not pay for (docs/scale.md).
--
-- Each statement may run while other nodes work, and again after it broke off.

-- +goose NO TRANSACTION
-- +goose Up
{{if .PG}}
SET statement_timeout = 0;

-- The table there is becomes the first partition, as it is: nothing is copied.
-- +goose StatementBegin
DO $$
DECLARE
    split record;
    index record;
    indexes text[];
BEGIN
    FOR split IN SELECT * FROM (VALUES ('events', 'seq'), ('facts', 'ended_at')) AS t (name, key) LOOP
        CONTINUE WHEN (SELECT relkind FROM pg_class WHERE oid = split.name::regclass) <> 'r';
        EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', split.name);
        indexes := '{}';
        FOR index IN SELECT indexrelid::regclass AS name, indisprimary AS key, pg_get_indexdef(indexrelid) AS made FROM pg_index WHERE indrelid = split.name::regclass LOOP
            EXECUTE format('ALTER INDEX %s RENAME TO %I', index.name, replace(index.name::text, split.name, split.name || '_1'));
            IF NOT index.key THEN
                indexes := indexes || index.made;
            END IF;
        END LOOP;
        EXECUTE format('ALTER TABLE %I RENAME TO %I', split.name, split.name || '_1');
        EXECUTE format('CREATE TABLE %I (LIKE %I) PARTITION BY RANGE (%I)', split.name, split.name || '_1', split.key);
        IF split.name = 'events' THEN
            ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (seq);
        ELSE
            -- Nobody looks a fact up by its id, and a key would have to hold ended_at.
            ALTER TABLE facts_1 DROP CONSTRAINT facts_1_pkey;
        END IF;
        FOR i IN 1 .. cardinality(indexes) LOOP
            EXECUTE indexes[i];
        END LOOP;
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (MAXVALUE)', split.name, split.name || '_1');
    END LOOP;
END $$;
-- +goose StatementEnd

-- Rows of these change for as long as the conversation lasts. With room on their
-- page, and no index on what each message changes, they change in place.
ALTER TABLE conversations SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE messages SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE inbound SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
{{end}}
{{define "index"}}CREATE INDEX {{if .PG}}CONCURRENTLY {{end}}IF NOT EXISTS{{end}}
{{define "drop"}}DROP INDEX {{if .PG}}CONCURRENTLY {{end}}IF EXISTS{{end}}

-- Only of what was sent does a provider bring news by its own id.
{{template "index" .}} messages_sent ON messages (inbox_id, external_id) WHERE direction = 'out' AND external_id <> '';
{{template "drop" .}} messages_external;

-- Calls to providers that may have broken off, however much waits to be sent.
{{template "index" .}} messages_sending ON messages (next_attempt_at) WHERE status = 'sending';

-- Lists: what is open is little and is sorted when asked for; what has ended is
-- found by its end, which messages do not change.
{{template "index" .}} conversations_open_queue ON conversations (queue_id) WHERE open;
{{template "index" .}} conversations_open_agent ON conversations (agent_id) WHERE open;
{{template "index" .}} conversations_of_contact ON conversations (contact_id, created_at DESC);
{{template "index" .}} conversations_ended ON conversations (resolved_at DESC, id DESC) WHERE NOT open;
{{template "index" .}} conversations_ended_state ON conversations (state, resolved_at DESC, id DESC) WHERE NOT open;
{{template "index" .}} conversations_ended_inbox ON conversations (inbox_id, resolved_at DESC, id DESC) WHERE NOT open;
{{template "index" .}} conversations_ended_queue ON conversations (queue_id, resolved_at DESC, id DESC) WHERE NOT open;
{{template "index" .}} conversations_ended_agent ON conversations (agent_id, resolved_at DESC, id DESC) WHERE NOT open;
{{template "index" .}} conversations_snoozed ON conversations (snoozed_until) WHERE state = 'snoozed';
{{template "drop" .}} conversations_owner;
{{template "drop" .}} conversations_contact;
{{template "drop" .}} conversations_recent;
{{template "drop" .}} conversations_state;
{{if .PG}}
RESET statement_timeout;
{{end}}
