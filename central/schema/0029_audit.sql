-- audit: who did what, each row with the hash of the one before; the head says how far it came and where it begins now
CREATE TABLE audit_log (
    seq BIGINT PRIMARY KEY,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    act TEXT NOT NULL,
    about TEXT NOT NULL,
    detail TEXT NOT NULL,
    address TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX audit_log_at ON audit_log (at);
CREATE INDEX audit_log_who ON audit_log (who, seq);

CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    from_seq BIGINT NOT NULL,
    from_hash TEXT NOT NULL,
    sent_seq BIGINT NOT NULL
);
INSERT INTO audit_head VALUES (1, 0, '', 0, '', 0);

-- 12345: work orders that came in or were passed on, and what the hotline was told of each
CREATE TABLE hotline_orders (
    order_number TEXT PRIMARY KEY,
    direction TEXT NOT NULL,
    matter TEXT NOT NULL,
    complaint_id TEXT NOT NULL UNIQUE,
    hall TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at TEXT,
    received_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);

CREATE TABLE hotline_outbox (
    message_id TEXT PRIMARY KEY,
    order_number TEXT NOT NULL,
    kind TEXT NOT NULL,
    body BYTES NOT NULL,
    made_at TEXT NOT NULL,
    tries BIGINT NOT NULL,
    next_at TEXT NOT NULL,
    sent_at TEXT,
    answer TEXT NOT NULL
);
CREATE INDEX hotline_outbox_open ON hotline_outbox (next_at) WHERE sent_at IS NULL;

-- accounts of programs: what may call the exchange, by a token whose hash alone is kept
CREATE TABLE interface_accounts (
    name TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    may TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    ended_at TEXT
);
