-- records of other systems in GB/T 39046 fields, apart from our own cases; what says otherwise waits for a decision
CREATE TABLE exchange_loads (
    load_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    partner TEXT NOT NULL,
    source TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    added BIGINT NOT NULL,
    grown BIGINT NOT NULL,
    same BIGINT NOT NULL,
    ours BIGINT NOT NULL,
    conflicts BIGINT NOT NULL,
    loose BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE TABLE exchange_records (
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    number TEXT NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    partner TEXT NOT NULL,
    load_id TEXT NOT NULL,
    body TEXT NOT NULL,
    at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (kind, code)
);
CREATE INDEX exchange_records_newest ON exchange_records (kind, at);
CREATE TABLE exchange_conflicts (
    conflict_id TEXT PRIMARY KEY,
    load_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    source TEXT NOT NULL,
    fields TEXT NOT NULL,
    ours BIGINT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    at TEXT NOT NULL,
    settled TEXT NOT NULL,
    settled_by TEXT NOT NULL,
    settled_at TEXT
);
CREATE INDEX exchange_conflicts_open ON exchange_conflicts (settled, at)
