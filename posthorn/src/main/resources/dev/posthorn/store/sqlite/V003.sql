-- Posthorn's SQLite store, version 3: what was cancelled stays cancelled, whatever happens next.

-- Deliveries up to an id that somebody cancelled. A row stands until none of them waits any more.
CREATE TABLE cancel_mark (
  message INTEGER NOT NULL, -- 0: all of the endpoint
  endpoint INTEGER NOT NULL, -- 0: all that the message is for
  up_to INTEGER NOT NULL, -- the greatest id of a delivery that it holds for
  PRIMARY KEY (message, endpoint)
) WITHOUT ROWID;

PRAGMA user_version = 3;
