-- What a customer was told of the wait as they entered the line, so that the
-- real wait can be compared with it.

-- +goose Up
ALTER TABLE conversations ADD COLUMN told_low integer NOT NULL DEFAULT 0;  -- seconds
ALTER TABLE conversations ADD COLUMN told_high integer NOT NULL DEFAULT 0; -- 0: nothing

-- +goose Down
ALTER TABLE conversations DROP COLUMN told_high;
ALTER TABLE conversations DROP COLUMN told_low;
