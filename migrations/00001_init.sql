-- Parley's schema. Words in braces differ between the stores (see migrations.go)
-- and are never edited later. Times are microseconds since 1970 in UTC; ids are UUIDs.

-- +goose Up

CREATE TABLE counters (
    name text PRIMARY KEY,
    n    bigint NOT NULL
){{.Hot}};
INSERT INTO counters (name, n) VALUES ('events', 0);

CREATE TABLE settings (
    name  text PRIMARY KEY,
    value text NOT NULL
);

CREATE TABLE skills (
    id          {{.UUID}} PRIMARY KEY,
    name        text NOT NULL UNIQUE,
    description text NOT NULL
);

CREATE TABLE queues (
    id                {{.UUID}} PRIMARY KEY,
    name              text NOT NULL UNIQUE,
    open              boolean NOT NULL,
    requirements      {{.JSON}} NOT NULL,
    policy            text NOT NULL,
    priority          integer NOT NULL,
    offer_seconds     integer NOT NULL,
    auto_accept       boolean NOT NULL,
    preferred_seconds integer NOT NULL,
    target_seconds    integer NOT NULL,
    target_share      integer NOT NULL,
    expire_hours      integer NOT NULL,
    requeue_minutes   integer NOT NULL,
    costs             {{.JSON}} NOT NULL,
    hours             {{.JSON}},
    created_at        bigint NOT NULL
);

CREATE TABLE inboxes (
    id           {{.UUID}} PRIMARY KEY,
    name         text NOT NULL UNIQUE,
    label        text NOT NULL,
    channel      text NOT NULL,
    provider     text NOT NULL,
    queue_id     {{.UUID}} NOT NULL REFERENCES queues (id),
    enabled      boolean NOT NULL,
    config       {{.JSON}} NOT NULL,
    secrets      {{.Bytes}} NOT NULL, -- sealed, see store/seal.go
    priority     integer NOT NULL,
    requirements {{.JSON}} NOT NULL,
    greeting     text NOT NULL,
    csat         boolean NOT NULL,
    broken       text NOT NULL,
    created_at   bigint NOT NULL
);

CREATE TABLE agents (
    id               {{.UUID}} PRIMARY KEY,
    email            text NOT NULL UNIQUE,
    name             text NOT NULL,
    role             text NOT NULL,
    enabled          boolean NOT NULL,
    password_hash    text NOT NULL,
    capacity         integer NOT NULL,
    channel_limits   {{.JSON}} NOT NULL,
    skills           {{.JSON}} NOT NULL,
    presence         text NOT NULL,
    reason           text NOT NULL,
    next             text NOT NULL,
    presence_since   bigint NOT NULL,
    load             integer NOT NULL,
    last_assigned_at bigint NOT NULL,
    created_at       bigint NOT NULL
);

-- Sessions of scs; the token is stored only as its SHA-256.
CREATE TABLE sessions (
    token_hash text PRIMARY KEY,
    agent_id   text NOT NULL,
    data       {{.Bytes}} NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX sessions_agent ON sessions (agent_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE companies (
    id        {{.UUID}} PRIMARY KEY,
    name      text NOT NULL UNIQUE,
    domain    text NOT NULL,
    industry  text NOT NULL,
    employees integer NOT NULL,
    country   text NOT NULL
);

CREATE TABLE contacts (
    id             {{.UUID}} PRIMARY KEY,
    name           text NOT NULL,
    title          text NOT NULL,
    email          text NOT NULL,
    phone          text NOT NULL,
    company_id     {{.UUID}} REFERENCES companies (id),
    value_minor    bigint NOT NULL,
    value_currency text NOT NULL,
    language       text NOT NULL,
    country        text NOT NULL,
    vip            boolean NOT NULL,
    fields         {{.JSON}} NOT NULL,
    search         text NOT NULL, -- lower-case name, addresses, company
    created_at     bigint NOT NULL,
    seen_at        bigint NOT NULL
);
CREATE INDEX contacts_seen ON contacts (seen_at DESC, id DESC);

CREATE TABLE identities (
    id         {{.UUID}} PRIMARY KEY,
    contact_id {{.UUID}} NOT NULL REFERENCES contacts (id),
    kind       text NOT NULL,
    scope      text NOT NULL,
    value      text NOT NULL,
    name       text NOT NULL,
    verified   boolean NOT NULL,
    opted_out  boolean NOT NULL,
    created_at bigint NOT NULL,
    UNIQUE (kind, scope, value)
);
CREATE INDEX identities_contact ON identities (contact_id);

CREATE TABLE orders (
    id             {{.UUID}} PRIMARY KEY,
    contact_id     {{.UUID}} NOT NULL REFERENCES contacts (id),
    number         text NOT NULL UNIQUE,
    placed_at      bigint NOT NULL,
    status         text NOT NULL,
    total_minor    bigint NOT NULL,
    total_currency text NOT NULL,
    items          text NOT NULL,
    url            text NOT NULL
);
CREATE INDEX orders_contact ON orders (contact_id, placed_at DESC);

CREATE TABLE contact_notes (
    id         {{.UUID}} PRIMARY KEY,
    contact_id {{.UUID}} NOT NULL REFERENCES contacts (id),
    agent_id   {{.UUID}} NOT NULL,
    text       text NOT NULL,
    at         bigint NOT NULL
);
CREATE INDEX contact_notes_contact ON contact_notes (contact_id, at DESC);

CREATE TABLE conversations (
    id                 {{.UUID}} PRIMARY KEY,
    inbox_id           {{.UUID}} NOT NULL REFERENCES inboxes (id),
    channel            text NOT NULL,
    contact_id         {{.UUID}} NOT NULL REFERENCES contacts (id),
    contact_name       text NOT NULL,
    identity_id        {{.UUID}} NOT NULL REFERENCES identities (id),
    queue_id           {{.UUID}} NOT NULL REFERENCES queues (id),
    agent_id           {{.UUID}},
    offer_id           {{.UUID}},
    state              text NOT NULL,
    open               boolean NOT NULL,
    epoch              bigint NOT NULL,
    cost               integer NOT NULL,
    priority           integer NOT NULL,
    requirements       {{.JSON}} NOT NULL,
    preferred_agent_id {{.UUID}},
    avoid_agent_ids    {{.JSON}} NOT NULL,
    created_at         bigint NOT NULL,
    state_since        bigint NOT NULL,
    queued_at          bigint NOT NULL, -- 0: not in line
    line_key           bigint NOT NULL,
    asked_at           bigint NOT NULL,
    handoff_at         bigint NOT NULL,
    answered_at        bigint NOT NULL,
    unanswered_since   bigint NOT NULL,
    accepted_at        bigint NOT NULL,
    snoozed_until      bigint NOT NULL,
    snoozed_seconds    double precision NOT NULL,
    resolved_at        bigint NOT NULL,
    last_customer_at   bigint NOT NULL,
    last_at            bigint NOT NULL,
    last_text          text NOT NULL,
    last_author        text NOT NULL,
    last_agent_id      {{.UUID}},
    unread             integer NOT NULL,
    reopened           integer NOT NULL,
    language           text NOT NULL,
    context            {{.JSON}} NOT NULL,
    csat               text NOT NULL,
    csat_asked_at      bigint NOT NULL,
    csat_score         integer NOT NULL,
    csat_comment       text NOT NULL,
    csat_at            bigint NOT NULL
);
-- One open conversation per contact and inbox, whatever races.
CREATE UNIQUE INDEX conversations_one_open ON conversations (inbox_id, contact_id) WHERE open;
CREATE INDEX conversations_line ON conversations (queue_id, line_key, id) WHERE queued_at > 0;
CREATE INDEX conversations_owner ON conversations (agent_id, last_at DESC) WHERE open;
CREATE INDEX conversations_contact ON conversations (contact_id, last_at DESC);
CREATE INDEX conversations_recent ON conversations (last_at DESC, id DESC);
CREATE INDEX conversations_state ON conversations (state, last_at DESC, id DESC);

CREATE TABLE messages (
    id              {{.UUID}} PRIMARY KEY,
    conversation_id {{.UUID}} NOT NULL REFERENCES conversations (id),
    contact_id      {{.UUID}} NOT NULL,
    inbox_id        {{.UUID}} NOT NULL,
    direction       text NOT NULL,
    author          text NOT NULL,
    agent_id        {{.UUID}},
    kind            text NOT NULL,
    text            text NOT NULL,
    detail          {{.JSON}} NOT NULL,
    status          text NOT NULL,
    error           text NOT NULL,
    error_code      text NOT NULL,
    external_id     text NOT NULL,
    reply_to        text NOT NULL,
    outside         boolean NOT NULL,
    attempts        integer NOT NULL,
    next_attempt_at bigint NOT NULL,
    claimed_by      text NOT NULL,
    at              bigint NOT NULL,
    provider_at     bigint NOT NULL
);
CREATE INDEX messages_thread ON messages (conversation_id, at, id);
CREATE INDEX messages_external ON messages (inbox_id, external_id) WHERE external_id <> '';
-- The outbox: what still has to go to a provider.
CREATE INDEX messages_outbox ON messages (next_attempt_at, id) WHERE status IN ('queued', 'sending');

CREATE TABLE attachments (
    id              {{.UUID}} PRIMARY KEY,
    message_id      {{.UUID}}, -- null until an upload is sent
    conversation_id {{.UUID}},
    owner           text NOT NULL, -- who uploaded: agent:<id> or visitor:<id>
    position        integer NOT NULL,
    kind            text NOT NULL,
    name            text NOT NULL,
    type            text NOT NULL,
    size            bigint NOT NULL,
    state           text NOT NULL,
    source          text NOT NULL,
    blob            text NOT NULL,
    error           text NOT NULL,
    attempts        integer NOT NULL,
    next_attempt_at bigint NOT NULL,
    created_at      bigint NOT NULL
);
CREATE INDEX attachments_message ON attachments (message_id);
CREATE INDEX attachments_pending ON attachments (next_attempt_at) WHERE state = 'pending';

-- Bytes of files, in parts, so that every node has them and no row is large.
CREATE TABLE blobs (
    id   {{.UUID}} NOT NULL,
    part integer NOT NULL,
    data {{.Bytes}} NOT NULL,
    PRIMARY KEY (id, part)
);

CREATE TABLE offers (
    id              {{.UUID}} PRIMARY KEY,
    conversation_id {{.UUID}} NOT NULL REFERENCES conversations (id),
    agent_id        {{.UUID}} NOT NULL,
    state           text NOT NULL,
    made_at         bigint NOT NULL,
    expires_at      bigint NOT NULL,
    ended_at        bigint NOT NULL,
    decision        {{.JSON}} NOT NULL
);
CREATE INDEX offers_conversation ON offers (conversation_id, made_at DESC);
CREATE UNIQUE INDEX offers_one_pending ON offers (conversation_id) WHERE state = 'pending';
CREATE INDEX offers_pending_agent ON offers (agent_id) WHERE state = 'pending';

-- What providers told us: the key against duplicates, and the work still to do.
CREATE TABLE inbound (
    id          {{.UUID}} PRIMARY KEY,
    inbox_id    {{.UUID}} NOT NULL REFERENCES inboxes (id),
    provider_id text NOT NULL,
    key         text NOT NULL, -- partition key: the customer's identity
    state       text NOT NULL, -- accepted, done, dead
    attempts    integer NOT NULL,
    error       text NOT NULL,
    body        {{.Bytes}} NOT NULL, -- desk.Inbound as JSON
    raw         {{.Bytes}},
    accepted_at bigint NOT NULL,
    UNIQUE (inbox_id, provider_id)
);
CREATE INDEX inbound_open ON inbound (accepted_at, id) WHERE state = 'accepted';
CREATE INDEX inbound_dead ON inbound (accepted_at, id) WHERE state = 'dead';
CREATE INDEX inbound_age ON inbound (accepted_at);

-- The one log. seq is dense: taken from counters as the last step of each transaction.
CREATE TABLE events (
    seq             bigint PRIMARY KEY,
    at              bigint NOT NULL,
    type            text NOT NULL,
    conversation_id {{.UUID}},
    contact_id      {{.UUID}},
    inbox_id        {{.UUID}},
    queue_id        {{.UUID}},
    agent_id        {{.UUID}},
    actor_id        {{.UUID}},
    message_id      {{.UUID}},
    data            {{.JSON}} NOT NULL
);
CREATE INDEX events_conversation ON events (conversation_id, seq) WHERE conversation_id IS NOT NULL;
CREATE INDEX events_at ON events (at);

CREATE TABLE facts (
    id               {{.UUID}} PRIMARY KEY,
    metric           text NOT NULL,
    ended_at         bigint NOT NULL,
    day              text NOT NULL,
    inbox_id         {{.UUID}} NOT NULL,
    queue_id         {{.UUID}} NOT NULL,
    channel          text NOT NULL,
    agent_id         {{.UUID}},
    conversation_id  {{.UUID}} NOT NULL,
    seconds          double precision NOT NULL,
    business_seconds double precision NOT NULL,
    bucket           integer NOT NULL, -- desk.Bucket of seconds
    business_bucket  integer NOT NULL,
    value            integer NOT NULL,
    within_target    boolean NOT NULL,
    short            boolean NOT NULL
);
CREATE INDEX facts_day ON facts (day, metric);
CREATE INDEX facts_ended ON facts (metric, ended_at DESC, id DESC);

-- Days that are over, their facts packed for reports (see store/report_pack.go).
-- A pack holds only while packed_changes is changes.
CREATE TABLE fact_days (
    day            text PRIMARY KEY,
    changes        bigint NOT NULL, -- transactions that added facts to the day after it was over
    packed_changes bigint NOT NULL, -- changes when it was packed; -1: never
    pack           {{.Bytes}}
);

CREATE TABLE sandbox_messages (
    id          text PRIMARY KEY,
    at          bigint NOT NULL,
    body        {{.JSON}} NOT NULL
);
CREATE INDEX sandbox_messages_at ON sandbox_messages (at);

-- +goose Down
DROP TABLE sandbox_messages;
DROP TABLE fact_days;
DROP TABLE facts;
DROP TABLE events;
DROP TABLE inbound;
DROP TABLE offers;
DROP TABLE blobs;
DROP TABLE attachments;
DROP TABLE messages;
DROP TABLE conversations;
DROP TABLE contact_notes;
DROP TABLE orders;
DROP TABLE identities;
DROP TABLE contacts;
DROP TABLE companies;
DROP TABLE sessions;
DROP TABLE agents;
DROP TABLE inboxes;
DROP TABLE queues;
DROP TABLE skills;
DROP TABLE settings;
DROP TABLE counters;
