-- 取件: what is handed out only to whom it belongs, and results that are printed at the terminal. `sealed` is the file, to the
-- centre's own keys; `file_type` is pdf or ofd.
ALTER TABLE pickups ADD COLUMN proof TEXT NOT NULL DEFAULT '';
ALTER TABLE pickups ADD COLUMN file_type TEXT NOT NULL DEFAULT '';
ALTER TABLE pickups ADD COLUMN pages BIGINT NOT NULL DEFAULT 0;
ALTER TABLE pickups ADD COLUMN sealed BYTES;

-- What was signed on the screen before a department acted, sealed to the centre's own keys
CREATE TABLE act_declarations (
    act_id TEXT PRIMARY KEY,
    item TEXT NOT NULL,
    item_version BIGINT NOT NULL,
    person TEXT NOT NULL,
    terminal TEXT NOT NULL,
    digest TEXT NOT NULL,
    at TEXT NOT NULL,
    sealed BYTES NOT NULL
);
CREATE INDEX act_declarations_of ON act_declarations (person, at);

-- 您拿到了几页: what the citizen said of a paper nobody else could count
CREATE TABLE pages_counted (
    document_id TEXT PRIMARY KEY,
    envelope_id TEXT NOT NULL UNIQUE,
    terminal TEXT NOT NULL,
    pages BIGINT NOT NULL,
    at TEXT NOT NULL
);
