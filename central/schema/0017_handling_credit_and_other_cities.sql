-- what staff do with a case: notices in writing, whom it is passed to, which way it goes, how often its citizen came
CREATE TABLE case_corrections (
    notice_id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL,
    wrong TEXT NOT NULL,
    until TEXT NOT NULL,
    new_fact TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX case_corrections_of ON case_corrections (case_id);

CREATE TABLE case_refusals (
    notice_id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL UNIQUE,
    refused TEXT NOT NULL,
    reason TEXT NOT NULL,
    next_steps TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE TABLE supervision_events (
    event_id TEXT PRIMARY KEY,
    what TEXT NOT NULL,
    case_id TEXT NOT NULL,
    about TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    seen_by TEXT,
    seen_at TEXT,
    seen_note TEXT
);
CREATE INDEX supervision_events_at ON supervision_events (at);

CREATE TABLE case_contacts (
    contact_id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL,
    what TEXT NOT NULL,
    note TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX case_contacts_of ON case_contacts (case_id);

CREATE TABLE case_routes (
    case_id TEXT PRIMARY KEY,
    route TEXT NOT NULL,
    why TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE TABLE case_transfers (
    transfer_id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL,
    from_unit TEXT NOT NULL,
    to_unit TEXT NOT NULL,
    reason TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL,
    back_at TEXT,
    back_by TEXT,
    back_note TEXT
);
CREATE INDEX case_transfers_of ON case_transfers (case_id);
CREATE UNIQUE INDEX case_transfers_one_open ON case_transfers (case_id) WHERE back_at IS NULL;

-- how a case came in: its result goes back the same way
ALTER TABLE cases ADD COLUMN channel TEXT NOT NULL DEFAULT 'terminal';
-- which paper came out: forms handed out are counted
ALTER TABLE tickets ADD COLUMN template TEXT NOT NULL DEFAULT '';

-- cases that another city decides: sent once, followed until the result is back
CREATE TABLE city_transfers (
    transfer_id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL UNIQUE,
    city TEXT NOT NULL,
    result_by TEXT NOT NULL,
    state TEXT NOT NULL,
    reference TEXT NOT NULL,
    waybill TEXT NOT NULL,
    news_heard BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    trouble TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    sent_at TEXT,
    changed_at TEXT NOT NULL
);
CREATE INDEX city_transfers_open ON city_transfers (asked_at) WHERE state <> 'returned';

-- who asked and was told before a case: by a keyed hash, as cases are
CREATE TABLE asked_people (
    envelope_id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    key_id TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX asked_people_person ON asked_people (person);

-- services done while their citizen waited
CREATE TABLE done_at_once (
    envelope_id TEXT PRIMARY KEY REFERENCES envelopes (id),
    terminal TEXT NOT NULL,
    item TEXT NOT NULL,
    seconds BIGINT NOT NULL,
    finished BIGINT NOT NULL,
    at TEXT NOT NULL,
    received_at TEXT NOT NULL
);
CREATE INDEX done_at_once_of ON done_at_once (received_at);

-- records of credit: whom by a keyed hash, from whom and since when
CREATE TABLE credit_flags (
    flag_id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    source TEXT NOT NULL,
    flagged_on TEXT NOT NULL,
    reason TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL,
    lifted_by TEXT,
    lifted_at TEXT
);
CREATE INDEX credit_flags_person ON credit_flags (person) WHERE lifted_at IS NULL;
