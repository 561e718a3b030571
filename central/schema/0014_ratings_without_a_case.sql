-- What was rated where there is no case: the item, or one of the terminal's own services.
ALTER TABLE ratings ADD COLUMN item TEXT NOT NULL DEFAULT '';
