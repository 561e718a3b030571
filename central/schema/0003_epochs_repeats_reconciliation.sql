-- intake: whose each epoch is, and the last link of its chain (docs/sync.md)
CREATE TABLE epochs (
    terminal TEXT NOT NULL REFERENCES terminals (id),
    epoch BIGINT NOT NULL,
    store TEXT,
    machine TEXT,
    token TEXT,
    token_before TEXT,
    fresh TEXT,
    came_from BIGINT,
    opened_at TEXT NOT NULL,
    why TEXT NOT NULL DEFAULT '',
    carried BIGINT,
    left_at TEXT,
    left_why TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (terminal, epoch)
);
CREATE INDEX epochs_of_store ON epochs (terminal, store, came_from);

-- intake: a record that came again at another place keeps its place and hash there; its content is stored once
CREATE TABLE repeats (
    terminal TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    lane TEXT NOT NULL,
    seq BIGINT NOT NULL,
    id TEXT NOT NULL REFERENCES envelopes (id),
    hash TEXT NOT NULL,
    received_at TEXT NOT NULL,
    PRIMARY KEY (terminal, epoch, lane, seq)
);
CREATE INDEX repeats_of ON repeats (id);

-- intake: another content under an id that is held already; kept whole, in sight of staff, in nobody's way
CREATE TABLE conflicts (
    terminal TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    lane TEXT NOT NULL,
    seq BIGINT NOT NULL,
    id TEXT NOT NULL REFERENCES envelopes (id),
    hash TEXT NOT NULL,
    raw BYTES NOT NULL,
    reason TEXT NOT NULL,
    received_at TEXT NOT NULL,
    seen_by TEXT,
    seen_at TEXT,
    PRIMARY KEY (terminal, epoch, lane, seq)
);
CREATE INDEX conflicts_unseen ON conflicts (received_at) WHERE seen_at IS NULL;

-- intake: bytes that do not have their hash (damaged) or name another place (foreign) are kept and never judged
ALTER TABLE envelopes ADD COLUMN trouble TEXT;

-- intake: up to where a lane may be purged on the terminal
ALTER TABLE marks ADD COLUMN archived BIGINT NOT NULL DEFAULT 0;

CREATE TABLE reconciliations (
    terminal TEXT NOT NULL,
    business_date TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    lane TEXT NOT NULL,
    claimed BIGINT NOT NULL,
    held BIGINT NOT NULL,
    equal BOOLEAN NOT NULL,
    digest TEXT NOT NULL,
    suite TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (terminal, business_date, epoch, lane)
);
CREATE INDEX reconciliations_at ON reconciliations (at);
CREATE INDEX reconciliations_wrong ON reconciliations (at) WHERE NOT equal;

-- fleet: what the retention rule took from terminals
CREATE TABLE purges (
    envelope_id TEXT PRIMARY KEY REFERENCES envelopes (id),
    terminal TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    lane TEXT NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    digest TEXT NOT NULL,
    scans BIGINT NOT NULL,
    rule TEXT NOT NULL,
    at TEXT NOT NULL,
    received_at TEXT NOT NULL
);

-- fleet: the last heartbeat's nonce, so that the same request again changes nothing
ALTER TABLE terminals_now ADD COLUMN nonce TEXT NOT NULL DEFAULT '';

-- fleet: an alarm may also come from the centre itself; `id` is the envelope's, or names what happened
CREATE TABLE alarms_by_id (
    id TEXT PRIMARY KEY,
    terminal TEXT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    received_at TEXT NOT NULL
);
INSERT INTO alarms_by_id (id, terminal, kind, at, received_at)
    SELECT envelope_id, terminal, kind, at, received_at FROM alarms;
DROP TABLE alarms;
ALTER TABLE alarms_by_id RENAME TO alarms;
CREATE INDEX alarms_received ON alarms (received_at);
