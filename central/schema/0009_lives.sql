-- epochs: another name each time this database was set back to a backup; terminals then send again (docs/sync.md)
CREATE TABLE centre_life (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    life TEXT NOT NULL
);
INSERT INTO centre_life (one, life) VALUES (1, '');
