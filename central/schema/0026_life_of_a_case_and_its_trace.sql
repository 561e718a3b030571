-- the life of a case: links of its handling, special procedures, refusals confirmed, hand-overs accepted; its trace

CREATE TABLE trace_heads (
    case_id TEXT PRIMARY KEY,
    size BIGINT NOT NULL,
    head TEXT NOT NULL,
    sealed BIGINT NOT NULL
);
CREATE INDEX trace_heads_unsealed ON trace_heads (case_id) WHERE size > sealed;
CREATE TABLE trace (
    case_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    source TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL,
    what TEXT NOT NULL,
    actor TEXT NOT NULL,
    who TEXT NOT NULL,
    note TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (case_id, seq)
);
CREATE INDEX trace_at ON trace (at);
CREATE TABLE trace_checkpoints (
    number BIGINT PRIMARY KEY,
    at TEXT NOT NULL,
    day TEXT NOT NULL,
    why TEXT NOT NULL,
    heads BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    root TEXT NOT NULL,
    prev TEXT NOT NULL,
    suite TEXT NOT NULL,
    key_id TEXT NOT NULL,
    signature BYTES NOT NULL
);
CREATE TABLE trace_checkpoint_heads (
    number BIGINT NOT NULL,
    case_id TEXT NOT NULL,
    size BIGINT NOT NULL,
    head TEXT NOT NULL,
    PRIMARY KEY (number, case_id)
);
CREATE INDEX trace_checkpoint_heads_of ON trace_checkpoint_heads (case_id);

CREATE TABLE approval_routes (
    item TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    stages TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE TABLE case_links (
    link_id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL,
    stage BIGINT NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    level BIGINT NOT NULL,
    owner BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    limit_unit TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    due_at TEXT,
    ended_at TEXT,
    action TEXT NOT NULL,
    opinion TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    deemed BIGINT NOT NULL,
    CHECK ((ended_at IS NULL) = (action = ''))
);
CREATE INDEX case_links_of ON case_links (case_id);
CREATE UNIQUE INDEX case_links_open ON case_links (case_id, role, unit) WHERE ended_at IS NULL;
CREATE INDEX case_links_due ON case_links (due_at) WHERE ended_at IS NULL;

CREATE TABLE case_pauses (
    pause_id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    basis TEXT NOT NULL CHECK (basis <> ''),
    applicant TEXT NOT NULL,
    unit TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    ended_by TEXT,
    result TEXT NOT NULL,
    opinion TEXT NOT NULL
);
CREATE INDEX case_pauses_of ON case_pauses (case_id);
CREATE UNIQUE INDEX case_pauses_open ON case_pauses (case_id) WHERE ended_at IS NULL;

CREATE TABLE refusal_proposals (
    proposal_id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL,
    refused TEXT NOT NULL,
    code TEXT NOT NULL CHECK (code <> ''),
    reason TEXT NOT NULL CHECK (reason <> ''),
    next_steps TEXT NOT NULL CHECK (next_steps <> ''),
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    decided TEXT NOT NULL,
    decided_by TEXT CHECK (decided_by IS NULL OR decided_by <> by_whom),
    decided_at TEXT,
    decided_note TEXT NOT NULL
);
CREATE INDEX refusal_proposals_of ON refusal_proposals (case_id);
CREATE UNIQUE INDEX refusal_proposals_open ON refusal_proposals (case_id) WHERE decided_at IS NULL;
ALTER TABLE case_refusals ADD COLUMN code TEXT NOT NULL DEFAULT '';
ALTER TABLE case_refusals ADD COLUMN confirmed_by TEXT NOT NULL DEFAULT '';

ALTER TABLE case_transfers ADD COLUMN accepted_at TEXT;
ALTER TABLE case_transfers ADD COLUMN accepted_by TEXT;
UPDATE case_transfers SET accepted_at = at, accepted_by = by_whom;

CREATE TABLE first_receivers (
    kind TEXT NOT NULL,
    of_id TEXT NOT NULL,
    unit TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (kind, of_id)
);

CREATE TABLE unclaimed (
    unclaimed_id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    told TEXT NOT NULL,
    reference TEXT NOT NULL,
    received_unit TEXT NOT NULL,
    received_by TEXT NOT NULL,
    received_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    owner TEXT NOT NULL,
    offered TEXT NOT NULL,
    rung BIGINT NOT NULL,
    settled_at TEXT,
    changed_at TEXT NOT NULL
);
CREATE INDEX unclaimed_waiting ON unclaimed (due_at) WHERE settled_at IS NULL;
CREATE TABLE unclaimed_steps (
    id COUNTER,
    unclaimed_id TEXT NOT NULL,
    what TEXT NOT NULL,
    rung BIGINT NOT NULL,
    unit TEXT NOT NULL,
    note TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX unclaimed_steps_of ON unclaimed_steps (unclaimed_id);

CREATE TABLE leader_presence (
    presence_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    began_at TEXT NOT NULL,
    seen_at TEXT NOT NULL
);
CREATE INDEX leader_presence_began ON leader_presence (began_at);

CREATE TABLE material_checks (
    case_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    material TEXT NOT NULL,
    trust TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (case_id, hash)
);

CREATE TABLE tolerance_reminders (
    case_id TEXT NOT NULL,
    stage TEXT NOT NULL,
    way TEXT NOT NULL,
    at TEXT NOT NULL,
    done_by TEXT,
    done_at TEXT,
    done_note TEXT NOT NULL,
    PRIMARY KEY (case_id, stage)
);
CREATE INDEX tolerance_reminders_open ON tolerance_reminders (at) WHERE done_at IS NULL;

CREATE TABLE platform_numbers (
    case_id TEXT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
)
