-- Counts the changes of a conversation, so that who knows it from memory is told
-- when that is out of date.

-- +goose Up
ALTER TABLE conversations ADD COLUMN version bigint NOT NULL DEFAULT 1;

-- +goose Down
ALTER TABLE conversations DROP COLUMN version;
