-- Every index and every counter costs each case a page that is enciphered, synced and copied. What no question needs goes.

-- All counters of numbers and serials are in one row. `last_serial` and `last_document` never fall.
ALTER TABLE numbering ADD COLUMN last_serial INTEGER NOT NULL DEFAULT 0;
ALTER TABLE numbering ADD COLUMN last_document INTEGER NOT NULL DEFAULT 0;
UPDATE numbering SET
    last_serial = coalesce((SELECT last_serial FROM identity), 0),
    last_document = coalesce((SELECT last_document FROM identity), 0);
ALTER TABLE identity DROP COLUMN last_serial;
ALTER TABLE identity DROP COLUMN last_document;

-- A case lies at its serial. Its case number is spelt from that and needs no index of its own; that of its number begins
-- with the day and serves for what is asked of a day. Papers and scans name cases all the while, so what they name is
-- checked at the end of the step.
PRAGMA defer_foreign_keys = ON;
CREATE TEMPORARY TABLE cases_before AS SELECT * FROM cases;
DROP TABLE cases;
CREATE TABLE cases (
    case_serial         INTEGER PRIMARY KEY,
    case_id             TEXT NOT NULL UNIQUE,
    case_number         TEXT NOT NULL,
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
    tier                TEXT NOT NULL DEFAULT 'leased' CHECK (tier IN ('upstream', 'leased', 'local')),
    UNIQUE (business_date, queue, number)
) STRICT;
INSERT INTO cases (case_serial, case_id, case_number, item_kind, item, item_version, item_title, implementation_code,
    queue, number, business_date, filed_at, masked_name, language, promise_date, visit_ended_at, rated_at, tier)
SELECT case_serial, case_id, case_number, item_kind, item, item_version, item_title, implementation_code,
    queue, number, business_date, filed_at, masked_name, language, promise_date, visit_ended_at, rated_at, tier
FROM cases_before ORDER BY case_serial;
DROP TABLE cases_before;
