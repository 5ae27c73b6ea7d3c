-- What is accepted is written once and never changed; that it is still to be
-- processed stands in a small table of its own, whose rows go when it is done.
-- Before, each message rewrote its webhook and all the index entries of it.

-- +goose Up
{{if .PG}}
SET LOCAL statement_timeout = 0;
-- Nodes of the version before are refused from here on, and providers send again
-- what they bring. Nothing is rewritten: it takes as long as one look at the table.
LOCK TABLE inbound IN ACCESS EXCLUSIVE MODE;
{{end}}
CREATE TABLE intake (
    id          {{.UUID}} PRIMARY KEY, -- of the inbound row
    inbox_id    {{.UUID}} NOT NULL,
    key         text NOT NULL, -- partition key: the customer's identity
    state       text NOT NULL, -- accepted, dead
    attempts    integer NOT NULL,
    error       text NOT NULL,
    accepted_at bigint NOT NULL
);
INSERT INTO intake SELECT id, inbox_id, key, state, attempts, error, accepted_at FROM inbound WHERE state = 'accepted';
INSERT INTO intake SELECT id, inbox_id, key, state, attempts, error, accepted_at FROM inbound WHERE state = 'dead';
CREATE INDEX intake_dead ON intake (accepted_at, id) WHERE state = 'dead';
DROP INDEX inbound_open;
DROP INDEX inbound_dead;
DROP INDEX inbound_age;
{{if .PG}}
-- Rows live for milliseconds: their room is wanted back soon.
ALTER TABLE intake SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_analyze_scale_factor = 1, autovacuum_analyze_threshold = 100000);
ALTER TABLE inbound DROP COLUMN key, DROP COLUMN state, DROP COLUMN attempts, DROP COLUMN error;
ALTER TABLE inbound RESET (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor);
-- Looked up for every row, and true by construction: an inbox that was ever
-- written to is not removed, and a conversation only after its messages.
ALTER TABLE inbound DROP CONSTRAINT inbound_inbox_id_fkey;
ALTER TABLE messages DROP CONSTRAINT messages_conversation_id_fkey;
-- Rows lie in the order of time: an index of a few pages finds the old ones.
CREATE INDEX inbound_age ON inbound USING brin (accepted_at) WITH (autosummarize = on);
{{else}}
ALTER TABLE inbound RENAME TO inbound_before;
CREATE TABLE inbound (
    id          text PRIMARY KEY,
    inbox_id    text NOT NULL REFERENCES inboxes (id),
    provider_id text NOT NULL,
    body        blob NOT NULL, -- desk.Inbound as JSON
    raw         blob,
    accepted_at bigint NOT NULL,
    UNIQUE (inbox_id, provider_id)
);
INSERT INTO inbound SELECT id, inbox_id, provider_id, body, raw, accepted_at FROM inbound_before;
DROP TABLE inbound_before;
CREATE INDEX inbound_age ON inbound (accepted_at);
{{end}}

-- +goose Down
ALTER TABLE inbound ADD COLUMN key text NOT NULL DEFAULT '';
ALTER TABLE inbound ADD COLUMN state text NOT NULL DEFAULT 'done';
ALTER TABLE inbound ADD COLUMN attempts integer NOT NULL DEFAULT 0;
ALTER TABLE inbound ADD COLUMN error text NOT NULL DEFAULT '';
UPDATE inbound SET key = t.key, state = t.state, attempts = t.attempts, error = t.error FROM intake t WHERE t.id = inbound.id;
DROP TABLE intake;
DROP INDEX inbound_age;
CREATE INDEX inbound_open ON inbound (accepted_at, id) WHERE state = 'accepted';
CREATE INDEX inbound_dead ON inbound (accepted_at, id) WHERE state = 'dead';
CREATE INDEX inbound_age ON inbound (accepted_at);
