-- identity: one-time codes, the certificates given out, and who was cut off
CREATE TABLE enrol_codes (
    lookup TEXT PRIMARY KEY,
    salt BYTES NOT NULL,
    secret_hash BYTES NOT NULL,
    terminal TEXT NOT NULL,
    district TEXT NOT NULL,
    number TEXT NOT NULL,
    hall TEXT NOT NULL,
    place TEXT NOT NULL,
    series TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    wrong BIGINT NOT NULL,
    asked_keys TEXT,
    fingerprint TEXT,
    asked_at TEXT,
    confirmed_by TEXT,
    used_at TEXT,
    answer BYTES
);
CREATE INDEX enrol_codes_made ON enrol_codes (made_at);

CREATE TABLE certificates (
    serial TEXT PRIMARY KEY,
    terminal TEXT NOT NULL REFERENCES terminals (id),
    tls_key TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    not_after TEXT NOT NULL,
    pem TEXT NOT NULL
);
CREATE INDEX certificates_of ON certificates (terminal, not_after);

CREATE TABLE revocations (
    id COUNTER,
    terminal TEXT NOT NULL REFERENCES terminals (id),
    key_id TEXT NOT NULL,
    at TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    why TEXT NOT NULL
);
CREATE INDEX revocations_of ON revocations (key_id, at);
