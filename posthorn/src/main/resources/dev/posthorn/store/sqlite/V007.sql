-- Posthorn's SQLite store, version 7: a message for many endpoints that are parked writes few pages.

-- New rows of parked wait here, since a commit that puts one to each of 1,000 endpoints into their
-- own table writes 1,000 pages, and everybody's commits wait for it. Upkeep moves them, a few at a
-- time. A delivery is in one of the two.
CREATE TABLE parked_new (
  endpoint INTEGER NOT NULL,
  due INTEGER NOT NULL,
  id INTEGER NOT NULL,
  message INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  deadline INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  PRIMARY KEY (endpoint, due, id)
) WITHOUT ROWID;
CREATE INDEX parked_new_by_message ON parked_new (message);
CREATE INDEX parked_new_by_deadline ON parked_new (deadline);

PRAGMA user_version = 7;
