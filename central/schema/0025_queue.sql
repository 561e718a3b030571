-- The queue of a hall: windows and who sits there, numbers and their way through a day, what was done with them.
CREATE TABLE queue_windows (
    window_id TEXT PRIMARY KEY,
    hall TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    place TEXT NOT NULL,
    zone TEXT NOT NULL,
    ended_at TEXT
);
CREATE UNIQUE INDEX queue_windows_code ON queue_windows (hall, code) WHERE ended_at IS NULL;

-- a queue's letter, or an item
CREATE TABLE queue_skills (
    window_id TEXT NOT NULL,
    skill TEXT NOT NULL,
    PRIMARY KEY (window_id, skill)
);

-- AB岗: whose window it is when, and who stands in at which other one; weekday 0 is every day
CREATE TABLE queue_posts (
    post_id TEXT PRIMARY KEY,
    window_id TEXT NOT NULL,
    weekday BIGINT NOT NULL,
    starts TEXT NOT NULL,
    ends TEXT NOT NULL,
    first_name TEXT NOT NULL,
    stand_in_name TEXT NOT NULL,
    stand_in_window TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
);

CREATE TABLE queue_covers (
    cover_id TEXT PRIMARY KEY,
    window_id TEXT NOT NULL,
    stand_in_window TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT
);
CREATE UNIQUE INDEX queue_covers_open ON queue_covers (window_id) WHERE until IS NULL;

CREATE TABLE queue_signs (
    window_id TEXT PRIMARY KEY,
    who TEXT NOT NULL,
    state TEXT NOT NULL,
    since TEXT NOT NULL
);
CREATE UNIQUE INDEX queue_signs_who ON queue_signs (who) WHERE state <> 'off';

CREATE TABLE queue_sign_log (
    id COUNTER,
    window_id TEXT NOT NULL,
    who TEXT NOT NULL,
    state TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX queue_sign_log_at ON queue_sign_log (at);

-- one row a hall: whoever calls the next number of a hall does so alone
CREATE TABLE queue_halls (
    hall TEXT PRIMARY KEY
);

CREATE TABLE queue_lines (
    hall TEXT NOT NULL,
    business_date TEXT NOT NULL,
    queue TEXT NOT NULL,
    since_green BIGINT NOT NULL,
    PRIMARY KEY (hall, business_date, queue)
);

CREATE TABLE queue_numbers (
    case_id TEXT PRIMARY KEY,
    hall TEXT NOT NULL,
    business_date TEXT NOT NULL,
    queue TEXT NOT NULL,
    item TEXT NOT NULL,
    number TEXT NOT NULL,
    series TEXT NOT NULL,
    count BIGINT NOT NULL,
    taken_at TEXT NOT NULL,
    entered_at TEXT NOT NULL,
    stand TEXT NOT NULL,
    green TEXT NOT NULL,
    booked_for TEXT,
    calls BIGINT NOT NULL,
    called_at TEXT,
    began_at TEXT,
    passed_at TEXT,
    ended_at TEXT,
    revived BIGINT NOT NULL,
    behind BIGINT NOT NULL,
    overtaken BIGINT NOT NULL,
    at_window TEXT NOT NULL,
    wanted_window TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX queue_numbers_day ON queue_numbers (hall, business_date, stand, taken_at);
CREATE INDEX queue_numbers_open ON queue_numbers (business_date)
    WHERE stand IN ('waiting', 'called', 'serving', 'parked', 'passed');
CREATE INDEX queue_numbers_changed ON queue_numbers (changed_at);
-- one window has one number before it
CREATE UNIQUE INDEX queue_numbers_window ON queue_numbers (at_window) WHERE stand IN ('called', 'serving');

-- every time a number was at a window: one open turn a number, so it has one caller
CREATE TABLE queue_turns (
    turn_id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL,
    hall TEXT NOT NULL,
    business_date TEXT NOT NULL,
    queue TEXT NOT NULL,
    item TEXT NOT NULL,
    window_id TEXT NOT NULL,
    who TEXT NOT NULL,
    called_at TEXT NOT NULL,
    began_at TEXT,
    ended_at TEXT,
    outcome TEXT NOT NULL
);
CREATE UNIQUE INDEX queue_turns_open ON queue_turns (case_id) WHERE ended_at IS NULL;
CREATE INDEX queue_turns_ended ON queue_turns (hall, queue, ended_at);

CREATE TABLE queue_items (
    case_id TEXT NOT NULL,
    item TEXT NOT NULL,
    title TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL,
    done_by TEXT NOT NULL,
    done_at TEXT,
    PRIMARY KEY (case_id, item)
);

-- appended only: who did what with which number, where and when; act_id is the request's, so a repeated one is the same
CREATE TABLE queue_acts (
    id COUNTER,
    act_id TEXT NOT NULL UNIQUE,
    hall TEXT NOT NULL,
    business_date TEXT NOT NULL,
    case_id TEXT NOT NULL,
    number TEXT NOT NULL,
    window_id TEXT NOT NULL,
    who TEXT NOT NULL,
    did TEXT NOT NULL,
    detail TEXT NOT NULL,
    channels TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX queue_acts_of_hall ON queue_acts (hall, business_date, id);
CREATE INDEX queue_acts_of_case ON queue_acts (case_id);

-- the program at a window that reads a citizen's card; what it found lies here for a moment
CREATE TABLE queue_agents (
    agent_id TEXT PRIMARY KEY,
    window_id TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    code_until TEXT NOT NULL,
    public_key TEXT NOT NULL,
    paired_at TEXT,
    seen_at TEXT,
    ended_at TEXT,
    by_whom TEXT NOT NULL
);

CREATE TABLE queue_found (
    window_id TEXT PRIMARY KEY,
    nonce TEXT NOT NULL,
    case_ids TEXT NOT NULL,
    at TEXT NOT NULL
);
