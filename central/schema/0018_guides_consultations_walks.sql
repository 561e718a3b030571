-- 领办员: whom a badge names at a terminal, and which tickets were accompanied
CREATE TABLE guides (
    badge TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    pin_hash TEXT NOT NULL,
    wrong BIGINT NOT NULL,
    locked_until TEXT,
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL,
    ended_at TEXT
);

CREATE TABLE escorts (
    case_id TEXT PRIMARY KEY,
    who TEXT NOT NULL,
    at TEXT NOT NULL
);

-- 咨询 (GB/T 39046 6.7): by when it is answered, until when that was put off and why, whether the answer was complete
ALTER TABLE complaints ADD COLUMN promised_until TEXT;
ALTER TABLE complaints ADD COLUMN extended_until TEXT;
ALTER TABLE complaints ADD COLUMN extension_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE complaints ADD COLUMN extended_by TEXT;
ALTER TABLE complaints ADD COLUMN complete BIGINT;

-- 走流程: a visit that filed nothing, step by step
CREATE TABLE walks (
    walk_id TEXT PRIMARY KEY,
    envelope_id TEXT NOT NULL UNIQUE,
    terminal TEXT NOT NULL,
    item TEXT NOT NULL,
    service TEXT NOT NULL,
    language TEXT NOT NULL,
    began_at TEXT NOT NULL,
    at TEXT NOT NULL,
    seconds BIGINT NOT NULL,
    finished BIGINT NOT NULL,
    stuck_at TEXT NOT NULL,
    backs BIGINT NOT NULL,
    faults BIGINT NOT NULL,
    steps TEXT NOT NULL,
    received_at TEXT NOT NULL
);
CREATE INDEX walks_of ON walks (item, received_at);
