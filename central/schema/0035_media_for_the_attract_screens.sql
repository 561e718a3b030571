-- pictures and short silent sequences for the attract screens: what was sent in, who agreed, and where it is shown
CREATE TABLE media (
    media_id TEXT PRIMARY KEY,
    node TEXT NOT NULL,
    slot TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    form TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    seconds BIGINT NOT NULL,
    says TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    state TEXT NOT NULL,
    sent_by TEXT NOT NULL,
    sent_at TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT,
    why TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX media_state ON media (state, last_day);
CREATE TABLE media_content (
    sha256 TEXT PRIMARY KEY,
    size BIGINT NOT NULL,
    content BYTES NOT NULL,
    kept_at TEXT NOT NULL
);
CREATE TABLE media_coming (
    sha256 TEXT NOT NULL,
    place BIGINT NOT NULL,
    piece BYTES NOT NULL,
    PRIMARY KEY (sha256, place)
)
