-- How far a lane has come says what waits in it: an index of what was not acknowledged cost a page with every record, and
-- another with every acknowledgement.
DROP INDEX outbox_unsent;

-- A case that goes is looked for in every table that names it. An index of the valid papers alone does not serve for that,
-- and each case cost a look through all papers. At most one ticket of a case is valid, still.
DROP INDEX one_live_ticket;
CREATE UNIQUE INDEX one_live_ticket ON paper_journal (
    case_id, (CASE WHEN voided_at IS NULL THEN '' ELSE print_id END)
);
CREATE INDEX documents_of_case ON documents (case_id);
