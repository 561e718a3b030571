-- Reports and lists as they were made, with their files; the catalogue's drafts, and how a version goes out by groups.
CREATE TABLE reports (
    report_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    period TEXT NOT NULL,
    version BIGINT NOT NULL,
    as_of TEXT NOT NULL,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    n BIGINT NOT NULL,
    document BYTES NOT NULL,
    sha256 TEXT NOT NULL,
    for_all BYTES,
    reviewed_by TEXT,
    reviewed_at TEXT,
    published_by TEXT CHECK (published_by IS NULL OR reviewed_by IS NOT NULL),
    published_at TEXT,
    UNIQUE (kind, period, version)
);
CREATE INDEX reports_made ON reports (made_at);

CREATE TABLE report_files (
    report_id TEXT NOT NULL REFERENCES reports (report_id),
    audience TEXT NOT NULL,
    form TEXT NOT NULL,
    body BYTES NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (report_id, audience, form)
);

CREATE TABLE catalogue_drafts (
    slug TEXT PRIMARY KEY,
    body BYTES NOT NULL,
    based_on BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    changed_at TEXT NOT NULL
);

CREATE TABLE rollouts (
    rollout_id TEXT PRIMARY KEY,
    slug TEXT NOT NULL,
    version BIGINT NOT NULL,
    body BYTES NOT NULL,
    before BYTES NOT NULL,
    effective_from TEXT NOT NULL,
    reason TEXT NOT NULL,
    groups TEXT NOT NULL,
    soak_minutes BIGINT NOT NULL,
    errors_at_most BIGINT NOT NULL,
    state TEXT NOT NULL,
    stage BIGINT NOT NULL,
    baseline TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    made_at TEXT NOT NULL,
    stage_at TEXT,
    changed_at TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE UNIQUE INDEX rollouts_open_once ON rollouts (slug) WHERE state IN ('scheduled', 'running', 'stopped');
CREATE INDEX rollouts_changed ON rollouts (changed_at);

CREATE TABLE rollout_steps (
    id COUNTER,
    rollout_id TEXT NOT NULL REFERENCES rollouts (rollout_id),
    what TEXT NOT NULL,
    stage BIGINT NOT NULL,
    detail TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX rollout_steps_of ON rollout_steps (rollout_id);
