-- 请人帮我: who is on duty for what, who called, what was said
CREATE TABLE duty_shifts (
    shift_id TEXT PRIMARY KEY,
    post TEXT NOT NULL,
    who TEXT NOT NULL,
    stand_in BIGINT NOT NULL,
    weekday BIGINT NOT NULL,
    starts TEXT NOT NULL,
    ends TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    by_whom TEXT NOT NULL
);
CREATE INDEX duty_shifts_of ON duty_shifts (post, weekday);

CREATE TABLE help_calls (
    help_id TEXT PRIMARY KEY,
    terminal TEXT NOT NULL,
    item TEXT NOT NULL,
    page TEXT NOT NULL,
    shown TEXT NOT NULL,
    language TEXT NOT NULL,
    on_duty TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    answered_by TEXT,
    answered_at TEXT,
    call_back_at TEXT,
    masked_contact TEXT NOT NULL,
    sealed BYTES,
    outcome TEXT NOT NULL,
    ended_by TEXT NOT NULL,
    ended_at TEXT,
    changed_at TEXT NOT NULL
);
CREATE INDEX help_calls_open ON help_calls (asked_at) WHERE ended_at IS NULL;
CREATE INDEX help_calls_asked ON help_calls (asked_at);
CREATE INDEX help_calls_changed ON help_calls (changed_at);

CREATE TABLE help_lines (
    id COUNTER,
    help_id TEXT NOT NULL REFERENCES help_calls (help_id),
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX help_lines_of ON help_lines (help_id);

-- cases: more of what terminals tell, whom each is of (a keyed hash), how far it has come
ALTER TABLE cases ADD COLUMN helped_by TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN missing TEXT NOT NULL DEFAULT '[]';
ALTER TABLE cases ADD COLUMN missing_until TEXT;
ALTER TABLE cases ADD COLUMN how TEXT NOT NULL DEFAULT '{}';
ALTER TABLE cases ADD COLUMN booking_id TEXT NOT NULL DEFAULT '';
ALTER TABLE ratings ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE ratings ADD COLUMN tags_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ratings ADD COLUMN again BIGINT NOT NULL DEFAULT 0;

CREATE TABLE case_people (
    case_id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    key_id TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX case_people_person ON case_people (person);

CREATE TABLE case_steps (
    id COUNTER,
    case_id TEXT NOT NULL,
    step TEXT NOT NULL,
    note TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX case_steps_of ON case_steps (case_id);

CREATE TABLE notices_given (
    envelope_id TEXT PRIMARY KEY REFERENCES envelopes (id),
    notice_id TEXT NOT NULL UNIQUE,
    terminal TEXT NOT NULL,
    item TEXT NOT NULL,
    item_version BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    given TEXT NOT NULL,
    at TEXT NOT NULL,
    language TEXT NOT NULL,
    masked_recipient TEXT NOT NULL,
    case_id TEXT NOT NULL,
    situations TEXT NOT NULL,
    received_at TEXT NOT NULL
);
CREATE INDEX notices_given_of ON notices_given (received_at);

CREATE TABLE papers_left (
    envelope_id TEXT PRIMARY KEY REFERENCES envelopes (id),
    terminal TEXT NOT NULL,
    device TEXT NOT NULL,
    outcome TEXT NOT NULL,
    pages BIGINT,
    case_id TEXT NOT NULL,
    at TEXT NOT NULL,
    received_at TEXT NOT NULL
);

-- what lies ready, and unfinished filings whose citizens agreed
CREATE TABLE pickups (
    pickup_id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    masked_name TEXT NOT NULL,
    title TEXT NOT NULL,
    terminal TEXT NOT NULL,
    door BIGINT NOT NULL,
    code TEXT NOT NULL UNIQUE,
    place TEXT NOT NULL,
    document TEXT NOT NULL,
    state TEXT NOT NULL,
    until TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX pickups_person ON pickups (person);
CREATE INDEX pickups_open ON pickups (until) WHERE state NOT IN ('taken', 'returned');
CREATE UNIQUE INDEX pickups_door ON pickups (terminal, door) WHERE door > 0 AND state NOT IN ('taken', 'returned');

CREATE TABLE pickup_moves (
    id COUNTER,
    pickup_id TEXT NOT NULL REFERENCES pickups (pickup_id),
    terminal TEXT NOT NULL,
    what TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX pickup_moves_of ON pickup_moves (pickup_id);

CREATE TABLE drafts (
    draft_id TEXT PRIMARY KEY,
    lookup TEXT NOT NULL UNIQUE,
    terminal TEXT NOT NULL,
    item TEXT NOT NULL,
    item_version BIGINT NOT NULL,
    person TEXT NOT NULL,
    sealed BYTES NOT NULL,
    made_at TEXT NOT NULL,
    until TEXT NOT NULL,
    opened_at TEXT
);
CREATE INDEX drafts_until ON drafts (until);

-- what citizens say
CREATE TABLE complaints (
    complaint_id TEXT PRIMARY KEY,
    envelope_id TEXT NOT NULL UNIQUE REFERENCES envelopes (id),
    terminal TEXT NOT NULL,
    number TEXT NOT NULL,
    code TEXT NOT NULL,
    matter TEXT NOT NULL,
    about TEXT NOT NULL,
    item TEXT,
    page TEXT NOT NULL,
    last_error TEXT,
    case_number TEXT NOT NULL,
    named BIGINT NOT NULL,
    masked_contact TEXT NOT NULL,
    language TEXT NOT NULL,
    at TEXT NOT NULL,
    received_at TEXT NOT NULL,
    state TEXT NOT NULL,
    answer TEXT NOT NULL,
    answered_by TEXT,
    answered_at TEXT,
    changed_at TEXT NOT NULL
);
CREATE INDEX complaints_number ON complaints (number);
CREATE INDEX complaints_open ON complaints (received_at) WHERE state <> 'answered';
CREATE INDEX complaints_changed ON complaints (changed_at);

CREATE TABLE complaint_steps (
    id COUNTER,
    complaint_id TEXT NOT NULL REFERENCES complaints (complaint_id),
    what TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    note TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX complaint_steps_of ON complaint_steps (complaint_id);

CREATE TABLE survey_answers (
    fill_id TEXT PRIMARY KEY,
    survey TEXT NOT NULL,
    quarter TEXT NOT NULL,
    terminal TEXT NOT NULL,
    answers TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX survey_answers_of ON survey_answers (survey, quarter);

-- who opened what is sealed; cases have their own log (looks)
CREATE TABLE openings (
    id COUNTER,
    kind TEXT NOT NULL,
    of_id TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX openings_of ON openings (kind, of_id);
