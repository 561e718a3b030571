-- A hall's own machine between its terminals and the centre (docs/adr/0013). At the centre: which relays there are, what
-- they said last, and which terminals are behind which.
CREATE TABLE relays (
    id TEXT PRIMARY KEY,
    hall TEXT NOT NULL UNIQUE,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL
);
CREATE TABLE relays_now (
    relay TEXT PRIMARY KEY,
    received_at TEXT NOT NULL,
    came_online_at TEXT NOT NULL,
    clock_skew_seconds BIGINT NOT NULL,
    nonce TEXT NOT NULL,
    report BYTES NOT NULL
);
CREATE TABLE relayed (
    terminal TEXT PRIMARY KEY,
    relay TEXT NOT NULL,
    key_id TEXT NOT NULL,
    public_key BYTES NOT NULL,
    said_at TEXT NOT NULL
);
CREATE INDEX relayed_by_relay ON relayed (relay);
CREATE TABLE hall_acts (
    relay TEXT NOT NULL,
    stream TEXT NOT NULL,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    body BYTES NOT NULL,
    received_at TEXT NOT NULL,
    applied_at TEXT,
    trouble TEXT NOT NULL,
    PRIMARY KEY (relay, stream, seq)
);
CREATE INDEX hall_acts_to_apply ON hall_acts (relay, stream, seq) WHERE applied_at IS NULL;
-- At the hall: how far each lane has come up, what was damaged when it went, which scans the centre holds, the rest by name.
CREATE TABLE upward_marks (
    terminal TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    lane TEXT NOT NULL,
    seq BIGINT NOT NULL,
    frozen TEXT NOT NULL,
    PRIMARY KEY (terminal, epoch, lane)
);
CREATE TABLE upward_damaged (
    terminal TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    lane TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (terminal, epoch, lane, seq)
);
CREATE TABLE upward_scans (
    terminal TEXT NOT NULL,
    hash TEXT NOT NULL,
    held_at TEXT NOT NULL,
    PRIMARY KEY (terminal, hash)
);
CREATE TABLE upward_words (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE upward_refused_items (
    seq BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    reason TEXT NOT NULL,
    at TEXT NOT NULL
);
-- What came again keeps its bytes: a hall sends them on as they came.
ALTER TABLE repeats ADD COLUMN raw BYTES;
