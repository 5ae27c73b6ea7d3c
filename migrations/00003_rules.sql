-- Routing rules: every save is a version; the highest one holds.

-- +goose Up

CREATE TABLE rule_sets (
    version  bigint PRIMARY KEY,
    rules    {{.JSON}} NOT NULL,
    at       bigint NOT NULL,
    by_id    {{.UUID}},
    note     text NOT NULL,
    restored bigint NOT NULL -- the version this one brought back; 0: none
);

-- The last time each rule could not be evaluated, for the board's warning.
CREATE TABLE rule_failures (
    rule_id         {{.UUID}} PRIMARY KEY,
    name            text NOT NULL,
    version         bigint NOT NULL,
    error           text NOT NULL,
    at              bigint NOT NULL,
    conversation_id {{.UUID}} NOT NULL
);

ALTER TABLE contacts ADD COLUMN tags {{.JSON}} NOT NULL DEFAULT '[]';
ALTER TABLE conversations ADD COLUMN tags {{.JSON}} NOT NULL DEFAULT '[]';

-- +goose Down
ALTER TABLE conversations DROP COLUMN tags;
ALTER TABLE contacts DROP COLUMN tags;
DROP TABLE rule_failures;
DROP TABLE rule_sets;
