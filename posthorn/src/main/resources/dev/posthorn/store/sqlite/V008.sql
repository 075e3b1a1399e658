-- Posthorn's SQLite store, version 8: those who poll for messages go on where they were.

CREATE TABLE consumer (
  endpoint INTEGER NOT NULL,
  name TEXT NOT NULL,
  position INTEGER NOT NULL, -- it has all messages up to this id
  updated INTEGER NOT NULL,
  PRIMARY KEY (endpoint, name)
) WITHOUT ROWID;

PRAGMA user_version = 8;
