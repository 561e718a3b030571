-- What came down from the centre, what of it was bad, and the sealed scans that wait to go up (docs/sync.md).

-- The version in force of each (kind, key); one for this terminal and one for all ("*") stand side by side, the later place
-- decides. `acted_at` is when the terminal has done about it what it could do only once.
CREATE TABLE feed (
    kind       TEXT NOT NULL,
    key        TEXT NOT NULL,
    audience   TEXT NOT NULL,
    version    INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    body       BLOB NOT NULL,
    signed_at  TEXT NOT NULL,
    applied_at TEXT NOT NULL,
    acted_at   TEXT,
    PRIMARY KEY (kind, key, audience)
) STRICT;

-- What could not be taken: kept to be looked at, while the version before it stays in force. `raw` is the whole item.
-- `settled_at` is when a later version, or a newer program, made it good.
CREATE TABLE feed_aside (
    id         INTEGER PRIMARY KEY,
    seq        INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    key        TEXT NOT NULL,
    version    INTEGER NOT NULL,
    reason     TEXT NOT NULL,
    raw        BLOB NOT NULL,
    at         TEXT NOT NULL,
    settled_at TEXT
) STRICT;

CREATE INDEX feed_aside_open ON feed_aside (kind, key) WHERE settled_at IS NULL;

-- Each command once, by its id. `outcome` is empty until it was done, refused or had expired.
CREATE TABLE commands (
    command_id  TEXT PRIMARY KEY,
    what        TEXT NOT NULL,
    reason      BLOB NOT NULL,
    by_whom     TEXT NOT NULL,
    expires_at  TEXT NOT NULL,
    received_at TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    outcome     TEXT NOT NULL DEFAULT '',
    detail      TEXT NOT NULL DEFAULT '',
    done_at     TEXT
) STRICT;

CREATE INDEX commands_open ON commands (seq) WHERE outcome = '';

-- The scans of kept cases. The sealed bytes are files named by `hash`, which is of `suite`. `held_at` is when the centre
-- said it holds all of it, `damaged_at` when the file was found not to have its hash.
CREATE TABLE scans (
    hash       TEXT PRIMARY KEY,
    case_id    TEXT NOT NULL REFERENCES cases (case_id),
    size       INTEGER NOT NULL,
    what       TEXT NOT NULL,
    suite      TEXT NOT NULL,
    kept_at    TEXT NOT NULL,
    held_at    TEXT,
    damaged_at TEXT
) STRICT;

CREATE INDEX scans_of_case ON scans (case_id);
CREATE INDEX scans_due ON scans (kept_at) WHERE held_at IS NULL;
