-- What was done in a hall itself, in the order and the bytes in which it goes up to the centre.
CREATE TABLE upward_acts (
    stream TEXT NOT NULL,
    seq BIGINT NOT NULL,
    ref TEXT NOT NULL,
    body BYTES NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (stream, seq),
    UNIQUE (stream, ref)
);
