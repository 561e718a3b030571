-- A promise may reach into a year whose holidays nobody has announced yet: the papers of its case say so.
ALTER TABLE cases ADD COLUMN promise_certain INTEGER NOT NULL DEFAULT 1;
