-- BYTES and COUNTER stand for the database's own types (see central/database.py). Times are ISO 8601 UTC text.

-- intake: what arrived, exactly as it was sent, and how far each lane has come
CREATE TABLE envelopes (
    id TEXT PRIMARY KEY,
    terminal TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    lane TEXT NOT NULL,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    raw BYTES NOT NULL,
    received_at TEXT NOT NULL,
    judged_at TEXT,
    UNIQUE (terminal, epoch, lane, seq)
);
CREATE INDEX envelopes_unjudged ON envelopes (received_at, seq) WHERE judged_at IS NULL;
CREATE INDEX envelopes_judged ON envelopes (judged_at);

CREATE TABLE marks (
    terminal TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    lane TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (terminal, epoch, lane)
);

CREATE TABLE quarantine (
    envelope_id TEXT PRIMARY KEY REFERENCES envelopes (id),
    terminal TEXT NOT NULL,
    lane TEXT NOT NULL,
    seq BIGINT NOT NULL,
    reason TEXT NOT NULL,
    at TEXT NOT NULL
);

-- fleet
CREATE TABLE terminals (
    id TEXT PRIMARY KEY,
    hall TEXT NOT NULL,
    place TEXT NOT NULL,
    series TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    added_at TEXT NOT NULL
);

CREATE TABLE terminal_keys (
    key_id TEXT NOT NULL,
    terminal TEXT NOT NULL REFERENCES terminals (id),
    public_key BYTES NOT NULL,
    added_at TEXT NOT NULL,
    retired_at TEXT
);
CREATE UNIQUE INDEX terminal_keys_in_use ON terminal_keys (key_id) WHERE retired_at IS NULL;

CREATE TABLE terminals_now (
    terminal TEXT PRIMARY KEY REFERENCES terminals (id),
    epoch BIGINT NOT NULL,
    received_at TEXT NOT NULL,
    came_online_at TEXT NOT NULL,
    clock_skew_seconds BIGINT NOT NULL,
    version TEXT NOT NULL,
    report BYTES NOT NULL
);
CREATE INDEX terminals_now_received ON terminals_now (received_at);

CREATE TABLE alarms (
    envelope_id TEXT PRIMARY KEY REFERENCES envelopes (id),
    terminal TEXT NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    received_at TEXT NOT NULL
);

-- cases
CREATE TABLE cases (
    case_id TEXT PRIMARY KEY,
    envelope_id TEXT NOT NULL UNIQUE REFERENCES envelopes (id),
    terminal TEXT NOT NULL,
    case_number TEXT NOT NULL UNIQUE,
    item_kind TEXT NOT NULL,
    item TEXT NOT NULL,
    item_version BIGINT NOT NULL,
    item_title TEXT NOT NULL,
    implementation_code TEXT NOT NULL,
    queue TEXT NOT NULL,
    number TEXT NOT NULL,
    business_date TEXT NOT NULL,
    filed_at TEXT NOT NULL,
    masked_name TEXT NOT NULL,
    language TEXT NOT NULL,
    promise_date TEXT,
    received_at TEXT NOT NULL,
    UNIQUE (terminal, business_date, queue, number)
);
CREATE INDEX cases_of_day ON cases (business_date, filed_at);

CREATE TABLE tickets (
    envelope_id TEXT PRIMARY KEY REFERENCES envelopes (id),
    terminal TEXT NOT NULL,
    case_id TEXT NOT NULL,
    print_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    evidence TEXT NOT NULL,
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    received_at TEXT NOT NULL,
    handled_by TEXT,
    handled_at TEXT,
    handled_note TEXT
);
CREATE INDEX tickets_of_case ON tickets (case_id);
CREATE INDEX tickets_open ON tickets (received_at) WHERE outcome <> 'printed' AND handled_at IS NULL;
CREATE INDEX tickets_handled ON tickets (handled_at);

CREATE TABLE ratings (
    envelope_id TEXT PRIMARY KEY REFERENCES envelopes (id),
    terminal TEXT NOT NULL,
    case_id TEXT NOT NULL,
    satisfaction TEXT NOT NULL,
    at TEXT NOT NULL,
    received_at TEXT NOT NULL
);
CREATE INDEX ratings_of_case ON ratings (case_id);

CREATE TABLE difficulties (
    envelope_id TEXT PRIMARY KEY REFERENCES envelopes (id),
    terminal TEXT NOT NULL,
    page TEXT NOT NULL,
    item TEXT,
    last_error TEXT,
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    received_at TEXT NOT NULL
);

CREATE TABLE looks (
    id COUNTER,
    case_id TEXT NOT NULL REFERENCES cases (case_id),
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX looks_of_case ON looks (case_id);

-- people
CREATE TABLE users (
    name TEXT PRIMARY KEY,
    password_hash TEXT NOT NULL,
    added_at TEXT NOT NULL
);

CREATE TABLE attempts (
    name TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at TEXT NOT NULL,
    locked_until TEXT
);

CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    name TEXT NOT NULL REFERENCES users (name),
    csrf TEXT NOT NULL,
    language TEXT NOT NULL,
    made_at TEXT NOT NULL,
    seen_at TEXT NOT NULL
);
CREATE INDEX sessions_seen ON sessions (seen_at);
