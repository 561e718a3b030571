-- Queue numbers in three tiers. A lease is the right to count in this terminal's series on one business date; the table
-- `series` holds how far each has come, for ever, so that going back to a date could not repeat a number either.

CREATE TABLE leases (
    business_date TEXT NOT NULL,
    queue         TEXT NOT NULL,
    series        TEXT NOT NULL,
    first         INTEGER NOT NULL CHECK (first >= 1),
    last          INTEGER NOT NULL CHECK (last >= first),
    epoch         INTEGER NOT NULL,
    PRIMARY KEY (business_date, queue)
) STRICT;

-- One row. `last_local` never falls. `trusted_day` is the latest business date that came of an upstream or a lease. `known_at`
-- is the time in the hall when it was last known, read at `known_seconds` of the boot `known_boot`; empty if never.
-- `closed` names the orderly end of the last opening, as the reserve beside the file does; 'new' before the first one.
CREATE TABLE numbering (
    one           INTEGER PRIMARY KEY CHECK (one = 1),
    last_local    INTEGER NOT NULL,
    trusted_day   TEXT NOT NULL,
    known_at      TEXT NOT NULL,
    known_boot    TEXT NOT NULL,
    known_seconds REAL NOT NULL,
    closed        TEXT NOT NULL
) STRICT;
INSERT INTO numbering VALUES (1, 0, '', '', '', 0.0, 'new');

-- Numbers of version 0.1 look like leased ones and were the terminal's own.
ALTER TABLE cases ADD COLUMN tier TEXT NOT NULL DEFAULT 'leased' CHECK (tier IN ('upstream', 'leased', 'local'));
