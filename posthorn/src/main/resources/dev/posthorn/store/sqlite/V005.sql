-- Posthorn's SQLite store, version 5: what is too late is found without a look at all that waits.

CREATE INDEX parked_by_deadline ON parked (deadline);

PRAGMA user_version = 5;
