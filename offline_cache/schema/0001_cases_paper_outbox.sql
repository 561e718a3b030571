-- The terminal's first store: cases and their numbers, the paper journal, and what waits for the centre.
-- Forward only: a later change is a new file, never an edit of this one.

CREATE TABLE schema_versions (
    version    INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    applied_at TEXT NOT NULL
) STRICT;

-- One row: whose store this is. `boot` rises at every opening, `last_serial` with every case; neither ever falls.
CREATE TABLE identity (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    terminal    TEXT NOT NULL,
    epoch       INTEGER NOT NULL CHECK (epoch >= 1),
    boot        INTEGER NOT NULL,
    last_serial INTEGER NOT NULL
) STRICT;

-- The counter behind the numbers people hear, one for each queue and business date.
CREATE TABLE series (
    queue         TEXT NOT NULL,
    business_date TEXT NOT NULL,
    last          INTEGER NOT NULL,
    PRIMARY KEY (queue, business_date)
) STRICT;

-- Nothing personal but the masked name: the rest is sealed inside the outbox row and unreadable here.
CREATE TABLE cases (
    case_id             TEXT PRIMARY KEY,
    case_number         TEXT NOT NULL UNIQUE,
    case_serial         INTEGER NOT NULL UNIQUE,
    item_kind           TEXT NOT NULL,
    item                TEXT NOT NULL,
    item_version        INTEGER NOT NULL,
    item_title          TEXT NOT NULL,
    implementation_code TEXT NOT NULL,
    queue               TEXT NOT NULL,
    number              TEXT NOT NULL,
    business_date       TEXT NOT NULL,
    filed_at            TEXT NOT NULL,
    masked_name         TEXT NOT NULL,
    language            TEXT NOT NULL,
    promise_date        TEXT,
    visit_ended_at      TEXT,
    rated_at            TEXT,
    UNIQUE (queue, business_date, number)
) STRICT;

CREATE INDEX cases_by_day ON cases (business_date);

-- What is known about each ticket. `boot` is the opening during which it was last touched.
CREATE TABLE paper_journal (
    print_id    TEXT PRIMARY KEY,
    case_id     TEXT NOT NULL REFERENCES cases (case_id),
    state       TEXT NOT NULL CHECK (state IN ('prepared', 'sent', 'printed', 'failed', 'uncertain')),
    evidence    TEXT NOT NULL,
    reason      TEXT NOT NULL,
    boot        INTEGER NOT NULL,
    prepared_at TEXT NOT NULL,
    sent_at     TEXT,
    finished_at TEXT,
    voided_at   TEXT
) STRICT;

-- At most one ticket of a case is valid: a reprint is a new row, and the old one is voided first.
CREATE UNIQUE INDEX one_live_ticket ON paper_journal (case_id) WHERE voided_at IS NULL;

-- How far each lane has come: the last sequence given out, and the last one the centre holds.
CREATE TABLE lanes (
    epoch   INTEGER NOT NULL,
    lane    TEXT NOT NULL,
    highest INTEGER NOT NULL,
    acked   INTEGER NOT NULL CHECK (acked BETWEEN 0 AND highest),
    PRIMARY KEY (epoch, lane)
) STRICT;

-- Canonical envelopes. An acknowledgement marks a row and deletes nothing.
CREATE TABLE outbox (
    epoch    INTEGER NOT NULL,
    lane     TEXT NOT NULL,
    seq      INTEGER NOT NULL CHECK (seq >= 1),
    id       TEXT NOT NULL UNIQUE,
    kind     TEXT NOT NULL,
    hash     TEXT NOT NULL,
    raw      BLOB NOT NULL,
    made_at  TEXT NOT NULL,
    acked_at TEXT,
    PRIMARY KEY (epoch, lane, seq)
) STRICT;

CREATE INDEX outbox_unsent ON outbox (epoch, lane, seq) WHERE acked_at IS NULL;
