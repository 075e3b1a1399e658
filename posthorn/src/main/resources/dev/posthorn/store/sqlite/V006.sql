-- Posthorn's SQLite store, version 6: what is left of applications that were removed goes promptly.

-- Applications that were removed and may have messages left.
CREATE TABLE removed_application (
  id INTEGER PRIMARY KEY,
  up_to INTEGER NOT NULL -- what there is of it up to this id has to be in the indexes before one looks
);

-- Those of which messages are left from before, found by a jump from one to the next.
INSERT INTO removed_application
WITH RECURSIVE owner(id) AS (
  SELECT min(application) FROM message_by_application
  UNION ALL
  SELECT (SELECT min(application) FROM message_by_application WHERE application > owner.id)
  FROM owner WHERE owner.id IS NOT NULL
)
SELECT id, 0 FROM owner WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM application);

PRAGMA user_version = 6;
