-- supervision: who answers for what, mandates with their limits, cards, audits, poor ratings, complaints to their end

CREATE TABLE trail (
    id COUNTER,
    kind TEXT NOT NULL,
    of_id TEXT NOT NULL,
    what TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    note TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX trail_of ON trail (kind, of_id);
CREATE INDEX trail_at ON trail (at);

CREATE TABLE units (
    unit TEXT PRIMARY KEY,
    rank BIGINT NOT NULL,
    areas TEXT NOT NULL,
    items TEXT NOT NULL,
    subjects TEXT NOT NULL,
    leader TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE TABLE unit_members (
    name TEXT PRIMARY KEY,
    unit TEXT NOT NULL REFERENCES units (unit)
);

CREATE TABLE mandates (
    mandate_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    about TEXT NOT NULL,
    unit TEXT NOT NULL,
    owner TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    on_expiry TEXT NOT NULL CHECK (on_expiry = 'escalate' OR (on_expiry = 'deem' AND legal_basis <> '')),
    received_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    first_due_at TEXT NOT NULL,
    report_due_at TEXT,
    reported_at TEXT,
    state TEXT NOT NULL,
    result TEXT NOT NULL,
    done_by TEXT,
    done_at TEXT,
    closed_by TEXT CHECK (closed_by IS NULL OR (done_by IS NOT NULL AND closed_by <> done_by)),
    closed_at TEXT,
    closed_note TEXT NOT NULL,
    made_by TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX mandates_open ON mandates (due_at) WHERE closed_at IS NULL;
CREATE INDEX mandates_about ON mandates (about);
CREATE INDEX mandates_changed ON mandates (changed_at);

CREATE TABLE mandate_asked (
    asked_id TEXT PRIMARY KEY,
    mandate_id TEXT NOT NULL REFERENCES mandates (mandate_id),
    what TEXT NOT NULL,
    unit TEXT NOT NULL,
    subject TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    opinion TEXT NOT NULL,
    words TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT
);
CREATE UNIQUE INDEX mandate_asked_once ON mandate_asked (mandate_id, what, unit, due_at);
CREATE INDEX mandate_asked_open ON mandate_asked (due_at) WHERE at IS NULL;

CREATE TABLE mandate_extensions (
    extension_id TEXT PRIMARY KEY,
    mandate_id TEXT NOT NULL REFERENCES mandates (mandate_id),
    until TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    asked_by TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    decided TEXT NOT NULL,
    decided_by TEXT CHECK (decided_by IS NULL OR decided_by <> asked_by),
    decided_at TEXT,
    decided_note TEXT NOT NULL
);
CREATE UNIQUE INDEX mandate_extensions_open ON mandate_extensions (mandate_id) WHERE decided_at IS NULL;

CREATE TABLE supervision_cards (
    id COUNTER,
    card_id TEXT NOT NULL UNIQUE,
    rule TEXT NOT NULL,
    level TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    stage TEXT NOT NULL,
    title TEXT NOT NULL,
    unit TEXT NOT NULL,
    owner TEXT NOT NULL,
    evidence TEXT NOT NULL,
    raised_at TEXT NOT NULL,
    explained TEXT NOT NULL,
    explained_by TEXT,
    explained_at TEXT,
    urged_at TEXT,
    mandate_id TEXT NOT NULL,
    cleared_by TEXT CHECK (cleared_by IS NULL OR explained_by IS NULL OR cleared_by <> explained_by),
    cleared_at TEXT,
    cleared_note TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX supervision_cards_raised ON supervision_cards (raised_at);
CREATE INDEX supervision_cards_of ON supervision_cards (subject, subject_id);
CREATE INDEX supervision_cards_open ON supervision_cards (raised_at) WHERE cleared_at IS NULL;
CREATE INDEX supervision_cards_changed ON supervision_cards (changed_at);

CREATE TABLE supervision_notices (
    id COUNTER,
    notice_id TEXT NOT NULL UNIQUE,
    unit TEXT NOT NULL,
    cards TEXT NOT NULL,
    words TEXT NOT NULL,
    accountable BIGINT NOT NULL,
    mandate_id TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL
);

CREATE TABLE audits (
    audit_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    seed TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    units BIGINT NOT NULL,
    size BIGINT NOT NULL,
    pool BIGINT NOT NULL,
    pool_sha256 TEXT NOT NULL,
    drawn_by TEXT NOT NULL,
    drawn_at TEXT NOT NULL
);
CREATE TABLE audit_lots (
    audit_id TEXT NOT NULL REFERENCES audits (audit_id),
    place BIGINT NOT NULL,
    subject_id TEXT NOT NULL,
    title TEXT NOT NULL,
    unit TEXT NOT NULL,
    marks TEXT NOT NULL,
    verdict TEXT NOT NULL,
    note TEXT NOT NULL,
    checked_by TEXT,
    checked_at TEXT,
    PRIMARY KEY (audit_id, place)
);

CREATE TABLE poor_ratings (
    envelope_id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL,
    item TEXT NOT NULL,
    terminal TEXT NOT NULL,
    satisfaction TEXT NOT NULL,
    tags TEXT NOT NULL,
    named BIGINT NOT NULL,
    unit TEXT NOT NULL,
    place TEXT NOT NULL,
    state TEXT NOT NULL,
    rated_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    verified TEXT NOT NULL,
    verified_by TEXT,
    rectified TEXT NOT NULL,
    rectified_by TEXT,
    reply TEXT NOT NULL,
    replied_at TEXT,
    visited TEXT NOT NULL,
    visited_by TEXT,
    again TEXT NOT NULL,
    again_by TEXT NOT NULL,
    appeal TEXT NOT NULL,
    appealed_by TEXT,
    appeal_decided TEXT NOT NULL,
    appeal_by TEXT CHECK (appeal_by IS NULL OR appeal_by <> appealed_by),
    closed_by TEXT,
    closed_at TEXT CHECK (closed_at IS NULL OR appeal_decided = 'upheld' OR (reply <> '' AND (named = 0 OR visited <> ''))),
    changed_at TEXT NOT NULL
);
CREATE INDEX poor_ratings_open ON poor_ratings (due_at) WHERE closed_at IS NULL;
CREATE INDEX poor_ratings_case ON poor_ratings (case_id);

CREATE TABLE honours (
    quarter TEXT NOT NULL,
    honour TEXT NOT NULL,
    who TEXT NOT NULL,
    evidence TEXT NOT NULL,
    decided TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    note TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (quarter, honour, who)
);

CREATE TABLE obstacles (
    obstacle_id TEXT PRIMARY KEY,
    same TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    track TEXT NOT NULL,
    until TEXT NOT NULL,
    unit TEXT NOT NULL,
    result TEXT NOT NULL,
    found_by TEXT NOT NULL,
    found_at TEXT NOT NULL,
    solved_by TEXT,
    solved_at TEXT CHECK (solved_at IS NULL OR result <> ''),
    changed_at TEXT NOT NULL
);
CREATE UNIQUE INDEX obstacles_once ON obstacles (same) WHERE solved_at IS NULL;
CREATE TABLE obstacle_sources (
    source TEXT NOT NULL,
    source_id TEXT NOT NULL,
    obstacle_id TEXT NOT NULL REFERENCES obstacles (obstacle_id),
    at TEXT NOT NULL,
    PRIMARY KEY (source, source_id)
);
CREATE TABLE difficulty_answers (
    envelope_id TEXT PRIMARY KEY,
    words TEXT NOT NULL CHECK (words <> ''),
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE TABLE promise_exceptions (
    item TEXT PRIMARY KEY,
    reason TEXT NOT NULL CHECK (reason <> ''),
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE TABLE promise_policy (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
);

-- a complaint goes on after its answer: it is called back about and struck off, never without either
ALTER TABLE complaints ADD COLUMN unit TEXT NOT NULL DEFAULT '';
ALTER TABLE complaints ADD COLUMN against TEXT NOT NULL DEFAULT '';
ALTER TABLE complaints ADD COLUMN routed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE complaints ADD COLUMN routed_why TEXT NOT NULL DEFAULT '';
ALTER TABLE complaints ADD COLUMN brief TEXT NOT NULL DEFAULT '';
ALTER TABLE complaints ADD COLUMN weight TEXT NOT NULL DEFAULT '';
ALTER TABLE complaints ADD COLUMN weight_why TEXT NOT NULL DEFAULT '';
ALTER TABLE complaints ADD COLUMN looked_into_at TEXT;
ALTER TABLE complaints ADD COLUMN found TEXT NOT NULL DEFAULT '';
ALTER TABLE complaints ADD COLUMN told_at TEXT;
ALTER TABLE complaints ADD COLUMN called_back TEXT NOT NULL DEFAULT '';
ALTER TABLE complaints ADD COLUMN called_back_by TEXT;
ALTER TABLE complaints ADD COLUMN called_back_at TEXT;
ALTER TABLE complaints ADD COLUMN accountable TEXT NOT NULL DEFAULT '';
ALTER TABLE complaints ADD COLUMN closed_by TEXT CHECK (closed_by IS NULL OR closed_by <> answered_by);
ALTER TABLE complaints ADD COLUMN closed_at TEXT CHECK (closed_at IS NULL OR (answer <> '' AND (named = 0 OR called_back_at IS NOT NULL)));
ALTER TABLE complaints ADD COLUMN closed_note TEXT NOT NULL DEFAULT '';
CREATE INDEX complaints_unit ON complaints (unit);
