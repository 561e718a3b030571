-- Epochs, the chain of links, and what may be purged (docs/sync.md).

-- `store` names this file and is made anew whenever its epoch must end, so that two copies never ask as one.
-- `token` came with the last answered link; `fresh` is the one under way, kept before it is sent. `epoch_due` says why a
-- new epoch must be opened; nothing is sent before it was. `cursor` is how far what comes
-- down was read, `day` the business date not yet closed.
ALTER TABLE identity ADD COLUMN store TEXT NOT NULL DEFAULT '';
ALTER TABLE identity ADD COLUMN token TEXT NOT NULL DEFAULT '';
ALTER TABLE identity ADD COLUMN fresh TEXT NOT NULL DEFAULT '';
ALTER TABLE identity ADD COLUMN machine TEXT NOT NULL DEFAULT '';
ALTER TABLE identity ADD COLUMN cursor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE identity ADD COLUMN epoch_due TEXT NOT NULL DEFAULT '';
ALTER TABLE identity ADD COLUMN day TEXT NOT NULL DEFAULT '';

UPDATE identity SET store = lower(hex(randomblob(16)));

-- How far the retention rule has taken rows away.
ALTER TABLE lanes ADD COLUMN purged INTEGER NOT NULL DEFAULT 0;

-- Up to where the centre has archived a lane; it says so in what comes down.
CREATE TABLE archived (
    epoch INTEGER NOT NULL,
    lane  TEXT NOT NULL,
    seq   INTEGER NOT NULL,
    PRIMARY KEY (epoch, lane)
) STRICT;

-- The hashes of purged rows: the digest of a lane is over all it ever held, and what is missing can be found by place.
CREATE TABLE hashes (
    epoch INTEGER NOT NULL,
    lane  TEXT NOT NULL,
    seq   INTEGER NOT NULL,
    hash  BLOB NOT NULL,
    PRIMARY KEY (epoch, lane, seq)
) STRICT, WITHOUT ROWID;
