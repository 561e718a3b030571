-- Papers a visit had printed that belong to no kept case: notices, certificates, query results, contracts, slips. The
-- visit typesets them; here is who can be told from whom, and how each ended, and nothing of what they say.
CREATE TABLE sheets (
    paper_id    TEXT PRIMARY KEY,
    serial      TEXT NOT NULL UNIQUE,
    code        TEXT NOT NULL,
    visit_id    TEXT NOT NULL,
    template    TEXT NOT NULL,
    copy        INTEGER NOT NULL CHECK (copy >= 1),
    copies      INTEGER NOT NULL CHECK (copies >= 1),
    voids       TEXT REFERENCES sheets (paper_id),
    state       TEXT NOT NULL CHECK (state IN ('prepared', 'sent', 'printed', 'failed', 'uncertain')),
    sha256      TEXT NOT NULL,
    pages       INTEGER NOT NULL,
    pages_out   INTEGER,
    evidence    TEXT NOT NULL,
    reason      TEXT NOT NULL,
    boot        INTEGER NOT NULL,
    prepared_at TEXT NOT NULL,
    sent_at     TEXT,
    finished_at TEXT,
    voided_at   TEXT
) STRICT;

CREATE INDEX sheets_open ON sheets (state) WHERE state IN ('prepared', 'sent');
-- What voids it is looked for when it goes, and its age when the retention rule asks.
CREATE INDEX sheets_voiding ON sheets (voids) WHERE voids IS NOT NULL;
CREATE INDEX sheets_age ON sheets (prepared_at);
