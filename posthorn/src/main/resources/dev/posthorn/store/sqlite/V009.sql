-- Posthorn's SQLite store, version 9: what failed is delivered again with one attempt.

-- No table changes. The kind of an attempt, and of what waits, may be 4: one attempt, which no other
-- follows. What does not know of it must not open the file.

PRAGMA user_version = 9;
