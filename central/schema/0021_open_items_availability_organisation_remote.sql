-- What a manager settles: open items with an owner and a clock, also the incident log; whom they were told to.
CREATE TABLE matters (
    matter_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    terminal TEXT NOT NULL,
    hall TEXT NOT NULL,
    severity TEXT NOT NULL,
    by_hand BIGINT NOT NULL,
    detail TEXT NOT NULL,
    began_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    shown_at TEXT,
    calm_since TEXT,
    flaps BIGINT NOT NULL,
    owner TEXT NOT NULL,
    reason TEXT NOT NULL,
    due_at TEXT,
    acknowledged_by TEXT,
    acknowledged_at TEXT,
    escalated BIGINT NOT NULL,
    closed_at TEXT,
    closed_by TEXT NOT NULL,
    note TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE UNIQUE INDEX matters_open_once ON matters (kind, subject) WHERE closed_at IS NULL;
CREATE INDEX matters_by_change ON matters (changed_at);
CREATE INDEX matters_by_begin ON matters (began_at);

CREATE TABLE matter_steps (
    id COUNTER,
    matter_id TEXT NOT NULL,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX matter_steps_of ON matter_steps (matter_id);

CREATE TABLE matter_calls (
    call_id TEXT PRIMARY KEY,
    matter_id TEXT NOT NULL,
    rung BIGINT NOT NULL,
    who TEXT NOT NULL,
    called_at TEXT NOT NULL,
    UNIQUE (matter_id, rung)
);

CREATE TABLE duty_phones (
    who TEXT PRIMARY KEY,
    masked TEXT NOT NULL,
    sealed BYTES NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE TABLE day_closes (
    hall TEXT NOT NULL,
    day TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL,
    handed BIGINT NOT NULL,
    PRIMARY KEY (hall, day)
);

-- Since when a terminal (item '') or an item at it is open, closed or not heard; one row a change, the last without end.
CREATE TABLE service_spans (
    terminal TEXT NOT NULL,
    item TEXT NOT NULL,
    from_at TEXT NOT NULL,
    until_at TEXT,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (terminal, item, from_at)
);
CREATE INDEX service_spans_by_end ON service_spans (until_at);
CREATE TABLE service_measured (
    id BIGINT PRIMARY KEY,
    at TEXT NOT NULL
);

-- The tree of the district: 区, 街道 or 乡镇, 村 or 社区; halls and terminals hang on it, values come down it.
CREATE TABLE organisation (
    node TEXT PRIMARY KEY,
    parent TEXT NOT NULL,
    tier TEXT NOT NULL,
    name TEXT NOT NULL,
    profile TEXT NOT NULL,
    east DOUBLE PRECISION,
    north DOUBLE PRECISION
);
CREATE TABLE organisation_halls (
    hall TEXT PRIMARY KEY,
    node TEXT NOT NULL
);
CREATE TABLE organisation_values (
    node TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (node, kind, key)
);
CREATE TABLE organisation_sent (
    terminal TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (terminal, kind, key)
);

-- What a person has several terminals do, who agreed, and which command each was given.
CREATE TABLE remote_orders (
    order_id TEXT PRIMARY KEY,
    what TEXT NOT NULL,
    target TEXT NOT NULL,
    audience TEXT NOT NULL,
    reason TEXT NOT NULL,
    said TEXT NOT NULL,
    minutes BIGINT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    agreed_by TEXT,
    given_at TEXT,
    refused_by TEXT
);
CREATE TABLE remote_commands (
    command_id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL,
    terminal TEXT NOT NULL
);
CREATE INDEX remote_commands_of ON remote_commands (order_id);

-- A terminal that is to come: who asked for it, who agreed, who put it into service.
CREATE TABLE onboardings (
    terminal TEXT PRIMARY KEY,
    hall TEXT NOT NULL,
    place TEXT NOT NULL,
    series TEXT NOT NULL,
    district TEXT NOT NULL,
    number TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    agreed_by TEXT,
    agreed_at TEXT,
    refused_by TEXT,
    code_at TEXT,
    in_service_by TEXT,
    in_service_at TEXT
);

CREATE TABLE digests (
    day TEXT PRIMARY KEY,
    made_at TEXT NOT NULL,
    body BYTES NOT NULL
);
