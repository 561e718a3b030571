-- a case is in one pair of hands, and offered to at most one other, which has not taken it over yet
DROP INDEX case_transfers_one_open;
CREATE UNIQUE INDEX case_transfers_one_holder ON case_transfers (case_id)
    WHERE back_at IS NULL AND accepted_at IS NOT NULL;
CREATE UNIQUE INDEX case_transfers_one_offer ON case_transfers (case_id)
    WHERE back_at IS NULL AND accepted_at IS NULL
