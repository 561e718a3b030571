-- What goes down to the terminals. Places come from one locked row, so that no reader can pass an uncommitted one.
CREATE TABLE feed_head (
    id BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL
);
INSERT INTO feed_head (id, seq) VALUES (1, 0);

CREATE TABLE feed (
    seq BIGINT PRIMARY KEY,
    audience TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    version BIGINT NOT NULL,
    body BYTES NOT NULL,
    signed_at TEXT NOT NULL,
    suite TEXT NOT NULL,
    key_id TEXT NOT NULL,
    signature BYTES NOT NULL,
    by_whom TEXT NOT NULL,
    until TEXT,
    replaced_by BIGINT
);
CREATE INDEX feed_of ON feed (audience, seq);
CREATE INDEX feed_in_force ON feed (kind, key) WHERE replaced_by IS NULL;
CREATE INDEX feed_until ON feed (until) WHERE until IS NOT NULL;
CREATE INDEX feed_replaced ON feed (signed_at) WHERE replaced_by IS NOT NULL;

CREATE TABLE commands_done (
    envelope_id TEXT PRIMARY KEY REFERENCES envelopes (id),
    terminal TEXT NOT NULL,
    command_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    at TEXT NOT NULL,
    received_at TEXT NOT NULL
);
CREATE INDEX commands_done_of ON commands_done (command_id);

-- Sealed scans: a terminal's own, by the hash of their bytes, which lie beside the database (central/scans).
CREATE TABLE scans (
    terminal TEXT NOT NULL,
    hash TEXT NOT NULL,
    size BIGINT NOT NULL,
    case_id TEXT NOT NULL,
    what TEXT NOT NULL,
    state TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (terminal, hash)
);
CREATE INDEX scans_hash ON scans (hash);
CREATE INDEX scans_expected ON scans (terminal, hash) WHERE state = 'expected';

CREATE TABLE case_scans (
    case_id TEXT NOT NULL,
    terminal TEXT NOT NULL,
    hash TEXT NOT NULL,
    size BIGINT NOT NULL,
    what TEXT NOT NULL,
    PRIMARY KEY (case_id, hash)
);
CREATE INDEX case_scans_of ON case_scans (terminal, hash);

-- cases that named scans, and what their terminal was told of them last
CREATE TABLE scan_cases (
    case_id TEXT PRIMARY KEY,
    terminal TEXT NOT NULL,
    told TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX scan_cases_open ON scan_cases (case_id) WHERE told <> 'accepted';
