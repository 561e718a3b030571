-- intake: who decided that what waits in quarantine is kept as it is; until then its terminal keeps its own copy
ALTER TABLE quarantine ADD COLUMN closed_by TEXT;
ALTER TABLE quarantine ADD COLUMN closed_at TEXT;
