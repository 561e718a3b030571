-- How far a lane has come says what waits in it: an index of what was not acknowledged cost a page with every record, and
-- another with every acknowledgement.
DROP INDEX outbox_unsent;
