-- Documents on A4 are reported like tickets and wait for the same people; a ticket has no serial.
ALTER TABLE tickets ADD COLUMN paper TEXT NOT NULL DEFAULT 'ticket';
ALTER TABLE tickets ADD COLUMN serial TEXT;
ALTER TABLE tickets ADD COLUMN code TEXT;
ALTER TABLE tickets ADD COLUMN copy BIGINT;
ALTER TABLE tickets ADD COLUMN pages BIGINT;
ALTER TABLE tickets ADD COLUMN pages_out BIGINT;
ALTER TABLE tickets ADD COLUMN sha256 TEXT;
ALTER TABLE tickets ADD COLUMN voids TEXT;
CREATE INDEX tickets_serial ON tickets (serial);
CREATE INDEX tickets_voids ON tickets (voids);

-- fleet: who changed what on a terminal
CREATE TABLE settings_revisions (
    envelope_id TEXT PRIMARY KEY REFERENCES envelopes (id),
    terminal TEXT NOT NULL,
    revision BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL,
    changes BYTES NOT NULL,
    outcome TEXT NOT NULL,
    received_at TEXT NOT NULL
);
CREATE INDEX settings_revisions_of ON settings_revisions (terminal, received_at);
