-- What departments were asked (BJ-33), what they did, and the documents given out here, verifiable by their codes.
-- `person` is the centre's keyed hash of an identity number (central/persons.py); nothing here names anybody.

CREATE TABLE department_calls (
    id COUNTER,
    at TEXT NOT NULL,
    person TEXT NOT NULL,
    terminal TEXT NOT NULL,
    item TEXT NOT NULL,
    connector TEXT NOT NULL,
    call TEXT NOT NULL,
    purpose TEXT NOT NULL,
    consent TEXT NOT NULL,
    outcome TEXT NOT NULL
);
CREATE INDEX department_calls_at ON department_calls (at);
CREATE INDEX department_calls_of ON department_calls (person, at);

-- One row an act; `state` is asked (what came of it is not known), done or refused. An order pays for one act. `sealed` is
-- what was asked, to the centre's own keys, until it is known what came of it.
CREATE TABLE department_acts (
    act_id TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    person TEXT NOT NULL,
    terminal TEXT NOT NULL,
    item TEXT NOT NULL,
    connector TEXT NOT NULL,
    act TEXT NOT NULL,
    order_id TEXT NOT NULL,
    state TEXT NOT NULL,
    reference TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    settled_at TEXT,
    sealed BYTES
);
CREATE UNIQUE INDEX department_acts_order ON department_acts (order_id) WHERE order_id <> '';
CREATE INDEX department_acts_open ON department_acts (asked_at) WHERE state = 'asked';
CREATE INDEX department_acts_of ON department_acts (person, asked_at);

CREATE TABLE documents_issued (
    document_id TEXT PRIMARY KEY,
    serial TEXT NOT NULL,
    lookup TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,
    person TEXT NOT NULL,
    masked_name TEXT NOT NULL,
    terminal TEXT NOT NULL,
    item TEXT NOT NULL,
    connector TEXT NOT NULL,
    document TEXT NOT NULL,
    title TEXT NOT NULL,
    facts TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    voids TEXT NOT NULL,
    voided_by TEXT NOT NULL DEFAULT '',
    voided_at TEXT
);
CREATE UNIQUE INDEX documents_serial ON documents_issued (connector, serial, document_id);
CREATE INDEX documents_of ON documents_issued (person, issued_at);

CREATE TABLE document_serials (
    prefix TEXT NOT NULL,
    day TEXT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (prefix, day)
);
