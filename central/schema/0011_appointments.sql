-- One pool of appointments: what is offered (plans), what is taken (slots), by whom (bookings), and what cannot wait.
CREATE TABLE slot_plans (
    plan_id TEXT PRIMARY KEY,
    line TEXT NOT NULL,
    weekday BIGINT NOT NULL,
    starts TEXT NOT NULL,
    ends TEXT NOT NULL,
    capacity BIGINT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    by_whom TEXT NOT NULL,
    made_at TEXT NOT NULL
);
CREATE INDEX slot_plans_of ON slot_plans (line, weekday);

CREATE TABLE slot_closures (
    line TEXT NOT NULL,
    day TEXT NOT NULL,
    reason TEXT NOT NULL,
    reason_en TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    PRIMARY KEY (line, day)
);

-- one row for each slot that was ever booked; `taken` only moves in one statement together with what it may not pass
CREATE TABLE slots (
    slot_id TEXT PRIMARY KEY,
    taken BIGINT NOT NULL,
    CHECK (taken >= 0)
);

CREATE TABLE bookings (
    booking_id TEXT PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    terminal TEXT NOT NULL,
    channel TEXT NOT NULL,
    item TEXT NOT NULL,
    line TEXT NOT NULL,
    title TEXT NOT NULL,
    place TEXT NOT NULL,
    slot_id TEXT NOT NULL,
    day TEXT NOT NULL,
    starts TEXT NOT NULL,
    ends TEXT NOT NULL,
    state TEXT NOT NULL,
    person TEXT NOT NULL,
    masked_name TEXT NOT NULL,
    sealed BYTES NOT NULL,
    made_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    change_of TEXT,
    checked_in_at TEXT,
    placed TEXT,
    case_id TEXT,
    urgent TEXT NOT NULL,
    answer_by TEXT,
    answered_by TEXT,
    note TEXT NOT NULL
);
CREATE INDEX bookings_of_day ON bookings (day, starts);
CREATE INDEX bookings_of_person ON bookings (person, day);
CREATE INDEX bookings_asked ON bookings (answer_by) WHERE state = 'asked';
CREATE INDEX bookings_open ON bookings (day) WHERE state = 'booked';
