-- 补交材料: a scan belongs to a case of this terminal, or to papers handed in for a case of any other. What names it is
-- looked for in the same transaction that writes the row (`ScanBook.name`), so no row is without its record.
CREATE TABLE scans_named (
    hash       TEXT PRIMARY KEY,
    case_id    TEXT NOT NULL,
    size       INTEGER NOT NULL,
    what       TEXT NOT NULL,
    suite      TEXT NOT NULL,
    kept_at    TEXT NOT NULL,
    held_at    TEXT,
    damaged_at TEXT
) STRICT;

INSERT INTO scans_named SELECT hash, case_id, size, what, suite, kept_at, held_at, damaged_at FROM scans;
DROP TABLE scans;
ALTER TABLE scans_named RENAME TO scans;
CREATE INDEX scans_of_case ON scans (case_id);
CREATE INDEX scans_due ON scans (kept_at) WHERE held_at IS NULL;
