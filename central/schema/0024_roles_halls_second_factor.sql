-- people: who may do what, and where. Accounts that were there keep every right of the business.
ALTER TABLE users ADD COLUMN roles TEXT NOT NULL DEFAULT '["manager"]';
ALTER TABLE users ADD COLUMN halls TEXT NOT NULL DEFAULT '[]';
ALTER TABLE users ADD COLUMN password_set_at TEXT;
ALTER TABLE users ADD COLUMN must_change_since TEXT;
ALTER TABLE users ADD COLUMN waiting_since TEXT;
ALTER TABLE users ADD COLUMN closed_at TEXT;

-- what a session still owes before any page opens: a code, a new password, a second factor
ALTER TABLE sessions ADD COLUMN owes TEXT NOT NULL DEFAULT '';

-- the second factor: its secret sealed to the centre's own key, and the last time step a code was taken of
CREATE TABLE second_factors (
    name TEXT PRIMARY KEY REFERENCES users (name),
    secret BYTES NOT NULL,
    made_at TEXT NOT NULL,
    confirmed_at TEXT,
    last_step BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    name TEXT NOT NULL REFERENCES users (name),
    code_hash TEXT NOT NULL,
    used_at TEXT,
    PRIMARY KEY (name, code_hash)
);
