-- by which channel a rating was given; who at its window and in its unit has taken note of it
ALTER TABLE ratings ADD COLUMN channel TEXT NOT NULL DEFAULT 'hall_terminal';
UPDATE ratings SET channel = 'qr_code' WHERE substr(terminal, 1, 7) = 'window ';
CREATE INDEX ratings_received ON ratings (received_at);
-- what a hall's node says of ratings given there, until they are among the ratings
CREATE INDEX queue_acts_rated ON queue_acts (at) WHERE did = 'rated';
CREATE INDEX queue_acts_finished ON queue_acts (window_id, at) WHERE did = 'finished';
CREATE TABLE rating_receipts (
    envelope_id TEXT NOT NULL,
    place TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (envelope_id, place)
);
CREATE INDEX rating_receipts_at ON rating_receipts (at)
