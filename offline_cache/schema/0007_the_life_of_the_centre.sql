-- In which life of the centre acknowledgements were given: it takes another when it is set back to a backup (docs/sync.md).
ALTER TABLE identity ADD COLUMN life TEXT NOT NULL DEFAULT '';
