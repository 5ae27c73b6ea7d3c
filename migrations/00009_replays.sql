-- Replays that supervisors have asked for, so that any node can tell how one is
-- going: the running node writes here about once a second.

-- +goose Up
CREATE TABLE replays (
    id         {{.UUID}} PRIMARY KEY,
    agent_id   {{.UUID}} NOT NULL,
    node       text NOT NULL,
    state      text NOT NULL, -- running, done, failed, cancelled
    progress   double precision NOT NULL,
    error      text NOT NULL,
    request    {{.JSON}} NOT NULL,
    result     {{.JSON}},
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE INDEX replays_recent ON replays (created_at DESC);

-- +goose Down
DROP TABLE replays;
