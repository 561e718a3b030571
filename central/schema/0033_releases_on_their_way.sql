-- Releases of the terminals' software going out group by group, and what became of each at each terminal.
CREATE TABLE release_rollouts (
    rollout_id TEXT PRIMARY KEY,
    release TEXT NOT NULL,
    before TEXT NOT NULL,
    reason TEXT NOT NULL,
    groups TEXT NOT NULL,
    soak_minutes BIGINT NOT NULL,
    absent_minutes BIGINT NOT NULL,
    well_percent BIGINT NOT NULL,
    failures_percent BIGINT NOT NULL,
    state TEXT NOT NULL,
    stage BIGINT NOT NULL,
    baseline TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    agreed_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    stage_at TEXT,
    changed_at TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX release_rollouts_changed ON release_rollouts (changed_at);

CREATE TABLE release_steps (
    id COUNTER,
    rollout_id TEXT NOT NULL REFERENCES release_rollouts (rollout_id),
    what TEXT NOT NULL,
    stage BIGINT NOT NULL,
    detail TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX release_steps_of ON release_steps (rollout_id);

CREATE TABLE release_outcomes (
    terminal TEXT NOT NULL,
    release TEXT NOT NULL,
    stage TEXT NOT NULL,
    why TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (terminal, release)
);
