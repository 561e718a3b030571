-- fleet: what a heartbeat seldom says anew is written only then; `terminals_now.report` is what is another each time
CREATE TABLE terminal_reports (
    terminal TEXT PRIMARY KEY REFERENCES terminals (id),
    hash TEXT NOT NULL,
    steady BYTES NOT NULL
);

-- Rows that every heartbeat or push replaces stay on their page when no index names what changed and the page has room.
DROP INDEX terminals_now_received;
POSTGRESQL ALTER TABLE terminals_now SET (fillfactor = 50);
POSTGRESQL ALTER TABLE epochs SET (fillfactor = 50);
POSTGRESQL ALTER TABLE marks SET (fillfactor = 50);

-- feed: what stands of one thing for one terminal, found among those of all terminals
DROP INDEX feed_in_force;
CREATE INDEX feed_in_force ON feed (kind, key, audience) WHERE replaced_by IS NULL;
