-- Queue numbers: the counters of the upstream, what it has issued, and what terminals may issue by themselves.

CREATE TABLE number_counters (
    hall TEXT NOT NULL,
    business_date TEXT NOT NULL,
    queue TEXT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (hall, business_date, queue)
);

CREATE TABLE numbers_issued (
    case_id TEXT PRIMARY KEY,
    terminal TEXT NOT NULL,
    hall TEXT NOT NULL,
    business_date TEXT NOT NULL,
    queue TEXT NOT NULL,
    number TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    UNIQUE (hall, business_date, number)
);

-- One row an epoch. Ranges of one series are never leased twice in a hall, whoever names the series; `used` is the highest
-- number that has come back in a case.
CREATE TABLE number_leases (
    hall TEXT NOT NULL,
    business_date TEXT NOT NULL,
    queue TEXT NOT NULL,
    series TEXT NOT NULL,
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    used BIGINT NOT NULL,
    terminal TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (hall, business_date, queue, series, first)
);
CREATE INDEX number_leases_of ON number_leases (terminal, business_date, queue);

-- Queues people have taken numbers of, beside those the settings name.
CREATE TABLE number_queues (
    hall TEXT NOT NULL,
    queue TEXT NOT NULL,
    PRIMARY KEY (hall, queue)
);

-- cases: where the number came from; the upstream's are unique in the whole hall
ALTER TABLE cases ADD COLUMN hall TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN tier TEXT NOT NULL DEFAULT 'leased';
CREATE UNIQUE INDEX cases_upstream_once ON cases (hall, business_date, number) WHERE tier = 'upstream';
