-- Texts to telephones: one a purpose and thing; the number is sealed, and wiped when it is over.
CREATE TABLE text_messages (
    message_id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    about_id TEXT NOT NULL,
    template TEXT NOT NULL,
    filled TEXT NOT NULL,
    state TEXT NOT NULL,
    sealed_to BYTES NOT NULL,
    tries BIGINT NOT NULL,
    trouble TEXT NOT NULL,
    reference TEXT NOT NULL,
    made_at TEXT NOT NULL,
    until TEXT,
    next_try TEXT NOT NULL,
    sent_at TEXT,
    done_at TEXT,
    UNIQUE (purpose, about_id)
);
CREATE INDEX text_messages_due ON text_messages (next_try) WHERE state IN ('waiting', 'sent');
CREATE INDEX text_messages_made ON text_messages (made_at);
CREATE INDEX text_messages_about ON text_messages (about_id);

-- Screens of a hall: known by the hash of a token that is shown once.
CREATE TABLE screens (
    screen_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    hall TEXT NOT NULL,
    zone TEXT NOT NULL,
    window_code TEXT NOT NULL,
    title TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    revoked_at TEXT,
    seen_at TEXT
);
CREATE TABLE screen_manners (
    hall TEXT PRIMARY KEY,
    shows_names BIGINT NOT NULL,
    opens TEXT NOT NULL,
    closes TEXT NOT NULL,
    notice TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
);
-- When calls are spoken, and how loud (percent); without a row a zone is silent.
CREATE TABLE voice_hours (
    rule_id TEXT PRIMARY KEY,
    hall TEXT NOT NULL,
    zone TEXT NOT NULL,
    weekdays TEXT NOT NULL,
    starts TEXT NOT NULL,
    ends TEXT NOT NULL,
    volume BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
);
-- What each call went out by, and whether it arrived there.
CREATE TABLE call_deliveries (
    call_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    place TEXT NOT NULL,
    state TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (call_id, channel, place)
);
CREATE INDEX call_deliveries_at ON call_deliveries (at);

-- What the code on a ticket opens, and who wants a text before their number is called.
CREATE TABLE positions (
    token TEXT PRIMARY KEY,
    case_id TEXT NOT NULL UNIQUE,
    looked_at TEXT
);
CREATE TABLE position_wishes (
    case_id TEXT PRIMARY KEY,
    sealed_to BYTES NOT NULL,
    asked_at TEXT NOT NULL
);

-- What each number was told when it was taken, in minutes, and how far that was from the truth when it was called.
CREATE TABLE wait_forecasts (
    case_id TEXT PRIMARY KEY,
    hall TEXT NOT NULL,
    queue TEXT NOT NULL,
    given_at TEXT NOT NULL,
    least DOUBLE PRECISION NOT NULL,
    most DOUBLE PRECISION NOT NULL,
    middle DOUBLE PRECISION NOT NULL,
    basis TEXT NOT NULL,
    called_at TEXT,
    error_minutes DOUBLE PRECISION
);
CREATE INDEX wait_forecasts_called ON wait_forecasts (called_at);
CREATE INDEX wait_forecasts_open ON wait_forecasts (given_at) WHERE called_at IS NULL;

-- "Open window N for this queue", and what came of it.
CREATE TABLE window_advice (
    advice_id TEXT PRIMARY KEY,
    hall TEXT NOT NULL,
    queue TEXT NOT NULL,
    item TEXT NOT NULL,
    advised TEXT NOT NULL,
    raised_at TEXT NOT NULL,
    waiting BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    windows BIGINT NOT NULL,
    seen_by TEXT NOT NULL,
    opened_at TEXT,
    opened TEXT NOT NULL,
    later_at TEXT,
    later_waiting BIGINT,
    later_minutes BIGINT,
    ended_at TEXT
);
CREATE UNIQUE INDEX window_advice_open_once ON window_advice (hall, queue) WHERE ended_at IS NULL;
CREATE INDEX window_advice_raised ON window_advice (raised_at);

-- Who sits at a window, as its own screen shows them.
CREATE TABLE staff_cards (
    name TEXT PRIMARY KEY,
    shown TEXT NOT NULL,
    number TEXT NOT NULL,
    post TEXT NOT NULL,
    duty TEXT NOT NULL,
    promise TEXT NOT NULL,
    photo BYTES NOT NULL,
    photo_type TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
);
