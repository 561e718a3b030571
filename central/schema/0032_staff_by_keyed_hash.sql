-- who a member of staff is, as raters are named: by the keyed hash of the identity number alone
CREATE TABLE staff_people (
    name TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    key_id TEXT NOT NULL,
    set_by TEXT NOT NULL,
    set_at TEXT NOT NULL
);
CREATE INDEX staff_people_person ON staff_people (person)
