-- How long one person takes at a window, and how many windows serve a queue, as planned by the hall (the forecast).
CREATE TABLE queue_plans (
    hall TEXT NOT NULL,
    queue TEXT NOT NULL,
    minutes BIGINT NOT NULL,
    windows BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (hall, queue)
);
