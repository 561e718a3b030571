-- 补交材料: papers that were missing and came later, from a terminal, a window or a phone
CREATE TABLE supplements (
    supplement_id TEXT PRIMARY KEY,
    envelope_id TEXT UNIQUE REFERENCES envelopes (id),
    terminal TEXT NOT NULL,
    case_number TEXT NOT NULL,
    code TEXT NOT NULL,
    item TEXT NOT NULL,
    how TEXT NOT NULL,
    materials TEXT NOT NULL,
    scans BIGINT NOT NULL,
    sealed_as TEXT NOT NULL,
    trust TEXT NOT NULL,
    masked_name TEXT NOT NULL,
    reason TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL,
    received_at TEXT NOT NULL,
    state TEXT NOT NULL,
    settled_by TEXT NOT NULL,
    settled_at TEXT
);
CREATE INDEX supplements_of ON supplements (case_number);
CREATE INDEX supplements_open ON supplements (received_at) WHERE settled_at IS NULL;

CREATE TABLE supplement_pictures (
    supplement_id TEXT NOT NULL REFERENCES supplements (supplement_id),
    position BIGINT NOT NULL,
    material TEXT NOT NULL,
    sealed BYTES NOT NULL,
    PRIMARY KEY (supplement_id, position)
);

-- 寄送: the logistics fields of GB/T 39046-2020 table 15, and the last that the courier said
CREATE TABLE deliveries (
    case_id TEXT PRIMARY KEY,
    case_number TEXT NOT NULL,
    waybill TEXT NOT NULL,
    sender_unit TEXT NOT NULL,
    sent_on TEXT NOT NULL,
    sender TEXT NOT NULL,
    receiver_unit TEXT NOT NULL,
    receiver TEXT NOT NULL,
    received_on TEXT NOT NULL,
    indicator TEXT NOT NULL,
    criterion TEXT NOT NULL,
    assessed_at TEXT NOT NULL,
    grade TEXT NOT NULL,
    outcome TEXT NOT NULL,
    free BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL,
    moves TEXT NOT NULL,
    tracked_at TEXT,
    delivered BIGINT NOT NULL
);

-- 证照联办: each licence of the set an application gives
CREATE TABLE case_licences (
    case_id TEXT NOT NULL,
    code TEXT NOT NULL,
    serial TEXT NOT NULL,
    pickup_id TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (case_id, code)
);

-- 四端: a draft is gone on with on the phone and at the window, and becomes one case
ALTER TABLE drafts ADD COLUMN wrong BIGINT NOT NULL DEFAULT 0;
ALTER TABLE drafts ADD COLUMN begun_at TEXT NOT NULL DEFAULT 'terminal';
ALTER TABLE drafts ADD COLUMN case_number TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN draft TEXT NOT NULL DEFAULT '';
