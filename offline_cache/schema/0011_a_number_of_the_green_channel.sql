-- Why a number is of the green channel; empty for every other.
ALTER TABLE cases ADD COLUMN green TEXT NOT NULL DEFAULT '';
