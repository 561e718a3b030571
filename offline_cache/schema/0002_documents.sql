-- The journal of documents on A4: each paper has its own serial, and a reprint voids the one before it. What a document
-- says is nowhere here: only its hash, so that a paper can be told from a forgery.

ALTER TABLE identity ADD COLUMN last_document INTEGER NOT NULL DEFAULT 0;

CREATE TABLE documents (
    document_id TEXT PRIMARY KEY,
    serial      TEXT NOT NULL UNIQUE,
    code        TEXT NOT NULL,
    case_id     TEXT NOT NULL REFERENCES cases (case_id),
    template    TEXT NOT NULL,
    copy        INTEGER NOT NULL CHECK (copy >= 1),
    voids       TEXT REFERENCES documents (document_id),
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

-- At most one paper of a kind is valid for a case.
CREATE UNIQUE INDEX one_live_document ON documents (case_id, template) WHERE voided_at IS NULL;
CREATE INDEX documents_open ON documents (state) WHERE state IN ('prepared', 'sent');
